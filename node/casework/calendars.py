"""The calendars (工作日历) of a station: what the program brings, what the county has published since, and which was in force when."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import node
from node.casework.calendar_document import Calendar, read_calendar
from node.casework.deadlines import CalendarHistory, CalendarInForce, WorkCalendar
from node.clock import Clock, county_day, from_text, to_text
from node.store import Store
from node.store.records import AuditRecord

SHIPPED = Path(node.__file__).parent / "data" / "calendar.json"
PREFIX = "calendar."
"""Names in `store.meta`, numbered in the order of taking: JSON of `at`, `taken_at`, `by` and `data`, the document."""
BY_PROGRAM, BY_COUNTY = "program", "county"
TAKEN = "calendar_taken"
"""What the log says; about the document's digest."""


@dataclass(frozen=True)
class Kept:
    """A calendar that is or was in force here; `by` the program that brought it or the county that sent it.

    `at` is when it was published, `taken_at` when this station took it; both None when it was not kept yet.
    """

    calendar: Calendar
    version: str
    by: str
    at: datetime | None = None
    taken_at: datetime | None = None


class Calendars:
    """The calendar in force, and all before it: none is forgotten, because open cases were counted by them.

    Until the county has published one, the calendar that the program brings is in force. `shipped` is that one's bytes. What counts
    for a case is when this station took a calendar: a station that was cut off told people the days of the old one until then. One that
    was published before this station began, which then stands in another's place, counts from its publication.
    """

    def __init__(self, store: Store, digest: Callable[[bytes], str], shipped: bytes, clock: Clock) -> None:
        self._store = store
        self._digest = digest
        self._clock = clock
        self._shipped = Kept(read_calendar(shipped), digest(shipped), BY_PROGRAM)
        self._read: tuple[str, tuple[Kept, ...], CalendarHistory] = ("", (), _history([self._shipped]))

    def begin(self) -> None:
        """Note which calendar this program brings: a new program may bring another one than the one before it."""
        kept = self.all()
        if not kept or (kept[-1].by == BY_PROGRAM and kept[-1].version != self._shipped.version):
            self._keep(self._shipped.calendar.to_bytes(), self._clock.now(), BY_PROGRAM)

    def take(self, data: bytes, at: datetime) -> None:
        """Let the calendar that the county published `at` that moment be in force, in the caller's transaction; those before stay known.

        Raises:
            CalendarError: it is no calendar; nothing has changed.
        """
        read_calendar(data)
        newest = self.newest()
        if newest.by != BY_COUNTY or newest.version != self._digest(data):
            self._keep(data, at, BY_COUNTY)

    def current(self) -> WorkCalendar:
        """The calendar by which limits are counted."""
        return self.history().current

    def history(self) -> CalendarHistory:
        """All calendars that were in force, for what began before the newest."""
        self._refresh()
        return self._read[2]

    def newest(self) -> Kept:
        """The calendar in force as it was kept; what the program brings when nothing was."""
        kept = self.all()
        return kept[-1] if kept else self._shipped

    def all(self) -> tuple[Kept, ...]:
        """Every calendar that was in force here, oldest first."""
        self._refresh()
        return self._read[1]

    def shipped(self) -> Calendar:
        """What the program brings."""
        return self._shipped.calendar

    def _refresh(self) -> None:
        """Read again when another was taken: perhaps by another process, or in a transaction that was taken back."""
        names = self._store.meta.names(PREFIX)
        newest = (self._store.meta.get(names[-1]) or "") if names else ""
        if newest == self._read[0]:
            return
        kept = tuple(self._kept(name) for name in names)
        self._read = (newest, kept, _history(kept or [self._shipped]))

    def _kept(self, name: str) -> Kept:
        facts: dict[str, Any] = json.loads(self._store.meta.get(name) or "{}")
        data = facts["data"].encode()
        return Kept(read_calendar(data), self._digest(data), facts["by"], from_text(facts["at"]), from_text(facts["taken_at"]))

    def _keep(self, data: bytes, at: datetime, by: str) -> None:
        taken_at = self._clock.now()
        facts = {"at": to_text(at), "taken_at": to_text(taken_at), "by": by, "data": data.decode()}
        with self._store.transaction():
            names = self._store.meta.names(PREFIX)
            number = int(names[-1].removeprefix(PREFIX)) + 1 if names else 1
            self._store.meta.set(f"{PREFIX}{number:06d}", json.dumps(facts, ensure_ascii=False))
            self._store.audit.append(AuditRecord(taken_at, by, TAKEN, self._digest(data)))


def shipped_calendar() -> bytes:
    """The document that the program brings."""
    return SHIPPED.read_bytes()


def _history(kept: Sequence[Kept]) -> CalendarHistory:
    return CalendarHistory([CalendarInForce(one.calendar.counted(), _since(one, kept[0]), one.version) for one in kept])


def _since(one: Kept, first: Kept) -> date:
    if one.at is None or one.taken_at is None or first.taken_at is None:
        return date.min
    return county_day(one.at if one.at < first.taken_at else one.taken_at)
