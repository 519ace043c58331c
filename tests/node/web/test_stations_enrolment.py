"""Pages of invitations and requests, and the door for those who are no station yet."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from werkzeug.test import TestResponse

from node.enrolment.documents import read_invitation
from node.enrolment.door import MOST_OF_ONE
from node.enrolment.joining import Begun, begin, finish
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

Browse = Callable[[str], Browsing]
PAGES = ("/stations/requests", "/stations/invitations")
ONE = {"name": "示例三村便民服务室", "tier": "township", "division": "131025106000", "parent_url": "http://10.1.2.3:8600"}
ENROL = "/peer/v1/enrol"


def file(data: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def digest_of(page: str) -> str:
    found = re.search(r'name="digest" value="([^"]+)"', page)
    assert found, page
    return found[1]


def asked(county: World, browse: Browse, place: Path) -> Begun:
    """A folder that asks with an invitation from the page."""
    answer = browse("admin").post("/stations/invitations", ONE)
    assert answer.status_code == 200
    return begin(place, answer.data, county.clock)


def knock(county: World, body: bytes, name: str = "county") -> TestResponse:
    return app_of(county.nodes[name].app).test_client().post(ENROL, data=body)


def test_only_officers_see_the_pages_and_they_say_what_to_do(browse: Browse) -> None:
    for name in ("admin", "keyofficer"):
        for page in PAGES:
            answer = browse(name).get(page)
            assert answer.status_code == 200 and "站点管理" in answer.text and page in answer.text
    for name in ("approver", "reviewer", "agent1"):
        assert [browse(name).get(page).status_code for page in PAGES] == [403, 403]


def test_an_invitation_is_downloaded_listed_downloaded_again_and_withdrawn(browse: Browse) -> None:
    admin = browse("admin")
    made = admin.post("/stations/invitations", ONE)
    invitation = read_invitation(made.data).content
    assert invitation.station == "13102510600001" and ".invitation" in made.headers["Content-Disposition"]
    page = admin.get("/stations/invitations").text
    assert ONE["name"] in page and invitation.station in page
    assert admin.get(f"/stations/invitations/{invitation.id}").data == made.data
    assert "邀请已收回" in admin.post("/stations/invitations/withdraw", {"invitation": invitation.id}, follow=True).text
    assert admin.get(f"/stations/invitations/{invitation.id}").status_code == 404
    assert admin.post("/stations/invitations/withdraw", {"invitation": invitation.id}).status_code == 400


def test_a_list_becomes_an_archive_and_a_wrong_one_is_told_line_by_line(browse: Browse) -> None:
    admin = browse("admin")
    good = "站点名称,层级,区划代码\n示例乙镇,乡镇,131025107000\n示例四村,村,131025107201\n".encode("gb18030")
    archive = admin.post("/stations/invitations/list", {"stations": file(good, "名单.csv")})
    assert sorted(zipfile.ZipFile(io.BytesIO(archive.data)).namelist()) == [
        "13102510700001-示例乙镇.invitation",
        "13102510720101-示例四村.invitation",
    ]
    bad = "站点名称,层级,区划代码\n,村,131025108201\n示例五村,村,131025108201\n示例四村,村,131025107201\n".encode()
    answer = admin.post("/stations/invitations/list", {"stations": file(bad, "a.csv")})
    assert answer.status_code == 400
    for line in ("第 2 行，站点名称：没有填。", "第 3 行，区划代码：没有找到它的上级站", "第 4 行，区划代码：已经有这个站"):
        assert line in answer.text
    assert admin.post("/stations/invitations/list", {}).status_code == 400


def test_a_request_of_the_network_is_compared_confirmed_and_answered(county: World, browse: Browse, tmp_path: Path) -> None:
    new, keyofficer = asked(county, browse, tmp_path / "new"), browse("keyofficer")
    waiting = knock(county, new.request)
    assert (waiting.status_code, waiting.get_json()) == (202, {"state": "waiting", "code": new.code})
    page = keyofficer.get("/stations/requests").text
    assert new.code in page and ONE["name"] in page
    assert "已同意" in keyofficer.post("/stations/requests/confirm", {"digest": digest_of(page)}, follow=True).text
    answer = knock(county, new.request)
    assert answer.status_code == 200
    assert finish(tmp_path / "new", answer.data, county.clock) == "13102510600001"
    assert "13102510600001" in county.nodes["county"].station.directory
    last = county.nodes["county"].store.audit.page(limit=1, about="13102510600001")
    assert (last[0].what, last[0].who) == ("request_granted", "keyofficer")


def test_a_request_file_is_taken_refused_and_its_answer_downloaded(county: World, browse: Browse, tmp_path: Path) -> None:
    new, admin = asked(county, browse, tmp_path / "new"), browse("admin")
    assert "申请已收下" in admin.post("/stations/requests", {"request": file(new.request, "a.request")}, follow=True).text
    digest = digest_of(admin.get("/stations/requests").text)
    assert admin.post("/stations/requests/refuse", {"digest": digest, "reason": " "}).status_code == 400
    assert "核对码不一致" in admin.post("/stations/requests/refuse", {"digest": digest, "reason": "核对码不一致"}, follow=True).text
    answer = admin.get("/stations/requests/answer", query_string={"digest": digest})
    assert answer.data == knock(county, new.request).data
    assert admin.post("/stations/requests/confirm", {"digest": digest}).status_code == 400
    assert admin.post("/stations/requests", {"request": file(b"x", "a.request")}).status_code == 400


def test_two_that_want_one_station_are_told_apart(county: World, browse: Browse, tmp_path: Path) -> None:
    invitation = browse("admin").post("/stations/invitations", ONE).data
    for name in ("a", "b"):
        assert knock(county, begin(tmp_path / name, invitation, county.clock).request).status_code == 202
    assert "另有 1 份申请要同一个站" in browse("admin").get("/stations/requests").text


def test_the_door_says_codes_only_and_bounds_what_it_reads(county: World, browse: Browse, tmp_path: Path) -> None:
    new = asked(county, browse, tmp_path / "new")
    for body, status, code in (
        (b"", 403, "document_other"),
        (new.request[:-9], 403, "document_damaged"),
        (bytes(65 * 1024), 413, "too_large"),
    ):
        answer = knock(county, body)
        assert (answer.status_code, answer.get_json()) == (status, {"error": code})
    assert knock(county, new.request, "township").get_json() == {"error": "invitation_other_parent"}
    assert knock(county, new.request, "village1").get_json() == {"error": "no_authority"}
    assert county.nodes["county"].reception.registrar.waiting() == ()


def test_the_door_lets_one_address_in_so_many_times_a_minute(county: World) -> None:
    statuses = [knock(county, b"x").status_code for _ in range(MOST_OF_ONE + 1)]
    assert set(statuses[:-1]) == {403} and statuses[-1] == 503
    county.clock.move(minutes=1)
    assert knock(county, b"x").status_code == 403


def test_a_post_without_the_token_changes_nothing(county: World, browse: Browse) -> None:
    admin = browse("admin")
    for path in ("/stations/invitations", "/stations/invitations/list", "/stations/requests", "/stations/requests/confirm"):
        assert admin.client.post(path, data=dict(ONE)).status_code == 403
    assert county.nodes["county"].reception.inviting.all_open() == []
