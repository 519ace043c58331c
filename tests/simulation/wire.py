"""The fake wire: leads straight to the parent's door, and does to each call what the weather says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sync.door import Door
from sync.errors import DoorError, LinkDownError
from sync.exchange import Letterbag
from sync.sessions import Session
from sync.wire import EnclosureState, EnrolState, Greeting
from tests.simulation.power import PowerCut
from tests.simulation.receipt import stored
from tests.simulation.weather import CALM, mangled

if TYPE_CHECKING:
    from tests.simulation.world import World

Answer = TypeVar("Answer")
PATIENCE_S = 30.0
MOST_UNANSWERED = 40
"""So many calls of one carrying without an answer, and the courier has not seen that nothing comes through."""


class EndlessCarryingError(Exception):
    """A carrying goes on and on though nothing is acknowledged."""


class SimWire:
    """One station's line upward. Implements `sync.wire.ParentWire`."""

    def __init__(self, world: "World", line: str, above: str) -> None:
        self._world = world
        self._line = line
        self._above = above
        self._forged = 0

    def hello(self, station: str) -> Greeting:
        """Ask for a challenge."""
        greeting = self._call("hello", lambda door: door.hello(station))
        return replace(greeting, can=("together",)) if self._world.has_together else greeting

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        """Answer it."""
        return self._call("session", lambda door: door.session(challenge, station, signer, signature, certificates))

    def session_with(
        self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes], body: bytes
    ) -> Session:
        """Answer it, and exchange in the same call: whatever happens to it happens to both."""
        what = self._weather()
        self._world.counts[f"together {what}"] += 1
        if what == "lie":
            return Session("a token of nobody", 3600, answer=self._lie(body))
        proof, bag = signature, body
        if what.endswith("_up"):
            proof, bag = (self._mangled(what, proof), bag) if self._world.chance.random() < 0.3 else (proof, self._mangled(what, bag))

        def ask(door: Door) -> Session:
            session = door.session(challenge, station, signer, proof, certificates)
            try:
                return replace(session, answer=door.exchange(session.token, bag))
            except DoorError as error:
                return replace(session, refused=error.code)

        session = self._through("together", CALM if what.endswith(("_up", "_down")) else what, ask, said=what)
        return replace(session, answer=self._mangled(what, session.answer)) if what.endswith("_down") and session.answer else session

    def exchange(self, token: str, body: bytes) -> bytes | None:
        """Give a letterbag, get one."""
        what = self._weather()
        if what == "lie":
            return self._lie(body)
        return self._bytes("exchange", what, lambda data, door: door.exchange(token, data), body)

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure is there."""
        return self._call("enclosure", lambda door: door.enclosure(token, enclosure_id))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        """Give a piece."""
        what = self._weather()
        if what.endswith("_up"):
            return self._through("put", CALM, lambda door: door.put_piece(token, enclosure_id, offset, self._mangled(what, data)))
        return self._through("put", what, lambda door: door.put_piece(token, enclosure_id, offset, data))

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        """Get a piece."""
        return self._bytes("get", self._weather(), lambda _, door: door.get_piece(token, enclosure_id, offset, length), b"") or b""

    def bell(self, token: str, wait_s: float) -> bool:
        """Ask whether something has come; nobody waits here."""
        return self._call("bell", lambda door: door.bell(token, 0.0))

    def enrol(self, request: bytes) -> EnrolState:
        """Numbers are asked for by hand here."""
        raise LinkDownError("unreachable")

    def is_reachable(self) -> bool:
        """Whether the line is there."""
        return self._world.weather.walls.get(self._line) != "dead"

    def open_ahead(self, count: int) -> list[Callable[[], None]]:
        """There are no connections."""
        return []

    def close(self) -> None:
        """Holds nothing."""

    def _weather(self) -> str:
        return self._world.weather.of(self._line, self._world.chance)

    def _mangled(self, kind: str, data: bytes) -> bytes:
        return mangled(kind, self._world.chance)(data)

    def _bytes(self, name: str, what: str, call: Callable[[bytes, Door], bytes | None], body: bytes) -> bytes | None:
        """A call whose question and answer are bytes, which may be spoilt either way."""
        if what.endswith("_up"):
            return self._through(name, CALM, partial(call, self._mangled(what, body)), said=what)
        answer = self._through(name, CALM if what.endswith("_down") else what, partial(call, body), said=what)
        return self._mangled(what, answer) if what.endswith("_down") and answer else answer

    def _call(self, name: str, call: Callable[[Door], Answer]) -> Answer:
        what = self._weather()
        return self._through(name, what if what in ("drop", "lose", "dead", "one_way", "swallowing") else CALM, call)

    def _through(self, name: str, what: str, call: Callable[[Door], Answer], said: str = "") -> Answer:
        """Make a call as the weather lets it: nothing comes of it, or something does and no answer comes back, or all is well.

        Raises:
            LinkDownError: no answer.
        """
        world = self._world
        world.counts[said or what] += 1
        if what == "dead" or not world.is_on(self._above):
            raise self._unanswered("unreachable", 1.0)
        if what == "late":
            world.later(self._line, name, lambda: self._at_the_door(call))
        if what in ("drop", "late", "swallowing"):
            raise self._unanswered("timeout" if what == "swallowing" else "broken", PATIENCE_S)
        answer = self._at_the_door(call)
        if what == "double":
            answer = self._at_the_door(call)
        if what in ("lose", "one_way"):
            raise self._unanswered("broken", PATIENCE_S)
        world.schedule.pass_time(0.05 + world.chance.random())
        world.unanswered[self._line] = 0
        return answer

    def _at_the_door(self, call: Callable[[Door], Answer]) -> Answer:
        """Call the station above; its power may go before it has answered."""
        if not self._world.is_on(self._above):
            raise self._unanswered("unreachable", 1.0)
        try:
            return call(self._world.node(self._above).door)
        except PowerCut as cut:
            if cut.station != self._above:
                raise
            self._world.die(self._above, "in a call")
            raise self._unanswered("broken", 1.0) from None
        except DoorError:
            self._world.schedule.pass_time(0.1)
            raise

    def _unanswered(self, why: str, seconds: float) -> LinkDownError:
        world = self._world
        world.schedule.pass_time(seconds)
        world.unanswered[self._line] += 1
        if world.unanswered[self._line] > MOST_UNANSWERED:
            raise EndlessCarryingError(self._line)
        return LinkDownError(why)

    def _lie(self, body: bytes) -> bytes:
        """Somebody on the way takes everything and signs for it in the parent's name, with a key that is not the parent's."""
        world = self._world
        world.counts["lie"] += 1
        world.schedule.pass_time(0.5)
        parent = world.node(self._above).station
        parcels = [parent.suite.digest(data) for data in Letterbag.from_bytes(body).parcels]
        self._forged += 1
        key = world.stranger(parent.suite)
        at = world.clocks[self._above].now()
        forged = stored(parent, parcels, 900_000 + self._forged, at, lambda data: parent.suite.sign(key, data))
        return Letterbag(receipts=(forged,) if parcels else ()).to_bytes()
