"""The boxes a courier works with: what waits to go out, the shelf of enclosures, the mailroom, the lease. Protocols only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class QueuedParcel:
    """A parcel that waits for one next hop."""

    parcel_id: str
    data: bytes
    urgent: bool


@dataclass(frozen=True)
class Piece:
    """A run of bytes of an enclosure: where it starts and how long it is, both in bytes."""

    offset: int
    length: int


class Outbox(Protocol):
    """Parcels by the hop they go to next."""

    def due(self, next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[QueuedParcel]:
        """Parcels not yet stored by `next_hop`: urgent first, then oldest; at least one if any, then up to `limit_bytes`."""
        ...

    def has_due(self, next_hop: str) -> bool:
        """Whether anything waits for `next_hop`, packed or not; packs nothing, and costs next to nothing."""
        ...

    def mark_failed(self, next_hop: str, parcel_ids: Sequence[str], why: str, at: datetime) -> None:
        """Remember why these did not go."""
        ...

    def mark_refused(self, next_hop: str, refused: Sequence[tuple[str, str]], at: datetime) -> None:
        """`next_hop` would not take these (parcel id, why): kept for a person to see, not due again before `retry_refused`.

        Ids that are not queued for `next_hop` are passed over: they were damaged on the way.
        """
        ...

    def retry_refused(self, next_hop: str) -> None:
        """What `next_hop` refused is due once more; called seldom, since its reason may have gone."""
        ...

    def hurried(self) -> int:
        """A number that rises when a person wants something to be tried now: no wait after failures counts any more."""
        ...

    def mark_handed_over(self, next_hop: str, parcel_ids: Sequence[str], at: datetime) -> None:
        """These went out in a bundle; they stay due until a receipt comes back."""
        ...


class Shelf(Protocol):
    """Enclosures as ciphertext, whole or in part."""

    def wanted(self, parent: str, limit: int) -> list[str]:
        """Ids expected here, not whole, and not on their way up to `parent`: what it can give. Previews first, what may wait last."""
        ...

    def may_wait(self, enclosure_id: str) -> bool:
        """Whether it goes only when nothing else can."""
        ...

    def to_send(self, next_hop: str, limit: int) -> list[str]:
        """Ids whole here that `next_hop` is not known to hold, previews first, urgent cases first."""
        ...

    def size_bytes(self, enclosure_id: str) -> int | None:
        """The whole size, or None when no admitted parcel names it."""
        ...

    def missing(self, enclosure_id: str) -> list[Piece]:
        """What is not here yet, in order; empty when whole."""
        ...

    def read(self, enclosure_id: str, offset: int, length: int) -> bytes:
        """Bytes of a whole enclosure."""
        ...

    def write_piece(self, enclosure_id: str, offset: int, data: bytes) -> None:
        """Keep a piece, once; the digest is checked when the last one is in.

        Raises:
            EnclosureDamagedError: that was the last one and the digest is wrong; all of it is missing again.
            NoRoomError: the disk has no room; what came before stays.
        """
        ...

    def put_whole(self, enclosure_id: str, data: bytes) -> None:
        """Keep a whole enclosure, once."""
        ...

    def held_by(self, next_hop: str, enclosure_id: str) -> None:
        """Remember that `next_hop` holds it whole."""
        ...

    def not_taken(self, next_hop: str, enclosure_id: str, why: str, at: datetime) -> None:
        """Remember what `next_hop` said when it did not take it, for people to see."""
        ...


@dataclass(frozen=True)
class TakenIn:
    """What became of a batch: signed `stored` receipts as bytes, ids that were known before, and (parcel id, why) refused."""

    receipts: tuple[bytes, ...]
    known: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


class Receiver(Protocol):
    """The mailroom, as far as a road knows it."""

    def take_in(self, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
        """Admit parcels, once each; `road` is `network`, `bundle` or `paper`.

        A parcel that is wrong is answered among `refused` and never raises; what raises is the station's own trouble (no room,
        database locked), and then none of these parcels counts as stored.
        """
        ...

    def take_receipts(self, receipts: Sequence[bytes], came_from: str) -> None:
        """Check and apply receipts: outbox rows become stored, letters get their marks."""
        ...


class Reports(Protocol):
    """What stations say of their own health: told to the parent, heard from those below."""

    def to_tell(self, limit_bytes: int) -> list[bytes]:
        """Reports that the parent has not heard, up to so many bytes."""
        ...

    def told(self, reports: Sequence[bytes], parent_time: str | None, took_s: float) -> None:
        """The parent has heard these; its time (`2026-11-22T03:04:05Z`), where it said it, and how long the call took."""
        ...

    def take(self, reports: Sequence[bytes], came_from: str) -> None:
        """Keep what a child says of itself and of those below it. What makes no sense is passed over, never raised."""
        ...


class Pace(Protocol):
    """What people allow the line to carry. Asked again all the time: a change takes effect within a second."""

    def max_bytes_s(self) -> int | None:
        """The most bytes a second, or None. Pieces wait for it; letters never wait, but count."""
        ...

    def scans_may_go(self) -> bool:
        """Whether pieces of enclosures may go now; not in quiet hours. Letters go all the same."""
        ...

    def is_paused(self) -> bool:
        """Whether nothing is to be carried unless somebody asks for it by hand."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...


class Lease(Protocol):
    """Sees to it that of several processes on one database only one carries."""

    def acquire(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` has it now: it was free, run out, or already `holder`'s."""
        ...

    def renew(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` still has it, until then."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Free it, if it is `holder`'s."""
        ...


class LinkLog(Protocol):
    """Remembers how the line upward does, for the strip on every page."""

    def heard(self, at: datetime) -> None:
        """The parent answered."""
        ...

    def failed(self, at: datetime, why: str) -> None:
        """A carrying ended because the line or the parent would not; `why` is a `LinkDownError` code."""
        ...
