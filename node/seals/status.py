"""The county's signed list of seals that may not be used (印章登记册): read, proven, and never rolled back.

Three lines: what it is, canonical JSON, and the signature of a county's seal maker over the two lines before. Each list is whole, so that
one that never came leaves no gap; a list with a lower number than the one that is here is an old copy, and changes nothing.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from node.enrolment import fields
from node.enrolment.fields import maybe, members_of, moment_text, one_of, read, several
from node.errors import EnrolmentError
from node.store import Store
from signing.algorithms import Suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import BadSignatureError, MalformedError
from signing.keys import Signer
from signing.report import SealStatus
from signing.seal import Seal
from signing.trust import TrustStore

CONTEXT = b"yizhan seals 1\n"
KIND = "seal_register"
"""The kind under which the list is kept beside the certificates, and that of its record in a parcel."""
AGAINST = ("made", "stopped", "lost", "replaced")
"""States that speak against a seal: not yet in use, stopped for a while, lost, replaced by another."""
MOST_ENTRIES, LARGEST, LAST_NUMBER = 20_000, 8 << 20, 2**53 - 1
_LIST, _ENTRY = {"number", "at", "signer", "entries"}, {"seal", "seal_id", "state", "since", "until", "reason"}


@dataclass(frozen=True)
class Entry:
    """What speaks against one seal, by the digest of the seal: from `since` on, until `until` where it was lifted."""

    seal: str
    seal_id: str
    state: str
    since: datetime
    until: datetime | None
    reason: str

    @property
    def key(self) -> tuple[str, datetime]:
        """What makes it this entry: a later list may say another end of it, and never leaves it out."""
        return self.seal, self.since

    @property
    def ever_counted(self) -> bool:
        """Whether it ends later than it begins: else the step was undone, or a loss was dated before it."""
        return self.until is None or self.until > self.since

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        until = None if self.until is None else moment_text(self.until)
        since = moment_text(self.since)
        return {"seal": self.seal, "seal_id": self.seal_id, "state": self.state, "since": since, "until": until, "reason": self.reason}


@dataclass(frozen=True)
class SealList:
    """A list as it came: its number, when it was made, the digest of its signer's certificate, and the entries."""

    number: int
    at: datetime
    signer: str
    entries: tuple[Entry, ...]
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    data: bytes = field(repr=False)

    def by_seal(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries by the digest of their seal, in order."""
        return _grouped(self.entries)


def make_list(number: int, at: datetime, entries: tuple[Entry, ...], maker: Signer) -> bytes:
    """A list signed by the county's seal maker."""
    members = {
        "number": number,
        "at": moment_text(at),
        "signer": maker.certificate.digest,
        "entries": [one.members() for one in entries],
    }
    signed = CONTEXT + canonical_bytes(members) + b"\n"
    return signed + base64.b64encode(maker.sign(signed)) + b"\n"


@lru_cache(maxsize=2)
def read_list(data: bytes) -> SealList:
    """The list in `data` (not trusted), its form checked. The last two are remembered: this one and the one before.

    Raises:
        EnrolmentError: it is none (`document_other`, `document_damaged`, `document_too_large`).
    """
    if len(data) > LARGEST:
        raise EnrolmentError("document_too_large", limit_kib=LARGEST // 1024)
    if not data.startswith(CONTEXT):
        raise EnrolmentError("document_other")
    lines = data[len(CONTEXT) :].split(b"\n")
    if len(lines) != 3 or lines[2]:
        raise fields.damaged("lines")
    try:
        value = parse_canonical(lines[0], max_depth=4)
    except MalformedError as error:
        raise fields.damaged("json") from error
    given = members_of(value, _LIST, "seals")
    return SealList(
        number=read(given, "number", _number),
        at=read(given, "at", fields.moment),
        signer=read(given, "signer", fields.digest),
        entries=read(given, "entries", several(_entry, 0, MOST_ENTRIES)),
        signed=data[: len(data) - len(lines[1]) - 1],
        signature=read({"signature": lines[1].decode("latin-1")}, "signature", fields.octets(128)),
        data=data,
    )


def check_list(suite: Suite, trust: TrustStore, listed: SealList) -> None:
    """Return when a seal maker of this county signed it, and was not taken back.

    Dates are not looked at: what the list says only ever shuts a seal, and the clock here may be the wrong one.

    Raises:
        UnknownSignerError: its certificate, or an issuer of it, is not here.
        SigningError: it is not such a one's.
        EnrolmentError: `seals_signer`, it is no seal maker's of a county, or that one was taken back.
    """
    maker = trust.get(listed.signer)
    path = trust.path(maker)
    if maker.usage != "seal_maker" or maker.tier != "county" or any(trust.revoked(one) for one in path):
        raise EnrolmentError("seals_signer")
    suite.verify(maker.public_key, listed.signed, listed.signature)


class StatusBook:
    """What the newest list that is here says of a seal; asked whenever a seal is used or judged."""

    def __init__(self, store: Store, suite: Suite, trust: TrustStore) -> None:
        self._store = store
        self._suite = suite
        self._trust = trust

    def newest(self) -> SealList | None:
        """The list that is believed here, or None before the first one has come."""
        return next(iter(self.kept()), None)

    def kept(self) -> tuple[SealList, ...]:
        """The newest list, and those beside it that say what it does not.

        A county that came out of an old copy may have forgotten what it said. Nothing that was said against a seal is forgotten here
        with it: the list that says so stays, and goes back to the county, until a newer one says it too.
        """
        return _in_order(tuple(row.der for row in self._store.certificates.all(KIND)))

    def entries(self) -> tuple[Entry, ...]:
        """What all lists that are kept here say; of one entry what the newest says."""
        return tuple(entry for one in _by_seal(self._datas()).values() for entry in one)

    def _datas(self) -> tuple[bytes, ...]:
        return tuple(one.data for one in self.kept())

    def status(self, seal: Seal) -> SealStatus | None:
        """What speaks against a seal, or ever did; None for nothing. The last entry is asked first, the earlier ones stand behind it."""
        entries = _by_seal(self._datas()).get(seal.digest, ())
        found = [SealStatus(one.state, one.since, one.until) for one in entries if one.ever_counted]
        if not found:
            return None
        last = found[-1]
        return SealStatus(last.state, last.since, last.until, tuple(found[:-1]))

    def check(self, data: bytes) -> SealList | None:
        """A list (not trusted) to be kept in place of the one that is here, or beside it; None when it says nothing new. Keeps nothing.

        Raises:
            EnrolmentError: it is no list of this county's; `seals_forked`, another one with its number is here.
            SigningError: it is not proven.
        """
        listed = read_list(data)
        before = self.newest()
        if data in self._datas():
            return None
        try:
            check_list(self._suite, self._trust, listed)
        except BadSignatureError as error:
            raise EnrolmentError("seals_signer") from error
        if before is not None and listed.number <= before.number:
            if not {one.key for one in listed.entries} <= {one.key for one in self.entries()}:
                return listed
            if listed.number == before.number:
                raise EnrolmentError("seals_forked", number=listed.number)
            return None
        return listed

    def keep(self, listed: SealList) -> None:
        """Keep a list that was checked, in place of those that say nothing that newer ones do not; in the caller's transaction."""
        self._store.certificates.put(self._suite.digest(listed.data), listed.data, KIND)
        known: set[tuple[str, datetime]] = set()
        for place, one in enumerate(self.kept()):
            said = {entry.key for entry in one.entries}
            if place and said <= known:
                self._store.certificates.delete(self._suite.digest(one.data))
            known |= said


@lru_cache(maxsize=2)
def _in_order(datas: tuple[bytes, ...]) -> tuple[SealList, ...]:
    return tuple(sorted((read_list(one) for one in datas), key=lambda one: (-one.number, one.data)))


@lru_cache(maxsize=2)
def _by_seal(datas: tuple[bytes, ...]) -> Mapping[str, tuple[Entry, ...]]:
    """The entries of lists, the newest first, by the digest of their seal, in order."""
    found: dict[tuple[str, datetime], Entry] = {}
    for data in datas:
        for entry in read_list(data).entries:
            found.setdefault(entry.key, entry)
    return _grouped(sorted(found.values(), key=lambda one: (one.seal_id, one.since, one.seal)))


def _grouped(entries: Iterable[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    by_seal: dict[str, list[Entry]] = {}
    for entry in entries:
        by_seal.setdefault(entry.seal, []).append(entry)
    return {seal: tuple(found) for seal, found in by_seal.items()}


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LAST_NUMBER:
        raise ValueError("number")
    return value


def _entry(value: Any) -> Entry:
    given = members_of(value, _ENTRY, "entries")
    return Entry(
        seal=read(given, "seal", fields.digest),
        seal_id=read(given, "seal_id", fields.word),
        state=read(given, "state", one_of(*AGAINST)),
        since=read(given, "since", fields.moment),
        until=read(given, "until", maybe(fields.moment)),
        reason=read(given, "reason", fields.text(fields.LONGEST_REASON)),
    )
