"""The calls of the peers' door as a child sees them. The wire is HTTP, or the door itself in a simulation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.boxes import Piece
from sync.sessions import Session


@dataclass(frozen=True)
class Greeting:
    """A challenge, which station gave it, and what that station shows of itself: bytes that prove themselves, for the node to read.

    `can` says what is possible before there is a session: `together`, the first exchange in one call with it.
    """

    challenge: str
    station: str
    introduction: bytes = b""
    can: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnclosureState:
    """How much of an enclosure the answering station has; `missing` is in order, perhaps only the first ranges of it."""

    size_bytes: int
    missing: tuple[Piece, ...]


@dataclass(frozen=True)
class Identity:
    """Who is calling: station id, digest of its certificate, and what makes its signature (DER) over bytes.

    `certificates` (DER, issuers last) are what a stranger needs to check that signature and to answer; they ride in bundles.
    """

    station: str
    signer: str
    sign: Callable[[bytes], bytes]
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class EnrolState:
    """What a parent says to a request to join: the answer, a signed document, once there is one."""

    answer: bytes | None = None


class StationCheck(Protocol):
    """Whether the signature over `message` is by `signer`, and `signer` is the valid certificate of `station`. Never raises for bytes."""

    def __call__(self, station: str, signer: str, message: bytes, signature: bytes) -> bool:
        """Whether it is."""
        ...


class Wire(Protocol):
    """One call each; safe to use from several threads, and every call safe to repeat.

    Raises:
        LinkDownError: no whole answer came; what was asked may or may not have been done.
        DoorError: the answer was no.
    """

    def hello(self, station: str) -> Greeting:
        """Ask for a challenge."""
        ...

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        """Answer it; `certificates` are for a door that does not know the caller."""
        ...

    def session_with(
        self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes], body: bytes
    ) -> Session:
        """The same with the first exchange in one call, only where the greeting says `together`; the session tells what came of that."""
        ...

    def exchange(self, token: str, body: bytes) -> bytes | None:
        """Give a letterbag, get one; None when the parent has nothing to say."""
        ...

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure is there."""
        ...

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        """Give a piece; the answer says what is missing then, or None: the piece is kept, and more is missing."""
        ...

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        """Get a piece."""
        ...

    def bell(self, token: str, wait_s: float) -> bool:
        """Wait at the door so long; whether something has come for the caller. Only where the session says that the door has a bell."""
        ...

    def is_reachable(self) -> bool:
        """Whether the parent's door can be knocked at, found out with next to no bytes. Never raises."""
        ...

    def open_ahead(self, count: int) -> Sequence[Callable[[], None]]:
        """Functions, each for a thread of its own, that get a connection ready for a call that is to come. They never raise."""
        ...

    def close(self) -> None:
        """Let go of connections; a later call opens new ones."""
        ...


class ParentWire(Wire, Protocol):
    """A wire that also takes requests in, for whoever has no session yet."""

    def enrol(self, request: bytes) -> EnrolState:
        """Hand in a request to join or to be renumbered, or ask what became of it. Raises also: EnrolRefusedError."""
        ...
