"""Carrying by hand: the boxes' contents into a bundle, and a bundle's contents into the boxes."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

from sync.boxes import Outbox, Receiver, Shelf
from sync.bundle import BundleReader, Digest, DigestParts, Found, Learn, learn_nothing
from sync.bundle_writing import EnclosureSource, Load, write_bundle
from sync.errors import BundleError, EnclosureDamagedError, SyncError
from sync.exchange import Refusal
from sync.parcel import ParcelHeader, read_parcel
from sync.wire import Identity, StationCheck

MAX_BUNDLE_BYTES = 1 << 30
MAX_LETTERS_BYTES = 64 << 20
"""Of all parcels in one bundle: they are in memory while it is written."""

MAX_BUNDLE_PARCELS = 10_000
MAX_BUNDLE_ENCLOSURES = 10_000
BATCH_BYTES, BATCH_COUNT = 1 << 20, 64
BASE_BYTES, ENTRY_BYTES, HELD_BYTES = 16 << 10, 140, 80
"""The most that a bundle's frame takes: all around the entries, with each entry, and with each id on the waybill."""

HasWay = Callable[[ParcelHeader, str], bool]
"""Whether a parcel with this header that came from this station is for here, or can go on from here."""

HandedIn = Callable[[str, str], None]
"""Told of an enclosure that is whole here now, and which station's bundle brought it."""


def always_has_way(header: ParcelHeader, came_from: str) -> bool:
    """For readers that take whatever comes."""
    return True


def tell_nobody(enclosure_id: str, came_from: str) -> None:
    """Where nobody has to know of enclosures that came."""


@dataclass(frozen=True)
class Choice:
    """What was chosen of what waits for a neighbour, `waiting` things in all. `left_…` are those that no bundle has taken yet.

    `size_bytes` is the most that the file takes; `again` counts what went in an earlier bundle already and was never acknowledged.
    """

    load: Load
    parcel_ids: tuple[str, ...]
    size_bytes: int
    waiting: int = 0
    left_parcels: int = 0
    left_enclosures: int = 0
    left_bytes: int = 0
    again: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be carried that anybody waits for."""
        return not (self.load.receipts or self.load.parcels or self.load.enclosures)


@dataclass(frozen=True)
class Elsewhere:
    """A parcel that was left alone: it is not for here, and has no way on from here. To be carried to one of `readers`."""

    parcel_id: str
    readers: tuple[str, ...]


@dataclass(frozen=True)
class BundleReport:
    """What became of a bundle.

    Counts are of parcels and enclosures that were whole and are here now; `new` ones were not here before, `known` parcels were.
    Ids in `damaged` lie in the file with other bytes than stated, or the disk would not give them; those in `missing` are behind
    its end; of both, so many `lost_enclosures` are enclosures. `skipped` are enclosures that no admitted parcel names, `no_room`
    those for which the disk here has no room; `refused` are whole parcels that the mailroom would not take. `learned` counts
    enclosures that the writer says it holds and of which that was not known. `is_gone` when the disk stopped answering.
    """

    parcels: int = 0
    enclosures: int = 0
    size_bytes: int = 0
    new: int = 0
    known: int = 0
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    no_room: tuple[str, ...] = ()
    new_enclosures: int = 0
    lost_enclosures: int = 0
    receipts: int = 0
    learned: int = 0
    is_gone: bool = False
    from_station: str = ""
    made_at: str = ""
    left_parcels: int = 0
    left_enclosures: int = 0
    left_bytes: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything that the bundle states came out of it."""
        return not (self.damaged or self.missing or self.skipped or self.refused or self.elsewhere or self.no_room)


