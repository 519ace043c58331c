"""Parcels of one courier: what goes into the next exchange, and what its answer means."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sync.backoff import Later
from sync.boxes import Outbox, QueuedParcel, Receiver, Reports
from sync.chunks import Sizer
from sync.errors import LinkDownError, ParcelError, RecordError
from sync.exchange import MAX_IDS, MAX_PARCELS, MAX_REPORTS_BYTES, MOST_DOWN_BYTES, Letterbag, Refusal
from sync.parcel import MAX_PARCEL_BYTES, read_parcel
from sync.wire import EnclosureState

FIRST_BATCH_BYTES, LEAST_BATCH_BYTES, MOST_BATCH_BYTES = 32 * 1024, 8 * 1024, 256 * 1024
PATIENCE_S = 3.0
MAX_LONE_FAILURES = 8
MAX_OWED = 1024


@dataclass(frozen=True)
class Packed:
    """One exchange on its way: its bytes, and what is in them."""

    body: bytes
    parcel_ids: tuple[str, ...]
    receipts: int
    refusals: int
    reports: tuple[bytes, ...] = ()
    asks: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Came:
    """What an answer brought: whether anything moved, and how much the parent has of what it was asked about."""

    moved: bool
    states: Mapping[str, EnclosureState]


@dataclass
class Tally:
    """What was carried so far."""

    sent: int = 0
    received: int = 0
    pieces_up: int = 0
    pieces_down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    enclosures_up: int = 0
    enclosures_down: int = 0
    set_aside: list[Refusal] = field(default_factory=list)


def _window() -> Sizer:
    return Sizer(LEAST_BATCH_BYTES, FIRST_BATCH_BYTES, MOST_BATCH_BYTES, growth=2.0, patience_s=PATIENCE_S)


class Mailbag:
    """Letters to and from one parent. Receipts that are owed live in memory: if lost, the parcels come again and get the same ones.

    `echo` gives receipts of the parent's own that are to be shown to it again, each time it is to be reminded. `is_wary` after the parent
    could not deal with an exchange: until one is answered nothing but parcels goes, so that the one that it stumbles over is found.
    """

    def __init__(
        self,
        parent: str,
        outbox: Outbox,
        receiver: Receiver,
        digest: Callable[[bytes], str],
        now: Callable[[], datetime],
        on_enclosures: Callable[[Sequence[str]], None] = lambda ids: None,
        reports: Reports | None = None,
        echo: Callable[[], Sequence[bytes]] = lambda: (),
    ) -> None:
        self._parent = parent
        self._outbox = outbox
        self._receiver = receiver
        self._digest = digest
        self._now = now
        self._on_enclosures = on_enclosures
        self._reports = reports
        self._echo = echo
        self._left_alone = Later(now)
        self._up, self._down = _window(), _window()
        self._most_parcels = MAX_PARCELS
        self._lone_failures = 0
        self.is_wary = False
        self._owed_receipts: list[bytes] = []
        self._owed_refusals: list[Refusal] = []
        self._given: set[str] = set()
        self._got: set[str] = set()
        self.tally = Tally()

    def start(self) -> Tally:
        """Begin a new carrying; what it counts is counted in the tally it gives."""
        self._given.clear()
        self._got.clear()
        self._lone_failures = 0
        self.is_wary = False
        self.tally = Tally()
        return self.tally

    def forget_waits(self) -> None:
        """Nothing is left alone any more: a person wants it to be tried now."""
        self._left_alone.forget_all()

    def owes(self) -> bool:
        """Whether the parent is to get a receipt or a refusal."""
        self._owed_receipts += self._echo()
        return bool(self._owed_receipts or self._owed_refusals)

    def has_parcels(self) -> bool:
        """Whether a parcel should go up now; costs next to nothing when none waits."""
        return self._outbox.has_due(self._parent) and bool(self._due(1, 1))

    def pack(self, asks: Sequence[str] = (), held: Sequence[str] = (), *, with_parcels: bool = True) -> Packed:
        """The next exchange. Without parcels it only asks for a sign of life: nothing is packed for a line that may be dead."""
        parcels = self._due(self._up.size, self._most_parcels) if with_parcels else []
        owed = 0 if self.is_wary else MAX_OWED
        receipts, refusals = self._owed_receipts[:owed], self._owed_refusals[:owed]
        reports = tuple(self._reports.to_tell(MAX_REPORTS_BYTES)) if self._reports and not self.is_wary else ()
        data = tuple(parcel.data for parcel in parcels)
        wanted, asked, has = min(self._down.size, MOST_DOWN_BYTES), tuple(asks), tuple(held[:MAX_IDS])
        bag = Letterbag(tuple(receipts), tuple(refusals), data, wanted, reports, asks=asked, held=has)
        ids = tuple(parcel.parcel_id for parcel in parcels)
        return Packed(bag.to_bytes(), ids, len(receipts), len(refusals), reports, asked, has)

    def unpack(self, packed: Packed, answer: bytes | None, took_s: float) -> Came:
        """Take what came back, and forget what is no longer owed.

        Raises:
            LinkDownError: the answer makes no sense.
        """
        try:
            bag = Letterbag() if answer is None else Letterbag.from_bytes(answer)
        except RecordError as error:
            raise LinkDownError("bad_answer") from error
        del self._owed_receipts[: packed.receipts], self._owed_refusals[: packed.refusals]
        self._told(packed, bag.at, took_s)
        self._given.update(packed.parcel_ids)
        self._lone_failures, self.is_wary = 0, False
        self._most_parcels = min(MAX_PARCELS, self._most_parcels * 2)
        self._up.acknowledged(len(packed.body), took_s)
        self._down.acknowledged(len(answer or b""), took_s)
        if bag.receipts:
            self._receiver.take_receipts(bag.receipts, self._parent)
        refused = self._refused(packed, bag.refused)
        self.tally.sent += len(packed.parcel_ids) - refused
        came = self._take_in(bag.parcels)
        return Came(bool(bag.receipts or refused or came or packed.receipts or packed.refusals), bag.states)

    def broken(self, packed: Packed, why: str) -> None:
        """The line broke under an exchange: smaller ones from now on."""
        self._up.broken()
        self._down.broken()
        if packed.parcel_ids:
            self._outbox.mark_failed(self._parent, packed.parcel_ids, why, self._now())

    def turned_down(self, packed: Packed, code: str) -> None:
        """The parent cannot deal with this exchange: find the parcel that it stumbles over, and leave that one alone for a while.

        Raises:
            LinkDownError: it stumbles over everything.
        """
        self._told(packed, None, 0.0)
        self.is_wary = True
        if packed.receipts or packed.refusals or packed.reports or packed.asks or packed.held:
            # Perhaps it stumbles over one of these. What they are for comes again, and is answered again.
            del self._owed_receipts[: packed.receipts], self._owed_refusals[: packed.refusals]
            return
        if len(packed.parcel_ids) > 1:
            self._most_parcels = len(packed.parcel_ids) // 2
            return
        if packed.parcel_ids and self._lone_failures < MAX_LONE_FAILURES:
            self._lone_failures += 1
            self._left_alone.postpone(packed.parcel_ids[0])
            self._outbox.mark_failed(self._parent, packed.parcel_ids, code, self._now())
            self.tally.set_aside.append(Refusal(packed.parcel_ids[0], code))
            return
        raise LinkDownError("error")

    def _told(self, packed: Packed, parent_time: str | None, took_s: float) -> None:
        if self._reports and packed.reports:
            self._reports.told(packed.reports, parent_time, took_s)

    def _due(self, limit_bytes: int, limit_count: int) -> list[QueuedParcel]:
        """What is due and not left alone; looks further down the queue when its head is all left alone."""
        look_bytes, look_count, seen = limit_bytes, limit_count, -1
        while True:
            due = self._outbox.due(self._parent, look_bytes, look_count)
            for parcel in due:
                if parcel.parcel_id in self._given:
                    self._not_stored(parcel.parcel_id)
            ready = [parcel for parcel in due if self._left_alone.ready(parcel.parcel_id)]
            if ready or len(due) <= seen or not due:
                return _up_to(ready, limit_bytes, limit_count)
            seen = len(due)
            look_bytes, look_count = look_bytes + 2 * MAX_PARCEL_BYTES, look_count + 2 * seen + MAX_PARCELS

    def _not_stored(self, parcel_id: str) -> None:
        """It went, the parent answered, and still it is due: the parent gave no receipt for it. Not again at once."""
        self._given.discard(parcel_id)
        self._left_alone.postpone(parcel_id)
        self._outbox.mark_failed(self._parent, [parcel_id], "no_receipt", self._now())
        self.tally.sent -= 1

    def _refused(self, packed: Packed, refused: Sequence[Refusal]) -> int:
        """How many of ours the parent will not take. Ids that are not ours are of bytes damaged on the way: those parcels stay due."""
        ours = [refusal for refusal in refused if refusal.parcel_id in packed.parcel_ids]
        if ours:
            self._outbox.mark_refused(self._parent, [(refusal.parcel_id, refusal.why) for refusal in ours], self._now())
            self._given.difference_update(refusal.parcel_id for refusal in ours)
            self.tally.set_aside += ours
        return len(ours)

    def _take_in(self, parcels: Sequence[bytes]) -> bool:
        """Admit what came; whether any of it came for the first time in this carrying. Those known before are answered, not counted."""
        new = {self._digest(data): data for data in parcels}
        new = {parcel_id: data for parcel_id, data in new.items() if parcel_id not in self._got}
        if not new:
            return False
        taken = self._receiver.take_in(list(new.values()), self._parent, "network")
        self._got.update(new)
        refused = [Refusal(parcel_id, why) for parcel_id, why in taken.refused]
        self._owed_receipts += taken.receipts
        self._owed_refusals += refused
        self.tally.received += len(new) - len(refused) - len(taken.known)
        self.tally.set_aside += refused
        self._announce(new.values())
        return True

    def _announce(self, parcels: Iterable[bytes]) -> None:
        ids: list[str] = []
        for data in parcels:
            with suppress(ParcelError):
                ids += (named.enclosure_id for named in read_parcel(data, self._digest).header.enclosures)
        self._on_enclosures(ids)


def _up_to(parcels: Sequence[QueuedParcel], limit_bytes: int, limit_count: int) -> list[QueuedParcel]:
    """The first of them: at least one if any."""
    picked: list[QueuedParcel] = []
    for parcel in parcels[:limit_count]:
        limit_bytes -= len(parcel.data)
        if picked and limit_bytes < 0:
            break
        picked.append(parcel)
    return picked
