"""The greeting (问候) at the peers' door: what the answering station shows of itself, so that a caller learns what it may have missed.

It is a sequence of records: `certificate` (the answering station's, and those of the station that replaced the caller, issuers first,
without the root; with those that stood between, of whom the caller may never have heard), `revocations` (the newest lists of the
authorities above both), and `notice`: what the answering station has seen of the caller's numbers, signed. All of it proves itself, so
that whoever answers at that address can show nothing that is not so.

A notice is three lines, `yizhan notice 1`, canonical JSON, the signature in base64.
"""

import base64
import binascii
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from node.clock import Clock, to_text
from node.mail.mailroom import DOUBLED, Mailroom
from node.mail.receipts import COUNTER as RECEIPTS
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.succession.standing import Standing
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.errors import SigningError
from sync.errors import SyncError
from sync.records import Record, read_records, write_records

CONTEXT = b"yizhan notice 1\n"
MOST_RECORDS, MOST_BYTES = 64, 64 * 1024
MOST_BETWEEN = 16
"""Numbers of one station that a caller may have missed."""


@dataclass(frozen=True)
class Notice:
    """What another station has seen of this one: the highest number of a parcel for it, and whether one number came twice."""

    station: str
    by: str
    seen: int
    doubled: bool


class Greetings:
    """Shows, as the one that answers, and learns, as the one that calls."""

    def __init__(self, station: Station, store: Store, mailroom: Mailroom, standing: Standing, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._mailroom = mailroom
        self._standing = standing
        self._clock = clock
        self._lock = threading.Lock()
        self._learnt: dict[str, str] = {}
        self._is_to_echo = False

    def introduce(self, caller: str) -> bytes:
        """What to show a caller; of a station that is not known here only this one's certificates."""
        shown: dict[str, Certificate] = {}
        for one in self._papers_for(caller):
            shown |= {each.digest: each for each in reversed(self._station.trust.path(one)) if each.usage != "root"}
        rows = [Record("certificate", one.der) for one in shown.values()]
        rows += [Record("revocations", data) for data in self._lists(shown.values(), caller)]
        if caller in self._station.directory:
            rows.append(Record("notice", self._notice(caller)))
        return write_records(rows)

    def echo(self) -> Sequence[bytes]:
        """Once in each session: the parent's newest receipt, for a parent that may have forgotten it. It is the proof, and its own."""
        parent = self._station.directory.parent_of(self._station.station)
        if not self._is_to_echo or parent is None:
            return ()
        self._is_to_echo = False
        last = self._store.receipts.last(parent)
        return (last.data,) if last else ()

    def heed_own_receipt(self, _maker: str, data: bytes) -> None:
        """A receipt of this station's own that it does not remember: it is a copy that has forgotten, or one of two."""
        number = int(data)
        why = "numbers" if number > self._store.counters.peek(RECEIPTS) else "doubled"
        self._standing.mark_restored(why)
        self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, "is_a_copy", why, {"receipt": number}))

    def learn(self, answering: str, data: bytes) -> str | None:
        """Take over what was shown; the station that this one's mail goes up to now. Nothing is believed that does not prove itself."""
        with self._lock:
            self._is_to_echo = True
            digest = self._station.suite.digest(data)
            if data and self._learnt.get(answering) != digest:
                try:
                    self._learn(answering, data)
                finally:
                    # A courier's hand calls this, and keeps no connection to the database.
                    self._store.close_thread()
                self._learnt = {answering: digest}
        return self._station.directory.parent_of(self._station.station)

    def _learn(self, answering: str, data: bytes) -> None:
        try:
            records = list(read_records(data, MOST_RECORDS, MOST_BYTES))
        except SyncError:
            return
        self._mailroom.learn(
            [one.data for one in records if one.kind == "certificate"],
            [one.data for one in records if one.kind == "revocations"],
            issuers_first=True,
            shown_by=answering,
        )
        for record in records:
            if record.kind == "notice":
                self._heed(record.data)

    def _heed(self, data: bytes) -> None:
        """A parent that has seen more of this station than it remembers: this is an old copy. One number twice: there are two of us."""
        try:
            notice = self._read_notice(data)
        except (SigningError, ValueError, KeyError, TypeError, binascii.Error):
            return
        if notice.station != self._station.station or notice.by != self._station.directory.parent_of(self._station.station):
            return
        behind = notice.seen > self._store.counters.peek(f"to:{notice.by}")
        if behind or notice.doubled:
            self._standing.mark_restored("doubled" if notice.doubled else "numbers")
            self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, "is_a_copy", notice.by, {"seen": notice.seen}))

    def _papers_for(self, caller: str) -> Iterable[Certificate]:
        if not self._store.outbox.highest_number(caller):
            yield from self._between(self._station.signer.certificate)
        yield self._station.signer.certificate
        successor = self._station.current(caller)
        if successor != caller:
            record = self._store.stations.get(successor)
            digests = (record.sign_certificate, record.encrypt_certificate) if record else ()
            papers = [self._station.trust.get(one) for one in digests if one is not None]
            for one in papers:
                yield from self._between(one)
            yield from papers
        own = self._store.stations.get(self._station.station)
        if own is not None and own.encrypt_certificate is not None:
            yield self._station.trust.get(own.encrypt_certificate)

    def _between(self, certificate: Certificate) -> list[Certificate]:
        """The numbers before this one that stood in another's place too, oldest first: each is a step from the number that is known."""
        between: list[Certificate] = []
        while certificate.replaces and len(between) < MOST_BETWEEN:
            record = self._store.stations.get(certificate.replaces)
            if record is None or record.sign_certificate is None:
                break
            certificate = self._station.trust.get(record.sign_certificate)
            between += [certificate] if certificate.replaces else []
        return between[::-1]

    def _lists(self, shown: Iterable[Certificate], caller: str) -> list[bytes]:
        """The newest lists of those who issued what is shown, and what the caller has."""
        issuers = {one.issuer_key_id for one in shown}
        record = self._store.stations.get(caller)
        if record is not None and record.sign_certificate is not None:
            issuers |= {one.issuer_key_id for one in self._station.trust.path(self._station.trust.get(record.sign_certificate))}
        return [one.der for one in self._station.trust.lists() if one.issuer_key_id in issuers]

    def _notice(self, caller: str) -> bytes:
        payload = {
            "station": caller,
            "by": self._station.station,
            "seen": self._store.outbox.highest_number(caller),
            "doubled": self._store.meta.get(DOUBLED + caller) is not None,
            "at": to_text(self._clock.now()),
            "signer": self._station.signer.certificate.digest,
        }
        signed = CONTEXT + canonical_bytes(payload) + b"\n"
        return signed + base64.b64encode(self._station.signer.sign(signed)) + b"\n"

    def _read_notice(self, data: bytes) -> Notice:
        context, payload, signature, rest = data.split(b"\n")
        if context + b"\n" != CONTEXT or rest:
            raise ValueError("layout")
        fields: dict[str, Any] = parse_canonical(payload)
        signed = context + b"\n" + payload + b"\n"
        self._station.check_station(str(fields["signer"]), str(fields["by"]), signed, base64.b64decode(signature, validate=True))
        if not isinstance(fields["seen"], int) or not isinstance(fields["doubled"], bool):
            raise ValueError("members")
        return Notice(str(fields["station"]), str(fields["by"]), fields["seen"], fields["doubled"])
