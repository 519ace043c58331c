"""The example county (示例县) on one machine: founded once, then four stations, each a process of its own, until Ctrl-C."""

import argparse
import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType

import node
from node.clock import SystemClock
from node.commands.demo_county import PEOPLE, STATIONS, DemoStation, found_demo_county
from node.commands.wording import ROLES, say
from node.config import ListenSettings, ParentSettings, load_config, write_config
from node.drawing.process import DrawingProcess
from node.errors import RequestError

MARKER = ".yizhan-demo"
WHOLE = "whole\n"
"""What the marker says once every station is made; before, it is empty."""

INDEX = "demo.json"
HOST = "127.0.0.1"
UP_WITHIN_S = 60
ASK_EVERY_S = 0.05
LOOK_EVERY_S = 1.0
STOPS_WITHIN_S = 30
RUN_NODE = Path(node.__file__).resolve().parent.parent / "run_node.py"


@dataclass(frozen=True)
class Running:
    """A station's process, its address and its log."""

    station: DemoStation
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path


def run(arguments: argparse.Namespace) -> int:
    """`demo`: make the county if it is not there, start the stations, wait."""
    folder = Path(arguments.dir).resolve()
    ports = range(arguments.port, arguments.port + len(STATIONS))
    if not 0 < ports[0] <= ports[-1] < 65536:
        raise RequestError("port_taken", address=f"{HOST}:{arguments.port}")
    for port in ports:
        _check_free(port)
    prepare(folder, reset=arguments.reset)
    write_index(folder, ports)
    with _stop_asked() as stop, _started(folder, ports) as running:
        if not _all_up(running, stop):
            return 0 if stop.is_set() else 2
        _print_guide(running)
        _watch(running, stop)
    print(say("stopped"))
    return 0


def prepare(folder: Path, *, reset: bool = False) -> None:
    """See to it that `folder` holds the demo's stations. A half-made demo is made again; a whole one is left as it is.

    Raises:
        RequestError: there is something else in the folder.
    """
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.is_file():
        raise RequestError("demo_not_a_demo", dir=folder)
    if not reset and marker.is_file() and marker.read_text(encoding="utf-8") == WHOLE:
        return
    if marker.is_file():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()
    print(say("demo_founding"), flush=True)
    drawing = DrawingProcess()
    try:
        found_demo_county(folder, SystemClock(), draw=drawing.seal_picture)
    finally:
        drawing.close()
    marker.write_text(WHOLE, encoding="utf-8")


def write_index(folder: Path, ports: Sequence[int]) -> None:
    """Write the ports into each station's settings, and `demo.json`."""
    urls = {station.folder: f"http://{HOST}:{port}" for station, port in zip(STATIONS, ports, strict=True)}
    names = {station.folder: station.name for station in STATIONS}
    for station, port in zip(STATIONS, ports, strict=True):
        place = folder / station.folder
        config = load_config(place)
        parent = ParentSettings(urls[station.parent] if station.parent else None)
        fresh = replace(config, listen=ListenSettings(HOST, port), parent=parent)
        if fresh != config:
            write_config(place, fresh)
    index = {
        "stations": [
            {
                "name": station.name,
                "tier": str(station.tier),
                "url": urls[station.folder],
                "dir": str(folder / station.folder),
                "parent": names[station.parent] if station.parent else None,
            }
            for station in STATIONS
        ],
        "people": [
            {
                "station": names[person.station],
                "name": person.name,
                "display_name": person.display_name,
                "role": str(person.role),
                "password": person.password,
                "pin": person.pin,
                "practice": person.practice,
            }
            for person in PEOPLE
        ],
    }
    draft = folder / f"{INDEX}.tmp"
    draft.write_text(json.dumps(index, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / INDEX)


def _check_free(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise RequestError("port_taken", address=f"{HOST}:{port}") from error


@contextmanager
def _stop_asked() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _started(folder: Path, ports: Sequence[int]) -> Iterator[list[Running]]:
    """The four processes; all are stopped at the end, whatever happens."""
    running: list[Running] = []
    try:
        for station, port in zip(STATIONS, ports, strict=True):
            log = folder / f"{station.folder}.log"
            with log.open("ab") as output:
                command = [sys.executable, str(RUN_NODE), "serve", str(folder / station.folder)]
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            running.append(Running(station, process, port, log))
        yield running
    finally:
        for one in running:
            one.process.terminate()
        for one in running:
            try:
                one.process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                one.process.kill()


def _all_up(running: Sequence[Running], stop: threading.Event) -> bool:
    """Wait until each station answers; False when one did not, which is then said, or when told to stop."""
    until = time.monotonic() + UP_WITHIN_S
    waiting = list(running)
    while waiting and not stop.wait(ASK_EVERY_S):
        dead = [one for one in waiting if one.process.poll() is not None or time.monotonic() > until]
        for one in dead:
            print(say("demo_not_up", name=one.station.name, log=one.log), file=sys.stderr)
            print(_tail(one.log), file=sys.stderr)
        if dead:
            return False
        waiting = [one for one in waiting if not is_up(one.port)]
    return not stop.is_set()


def is_up(port: int) -> bool:
    """Whether a station answers on this port of this machine."""
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _print_guide(running: Sequence[Running]) -> None:
    print(say("demo_ready"))
    for one in running:
        print(say("demo_station", name=one.station.name, url=f"http://{HOST}:{one.port}/"))
        for person in PEOPLE:
            if person.station == one.station.folder:
                told = "demo_learner" if person.practice else "demo_person"
                print(say(told, **{**asdict(person), "role": ROLES[person.role]}))
    first = PEOPLE[0]
    port = next(one.port for one in running if one.station.folder == first.station)
    print(say("demo_start_here", url=f"http://{HOST}:{port}/", name=first.name, password=first.password))
    print(say("demo_ctrl_c"), flush=True)


def _watch(running: Sequence[Running], stop: threading.Event) -> None:
    """Wait for the end; a station that dies by itself is named, the others go on."""
    alive = list(running)
    while alive and not stop.wait(LOOK_EVERY_S):
        for one in [one for one in alive if one.process.poll() is not None]:
            alive.remove(one)
            print(say("demo_child_died", name=one.station.name, exit_code=one.process.returncode, log=one.log), file=sys.stderr, flush=True)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
