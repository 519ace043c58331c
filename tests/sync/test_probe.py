"""A knock now and then notices that the line is back, and nothing else."""

import threading
from collections.abc import Callable

from sync.probe import Probe


def came_back(is_reachable: Callable[[], bool], was_reachable: bool, steps: int = 40) -> bool:
    pause = threading.Event()
    probe = Probe(is_reachable, was_reachable, every_s=0.001)
    for step in range(steps):
        if probe.has_come_back(step * 0.01):
            return True
        pause.wait(0.005)
    return False


def test_a_line_that_comes_back_is_noticed() -> None:
    answers = iter([False, False, True])
    assert came_back(lambda: next(answers, True), was_reachable=False)


def test_a_door_that_hung_up_on_a_later_knock_and_does_so_no_more_is_noticed() -> None:
    answers = iter([True, False, True])
    assert came_back(lambda: next(answers, True), was_reachable=True)


def test_a_line_that_stays_down_is_no_reason() -> None:
    assert not came_back(lambda: False, was_reachable=False)


def test_a_door_that_could_be_reached_all_the_time_is_no_reason() -> None:
    assert not came_back(lambda: True, was_reachable=True)


def test_it_knocks_only_when_it_is_time() -> None:
    knocks: list[int] = []

    def knock() -> bool:
        knocks.append(1)
        return False

    probe = Probe(knock, was_reachable=False, every_s=5)
    for _ in range(10):
        probe.has_come_back(4.9)
    assert knocks == []
