"""The bell at the door: whoever waits is told at once; places are bounded, one for each station."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from sync.bell import Bell
from sync.errors import DoorError
from tests.sync.fakes import OTHER, VILLAGE


@pytest.fixture(autouse=True)
def looks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what is found is found by the ring."""
    monkeypatch.setattr("sync.bell.LOOK_S", 100.0)


def waiting(bell: Bell, station: str, is_due: Callable[[], bool], wait_s: float = 20.0) -> "Future[bool]":
    """A call that waits in a thread of its own, once it has looked for the first time."""
    looked, answer = threading.Event(), Future[bool]()

    def look() -> bool:
        found = is_due()
        looked.set()
        return found

    threading.Thread(target=lambda: answer.set_result(bell.wait(station, look, wait_s)), daemon=True).start()
    assert looked.wait(10)
    return answer


def test_what_waits_already_is_told_at_once() -> None:
    assert Bell(1).wait(VILLAGE, lambda: True, 20)


def test_nothing_comes_and_the_time_is_up() -> None:
    assert not Bell(1).wait(VILLAGE, lambda: False, 0.01)


def test_who_waits_is_told_when_it_rings_for_it_and_goes_on_waiting_when_it_rings_for_others() -> None:
    bell, due = Bell(1), threading.Event()
    looks: list[bool] = []
    again = threading.Event()

    def is_due() -> bool:
        looks.append(due.is_set())
        if len(looks) == 2:
            again.set()
        return due.is_set()

    answer = waiting(bell, VILLAGE, is_due)
    bell.ring()
    assert again.wait(10) and not answer.done()
    due.set()
    bell.ring()
    assert answer.result(10)


def test_what_another_process_queued_is_found_without_a_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.bell.LOOK_S", 0.01)
    looks = iter([False, False, True])
    assert Bell(1).wait(VILLAGE, lambda: next(looks), 20)


def test_there_are_only_so_many_places() -> None:
    bell = Bell(1)
    waiting(bell, VILLAGE, lambda: False)
    with pytest.raises(DoorError, match="busy"):
        bell.wait(OTHER, lambda: False, 0.01)
    bell.close()


def test_a_station_that_calls_again_ends_its_first_call_and_needs_no_second_place() -> None:
    bell = Bell(1)
    first = waiting(bell, VILLAGE, lambda: False)
    second = waiting(bell, VILLAGE, lambda: False)
    assert first.result(10) is False
    bell.close()
    assert second.result(10) is False


def test_closing_sends_everybody_away_and_frees_the_places() -> None:
    bell = Bell(2)
    answers = [waiting(bell, station, lambda: False) for station in (VILLAGE, OTHER)]
    bell.close()
    assert [answer.result(10) for answer in answers] == [False, False]
