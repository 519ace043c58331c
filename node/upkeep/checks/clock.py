"""Checks of the clock. No clock is trusted for anything: these only tell a person that one is wrong."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from node.clock import from_text, to_text
from node.roles import Tier
from node.store import Store
from node.upkeep.findings import Finding, Subject, bad, good, note
from signing.trust import GRACE_DAYS

OFFSET, LAST_KNOWN = "clock_offset", "clock_last_known"
"""Names in `store.meta`."""
CLOSE, FAR = timedelta(minutes=2), timedelta(minutes=10)
"""From `FAR` on, a seal's time can no longer be proven."""
OLD = timedelta(days=7)


@dataclass(frozen=True)
class Offset:
    """The parent's clock minus this one, in seconds, as it was at `at` on this clock."""

    seconds: int
    at: str


def keep_offset(store: Store, parent_time: datetime, now: datetime, took_s: float) -> None:
    """Remember how far this clock is from the parent's, which was read halfway through a call of `took_s` that ended `now`."""
    seconds = round((parent_time - (now - timedelta(seconds=took_s / 2))).total_seconds())
    store.meta.set(OFFSET, json.dumps(asdict(Offset(seconds, to_text(now)))))
    if abs(seconds) < CLOSE.total_seconds():
        # The parent agrees with this clock: if it said something later before, it was wrong then.
        store.meta.set(LAST_KNOWN, to_text(now))


def keep_time(store: Store, now: datetime) -> None:
    """Remember that this clock has said `now`; never an earlier time than before."""
    known = _time(store.meta.get(LAST_KNOWN))
    if known is None or now > known:
        store.meta.set(LAST_KNOWN, to_text(now))


def offset(store: Store) -> Offset | None:
    """What was measured last."""
    try:
        return Offset(**json.loads(store.meta.get(OFFSET) or "null"))
    except (TypeError, ValueError):
        return None


def against_parent(subject: Subject) -> tuple[Finding, ...]:
    """How far this clock is from the parent's; a county has nobody to ask."""
    if subject.config.station.tier is Tier.COUNTY:
        return ()
    measured = offset(subject.store)
    if measured is None:
        return (note("clock_not_compared"),)
    facts: dict[str, int | str] = {"seconds": abs(measured.seconds), "at": measured.at}
    at = _time(measured.at)
    if at is None or subject.now - at > OLD:
        return (note("clock_compared_long_ago", **facts),)
    if abs(measured.seconds) < CLOSE.total_seconds():
        return (good("clock_agrees", **facts),)
    code = "clock_behind" if measured.seconds > 0 else "clock_ahead"
    return (bad(code, **facts) if abs(measured.seconds) >= FAR.total_seconds() else note(code, **facts),)


def against_itself(subject: Subject) -> tuple[Finding, ...]:
    """Whether this clock has gone backwards, or says a time at which this station's certificate cannot be in use."""
    found = []
    known = _time(subject.store.meta.get(LAST_KNOWN))
    if known is not None and subject.now < known - CLOSE:
        found.append(bad("clock_went_back", last=to_text(known), now=to_text(subject.now)))
    own = subject.own("station_sign")
    if own is not None and not own.not_before <= subject.now <= own.not_after + timedelta(days=GRACE_DAYS):
        found.append(
            bad("clock_outside_certificate", now=to_text(subject.now), since=to_text(own.not_before), until=to_text(own.not_after))
        )
    return tuple(found)


def _time(text: str | None) -> datetime | None:
    try:
        return None if text is None else from_text(text)
    except ValueError:
        return None
