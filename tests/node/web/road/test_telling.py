"""The road in plain words: an estimate is given only where it can be known, and every code has a word."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from node.casework.views import LinkStatus
from node.errors import RequestError
from node.mail.line_settings import PAUSES, LinePlan
from node.mail.outgoing import STANDING
from node.mail.queue import STATES, QueueItem
from node.mail.quotas import QUOTA
from node.mail.road_desk import HopHeard, LineView, ScansAt
from node.web.road.rows import acts_of, digest_of, row_of
from node.web.road.telling import ago_text, condition, duration_text, estimate_text, heard_text, line_told, percent, scans_text
from node.web.wording import error_text
from node.web.wording import road as words
from sync.errors import DoorError, LinkDownError
from sync.progress import LineProgress

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MIB = 1024 * 1024
STATUS = LinkStatus("13102510520101", "示例一村", "village", "up", NOW, NOW, 0, 0, 0, 0, 0, 5 * MIB, NOW)
MOVING = LineProgress(True, NOW, NOW, MIB, 0, 8000.0, 0.0, 3, 40_000, 0, 0, None, MIB)
STILL = replace(MOVING, rate_up=0.0)
VIEW = LineView(STATUS, None, LinePlan(), False, MOVING, 5 * MIB, MIB, 655.0, ())
PAUSED = LinePlan(paused_at=NOW, paused_by="agent1")
QUIET = LinePlan(quiet_hours=(time(22), time(6, 30)))
ITEM = QueueItem(
    item_id="13102510500001-1", case_number="1310251052010126112300013", short_number="1122-01", applicant="示例甲", events=("submitted",),
    next_hop="13102510500001", next_hop_name="示例镇", state="queued", why=None, since=NOW, tried_at=None, tries=0, last_heard=NOW,
    urgent=False, first=False, letters_bytes=3000, scan_bytes=MIB, scan_bytes_acknowledged=MIB // 4, scans_total=4, scans_left=3,
    previews_left=0, files_here=3,
)  # fmt: skip


def no_seconds(**changed: object) -> LineView:
    return replace(VIEW, seconds_left=None, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("view", "state", "estimate"),
    [
        (VIEW, "moving", "约 11 分钟"),
        (no_seconds(line=STILL), "waiting", "这一分钟没有一点送到，无法估计"),
        (no_seconds(status=replace(STATUS, link="down")), "down", "线路不通，无法估计"),
        (no_seconds(plan=PAUSED), "paused", "已暂停，不估计"),
        (no_seconds(plan=PAUSED, status=replace(STATUS, link="down")), "paused", "已暂停，不估计"),
        (no_seconds(line=STILL, is_quiet=True, plan=QUIET), "quiet", "影像停送时段，06:30 以后再估计"),
        (no_seconds(is_quiet=True, plan=QUIET), "quiet", "影像停送时段，06:30 以后再估计"),
        (no_seconds(is_quiet=True, plan=QUIET, status=replace(STATUS, queued=2)), "moving", "影像停送时段，06:30 以后再估计"),
        (no_seconds(left_bytes=0), "idle", "没有要送的"),
        (no_seconds(status=replace(STATUS, link="unknown")), "unknown", "这一分钟没有一点送到，无法估计"),
        (no_seconds(line=None, left_bytes=0), "none", "没有要送的"),
    ],
    ids=["moving", "still", "dead", "paused", "paused and dead", "quiet", "now quiet", "letters then", "idle", "not tried", "county"],
)
def test_an_estimate_is_given_only_where_it_can_be_known(view: LineView, state: str, estimate: str) -> None:
    assert (condition(view), estimate_text(view)) == (state, estimate)
    assert line_told(view, NOW, str).headline


@pytest.mark.parametrize(
    ("view", "state"),
    [
        (VIEW, "stuck"),
        (no_seconds(line=STILL), "stuck"),
        (no_seconds(status=replace(STATUS, link="down")), "down"),
        (no_seconds(plan=PAUSED), "paused"),
    ],
    ids=["up", "still", "dead", "paused"],
)
def test_where_all_that_waits_was_refused_nothing_is_said_to_be_on_its_way(view: LineView, state: str) -> None:
    told = line_told(view, NOW, str, is_stuck=True)
    assert told.state == state and "约" not in told.estimate


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "不到 1 分钟"), (59.9, "不到 1 分钟"), (60, "约 1 分钟"), (61, "约 2 分钟"), (5400, "约 90 分钟"), (5401, "约 2 小时"),
     (172_800, "约 48 小时"), (172_801, "约 3 天")],
)  # fmt: skip
def test_an_estimate_is_rounded_up(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [(0, "刚才"), (59, "刚才"), (60, "1 分钟前"), (3599, "59 分钟前"), (3600, "1 小时前"), (86_400, "1 天前"), (-60, "刚才"),
     (-600, "时钟不准，日期在以后")],
)  # fmt: skip
def test_how_long_ago_something_was(passed: int, text: str) -> None:
    assert ago_text(NOW - timedelta(seconds=passed), NOW) == text


def test_a_bar_is_full_only_when_nothing_is_left() -> None:
    assert [percent(*pair) for pair in ((0, 10), (1, 2), (999_999, 1), (5, 0), (0, 0))] == [0, 33, 99, 100, 100]


def test_the_line_is_dead_since_and_why_and_a_pause_says_who_and_until_when() -> None:
    told = line_told(replace(VIEW, status=replace(STATUS, link="down"), why="timeout"), NOW, str)
    assert told.dead == "从 11月22日 09:00 起不通（线路太慢，超时）。"
    until = replace(PAUSED, paused_until=NOW + timedelta(hours=1))
    assert line_told(replace(VIEW, plan=until), NOW, str.upper).paused == "AGENT1于 11月22日 09:00 暂停，到 11月22日 10:00 自动继续。"
    assert "要有人按“继续传送”才会继续" in line_told(replace(VIEW, plan=PAUSED), NOW, str).paused


def test_a_station_further_up_is_heard_of_by_its_receipts() -> None:
    parent = HopHeard("1", "示例镇", "township", True, NOW - timedelta(minutes=3))
    assert heard_text(parent, NOW) == "3 分钟前（11月22日 08:57）"
    assert heard_text(replace(parent, is_parent=False), NOW) == "3 分钟前（11月22日 08:57 签收，由上级转来）"
    assert heard_text(replace(parent, heard_at=None), NOW) == "还没有收到过"


def test_previews_and_originals_are_counted_apart() -> None:
    assert scans_text(ScansAt("示例镇", 3, 3, 1, 3, 800_000)) == "预览 3/3 页，原图 1/3 页，还差 781 KB"
    assert scans_text(ScansAt("示例镇", 3, 3, 3, 3, 0)) == "预览 3/3 页，原图 3/3 页，全部到齐"


def test_every_reason_that_the_line_the_door_or_a_quota_gives_is_told_in_words() -> None:
    codes = set(re.findall(r"`([a-z_]+)`", f"{LinkDownError.__doc__} {DoorError.__doc__}")) - {"code", "why"}
    assert {"timeout", "no_room"} <= codes and codes | {QUOTA, STANDING, "dictionary"} <= set(words.WHYS)


def test_every_state_headline_pause_and_refusal_has_its_words() -> None:
    assert set(STATES) <= set(words.STATES)
    assert set(words.HEADLINES) == set(words.HEADWORDS)
    assert set(PAUSES) == set(words.PAUSES)
    assert set(words.ACTS) <= set(words.ACT_DONE)
    assert "8 到 1000" in error_text(RequestError("line_cap", least=8, most=1000))


@pytest.mark.parametrize(
    ("changed", "acts"),
    [
        ({}, ("first", "set_aside")),
        ({"first": True}, ("not_first", "set_aside")),
        ({"state": "refused", "why": "x"}, ("first", "retry", "set_aside")),
        ({"tries": 2, "why": "timeout"}, ("first", "retry", "set_aside")),
        ({"state": "held"}, ("take_up",)),
        ({"case_number": None}, ("first",)),
    ],
    ids=["fresh", "first", "refused", "tried", "held", "rules and receipts"],
)
def test_what_may_be_done_with_an_item_follows_from_how_it_stands(changed: dict[str, object], acts: tuple[str, ...]) -> None:
    assert acts_of(replace(ITEM, **changed)) == acts  # type: ignore[arg-type]


def test_a_row_says_what_to_do_about_what_was_refused() -> None:
    row = row_of(replace(ITEM, state="refused", why="no_room", tries=3, tried_at=NOW - timedelta(minutes=5)), ITEM.next_hop, NOW)
    assert row.word == "没有收下" and "磁盘快满了" in row.why and "试过 3 次，最近一次 5 分钟前" in row.why and "再送一次" in row.why
    held = replace(ITEM, state="held")
    assert row_of(held, ITEM.next_hop, NOW).why.startswith("本站有人放在一边，不会送出")
    assert row_of(replace(held, letters_bytes=0), ITEM.next_hop, NOW).why.startswith("信息已到，影像由本站的人放在一边")
    unknown = row_of(replace(ITEM, state="refused", why="a code of tomorrow"), ITEM.next_hop, NOW)
    assert "请打电话问对方窗口" in unknown.why


def test_a_row_counts_what_is_there_and_only_what_is_left() -> None:
    row = row_of(ITEM, ITEM.next_hop, NOW)
    assert row.scans == "影像和文书送到 1/4 个，还差 768 KB" and (row.acknowledged, row.scan_bytes) == (MIB // 4, MIB)
    assert row_of(replace(ITEM, previews_left=2), ITEM.next_hop, NOW).scans.startswith("预览还有 2 个没送到，")
    assert row_of(replace(ITEM, scan_bytes=0, scans_left=0), ITEM.next_hop, NOW).scans == "没有影像要送"
    carried = replace(ITEM, state="carried")
    assert row_of(carried, ITEM.next_hop, NOW).word == "信息已到，影像在送"
    assert row_of(replace(carried, files_here=0), ITEM.next_hop, NOW).word == "等影像送到本站"
    assert row_of(carried, None, NOW).word == "信息已取走，影像等示例镇来取"
    assert row_of(ITEM, None, NOW).word == "等示例镇来取", "mail for a station below waits for its call"


def test_the_list_has_changed_when_others_are_in_it_or_other_things_may_be_done() -> None:
    rows = [row_of(ITEM, ITEM.next_hop, NOW)]
    further = [row_of(replace(ITEM, scan_bytes_acknowledged=MIB // 2), ITEM.next_hop, NOW)]
    first = [row_of(replace(ITEM, first=True), ITEM.next_hop, NOW)]
    assert digest_of(rows) == digest_of(further) != digest_of(first)
