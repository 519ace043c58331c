"""The API of capture: the whole way from a frame to an ordered page, and what each wrong call is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.scanning.shot import Finding, Look
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages
from tests.node.web.browsing import Browsing, body_of, logged_in

SIZE = (360, 240)
CORNERS = [[20, 20], [340, 22.5], [338, 220], [22, 218]]
PLAN: dict[str, Any] = {"corners": CORNERS, "colour": "grey"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village; every test has a draft of its own."""
    world = Villages(tmp_path_factory.mktemp("capture") / "village", founded_county, "village1")
    yield world
    world.close()


@pytest.fixture
def seen(village: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that are found on every picture."""
    codes: list[str] = []
    look = lambda picture, wanted, quick: Look(*SIZE, (), 0.0, tuple(Finding(one, {"dpi": 90}) for one in codes), None)  # noqa: E731
    capture = village.nodes["village1"].counter.capture
    monkeypatch.setattr(capture.tray, "_look", look)
    monkeypatch.setattr(capture.keeping, "_judge", lambda picture, plan: ())
    return codes


class Case:
    """The agent's browser at one draft."""

    def __init__(self, village: World, item: str = "gaoling") -> None:
        self.browsing: Browsing = logged_in(village, "agent1")
        self.number: str = body_of(self.browsing.api("POST", "/cases", {"item": item}))["case_number"]

    def call(self, method: str, path: str, body: Any = None, data: bytes | None = None) -> Any:
        return self.browsing.api(method, f"/cases/{self.number}/{path}", body, data)

    def take(self, text: str, material: str = "mat_bank") -> str:
        answer = self.call("PUT", f"shots?material={material}&source=camera", data=picture(text, SIZE))
        assert answer.status_code == 201
        return str(body_of(answer)["shot"])

    def keep(self, shot: str, **more: Any) -> Any:
        return self.call("POST", f"shots/{shot}/keep", {"plan": PLAN, **more})


@pytest.fixture
def case(village: World, seen: list[str]) -> Case:
    return Case(village)


def test_from_a_frame_to_a_page_and_back(case: Case) -> None:
    look = body_of(case.call("POST", "look?material=mat_bank", data=picture("frame", SIZE)))
    assert look == {"width": 360, "height": 240, "sheets": [], "score": 0.0, "quality": [], "dpi": None}
    assert body_of(case.call("GET", "shots")) == {"shots": []}
    shot = case.take("a")
    (told,) = body_of(case.call("GET", "shots?material=mat_bank"))["shots"]
    assert (told["shot"], told["source"], told["page"], told["plan"]["corners"]) == (shot, "camera", None, None)
    assert set(told) == {"shot", "material", "source", "taken_at", "width", "height", "look", "plan", "page"}
    before, after = case.call("GET", f"shots/{shot}/picture"), case.call("POST", f"shots/{shot}/preview", PLAN)
    assert before.content_type == after.content_type == "image/jpeg" and before.data[:2] == after.data[:2] == b"\xff\xd8"
    kept = body_of(case.keep(shot, note="复印件"))
    assert (kept["material"], kept["page"], kept["quality"]) == ("mat_bank", 1, [])
    assert [one["page"] for one in body_of(case.call("GET", "shots"))["shots"]] == [1]
    (attachment,) = body_of(case.browsing.api("GET", f"/cases/{case.number}"))["materials"]
    assert attachment["digest"] == kept["digest"]
    assert attachment["taken"] == {"by": "camera", "quality": [], "messages": [], "note": "复印件"}
    opened = body_of(case.call("POST", "materials/mat_bank/1/open"))
    assert (opened["shot"], opened["plan"]["colour"], opened["plan"]["corners"][1]) == (shot, "grey", [340.0, 22.5])
    assert (opened["with"], opened["note"], opened["page"]) == (None, "复印件", 1)
    second = body_of(case.keep(case.take("b")))
    ordered = body_of(case.call("POST", "materials/mat_bank/order", {"pages": [2, 1], "digests": [second["digest"], kept["digest"]]}))
    assert [(one["page"], one["digest"]) for one in ordered["pages"]] == [(1, second["digest"]), (2, kept["digest"])]
    assert case.call("DELETE", f"shots/{shot}").status_code == case.call("DELETE", f"shots/{shot}").status_code == 204


def test_a_real_picture_is_looked_at_by_a_child_of_its_own(village: World) -> None:
    case = Case(village)
    look = body_of(case.call("POST", "look?material=mat_id", data=picture("frame", SIZE)))
    assert (look["width"], look["height"]) == SIZE
    assert case.call("POST", "look?material=mat_id", data=b"no picture").status_code == 422
    told = body_of(case.call("PUT", "shots?material=mat_id&source=file", data=picture("frame", SIZE)))
    assert told["look"]["width"] == told["width"] == 360 and told["plan"]["paper"] == "id_card"
    kept = case.keep(told["shot"], note="角是手画的", anyway=True)
    assert kept.status_code == 200 and body_of(kept)["page"] == 1


def test_both_sides_of_a_card_go_in_one_call(case: Case) -> None:
    front, back = case.take("front", "mat_id"), case.take("back", "mat_id")
    kept = body_of(case.keep(front, **{"with": {"shot": back, "plan": {**PLAN, "turn": 180}}}))
    assert kept["page"] == 1
    opened = body_of(case.call("POST", "materials/mat_id/1/open"))
    assert (opened["with"]["shot"], opened["with"]["plan"]["turn"]) == (back, 180)


def test_what_the_gate_found_is_told_in_words_and_kept_with_a_note(case: Case, seen: list[str]) -> None:
    seen += ["glare", "few_dots"]
    shot = case.take("a")
    refused = case.keep(shot, plan={})
    told = body_of(refused)
    assert (refused.status_code, told["error"], told["code"]) == (409, "quality_error", "quality")
    assert told["facts"] == {"codes": ["glare", "few_dots"]} and "原因" in told["message"]
    assert [(one["code"], one["facts"]) for one in told["quality"]] == [("glare", {"dpi": 90}), ("few_dots", {"dpi": 90})]
    assert all(one["message"] not in ("", one["code"]) for one in told["quality"])
    kept = body_of(case.keep(shot, plan={}, note="只有这一张", anyway=True))
    assert [one["code"] for one in kept["quality"]] == ["glare", "few_dots"]
    for page in (f"/cases/{case.number}/materials", f"/cases/{case.number}"):
        assert "反光" in case.browsing.get(page).text and "只有这一张" in case.browsing.get(page).text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "shots?material=mat_bank", b"", 400, "missing"),
        ("PUT", "shots?source=camera", b"", 400, "missing"),
        ("PUT", "shots?material=mat_bank&source=moon", picture("x", SIZE), 400, "source"),
        ("PUT", "shots?material=nothing&source=file", picture("x", SIZE), 404, None),
        ("PUT", "shots?material=mat_bank&source=file", b"GIF89a", 422, "unknown_kind"),
        ("PUT", "shots?material=mat_bank&source=file", b"\xff\xd8\xff" + bytes(21 << 20), 422, "too_large"),
        ("POST", "look?material=mat_bank", bytes(401 << 10), 413, None),
        ("GET", "shots/0000/picture", None, 404, None),
        ("POST", "shots/{shot}/preview", {"corners": [[0, 0]]}, 422, "plan"),
        ("POST", "shots/{shot}/preview", {"turn": 45}, 422, "plan"),
        ("POST", "shots/{shot}/preview", [], 400, "json"),
        ("POST", "shots/{shot}/keep", {"plan": 7}, 400, "bad"),
        ("POST", "shots/{shot}/keep", {"plan": {}, "page": "1"}, 400, "bad"),
        ("POST", "shots/{shot}/keep", {"plan": {}, "page": 31}, 422, "page"),
        ("POST", "shots/{shot}/keep", {"plan": {}, "anyway": 1}, 400, "bad"),
        ("POST", "shots/{shot}/keep", b'{"plan": {}, "note": "\\ud800"}', 400, "bad"),
        ("POST", "shots/{shot}/keep", b'{"plan": {"corners": [[0, 0], [1e999, 0], [9, 9], [0, NaN]]}}', 422, "plan"),
        ("POST", "shots/{shot}/keep", b'{"plan": {"corners": [[0, 0], [1' + b"0" * 400 + b", 0], [9, 9], [0, 9]]}}", 422, "plan"),
        ("POST", "shots/{shot}/keep", b"[" * 100_000, 400, "json"),
        ("POST", "shots/{shot}/keep", {"plan": {}, "note": "注" * 201}, 400, "note_long"),
        ("POST", "shots/{shot}/keep", {"plan": {}, "with": {"plan": {}}}, 400, "missing"),
        ("POST", "shots/{shot}/keep", b'{"plan": {}, "with": {"shot": "\\ud800"}}', 400, "bad"),
        ("POST", "materials/mat_bank/99999999999999999999/open", None, 404, None),
        ("POST", "shots/0000/keep", {"plan": {}}, 404, None),
        ("POST", "materials/mat_bank/order", {"pages": [True]}, 400, "bad"),
        ("POST", "materials/mat_bank/order", {"pages": [1]}, 409, "pages"),
        ("POST", "materials/mat_bank/1/open", None, 404, None),
    ],
    ids=map(str, range(27)),
)
def test_a_wrong_call_is_told_what_is_wrong_and_changes_nothing(
    village: World, case: Case, method: str, path: str, body: Any, status: int, code: str | None
) -> None:
    shot = case.take("a")
    is_bytes = isinstance(body, bytes)
    answer = case.call(method, path.format(shot=shot), None if is_bytes else body, body if is_bytes else None)
    assert answer.status_code == status, answer.text
    assert code is None or body_of(answer)["code"] == code
    assert body_of(answer)["message"] and "{" not in body_of(answer)["message"]
    store = village.nodes["village1"].store
    assert [one.shot for one in store.shots.of_case(case.number)] == [shot] and store.materials.list(case.number) == []


