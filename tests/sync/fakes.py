"""Boxes in memory, a wire that leads straight to a door, and ways to spoil it. Digests are real, signatures are not."""

import hashlib
import json
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sync.boxes import Pace, Piece, QueuedParcel, Reports, TakenIn
from sync.chunks import gaps
from sync.courier import Courier
from sync.door import Door
from sync.errors import DoorError, EnclosureDamagedError, LinkDownError, ParcelError
from sync.parcel import NamedEnclosure, ParcelHeader, Reader, WrappedKey, associated_bytes, read_parcel
from sync.sessions import Session
from sync.wire import EnclosureState, Greeting, Identity, Wire

COUNTY, TOWN, VILLAGE, OTHER = "13102500000001", "13102510500001", "13102510520101", "13102510520201"
MADE_AT = "2026-11-22T03:04:05Z"


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_parts(parts: Iterable[bytes]) -> str:
    running = hashlib.sha256()
    for part in parts:
        running.update(part)
    return "sha256:" + running.hexdigest()


def sign(message: bytes, station: str = VILLAGE) -> bytes:
    return hashlib.sha256(station.encode() + message).digest()


def verify(station: str, signer: str, message: bytes, signature: bytes) -> bool:
    return signer == digest(station.encode()) and signature == sign(message, station)


def identity(station: str = VILLAGE) -> Identity:
    return Identity(station, digest(station.encode()), lambda message: sign(message, station))


def header(
    maker: str = VILLAGE, to: Sequence[str] = (TOWN,), number: int = 1, enclosures: Sequence[NamedEnclosure] = (), length: int = 40
) -> ParcelHeader:
    return ParcelHeader(
        from_station=maker,
        to=tuple(Reader(station, number) for station in to),
        parcel_class="letters",
        urgent=False,
        made_at=MADE_AT,
        enclosures=tuple(enclosures),
        keys=tuple(WrappedKey(station, digest(b"key"), b"wrapped") for station in to),
        dictionary=None,
        length=length,
        signer=digest(maker.encode()),
    )


def parcel(number: int = 1, maker: str = VILLAGE, to: Sequence[str] = (TOWN,), scans: Sequence[bytes] = (), size: int = 40) -> bytes:
    named = [NamedEnclosure(digest(scan), len(scan), "full") for scan in scans]
    body = random.Random(number).randbytes(size)
    signed = associated_bytes(header(maker, to, number, named, size)) + body
    return signed + sign(signed, maker)


