"""Stations as processes of their own on ports of this machine, to be measured, cut off and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.demo import HOST, RUN_NODE, is_up
from node.config import Config, load_config, write_config

UP_WITHIN_S = 60.0
STOPS_WITHIN_S = 30.0
ASK_EVERY_S = 0.02


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


class Processes:
    """The stations in the folders below `folder`, by name, each to be a process of its own on its port.

    A context manager: whatever happens, no process is left behind. `program` is what Python is given to run as a station.
    """

    def __init__(self, folder: Path, ports: Mapping[str, int], names: Sequence[str], program: Sequence[str] = (str(RUN_NODE),)) -> None:
        self.folder = folder
        self.ports = ports
        self.names = names
        self.program = program
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = dict(os.environ)
        """What stations started from now on get."""

    def __enter__(self) -> Self:
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
        for name in names or self.names:
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
        for name in names or self.names:
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