def test_only_an_agent_with_the_pages_token_gets_near(village: World, case: Case) -> None:
    shot = case.take("a")
    calls = [
        ("GET", "shots"), ("GET", f"shots/{shot}/picture"), ("POST", f"shots/{shot}/preview"), ("POST", f"shots/{shot}/keep"),
        ("DELETE", f"shots/{shot}"), ("POST", "look?material=mat_bank"), ("PUT", "shots?material=mat_bank&source=file"),
        ("POST", "materials/mat_bank/order"), ("POST", "materials/mat_bank/1/open"),
    ]  # fmt: skip
    head = logged_in(village, "head1")
    stranger = case.browsing.client.application.test_client()
    for method, path in calls:
        assert head.api(method, f"/cases/{case.number}/{path}", {}).status_code == 403
        assert stranger.open(f"/api/v1/cases/{case.number}/{path}", method=method).status_code == 401
        if method != "GET":
            assert case.browsing.client.open(f"/api/v1/cases/{case.number}/{path}", method=method).status_code == 403


def test_every_call_is_described(case: Case) -> None:
    told = json.loads(case.browsing.get("/api/v1/openapi.json").data)
    for rule in case.browsing.client.application.url_map.iter_rules():
        if rule.endpoint.startswith("capture_api."):
            path = rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}")
            assert {method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} <= set(told["paths"][path]), path
    assert {"Look", "Plan", "Shot", "Taken"} <= set(told["components"]["schemas"])


def test_what_is_said_of_a_picture_that_answers_a_field_is_seen_on_the_page_that_is_signed(village: World, seen: list[str]) -> None:
    case = Case(village, "elder_card")
    assert case.keep(case.take("head", "photo"), note="只有这张旧照片").status_code == 200
    assert "只有这张旧照片" in case.browsing.get(f"/cases/{case.number}/check").text


def test_a_page_of_what_is_not_asked_any_more_is_seen_before_it_is_signed_with_the_rest(village: World, case: Case) -> None:
    store = village.nodes["village1"].store
    assert case.keep(case.take("a"), note="多出来的一页").status_code == 200
    (row,) = store.materials.list(case.number)
    with store.transaction():
        store.materials.delete(case.number, row.material, row.page)
        store.materials.put(replace(row, material="gone"))
    page = case.browsing.get(f"/cases/{case.number}/check").text
    assert f"/cases/{case.number}/materials/gone/1?small=1" in page and "多出来的一页" in page
