"""Carrying by hand: the boxes' contents into a bundle, and a bundle's contents into the boxes."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sync.boxes import Outbox, Receiver, Shelf
from sync.bundle import BundleReader, Digest, DigestParts, EnclosureSource, Found, Learn, learn_nothing, write_bundle
from sync.errors import EnclosureDamagedError
from sync.exchange import Refusal
from sync.wire import Identity, StationCheck

MAX_BUNDLE_BYTES = 1 << 30
MAX_BUNDLE_PARCELS = 10_000
MAX_BUNDLE_ENCLOSURES = 10_000
BATCH_BYTES, BATCH_COUNT = 1 << 20, 64


@dataclass(frozen=True)
class BundleReport:
    """What became of a bundle.

    Counts are of parcels and enclosures that were whole and are here now; `new` parcels were not here before, `known` were. Ids
    in `damaged` lie in the file with other bytes than stated, those in `missing` are behind its end; `skipped` are enclosures
    that no admitted parcel names; `refused` are whole parcels that the mailroom would not take.
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

    @property
    def is_whole(self) -> bool:
        """Whether everything that the bundle states came out of it."""
        return not (self.damaged or self.missing or self.skipped or self.refused)


def bundle_out(
    path: Path,
    next_hop: str,
    identity: Identity,
    outbox: Outbox,
    shelf: Shelf,
    digest: Digest,
    made_at: str,
    now: datetime,
    receipts: Sequence[bytes] = (),
    max_bytes: int = MAX_BUNDLE_BYTES,
) -> BundleReport:
    """Write what waits for `next_hop` into a bundle: all parcels first, then enclosures as long as there is room.

    The parcels stay due: only the next hop's receipt says that they are stored there.

    Raises:
        BundleError: as `write_bundle`; then nothing is marked.
    """
    due = outbox.due(next_hop, max_bytes, MAX_BUNDLE_PARCELS)
    parcels = [parcel.data for parcel in due]
    room = max_bytes - sum(map(len, parcels))
    enclosures = list(_enclosures(shelf, next_hop, room))
    write_bundle(path, identity, made_at, digest, receipts, parcels, enclosures)
    outbox.mark_handed_over(next_hop, [parcel.parcel_id for parcel in due], now)
    return BundleReport(parcels=len(parcels), enclosures=len(enclosures), size_bytes=path.stat().st_size, new=len(parcels))


def _enclosures(shelf: Shelf, next_hop: str, room: int) -> Iterator[EnclosureSource]:
    for enclosure_id in shelf.to_send(next_hop, MAX_BUNDLE_ENCLOSURES):
        size_bytes = shelf.size_bytes(enclosure_id)
        if size_bytes and size_bytes <= room:
            room -= size_bytes
            yield EnclosureSource(enclosure_id, size_bytes, partial(shelf.read, enclosure_id))


def bundle_in(
    path: Path, receiver: Receiver, shelf: Shelf, digest_parts: DigestParts, verify: StationCheck, learn: Learn = learn_nothing
) -> BundleReport:
    """Take in all of a bundle that is whole, and name the rest. Taking it in again changes nothing.

    `learn` is given the writer's certificates (not trusted) before `verify` is asked.

    Raises:
        BundleError: `unreadable`, `not_a_bundle`, `manifest` or `signature`: nothing of it can be trusted. What the boxes raise in
            their own trouble passes through; what was taken in until then stays.
    """
    with BundleReader(path, digest_parts, verify, learn) as bundle:
        intake = _Intake(bundle, receiver, shelf)
        for found in bundle.found():
            intake.take(found)
        intake.flush()
        return intake.report()


@dataclass
class _Intake:
    """Takes entries one by one, in the order receipts, parcels, enclosures; parcels go to the mailroom in batches."""

    bundle: BundleReader
    receiver: Receiver
    shelf: Shelf
    parcels: int = 0
    enclosures: int = 0
    size_bytes: int = 0
    known: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    _receipts: list[bytes] = field(default_factory=list)
    _batch: list[bytes] = field(default_factory=list)

    def take(self, found: Found) -> None:
        """One entry."""
        if found.state != "whole":
            (self.damaged if found.state == "damaged" else self.missing).append(found.entry.entry_id)
            return
        self.size_bytes += found.entry.size_bytes
        if found.kind == "enclosure":
            self.flush()
            self._take_enclosure(found)
            return
        (self._receipts if found.kind == "receipt" else self._batch).append(self.bundle.read(found))
        held = self._receipts + self._batch
        if len(held) >= BATCH_COUNT or sum(map(len, held)) >= BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Give what is held to the mailroom."""
        came_from = self.bundle.manifest.from_station
        if self._receipts:
            self.receiver.take_receipts(self._receipts, came_from)
            self._receipts = []
        if self._batch:
            taken = self.receiver.take_in(self._batch, came_from, "bundle")
            self.parcels += len(self._batch) - len(taken.refused)
            self.known += len(taken.known)
            self.refused += [Refusal(parcel_id, why) for parcel_id, why in taken.refused]
            self._batch = []

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
        )

    def _take_enclosure(self, found: Found) -> None:
        enclosure_id = found.entry.entry_id
        if self.shelf.size_bytes(enclosure_id) != found.entry.size_bytes:
            self.skipped.append(enclosure_id)
            return
        if self.shelf.missing(enclosure_id):
            # Its digest was right, so if it is wrong now, what was here before is: then all of it is written once more.
            for _ in range(2):
                with suppress(EnclosureDamagedError):
                    for offset, data in self.bundle.pieces(found):
                        self.shelf.write_piece(enclosure_id, offset, data)
                    break
        if self.shelf.missing(enclosure_id):
            self.damaged.append(enclosure_id)
            return
        self.shelf.held_by(self.bundle.manifest.from_station, enclosure_id)
        self.enclosures += 1
