"""Times on pages: the county's clock, also for what others signed in bad faith."""

from datetime import UTC, datetime

from node.web.local_time import moment_text, short_moment


def test_a_moment_is_shown_on_the_countys_clock() -> None:
    assert moment_text(datetime(2026, 12, 31, 20, 5, tzinfo=UTC)) == "2027年1月1日 04:05"


def test_the_last_moment_there_is_takes_no_page_with_it() -> None:
    assert short_moment(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) == "12月31日 08:00"
