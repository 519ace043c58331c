"""The kill run: real processes are killed with SIGKILL at random while cases are submitted and carried.

Two clients submit at the village one case after the other, with scans; at the township a reviewer accepts and forwards what has come,
at the county an approver decides it, so that decisions flow down while letters and scans flow up. Every so often one of the three
stations is killed and started again at once, mostly at any moment or just after an acknowledged submission, when that one is under way,
now and then just after a decision. Then clients and kills stop, the road comes to rest, the stations are ended, and their databases are
read: whatever was answered with 200, or was shown as done, must be at village, township and county, once, in chains without a gap.

The seed decides who is killed and after how long; what runs at that moment, the machine decides.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.county import NAMES, County, wait_for
from bench.visitor import BROKEN, RefusedError, Visitor, picture
from node.assemble import Node
from node.casework.letter import read_frame
from node.paperwork.values import DOCUMENTS
from node.store.records import LetterRecord

CLIENTS = 2
ITEM, MATERIALS = "pension_enrol", 3
"""The item that is submitted, and how many materials its sample has."""

PAUSE_S = 0.5
"""Between two cases of one client; the road has to keep up, and more cases than kills need only cost time."""

LOOK_EVERY_S = 0.25
"""How often somebody above looks for what has come."""

VICTIMS = {"village1": 1, "township": 2, "county": 2}
"""How likely each is killed next: what takes in from others more often than what only sends."""

CALM_S = (0.02, 0.4)
STRIKE_S = {"village1": (0.0, 0.05), "township": (0.0, 0.06), "county": (0.02, 0.15)}
"""How long after an acknowledged submission a station is struck: about when the letter is there."""

WAIT_FOR_ACK_S = 1.5
WAIT_FOR_DECISION_S = 20.0
REST_WITHIN_S = 60.0
FAULTY_REST_WITHIN_S = 15.0
"""What a faulty station has lost does not come, however long one waits."""

BUSY = frozenset({429, 503})


DESKS = {"reviewer": {"submitted": "accepted", "accepted": "forwarded"}, "approver": {"forwarded": "approved"}}
"""Who works on a case in which state, and what they seal then."""

ENDS = {"reviewer": {"forwarded", "approved"}, "approver": {"approved"}}
"""Where a desk has nothing more to do with it."""


@dataclass(frozen=True)
class KillRun:
    """What a kill run saw: numbers that were acknowledged, and (number, event) of the acts that followed; kills; faults in words."""

    acknowledged: tuple[str, ...]
    acts: tuple[tuple[str, str], ...]
    kills: Mapping[str, int]
    faults: tuple[str, ...]
    took_s: float


@dataclass
class Acknowledged:
    """What clients were told is submitted, and what desks above were told is done (number, event); a kill may wait for the next."""

    numbers: list[str] = field(default_factory=list)
    acts: list[tuple[str, str]] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def add(self, number: str) -> None:
        """One more."""
        with self._news:
            self.numbers.append(number)
            self._news.notify_all()

    def add_act(self, number: str, event: str) -> None:
        """One more of a desk."""
        with self._news:
            self.acts.append((number, event))
            self._news.notify_all()

    def wait_for_decision(self, within_s: float) -> None:
        """Wait until a case more is decided, or for so long."""
        with self._news:
            before = self._decided()
            self._news.wait_for(lambda: self._decided() > before, within_s)

    def _decided(self) -> int:
        return sum(event == "approved" for _, event in self.acts)

    def wait_for_next(self, within_s: float) -> None:
        """Wait until one more is there, or for so long."""
        with self._news:
            self._news.wait(within_s)


class Client(threading.Thread):
    """Submits one case after the other. What a kill interrupts is looked up and gone on with, as a person would do it."""

    def __init__(self, visitor: Visitor, told: Acknowledged, stop: threading.Event, name: str, pause_s: float = PAUSE_S) -> None:
        super().__init__(name=name, daemon=True)
        self._pause_s = pause_s
        self._visitor = visitor
        self._told = told
        self._stop_now = stop
        self._item: dict[str, Any] = {}
        self._count = 0
        self.refusals: list[str] = []
        """What a station refused though nothing was wrong with it."""

    def run(self) -> None:
        """Until told to stop; the case at hand is left as it is then."""
        self._try(self._log_in)
        while not self._stop_now.is_set():
            self._submit_one()
            self._stop_now.wait(self._pause_s)

    def _log_in(self) -> None:
        self._visitor.log_in()
        self._item = self._visitor.get(f"/api/v1/items/{ITEM}")

    def _submit_one(self) -> None:
        number = self._try(lambda: self._visitor.open_case(ITEM))
        self._count += 1
        scan = picture(f"{self.name} {self._count}")
        if number is not None and self._try(lambda: self._fill_and_submit(number, scan)):
            self._told.add(number)

    def _fill_and_submit(self, number: str, scan: bytes) -> bool:
        if self._visitor.get(f"/api/v1/cases/{number}")["state"] == "draft":
            self._visitor.fill(number, self._item, scan)
            self._visitor.act(number, "submitted")
        return True

    def _try(self, step: Callable[[], Any]) -> Any:
        """Again until the station gives an answer; None when told to stop before that, or refused."""
        while not self._stop_now.is_set():
            try:
                return step()
            except RefusedError as error:
                if error.status not in BUSY:
                    self.refusals.append(f"{self.name}: {error}")
                    return None
            except BROKEN:
                pass
            self._stop_now.wait(0.02)
        return None


class Decider(threading.Thread):
    """Works at a desk above on the cases that were acknowledged, one after the other, as soon as they are there."""

    def __init__(self, visitor: Visitor, told: Acknowledged, stop: threading.Event) -> None:
        super().__init__(name=visitor.name, daemon=True)
        self._visitor = visitor
        self._told = told
        self._stop_now = stop
        self._steps = DESKS[visitor.name]
        self._done: set[str] = set()

    def run(self) -> None:
        """Until told to stop; the case at hand is left as it is then."""
        is_logged_in = False
        while not self._stop_now.is_set():
            try:
                if not is_logged_in:
                    self._visitor.log_in()
                    is_logged_in = True
                for number in [one for one in self._told.numbers if one not in self._done]:
                    self._work_on(number)
            except (RefusedError, *BROKEN):
                pass  # not here yet, its scans are not, somebody was faster, or the station was killed
            self._stop_now.wait(LOOK_EVERY_S)

    def _work_on(self, number: str) -> None:
        state = str(self._visitor.get(f"/api/v1/cases/{number}")["state"])
        while state in self._steps and not self._stop_now.is_set():
            event = self._steps[state]
            self._visitor.act(number, event)
            self._told.add_act(number, event)
            state = str(self._visitor.get(f"/api/v1/cases/{number}")["state"])
        if state in ENDS[self._visitor.name]:
            self._done.add(number)


def run_kills(folder: Path, kills: int, seed: int, within_s: float | None = None, founded: Path | None = None) -> KillRun:
    """So many kills, or as many as there is time for, on a county in `folder`, a copy of `founded` if given; then rest, then the count."""
    return _run(County(folder, founded), kills, seed, within_s, REST_WITHIN_S)


def run_kills_of_a_faulty_one(folder: Path, kills: int, seed: int) -> KillRun:
    """The same with stations that answer before they have kept: a run that finds no fault with these would find none at all."""
    return _run(County(folder, program=("-m", "bench.hasty")), kills, seed, None, FAULTY_REST_WITHIN_S)


def _run(made: County, kills: int, seed: int, within_s: float | None, rest_within_s: float) -> KillRun:
    began = time.monotonic()
    told, stop, killed = Acknowledged(), threading.Event(), Counter(dict.fromkeys(NAMES, 0))
    with made as county:
        county.start()
        county.wait_up()
        clients = [Client(county.visitor("agent1"), told, stop, f"client{number}") for number in range(CLIENTS)]
        deciders = [Decider(county.visitor(who), told, stop) for who in DESKS]
        for thread in (*clients, *deciders):
            thread.start()
        told.wait_for_next(WAIT_FOR_ACK_S * 4)
        chance = random.Random(seed)
        for _ in range(kills):
            if within_s is not None and time.monotonic() - began > within_s:
                break
            killed[_kill_one(county, chance, told)] += 1
        stop.set()
        for thread in (*clients, *deciders):
            thread.join()
        county.wait_up()
        faults = [] if _rests(county, told.numbers, rest_within_s) else ["the road did not come to rest"]
        county.stop()
        faults += [refusal for client in clients for refusal in client.refusals]
        faults += find_faults(county, told.numbers, told.acts)
    return KillRun(tuple(told.numbers), tuple(told.acts), dict(killed), tuple(faults), time.monotonic() - began)


def _kill_one(county: County, chance: random.Random, told: Acknowledged) -> str:
    """Kill a station that answers (now and then one that is just starting), and start it again; its name."""
    victim = chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
    if chance.random() < 0.85:
        county.wait_up(*NAMES)
    if (draw := chance.random()) < 0.2:
        told.wait_for_decision(WAIT_FOR_DECISION_S)
        time.sleep(chance.uniform(*STRIKE_S[victim]))
    elif draw < 0.6:
        told.wait_for_next(WAIT_FOR_ACK_S)
        time.sleep(chance.uniform(*STRIKE_S[victim]))
    else:
        time.sleep(chance.uniform(*CALM_S))
    county.kill(victim)
    county.start(victim)
    return victim


def _rests(county: County, numbers: Sequence[str], within_s: float) -> bool:
    """Wait until the village has nothing to send, all see each case alike and the county has its scans; False when that takes too long.

    Above something waits for the second village, which does not run.
    """
    people = [county.visitor(name) for name in ("agent1", *DESKS)]
    for person in people:
        person.log_in()
    missing = set(numbers)

    def is_at_rest() -> bool:
        missing.difference_update([number for number in missing if _is_at_rest_everywhere(people, number)])
        return not missing and not people[0].get("/api/v1/status")["bytes_waiting"]

    return wait_for(is_at_rest, within_s, 0.2)


def _is_at_rest_everywhere(people: Sequence[Visitor], number: str) -> bool:
    try:
        cases = [person.get(f"/api/v1/cases/{number}") for person in people]
    except RefusedError:
        return False
    return len({case["head"] for case in cases}) == 1 and all(page["whole"] for page in cases[-1]["materials"])


def find_faults(county: County, numbers: Sequence[str], acts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is wrong at the stations, now that they are ended: in words, nothing when all is well."""
    letters: dict[str, dict[str, list[str]]] = {}
    for name in NAMES:
        node = county.opened(name)
        try:
            letters[name] = {number: [row.letter_id for row in _chain(node.store.letters.of_case(number))] for number in numbers}
            yield from (f"{name}: {fault}" for fault in _faults_at(node, numbers, acts))
        finally:
            node.close()
    for number in numbers:
        if len({tuple(letters[name][number]) for name in NAMES}) > 1:
            yield f"{number}: not the same letters everywhere"
    counts = Counter((*numbers, *acts))
    yield from (f"{one}: acknowledged twice" for one in counts if counts[one] > 1)


