"""Dispatch (发件): puts what this station says into parcels and queues them, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from node.casework.letter import EnclosureEntry, Letter, SealedLetter
from node.casework.ownership import ids_of, owned
from node.errors import RequestError
from node.mail.packing import Addressee, Contents, enclosures_named, pack
from node.mail.receipts import ReceiptBook
from node.station import Station
from node.store import Store
from node.store.records import ParcelRecord, PendingArrival, RoadMark
from signing.certificates import Certificate
from signing.errors import SigningError, UnknownSignerError


class Dispatch:
    """Makes parcels once and queues them towards every reader."""

    def __init__(self, station: Station, store: Store, receipts: ReceiptBook) -> None:
        self._station = station
        self._store = store
        self._receipts = receipts

    def send_letter(self, sealed: SealedLetter, *, urgent: bool, at: datetime) -> None:
        """Queue one letter of ours for every other station on its case's path, with the keys of its enclosures.

        Certificates and seals that a reader has not been sent yet ride along, once. A station whose key was stolen reads nothing more:
        whoever takes its place gets copies.
        """
        path = self._station.path_of(sealed.letter.case_number[:14])
        readers = [station for station in path if station != self._station.station and not self._is_stolen(station)]
        if not readers:
            return
        named = sealed.letter.enclosures
        contents = Contents(letters=[sealed.frame], keys=self.keys_of(sealed.letter))
        self.add_credentials(contents, sealed, readers)
        parcel_id = self.send(contents, "letters", readers, urgent=urgent, at=at, named=named)
        self._store.outbox.add_letters(parcel_id, [sealed.letter_id])

    def send_receipts(self, at: datetime) -> int:
        """Queue what there is to say of letters that came, one `arrived` receipt for each set of readers; how many receipts."""
        groups: dict[tuple[str, ...], list[PendingArrival]] = {}
        with self._store.transaction():
            for pending in self._store.receipts.take_pending():
                groups.setdefault(pending.readers, []).append(pending)
            for named, arrivals in groups.items():
                # One whose encryption certificate is on its way yet must not stop the letters of all others.
                readers = [one for one in named if self.can_read(one)]
                receipt = self._receipts.arrived(arrivals, at)
                me = self._station.station
                marks = [RoadMark(one.letter_id, me, "arrived", at, one.outcome, receipt.receipt_id) for one in arrivals]
                self._store.letters.mark_many(marks)
                if readers:
                    self.send(Contents(receipts=[receipt.data]), "receipts", readers, urgent=True, at=at)
        return len(groups)

    def send(
        self,
        contents: Contents,
        parcel_class: str,
        readers: Sequence[str],
        *,
        urgent: bool,
        at: datetime,
        named: Sequence[EnclosureEntry] = (),
    ) -> str:
        """Make a parcel of `contents` and queue it; its id.

        Raises:
            RequestError: `no_route` a reader's encryption certificate is not known here.
        """
        addressees = [Addressee(self._store.counters.next(f"to:{one}"), self._encryption_certificate(one)) for one in readers]
        data = pack(
            self._station,
            contents,
            parcel_class=parcel_class,
            readers=addressees,
            urgent=urgent,
            made_at=at,
            enclosures=enclosures_named(named),
        )
        parcel_id = self._station.suite.digest(data)
        self._store.outbox.put(ParcelRecord(parcel_id, data, self._station.station, parcel_class, urgent, at, at))
        self.queue(parcel_id, readers, [one.enclosure_id for one in enclosures_named(named)], urgent=urgent, at=at)
        return parcel_id

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
        ids = owned(self._station, self._store, ids_of(letter.enclosures), letter.origin)
        return dict(sorted(self._store.enclosures.keys(sorted(ids)).items()))

    def add_credentials(self, contents: Contents, sealed: SealedLetter, readers: Sequence[str]) -> None:
        """Add the certificates and seals behind a letter that one of the readers has not been sent yet.

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
            unsent = self._store.certificates.unsent(reader, [*reversed(certificates), *seals])
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
