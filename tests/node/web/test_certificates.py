"""The page of certificates: what ends soon, taking back with a reason and a look before, and who may see it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys.world import World
from tests.node.web.browsing import Browsing


def digest_of(county: World, name: str) -> str:
    record = county.node_of(name).store.people.get(name)
    assert record is not None and record.certificate is not None
    return record.certificate


def test_the_key_officer_sees_whose_certificates_there_are_and_until_when(browse: Callable[[str], Browsing]) -> None:
    text = browse("keyofficer").get("/certificates").text
    for words in ("示例审核员", "个人签章", "站点签名", "有效", "2029年11月", "现在没有快到期的证书"):
        assert words in text
    assert "131025194403122" not in text


@pytest.mark.parametrize("name", ["approver", "supervisor", "reviewer", "agent1", "head1"])
def test_nobody_else_sees_the_page_or_takes_anything_back(browse: Callable[[str], Browsing], county: World, name: str) -> None:
    someone = browse(name)
    assert someone.get("/certificates").status_code == 403
    for path in ("check", "revoke", "recertify"):
        answer = someone.post(f"/certificates/{path}", certificate=digest_of(county, "reviewer"), reason="superseded")
        assert answer.status_code == 403
    assert all(node.station.trust.lists() == () for node in county.nodes.values())


def test_those_that_end_soon_come_first_and_are_counted(browse: Callable[[str], Browsing], county: World) -> None:
    county.clock.at = county.nodes["county"].station.trust.get(digest_of(county, "reviewer")).not_after - timedelta(days=10)
    text = browse("keyofficer").get("/certificates").text
    assert "张在 60 天内到期" in text and "快到期" in text
    assert text.index("个人签章") < text.index("站点签名")


def test_a_certificate_is_taken_back_after_a_look_with_a_reason(browse: Callable[[str], Browsing], county: World) -> None:
    officer, digest = browse("keyofficer"), digest_of(county, "reviewer")
    shown = officer.post("/certificates/check", certificate=digest)
    assert shown.status_code == 200 and "示例审核员" in shown.text and "吊销后不能恢复" in shown.text
    assert county.nodes["county"].station.trust.lists() == ()
    done = officer.post("/certificates/revoke", certificate=digest, reason="affiliation_changed", follow=True)
    assert "已吊销" in done.text
    (listed,) = county.nodes["county"].station.trust.lists()
    assert [one.reason for one in listed.revoked] == ["affiliation_changed"]
    audit = next(row for row in county.nodes["county"].store.audit.page() if row.what == "certificate_revoked")
    assert (audit.who, audit.about) == ("keyofficer", digest)
    assert "示例审核员" not in officer.get("/certificates").text
    assert "调到别处工作" in officer.get("/certificates?show=all").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "superseded"}, "请选择要吊销的证书"),
        ({"reason": "", "certificate": "reviewer"}, "请选择吊销原因"),
        ({"reason": "superseded", "certificate": "reviewer", "at": "2099-01-01T00:00"}, "吊销时间不能晚于现在"),
        ({"reason": "superseded", "certificate": "reviewer", "at": "昨天"}, "吊销时间不能晚于现在"),
        ({"reason": "superseded", "certificate": "agent1"}, "没有找到这张证书"),
    ],
)
def test_what_makes_no_sense_is_said_in_words_and_takes_nothing_back(
    browse: Callable[[str], Browsing], county: World, fields: dict[str, str], words: str
) -> None:
    if "certificate" in fields:
        fields = {**fields, "certificate": digest_of(county, fields["certificate"])}
    answer = browse("keyofficer").post("/certificates/revoke", fields)
    assert answer.status_code in (400, 403, 404) and words in answer.text
    assert county.nodes["county"].station.trust.lists() == ()


def test_a_stolen_station_goes_with_all_its_keys(browse: Callable[[str], Browsing], county: World) -> None:
    officer, station = browse("keyofficer"), county.nodes["township"].station.station
    shown = officer.post("/certificates/check", station=station)
    for words in ("站点签名", "站点收件", "签发证书", "制作印章"):
        assert words in shown.text
    assert "个人签章" not in shown.text
    assert "个人签章" in officer.post("/certificates/check", station=station, with_people="1").text


def test_the_page_of_people_says_whose_certificate_was_taken_back(browse: Callable[[str], Browsing], county: World) -> None:
    admin = browse("admin")
    assert "证书已吊销" not in admin.get("/people").text
    officers = county.nodes["county"]
    officers.bureau.authority.revoke([digest_of(county, "approver")], "privilege_withdrawn", by="test")
    assert "证书已吊销" in admin.get("/people").text
    assert "证书已吊销" in admin.get("/people/approver").text
