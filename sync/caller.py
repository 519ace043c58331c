"""The child's side of a session: says hello when it must, and again when the parent has forgotten it."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sync.errors import DoorError, LinkDownError
from sync.sessions import door_message
from sync.wire import EnclosureState, Identity, Wire

Answer = TypeVar("Answer")

Meet = Callable[[str, bytes], str | None]
"""Given who answered and what it shows of itself (not trusted): the station that stands above this one, as far as is known then."""


class Caller:
    """Calls the parent's door with a session; safe to use from several threads.

    Raises, all methods:
        LinkDownError: no answer, or the parent will not talk to this station now.
        DoorError: the answer was no, and it is about what was asked.
    """

    def __init__(self, wire: Wire, identity: Identity, parent: str, meet: Meet | None = None) -> None:
        self._wire = wire
        self._identity = identity
        self._parent = parent
        self._meet = meet
        self._lock = threading.Lock()
        self._token: str | None = None

    def exchange(self, body: bytes) -> bytes | None:
        """Give a letterbag, get one."""
        return self._in_session(lambda token: self._wire.exchange(token, body))

    def enclosure(self, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure the parent has."""
        return self._in_session(lambda token: self._wire.enclosure(token, enclosure_id))

    def put_piece(self, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
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

    def close(self) -> None:
        """Let go of the wire's connections."""
        self._wire.close()

    def _in_session(self, call: Callable[[str], Answer]) -> Answer:
        token = self._current(None)
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
                self._token = self._log_in()
            return self._token

    def _log_in(self) -> str:
        me = self._identity
        try:
            greeting = self._wire.hello(me.station)
            expected = self._parent if self._meet is None else self._meet(greeting.station, greeting.introduction)
            if expected != self._parent or greeting.station != self._parent:
                raise LinkDownError("wrong_station")
            signature = me.sign(door_message(greeting.challenge, me.station, greeting.station))
            return self._open(greeting.challenge, signature)
        except DoorError as error:
            raise LinkDownError("busy" if error.code == "busy" else "not_admitted") from error

    def _open(self, challenge: str, signature: bytes) -> str:
        """A token. A parent that came out of an older backup may not know this station: it is shown who certified it."""
        me = self._identity
        try:
            return self._wire.session(challenge, me.station, me.signer, signature).token
        except DoorError as error:
            if error.code != "not_admitted" or not me.certificates:
                raise
        return self._wire.session(challenge, me.station, me.signer, signature, me.certificates).token
