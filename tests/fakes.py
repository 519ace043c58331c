"""What tests put in the place of the world: a clock that goes when told."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


class SetClock:
    """Stands still until moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at

    def move(self, **by: float) -> None:
        """Go on, or back, by so many `minutes=`, `hours=`, `days=` ..."""
        self.at += timedelta(**by)
