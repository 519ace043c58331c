"""USB bundles (U盘包) of this station: the same parcels as by the network, as a file to carry in a pocket."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.clock import COUNTY_ZONE, Clock, from_text, to_text
from node.errors import DiskFullError, RequestError
from node.mail.carried import CarriedBook
from node.mail.dispatch import Dispatch
from node.mail.mailroom import Mailroom
from node.mail.outgoing import Outgoing
from node.station import Station
from node.store import Store
from node.store.files import free_bytes
from node.store.records import RoadMark
from signing.errors import SigningError
from sync.bundle import BundleReader
from sync.errors import BundleError
from sync.handover import MAX_BUNDLE_BYTES, BundleReport, Choice, bundle_in, bundle_out, choose
from sync.parcel import ParcelHeader
from sync.waybill import MAX_HELD
from sync.wire import Identity

RECENT_RECEIPTS = 500
"""At most so many `stored` receipts ride back in a bundle."""

SPARE_BYTES = 1 << 20
"""Left free on a drive: its folder grows too."""

SUFFIX = ".yzb"
LONGEST_NAME = 24
_NOT_IN_NAMES = re.compile(r'[\x00-\x20/\\:*?"<>|.]')


@dataclass(frozen=True)
class Neighbour:
    """A station right above or below, and what waits for it: parcels and letters, enclosures and their bytes."""

    station: str
    name: str
    is_parent: bool
    parcels: int
    enclosures: int
    enclosure_bytes: int


@dataclass(frozen=True)
class Preview:
    """What a bundle for a neighbour would hold now. `letters` are those of the parcels that can be read here."""

    to: str
    name: str
    letters: int
    choice: Choice


@dataclass(frozen=True)
class Look:
    """What a bundle says of itself; nothing of it was taken in. `to` is empty where it does not say. `is_short`: its end is missing."""

    from_station: str
    from_name: str
    made_at: datetime
    to: str
    to_name: str
    receipts: int
    parcels: int
    enclosures: int
    size_bytes: int
    is_short: bool
    is_for_here: bool
    is_own: bool


class Bundles:
    """Writes and reads bundles. `on_handed_in` is told of an enclosure that a station below has brought whole, as at the door."""

    def __init__(
        self,
        station: Station,
        store: Store,
        dispatch: Dispatch,
        outgoing: Outgoing,
        mailroom: Mailroom,
        clock: Clock,
        on_handed_in: Callable[[str], None] = lambda enclosure_id: None,
    ) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._on_handed_in = on_handed_in
        self._outgoing = outgoing
        self._mailroom = mailroom
        self._clock = clock
        self._carried = CarriedBook(store.meta)

    def neighbours(self) -> list[Neighbour]:
        """The stations to which bundles may be written: the parent first, then those below by name."""
        directory, me = self._station.directory, self._station.station
        parent = directory.parent_of(me)
        below = sorted(directory.children(me), key=self._station.name_of)
        return [self._neighbour(one, is_parent=one == parent) for one in (*([parent] if parent else ()), *below)]

    def preview(self, to: str | None = None, max_bytes: int = MAX_BUNDLE_BYTES) -> Preview:
        """What would be written now for the neighbour `to`; letters that wait are packed for it.

        Raises:
            RequestError: `bundle_to`.
        """
        next_hop = self._hop(to)
        choice = self._choose(next_hop, max_bytes)
        letters = sum(map(len, self._store.outbox.letters_of(choice.parcel_ids).values()))
        return Preview(next_hop, self._station.name_of(next_hop), letters, choice)

    def write_to(self, path: Path, to: str | None = None, max_bytes: int = MAX_BUNDLE_BYTES) -> BundleReport:
        """Write what waits for the neighbour `to` (id or name; the parent when None), with receipts for what came from there.

        As much as fits the drive and `max_bytes`: the rest waits for the next one.

        Raises:
            RequestError: `bundle_to` no such neighbour, or none was named and there is no parent.
            BundleError: the file cannot be written; nothing changes.
        """
        next_hop = self._hop(to)
        now = self._clock.now()
        choice = self._choose(next_hop, min(max_bytes, room_at(path.parent)))
        report = bundle_out(path, next_hop, choice, self._identity(), self._outgoing, self._station.suite.digest, to_text(now), now)
        letters = self._store.outbox.letters_of(choice.parcel_ids)
        self._store.letters.mark_many([RoadMark(one, next_hop, "handed_over", now) for ids in letters.values() for one in ids])
        self._carried.add(next_hop, [*choice.parcel_ids, *(one.enclosure_id for one in choice.load.enclosures)])
        return report

    def read_from(self, path: Path) -> BundleReport:
        """Take in all of a bundle that is whole; what is not is named. Again changes nothing.

        A parcel that is not for here and has no way on from here is left alone.

        Raises:
            BundleError: not a bundle, or nothing of it can be trusted.
        """
        shelf, checks, full = self._store.enclosures, (self._digest_parts, self._is_station, self._learn, self._has_way), (DiskFullError,)
        return bundle_in(path, self._mailroom, shelf, *checks, full, self._handed_in)

    def look(self, path: Path) -> Look:
        """What a bundle says of itself, without taking anything in.

        Raises:
            BundleError: not a bundle, or nothing of it can be trusted.
        """
        with BundleReader(path, self._digest_parts, self._is_station, self._learn) as bundle:
            manifest, to = bundle.manifest, bundle.waybill.to if bundle.waybill else ""
            return Look(
                manifest.from_station,
                self._station.name_of(manifest.from_station),
                from_text(manifest.made_at),
                to,
                self._station.name_of(to) if to else "",
                len(manifest.receipts),
                len(manifest.parcels),
                len(manifest.enclosures),
                bundle.ends,
                bundle.is_short,
                self._station.is_me(to) if to else True,
                self._station.is_me(manifest.from_station),
            )

    def neighbour(self, to: str | None) -> str:
        """The id of the neighbour `to`, given by id or name; the parent when None.

        Raises:
            RequestError: `bundle_to`.
        """
        return self._hop(to)

    def answer_to(self, writer: str) -> str | None:
        """The neighbour to whom an answer to a bundle of `writer` goes; None where it goes nowhere by hand."""
        directory, me = self._station.directory, self._station.station
        hop = directory.next_hop(writer, me) if writer in directory else None
        return hop if hop is not None and hop in (directory.parent_of(me), *directory.children(me)) else None

    def new_path(self, folder: Path, to: str) -> Path:
        """A file that is not there yet, whose name says from whom to whom and when; every file system takes it."""
        names = (_short(self._station.name_of(one)) for one in (self._station.station, to))
        stem = f"{'到'.join(names)}_{self._clock.now().astimezone(COUNTY_ZONE):%Y%m%d-%H%M%S}"
        return next(path for more in ("", *map("-{}".format, range(2, 100))) if not (path := folder / f"{stem}{more}{SUFFIX}").exists())

    def _choose(self, next_hop: str, max_bytes: int) -> Choice:
        receipts = self._receipts_for(next_hop)
        was_carried = self._carried.of(next_hop)
        return choose(next_hop, self._outgoing, self._store.enclosures, receipts, max_bytes, self._held_for(next_hop), was_carried)

    def _receipts_for(self, next_hop: str) -> list[bytes]:
        """The newest first; what became of the letters before that their parcels are stored, since that one is never asked for again."""
        newest = reversed(self._store.receipts.stored_for(next_hop, RECENT_RECEIPTS))
        return list(dict.fromkeys(data for row in newest for data in (*self._dispatch.arrived_with([row]), row.data)))

    def _held_for(self, next_hop: str) -> list[str]:
        """What came here by way of `next_hop` and is whole: it need not give it again."""
        directory, me = self._station.directory, self._station.station
        both = self._store.enclosures.held_with(next_hop, MAX_HELD)
        return sorted(one for one, maker in both if not maker or directory.next_hop(maker, me) == next_hop)

    def _identity(self) -> Identity:
        return identity_of(self._station, self._store)

    def _neighbour(self, station: str, *, is_parent: bool) -> Neighbour:
        count, size_bytes = self._store.enclosures.waiting_with(station)
        return Neighbour(station, self._station.name_of(station), is_parent, self._outgoing.waiting_for(station), count, size_bytes)

    def _hop(self, to: str | None) -> str:
        directory, me = self._station.directory, self._station.station
        neighbours = [one for one in (directory.parent_of(me), *directory.children(me)) if one]
        if to is None:
            parent = directory.parent_of(me)
            if parent is None and len(neighbours) != 1:
                raise RequestError("bundle_to", given="—", known=self._names(neighbours))
            return parent or neighbours[0]
        for station in neighbours:
            if to in (station, self._station.name_of(station)):
                return station
        raise RequestError("bundle_to", given=to, known=self._names(neighbours))

    def _names(self, stations: Iterable[str]) -> str:
        return "、".join(map(self._station.name_of, stations)) or "—"

    def _has_way(self, header: ParcelHeader, came_from: str) -> bool:
        """One that is not for here goes on only when its maker is known here, and to whoever it goes to."""
        directory, me, readers = self._station.directory, self._station.station, header.readers
        if directory.is_for(readers, me):
            return True
        return self._knows([header.signer]) and bool(directory.ways(readers, header.from_station, me, came_from))

    def _handed_in(self, enclosure_id: str, came_from: str) -> None:
        directory = self._station.directory
        if self._station.station in directory.path_of(came_from)[1:]:
            self._on_handed_in(enclosure_id)

    def _learn(self, certificates: Sequence[bytes]) -> None:
        """Of strangers alone: listing the bundles of a drive must not write each time."""
        if not self._knows(map(self._station.suite.digest, certificates)):
            self._mailroom.learn(certificates)

    def _knows(self, digests: Iterable[str]) -> bool:
        try:
            return all(self._station.trust.get(one) for one in digests)
        except SigningError:
            return False

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


def room_at(folder: Path, free: Callable[[Path], int] = free_bytes) -> int:
    """How large a bundle may be there.

    Raises:
        BundleError: `gone`.
    """
    try:
        return min(MAX_BUNDLE_BYTES, max(0, free(folder) - SPARE_BYTES))
    except OSError as error:
        raise BundleError("gone") from error


def _short(name: str) -> str:
    return _NOT_IN_NAMES.sub("", name)[:LONGEST_NAME] or "站"


def identity_of(station: Station, store: Store) -> Identity:
    """Who this station is to others, with what proves it to one that does not know it and lets that one answer."""
    signer, record = station.signer, store.stations.get(station.station)
    encrypt = [] if record is None or record.encrypt_certificate is None else [station.trust.get(record.encrypt_certificate)]
    shown = (*encrypt, *station.trust.path(signer.certificate))
    return Identity(station.station, signer.certificate.digest, signer.sign, tuple(one.der for one in shown if one.usage != "root"))
