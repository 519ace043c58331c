"""Checks of unit seals: until when they are good, whether their key files are here, and what the county's list says of them."""

from contextlib import suppress
from datetime import datetime

from node.seals.cabinet import HELD
from node.seals.status import StatusBook
from node.upkeep.checks.keys import AHEAD, ending
from node.upkeep.findings import Finding, Subject, bad, good, note
from signing.errors import SigningError
from signing.seal import Seal, parse_seal

_OVER = ("lost", "replaced")


def seals(subject: Subject) -> tuple[Finding, ...]:
    """How the unit seals of this station stand; how many, never which. One that was lost is told until another takes its place."""
    statuses = StatusBook(subject.store, subject.suite, subject.trust)
    ends, missing, lost, served = list[datetime](), 0, list[tuple[str, str]](), set[tuple[str, str]]()
    for row in subject.store.held_seals.all(HELD):
        seal, what = _seal(subject, row.seal), (row.kind, row.division)
        status = None if seal is None else statuses.status(seal)
        state = status.state if status is not None and status.stands(subject.now) else ""
        if state == "lost":
            lost.append(what)
        if state in _OVER:
            continue
        served.add(what)
        missing += not subject.folder.personal_key(row.key_name).exists()
        ends += [] if seal is None else [seal.valid_to]
    found = [bad("seal_key_missing", count=missing)] if missing else []
    gone = sum(one not in served for one in lost)
    found += [note("seals_lost", count=gone)] if gone else []
    near = sum(end - subject.now <= AHEAD for end in ends)
    if near and (told := ending(min(ends), subject.now, "seals", count=near)) is not None:
        found.append(told)
    return tuple(found) or (good("seals", count=len(ends)),)


def _seal(subject: Subject, digest: str | None) -> Seal | None:
    with suppress(SigningError):
        return parse_seal(subject.suite, subject.store.certificates.get(digest or "", "seal") or b"")
    return None
