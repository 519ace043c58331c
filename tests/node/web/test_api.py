"""The JSON API: shapes, errors, and that the same things are refused as on the pages."""

from collections.abc import Callable

import pytest

from node.casework.case import Event, SideEvent
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, app_of, body_of

Browse = Callable[[str], Browsing]


def draft(agent: Browsing, item: str = "gaoling") -> str:
    answer = agent.api("POST", "/cases", {"item": item})
    assert answer.status_code == 201 and body_of(answer)["version"] == 0
    number: str = body_of(answer)["case_number"]
    return number


def submit(agent: Browsing) -> str:
    number = draft(agent)
    form = body_of(agent.get("/api/v1/items/gaoling"))
    assert body_of(agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": form["sample"]}))["problems"] == []
    for material in form["sample_materials"]:
        assert agent.api("PUT", f"/cases/{number}/materials/{material}?page=1", data=picture(material)).status_code == 200
    answer = agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin})
    assert answer.status_code == 200, answer.text
    return number


def test_health_needs_no_login(county: World) -> None:
    assert body_of(app_of(county.nodes["county"].app).test_client().get("/healthz")) == {"status": "ok"}


def test_the_description_names_every_route(county: World) -> None:
    app = app_of(county.nodes["county"].app)
    described = body_of(app.test_client().get("/api/v1/openapi.json"))["paths"]
    routes = {str(rule).replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert routes - set(described) == {"/api/v1/openapi.json"}


def test_what_is_described_of_a_case_is_what_is_answered(county: World, browse: Browse) -> None:
    described = body_of(app_of(county.nodes["county"].app).test_client().get("/api/v1/openapi.json"))["components"]["schemas"]
    agent = browse("agent1")
    number = submit(agent)
    case = body_of(agent.get(f"/api/v1/cases/{number}"))
    (line,) = body_of(agent.get("/api/v1/cases"))["cases"]
    assert set(case) == set(described["Case"]["properties"]) and set(line) == set(described["CaseLine"]["properties"])
    assert set(case["materials"][0]) == set(described["Attachment"]["properties"])
    refused = body_of(agent.api("POST", f"/cases/{draft(agent)}/events", {"event": "submitted", "pin": agent.pin}))
    assert set(refused) <= set(described["Error"]["properties"]) and set(refused["problems"][0]) <= set(described["Problem"]["properties"])


def test_an_event_takes_what_is_described_and_nothing_that_is_not(county: World, browse: Browse) -> None:
    number = submit(browse("agent1"))
    county.settle()
    reviewer = browse("reviewer")
    paths = body_of(reviewer.get("/api/v1/openapi.json"))["paths"]
    described = paths["/api/v1/cases/{number}/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert set(described["event"]["enum"]) == {*map(str, Event), *map(str, SideEvent)}
    for name in set(described) - {"marks"}:
        answer = reviewer.api("POST", f"/cases/{number}/events", {"event": "accepted", name: 7})
        assert (answer.status_code, body_of(answer)["code"]) == (400, "bad"), name
    marks = [{"field": "mobile", "comment": "少一位"}, {"material": "mat_id", "comment": "看不清"}]
    answer = reviewer.api("POST", f"/cases/{number}/events", {"event": "returned", "reason": "请补正", "marks": marks, "pin": reviewer.pin})
    assert answer.status_code == 200
    told = [{name: value for name, value in mark.items() if value is not None} for mark in body_of(answer)["marks"]]
    assert told == marks


def test_a_wrong_password_is_answered_in_words(county: World) -> None:
    answer = app_of(county.nodes["village1"].app).test_client().post("/api/v1/login", json={"name": "agent1", "password": "wrong"})
    assert (answer.status_code, body_of(answer)["error"], body_of(answer)["message"]) == (401, "login_error", "姓名或密码不对。")


def test_an_item_comes_with_its_sample_and_materials(browse: Browse) -> None:
    agent = browse("agent1")
    assert {one["id"] for one in body_of(agent.get("/api/v1/items"))["items"]} >= {"gaoling", "dibao", "pension_enrol"}
    item = body_of(agent.get("/api/v1/items/gaoling"))
    assert item["sample"]["name"] and item["sample_materials"] and item["materials"][0]["required"] == "always"


def test_a_whole_submission_and_its_chain(browse: Browse) -> None:
    agent = browse("agent1")
    number = submit(agent)
    case = body_of(agent.get(f"/api/v1/cases/{number}"))
    assert (case["state"], case["desk"], case["item"], case["road"]) == ("submitted", "review", "gaoling", "queued")
    letter = body_of(agent.get(f"/api/v1/cases/{number}/letters"))["letters"][0]
    assert (letter["event"], letter["verdict"], letter["road"]) == ("submitted", "valid", "queued")
    assert "answers" not in letter["body"]


def test_problems_name_field_code_and_sentence(browse: Browse) -> None:
    agent = browse("agent1")
    number = draft(agent)
    answer = agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"id_no": "131025194403122018"}})
    found = next(one for one in body_of(answer)["problems"] if one["field"] == "id_no")
    assert found["code"] == "id_check" and found["message"] and found["row"] is None


