"""How long a county's page of all its stations takes: 352 stations, a full report of each in the store, over one kept connection.

The stations stand in the county's register and each has the report of a real one; asked 40 times after 3 to warm up, the best of three
rounds. One in seven has trouble, so that the page has what it has on a bad day.
"""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from bench.ground import Ground, station
from bench.table import Row, p95
from bench.visitor import Visitor
from node.assemble import Node
from node.store.records import StationRecord
from node.store.reports import ReportRecord
from node.upkeep.findings import bad
from node.upkeep.report import Report

STATIONS, TOWNSHIPS = 352, 14
TIMES, ROUNDS = 40, 3


def measure(ground: Ground) -> Iterator[Row]:
    with ground.county() as county:
        with station(county, "county") as node:
            _fill(node)
        county.start()
        county.wait_up()
        approver = county.visitor("approver")
        approver.log_in()
        one = _stations()[-1].station
        for name, path in {
            "all": "/stations",
            "one township": f"/stations?township={_stations()[0].station}",
            "one": f"/stations/{one}",
        }.items():
            yield _row(approver, name, path)


def _stations() -> list[StationRecord]:
    """Townships first, each with its villages after it."""
    found = []
    for number in range(STATIONS):
        township, village = number % TOWNSHIPS + 1, number // TOWNSHIPS
        division = f"131025{200 + township}"
        if village == 0:
            found.append(StationRecord(f"{division}00001", f"示例镇{township}", "township", "13102500000001"))
        else:
            found.append(StationRecord(f"{division}{200 + village}01", f"示例村{township}-{village}", "village", f"{division}00001"))
    return found


def _fill(node: Node) -> None:
    """Enter the stations, and for each the report of this one under its number."""
    now, own = node.clock.now(), node.reports.examine()
    with node.store.transaction():
        for number, record in enumerate(_stations()):
            trouble = (bad("disk_full", free_mib=3), bad("queue_stuck", count=9)) if number % 7 == 0 else ()
            report = Report(record.station, now, own.program, (*trouble, *own.findings), now)
            node.store.stations.put(record)
            node.store.reports.put(ReportRecord(record.station, now, report.facts()))


def _row(visitor: Visitor, name: str, path: str) -> Row:
    for _ in range(3):
        visitor.page(path)
    rounds = [[_timed(visitor, path) for _ in range(TIMES)] for _ in range(ROUNDS)]
    times = min(rounds, key=p95)
    ours = f"p50 {median(times) * 1000:.0f} ms, p95 {p95(times) * 1000:.0f} ms"
    return Row(f"status page of {STATIONS} stations: {name}", "< 100 ms", "–", ours)


def _timed(visitor: Visitor, path: str) -> float:
    began = perf_counter()
    visitor.page(path)
    return perf_counter() - began
