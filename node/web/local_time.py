"""Times as people of the county read them. Stored times are UTC; only the pages speak local time."""

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The county's zone; a fixed offset since 1991, so no zone database is needed on Windows."""

LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """The moment on the county's clock."""
    # Other stations sign what they like: the last hours of the year 9999 must take no page with them.
    return min(moment, LAST_MOMENT).astimezone(SHANGHAI)


def moment_text(moment: datetime | None) -> str:
    """`2026年11月22日 11:04`, or a dash."""
    if moment is None:
        return "—"
    there = local(moment)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def short_moment(moment: datetime | None) -> str:
    """`11月22日 11:04`, or a dash."""
    if moment is None:
        return "—"
    there = local(moment)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def day_text(day: date | None) -> str:
    """`2026年11月22日`, or a dash."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def short_day(day: date | None, now: date) -> str:
    """`11月22日` of this year, with the year of any other; or a dash."""
    if day is None:
        return "—"
    return f"{day.month}月{day.day}日" if day.year == now.year else day_text(day)


def today(now: datetime) -> date:
    """The county's date at `now`."""
    return local(now).date()


def iso(moment: datetime | None) -> str | None:
    """`2026-11-22T03:04:05Z`, the form of the API; None stays None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