def choose(
    next_hop: str,
    outbox: Outbox,
    shelf: Shelf,
    receipts: Sequence[bytes] = (),
    max_bytes: int = MAX_BUNDLE_BYTES,
    held: Iterable[str] = (),
    was_carried: Callable[[str], bool] = lambda one: False,
) -> Choice:
    """What goes into a bundle for `next_hop`: receipts, then parcels, then enclosures, each as long as there is room.

    Of the receipts each is worth something only with those before it: none goes behind one that has no room.
    What `was_carried` in an earlier bundle goes behind all that never was. No enclosure goes while a parcel that never went has no
    room: it may be the one that names it.
    """
    held = tuple(held)
    room = _Room(max_bytes - BASE_BYTES - HELD_BYTES * len(held))
    fitting = tuple(takewhile(lambda data: room.take(len(data)), receipts))
    due = outbox.due(next_hop, MAX_LETTERS_BYTES, MAX_BUNDLE_PARCELS)
    waiting = _sources(shelf, next_hop)
    first = {one.parcel_id for one in due if not was_carried(one.parcel_id) and room.take(len(one.data))}
    may_go = all(one.parcel_id in first or was_carried(one.parcel_id) for one in due)
    early = {one.enclosure_id for one in waiting if may_go and not was_carried(one.enclosure_id) and room.take(one.size_bytes)}
    parcels = [one for one in due if one.parcel_id in first or (was_carried(one.parcel_id) and room.take(len(one.data)))]
    late = (one for one in waiting if may_go and was_carried(one.enclosure_id) and room.take(one.size_bytes))
    enclosures = [*(one for one in waiting if one.enclosure_id in early), *late]
    chosen = {*(one.parcel_id for one in parcels), *(one.enclosure_id for one in enclosures)}
    left = [one for one in due if one.parcel_id not in chosen and not was_carried(one.parcel_id)]
    left_enclosures = [one for one in waiting if one.enclosure_id not in chosen and not was_carried(one.enclosure_id)]
    return Choice(
        Load(fitting, [one.data for one in parcels], enclosures, next_hop, held),
        tuple(one.parcel_id for one in parcels),
        max_bytes - room.bytes,
        waiting=len(due) + len(waiting),
        left_parcels=len(left),
        left_enclosures=len(left_enclosures),
        left_bytes=sum(len(one.data) for one in left) + sum(one.size_bytes for one in left_enclosures),
        again=sum(map(was_carried, chosen)),
    )


def _sources(shelf: Shelf, next_hop: str) -> list[EnclosureSource]:
    ids = shelf.to_send(next_hop, MAX_BUNDLE_ENCLOSURES)
    sized = ((one, shelf.size_bytes(one)) for one in ids)
    return [EnclosureSource(one, size, partial(shelf.read, one)) for one, size in sized if size]


@dataclass
class _Room:
    """How many bytes a bundle may still take."""

    bytes: int

    def take(self, size_bytes: int) -> bool:
        """Whether there is room for one more entry; if so it is taken."""
        fits = size_bytes + ENTRY_BYTES <= self.bytes
        self.bytes -= (size_bytes + ENTRY_BYTES) if fits else 0
        return fits


def bundle_out(
    path: Path, next_hop: str, choice: Choice, identity: Identity, outbox: Outbox, digest: Digest, made_at: str, now: datetime
) -> BundleReport:
    """Write what was chosen for `next_hop` into a bundle.

    The parcels stay due: only the next hop's receipt says that they are stored there.

    Raises:
        BundleError: `no_room`, something waits and nothing of it fits; else as `write_bundle`. Then nothing is marked.
    """
    load = choice.load
    if choice.waiting and not (load.parcels or load.enclosures):
        raise BundleError("no_room")
    write_bundle(path, identity, made_at, digest, load)
    outbox.mark_handed_over(next_hop, choice.parcel_ids, now)
    return BundleReport(
        parcels=len(load.parcels),
        enclosures=len(load.enclosures),
        size_bytes=path.stat().st_size,
        new=len(load.parcels),
        new_enclosures=len(load.enclosures),
        receipts=len(load.receipts),
        from_station=identity.station,
        made_at=made_at,
        left_parcels=choice.left_parcels,
        left_enclosures=choice.left_enclosures,
        left_bytes=choice.left_bytes,
    )


def bundle_in(
    path: Path,
    receiver: Receiver,
    shelf: Shelf,
    digest_parts: DigestParts,
    verify: StationCheck,
    learn: Learn = learn_nothing,
    has_way: HasWay = always_has_way,
    full: tuple[type[Exception], ...] = (),
    handed_in: HandedIn = tell_nobody,
) -> BundleReport:
    """Take in all of a bundle that is whole, and name the rest. Taking it in again changes nothing.

    `learn` is given the writer's certificates (not trusted) before `verify` is asked. `full` are the shelf's errors that say that
    there is no room: letters go on without their scans.

    Raises:
        BundleError: `unreadable`, `not_a_bundle`, `manifest` or `signature`: nothing of it can be trusted. What the boxes raise in
            their own trouble passes through; what was taken in until then stays.
    """
    with BundleReader(path, digest_parts, verify, learn) as bundle:
        intake = _Intake(bundle, receiver, shelf, has_way, full, handed_in)
        for found in bundle.found():
            intake.take(found)
        intake.flush()
        intake.learn_held()
        return intake.report()


