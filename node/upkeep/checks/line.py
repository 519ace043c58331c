"""Checks of the road: the line to the parent, what waits to go, what was not taken."""

from datetime import datetime, timedelta

from node.clock import to_text
from node.roles import Tier
from node.upkeep.findings import Finding, Subject, bad, good, note

SILENT = timedelta(days=3)
"""A weekend with the machine switched off is shorter."""
NOT_CALLING = timedelta(minutes=15)
"""A courier whose line is up hears from the parent every few seconds."""
WAITS_LONG, WAITS_TOO_LONG = timedelta(days=1), timedelta(days=7)


def line(subject: Subject) -> tuple[Finding, ...]:
    """Whether the parent can be reached, and when it was heard last."""
    if subject.config.station.tier is Tier.COUNTY:
        return (good("line_county"),)
    if subject.config.parent.url is None:
        return (note("line_by_hand"),)
    link = subject.store.link.state()
    facts = {name: to_text(at) for name, at in (("since", link.since), ("heard", link.last_heard)) if at}
    if link.state == "up":
        calls = link.last_heard is not None and subject.now - link.last_heard <= NOT_CALLING
        return (good("line_up", **facts) if calls else note("line_not_used", **facts),)
    if link.state == "down":
        silent = subject.now - (link.last_heard or link.since or subject.now) >= SILENT
        facts["why"] = link.why or "other"
        return (bad("line_down_long", **facts) if silent else note("line_down", **facts),)
    return (note("line_unknown"),)


def queue(subject: Subject) -> tuple[Finding, ...]:
    """What waits to go out, and for how long."""
    waiting = subject.store.outbox.waiting()
    count = waiting.queued + waiting.handed_over
    if not count or waiting.oldest_since is None:
        return (good("queue_empty"),)
    facts: dict[str, int | str] = {"count": count, "size_bytes": waiting.size_bytes, "since": to_text(waiting.oldest_since)}
    age = _age(waiting.oldest_since, subject.now)
    if age >= WAITS_TOO_LONG:
        return (bad("queue_stuck", **facts),)
    return (note("queue_old", **facts) if age >= WAITS_LONG else good("queue_waits", **facts),)


def not_taken(subject: Subject) -> tuple[Finding, ...]:
    """What a neighbour refused, and what was set aside here."""
    refused = subject.store.outbox.waiting().refused
    set_aside = subject.store.letters.outcomes().get("set_aside", 0)
    found = []
    if refused:
        found.append(bad("refused", count=refused))
    if set_aside:
        found.append(note("set_aside", count=set_aside))
    return tuple(found)


def _age(since: datetime, now: datetime) -> timedelta:
    return max(timedelta(), now - since)
