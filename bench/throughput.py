"""Sealed cases of 4 KB over two hops: village, township and county as processes, HTTP, suite gm, SQLCipher with full fsync, all checks.

An agent hands drafts in that were written before, fifty in a call; the clock runs from the first call until the county has taken the last
case in, and the CPU time of each process until the line is at rest again. The village seals (by the agent alone, or by agent and unit),
packs and sends while it seals on; township and county judge every seal, certificate path, transition and rule. No documents are made and
there are no scans. *One letter a parcel*: the stations run with parcels of at most one letter. Afterwards all three are opened: every
case must have been admitted everywhere, without a mark, and every letter must have its receipts.

Wall time is of a machine that the three share with whoever asks; CPU time is what to compare. Linux only.
"""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.county import NAMES, County, wait_for
from bench.ground import Ground, pin, reached
from bench.sealed_cases import ONE_SEAL, TWO_SEALS, drafts, publish, stations
from bench.table import Row
from bench.visitor import Visitor
from node.commands.demo import RUN_NODE

CASES, SINGLY, AT_ONCE = 800, 200, 50
WITHIN_S, REST_S, CALLS_EVERY_S, LOOKS_EVERY_S = 120, 0.5, 12, 0.1
ALONE = "import sys, node.mail.outgoing as outgoing; outgoing.MAX_LETTERS = 1; from node.cli import main; sys.exit(main())"
"""A program whose parcels hold one letter each."""

FIRST_UP = 8
"""Cases before the clock runs: forms are read and certificates proven once."""


@dataclass(frozen=True)
class Taken:
    """What a run took: seconds until the last case was there, and CPU seconds of each process."""

    cases: int
    seconds: float
    cpu_s: dict[str, float]

    def row(self, what: str, target: str) -> Row:
        """The figures of it."""
        each = ", ".join(f"{name} {self.cpu_s[name] * 1000 / self.cases:.2f}" for name in reversed(NAMES))
        total = sum(self.cpu_s.values()) * 1000 / self.cases
        return Row(what, target, "a trial 349–546 /s", f"{self.cases / self.seconds:.0f} /s; CPU {total:.2f} ms a case ({each})")


def measure(ground: Ground) -> Iterator[Row]:
    yield _run(ground, ONE_SEAL, CASES).row("sealed cases over two hops, one seal, in batches", "≥ 400 /s, ≤ 4 ms")
    yield _run(ground, TWO_SEALS, CASES).row("  person and unit", "≥ 300 /s")
    yield _run(ground, ONE_SEAL, SINGLY, alone=True).row("  one seal, one letter a parcel", "≥ 80 /s")


def _run(ground: Ground, item: str, count: int, *, alone: bool = False) -> Taken:
    with ground.county() as county:
        county.program = ("-c", ALONE) if alone else (str(RUN_NODE),)
        publish(county)
        with stations(county) as (village, _, _):
            made = drafts(village, item, FIRST_UP + count)
        county.start()
        county.wait_up()
        agent, approver = county.visitor("agent1"), county.visitor("approver")
        agent.log_in()
        approver.log_in()
        _hand_in(agent, made[:FIRST_UP])
        reached(approver, made[FIRST_UP - 1][0], WITHIN_S)
        time.sleep(REST_S)
        taken = _timed(county, agent, approver, made[FIRST_UP:])
        county.stop()
        _check(county, [number for number, _ in made])
        return taken


def _timed(county: County, agent: Visitor, approver: Visitor, made: Sequence[tuple[str, str]]) -> Taken:
    before, began = _cpu_of(county), perf_counter()
    for at in range(0, len(made), AT_ONCE):
        _hand_in(agent, made[at : at + AT_ONCE])
    reached(approver, made[-1][0], WITHIN_S, LOOKS_EVERY_S)
    seconds = perf_counter() - began
    _come_to_rest(county)
    after = _cpu_of(county)
    return Taken(len(made), seconds, {name: after[name] - before[name] for name in NAMES})


def _hand_in(agent: Visitor, made: Sequence[tuple[str, str]]) -> None:
    asked = [{"case": number, "shown": shown} for number, shown in made]
    answer = agent.call("POST", "/api/v1/batch", {"event": "submitted", "cases": asked, "pin": pin("agent1")})
    if refused := [one for one in answer["results"] if one["outcome"] != "done"]:
        raise RuntimeError(str(refused[0]))


def _come_to_rest(county: County) -> None:
    """Wait until none of the three works any more: what is to be said of letters that came goes with the next call."""
    time.sleep(CALLS_EVERY_S)
    last: dict[str, float] = {}

    def is_still() -> bool:
        nonlocal last
        before, last = last, _cpu_of(county)
        return bool(before) and sum(last.values()) - sum(before.values()) < 0.02

    wait_for(is_still, WITHIN_S, REST_S)


def _cpu_of(county: County) -> dict[str, float]:
    """CPU seconds of each process. Source: proc(5), /proc/PID/stat, fields 14 and 15 (utime, stime)."""
    found = {}
    for name in NAMES:
        fields = Path(f"/proc/{county.pid(name)}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        found[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def _check(county: County, numbers: Sequence[str]) -> None:
    """Every case is admitted at all three, and the village knows it.

    Raises:
        RuntimeError: one is not.
    """
    with stations(county) as nodes:
        for node in nodes:
            letters = [node.store.letters.of_case(number) for number in numbers]
            if any(len(rows) != 1 or rows[0].outcome != "admitted" for rows in letters):
                raise RuntimeError(f"{node.station.name}: not every case was admitted")
        village, *others = nodes
        ids = [village.store.letters.of_case(number)[0].letter_id for number in numbers]
        for marks in village.store.letters.roads(ids).values():
            if {one.station for one in marks if one.mark == "arrived"} != {one.station.station for one in others}:
                raise RuntimeError("a letter without its receipts")
