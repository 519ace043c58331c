"""What a village station holds in memory (VmRSS) after it has submitted, synced both ways, shown its pages and come to rest.

Twenty cases with three small scans each go to township and county, the pages are opened, then nothing happens for long enough that
the child process which cleans pictures has gone. The figure is of the whole process tree. Of it is said what is the process's own
(RssAnon): the rest are pages of the files of Python and libraries, which all processes share and the system drops when it is short.
An installed station has a keeper beside it; its figure is that of a process which has loaded it. The PostgreSQL driver, which the
tests bring along and no village has, is hidden. Linux only.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.county import wait_for
from bench.ground import Ground, reached, submitted
from bench.table import Row
from bench.visitor import picture
from node.commands.demo import RUN_NODE

CASES = 20
REST_S = 22.0
"""Longer than the picture cleaner's child is kept without work."""


def measure(ground: Ground) -> Iterator[Row]:
    with ground.county() as county:
        county.environment = ground.as_installed
        county.start()
        county.wait_up()
        agent, approver = county.visitor("agent1"), county.visitor("approver")
        agent.log_in()
        approver.log_in()
        scan = picture("memory")
        numbers = [submitted(agent, scan) for _ in range(CASES)]
        reached(approver, numbers[-1], 60)
        wait_for(lambda: not agent.get("/api/v1/status")["bytes_waiting"], 60, 0.2)
        for path in ("/", "/cases", f"/cases/{numbers[0]}"):
            agent.page(path)
        time.sleep(REST_S)
        found = {name: sum(resident_mb(pid) for pid in _tree(county.pid(name))) for name in ("village1", "township", "county")}
        own = sum(resident_mb(pid, "RssAnon") for pid in _tree(county.pid("village1")))
    yield Row("idle memory of a village, after a sync", "≤ 60 MB", "Kolibri 111 MB; a trial 52–56 MB", f"{found['village1']:.0f} MB")
    yield Row("  of it its own, the rest being library files", "", "", f"{own:.0f} MB")
    yield Row("  the keeper beside an installed one", "", "", f"{_keeper_mb():.0f} MB")
    yield Row("  the township and the county beside it", "", "", f"{found['township']:.0f} and {found['county']:.0f} MB")


def resident_mb(pid: int, what: str = "VmRSS") -> float:
    """VmRSS, or a part of it, of a process, in MB of 10^6 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))
    return kilobytes * 1024 / 1e6


def _keeper_mb() -> float:
    loaded = "import node.upkeep.keeper; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", loaded], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=RUN_NODE.parent) as keeper:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        found = resident_mb(keeper.pid)
        keeper.communicate(b"\n")
    return found


def _tree(pid: int) -> list[int]:
    """A process and all that it started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    return [pid, *(below for child in children for below in _tree(child))]
