"""How much of the line this station may use, and when (线路设置): a cap, quiet hours, a pause. Kept in the store, followed by the courier.

Implements `sync.boxes.Pace`. What nobody has set here is as `[link]` of `node.toml` says.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from node.clock import COUNTY_ZONE, Clock, county_hour, from_text, to_text
from node.config import LinkSettings
from node.errors import RequestError
from node.store import Store
from node.store.records import AuditRecord

META = "line_settings"
"""In `store.meta`, as JSON."""

LEAST_KBIT, MOST_KBIT = 8, 1_000_000
READ_EVERY = timedelta(seconds=0.5)
"""Another process of this station may have changed it: it is read again as often."""

PAUSES = ("hour", "morning", "open")
"""How long a pause may last: an hour, to the next morning, until somebody ends it."""

MORNING = time(8)
ABOUT = "line"


@dataclass(frozen=True)
class LinePlan:
    """What is set. `max_kbit` None is no cap; `quiet_hours` are (from, to) in county time, None is never.

    `paused_until` None of a pause is until somebody ends it.
    """

    max_kbit: int | None = None
    quiet_hours: tuple[time, time] | None = None
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    paused_by: str = ""


class LineSettings:
    """Reads and changes what is set; tells the courier what it may do now."""

    def __init__(self, store: Store, defaults: LinkSettings, clock: Clock) -> None:
        self._store = store
        self._defaults = LinePlan(defaults.max_kbit, defaults.quiet_hours)
        self._clock = clock
        self._kept = self._defaults
        self._read_at: datetime | None = None

    def plan(self) -> LinePlan:
        """What is set now; a pause that has run out is none."""
        now = self._clock.now()
        if self._read_at is None or abs(now - self._read_at) >= READ_EVERY:
            self._read_at, self._kept = now, self._read()
        return _as_of(self._kept, now)

    def set_limits(self, who: str, max_kbit: int | None, quiet_hours: tuple[str, str] | None) -> LinePlan:
        """Set the cap in kbit/s and the hours (`22:00`, `06:00`) without scans; None lifts either.

        Raises:
            RequestError: `line_cap`, `quiet_hours` or `quiet_same`; nothing was changed.
        """
        if max_kbit is not None and not LEAST_KBIT <= max_kbit <= MOST_KBIT:
            raise RequestError("line_cap", least=LEAST_KBIT, most=MOST_KBIT)
        hours = None if quiet_hours is None else _hours(*quiet_hours)
        if hours is not None and hours[0] == hours[1]:
            raise RequestError("quiet_same")
        return self._change(who, "line_limits", max_kbit=max_kbit, quiet_hours=hours)

    def pause(self, who: str, how_long: str) -> LinePlan:
        """Carry nothing by the line for `how_long` of `PAUSES`; what is done by hand still goes.

        Raises:
            RequestError: `pause`; nothing was changed.
        """
        if how_long not in PAUSES:
            raise RequestError("pause", name=how_long)
        now = self._clock.now()
        until = {"hour": now + timedelta(hours=1), "morning": _next(MORNING, now)}.get(how_long)
        return self._change(who, "line_paused", paused_at=now, paused_until=until, paused_by=who)

    def go_on(self, who: str) -> LinePlan:
        """End a pause."""
        return self._change(who, "line_resumed", paused_at=None, paused_until=None, paused_by="")

    def max_bytes_s(self) -> int | None:
        """The cap in bytes a second, None for no cap."""
        kbit = self.plan().max_kbit
        return None if kbit is None else kbit * 1000 // 8

    def scans_may_go(self) -> bool:
        """Whether enclosures may go now: these are no quiet hours."""
        return not self.is_quiet()

    def is_quiet(self) -> bool:
        """Whether it is within the quiet hours, which may go over midnight."""
        hours = self.plan().quiet_hours
        return hours is not None and _within(county_hour(self._clock.now()), *hours)

    def is_paused(self) -> bool:
        """Whether somebody has stopped the line for a while."""
        return self.plan().paused_at is not None

    def _change(self, who: str, what: str, **changed: Any) -> LinePlan:
        """Keep what is set with the person who set it, and let the courier look at it."""
        now = self._clock.now()
        with self._store.transaction():
            plan = replace(_as_of(self._read(), now), **changed)
            self._store.meta.set(META, json.dumps(_to_json(plan)))
            self._store.audit.append(AuditRecord(now, who, what, ABOUT, {name: _told(value) for name, value in changed.items()}))
            self._store.after_commit(self._forget)
            self._store.note_queued()
        return self.plan()

    def _forget(self) -> None:
        self._read_at = None

    def _read(self) -> LinePlan:
        text = self._store.meta.get(META)
        return self._defaults if text is None else _from_json(json.loads(text))


def _as_of(plan: LinePlan, now: datetime) -> LinePlan:
    """The plan without a pause that has run out. A clock set back before its beginning ends it too: nothing may stop the line for years."""
    if plan.paused_at is None or plan.paused_until is None or plan.paused_at - timedelta(hours=1) <= now < plan.paused_until:
        return plan
    return replace(plan, paused_at=None, paused_until=None, paused_by="")


def _within(moment: time, start: time, end: time) -> bool:
    return start <= moment < end if start <= end else moment >= start or moment < end


def _next(hour: time, now: datetime) -> datetime:
    """The next moment when it is `hour` in the county."""
    local = now.astimezone(COUNTY_ZONE)
    there = datetime.combine(local.date(), hour, COUNTY_ZONE)
    return (there if there > local else there + timedelta(days=1)).astimezone(now.tzinfo)


def _hours(start: str, end: str) -> tuple[time, time]:
    try:
        first, last = (datetime.strptime(text.strip(), "%H:%M").time() for text in (start, end))
    except ValueError as error:
        raise RequestError("quiet_hours") from error
    return first, last


def _told(value: Any) -> Any:
    """A setting as the audit log keeps it."""
    if isinstance(value, datetime):
        return to_text(value)
    return [part.strftime("%H:%M") for part in value] if isinstance(value, tuple) else value


def _to_json(plan: LinePlan) -> dict[str, Any]:
    return {name: _told(value) for name, value in vars(plan).items()}


def _from_json(value: dict[str, Any]) -> LinePlan:
    quiet = value["quiet_hours"]
    moments = {name: from_text(value[name]) if value[name] else None for name in ("paused_at", "paused_until")}
    return LinePlan(value["max_kbit"], _hours(*quiet) if quiet else None, **moments, paused_by=value["paused_by"])
