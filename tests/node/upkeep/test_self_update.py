"""When it is quiet."""

from datetime import time

import pytest

from node.upkeep.self_update import is_within


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ((time(12), time(14)), time(12), True),
        ((time(12), time(14)), time(13, 59), True),
        ((time(12), time(14)), time(14), False),
        ((time(12), time(14)), time(3), False),
        ((time(22), time(5)), time(23), True),
        ((time(22), time(5)), time(4, 59), True),
        ((time(22), time(5)), time(5), False),
        ((time(22), time(5)), time(12), False),
    ],
)
def test_hours_have_their_first_moment_and_not_their_last_and_may_go_over_midnight(hours: tuple[time, time], at: time, quiet: bool) -> None:
    assert is_within(hours, at) is quiet
