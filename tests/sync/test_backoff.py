"""How long to wait, and what to leave alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import Later, delay_s
from tests.sync.fakes import FakeClock


def test_after_no_failure_there_is_no_wait() -> None:
    assert delay_s(0, 0.99) == 0


def test_waits_double_up_to_the_cap() -> None:
    assert [delay_s(failures, 1.0) for failures in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_every_wait_is_within_half_of_its_length(failures: int, chance: float) -> None:
    assert delay_s(failures, 1.0) / 2 <= delay_s(failures, chance) <= delay_s(failures, 1.0) <= 60


def test_a_name_is_left_alone_for_longer_each_time() -> None:
    clock = FakeClock()
    later = Later(clock.now, first_s=10, cap_s=100)
    assert later.ready("a")
    for wait_s in (10, 20, 40, 80, 100, 100):
        later.postpone("a")
        clock.advance(wait_s - 1)
        assert not later.ready("a")
        clock.advance(1)
        assert later.ready("a")
    later.forget("a")
    later.postpone("a")
    clock.advance(10)
    assert later.ready("a")


def test_a_clock_set_back_ten_years_holds_no_name() -> None:
    clock = FakeClock()
    later = Later(clock.now)
    later.postpone("a")
    clock.moment -= timedelta(days=3650)
    assert later.ready("a")


def test_names_are_bounded() -> None:
    later = Later(FakeClock().now, most=3)
    for name in "abcde":
        later.postpone(name)
    assert [later.ready(name) for name in "abcde"] == [True, True, False, False, False]
