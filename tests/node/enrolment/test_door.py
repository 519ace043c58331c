"""Turns at the door: so many a minute, for one caller and for all, whatever the clock does."""

from node.enrolment.door import Turns
from tests.fakes import SetClock


def test_each_caller_has_turns_of_its_own_within_those_of_all() -> None:
    clock = SetClock()
    turns = Turns(clock, most_of_one=2, most_of_all=5)
    assert [turns.take("a") for _ in range(3)] == [True, True, False]
    assert [turns.take("b") for _ in range(3)] == [True, True, False]
    assert [turns.take("c"), turns.take("d")] == [True, False]
    clock.move(seconds=59)
    assert not turns.take("a")
    clock.move(seconds=1)
    assert turns.take("a") and turns.take("d")


def test_a_clock_that_is_set_back_shuts_nobody_out() -> None:
    clock = SetClock()
    turns = Turns(clock, most_of_one=1, most_of_all=1)
    assert turns.take("a")
    clock.move(days=-400)
    assert turns.take("a")