def _faults_at(node: Node, numbers: Sequence[str], acts: Sequence[tuple[str, str]]) -> Iterator[str]:
    store = node.store
    yield from store.check()
    if (line := store.audit.first_broken()) is not None:
        yield f"the log is broken at line {line}"
    outcomes = store.letters.outcomes()
    yield from (f"{outcomes[outcome]} letters {outcome}" for outcome in outcomes if outcome != "admitted")
    here = {record.case_number: record for record in store.cases.page(limit=10_000)}
    in_cases = 0
    for number, record in here.items():
        rows = _chain(store.letters.of_case(number))
        in_cases += len(rows)
        if len(rows) != len(store.letters.of_case(number)):
            yield f"{number}: the chain has a gap"
        if len({row.kind for row in rows}) != len(rows) or record.state != (rows[-1].kind if rows else "draft"):
            yield f"{number}: {record.state} after {[row.kind for row in rows]}"
    if in_cases != outcomes.get("admitted", 0):
        yield f"{in_cases} letters of cases, but {outcomes}"
    for number in numbers:
        yield from _lacking(node, number, {"submitted", *(event for case, event in acts if case == number)})


def _chain(rows: Sequence[LetterRecord]) -> list[LetterRecord]:
    """The letters of a case as they follow each other; one that came too early stands before its forerunner in the store."""
    following = {row.after: row for row in rows}
    chain: list[LetterRecord] = []
    while (row := following.pop(chain[-1].letter_id if chain else None, None)) is not None:
        chain.append(row)
    return chain


def _lacking(node: Node, number: str, events: set[str]) -> Iterator[str]:
    """What was acknowledged of a case and is not at this station."""
    rows = node.store.letters.of_case(number)
    if not rows:
        yield f"{number}: not here"
    if lost := events - {row.kind for row in rows}:
        yield f"{number}: {', '.join(sorted(lost))} not here"
    letters = [read_frame(row.frame, node.station.suite.digest).letter for row in rows]
    # Sealed documents ride behind all scans, and the run ends as soon as the last scan is there.
    named = {entry.enclosure_id for letter in letters for entry in letter.enclosures if entry.material != DOCUMENTS}
    if len(named) < MATERIALS or node.store.enclosures.whole_of(named) != named:
        yield f"{number}: scans are missing"
