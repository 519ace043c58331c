"""Checks of what the station works with: the database, backups, standing, program, items, calendar, address."""

import json
from datetime import datetime, timedelta
from typing import Any

from node.clock import county_day, from_text, to_text
from node.store import Store
from node.succession.standing import ACTIVE, META, REVOKED, SUPERSEDED
from node.upkeep.findings import Fact, Finding, Subject, bad, good, note
from node.version import VERSION

INTEGRITY, BACKUP = "integrity", "backup_last"
"""Names in `store.meta`, both JSON: `at`, `problems`, `whole` of the database's check; `at`, `size`, `verified`, `error` of the backup."""
CHECK_OLD = timedelta(days=8)
BACKUP_OLD, BACKUP_TOO_OLD = timedelta(days=8), timedelta(days=30)
NEW = timedelta(days=14)
"""A station that is younger need not have a backup yet."""
NEXT_YEAR_FROM, NEXT_YEAR_PRESSES = 11, 12
"""From these months on the calendar should, and then must, reach into the next year; its notice comes out in November."""


def keep_integrity(store: Store, problems: int, now: datetime, *, whole: bool) -> None:
    """Remember what the database found wrong with itself; `whole` when indexes were looked at too."""
    store.meta.set(INTEGRITY, json.dumps({"at": to_text(now), "problems": problems, "whole": whole}))


def integrity_at(store: Store) -> datetime | None:
    """When the database was looked at last."""
    return _time(_json(store.meta.get(INTEGRITY)).get("at"))


def database(subject: Subject) -> tuple[Finding, ...]:
    """What the database found when it looked at itself last: once a day, or when a person asked."""
    kept = _json(subject.store.meta.get(INTEGRITY))
    at, problems = _time(kept.get("at")), kept.get("problems")
    if at is None or not isinstance(problems, int):
        return (note("database_unchecked"),)
    facts: dict[str, Fact] = {"at": to_text(at)}
    if problems:
        return (bad("database_damaged", count=problems, **facts),)
    old = not timedelta() <= subject.now - at <= CHECK_OLD
    return (note("database_checked_long_ago", **facts) if old else good("database", **facts),)


def backup(subject: Subject) -> tuple[Finding, ...]:
    """The last backup: when, whether it failed, whether it was read back."""
    kept = _json(subject.store.meta.get(BACKUP))
    at = _time(kept.get("at"))
    if at is None:
        own = subject.own("station_sign")
        is_new = own is not None and subject.now - own.not_before < NEW
        return (note("backup_never") if is_new else bad("backup_never"),)
    facts: dict[str, Fact] = {"at": to_text(at)}
    if isinstance(kept.get("size"), int):
        facts["size_bytes"] = kept["size"]
    if kept.get("error"):
        return (bad("backup_failed", **facts),)
    if kept.get("verified") is not True:
        return (bad("backup_unverified", **facts),)
    age = subject.now - at
    if age > BACKUP_OLD:
        return (bad("backup_old", **facts) if age > BACKUP_TOO_OLD else note("backup_old", **facts),)
    return (note("backup_no_copy", **facts) if kept.get("usb_error") else good("backup", **facts),)


def standing(subject: Subject) -> tuple[Finding, ...]:
    """Whether this station may number and seal."""
    own = subject.own("station_sign")
    state = subject.store.meta.get(META) or ACTIVE
    if own is not None and subject.trust.revoked(own):
        state = REVOKED
    elif subject.directory.current(subject.station) != subject.station:
        state = SUPERSEDED
    return (good("standing_active") if state == ACTIVE else bad(f"standing_{state}"),)


def program(subject: Subject) -> tuple[Finding, ...]:
    """Which version this is, and how many service items it knows."""
    return (good("program", version=VERSION), good("items", count=subject.items) if subject.items else bad("items_none"))


def calendar(subject: Subject) -> tuple[Finding, ...]:
    """Whether limits can be counted with an official calendar, this year and soon next. Only the county can publish one."""
    day = county_day(subject.now)
    publishes = subject.directory.parent_of(subject.station) is None
    if not subject.calendar.is_official(day.year):
        return (bad("calendar_this_year", year=day.year) if publishes else note("calendar_over", year=day.year),)
    if subject.calendar.is_official(day.year + 1):
        return (good("calendar", year=day.year),)
    if publishes and day.month >= NEXT_YEAR_FROM:
        told = bad if day.month >= NEXT_YEAR_PRESSES else note
        return (told("calendar_next_year", year=day.year + 1),)
    return (note("calendar_ends", year=day.year + 1) if day.month >= NEXT_YEAR_PRESSES else good("calendar", year=day.year),)


def address(subject: Subject) -> tuple[Finding, ...]:
    """Who can reach the pages."""
    listen = subject.config.listen
    if listen.behind_proxy:
        return (good("address_proxy", port=listen.port),)
    return (note("address_plain", port=listen.port) if listen.plain_lan else good("address_local", port=listen.port),)


def _json(text: str | None) -> dict[str, Any]:
    """What another part of the program kept; an empty one when it is not of that form."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _time(text: Any) -> datetime | None:
    try:
        return from_text(text) if isinstance(text, str) else None
    except ValueError:
        return None
