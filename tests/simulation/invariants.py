"""What must hold once everything is healed. Each check answers with what is wrong, in words; nothing when all is well."""

from collections.abc import Iterator
from contextlib import suppress

from node.assemble import Node
from node.casework.letter import read_frame
from node.errors import NodeError
from node.store.records import LetterRecord
from tests.simulation.county import BOTTOM_UP, SITES
from tests.simulation.world import World

COUNTED = frozenset({"admitted", "flagged"})


def faults_of(world: World) -> list[str]:
    """Everything that is wrong in a world."""
    return list(_Look(world).faults())


class _Look:
    """One look at a whole world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._nodes = {name: world.node(name) for name in world.known}
        self._by_id = {number: name for name, node in self._nodes.items() for number in node.station.numbers}
        self._county = self._nodes.get("county") or world.node("county")
        self._letters: dict[str, dict[str, list[LetterRecord]]] = {}
        for name, node in self._nodes.items():
            for case in node.store.cases.page(limit=1000):
                self._letters.setdefault(case.case_number, {})[name] = node.store.letters.of_case(case.case_number)

    def faults(self) -> Iterator[str]:
        """All checks."""
        yield from self._promised_letters()
        for number, here in self._letters.items():
            yield from self._case(number, here)
        yield from self._numbers()
        yield from self._drafts()
        for name, node in self._nodes.items():
            yield from self._rest(name, node)
            yield from self._receipts(name, node)
            yield from self._stumbles(name, node)

    def _path(self, number: str) -> list[str]:
        """The stations on a case's path, by name."""
        return [self._by_id[one] for one in self._county.station.path_of(number[:14]) if one in self._by_id]

    def _promised_letters(self) -> Iterator[str]:
        """What people were told is sealed is at every station of its path, and counts there."""
        for letter, (number, sealed_at) in self._world.promises.letters.items():
            path = self._path(number)
            if len(path) != 3:
                yield f"the path of {number} is {path}"
            for name in path:
                row = self._nodes[name].store.letters.get(letter)
                if row is None:
                    yield f"letter {letter[-12:]} of {number}, sealed at {sealed_at}, is not at {name}"
                elif row.outcome not in COUNTED:
                    yield f"letter {letter[-12:]} of {number}, sealed at {sealed_at}, is {row.outcome} ({row.reason}) at {name}"

    def _case(self, number: str, here: dict[str, list[LetterRecord]]) -> Iterator[str]:
        """The same letters, chain and state everywhere, each letter once, and every scan whole."""
        told = {name: rows for name, rows in here.items() if rows}
        if not told:
            return
        sets = {name: frozenset(row.letter_id for row in rows if row.outcome in COUNTED) for name, rows in told.items()}
        if set(told) != set(self._path(number)) or len(set(sets.values())) != 1:
            yield f"{number} is not the same everywhere: { ({name: len(one) for name, one in sets.items()}) }"
        cases = {name: self._nodes[name].store.cases.get(number) for name in told}
        states = {(case.state, case.holder_station, case.head, case.forked) for case in cases.values() if case is not None}
        if len(states) != 1 or any(state[3] for state in states):
            yield f"{number} has more than one state: {sorted(map(str, states))}"
        for name, rows in told.items():
            if len({row.letter_id for row in rows}) != len(rows):
                yield f"{number} has a letter twice at {name}"
            yield from self._chain(number, name, rows)
            yield from self._scans(number, name, rows)

    def _chain(self, number: str, name: str, rows: list[LetterRecord]) -> Iterator[str]:
        """Every letter's predecessor is here, and no two state letters follow the same one."""
        counted = {row.letter_id: row for row in rows if row.outcome in COUNTED}
        digest = self._nodes[name].station.suite.digest
        followed = [row.after for row in counted.values() if not read_frame(row.frame, digest).letter.is_side]
        if len(set(followed)) != len(followed):
            yield f"{number} forks at {name}"
        yield from (f"{number} has a gap at {name}" for row in counted.values() if row.after and row.after not in counted)

    def _scans(self, number: str, name: str, rows: list[LetterRecord]) -> Iterator[str]:
        """Every scan that a letter names is here whole, opens, and is what was scanned."""
        node = self._nodes[name]
        store, digest = node.store, node.station.suite.digest
        promised = [row for row in rows if row.outcome in COUNTED and row.letter_id not in self._world.promises.lost_letters]
        entries = {one.enclosure_id: one for row in promised for one in read_frame(row.frame, digest).letter.enclosures}
        lost = self._world.promises.lost_scans
        for entry in (one for one in entries.values() if one.enclosure_id not in lost):
            for one in filter(None, (entry.enclosure_id, entry.preview.enclosure_id if entry.preview else None)):
                if one in lost:
                    continue
                if not store.enclosures.whole(one):
                    yield f"scan {one[-12:]} of {number} is not whole at {name}"
                elif digest(store.enclosures.read(one)) != one:
                    yield f"scan {one[-12:]} of {number} is another at {name}"
            if name == "county":
                yield from self._opens(number, name, entry.material)

    def _opens(self, number: str, name: str, material: str) -> Iterator[str]:
        scanned = self._world.promises.scans.get(f"{number} {material}")
        if scanned is None:
            return
        shown = b""
        with suppress(NodeError):
            shown, _ = self._nodes[name].desk.attachment(SITES[name].person, number, material, 1)
        if shown != scanned:
            yield f"scan {material} of {number} does not open at {name}"

    def _numbers(self) -> Iterator[str]:
        """No case number was given twice."""
        given = self._world.promises.numbers
        yield from (f"number {number} was given twice" for number in sorted(set(given)) if given.count(number) > 1)

    def _drafts(self) -> Iterator[str]:
        """What people were told is saved is there."""
        for number, (name, answers) in self._world.promises.drafts.items():
            node = self._nodes[name]
            kept, case = node.store.drafts.get(number), node.store.cases.get(number)
            is_open = case is not None and case.state in ("draft", "returned")
            if is_open and (kept is None or any(kept.answers.get(field) != value for field, value in answers.items())):
                yield f"the draft of {number} at {name} is lost"
            if case is None:
                yield f"the case {number} at {name} is lost"

    def _rest(self, name: str, node: Node) -> Iterator[str]:
        """Nothing waits for ever, and nothing is set aside."""
        waiting = node.store.letters.outcomes().get("waiting", 0)
        if waiting:
            yield f"{waiting} letters wait for ever at {name}"
        for other in self._nodes.values():
            if node.station.is_neighbour(other.station.station):
                hop = other.station.station
                if left := node.store.outbox.due(hop, 1 << 20, 5):
                    yield f"{len(left)} parcels wait for ever at {name} for {self._by_id[hop]}"
                # Whoever is below fetches scans by itself; where it has not said so, a bundle would bring them again, and nothing is lost.
                if SITES[name].parent == self._by_id[hop] and (scans := node.store.enclosures.to_send(hop, 5)):
                    yield f"{len(scans)} scans wait for ever at {name} for {self._by_id[hop]}"
        for row in node.store.outbox.waiting_parcels(5):
            if row.to in self._by_id:
                yield f"parcel {row.parcel_id[-12:]} is {row.state} ({row.why}) at {name} for {self._by_id[row.to]}"
        # One whose header was spoilt names a signer that nobody is: it waits, and is nobody's parcel.
        if parked := [row for row in node.store.outbox.parked() if self._is_somebodys(row.parcel_id, name)]:
            yield f"{len(parked)} parcels wait for ever for certificates at {name}"
        if node.store._connection.run("SELECT 1 FROM pending_arrivals LIMIT 1"):
            yield f"receipts are still to be made at {name}"
        if node.standing.state() != "active":
            yield f"{name} is {node.standing.state()} ({node.standing.why()})"

    def _is_somebodys(self, parcel_id: str, name: str) -> bool:
        return any(other.store.outbox.known(parcel_id) for here, other in self._nodes.items() if here != name)

    def _receipts(self, name: str, node: Node) -> Iterator[str]:
        """Whoever sealed a letter knows that it arrived at every other station of its path, and what became of it there."""
        if name in self._world.restored:
            # An old copy knows its letters again, and not all that others have said of them.
            return
        above = [other for other in self._nodes if BOTTOM_UP.index(other) > BOTTOM_UP.index(name)]
        mine = {letter: number for letter, (number, sealed_at) in self._world.promises.letters.items() if sealed_at == name}
        roads = node.store.letters.roads(mine)
        for letter, number in mine.items():
            for other in self._path(number):
                row = self._nodes[other].store.letters.get(letter)
                # What a village said may die with a township that passes it on; what is said from above is said again.
                if other == name or row is None or (self._world.restored and other not in above):
                    continue
                is_other = self._nodes[other].station.is_me
                said = {mark.outcome for mark in roads.get(letter, ()) if mark.mark == "arrived" and is_other(mark.station)}
                # An earlier number of it may have judged otherwise, and been lost with its disk.
                if said != {row.outcome} and not (other in self._world.restored and row.outcome in said):
                    yield f"{name} believes of letter {letter[-12:]} that it is {said} at {other}, where it is {row.outcome}"

    def _stumbles(self, name: str, node: Node) -> Iterator[str]:
        """No parcel made the program stumble."""
        for row in node.store.audit.page(limit=500):
            if row.what == "parcel_refused" and row.detail.get("why") == "unreadable":
                yield f"{name} stumbled over parcel {row.about[-12:]}"
