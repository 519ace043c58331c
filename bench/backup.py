"""A backup of a village with 1,000 submitted cases and three scans of 150 KB each, and its restore: size, time, memory.

The cases are sealed at the desk with small scans; the large ones, random as ciphertext is, are put on the shelf as they would come over
the road. Writing includes reading the whole file back.
"""

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.ground import MATERIALS, Ground, filled_at, pin, station, submit_at
from bench.table import Row
from bench.visitor import picture
from node.assemble import Node
from node.clock import SystemClock
from node.errors import NotAllowedError
from node.upkeep.restore import restore

CASES = 1000
SCAN_BYTES = 150_000


def measure(ground: Ground) -> Iterator[Row]:
    with ground.county() as county, station(county, "village1") as node:
        _stock(node)
        code = node.backups.backup.keys.renew("bench")
        path = county.folder / "bench.backup"
        report = node.backups.backup.write(path)
        scans = node.store.dump.whole_bytes()[1]
        seconds = _restored(path, county.folder / "restored", code)
        yield Row("backup of 1,000 cases with 3,000 scans, verified", "", "–", f"{report.seconds:.1f} s, {report.size_bytes / 1e6:.0f} MB")
        yield Row("  size / scans, and rows", "", "–", f"{report.size_bytes / scans:.3f}, {report.rows} rows")
        yield Row("  restore", "", "–", f"{seconds:.1f} s")
        yield Row("  most memory of Python objects while writing", "≤ 64 MB", "–", f"{_peak(node, county.folder) / 1e6:.0f} MB")


def _stock(node: Node) -> None:
    scan = picture("backup")
    for _ in range(CASES):
        number = filled_at(node, scan)
        _submit(node, number)
        for _ in range(MATERIALS):
            data = os.urandom(SCAN_BYTES)
            node.store.enclosures.put_whole(node.station.suite.digest(data), data)


def _submit(node: Node, number: str) -> None:
    """Within the key's window; the PIN, which costs a derivation, only when it has shut."""
    try:
        submit_at(node, number)
    except NotAllowedError:
        submit_at(node, number, pin=pin("agent1"))


def _restored(path: Path, place: Path, code: str) -> float:
    began = perf_counter()
    restore(path, place, code, SystemClock())
    return perf_counter() - began


def _peak(node: Node, folder: Path) -> int:
    tracemalloc.start()
    node.backups.backup.write(folder / "again.backup")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
