"""Dispatch (发件): puts what this station says into parcels and queues them, in the caller's transaction."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import accumulate

from node.casework.letter import EnclosureEntry, Letter, SealedLetter, read_frame
from node.casework.ownership import ids_of, owned
from node.errors import RequestError
from node.mail.just_sealed import JustSealed
from node.mail.likeness import earlier_of
from node.mail.packing import Addressee, Contents, Earlier, enclosures_named, pack
from node.mail.receipts import ReceiptBook
from node.station import Station
from node.store import Store
from node.store.records import ParcelRecord, PendingArrival, ReceiptRecord, RoadMark, UnpackedLetter
from signing.certificates import Certificate
from signing.errors import SigningError, UnknownSignerError

MAX_ARRIVALS = 1000
"""Letters in one `arrived` receipt: a hundred bytes each, and a receipt may weigh 256 KiB."""

MAX_RECEIPTS, MOST_RECEIPT_BYTES = 64, 400 * 1024
"""Receipts in one parcel, and their bytes: a parcel may weigh 1 MiB."""

MOST_CREDENTIAL_BYTES = 300 * 1024
"""Certificates and seals in one parcel; letters, keys and names of enclosures beside them stay below 700 KiB."""


class Dispatch:
    """Makes parcels once and queues them towards every reader."""

    def __init__(self, station: Station, store: Store, receipts: ReceiptBook) -> None:
        self._station = station
        self._store = store
        self._receipts = receipts
        self.just_sealed = JustSealed()

    def send_letter(self, sealed: SealedLetter, *, urgent: bool, at: datetime) -> None:
        """One letter of ours is to leave, for every other station on its case's path; it is packed when a road is open.

        Raises:
            RequestError: `no_route` a reader's encryption certificate is not known here.
        """
        case_number = sealed.letter.case_number
        readers = self.readers_of(case_number[:14])
        for reader in readers:
            self._encryption_certificate(reader)
        if not readers:
            return
        named = [one.enclosure_id for one in enclosures_named(sealed.letter.enclosures)]
        # What follows a letter that people have set aside waits with it; the first letter of a case follows none.
        follows = sealed.letter.after is not None or sealed.letter.instead_of is not None
        aside = follows and self._store.waiting.is_aside(case_number)
        if aside and self._send_to_others(sealed, urgent=urgent, at=at):
            return
        letter = UnpackedLetter(sealed.letter_id, case_number, case_number[:14], urgent, len(sealed.frame), at, set_aside=aside)
        self._store.unpacked.add(letter)
        self.just_sealed.keep(sealed)
        self._store.enclosures.belong_to(case_number, named)
        for hop in self._station.directory.next_hops(readers, self._station.station):
            self._store.enclosures.queue(hop, named, urgent, set_aside=aside)

    def _send_to_others(self, sealed: SealedLetter, *, urgent: bool, at: datetime) -> bool:
        """Queue a letter of a case that is set aside for some neighbours only, and set it aside for the same; False where it is for all."""
        case_number = sealed.letter.case_number
        hops, held = set(self._hops(self.readers_of(case_number[:14]))), self._store.waiting.hops_held(case_number)
        if hops <= held or any(row.set_aside for row in self._store.unpacked.of_case(case_number)):
            return False
        parcel_id = self.send_packed([sealed], case_number[:14], urgent=urgent, own=True, since=at, at=at)
        named = [one.enclosure_id for one in enclosures_named(sealed.letter.enclosures)]
        self._store.enclosures.belong_to(case_number, named)
        for hop in hops & held:
            self._store.outbox.set_aside(hop, [parcel_id])
            self._store.enclosures.set_aside(hop, named, True)
        return True

    def readers_of(self, station: str) -> list[str]:
        """Who reads what this station says of cases of `station`: the others on their path.

        A station whose key was stolen reads nothing more: whoever takes its place gets copies.
        """
        path = self._station.path_of(station)
        return [one for one in path if one != self._station.station and not self._is_stolen(one)]

    def can_be_read(self, station: str) -> bool:
        """Whether a parcel can be made for all who read of cases of `station`."""
        return all(self.can_read(one) for one in self.readers_of(station))

    def send_packed(self, letters: Sequence[SealedLetter], station: str, *, urgent: bool, own: bool, since: datetime, at: datetime) -> str:
        """Queue one parcel of letters along the path of `station`, with the keys of their enclosures; its id. They have waited `since`.

        Certificates and seals that a reader has not been sent yet ride along, once. What is not its `own` goes as copies.
        """
        readers = self.readers_of(station)
        contents = Contents(letters=[one.frame for one in letters])
        behind: set[frozenset[tuple[str, str]]] = set()
        for sealed in letters:
            contents.keys |= self.keys_of(sealed.letter)
            signers = frozenset((seal.signer, seal.seal) for seal in sealed.seals)
            if signers not in behind:
                self.add_credentials(contents, sealed, readers)
                behind.add(signers)
        named = [entry for one in letters for entry in one.letter.enclosures]
        kind = "letters" if own else "copies"
        like = earlier_of(self._store, self._station.suite.digest, letters[0], readers) if own else []
        parcel_id = self.send(contents, kind, readers, urgent=urgent, at=at, named=named, since=since, like=like)
        self._store.outbox.add_letters(parcel_id, [one.letter_id for one in letters])
        return parcel_id

    def sign_arrivals(self, parcel_ids: Sequence[str], came_from: str, at: datetime) -> list[bytes]:
        """Sign what there is to say of letters that came, one `arrived` receipt for each set of readers; those that ride in the answer.

        Signed at once: it proves when a letter was here. In the answer to `came_from` it says what these parcels brought, and is as good
        as the `stored` receipt beside it: if the answer is lost, the parcels come again and get the same. For the other readers, and
        where `came_from` is empty since the road has no answer, it is packed when a road is open.
        """
        letters = {one for ids in self._store.outbox.letters_of(parcel_ids).values() for one in ids} if came_from else set()
        groups: dict[tuple[tuple[str, ...], bool], list[PendingArrival]] = {}
        for pending in self._store.receipts.take_pending(MAX_ARRIVALS * 10):
            rides = came_from in pending.readers and pending.letter_id in letters
            groups.setdefault((pending.readers, rides), []).append(pending)
        answers: list[bytes] = []
        for (readers, rides), arrivals in groups.items():
            for begin in range(0, len(arrivals), MAX_ARRIVALS):
                receipt = self._arrived(arrivals[begin : begin + MAX_ARRIVALS], at)
                answers += [receipt.data] if rides else []
                if rest := [one for one in readers if not (rides and one == came_from)]:
                    self._store.unpacked_receipts.add(receipt.receipt_id, rest)
        if groups:
            self._store.note_queued()
        return answers

    def answered_before(self, parcel_ids: Sequence[str], at: datetime, on_paper_to: str = "") -> list[bytes]:
        """What this station answered when these parcels came before: the `arrived` receipts, and then the `stored` ones."""
        stored = self._receipts.stored_before(parcel_ids, at)
        marks = self._arrivals(stored)
        arrived = [*self._signed_with(marks), *self._say_anew(marks, at)]
        if on_paper_to:
            self._tell_beside_paper(arrived, on_paper_to)
        return [*arrived, *(one.data for one in stored)]

    def _say_anew(self, marks: Sequence[RoadMark], at: datetime) -> list[bytes]:
        """Sign what only an earlier number of this station has said: the answer may have been lost, and that number counts no more."""
        by_now = {mark.letter_id for mark in marks if mark.station == self._station.station}
        said = [self._said(mark) for mark in {mark.letter_id: mark for mark in marks}.values() if mark.letter_id not in by_now]
        return [self._arrived(said[begin : begin + MAX_ARRIVALS], at).data for begin in range(0, len(said), MAX_ARRIVALS)]

    def _said(self, mark: RoadMark) -> PendingArrival:
        record = self._store.letters.get(mark.letter_id)
        return PendingArrival(mark.letter_id, mark.outcome or "", record.reason if record else None, ())

    def _tell_beside_paper(self, receipts: Sequence[bytes], maker: str) -> None:
        """Queue what there is no room for on the sheet that goes back: its maker, told that a parcel is stored, would not ask again."""
        ids = [self._station.suite.digest(data) for data in receipts]
        fresh = [one for one in ids if not self._store.unpacked_receipts.waits(one, (maker,))]
        for receipt_id in fresh:
            self._store.unpacked_receipts.add(receipt_id, (maker,))
        if fresh:
            self._store.note_queued()

    def arrived_with(self, stored: Sequence[ReceiptRecord]) -> list[bytes]:
        """The `arrived` receipts of this station for the letters of all parcels that these `stored` ones name.

        Of all, though only some came again: whoever hears that a parcel is stored never gives it again, and would never hear the rest.
        """
        return self._signed_with(self._arrivals(stored))

    def _signed_with(self, marks: Iterable[RoadMark]) -> list[bytes]:
        """The receipts of these marks that this station has signed under its present number."""
        ids = dict.fromkeys(mark.receipt_id for mark in marks if mark.station == self._station.station)
        records = (self._store.receipts.get(one) for one in ids if one)
        return [record.data for record in records if record is not None]

    def _arrivals(self, stored: Sequence[ReceiptRecord]) -> list[RoadMark]:
        """What this station, by any of its numbers, has said of the letters of all parcels that these receipts name."""
        if not stored:
            return []
        parcel_ids = self._store.receipts.named_with([one.receipt_id for one in stored])
        letters = [one for ids in self._store.outbox.letters_of(parcel_ids).values() for one in ids]
        marks = (mark for found in self._store.letters.roads(letters).values() for mark in found)
        return [mark for mark in marks if mark.receipt_id and mark.mark == "arrived" and self._station.is_me(mark.station)]

    def arrival_readers(self, next_hop: str) -> list[tuple[str, ...]]:
        """Sets of readers towards `next_hop` for whom receipts lie here."""
        return [readers for readers in self._store.unpacked_receipts.readers() if next_hop in self._hops(readers)]

    def pack_arrivals(self, next_hop: str, at: datetime) -> int:
        """Queue the receipts for readers towards `next_hop`, in one parcel for each set of them; how many parcels."""
        made = 0
        while todo := self.arrival_readers(next_hop):
            with self._store.transaction():
                receipts = self._take_receipts(todo[0])
                # One whose encryption certificate is on its way yet must not stop the letters of all others.
                readers = [one for one in dict.fromkeys(map(self._station.current, todo[0])) if self.can_read(one)]
                if readers and receipts:
                    self.send(Contents(receipts=receipts), "receipts", readers, urgent=True, at=at)
                    made += 1
        return made

    def _take_receipts(self, readers: Sequence[str]) -> list[bytes]:
        """As many receipts for these as one parcel holds; what is too much stays."""
        taken: list[bytes] = []
        room = MOST_RECEIPT_BYTES
        for receipt_id in self._store.unpacked_receipts.take_for(readers, MAX_RECEIPTS):
            record = self._store.receipts.get(receipt_id)
            room -= len(record.data) if record else 0
            if taken and room < 0:
                self._store.unpacked_receipts.add(receipt_id, readers)
            elif record:
                taken.append(record.data)
        return taken

    def _hops(self, readers: Iterable[str]) -> dict[str, list[str]]:
        return self._station.directory.next_hops(readers, self._station.station)

    def _arrived(self, arrivals: Sequence[PendingArrival], at: datetime) -> ReceiptRecord:
        receipt, me = self._receipts.arrived(arrivals, at), self._station.station
        self._store.letters.mark_many([RoadMark(one.letter_id, me, "arrived", at, one.outcome, receipt.receipt_id) for one in arrivals])
        return receipt

    def send(
        self,
        contents: Contents,
        parcel_class: str,
        readers: Sequence[str],
        *,
        urgent: bool,
        at: datetime,
        named: Sequence[EnclosureEntry] = (),
        since: datetime | None = None,
        like: Sequence[Earlier] = (),
    ) -> str:
        """Make a parcel of `contents` and queue it; its id. What lies in it has waited `since`, or has not waited; all readers hold `like`.

        Raises:
            RequestError: `no_route` a reader's encryption certificate is not known here.
        """
        self._send_ahead(contents, readers, at)
        addressees = [Addressee(self._store.counters.next(f"to:{one}"), self._encryption_certificate(one)) for one in readers]
        data = pack(
            self._station,
            contents,
            parcel_class=parcel_class,
            readers=addressees,
            urgent=urgent,
            made_at=at,
            enclosures=enclosures_named(named),
            like=like,
        )
        parcel_id = self._station.suite.digest(data)
        self._store.outbox.put(ParcelRecord(parcel_id, data, self._station.station, parcel_class, urgent, at, at))
        self.queue(parcel_id, readers, [one.enclosure_id for one in enclosures_named(named)], urgent=urgent, at=since or at)
        return parcel_id

    def _send_ahead(self, contents: Contents, readers: Sequence[str], at: datetime) -> None:
        """Certificates and seals that are too much for one parcel, of sixty letters by as many people, go ahead in others."""
        weights = accumulate(map(len, [*contents.certificates, *contents.seals]))
        count = max(1, sum(weight <= MOST_CREDENTIAL_BYTES for weight in weights))
        if count >= len(contents.certificates) + len(contents.seals):
            return
        seals = max(0, count - len(contents.certificates))
        ahead = Contents(certificates=contents.certificates[:count], seals=contents.seals[:seals])
        del contents.certificates[:count], contents.seals[:seals]
        self.send(ahead, "certificates", readers, urgent=True, at=at)
        self._send_ahead(contents, readers, at)

    def queue(
        self,
        parcel_id: str,
        readers: Iterable[str],
        enclosure_ids: Sequence[str],
        *,
        urgent: bool,
        at: datetime,
        came_from: str | None = None,
    ) -> None:
        """Queue a parcel and the enclosures that it names for the next hops towards `readers`."""
        for hop in self._station.directory.next_hops(readers, self._station.station, came_from):
            self._store.outbox.queue(parcel_id, hop, at)
            self._store.enclosures.queue(hop, enclosure_ids, urgent)

    def keys_of(self, letter: Letter) -> dict[str, bytes]:
        """The keys that go with a letter, as far as they are here: of what its origin made, never of another's that it names."""
        if not letter.enclosures:
            return {}
        ids = owned(self._station, self._store, ids_of(letter.enclosures), letter.origin)
        return dict(sorted(self._store.enclosures.keys(sorted(ids)).items()))

    def send_credentials(self, parcel_ids: Sequence[str], next_hop: str, at: datetime) -> None:
        """Queue what lies behind the letters of these parcels for the readers towards `next_hop`: the parcels may not go soon."""
        letters = [one for ids in self._store.outbox.letters_of(parcel_ids).values() for one in ids]
        self.send_behind(letters, lambda case_number: self._hops(self.readers_of(case_number[:14])).get(next_hop, ()), at)

    def send_behind(self, letter_ids: Iterable[str], readers_of: Callable[[str], Sequence[str]], at: datetime) -> None:
        """Queue the certificates and seals behind these letters, whoever was sent them before; `readers_of` a case number says for whom."""
        beside: dict[tuple[str, ...], Contents] = {}
        for letter_id in letter_ids:
            if (row := self._store.letters.get(letter_id)) is not None:
                wanted = tuple(one for one in readers_of(row.case_number) if self.can_read(one))
                sealed = read_frame(row.frame, self._station.suite.digest)
                self.add_credentials(beside.setdefault(wanted, Contents()), sealed, wanted, again=True)
        for wanted, contents in beside.items():
            contents.certificates, contents.seals = list(dict.fromkeys(contents.certificates)), list(dict.fromkeys(contents.seals))
            if wanted and (contents.certificates or contents.seals):
                self.send(contents, "certificates", wanted, urgent=True, at=at)

    def add_credentials(self, contents: Contents, sealed: SealedLetter, readers: Sequence[str], *, again: bool = False) -> None:
        """Add the certificates and seals behind a letter that one of the readers has not been sent yet, or all of them `again`.

        A letter that waits here for a certificate goes without: a refill must not stop at it.
        """
        trust = self._station.trust
        certificates: dict[str, Certificate] = {}
        for seal in sealed.seals:
            with suppress(SigningError):
                certificate = trust.get(seal.signer)
                certificates |= {one.digest: one for one in trust.path(certificate) if one.usage != "root"}
        seals = {seal.seal for seal in sealed.seals}
        fresh: dict[str, None] = {}
        for reader in readers:
            behind = [*reversed(certificates), *seals]
            unsent = behind if again else self._store.certificates.unsent(reader, behind)
            fresh |= dict.fromkeys(unsent)
            self._store.certificates.mark_sent(reader, unsent)
        contents.certificates += [certificates[one].der for one in fresh if one in certificates]
        contents.seals += [der for one in fresh if one in seals and (der := self._store.certificates.get(one, "seal"))]

    def _is_stolen(self, station: str) -> bool:
        record = self._store.stations.get(station)
        if record is None or record.encrypt_certificate is None:
            return False
        revocation = self._station.trust.revoked(self._station.trust.get(record.encrypt_certificate))
        return revocation is not None and revocation.reason == "key_compromise"

    def can_read(self, station: str) -> bool:
        """Whether a parcel can be made for a station: its encryption certificate is here, and its key was not stolen."""
        with suppress(RequestError):
            self._encryption_certificate(station)
            return not self._is_stolen(station)
        return False

    def _encryption_certificate(self, station: str) -> Certificate:
        record = self._store.stations.get(station)
        if record is None or record.encrypt_certificate is None:
            raise RequestError("no_route", station=station)
        try:
            return self._station.trust.get(record.encrypt_certificate)
        except UnknownSignerError as error:
            raise RequestError("no_route", station=station) from error
