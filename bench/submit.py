"""Submitting with three scans attached and the key's window open: p95 at the desk, and through the JSON API of a running station.

The line is dead (no parent answers), as it may be. Validation, letter, seal, parcel for two readers, one transaction with
fsync, and the view of the case that is answered. Twenty-five cases; the one that opens the key's window with the PIN is left out.
Best of three rounds.
"""

from collections.abc import Iterator
from time import perf_counter

from bench.ground import ITEM, Ground, filled_at, pin, station, submit_at
from bench.table import Row, best, p95
from bench.visitor import RefusedError, Visitor, picture
from node.assemble import Node

CASES, ROUNDS = 25, 3


def measure(ground: Ground) -> Iterator[Row]:
    yield Row("submit with three scans, p95, at the desk", "≤ 25 ms", "–", f"{best(lambda: _at_the_desk(ground), ROUNDS) * 1000:.0f} ms")
    yield Row("  the same through the API", "", "–", f"{best(lambda: _through_the_api(ground), ROUNDS) * 1000:.0f} ms")


def _at_the_desk(ground: Ground) -> float:
    scan = picture("submit")
    with ground.county() as county, station(county, "village1") as node:
        numbers = [filled_at(node, scan) for _ in range(CASES)]
        submit_at(node, numbers.pop(), pin=pin("agent1"))
        return p95([_timed_at(node, number) for number in numbers])


def _timed_at(node: Node, number: str) -> float:
    began = perf_counter()
    submit_at(node, number)
    return perf_counter() - began


def _through_the_api(ground: Ground) -> float:
    scan = picture("submit")
    with ground.county() as county:
        county.start("village1")
        county.wait_up("village1")
        agent = county.visitor("agent1")
        agent.log_in()
        numbers = [agent.filled(ITEM, scan) for _ in range(CASES)]
        agent.act(numbers.pop(), "submitted")
        return p95([_timed(agent, number) for number in numbers])


def _timed(agent: Visitor, number: str) -> float:
    began = perf_counter()
    try:
        agent.call("POST", f"/api/v1/cases/{number}/events", {"event": "submitted"})
    except RefusedError as error:
        raise RuntimeError("the key's window is shut") from error
    return perf_counter() - began
