"""A catalogue release (目录发布): what a county changes on the shelf of all its stations, as a signed document in a chain.

Releases are numbered from 1 and each names the one before by digest, so nobody on the way can leave one out, mix two or go back. `state`
is the digest of the whole shelf after it: a station whose shelf came out otherwise does not apply it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from node.enrolment import fields
from node.enrolment.documents import Document, Sign, read_document, signed_document
from node.enrolment.fields import matching, maybe, members_of, moment_text, one_of, read, several

CONTEXT = b"yizhan catalogue 1\n"
MAX_RELEASE_BYTES = 128 * 1024
MAX_CHANGES = 100
MAX_NUMBER = 2**53 - 1
PUBLISH, WITHDRAW_VERSION, WITHDRAW, CALENDAR = "publish", "withdraw_version", "withdraw", "calendar"
_ACTS: Mapping[str, set[str]] = {
    PUBLISH: {"act", "item", "package", "initials"},
    WITHDRAW_VERSION: {"act", "item", "package"},
    WITHDRAW: {"act", "item"},
    CALENDAR: {"act", "calendar"},
}
_MEMBERS = {"number", "before", "made_at", "by", "reason", "changes", "state", "station", "signer"}


@dataclass(frozen=True)
class Change:
    """One thing that a release does. Which of its members an act has, `_ACTS` says."""

    act: str
    item: str = ""
    package: str = ""
    initials: str = ""
    calendar: str = ""

    @property
    def content(self) -> str | None:
        """The digest of what must be here before it can be done."""
        return {PUBLISH: self.package, CALENDAR: self.calendar}.get(self.act)

    def members(self) -> dict[str, str]:
        """It as JSON."""
        return {name: str(getattr(self, name)) for name in _ACTS[self.act]}


@dataclass(frozen=True, kw_only=True)
class Release:
    """What a release says. `signer` is the certificate of the county's station, `by` the person who published, for people to read."""

    number: int
    before: str | None
    made_at: datetime
    by: str
    reason: str
    changes: tuple[Change, ...]
    state: str
    station: str
    signer: str

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        return {
            "number": self.number,
            "before": self.before,
            "made_at": moment_text(self.made_at),
            "by": self.by,
            "reason": self.reason,
            "changes": [change.members() for change in self.changes],
            "state": self.state,
            "station": self.station,
            "signer": self.signer,
        }

    @property
    def contents(self) -> tuple[str, ...]:
        """The digests of all that must be here before it can be applied, once each."""
        return tuple(dict.fromkeys(one for change in self.changes if (one := change.content) is not None))


def sign_release(release: Release, sign: Sign) -> bytes:
    """The document."""
    return signed_document(CONTEXT, release, [(release.signer, sign)])


def read_release(data: bytes) -> Document[Release]:
    """The release in `data` (not trusted), its form checked and nothing else.

    Raises:
        EnrolmentError: it is none (`document_other`, `document_damaged`, `document_too_large`).
    """
    return read_document(data, CONTEXT, MAX_RELEASE_BYTES, _release)


def _release(value: Any) -> Release:
    given = members_of(value, _MEMBERS, "catalogue")
    return Release(
        number=read(given, "number", _number),
        before=read(given, "before", maybe(fields.digest)),
        made_at=read(given, "made_at", fields.moment),
        by=read(given, "by", fields.name),
        reason=read(given, "reason", fields.reason),
        changes=read(given, "changes", several(_change, 1, MAX_CHANGES)),
        state=read(given, "state", fields.digest),
        station=read(given, "station", fields.station),
        signer=read(given, "signer", fields.digest),
    )


def _change(value: Any) -> Change:
    act = one_of(*_ACTS)(value.get("act") if isinstance(value, dict) else None)
    given = members_of(value, _ACTS[act], "changes")
    return Change(act, **{name: read(given, name, _READERS[name]) for name in _ACTS[act] - {"act"}})


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_NUMBER:
        raise ValueError("number")
    return value


def _initials(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64 or not value.isascii() or not (value == "" or value.isalnum()):
        raise ValueError("initials")
    return value


_READERS: Mapping[str, fields.Reader[str]] = {
    "item": matching(re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")),
    "package": fields.digest,
    "initials": _initials,
    "calendar": fields.digest,
}
