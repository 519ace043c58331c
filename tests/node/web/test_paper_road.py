"""The pages of the road on paper: a sheet is made, printed and read by picture or scanner, and what is wrong is said in words."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest

from node.web.paper_road import CAMERA_POLICY
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]


@pytest.fixture
def waiting(county: World) -> str:
    """A case that waits in a village whose seals are known above."""
    county.submitted()
    county.settle()
    return county.submitted()


def upload(page: Browsing, data: bytes) -> str:
    answer = page.post("/paper", {"file": (BytesIO(data), "photo.jpg")}, follow=True, content_type="multipart/form-data")
    return answer.text


def test_a_sheet_is_made_printed_photographed_and_acknowledged_through_the_pages(waiting: str, browse: Browse) -> None:
    agent, reviewer = browse("agent1"), browse("reviewer")
    assert f'href="/cases/{waiting}/paper"' in agent.get(f"/cases/{waiting}").text
    assert "做带件单" in agent.get(f"/cases/{waiting}/paper").text
    assert agent.get(f"/cases/{waiting}/paper.pdf").status_code == 404
    made = agent.post(f"/cases/{waiting}/paper", follow=True)
    assert "带件单做好了" in made.text and made.text.count("<figcaption>") == 2
    assert agent.get(f"/cases/{waiting}/paper/1.svg").mimetype == "image/svg+xml"
    assert agent.get(f"/cases/{waiting}/paper/3.svg").status_code == 404
    sheet = agent.get(f"/cases/{waiting}/paper.pdf")
    assert sheet.mimetype == "application/pdf"
    page = upload(reviewer, sheet.data)
    assert "收下了" in page and waiting in page
    parcel = re.findall(r"/paper/parcels/((?:sm3|sha256):[0-9a-f]{64})", page)[0]
    here = reviewer.get(f"/paper/parcels/{parcel}")
    assert f'href="/cases/{waiting}"' in here.text and "已登记" in here.text and "到了 0 份" in here.text
    answer = reviewer.get(f"/paper/parcels/{parcel}.pdf")
    told = upload(agent, answer.data)
    assert "对方已经收到" in told and waiting in told
    assert "以前已经收过" in upload(reviewer, sheet.data)
    assert "本站自己打印" in upload(agent, sheet.data)


def test_the_form_can_be_printed_with_the_sheet(waiting: str, browse: Browse) -> None:
    agent = browse("agent1")
    agent.post(f"/cases/{waiting}/paper")
    form, both = agent.get(f"/cases/{waiting}/paper.pdf").data, agent.get(f"/cases/{waiting}/paper-with-form.pdf").data
    assert both.count(b"/Type /Page\n") > form.count(b"/Type /Page\n") or len(both) > len(form)
    assert "收下了" in upload(browse("reviewer"), both), "the form's own code beside them does no harm"


def test_a_scanner_types_one_code_after_the_other(county: World, waiting: str, browse: Browse) -> None:
    first, second = county.nodes["village1"].paper.make(county.person("agent1"), waiting).texts
    reviewer = browse("reviewer")
    assert "共 2 个码，还差第 1 码" in reviewer.post("/paper", code=second).text
    done = reviewer.post("/paper", code=f"{first}\r\n")
    assert done.status_code == 303 and "/paper/parcels/" in done.location
    assert "收下了" in reviewer.get(done.location).text


def test_what_is_no_good_code_is_said_in_words_and_only_the_cameras_page_may_use_the_camera(browse: Browse) -> None:
    reviewer = browse("reviewer")
    for code, sentence in (
        ("", "还没有扫码"),
        ("  \r\n", "还没有扫码"),
        ("https://example.invalid", "这不是驿站的"),
        ("YZ9:ABC", "更新的程序打印的"),
        ("YZ1:ABC", "没有读全"),
    ):
        answer = reviewer.post("/paper", code=code)
        assert answer.status_code == 400 and sentence in answer.text, code
    assert "没有读到码" in upload(reviewer, picture("no code"))
    assert reviewer.post("/paper", {"file": (BytesIO(b"MZ"), "x.jpg")}, content_type="multipart/form-data").status_code == 422
    parcel = reviewer.get("/paper/parcels/sm3:" + "0" * 64)
    assert parcel.status_code == 404 and "没有收到过" in parcel.text
    assert reviewer.get("/paper/parcels/nothing").status_code == 404
    for path in ("/", "/paper", "/login", "/verify"):
        assert "camera=()" in reviewer.get(path).headers["Permissions-Policy"]
    assert reviewer.get("/paper/camera").headers["Permissions-Policy"] == CAMERA_POLICY


def test_a_frame_is_answered_with_what_it_brought(waiting: str, browse: Browse) -> None:
    agent, reviewer = browse("agent1"), browse("reviewer")
    agent.post(f"/cases/{waiting}/paper")
    sheet = agent.get(f"/cases/{waiting}/paper.pdf").data
    headers = {"X-CSRF-Token": reviewer.csrf, "Content-Type": "image/jpeg"}
    empty = reviewer.client.post("/paper/frame.json", data=picture("nothing"), headers=headers)
    assert body_of(empty) == {"found": [], "message": ""}
    found = body_of(reviewer.client.post("/paper/frame.json", data=sheet, headers=headers))["found"]
    assert [one["state"] for one in found] == ["taken"] and found[0]["parcel"]
    assert reviewer.client.post("/paper/frame.json", data=sheet, headers={"Content-Type": "image/jpeg"}).status_code == 403


def test_what_has_arrived_needs_no_sheet_and_a_supervisor_has_no_part_in_paper(county: World, waiting: str, browse: Browse) -> None:
    arrived = county.submitted()
    county.settle()
    agent = browse("agent1")
    assert "不用带件" in agent.get(f"/cases/{arrived}/paper").text
    refused = agent.post(f"/cases/{arrived}/paper")
    assert refused.status_code == 400 and "没有等着送出的内容" in refused.text
    supervisor = browse("supervisor")
    assert {supervisor.get(path).status_code for path in ("/paper", "/paper/camera", f"/cases/{waiting}/paper")} == {403}
    assert supervisor.post("/paper", code="YZ1:").status_code == 403
    other = browse("agent2")
    assert other.post(f"/cases/{waiting}/paper").status_code == 404


def test_a_program_does_the_same_by_the_api(waiting: str, browse: Browse) -> None:
    agent, reviewer = browse("agent1"), browse("reviewer")
    assert agent.get(f"/api/v1/cases/{waiting}/paper").status_code == 404
    made = body_of(agent.api("POST", f"/cases/{waiting}/paper"))
    assert made == body_of(agent.get(f"/api/v1/cases/{waiting}/paper"))
    sheet = agent.get(f"/cases/{waiting}/paper.pdf").data
    found = body_of(reviewer.api("POST", "/paper", {"codes": made["codes"]}))["found"]
    assert [(one["state"], one["missing"]) for one in found] == [("more", [2]), ("taken", [])]
    here = body_of(reviewer.get(f"/api/v1/paper/parcels/{made['parcel']}"))
    described = body_of(agent.get("/api/v1/openapi.json"))["paths"]
    paths = {path: set(calls) for path, calls in described.items() if "paper" in path.split("/")}
    assert paths == {
        "/api/v1/cases/{number}/paper": {"get", "post"},
        "/api/v1/paper": {"post"},
        "/api/v1/paper/parcels/{parcel_id}": {"get"},
    }
    schema = described["/api/v1/paper/parcels/{parcel_id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(here) == set(schema["properties"])
    assert here["letters"] == [{"case_number": waiting, "event": "submitted", "outcome": "admitted"}]
    back = body_of(agent.api("POST", "/paper", {"codes": here["receipt"]}))["found"]
    assert [(one["state"], one["cases"]) for one in back] == [("acknowledged", [waiting])]
    assert agent.get(f"/api/v1/cases/{waiting}/paper").status_code == 404, "what was acknowledged needs no sheet"
    assert [one["state"] for one in body_of(reviewer.api("POST", "/paper", data=sheet))["found"]] == ["known"]
    for codes in ([], [1], ["x"] * 9, "YZ1:"):
        assert body_of(reviewer.api("POST", "/paper", {"codes": codes}))["code"] == "bad"
