"""From the click to the county, two hops: three real processes on an idle machine and a good line.

Starts when the village is asked to submit (the key's window is open) and ends when the county answers with the case, which is asked
every 5 ms. Then until its three scans are whole there.
"""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from bench.county import wait_for
from bench.ground import ITEM, Ground, reached, submitted
from bench.table import Row
from bench.visitor import Visitor, picture

CASES = 15
PEERS = "NNCP 3.7 s; Morango 3.8–5.6 s"


def measure(ground: Ground) -> Iterator[Row]:
    with ground.county() as county:
        county.start()
        county.wait_up()
        agent, approver = county.visitor("agent1"), county.visitor("approver")
        agent.log_in()
        approver.log_in()
        reached(approver, submitted(agent, picture("first")), 30)
        taken = [_one(agent, approver, f"end to end {number}") for number in range(CASES)]
    letters, scans = [one[0] for one in taken], [one[1] for one in taken]
    yield Row("submit to visible at the county, median / worst", "< 1 s", PEERS, f"{median(letters):.2f} / {max(letters):.2f} s")
    yield Row("  until its three small scans are there", "", "–", f"{median(scans):.2f} / {max(scans):.2f} s")


def _one(agent: Visitor, approver: Visitor, text: str) -> tuple[float, float]:
    number = agent.filled(ITEM, picture(text))
    began = perf_counter()
    agent.act(number, "submitted")
    reached(approver, number, 30)
    there_s = perf_counter() - began
    if not wait_for(lambda: _is_whole(approver, number), 60):
        raise RuntimeError(f"the scans of {number} have not come to the county")
    return there_s, perf_counter() - began


def _is_whole(approver: Visitor, number: str) -> bool:
    return all(page["whole"] for page in approver.get(f"/api/v1/cases/{number}")["materials"])
