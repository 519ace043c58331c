"""The sentence to read aloud, the road in words, the strip."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from node.casework.case import CaseState
from node.casework.views import CaseLine, CaseView, Deadline, LinkStatus, Road
from node.web.telling import line_road_text, road_text, sentence, strip, where_text
from node.web.wording import SENTENCES_AWAY

AT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
LINE = CaseLine(
    "1310251052010126112200078", "1122-07", "gaoling", "高龄津贴申请", "示例甲", "submitted", "13102510500001", "示例镇便民服务中心",
    "review", False, AT, Deadline("tell_once", date(2026, 11, 22), date(2026, 11, 27), 5, "none", False), "stored", 0, False,
)  # fmt: skip
VIEW = CaseView(
    LINE, "sm3:0", "sm3:1", None, {}, (), (), (), (), (), "缺反面", (), "", "13102510520101", "示例一村便民服务室", AT,
    None, AT, AT, Road("stored"),
)  # fmt: skip
STATUS = LinkStatus("1", "示例一村", "village", "up", AT, AT, 0, 0, 0, 0, 0, 0, None)


def view(**line: object) -> CaseView:
    return replace(VIEW, line=replace(LINE, **line))  # type: ignore[arg-type]  # fields of CaseLine


def test_the_sentence_says_where_since_when_latest_day_and_how_old_the_news_is() -> None:
    assert sentence(VIEW) == (
        "您的“高龄津贴申请”（1122-07）现在在示例镇便民服务中心的综合受理窗口，从11月22日 10:30起由那里办理。"
        "最迟2026年11月27日答复是否受理。以上是截至11月22日 10:30的消息。"
    )


def test_what_has_not_left_is_not_said_to_be_there() -> None:
    told = sentence(view(road="queued"))
    assert "还在本站待发" in told and "现在在示例镇" not in told


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"mine": True}, "本站"),
        ({"road": "queued"}, "本站，待送示例镇便民服务中心"),
        ({"road": "handed_over"}, "已交U盘或带件单，送往示例镇便民服务中心"),
        ({"road": "stored"}, "示例镇便民服务中心"),
        ({"road": "set_aside", "holder_station_name": ""}, "—"),
    ],
    ids=["here", "waits", "on a stick", "there", "not known"],
)
def test_a_list_says_where_a_case_is_and_not_only_whose_turn_it_is(line: dict[str, object], where: str) -> None:
    assert where_text(replace(LINE, **line)) == where  # type: ignore[arg-type]


def test_what_a_township_has_forwarded_waits_too_and_its_days_go_on() -> None:
    assert LINE.deadline
    told = sentence(view(state="forwarded", road="queued", deadline=replace(LINE.deadline, stage="promised")))
    assert "还在本站待发" in told and "最迟2026年11月27日办完" in told


@pytest.mark.parametrize("state", SENTENCES_AWAY)
def test_a_result_is_said_to_be_at_the_village_only_there(state: str) -> None:
    away, there = sentence(view(state=state)), sentence(view(state=state, mine=True))
    assert "送" in away and "已到" not in away and "现在在" not in away
    assert "已到" in there or "现在在" in there


def test_a_provisional_day_is_called_so() -> None:
    assert LINE.deadline
    late = replace(LINE.deadline, stage="promised", provisional=True)
    assert "办完（暂定" in sentence(view(state="accepted", deadline=late))


def test_a_missed_day_is_admitted() -> None:
    assert LINE.deadline
    assert "已经超期" in sentence(view(state="forwarded", deadline=replace(LINE.deadline, stage="promised", card="red")))


@pytest.mark.parametrize("state", [one for one in CaseState if one not in ("submitted", "accepted", "forwarded", "suspended")])
def test_every_state_has_a_sentence_of_its_own(state: str) -> None:
    assert "高龄津贴申请" in sentence(view(state=state))


@pytest.mark.parametrize(
    ("road", "text"),
    [
        (Road("queued"), "待发"),
        (Road("handed_over"), "已交U盘或带件单"),
        (Road("stored", (("镇", "township", "stored", AT),)), "乡镇已收"),
        (Road("arrived", (("县", "county", "arrived", AT), ("镇", "township", "stored", AT))), "乡镇已收 · 县已达"),
        (Road("set_aside"), "有问题待人工"),
    ],
)
def test_the_road_is_told_by_who_gave_a_sign(road: Road, text: str) -> None:
    assert road_text(road) == text


def test_a_list_tells_the_road_only_of_what_is_not_here() -> None:
    assert line_road_text(LINE, "village") == "乡镇已收"
    assert line_road_text(replace(LINE, mine=True), "village") == ""


def test_the_strip_says_since_when_the_line_is_down_and_what_waits() -> None:
    told = strip(replace(STATUS, link="down", queued=3, bytes_waiting=3 << 20, oldest_waiting=AT, set_aside=1))
    assert told.tone == "bad" and "线路不通，11月22日 10:30起" in told.headline
    assert told.sentences == ("有 3 份待发（3.0 MB），最早的从11月22日 10:30起等候。", "最近一次收到上级消息：11月22日 10:30。")
    assert told.counts["set_aside"] == 1


def test_a_county_waits_for_nobody() -> None:
    assert strip(replace(STATUS, link="none")).sentences == ()