@dataclass
class FakeClock:
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class FakeOutbox:
    """Rows of (hop, id) with a state: queued, refused, stored."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, QueuedParcel]] = {}
        self.refused: dict[str, dict[str, str]] = {}
        self.stored: dict[str, list[str]] = {}
        self.failed: list[tuple[str, str]] = []
        self.handed_over: list[str] = []
        self.hurries = 0
        self.packed = 0

    def queue(self, hop: str, *parcels: bytes, urgent: bool = False) -> list[str]:
        ids = [digest(data) for data in parcels]
        for parcel_id, data in zip(ids, parcels, strict=True):
            if parcel_id not in self.stored.get(hop, []):
                self.rows.setdefault(hop, {}).setdefault(parcel_id, QueuedParcel(parcel_id, data, urgent))
        return ids

    def due(self, next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[QueuedParcel]:
        self.packed += 1
        waiting = [row for row in self.rows.get(next_hop, {}).values() if row.parcel_id not in self.refused.get(next_hop, {})]
        picked: list[QueuedParcel] = []
        for row in sorted(waiting, key=lambda row: not row.urgent)[:limit_count]:
            limit_bytes -= len(row.data)
            if picked and limit_bytes < 0:
                break
            picked.append(row)
        return picked

    def has_due(self, next_hop: str) -> bool:
        return any(row not in self.refused.get(next_hop, {}) for row in self.rows.get(next_hop, {}))

    def mark_failed(self, next_hop: str, parcel_ids: Sequence[str], why: str, at: datetime) -> None:
        self.failed += [(parcel_id, why) for parcel_id in parcel_ids]

    def mark_refused(self, next_hop: str, refused: Sequence[tuple[str, str]], at: datetime) -> None:
        for parcel_id, why in refused:
            if parcel_id in self.rows.get(next_hop, {}):
                self.refused.setdefault(next_hop, {})[parcel_id] = why

    def retry_refused(self, next_hop: str) -> None:
        self.refused.pop(next_hop, None)

    def hurried(self) -> int:
        return self.hurries

    def mark_handed_over(self, next_hop: str, parcel_ids: Sequence[str], at: datetime) -> None:
        self.handed_over += parcel_ids

    def mark_stored(self, next_hop: str, parcel_id: str) -> None:
        if self.rows.get(next_hop, {}).pop(parcel_id, None):
            self.refused.get(next_hop, {}).pop(parcel_id, None)
            self.stored.setdefault(next_hop, []).append(parcel_id)


@dataclass
class Held:
    size: int
    data: bytearray
    have: list[Piece] = field(default_factory=list)


class FakeShelf:
    """Ciphertexts by id. `writes` lists every piece written, so that waste shows."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.outgoing: dict[str, list[str]] = {}
        self.holders: set[tuple[str, str]] = set()
        self.writes: list[tuple[str, int, int]] = []
        self.bulk: set[str] = set()
        self.refusals: list[tuple[str, str, str]] = []

    def put(self, data: bytes) -> str:
        enclosure_id = digest(data)
        self.held[enclosure_id] = Held(len(data), bytearray(data), [Piece(0, len(data))])
        return enclosure_id

    def expect(self, enclosure_id: str, size: int) -> None:
        self.held.setdefault(enclosure_id, Held(size, bytearray(size)))

    def send(self, hop: str, *enclosure_ids: str) -> None:
        self.outgoing.setdefault(hop, []).extend(enclosure_ids)

    def wanted(self, parent: str, limit: int) -> list[str]:
        up = self.outgoing.get(parent, [])
        wanted = [one for one in self.held if self.missing(one) and one not in up]
        return sorted(wanted, key=self.may_wait)[:limit]

    def may_wait(self, enclosure_id: str) -> bool:
        return enclosure_id in self.bulk

    def to_send(self, next_hop: str, limit: int) -> list[str]:
        ids = [one for one in self.outgoing.get(next_hop, []) if one in self.held and not self.missing(one)]
        return [one for one in ids if (next_hop, one) not in self.holders][:limit]

    def size_bytes(self, enclosure_id: str) -> int | None:
        held = self.held.get(enclosure_id)
        return held.size if held else None

    def missing(self, enclosure_id: str) -> list[Piece]:
        held = self.held[enclosure_id]
        return gaps(held.size, held.have)

    def is_whole(self, enclosure_id: str) -> bool:
        return enclosure_id in self.held and not self.missing(enclosure_id)

    def read(self, enclosure_id: str, offset: int, length: int) -> bytes:
        return bytes(self.held[enclosure_id].data[offset : offset + length])

    def write_piece(self, enclosure_id: str, offset: int, data: bytes) -> None:
        held = self.held[enclosure_id]
        self.writes.append((enclosure_id, offset, len(data)))
        if not self.missing(enclosure_id):
            return
        held.data[offset : offset + len(data)] = data
        held.have.append(Piece(offset, len(data)))
        if not self.missing(enclosure_id) and digest(bytes(held.data)) != enclosure_id:
            held.have.clear()
            raise EnclosureDamagedError(enclosure_id)

    def put_whole(self, enclosure_id: str, data: bytes) -> None:
        self.put(data)

    def held_by(self, next_hop: str, enclosure_id: str) -> None:
        self.holders.add((next_hop, enclosure_id))

    def not_taken(self, next_hop: str, enclosure_id: str, why: str, at: datetime) -> None:
        self.refusals.append((next_hop, enclosure_id, why))