def test_what_the_form_has_no_field_for_is_told_and_not_kept(browse: Browse) -> None:
    agent = browse("agent1")
    number = draft(agent)
    answer = body_of(agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"gone": "x", "name": "示例甲"}}))
    assert ("gone", "unknown_field") in {(one["field"], one["code"]) for one in answer["problems"]}
    kept = body_of(agent.api("GET", f"/cases/{number}"))
    assert kept["answers"]["name"] == "示例甲" and "gone" not in kept["answers"]
    assert all(one.get("field") != "gone" for one in kept["problems"])


def test_a_submission_with_holes_is_422_with_every_problem(browse: Browse) -> None:
    agent = browse("agent1")
    answer = agent.api("POST", f"/cases/{draft(agent)}/events", {"event": "submitted", "pin": agent.pin})
    assert (answer.status_code, body_of(answer)["error"]) == (422, "answer_error")
    assert any(one.get("material") == "mat_form" for one in body_of(answer)["problems"])
    assert all(one["message"] for one in body_of(answer)["problems"])


def test_a_stale_tab_is_409_with_both_versions(browse: Browse) -> None:
    agent = browse("agent1")
    number = draft(agent)
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"name": "甲"}})
    answer = agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"name": "乙"}})
    assert (answer.status_code, body_of(answer)["error"]) == (409, "stale_error")
    assert (body_of(answer)["facts"]["version"], body_of(answer)["facts"]["given"]) == (1, 0)
    assert body_of(agent.get(f"/api/v1/cases/{number}"))["answers"]["name"] == "甲"


def test_a_wrong_pin_says_how_many_tries_are_left(browse: Browse) -> None:
    agent = browse("agent1")
    form = body_of(agent.get("/api/v1/items/gaoling"))
    number = draft(agent)
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": form["sample"]})
    for material in form["sample_materials"]:
        agent.api("PUT", f"/cases/{number}/materials/{material}?page=1", data=picture(material))
    answer = agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": "000000"})
    assert (answer.status_code, body_of(answer)["error"], body_of(answer)["attempts_left"]) == (400, "pin_error", 4)
    assert body_of(agent.get(f"/api/v1/cases/{number}"))["state"] == "draft"


@pytest.mark.parametrize(("data", "code"), [(b"MZ" + bytes(900), "unknown_kind"), (picture("x")[:3000], "damaged"), (b"", "empty")])
def test_a_bad_file_is_422_and_nothing_is_kept(browse: Browse, data: bytes, code: str) -> None:
    agent = browse("agent1")
    number = draft(agent)
    answer = agent.api("PUT", f"/cases/{number}/materials/mat_id?page=1", data=data)
    assert (answer.status_code, body_of(answer)["error"], body_of(answer)["code"]) == (422, "material_error", code)
    assert body_of(agent.get(f"/api/v1/cases/{number}"))["materials"] == []


def test_a_photo_of_40_mb_is_refused_in_words(browse: Browse) -> None:
    agent = browse("agent1")
    answer = agent.api("PUT", f"/cases/{draft(agent)}/materials/mat_id?page=1", data=b"\xff\xd8\xff" + bytes(40 << 20))
    assert answer.status_code == 422 and "20 MB" in body_of(answer)["message"]


def test_the_pages_of_a_material_come_as_one_pdf_as_they_are(browse: Browse) -> None:
    agent = browse("agent1")
    number = draft(agent)
    assert agent.get(f"/cases/{number}/materials/mat_id.pdf").status_code == 422
    for page in (1, 2):
        agent.api("PUT", f"/cases/{number}/materials/mat_id?page={page}", data=picture(f"page {page}"))
    kept = [agent.get(f"/api/v1/cases/{number}/materials/mat_id?page={page}").data for page in (1, 2)]
    for address in (f"/cases/{number}/materials/mat_id.pdf", f"/api/v1/cases/{number}/materials/mat_id?format=pdf"):
        answer = agent.get(address)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.data.index(kept[0]) < answer.data.index(kept[1])


