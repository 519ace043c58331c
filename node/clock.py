"""The clock that everything in a node is given; no code asks the machine for the time by itself."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock, which may be wrong."""

    def now(self) -> datetime:
        """The machine's time, aware, UTC."""
        return datetime.now(UTC)


_PADDED = 1000
"""From this year on a time is written the same way, and faster, by `isoformat`."""


def to_text(moment: datetime) -> str:
    """`2026-11-22T03:04:05Z`: the one written form of a time, whole seconds."""
    if moment.tzinfo is UTC and moment.year >= _PADDED:
        return moment.isoformat()[:19] + "Z"
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The aware UTC time that `to_text` wrote.

    Raises:
        ValueError: any other form.
    """
    if type(text) is str and len(text) == 20 and text[-1] == "Z" and text[10] == "T":
        moment = datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)
        if moment.year >= _PADDED and moment.isoformat()[:19] == text[:19]:
            return moment
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if to_text(moment) != text:
        raise ValueError(text)
    return moment


COUNTY_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of a county's calendar days; it has had no summer time since 1991, so no zone data are needed."""


def county_hour(moment: datetime) -> time:
    """The time of day of `moment` in the county."""
    return moment.astimezone(COUNTY_ZONE).time()


def county_day(moment: datetime) -> date:
    """The calendar day of `moment` in the county."""
    return moment.astimezone(COUNTY_ZONE).date()
