"""How long a page takes: p95 over one kept connection to the real server, with 200 cases in the store.

Each page is asked for three times to warm up, then 40 times one after the other; the figure is the 95th percentile, the best of
three such rounds. Nobody else uses the station meanwhile.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from time import perf_counter

from bench.ground import ITEM, Ground
from bench.table import Row, best, p95
from bench.visitor import Visitor

TIMES, ROUNDS = 40, 3


def measure(ground: Ground) -> Iterator[Row]:
    with ground.county(ground.stocked) as county:
        county.start()
        county.wait_up()
        agent, reviewer = county.visitor("agent1"), county.visitor("reviewer")
        agent.log_in()
        reviewer.log_in()
        draft = agent.open_case(ITEM)
        number = next(row["case_number"] for row in reviewer.get("/api/v1/cases?limit=1")["cases"])
        yield from _rows(agent, _village_pages(draft, number), "village")
        yield from _rows(reviewer, {"home": "/", "cases": "/cases", "case": f"/cases/{number}"}, "township")


def _village_pages(draft: str, number: str) -> Mapping[str, str]:
    return {
        "home": "/",
        "cases": "/cases",
        "items": "/items",
        "fill, first section": f"/cases/{draft}/fill/1",
        "materials": f"/cases/{draft}/materials",
        "check": f"/cases/{draft}/check",
        "case": f"/cases/{number}",
        "strip": "/strip",
    }


def _rows(visitor: Visitor, pages: Mapping[str, str], where: str) -> Iterator[Row]:
    for name, path in pages.items():
        for _ in range(3):
            visitor.page(path)
        took_s = best(partial(_p95_of, visitor, path), ROUNDS)
        yield Row(f"page p95, {where}: {name}", "< 50 ms", "–", f"{took_s * 1000:.0f} ms")


def _p95_of(visitor: Visitor, path: str) -> float:
    return p95([_timed(visitor, path) for _ in range(TIMES)])


def _timed(visitor: Visitor, path: str) -> float:
    began = perf_counter()
    visitor.page(path)
    return perf_counter() - began
