"""Values that go into columns come back as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from node.clock import to_text
from node.store.columns import TimeColumn, time_to_text


def test_a_time_is_written_as_formats_say() -> None:
    moment = datetime(2026, 11, 22, 3, 4, 5, 999999, tzinfo=UTC)
    assert time_to_text(moment) == to_text(moment) == "2026-11-22T03:04:05Z"
    assert time_to_text(moment.astimezone(timezone(timedelta(hours=8)))) == "2026-11-22T03:04:05Z"


def test_a_claimed_time_of_any_year_comes_back() -> None:
    column = TimeColumn()
    for moment in (datetime.min.replace(tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        assert column.python_value(column.db_value(moment)) == moment


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        time_to_text(datetime(2026, 11, 22))
