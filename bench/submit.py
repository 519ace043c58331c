"""Submitting with three scans attached and the key's window open: p95 at the desk, and through the JSON API of a running station.

The line is dead (no parent answers), as it may be. Validation, the documents' seals, letter, the person's and the unit's seal, parcel for
two readers, one transaction with fsync, and the view of the case that is answered. The documents' pages were drawn for the check page,
which is looked at before; the last row is of a program that looks at none, so that they are drawn within the act.
Twenty-five cases; the one that opens the key's window with the PIN is left out. Best of three rounds. Seconds of CPU are of the whole
process, child processes left out, at the median of a round.
"""

from collections.abc import Iterator
from statistics import median
from time import perf_counter, process_time

from bench.ground import ITEM, Ground, filled_at, person, pin, station, submit_at
from bench.table import Row, best, p95
from bench.visitor import RefusedError, Visitor, picture
from node.assemble import Node

CASES, ROUNDS = 25, 3


def measure(ground: Ground) -> Iterator[Row]:
    rounds = [_at_the_desk(ground) for _ in range(ROUNDS)]
    yield Row("submit with three scans, p95, at the desk", "≤ 25 ms", "–", _ms(min(took for took, _ in rounds)))
    yield Row("  CPU of it, median", "", "–", _ms(min(cpu for _, cpu in rounds)))
    yield Row("  the same through the API, p95", "≤ 25 ms", "–", _ms(best(lambda: _through_the_api(ground, looks=True), ROUNDS)))
    yield Row("  and without the check page before", "", "–", _ms(best(lambda: _through_the_api(ground, looks=False), ROUNDS)))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _at_the_desk(ground: Ground) -> tuple[float, float]:
    """p95 of the time that passes, and the median of the CPU's."""
    scan = picture("submit")
    with ground.county() as county, station(county, "village1") as node:
        numbers = [filled_at(node, scan) for _ in range(CASES)]
        submit_at(node, numbers.pop(), pin=pin("agent1"))
        took = [_timed_at(node, number) for number in numbers]
    return p95(passed for passed, _ in took), median(cpu for _, cpu in took)


def _timed_at(node: Node, number: str) -> tuple[float, float]:
    node.desk.documents_ahead(person("agent1"), number)
    began, cpu = perf_counter(), process_time()
    submit_at(node, number)
    return perf_counter() - began, process_time() - cpu


def _through_the_api(ground: Ground, *, looks: bool) -> float:
    scan = picture("submit")
    with ground.county() as county:
        county.start("village1")
        county.wait_up("village1")
        agent = county.visitor("agent1")
        agent.log_in()
        numbers = [agent.filled(ITEM, scan) for _ in range(CASES)]
        agent.act(numbers.pop(), "submitted")
        return p95([_timed(agent, number, looks=looks) for number in numbers])


def _timed(agent: Visitor, number: str, *, looks: bool) -> float:
    if looks:
        agent.page(f"/cases/{number}/check")
    began = perf_counter()
    try:
        agent.call("POST", f"/api/v1/cases/{number}/events", {"event": "submitted"})
    except RefusedError as error:
        raise RuntimeError("the key's window is shut") from error
    return perf_counter() - began
