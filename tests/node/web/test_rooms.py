"""Pictures hold no thread that other pages need: who finds the room full is sent away at once, and the room empties again."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.web.security import HELD_THREADS, PICTURES, ROOMS
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages
from tests.node.web.browsing import Browsing, body_of, logged_in

SOON_S = 20.0


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village."""
    world = Villages(tmp_path_factory.mktemp("rooms") / "village", founded_county, "village1")
    yield world
    world.close()


def asked(browsing: Browsing, method: str, path: str, data: bytes | None, answers: list[int]) -> threading.Thread:
    """A call that is under way."""
    one = threading.Thread(target=lambda: answers.append(browsing.api(method, path, None, data).status_code))
    one.start()
    return one


def test_who_finds_no_place_to_wait_for_a_picture_is_sent_away_and_others_are_served(
    village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing, node = logged_in(village, "agent1"), village.nodes["village1"]
    number = body_of(browsing.api("POST", "/cases", {"item": "gaoling"}))["case_number"]
    frame, shots = picture("frame", (360, 240)), f"/cases/{number}/shots?material=mat_bank&source=file"
    shot = body_of(browsing.api("PUT", shots, data=frame))["shot"]
    for _ in range(ROOMS[PICTURES] + 1):
        assert browsing.api("PUT", shots, data=b"no picture").status_code == 422  # whoever is refused leaves too
    gate, inside, answers = threading.Event(), threading.Semaphore(0), list[int]()

    def slow(*_: object) -> bytes:
        inside.release()
        assert gate.wait(SOON_S)
        return frame

    capture = node.counter.capture
    monkeypatch.setattr(capture.tray, "picture", slow)
    monkeypatch.setattr(capture.tray, "look", slow)
    picture_path, look_path = f"/cases/{number}/shots/{shot}/picture", f"/cases/{number}/look?material=mat_bank"
    clerks = [logged_in(village, "agent1") for _ in range(HELD_THREADS)]
    calls = [asked(one, "GET", picture_path, None, answers) for one in clerks[: ROOMS[PICTURES]]]
    calls += [asked(one, "POST", look_path, frame, []) for one in clerks[ROOMS[PICTURES] :]]
    for _ in range(HELD_THREADS):
        assert inside.acquire(timeout=SOON_S)
    page, pdf = f"/cases/{number}/materials/mat_bank?page=1", f"/cases/{number}/materials/mat_bank.pdf"
    for refused in (
        browsing.api("GET", picture_path), browsing.api("POST", look_path, data=frame), browsing.api("PUT", shots, data=frame),
        browsing.api("POST", f"/cases/{number}/shots/{shot}/preview", {}), browsing.api("POST", f"/cases/{number}/shots/{shot}/keep", {}),
        browsing.api("PUT", page, data=frame), browsing.get(pdf),
    ):  # fmt: skip
        assert refused.status_code == 503 and "请稍等" in refused.text
    assert browsing.get(f"/cases/{number}").status_code == browsing.api("GET", f"/cases/{number}/shots").status_code == 200
    gate.set()
    for call in calls:
        call.join(SOON_S)
    monkeypatch.undo()
    assert answers == [200] * ROOMS[PICTURES]
    assert browsing.api("GET", picture_path).status_code == 200
    assert node.store.materials.list(number) == []
