"""Time zones: how far local clocks are from UTC. A county keeps UTC+8 without summer time; others are for comparisons.

The twin is `zones.js`. Milliseconds count from 1970, in UTC or, where the name says so, as if local clocks showed UTC.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MS_PER_DAY = 86_400_000
_MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_000_000_000_000, 253_000_000_000_000
"""Between them lies what a zone's table is asked for; outside, the nearer end counts."""


class UnknownZoneError(ValueError):
    """No zone of that name is known here."""


class Zone:
    """A zone by name; `minutes` when its clocks never change."""

    def __init__(self, name: str, minutes: int | None = None) -> None:
        self.name = name
        self._fixed = None if minutes is None else minutes * _MINUTE
        self._table = None if minutes is not None else _table(name)

    def offset(self, utc: float) -> int:
        """Milliseconds that local clocks are ahead of UTC at a moment, in whole minutes."""
        if self._table is None:
            return self._fixed or 0
        at = _EPOCH + timedelta(milliseconds=min(max(utc, _FIRST), _LAST))
        ahead = at.astimezone(self._table).utcoffset() or timedelta(0)
        return int(ahead.total_seconds() / 60) * _MINUTE

    def utc(self, local: float) -> float:
        """The moment at which local clocks show this; the first of two, or as before the clocks went forward."""
        if self._fixed is not None:
            return local - self._fixed
        before, after = self.offset(local - MS_PER_DAY), self.offset(local + MS_PER_DAY)
        if self.offset(local - before) != before and self.offset(local - after) == after:
            return local - after
        return local - before


def _table(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise UnknownZoneError(name) from error


COUNTY_ZONE = Zone("Asia/Shanghai", 8 * 60)


def zone_of(name: str) -> Zone:
    """The zone of an IANA name.

    Raises:
        UnknownZoneError: this computer knows none of that name.
    """
    if name == COUNTY_ZONE.name:
        return COUNTY_ZONE
    return Zone(name, 0) if name == "UTC" else Zone(name)
