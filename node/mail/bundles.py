"""USB bundles (U盘包) of this station: the same parcels as by the network, as a file to carry in a pocket."""

from collections.abc import Iterable
from pathlib import Path

from node.clock import Clock, to_text
from node.errors import RequestError
from node.mail.mailroom import Mailroom
from node.station import Station
from node.store import Store
from node.store.records import RoadMark
from signing.errors import SigningError
from sync.handover import BundleReport, bundle_in, bundle_out
from sync.wire import Identity

RECENT_RECEIPTS = 500
"""At most so many `stored` receipts ride back in a bundle."""


class Bundles:
    """Writes and reads bundles."""

    def __init__(self, station: Station, store: Store, mailroom: Mailroom, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._mailroom = mailroom
        self._clock = clock

    def write_to(self, path: Path, to: str | None = None) -> BundleReport:
        """Write what waits for the neighbour `to` (id or name; the parent when None), with receipts for what came from there.

        Raises:
            RequestError: `bundle_to` no such neighbour, or none was named and there is no parent.
            BundleError: the file cannot be written; nothing changes.
        """
        next_hop = self._neighbour(to)
        now = self._clock.now()
        due = self._store.outbox.due(next_hop, 1 << 30, 10_000)
        report = bundle_out(
            path,
            next_hop,
            self._identity(),
            self._store.outbox,
            self._store.enclosures,
            self._station.suite.digest,
            to_text(now),
            now,
            self._receipts_for(next_hop),
        )
        letters = self._store.outbox.letters_of(parcel.parcel_id for parcel in due)
        self._store.letters.mark_many([RoadMark(one, next_hop, "handed_over", now) for ids in letters.values() for one in ids])
        return report

    def read_from(self, path: Path) -> BundleReport:
        """Take in all of a bundle that is whole; what is not is named. Again changes nothing.

        Raises:
            BundleError: not a bundle, or nothing of it can be trusted.
        """
        return bundle_in(path, self._mailroom, self._store.enclosures, self._digest_parts, self._is_station, self._mailroom.learn)

    def _identity(self) -> Identity:
        return identity_of(self._station, self._store)

    def _neighbour(self, to: str | None) -> str:
        directory, me = self._station.directory, self._station.station
        neighbours = [one for one in (directory.parent_of(me), *directory.children(me)) if one]
        if to is None:
            parent = directory.parent_of(me)
            if parent is None and len(neighbours) != 1:
                raise RequestError("bundle_to", given="", known=[self._station.name_of(one) for one in neighbours])
            return parent or neighbours[0]
        for station in neighbours:
            if to in (station, self._station.name_of(station)):
                return station
        raise RequestError("bundle_to", given=to, known=[self._station.name_of(one) for one in neighbours])

    def _receipts_for(self, next_hop: str) -> list[bytes]:
        return [row.data for row in self._store.receipts.stored_for(next_hop, RECENT_RECEIPTS)]

    def _digest_parts(self, parts: Iterable[bytes]) -> str:
        hasher = self._station.suite.hasher()
        for part in parts:
            hasher.update(part)
        return hasher.digest()

    def _is_station(self, station: str, signer: str, message: bytes, signature: bytes) -> bool:
        try:
            self._station.check_station(signer, station, message, signature)
        except SigningError:
            return False
        return True


def identity_of(station: Station, store: Store) -> Identity:
    """Who this station is to others, with what proves it to one that does not know it and lets that one answer."""
    signer, record = station.signer, store.stations.get(station.station)
    encrypt = [] if record is None or record.encrypt_certificate is None else [station.trust.get(record.encrypt_certificate)]
    shown = (*encrypt, *station.trust.path(signer.certificate))
    return Identity(station.station, signer.certificate.digest, signer.sign, tuple(one.der for one in shown if one.usage != "root"))
