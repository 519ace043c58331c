"""One storm: a copy of the county as it was before, everything started, all villages let loose at once, everything measured.

County and townships are processes of their own, and so are villages of the first township, as many as are asked for. The first township is
started last: for its villages the line comes back when it answers, and for the others at the same moment.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from bench.processes import Processes, free_ports, wait_for
from bench.storm.counting import find_faults
from bench.storm.template import Template, opened, township_name, village_name
from bench.storm.watch import Meter, Use, Village, wait_for_all
from node.clock import SystemClock
from node.commands.demo import HOST, RUN_NODE
from node.config import Config, ListenSettings, ParentSettings
from node.enrolment.office import opened as office_opened
from node.succession.marks import MachineMarks

STOPS_WITHIN_S = 60.0
FIRST = township_name(0)


@dataclass(frozen=True)
class Wanted:
    """What is asked for: villages of the first township that are processes of their own, processes for all others, the longest wait."""

    processes: int
    crowds: int
    within_s: float


@dataclass(frozen=True)
class Storm:
    """What one storm showed. `given` and `arrived` are seconds by village; `uses` by process; `faults` are in words."""

    villages: int
    cases: int
    item: str
    given: Mapping[str, float | None]
    arrived: Mapping[str, float | None]
    took_s: float
    quiet_s: float
    uses: Mapping[str, Use]
    village_peak_mb: float
    faults: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """For a file that the plot is drawn from."""
        return asdict(self)


def run_storm(template: Template, work: Path, wanted: Wanted) -> Storm:
    """Copy, start, let loose, wait, stop, count."""
    own = _own_villages(template, wanted.processes)
    _copy(template, work)
    with ExitStack() as stack:
        stations = stack.enter_context(_stations(template, work, own))
        upper = [name for name in template.names()[: 1 + template.townships] if name != FIRST]
        stations.start(*upper, *own)
        stations.wait_up(*upper, *own)
        villages = [Village.at(work / village_name(number)) for number in range(template.villages)]
        crowds = stack.enter_context(_crowds(template, work, own, wanted.crowds))
        stations.start(FIRST)
        stations.wait_up(FIRST)
        crowd_pids = {f"crowd-{number}": crowd.pid for number, crowd in enumerate(crowds)}
        pids = {name: stations.pid(name) for name in (*upper, FIRST, *own)}
        meter = Meter(pids | crowd_pids)
        began = monotonic()
        meter.start()
        for crowd in crowds:
            _say_go(crowd)
        whole = wait_for_all(work, villages, wanted.within_s)
        took_s = monotonic() - began
        faults = [] if whole else [f"not all villages were through after {wanted.within_s:.0f} s"]
        watched = [one.node for one in villages] + [stack.enter_context(opened(work / name)) for name in (*upper, FIRST)]
        quiet = wait_for(lambda: not any(node.desk.status().bytes_waiting for node in watched), wanted.within_s, 0.5)
        quiet_s = monotonic() - began
        faults += [] if quiet else ["the road did not come to rest"]
        uses = meter.read()
        for village in villages:
            village.node.close()
    faults += find_faults(work, template)
    given, arrived = {one.name: one.given_s for one in villages}, {one.name: one.arrived_s for one in villages}
    highest = max((uses[name].peak_mb for name in own), default=0.0)
    return Storm(template.villages, template.cases, template.item, given, arrived, took_s, quiet_s, uses, highest, faults)


def spread(storm: Storm, template: Template) -> tuple[float, float, float]:
    """Of the township with the widest spread: seconds until its first, middle and last village had given all it had."""
    by_township: dict[str, list[float]] = {}
    for number in range(storm.villages):
        given = storm.given[village_name(number)]
        by_township.setdefault(template.township(number), []).append(float("inf") if given is None else given)
    widest = max(by_township.values(), key=lambda times: max(times) - min(times))
    return min(widest), median(widest), max(widest)


def _own_villages(template: Template, count: int) -> list[str]:
    """Villages of the first township that are to be processes."""
    return [village_name(number) for number in range(0, template.villages, template.townships)][:count]


def _copy(template: Template, work: Path) -> None:
    if work.exists():
        shutil.rmtree(work)
    work.mkdir(parents=True)
    for name in template.names():
        shutil.copytree(template.folder / name, work / name)
        with office_opened(work / name, SystemClock()) as office:
            # A copied station knows that it is one and packs nothing; these never meet the ones that they were copied from.
            MachineMarks(office.store, office.folder.machine_secret).remember()


@contextmanager
def _stations(template: Template, work: Path, own: Sequence[str]) -> Iterator[Processes]:
    """The processes, not started yet; every station's settings say where it listens and whom it calls."""
    names = [*template.names()[: 1 + template.townships], *own]
    with Processes(work, dict(zip(names, free_ports(len(names)), strict=True)), names, (str(RUN_NODE),)) as stations:
        for name in template.names():
            stations.change(name, lambda config, name=name: _placed(config, stations, name, template))  # type: ignore[misc]
        yield stations


def _placed(config: Config, stations: Processes, name: str, template: Template) -> Config:
    listen = ListenSettings(HOST, stations.ports[name]) if name in stations.ports else config.listen
    parent = None
    if name.startswith("village"):
        parent = template.township(int(name.removeprefix("village-")))
    elif name != "county":
        parent = "county"
    url = f"http://{HOST}:{stations.ports[parent]}" if parent else None
    return replace(config, listen=listen, parent=ParentSettings(url))


@contextmanager
def _crowds(template: Template, work: Path, own: Sequence[str], count: int) -> "Iterator[list[subprocess.Popen[str]]]":
    """The villages that are no processes of their own, shared out; they have opened their databases and wait for a word."""
    others = [village_name(number) for number in range(template.villages) if village_name(number) not in own]
    shares = [share for number in range(count) if (share := others[number::count])]
    crowds: list[subprocess.Popen[str]] = []
    try:
        for number, share in enumerate(shares):
            with (work / f"crowd-{number}.log").open("ab") as log:
                command = [sys.executable, "-m", "bench.storm.crowd", *(str(work / name) for name in share)]
                crowds.append(
                    subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=RUN_NODE.parent)
                )
        for crowd in crowds:
            assert crowd.stdout is not None
            if crowd.stdout.readline() != "ready\n":
                raise RuntimeError(f"a crowd of villages did not open; see {work}/crowd-*.log")
        yield crowds
    finally:
        for crowd in crowds:
            _end(crowd)


def _say_go(crowd: "subprocess.Popen[str]") -> None:
    assert crowd.stdin is not None
    crowd.stdin.write("go\n")
    crowd.stdin.flush()


def _end(crowd: "subprocess.Popen[str]") -> None:
    try:
        crowd.communicate(timeout=STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        crowd.kill()
        crowd.wait()
