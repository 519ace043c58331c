"""The child's side of a session: says hello when it must, and again when the parent has forgotten it."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from sync.errors import DoorError, LinkDownError
from sync.sessions import Session, door_message
from sync.wire import EnclosureState, Greeting, Identity, Wire

Answer = TypeVar("Answer")

Meet = Callable[[str, bytes], str | None]
"""Given who answered and what it shows of itself (not trusted): the station that stands above this one, as far as is known then."""


class Caller:
    """Calls the parent's door with a session; safe to use from several threads.

    Raises, all methods:
        LinkDownError: no answer, or the parent will not talk to this station now.
        DoorError: the answer was no, and it is about what was asked.
    """

    is_alive: bool
    """Whether the parent's last answer came; False after a break, until there is a sign of life."""

    def __init__(self, wire: Wire, identity: Identity, parent: str, meet: Meet | None = None) -> None:
        self._wire = wire
        self._identity = identity
        self._parent = parent
        self._meet = meet
        self._lock = threading.Lock()
        self._token: str | None = None
        self._greeting: Greeting | None = None
        self._can: tuple[str, ...] = ()
        self.is_alive = False

    def greet(self) -> bool:
        """Say hello where there is no session: a sign of life before anything is packed. Whether there was none.

        The session itself is opened with the first exchange, in one call, where the parent's door can do that, else at once.
        """
        if self._token is not None:
            return False
        greeting = self._hello()
        with self._lock:
            if "together" in greeting.can:
                self._greeting = greeting
            else:
                self._token = self._log_in(greeting)
        self.is_alive = True
        return True

    def has_session(self) -> bool:
        """Whether a session was opened, and has not been found to be over."""
        return self._token is not None

    def has_bell(self) -> bool:
        """Whether the parent has said that its door has a bell."""
        return self._token is not None and "bell" in self._can

    def bell(self, wait_s: float) -> bool:
        """Wait at the parent's door so long; whether something has come for this station."""
        return self._in_session(lambda token: self._wire.bell(token, wait_s))

    def exchange(self, body: bytes) -> bytes | None:
        """Give a letterbag, get one."""
        with self._lock:
            greeting, self._greeting = self._greeting, None
        if greeting is not None and self._token is None:
            return self._in_session(lambda _: self._first_exchange(greeting, body), "")
        return self._in_session(lambda token: self._wire.exchange(token, body))

    def _first_exchange(self, greeting: Greeting, body: bytes) -> bytes | None:
        try:
            session = self._proved(greeting, body)
        except DoorError as error:
            if error.code == "busy":
                raise
            # The challenge may be too old by now.
            return self._wire.exchange(self._current(None), body)
        with self._lock:
            self._token, self._can = session.token, session.can
        if session.refused == "dictionary":
            raise LinkDownError("broken")
        if session.refused is not None:
            raise DoorError(session.refused)
        return session.answer

    def enclosure(self, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure the parent has."""
        return self._in_session(lambda token: self._wire.enclosure(token, enclosure_id))

    def put_piece(self, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        """Give a piece."""
        return self._in_session(lambda token: self._wire.put_piece(token, enclosure_id, offset, data))

    def get_piece(self, enclosure_id: str, offset: int, length: int) -> bytes:
        """Get a piece, exactly as long as asked."""
        data = self._in_session(lambda token: self._wire.get_piece(token, enclosure_id, offset, length))
        if len(data) != length:
            raise LinkDownError("bad_answer")
        return data

    def is_reachable(self) -> bool:
        """Whether the parent's door can be knocked at."""
        return self._wire.is_reachable()

    def open_ahead(self, count: int) -> Sequence[Callable[[], None]]:
        """Functions, each for a thread of its own, that get connections ready for calls that are to come."""
        return self._wire.open_ahead(count)

    def close(self) -> None:
        """Let go of the wire's connections."""
        self._wire.close()

    def _in_session(self, call: Callable[[str], Answer], token: str | None = None) -> Answer:
        try:
            answer = self._with_token(call, token)
        except LinkDownError:
            self.is_alive = False
            raise
        self.is_alive = True
        return answer

    def _with_token(self, call: Callable[[str], Answer], token: str | None) -> Answer:
        token = self._current(None) if token is None else token
        try:
            try:
                return call(token)
            except DoorError as error:
                if error.code != "no_session":
                    raise
            return call(self._current(token))
        except DoorError as error:
            if error.code in ("no_session", "not_admitted"):
                raise LinkDownError("not_admitted") from error
            if error.code == "busy":
                raise LinkDownError("busy") from error
            raise

    def _current(self, stale: str | None) -> str:
        # One thread says hello while the others wait for what comes of it.
        with self._lock:
            if self._token is None or self._token == stale:
                self._token = None
                self._token = self._log_in(self._hello())
            return self._token

    def _log_in(self, greeting: Greeting) -> str:
        try:
            session = self._proved(greeting)
        except DoorError as error:
            raise LinkDownError("busy" if error.code == "busy" else "not_admitted") from error
        self._can = session.can
        return session.token

    def _hello(self) -> Greeting:
        try:
            greeting = self._wire.hello(self._identity.station)
        except DoorError as error:
            raise LinkDownError("busy" if error.code == "busy" else "not_admitted") from error
        expected = self._parent if self._meet is None else self._meet(greeting.station, greeting.introduction)
        if expected != self._parent or greeting.station != self._parent:
            raise LinkDownError("wrong_station")
        return greeting

    def _proved(self, greeting: Greeting, body: bytes | None = None) -> Session:
        """A session. A parent that came out of an older backup may not know this station: it is shown who certified it."""
        me, challenge = self._identity, greeting.challenge
        signature = me.sign(door_message(challenge, me.station, greeting.station))

        def ask(certificates: Sequence[bytes]) -> Session:
            if body is None:
                return self._wire.session(challenge, me.station, me.signer, signature, certificates)
            return self._wire.session_with(challenge, me.station, me.signer, signature, certificates, body)

        try:
            return ask(())
        except DoorError as error:
            if error.code != "not_admitted" or not me.certificates:
                raise
            return ask(me.certificates)