class FakeReceiver:
    """A mailroom: admits by id once, expects what parcels name, and gives receipts that its peers believe."""

    def __init__(self, me: str, outbox: FakeOutbox, shelf: FakeShelf) -> None:
        self.me = me
        self.outbox = outbox
        self.shelf = shelf
        self.admitted: list[str] = []
        self.times_seen: dict[str, int] = {}
        self.poison: set[str] = set()
        self.mute: set[str] = set()
        self.refuse: set[str] = set()

    def take_in(self, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
        if self.poison & {digest(data) for data in parcels}:
            raise RuntimeError("poison")
        stored: list[str] = []
        known: list[str] = []
        refused: list[tuple[str, str]] = []
        for data in parcels:
            parcel_id = digest(data)
            self.times_seen[parcel_id] = self.times_seen.get(parcel_id, 0) + 1
            try:
                header = read_parcel(data, digest).header
            except ParcelError as error:
                refused.append((parcel_id, error.code))
                continue
            if parcel_id in self.refuse or not self._is_authentic(data):
                refused.append((parcel_id, "signature"))
                continue
            (known if parcel_id in self.admitted else self.admitted).append(parcel_id)
            stored += [parcel_id] if parcel_id not in self.mute else []
            for named in header.enclosures:
                self.shelf.expect(named.enclosure_id, named.size_bytes)
        receipts = (self._receipt(stored),) if stored else ()
        return TakenIn(receipts, tuple(known), tuple(refused))

    def take_receipts(self, receipts: Sequence[bytes], came_from: str) -> None:
        for receipt in receipts:
            lines = receipt.split(b"\n")
            if lines[0] == b"yizhan receipt 1" and lines[2] == digest(lines[1]).encode():
                for parcel_id in json.loads(lines[1])["parcels"]:
                    self.outbox.mark_stored(came_from, parcel_id)

    def _is_authentic(self, data: bytes) -> bool:
        read = read_parcel(data, digest)
        return read.signature == sign(read.signed, read.header.from_station)

    def _receipt(self, parcel_ids: list[str]) -> bytes:
        payload = json.dumps({"station": self.me, "parcels": parcel_ids}).encode()
        return b"\n".join([b"yizhan receipt 1", payload, digest(payload).encode(), b""])


class FakeLease:
    def __init__(self) -> None:
        self.holder: tuple[str, datetime] | None = None

    def acquire(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        if self.holder is not None and self.holder[0] != holder and now < self.holder[1]:
            return False
        self.holder = (holder, until)
        return True

    def renew(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        return self.acquire(name, holder, until, now)

    def release(self, name: str, holder: str) -> None:
        if self.holder is not None and self.holder[0] == holder:
            self.holder = None


class FakeLinkLog:
    def __init__(self) -> None:
        self.events: list[str] = []
        self.on_failure: Callable[[], None] = lambda: None

    def heard(self, at: datetime) -> None:
        self.events.append("heard")

    def failed(self, at: datetime, why: str) -> None:
        self.events.append(why)
        self.on_failure()


@dataclass
class Station:
    """The boxes of one station, and its door when it has children."""

    me: str
    clock: FakeClock
    reports: Reports | None = None

    def __post_init__(self) -> None:
        self.outbox = FakeOutbox()
        self.shelf = FakeShelf()
        self.receiver = FakeReceiver(self.me, self.outbox, self.shelf)
        self.lease = FakeLease()
        self.link_log = FakeLinkLog()
        self.open_door()

    def open_door(self) -> None:
        """A new door, as after a restart: sessions are forgotten."""
        self.door = Door(self.me, self.outbox, self.shelf, self.receiver, verify, self.clock, reports=self.reports)


Answer = TypeVar("Answer")


class DoorWire:
    """Leads to a station's door. `before` may raise, or change the body that arrives; `after` the answer that comes back."""

    def __init__(
        self,
        station: Station,
        before: Callable[[str, bytes], bytes] = lambda name, body: body,
        after: Callable[[str, bytes], bytes] = lambda name, answer: answer,
    ) -> None:
        self.station = station
        self.before = before
        self.after = after
        self.calls: list[str] = []
        self.is_up = True
        self._lock = threading.Lock()

    def hello(self, station: str) -> Greeting:
        return self._call("hello", b"", lambda _: self.station.door.hello(station))

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        return self._call("session", signature, lambda body: self.station.door.session(challenge, station, signer, body, certificates))

    def session_with(
        self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes], body: bytes
    ) -> Session:
        raise AssertionError("no greeting of this door says that it can")

    def exchange(self, token: str, body: bytes) -> bytes | None:
        return self._call("exchange", body, lambda body: self.station.door.exchange(token, body))

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        return self._call("ask", b"", lambda _: self.station.door.enclosure(token, enclosure_id))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        return self._call("put", data, lambda body: self.station.door.put_piece(token, enclosure_id, offset, body))

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        return self._call("get", b"", lambda _: self.station.door.get_piece(token, enclosure_id, offset, length))

    def bell(self, token: str, wait_s: float) -> bool:
        return self._call("bell", b"", lambda _: self.station.door.bell(token, wait_s))

    def is_reachable(self) -> bool:
        return self.is_up

    def open_ahead(self, count: int) -> list[Callable[[], None]]:
        """There are no connections."""
        return []

    def close(self) -> None:
        self.calls.append("close")

    def _call(self, name: str, body: bytes, call: Callable[[bytes], Answer]) -> Answer:
        with self._lock:
            self.calls.append(name)
            if not self.is_up:
                raise LinkDownError("unreachable")
            body = self.before(name, body)
            try:
                answer = call(body)
            except RuntimeError as error:
                raise DoorError("error") from error
            if isinstance(answer, bytes):
                changed = self.after(name, answer)
                assert isinstance(changed, type(answer))
                return changed
            self.after(name, b"")
            return answer


class Spoiler:
    """A line that loses calls, loses answers and flips bytes, by seed; `healed` makes it a good one."""

    def __init__(self, seed: int, lose: float = 0.15, flip: float = 0.1) -> None:
        self._random = random.Random(seed)
        self._lose = lose
        self._flip = flip
        self.healed = False

    def before(self, name: str, body: bytes) -> bytes:
        return self._spoil(body)

    def after(self, name: str, answer: bytes) -> bytes:
        return self._spoil(answer)

    def _spoil(self, data: bytes) -> bytes:
        if self.healed:
            return data
        if self._random.random() < self._lose:
            raise LinkDownError("broken")
        if data and self._random.random() < self._flip:
            at = self._random.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1 << self._random.randrange(8)]) + data[at + 1 :]
        return data


def courier(child: Station, wire: Wire, parent: str = TOWN, poll_s: float = 0.01, pace: Pace | None = None) -> Courier:
    return Courier(
        identity(child.me),
        parent,
        child.outbox,
        child.shelf,
        child.receiver,
        lambda: wire,
        child.lease,
        child.clock,
        digest,
        child.link_log,
        poll_s=poll_s,
        chance=lambda: 0.5,
        reports=child.reports,
        pace=pace,
        rest=child.clock.advance,
    )