@dataclass
class _Intake:
    """Takes entries one by one, in the order receipts, parcels, enclosures; parcels go to the mailroom in batches."""

    bundle: BundleReader
    receiver: Receiver
    shelf: Shelf
    has_way: HasWay
    full: tuple[type[Exception], ...]
    handed_in: HandedIn
    parcels: int = 0
    enclosures: int = 0
    new_enclosures: int = 0
    lost_enclosures: int = 0
    receipts: int = 0
    size_bytes: int = 0
    known: int = 0
    learned: int = 0
    has_lost_receipt: bool = False
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    no_room: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    _of_elsewhere: set[str] = field(default_factory=set)
    _receipts: list[bytes] = field(default_factory=list)
    _batch: list[bytes] = field(default_factory=list)

    def take(self, found: Found) -> None:
        """One entry."""
        if found.state != "whole":
            self._lose(found, self.damaged if found.state == "damaged" else self.missing)
            return
        self.size_bytes += found.entry.size_bytes
        try:
            if found.kind == "enclosure":
                self.flush()
                self._take_enclosure(found)
                return
            data = self.bundle.read(found)
        except BundleError:
            self._lose(found, self.damaged)
            return
        if found.kind == "receipt":
            self._take_receipt(data)
        elif self._belongs_here(found.entry.entry_id, data):
            self._batch.append(data)
        held = self._receipts + self._batch
        if len(held) >= BATCH_COUNT or sum(map(len, held)) >= BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Give what is held to the mailroom."""
        came_from = self.bundle.manifest.from_station
        if self._receipts:
            self.receiver.take_receipts(self._receipts, came_from)
            self.receipts += len(self._receipts)
            self._receipts = []
        if self._batch:
            taken = self.receiver.take_in(self._batch, came_from, "bundle")
            self.parcels += len(self._batch) - len(taken.refused)
            self.known += len(taken.known)
            self.refused += [Refusal(parcel_id, why) for parcel_id, why in taken.refused]
            self._batch = []

    def learn_held(self) -> None:
        """What the writer says that it holds need not be given to it."""
        waybill, writer = self.bundle.waybill, self.bundle.manifest.from_station
        if waybill is None or not waybill.held:
            return
        for enclosure_id in set(waybill.held).intersection(self.shelf.to_send(writer, MAX_BUNDLE_ENCLOSURES)):
            self.shelf.held_by(writer, enclosure_id)
            self.learned += 1

    def report(self) -> BundleReport:
        """What came of it."""
        return BundleReport(
            parcels=self.parcels,
            enclosures=self.enclosures,
            size_bytes=self.size_bytes,
            new=self.parcels - self.known,
            known=self.known,
            damaged=tuple(self.damaged),
            missing=tuple(self.missing),
            skipped=tuple(self.skipped),
            refused=tuple(self.refused),
            elsewhere=tuple(self.elsewhere),
            no_room=tuple(self.no_room),
            new_enclosures=self.new_enclosures,
            lost_enclosures=self.lost_enclosures,
            receipts=self.receipts,
            learned=self.learned,
            is_gone=self.bundle.is_gone,
            from_station=self.bundle.manifest.from_station,
            made_at=self.bundle.manifest.made_at,
        )

    def _take_receipt(self, data: bytes) -> None:
        """Behind one that was lost none is taken: it may say that parcels are stored of which the lost one said more. They come again."""
        if not self.has_lost_receipt:
            self._receipts.append(data)

    def _lose(self, found: Found, where: list[str]) -> None:
        where.append(found.entry.entry_id)
        self.has_lost_receipt = self.has_lost_receipt or found.kind == "receipt"
        self.lost_enclosures += found.kind == "enclosure"

    def _belongs_here(self, parcel_id: str, data: bytes) -> bool:
        """Whether the mailroom is to see it; what cannot be read it refuses in its own words."""
        try:
            header = read_parcel(data, lambda _: parcel_id).header
        except SyncError:
            return True
        if self.has_way(header, self.bundle.manifest.from_station):
            return True
        self.elsewhere.append(Elsewhere(parcel_id, header.readers))
        self._of_elsewhere.update(one.enclosure_id for one in header.enclosures)
        return False

    def _take_enclosure(self, found: Found) -> None:
        enclosure_id = found.entry.entry_id
        if self.shelf.size_bytes(enclosure_id) != found.entry.size_bytes:
            if enclosure_id not in self._of_elsewhere:
                self.skipped.append(enclosure_id)
            return
        is_new = bool(self.shelf.missing(enclosure_id))
        if is_new:
            try:
                self._write(found)
            except self.full:
                self.no_room.append(enclosure_id)
                return
        if self.shelf.missing(enclosure_id):
            self._lose(found, self.damaged)
            return
        self.shelf.held_by(self.bundle.manifest.from_station, enclosure_id)
        self.handed_in(enclosure_id, self.bundle.manifest.from_station)
        self.enclosures += 1
        self.new_enclosures += is_new

    def _write(self, found: Found) -> None:
        """Its digest was right, so if it is wrong now, what was here before is: then all of it is written once more."""
        for _ in range(2):
            with suppress(EnclosureDamagedError):
                for offset, data in self.bundle.pieces(found):
                    self.shelf.write_piece(found.entry.entry_id, offset, data)
                return