def test_pages_that_are_too_many_bytes_together_are_not_put_into_one_pdf(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = browse("agent1")
    number = draft(agent)
    sizes = [
        body_of(agent.api("PUT", f"/cases/{number}/materials/mat_id?page={page}", data=picture(f"{page}")))["size_bytes"] for page in (1, 2)
    ]
    for limit, status in ((sum(sizes), 200), (sum(sizes) - 1, 422)):
        monkeypatch.setattr("node.web.materials.WHOLE_BYTES", limit)
        assert agent.get(f"/cases/{number}/materials/mat_id.pdf").status_code == status


def test_putting_the_same_page_twice_keeps_one_page(browse: Browse) -> None:
    agent = browse("agent1")
    number = draft(agent)
    digests = {body_of(agent.api("PUT", f"/cases/{number}/materials/mat_id?page=1", data=picture("a")))["digest"] for _ in range(2)}
    assert len(digests) == 1 and len(body_of(agent.get(f"/api/v1/cases/{number}"))["materials"]) == 1
    assert agent.get(f"/api/v1/cases/{number}/materials/mat_id?page=1").data.startswith(b"\xff\xd8\xff")
    assert agent.api("DELETE", f"/cases/{number}/materials/mat_id?page=1").status_code == 200
    assert agent.get(f"/api/v1/cases/{number}/materials/mat_id?page=1").status_code == 404


def test_another_villages_case_is_not_found(browse: Browse) -> None:
    number = draft(browse("agent1"))
    stranger = browse("agent2")
    for path in ("", "/letters", "/documents/receipt", "/materials/mat_id"):
        answer = stranger.get(f"/api/v1/cases/{number}{path}")
        assert (answer.status_code, body_of(answer)["error"]) == (404, "case_not_found_error"), path


def test_numbers_are_masked_for_those_who_do_not_hold_the_case(browse: Browse) -> None:
    agent = browse("agent1")
    case = body_of(agent.get(f"/api/v1/cases/{submit(agent)}"))
    assert case["masked"] is True and case["answers"]["id_no"] == "131025********2017"


@pytest.mark.parametrize("body", [b"[" * 100_000, b"nonsense", b"[]", b'{"version": "0"}', b'{"version": true, "answers": {}}', b"\xff"])
def test_nonsense_is_400_never_500(browse: Browse, body: bytes) -> None:
    agent = browse("agent1")
    answer = agent.api("PATCH", f"/cases/{draft(agent)}/answers", data=body)
    assert answer.status_code == 400 and body_of(answer)["message"]


ODD_VALUES = {
    "a lone surrogate": rb'"\ud800"',
    "a lone surrogate inside": rb'"a\udfffb"',
    "a fraction": b"1.5",
    "an exponent": b"1e3",
    "a number with 400 digits": b"9" * 400,
    "a number with 5000 digits": b"9" * 5000,
    "2^53": b"9007199254740992",
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "1e999": b"1e999",
    "deep lists": b"[" * 900 + b"]" * 900,
    "deeper lists": b"[" * 90_000 + b"]" * 90_000,
    "deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
}
ODD_BODIES = {
    "POST /cases": b'{"item": %s}',
    "PATCH /cases/N/answers": b'{"version": 0, "answers": {"name": %s}}',
    "PATCH /cases/N/answers ": b'{"version": %s, "answers": {}}',
    "PATCH /cases/N/answers as a name": b'{"version": 0, "answers": {"name": "x", "more": [{"a": %s}]}}',
    "POST /cases/N/events": b'{"event": "submitted", "note": %s}',
    "POST /cases/N/events with marks": b'{"event": "submitted", "marks": [{"field": "name", "comment": "x", "row": %s}]}',
    "POST /login": b'{"name": %s, "password": "x"}',
}


@pytest.mark.parametrize("value", ODD_VALUES)
def test_what_cannot_be_sealed_is_refused_in_words_wherever_it_is_sent(browse: Browse, value: str) -> None:
    agent = browse("agent1")
    number = draft(agent)
    for call, body in ODD_BODIES.items():
        method, path = call.split(" ")[:2]
        answer = agent.api(method, path.replace("N", number), data=body % ODD_VALUES[value])
        assert 400 <= answer.status_code < 500, (call, answer.text[:200])
        assert body_of(answer)["message"] and "Traceback" not in answer.text
    surrogate = agent.api("PATCH", f"/cases/{number}/answers", data=rb'{"version": 0, "answers": {"\ud800": "x"}}')
    assert surrogate.status_code == 400
    case = body_of(agent.get(f"/api/v1/cases/{number}"))
    assert (case["version"], case["state"]) == (0, "draft")


def test_an_event_that_the_state_forbids_is_409(browse: Browse) -> None:
    agent = browse("agent1")
    answer = agent.api("POST", f"/cases/{draft(agent)}/events", {"event": "delivered", "pin": agent.pin})
    assert (answer.status_code, body_of(answer)["error"]) == (409, "transition_error")


def test_the_receipt_is_a_pdf(browse: Browse) -> None:
    agent = browse("agent1")
    answer = agent.get(f"/api/v1/cases/{submit(agent)}/documents/receipt")
    assert (answer.content_type, answer.data[:5]) == ("application/pdf", b"%PDF-")


def test_a_document_that_is_not_there_yet_is_404(browse: Browse) -> None:
    agent = browse("agent1")
    assert agent.get(f"/api/v1/cases/{submit(agent)}/documents/result").status_code == 404


def test_an_unknown_address_is_answered_as_json(county: World) -> None:
    answer = app_of(county.nodes["county"].app).test_client().get("/api/v1/nothing")
    assert (answer.status_code, body_of(answer)["problems"]) == (404, [])
