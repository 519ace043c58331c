"""The mailroom (收发室): takes in what the road brings, checks it, admits each id once, and passes the same bytes on.

`take_in` is the only door: the network, a USB disk and paper all end here. Everything that a batch changes is kept in one
transaction, and the receipt is answered only after it.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from node.casework.letter import LetterError, read_frame
from node.clock import Clock, from_text
from node.errors import BusyError, CorruptError, DiskFullError
from node.mail.admission import Admission, Verdict
from node.mail.cargo import taken
from node.mail.credentials import Credentials, Enter, again
from node.mail.dispatch import Dispatch
from node.mail.lacking import Lacking
from node.mail.listeners import Listener, Listeners
from node.mail.packing import Contents, PackingError, unpack
from node.mail.quotas import Quotas
from node.mail.receipt_intake import ReceiptIntake
from node.mail.receipts import ReceiptBook
from node.mail.say import got_at, openable
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, LetterRecord, ParcelRecord, PendingArrival
from signing.errors import CertificateError, SigningError, UnknownSignerError
from sync.boxes import TakenIn
from sync.errors import SyncError
from sync.parcel import Parcel, read_parcel

MAX_WAITING_PARCELS = 256
"""Parcels of signers whose certificate is not here: more are refused, so that nobody fills the disk unknown."""

WAITING_FULL, UNKNOWN_MAKER = "waiting_full", "unknown_maker"
"""A reader keeps a parcel of which it cannot say whose it is, to open it once the certificate comes, and acknowledges nothing before."""

PACKAGE_NEED = "package:"
"""What a letter waits for whose form is not here, with the package's digest."""

DOUBLED = "doubled:"
"""In `store.meta`, with a station's id: two parcels of it had one number, so there are two of it."""

JudgeRevoked = Callable[[Sequence[bytes], datetime], Iterable[tuple[LetterRecord, Verdict]]]
"""Given new revocation lists and the time: letters whose standing has changed."""

log = logging.getLogger(__name__)


def _parts(taken: TakenIn) -> tuple[tuple[Any, ...], ...]:
    return taken.receipts, taken.known, taken.refused


