"""From nothing to the first page.

*First start*: a copy of the program without bytecode (as after unpacking; outside packages keep theirs, as pip leaves them) serves
a village that was enrolled and never served. *Warm*: the same village again. Measured from the process's start to the last byte
of the login page, asked for every 10 ms; best of five. The PostgreSQL driver, which no village has, is hidden.
"""

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.county import County
from bench.ground import Ground
from bench.table import Row
from node.commands.demo import HOST, RUN_NODE

RUNS = 5
ASK_EVERY_S = 0.01
PROGRAM = ("forms", "signing", "sync", "node")


def measure(ground: Ground) -> Iterator[Row]:
    firsts, warms = [], []
    for _ in range(RUNS):
        with ground.county() as county:
            county.environment = ground.as_installed
            program = unpacked(ground.fresh_folder())
            firsts.append(start_of(county, program))
            warms.append(start_of(county, program))
    yield Row("first start to first page", "≤ 1 s", "Kolibri 11.6 s", f"{min(firsts):.2f} s")
    yield Row("warm start to first page", "≤ 0.5 s", "Kolibri 2.1 s; a trial 0.35–0.5 s", f"{min(warms):.2f} s")


def unpacked(folder: Path) -> Path:
    """A copy of the program in a new folder, without bytecode; its run_node.py."""
    folder.mkdir()
    for name in PROGRAM:
        shutil.copytree(RUN_NODE.parent / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(RUN_NODE, folder)
    return folder / RUN_NODE.name


def start_of(county: County, program: Path) -> float:
    """Seconds from the start of the process to the login page."""
    began = time.perf_counter()
    command = [sys.executable, str(program), "serve", str(county.place("village1"))]
    county.processes["village1"] = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=program.parent, env=county.environment
    )
    while not _has_page(county.ports["village1"]):
        time.sleep(ASK_EVERY_S)
    took_s = time.perf_counter() - began
    county.stop()
    return took_s


def _has_page(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/login")
        response = line.getresponse()
        return response.status == 200 and len(response.read()) > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
