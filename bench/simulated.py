"""Many seeds of the simulation of `tests/simulation`, on all processors at once."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = 500
"""Seeds that one process runs before the next one: so that what is wrong shows early."""


def run_seeds(first: int, count: int) -> bool:
    """Whether so many seeds lose nothing; says how many there were of everything, and how long they took."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="yizhan-simulation-") as folder:
        founded = str(Path(folder) / "founded")
        if _started(["--founded", founded, "--only-found"]).wait() != 0:
            print("the simulated county cannot be founded")
            return False
        blocks = [(at, min(BLOCK, first + count - at)) for at in range(first, first + count, BLOCK)]
        totals, failed = _run_all(blocks, founded)
    facts = ", ".join(f"{what} {number}" for what, number in sorted(totals.items()))
    print(f"{count} simulated seeds, {failed} blocks with faults; {time.monotonic() - began_s:.0f} s; {facts}", flush=True)
    return failed == 0


def _run_all(blocks: list[tuple[int, int]], founded: str) -> tuple[Counter[str], int]:
    """All blocks, as many at once as there are processors: what they count together, and how many failed."""
    totals: Counter[str] = Counter()
    failed, at_once, begun = 0, os.cpu_count() or 1, []
    for number, (at, count) in enumerate(blocks, start=1):
        begun.append(_started(["--seed", str(at), "--count", str(count), "--founded", founded]))
        while begun and (len(begun) == at_once or number == len(blocks)):
            process = begun.pop(0)
            said = process.communicate()[0]
            totals += _counted(said)
            if process.returncode != 0:
                failed += 1
                print(said, flush=True)
    return totals, failed


def _started(arguments: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def _counted(said: str) -> Counter[str]:
    """What the last line counts: `…; calm 12, carryings 3`."""
    last = said.splitlines()[-1] if said else ""
    pairs = (one.rpartition(" ") for one in last.rpartition("; ")[2].split(", "))
    return Counter({what: int(number) for what, _, number in pairs if number.isdigit()})
