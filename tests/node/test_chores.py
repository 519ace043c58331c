"""Chores come round, one that fails stops no other, and a clock that jumps puts none off."""

from datetime import datetime, timedelta

from node.chores import Chore, Chores
from tests.fakes import SetClock


def chores(clock: SetClock, done: list[str]) -> Chores:
    def fail(_now: datetime) -> None:
        done.append("bad")
        raise RuntimeError("示例")

    def note(name: str) -> Chore:
        return Chore(name, timedelta(minutes=10), lambda _now: done.append(name))

    return Chores([note("first"), Chore("bad", timedelta(minutes=1), fail), note("last")], clock)


def test_each_is_done_at_once_and_then_left_alone_for_its_time() -> None:
    clock, done = SetClock(), []  # type: ignore[var-annotated]
    here = chores(clock, done)
    here.run_due()
    here.run_due()
    assert done == ["first", "bad", "last"]
    clock.move(minutes=2)
    here.run_due()
    assert done[3:] == ["bad"]
    clock.move(minutes=9)
    here.run_due()
    assert done[4:] == ["first", "bad", "last"]


def test_a_clock_that_was_set_back_puts_nothing_off() -> None:
    clock, done = SetClock(), []  # type: ignore[var-annotated]
    here = chores(clock, done)
    here.run_due()
    clock.move(days=-400)
    here.run_due()
    assert done == ["first", "bad", "last"] * 2


def test_everything_at_once_but_what_is_left_out() -> None:
    clock, done = SetClock(), []  # type: ignore[var-annotated]
    here = chores(clock, done)
    here.run_due()
    here.run_due(all_of_them=True, without=("first",))
    assert done[3:] == ["bad", "last"]
