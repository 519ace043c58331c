"""The peers' door from inside: what the parent does when a child calls. The web part only turns HTTP into these calls."""

import re
from collections.abc import Callable, Sequence

from sync.bell import Bell
from sync.boxes import Clock, Outbox, Piece, Receiver, Reports, Shelf
from sync.chunks import MAX_PIECE_BYTES
from sync.errors import DoorError, EnclosureDamagedError, NoRoomError, RecordError
from sync.exchange import (
    LEAST_DOWN_BYTES,
    MAX_EXCHANGE_BYTES,
    MAX_IDS,
    MAX_PARCELS,
    MAX_STATE_RANGES,
    Letterbag,
    Refusal,
)
from sync.parcel import DIGEST, STATION
from sync.sessions import Session, Sessions, door_message
from sync.wire import EnclosureState, Greeting, StationCheck

MAX_SIGNATURE_BYTES = 256
MAX_CERTIFICATES, MAX_CERTIFICATE_BYTES = 8, 4096
MAX_RANGES = 256
"""Of a badly torn enclosure only so many missing ranges are told at once."""

_CHALLENGE = re.compile(r"[0-9a-f.]{1,100}")


class Door:
    """Answers children; every call is bounded, and safe to repeat.

    What is given to a child stays queued until the child's `stored` receipt comes, so an answer that is lost is given again.
    `verify_station` must say no to whoever is not a child of this station. `introduce` gives what a caller is shown before anything
    else; `is_welcome` is asked at every call, so that a session ends with its station; `meet` is given the certificates (not trusted) of a
    caller that is not known, before it is judged again. `bell_places` callers may wait at the bell, whose `rope` is pulled whenever
    something was queued. `on_handed_in` is told of an enclosure that a child has given whole. What the boxes raise in their own trouble
    passes through.
    """

    def __init__(
        self,
        me: str,
        outbox: Outbox,
        shelf: Shelf,
        receiver: Receiver,
        verify_station: StationCheck,
        clock: Clock,
        reports: Reports | None = None,
        introduce: Callable[[str], bytes] = lambda caller: b"",
        is_welcome: Callable[[str], bool] = lambda caller: True,
        meet: Callable[[Sequence[bytes]], None] = lambda certificates: None,
        bell_places: int = 0,
        on_handed_in: Callable[[str], None] = lambda enclosure_id: None,
    ) -> None:
        self._me = me
        self.rope = Bell(bell_places)
        self._outbox = outbox
        self._shelf = shelf
        self._receiver = receiver
        self._verify_station = verify_station
        self._clock = clock
        self._reports = reports
        self._introduce = introduce
        self._is_welcome = is_welcome
        self._meet = meet
        self._on_handed_in = on_handed_in
        self._sessions = Sessions(clock.now)

    def hello(self, station: str) -> Greeting:
        """A challenge for whoever says to be `station`.

        Raises:
            DoorError: `bad_request`.
        """
        _demand(STATION.fullmatch(station) is not None)
        return Greeting(self._sessions.challenge(station), self._me, self._introduce(station))

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        """A session for a child that proves itself; who is not known here may show its certificates, which prove themselves.

        Raises:
            DoorError: `bad_request`, `not_admitted` or `busy`.
        """
        _demand(STATION.fullmatch(station) is not None and _CHALLENGE.fullmatch(challenge) is not None)
        _demand(DIGEST.fullmatch(signer) is not None and 0 < len(signature) <= MAX_SIGNATURE_BYTES)
        if not self._sessions.is_good(challenge, station):
            raise DoorError("not_admitted")
        _demand(len(certificates) <= MAX_CERTIFICATES and all(len(one) <= MAX_CERTIFICATE_BYTES for one in certificates))
        if not self._is_child(station, signer, door_message(challenge, station, self._me), signature, certificates):
            raise DoorError("not_admitted")
        session = self._sessions.open(challenge, station)
        self._outbox.retry_refused(station)
        return session

    def _is_child(self, station: str, signer: str, message: bytes, signature: bytes, certificates: Sequence[bytes]) -> bool:
        if self._verify_station(station, signer, message, signature):
            return True
        if not certificates:
            return False
        self._meet(certificates)
        return self._verify_station(station, signer, message, signature)

    def check_session(self, token: str) -> None:
        """Return when the token stands for a session: before any work is done for who may be anybody.

        Raises:
            DoorError: `no_session`.
        """
        self._caller(token)

    def exchange(self, token: str, body: bytes) -> bytes | None:
        """Take in what a child brings, and give what waits for it; None when there is nothing to say.

        Raises:
            DoorError: `no_session`, `too_large` or `bad_request`.
        """
        station = self._caller(token)
        if len(body) > MAX_EXCHANGE_BYTES:
            raise DoorError("too_large")
        try:
            bag = Letterbag.from_bytes(body)
        except RecordError as error:
            raise DoorError("bad_request") from error
        answer = self._answer(station, bag)
        return None if answer.is_empty else answer.to_bytes()

    def bell(self, token: str, wait_s: float) -> bool:
        """Wait until something is queued for the caller, or so long; whether something is.

        Raises:
            DoorError: `no_session`, or `busy` when too many wait.
        """
        station = self._caller(token)
        return self.rope.wait(station, lambda: self._outbox.has_due(station), wait_s)

    def _answer(self, station: str, bag: Letterbag) -> Letterbag:
        if bag.receipts:
            self._receiver.take_receipts(bag.receipts, station)
        if bag.refused:
            self._outbox.mark_refused(station, [(refusal.parcel_id, refusal.why) for refusal in bag.refused], self._clock.now())
        receipts: tuple[bytes, ...] = ()
        refused: tuple[Refusal, ...] = ()
        if bag.parcels:
            taken = self._receiver.take_in(bag.parcels, station, "network")
            receipts = taken.receipts
            refused = tuple(Refusal(parcel_id, why) for parcel_id, why in taken.refused)
        self._note_held(station, bag.held)
        waiting = self._outbox.due(station, bag.down_bytes or LEAST_DOWN_BYTES, MAX_PARCELS)
        down = tuple(parcel.data for parcel in waiting)
        return Letterbag(receipts, refused, down, at=self._hear(station, bag), states=self._states(bag.asks))

    def _note_held(self, station: str, enclosure_ids: Sequence[str]) -> None:
        """What a child has got whole need not be given to it again, by no road."""
        for enclosure_id in enclosure_ids:
            if self._shelf.size_bytes(enclosure_id) is not None:
                self._shelf.held_by(station, enclosure_id)

    def _states(self, enclosure_ids: Sequence[str]) -> dict[str, EnclosureState]:
        """How much is here of those that are known; the others are left out."""
        sizes = {one: size for one in enclosure_ids[:MAX_IDS] if (size := self._shelf.size_bytes(one)) is not None}
        return {one: EnclosureState(size, tuple(self._shelf.missing(one)[:MAX_STATE_RANGES])) for one, size in sizes.items()}

    def _hear(self, station: str, bag: Letterbag) -> str | None:
        """Take what the child says of its health; the time here, for it to compare its clock with."""
        if self._reports is None or not bag.reports:
            return None
        self._reports.take(bag.reports, station)
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure is here.

        Raises:
            DoorError: `no_session`, `bad_request`, or `unknown_enclosure` when no admitted parcel names it.
        """
        self._caller(token)
        return self._state(enclosure_id, self._size(enclosure_id))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        """Keep a piece of an enclosure.

        Raises:
            DoorError: `no_session`, `bad_request`, `unknown_enclosure` when no admitted parcel names it, or `no_room`.
        """
        station = self._caller(token)
        size_bytes = self._size(enclosure_id)
        _demand(0 < len(data) <= MAX_PIECE_BYTES and 0 <= offset <= size_bytes - len(data))
        try:
            self._shelf.write_piece(enclosure_id, offset, data)
        except EnclosureDamagedError:
            pass  # the answer says that all of it is missing
        except NoRoomError as error:
            raise DoorError("no_room") from error
        state = self._state(enclosure_id, size_bytes)
        if not state.missing:
            self._shelf.held_by(station, enclosure_id)
            self._on_handed_in(enclosure_id)
        return state

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        """A piece of an enclosure that is whole here.

        Raises:
            DoorError: `no_session`, `bad_request`, `unknown_enclosure` or `not_whole`.
        """
        self._caller(token)
        size_bytes = self._size(enclosure_id)
        _demand(0 < length <= MAX_PIECE_BYTES and 0 <= offset <= size_bytes - length)
        if self._shelf.missing(enclosure_id):
            raise DoorError("not_whole")
        return self._shelf.read(enclosure_id, offset, length)

    def _caller(self, token: str) -> str:
        """Whose session it is. Who is not welcome any more must say hello again, and is told why."""
        station = self._sessions.station(token)
        if not self._is_welcome(station):
            raise DoorError("no_session")
        return station

    def _size(self, enclosure_id: str) -> int:
        _demand(DIGEST.fullmatch(enclosure_id) is not None)
        size_bytes = self._shelf.size_bytes(enclosure_id)
        if size_bytes is None:
            raise DoorError("unknown_enclosure")
        return size_bytes

    def _state(self, enclosure_id: str, size_bytes: int) -> EnclosureState:
        missing: list[Piece] = self._shelf.missing(enclosure_id)
        return EnclosureState(size_bytes, tuple(missing[:MAX_RANGES]))


def _demand(holds: bool) -> None:
    if not holds:
        raise DoorError("bad_request")
