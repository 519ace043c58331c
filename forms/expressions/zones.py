"""Time zones: how far local clocks are from UTC. A county keeps UTC+8 without summer time; others are for comparisons.

Others are in `forms.authoring.named_zones`: their tables take memory that no village needs to spend. The twin is `zones.js`.
Milliseconds count from 1970, in UTC or, where the name says so, as if local clocks showed UTC.
"""

from datetime import UTC, datetime, timedelta, tzinfo

MS_PER_DAY = 86_400_000
_MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_000_000_000_000, 253_000_000_000_000
"""Between them lies what a zone's table is asked for; outside, the nearer end counts."""


class Zone:
    """A zone by name: `minutes` ahead of UTC when its clocks never change, else what `table` says."""

    def __init__(self, name: str, *, minutes: int = 0, table: tzinfo | None = None) -> None:
        self.name = name
        self._fixed = minutes * _MINUTE if table is None else None
        self._table = table

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


COUNTY_ZONE = Zone("Asia/Shanghai", minutes=8 * 60)