class RefusedParcelError(Exception):
    """A parcel that is not kept; `code` goes to the audit log and to the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class _Opened:
    """A parcel whose signature stands: its contents when this station is a reader; `needs` when its signer is unknown here."""

    parcel: Parcel
    contents: Contents | None
    needs: str | None = None


class Mailroom:
    """Takes in parcels and receipts."""

    def __init__(
        self,
        station: Station,
        store: Store,
        admission: Admission,
        dispatch: Dispatch,
        receipts: ReceiptBook,
        quotas: Quotas,
        lacking: Lacking,
        clock: Clock,
    ) -> None:
        self._station = station
        self._store = store
        self._admission = admission
        self._dispatch = dispatch
        self._receipts = receipts
        self._quotas = quotas
        self._lacking = lacking
        self._clock = clock
        self._listeners = Listeners()
        self._credentials = Credentials(station, store, clock, self._listeners.tell)
        self._receipt_intake = ReceiptIntake(station, store, clock, self._listeners.tell, lacking.look)
        self._judge_revoked: JudgeRevoked = lambda lists, at: ()

    def on_record(self, kind: str, listener: Listener) -> None:
        """`listener` is told of records of this kind; one for each kind.

        Kinds are `request`, `answer`, `revocations`, `refill`, `update`, `catalogue`, `package`, `calendar` and `catalogue_wanted`.
        `own_receipt` is told the number of a receipt that this station signed and does not remember, `late` of letters whose maker
        has been replaced, `catalogue_came` once a parcel's releases, packages and calendars have been told.
        """
        self._listeners.on(kind, listener)

    def on_certificates(self, enter: Enter) -> None:
        """`enter` is given the certificates that are new here, and answers which stations it has come to know by them."""
        self._credentials.on_certificates(enter)

    def on_revocations(self, judge_again: JudgeRevoked) -> None:
        """`judge_again` is given the revocation lists that are new here, and answers which letters stand otherwise than before."""
        self._judge_revoked = judge_again

    def tell_again(self, judged: Iterable[tuple[LetterRecord, Verdict]]) -> None:
        """Tell the others what became of letters that were judged again, in the caller's transaction."""
        for row, verdict in judged:
            if not self._station.is_me(row.origin):
                self._report(row.letter_id, row.case_number, verdict)

    def take_in(self, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
        """Store parcels, once each, and answer the same receipts each time they come; `road` is `network`, `bundle` or `paper`.

        A parcel that this program stumbles over is refused alone, so that no maker can stop the others' on the way.
        """
        try:
            return self._take_all(parcels, came_from, road)
        except (BusyError, CorruptError, DiskFullError):
            raise
        except Exception as error:
            if len(parcels) > 1:
                parts = [self.take_in([one], came_from, road) for one in parcels]
                return TakenIn(*(tuple(chain.from_iterable(part)) for part in zip(*map(_parts, parts), strict=True)))
            log.error("a parcel was stumbled over: %s", type(error).__name__)
            parcel_id = self._station.suite.digest(parcels[0])
            return self._keep({}, [], [(parcel_id, "unreadable")], came_from, road)

    def _take_all(self, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
        opened: dict[str, _Opened] = {}
        known: list[str] = []
        refused: list[tuple[str, str]] = []
        for data in parcels:
            parcel_id = self._station.suite.digest(data)
            if parcel_id in opened or parcel_id in known:
                continue
            if self._store.outbox.known(parcel_id):
                known.append(parcel_id)
                continue
            try:
                opened[parcel_id] = self._open(data)
            except RefusedParcelError as error:
                refused.append((parcel_id, error.code))
        return self._keep(opened, known, refused, came_from, road)

    def _keep(self, opened: dict[str, _Opened], known: list[str], refused: list[tuple[str, str]], came_from: str, road: str) -> TakenIn:
        now = self._clock.now()
        with self._store.transaction():
            for parcel_id, code in refused:
                self._audit("parcel_refused", parcel_id, {"why": code, "from": came_from, "road": road})
            fresh = [parcel_id for parcel_id in opened if not self._store.outbox.known(parcel_id)]
            known += [parcel_id for parcel_id in opened if parcel_id not in fresh]
            for parcel_id in list(fresh):
                if over := self._quotas.refusal(opened[parcel_id].parcel):
                    self._audit("parcel_refused", parcel_id, {"why": over, "from": came_from, "road": road})
                    refused.append((parcel_id, over))
                    fresh.remove(parcel_id)
                    continue
                self._admit(self._still_waiting(opened[parcel_id]), came_from, now)
            waiting = self._store.outbox.parked_of([*fresh, *known])
            refused += [(one, UNKNOWN_MAKER) for one in dict.fromkeys([*fresh, *known]) if one in waiting]
            fresh, known = ([one for one in ids if one not in waiting] for ids in (fresh, known))
            stored = [self._receipts.stored(fresh, now).data] if fresh else []
            # Last that they are kept: if an answer loses its end, they come again, and get all of it.
            receipts = self._dispatch.sign_arrivals(fresh, came_from if road == "network" else "", now)
            receipts += [*self._dispatch.answered_before(known, now, came_from if road == "paper" else ""), *stored]
        return TakenIn(tuple(receipts), tuple(known), tuple(refused))

    def _open(self, data: bytes, *, is_kept: bool = False) -> _Opened:
        """Check a parcel's outside and, when it is for this station, open it. Writes nothing. What is kept already may wait on."""
        try:
            parcel = read_parcel(data, self._station.suite.digest)
        except SyncError as error:
            raise RefusedParcelError("malformed") from error
        header = parcel.header
        algorithm = self._station.suite.digest(b"").partition(":")[0]
        if any(one.enclosure_id.partition(":")[0] != algorithm for one in header.enclosures):
            raise RefusedParcelError("malformed")
        directory = self._station.directory
        for_me = directory.is_for(header.readers, self._station.station)
        if not for_me and not is_kept and not directory.ways(header.readers, header.from_station, self._station.station):
            raise RefusedParcelError("no_route")
        try:
            self._station.check_station(header.signer, header.from_station, parcel.signed, parcel.signature)
        except UnknownSignerError as error:
            return self._leave_waiting(parcel, error.digest, may_wait=for_me, is_kept=is_kept)
        except CertificateError as error:
            if error.code == "issuer_revoked":
                # Its maker did nothing wrong: it waits until another authority has certified the same key.
                return self._leave_waiting(parcel, again(self._station.trust.get(header.signer)), may_wait=for_me, is_kept=is_kept)
            raise RefusedParcelError("certificate") from error
        except SigningError as error:
            raise RefusedParcelError("signature") from error
        if not for_me:
            return _Opened(parcel, None)
        try:
            return _Opened(parcel, unpack(self._station, parcel, self._store.letters.frame_of))
        except PackingError as error:
            if error.code == "not_a_reader" and self._station.station not in header.readers:
                # Addressed to a number that this station had before, with a key that is gone: kept for others; its letters come as copies.
                return _Opened(parcel, None)
            raise RefusedParcelError(error.code) from error

    def _still_waiting(self, opened: _Opened) -> _Opened:
        """Look again at a parcel that lacked a certificate: one before it in the same handover may have brought it."""
        if opened.needs:
            with suppress(RefusedParcelError):
                return self._open(opened.parcel.data, is_kept=True)
        return opened

    def _leave_waiting(self, parcel: Parcel, missing: str, *, may_wait: bool, is_kept: bool) -> _Opened:
        """A reader keeps it unopened; who only passes it on leaves it with whoever has it: what cannot be checked is not passed on."""
        if not may_wait and not is_kept:
            raise RefusedParcelError("no_route")
        if not is_kept and len(self._store.outbox.parked()) >= MAX_WAITING_PARCELS:
            raise RefusedParcelError(WAITING_FULL)
        return _Opened(parcel, None, f"certificate:{missing}")

    def _admit(self, opened: _Opened, came_from: str, at: datetime) -> None:
        parcel, header = opened.parcel, opened.parcel.header
        self._store.outbox.put(
            ParcelRecord(
                parcel.parcel_id,
                parcel.data,
                header.from_station,
                header.parcel_class,
                header.urgent,
                from_text(header.made_at),
                at,
                came_from,
            )
        )
        if opened.needs:
            self._store.outbox.park(parcel.parcel_id, [opened.needs])
            return
        # Copies are made by a neighbour: whose the enclosures are, the letters say once they are admitted.
        maker = None if header.parcel_class == "copies" else header.from_station
        cargo = taken(self._station, header)
        self._store.enclosures.expect_many(cargo, maker)
        named = [enclosure_id for enclosure_id, _, _ in cargo]
        self._dispatch.queue(parcel.parcel_id, header.readers, named, urgent=header.urgent, at=at, came_from=came_from)
        for reader in header.to:
            if reader.station == self._station.station:
                self._look_for_a_double(header.from_station, reader.number)
                self._store.outbox.note_number(header.from_station, reader.number)
        if opened.contents is not None:
            self._take_contents(parcel, opened.contents, at)

    def _look_for_a_double(self, maker: str, number: int) -> None:
        """A number that came before in another parcel: a copy of the maker is at work somewhere. It is told when it calls."""
        if self._store.outbox.has_number(maker, number):
            self._store.meta.set(DOUBLED + maker, str(number))
            self._audit("number_doubled", maker, {"number": number})

    def _take_contents(self, parcel: Parcel, contents: Contents, at: datetime) -> None:
        found, lists = self._credentials.take(contents, parcel.header.from_station)
        self._listeners.tell_catalogue(contents, parcel.header.from_station)
        found += [f"{PACKAGE_NEED}{self._station.suite.digest(data)}" for data in contents.packages]
        came: list[str] = []
        arrivals: list[PendingArrival] = []
        for frame in contents.letters:
            found += self._take_letter(frame, parcel, got_at(self._station, frame, parcel, contents, at), came, arrivals)
        self._store.outbox.add_letters(parcel.parcel_id, came)
        self._store.receipts.pend_many(arrivals)
        mine = openable(self._station, self._store, parcel, contents)
        self._store.enclosures.put_keys({one: key for one, key in contents.keys.items() if one in mine})
        maker = parcel.header.from_station
        if contents.letters and self._station.current(maker) != maker:
            self._listeners.tell("late", maker, b"")
        if contents.receipts:
            self._apply_receipts(contents.receipts, maker)
        if parcel.header.parcel_class == "copies":
            self._lacking.came_back(came, parcel.parcel_id)
        self._listeners.tell_documents(contents, parcel.header.parcel_class, maker)
        self._retry(found, at)
        self._look_at_revoked(lists, at)

    def look_again(self) -> None:
        """Judge again what waited for a station that has been entered in the directory since, or a package that the program brings now."""
        with self._store.transaction():
            packages = [need for need in self._store.needs.all() if need.startswith(PACKAGE_NEED)]
            self._retry([f"station:{one.station}" for one in self._station.directory.entries()] + packages, self._clock.now())
            self._dispatch.sign_arrivals((), "", self._clock.now())

    def learn(
        self, certificates: Sequence[bytes], revocations: Sequence[bytes] = (), *, issuers_first: bool = False, shown_by: str = ""
    ) -> None:
        """Keep what somebody shows of himself, when it lies under the county's root; the rest is left out.

        A bundle gives a certificate before its issuers, a greeting after them.
        """
        with self._store.transaction():
            ordered = certificates if issuers_first else certificates[::-1]
            found = self._credentials.take_certificates(ordered, only_proven=True)
            lists = self._credentials.take_revocations(revocations, shown_by, is_shown=True)
            self._retry(found, self._clock.now())
            self._look_at_revoked(lists, self._clock.now())
            self._dispatch.sign_arrivals((), "", self._clock.now())

    def judge_revoked(self, lists: Sequence[bytes]) -> None:
        """Judge again what these lists touch, which are believed here already."""
        with self._store.transaction():
            self._look_at_revoked(lists, self._clock.now())
            self._dispatch.sign_arrivals((), "", self._clock.now())

    def _look_at_revoked(self, lists: Sequence[bytes], at: datetime) -> None:
        """Judge again what new lists touch, and what stands aside for older ones."""
        self.tell_again(self._judge_revoked(lists, at))

    def _take_letter(self, frame: bytes, parcel: Parcel, at: datetime, came: list[str], arrivals: list[PendingArrival]) -> list[str]:
        """Admit one letter, and add its id to those that `came`, and what the others are to be told to `arrivals`; what it may free."""
        digest = self._station.suite.digest
        try:
            sealed = read_frame(frame, digest)
        except LetterError as error:
            self._audit("letter_refused", digest(frame), {"why": error.code, "parcel": parcel.parcel_id})
            return []
        verdict = self._admission.admit(
            sealed, parcel.header.from_station, copies=parcel.header.parcel_class == "copies", parcel_id=parcel.parcel_id, at=at
        )
        came.append(sealed.letter_id)
        if verdict is None:
            return []
        arrivals += self._to_tell(sealed.letter_id, sealed.letter.case_number, verdict)
        return [f"letter:{sealed.letter_id}"] if verdict.outcome in ("admitted", "flagged") else []

    def _report(self, letter_id: str, case_number: str, verdict: Verdict) -> None:
        self._store.receipts.pend_many(self._to_tell(letter_id, case_number, verdict))

    def _to_tell(self, letter_id: str, case_number: str, verdict: Verdict) -> list[PendingArrival]:
        """What the others on the case's path are told of what became of the letter here; what was turned away is noted here too."""
        if verdict.outcome in ("refused", "set_aside"):
            self._audit(f"letter_{verdict.outcome}", letter_id, {"why": verdict.reason})
        readers = tuple(one for one in self._station.path_of(case_number[:14]) if one != self._station.station)
        return [PendingArrival(letter_id, verdict.outcome, verdict.reason, readers)] if readers else []

    def _retry(self, found: list[str], at: datetime) -> None:
        """Judge again what waited for these; what that admits may free more."""
        todo = list(found)
        while todo:
            awaited, freed = self._store.needs.awaited(todo), list[str]()
            for need in todo:
                if need in awaited:
                    freed += self._judge_again(need, at)
            todo = freed

    def _judge_again(self, need: str, at: datetime) -> list[str]:
        """Judge again what waits for one thing; what that may free."""
        freed: list[str] = []
        for row in self._store.letters.parked(need):
            sealed = read_frame(row.frame, self._station.suite.digest)
            verdict = self._admission.admit_again(row, sealed, at)
            if verdict.outcome != "waiting":
                self._report(row.letter_id, row.case_number, verdict)
                freed.append(f"letter:{row.letter_id}")
        for parcel in self._store.outbox.parked(need):
            self._open_again(parcel, at)
        return freed

    def _open_again(self, row: ParcelRecord, at: datetime) -> None:
        """A parcel whose signer has become known: admit it as if it came now, or say why not and forget it."""
        self._store.outbox.unpark(row.parcel_id)
        try:
            opened = self._open(row.data, is_kept=True)
        except RefusedParcelError as error:
            self._audit("parcel_refused", row.parcel_id, {"why": error.code, "from": row.from_hop or ""})
            self._store.outbox.forget(row.parcel_id)
            return
        self._admit(opened, row.from_hop or row.from_station, at)
        if not opened.needs:
            self._receipts.stored([row.parcel_id], at)

    def take_receipts(self, receipts: Sequence[bytes], came_from: str) -> None:
        """Check receipts and apply them: parcels become stored, letters get their marks; those that do not verify change nothing."""
        with self._store.transaction():
            self._apply_receipts(receipts, came_from)
            self._dispatch.sign_arrivals((), "", self._clock.now())

    def _apply_receipts(self, receipts: Sequence[bytes], came_from: str) -> None:
        self._receipt_intake.take(receipts, came_from)
        self._look_at_revoked((), self._clock.now())

    def _audit(self, what: str, about: str, detail: dict[str, object]) -> None:
        self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, what, about, detail))
