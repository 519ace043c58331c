"""The kill run: real processes are killed with SIGKILL at random while cases are submitted and carried.

Two clients submit at the village one case after the other; every so often one of three stations is killed and started again at once,
half of the time at any moment, half of the time just after an acknowledged submission, when that one is under way. Then clients
and kills stop, the road comes to rest, the stations are ended, and their databases are read: whatever was answered with 200, or
was shown as submitted, must be at village, township and county, once.

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
from node.roles import Tier

CLIENTS = 2
ITEM, MATERIALS = "pension_enrol", 3
"""The item that is submitted, and how many materials its sample has."""

PAUSE_S = 0.2
"""Between two cases of one client; the road has to keep up."""

VICTIMS = {"village1": 1, "township": 2, "county": 2}
"""How likely each is killed next: what takes in from others more often than what only sends."""

CALM_S = (0.02, 0.4)
STRIKE_S = {"village1": (0.0, 0.05), "township": (0.0, 0.06), "county": (0.02, 0.15)}
"""How long after an acknowledged submission a station is struck: about when the letter is there."""

WAIT_FOR_ACK_S = 1.5
REST_WITHIN_S = 60.0
FAULTY_REST_WITHIN_S = 15.0
"""What a faulty station has lost does not come, however long one waits."""

BUSY = frozenset({429, 503})


@dataclass(frozen=True)
class KillRun:
    """What a kill run saw: numbers that were acknowledged; how often each station was killed; what is wrong, in words, if anything."""

    acknowledged: tuple[str, ...]
    kills: Mapping[str, int]
    faults: tuple[str, ...]
    took_s: float


@dataclass
class Acknowledged:
    """The numbers that clients were told are submitted; a kill may wait for the next."""

    numbers: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def add(self, number: str) -> None:
        """One more."""
        with self._news:
            self.numbers.append(number)
            self._news.notify_all()

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
        for client in clients:
            client.start()
        told.wait_for_next(WAIT_FOR_ACK_S * 4)
        chance = random.Random(seed)
        for _ in range(kills):
            if within_s is not None and time.monotonic() - began > within_s:
                break
            killed[_kill_one(county, chance, told)] += 1
        stop.set()
        for client in clients:
            client.join()
        county.wait_up()
        faults = [] if _rests(county, told.numbers, rest_within_s) else ["the road did not come to rest"]
        county.stop()
        faults += [refusal for client in clients for refusal in client.refusals]
        faults += find_faults(county, told.numbers)
    return KillRun(tuple(told.numbers), dict(killed), tuple(faults), time.monotonic() - began)


def _kill_one(county: County, chance: random.Random, told: Acknowledged) -> str:
    """Kill a station that answers (now and then one that is just starting), and start it again; its name."""
    victim = chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
    if chance.random() < 0.85:
        county.wait_up(*NAMES)
    if chance.random() < 0.5:
        told.wait_for_next(WAIT_FOR_ACK_S)
        time.sleep(chance.uniform(*STRIKE_S[victim]))
    else:
        time.sleep(chance.uniform(*CALM_S))
    county.kill(victim)
    county.start(victim)
    return victim


def _rests(county: County, numbers: Sequence[str], within_s: float) -> bool:
    """Wait until the village has nothing to send and the county has every case with its scans; False when that takes too long."""
    agent, approver = county.visitor("agent1"), county.visitor("approver")
    agent.log_in()
    approver.log_in()
    missing = set(numbers)

    def is_at_rest() -> bool:
        missing.difference_update([number for number in missing if _is_whole_at(approver, number)])
        return not missing and not agent.get("/api/v1/status")["bytes_waiting"]

    return wait_for(is_at_rest, within_s, 0.2)


def _is_whole_at(visitor: Visitor, number: str) -> bool:
    try:
        case = visitor.get(f"/api/v1/cases/{number}")
    except RefusedError:
        return False
    return case["state"] == "submitted" and all(page["whole"] for page in case["materials"])


def find_faults(county: County, numbers: Sequence[str]) -> Iterator[str]:
    """What is wrong at the stations, now that they are ended: in words, nothing when all is well."""
    letters: dict[str, dict[str, list[str]]] = {}
    for name in NAMES:
        node = county.opened(name)
        try:
            letters[name] = {number: [row.letter_id for row in node.store.letters.of_case(number)] for number in numbers}
            yield from (f"{name}: {fault}" for fault in _faults_at(node, numbers))
        finally:
            node.close()
    for number in numbers:
        if len({tuple(letters[name][number]) for name in NAMES}) > 1:
            yield f"{number}: not the same letter everywhere"
    counts = Counter(numbers)
    yield from (f"{number}: acknowledged twice" for number in counts if counts[number] > 1)


def _faults_at(node: Node, numbers: Sequence[str]) -> Iterator[str]:
    store = node.store
    yield from store.check()
    if (line := store.audit.first_broken()) is not None:
        yield f"the log is broken at line {line}"
    outcomes = store.letters.outcomes()
    yield from (f"{outcomes[outcome]} letters {outcome}" for outcome in outcomes if outcome != "admitted")
    if node.station.tier is not Tier.VILLAGE and outcomes.get("admitted", 0) != store.cases.count():
        yield f"{store.cases.count()} cases, but {outcomes} letters"
    for number in numbers:
        record = store.cases.get(number)
        if record is None or record.state != "submitted":
            yield f"{number}: {record.state if record else 'not here'}"
        letters = [read_frame(row.frame, node.station.suite.digest).letter for row in store.letters.of_case(number)]
        if [letter.kind for letter in letters] != ["submitted"]:
            yield f"{number}: {len(letters)} letters"
        # Sealed documents ride behind all scans, and the run ends as soon as the last scan is there.
        named = {entry.enclosure_id for letter in letters for entry in letter.enclosures if entry.material != DOCUMENTS}
        if len(named) < MATERIALS or store.enclosures.whole_of(named) != named:
            yield f"{number}: scans are missing"
