"""Faults put into the real code, each of which the simulation must find: a check that nothing trips proves nothing.

Each is a function that changes this process for good; a mutated run is a process of its own.
"""

from collections.abc import Callable
from typing import Any

from node.station import Station
from node.store.enclosures import Enclosures
from node.store.letters import Letters
from node.store.outbox import Outbox
from node.store.store import Store
from sync.door import Door
from sync.errors import LinkDownError
from sync.exchange import Letterbag
from sync.freight import Freight, Task
from sync.trip import Trip
from sync.wire import EnclosureState
from tests.simulation.power import PowerCut
from tests.simulation.receipt import stored
from tests.simulation.run import LISTENERS
from tests.simulation.stand_ins import stand_in
from tests.simulation.world import World


def answer_before_commit() -> None:
    """A door answers for the parcels that it is given before it has kept them: when the power goes then, it has signed for nothing."""
    answer = Door._answer
    worlds: list[World] = []

    def hastily(door: Door, station: str, bag: Letterbag) -> Letterbag:
        try:
            return answer(door, station, bag)
        except PowerCut as cut:
            if not bag.parcels or worlds[-1].node(cut.station).door is not door:
                raise
            node = worlds[-1].node(cut.station)
            number, at = node.store.counters.peek("receipt") + 1, node.clock.now()
            parcels = [node.station.suite.digest(data) for data in bag.parcels]
            worlds[-1].die(cut.station, "after a hasty answer")
            return Letterbag(receipts=(stored(node.station, parcels, number, at, node.station.signer.sign),))

    stand_in(Door, "_answer", hastily)
    LISTENERS.append(worlds.append)


def no_dedup() -> None:
    """What was known before is taken for new: parcels, and letters."""
    _know_only(lambda part, one: False)


def forgets_ids() -> None:
    """What was taken in before the last start is taken for new."""
    begin = Store.__init__

    def beginning(store: Store, *given: Any, **more: Any) -> None:
        begin(store, *given, **more)
        for part, table, column in ((store.outbox, "parcels", "parcel_id"), (store.letters, "letters", "letter_id")):
            stand_in(part, "forgotten", {row[0] for row in store._connection.run(f"SELECT {column} FROM {table}")})
        store.close_thread()

    stand_in(Store, "__init__", beginning)
    _know_only(lambda part, one: one not in part.forgotten)


def _know_only(knows: Callable[[Any, str], bool]) -> None:
    """Let the store's own answers to "is this known?" be yes only where `knows` says so too."""
    for kind, one, several in ((Outbox, "known", "known_of"), (Letters, "exists", "known")):
        _know_one_only(kind, one, knows)
        _know_several_only(kind, several, knows)


def _know_one_only(kind: Any, name: str, knows: Callable[[Any, str], bool]) -> None:
    really = getattr(kind, name)
    setattr(kind, name, lambda part, one: really(part, one) and knows(part, one))


def _know_several_only(kind: Any, name: str, knows: Callable[[Any, str], bool]) -> None:
    really = getattr(kind, name)
    setattr(kind, name, lambda part, ids: {one for one in really(part, ids) if knows(part, one)})


def no_digest_check() -> None:
    """An enclosure counts as whole as soon as all its bytes are there, whatever they are."""
    finish = Enclosures._finish

    def believing(shelf: Enclosures, enclosure_id: str) -> bool:
        digest, shelf._digest = shelf._digest, lambda data: enclosure_id
        try:
            return finish(shelf, enclosure_id)
        finally:
            shelf._digest = digest

    stand_in(Enclosures, "_finish", believing)


def no_signature_check() -> None:
    """Whatever names a station as its signer is believed."""
    stand_in(Station, "check_station", lambda *_: None)


def patience_by_written_bytes() -> None:
    """A carrying goes on as long as bytes can be written, though nothing is acknowledged."""
    count_break = Trip._count_break

    def going_on(trip: Trip, error: LinkDownError) -> None:
        if error.why == "unreachable":
            count_break(trip, error)
        else:
            trip._breaks = 0

    stand_in(Trip, "_count_break", going_on)
    stand_in(Trip, "_listen_for_silence", lambda trip, is_heard: None)


def held_when_written() -> None:
    """A piece that was written counts as acknowledged, whether or not an answer came."""
    failed = Freight.failed

    def counting(freight: Freight, task: Task, error: Any) -> None:
        if task.piece is None or not task.load.is_up or not isinstance(error, LinkDownError):
            failed(freight, task, error)
        elif task.load.todo:
            task.load.flying -= 1
        else:
            freight.done(task, EnclosureState(task.piece.offset + task.piece.length, ()))

    stand_in(Freight, "failed", counting)


MUTANTS: dict[str, Callable[[], None]] = {
    "answer-before-commit": answer_before_commit,
    "no-dedup": no_dedup,
    "no-digest-check": no_digest_check,
    "no-signature-check": no_signature_check,
    "ids-forgotten-on-restart": forgets_ids,
    "timeouts-on-written-bytes": patience_by_written_bytes,
    "held-when-written": held_when_written,
}
