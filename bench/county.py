"""The demo's stations as processes of their own on free ports, to be measured, cut off and killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from bench.visitor import Visitor
from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.demo import HOST, RUN_NODE, is_up, prepare, write_index
from node.commands.demo_county import PEOPLE, STATIONS
from node.config import Config, load_config, write_config

UP_WITHIN_S = 60.0
STOPS_WITHIN_S = 30.0
ASK_EVERY_S = 0.02

NAMES = ("county", "township", "village1")
"""Stations that are started, from the top down; the demo's second village is left out."""


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


class County:
    """A county, a township and a village in `folder`, founded when they are not there, each a process of its own.

    A context manager: whatever happens, no process is left behind. `program` is what Python is given to run as a station.
    """

    def __init__(self, folder: Path, founded: Path | None = None, program: Sequence[str] = (str(RUN_NODE),)) -> None:
        self.folder = folder
        self.program = program
        if founded is not None:
            shutil.copytree(founded, folder, dirs_exist_ok=True)
        prepare(folder)
        self.ports = dict(zip((station.folder for station in STATIONS), free_ports(len(STATIONS)), strict=True))
        write_index(folder, list(self.ports.values()))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = dict(os.environ)
        """What stations started from now on get."""

    def __enter__(self) -> "County":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def place(self, name: str) -> Path:
        """The folder of a station."""
        return self.folder / name

    def change(self, name: str, by: Callable[[Config], Config]) -> None:
        """Change the settings of a station that is not running."""
        write_config(self.place(name), by(load_config(self.place(name))))

    def call_parent_at(self, name: str, host: str, port: int) -> None:
        """Let a station call its parent there, such as through a shaped line."""
        self.change(name, lambda config: replace(config, parent=replace(config.parent, url=f"http://{host}:{port}")))

    def start(self, *names: str) -> None:
        """Start these stations; does not wait for them."""
        for name in names or NAMES:
            with (self.folder / f"{name}.log").open("ab") as output:
                command = [sys.executable, *self.program, "serve", str(self.place(name))]
                self.processes[name] = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=RUN_NODE.parent, env=self.environment
                )

    def wait_up(self, *names: str) -> None:
        """Wait until these stations answer.

        Raises:
            RuntimeError: one ended by itself or did not answer in time; the end of its log is in the message.
        """
        for name in names or NAMES:
            until = time.monotonic() + UP_WITHIN_S
            while not self.is_up(name):
                if self.processes[name].poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{name} does not answer: {self.log(name)[-2000:]}")
                time.sleep(ASK_EVERY_S)

    def is_up(self, name: str) -> bool:
        """Whether a station answers now."""
        return is_up(self.ports[name])

    def kill(self, name: str) -> None:
        """SIGKILL, at once and without mercy."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self, *names: str) -> None:
        """SIGTERM, and wait."""
        ending = [self.processes.pop(name) for name in names or list(self.processes) if name in self.processes]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        for process in ending:
            try:
                process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def pid(self, name: str) -> int:
        """The process of a station."""
        return self.processes[name].pid

    def log(self, name: str) -> str:
        """What a station has written to its log."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def visitor(self, person: str) -> Visitor:
        """Somebody of the demo at the station where they work; not logged in yet."""
        who = next(one for one in PEOPLE if one.name == person)
        return Visitor(HOST, self.ports[who.station], who.name, who.password, who.pin)

    def opened(self, name: str) -> Node:
        """The station in this process; only while its own process is not running."""
        if name in self.processes:
            raise RuntimeError(f"{name} is running")
        return assemble(self.place(name), SystemClock())


def wait_for(holds: Callable[[], bool], within_s: float, every_s: float = ASK_EVERY_S) -> bool:
    """Ask until it holds; False when it did not in time."""
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(every_s)
    return True
