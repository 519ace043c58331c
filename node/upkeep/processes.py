"""Programs of an installed version, run as children. Standard library only."""

import socket
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from node.upkeep.environment import own_environment
from node.upkeep.versions import Versions

STOPS_WITHIN_S = 30.0
CHECK_WITHIN_S = 600.0
"""An upgrade of a large database takes its time."""
ANSWERS_WITHIN_S = 5.0
MOST_ANSWER_BYTES = 64 << 10
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Child:
    """A station that runs as a child."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or None while it runs."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End it: kindly, then not. What it was doing is safe either way."""
        self._process.terminate()
        if self.wait(STOPS_WITHIN_S) is None:
            self._process.kill()
            self._process.wait()


class SystemProcesses:
    """Runs the versions of one installation."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def check_start(self, name: str) -> bool:
        """Whether a version can put the station together."""
        try:
            call = self._call(name, "check-start")
            return subprocess.run(call, check=False, timeout=CHECK_WITHIN_S, env=own_environment()).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    def serve(self, name: str) -> Child:
        """Start a version's station."""
        return Child(subprocess.Popen(self._call(name, "serve"), env=own_environment()))

    def is_healthy(self) -> bool:
        """Whether the station answers at its own address."""
        try:
            host, port = listens_at(self._versions.station)
            # Not by urllib: the keeper stays for as long as the station does, and that would be 7 MB more of an old PC, TLS and all.
            with socket.create_connection((host, port), ANSWERS_WITHIN_S) as line, line.makefile("rb") as answer:
                line.sendall(f"GET /healthz HTTP/1.0\r\nHost: {in_url(host)}:{port}\r\n\r\n".encode("ascii"))
                return answer.read(MOST_ANSWER_BYTES).split(b" ", 2)[1:2] == [b"200"]
        except (OSError, ValueError, OverflowError):
            return False

    def _call(self, name: str, command: str) -> Sequence[str]:
        # -P: what lies in the working folder is never taken for the program.
        return [str(self._versions.python(name)), "-P", "-m", "run_node", command, str(self._versions.station)]


def health_url(station: Path) -> str:
    """Where a station says that it is well, by its settings.

    Raises:
        OSError, ValueError: the settings cannot be read.
    """
    host, port = listens_at(station)
    return f"http://{in_url(host)}:{port}/healthz"


def listens_at(station: Path) -> tuple[str, int]:
    """Host and port where a station answers this machine, by its settings.

    Raises:
        OSError, ValueError: the settings cannot be read.
    """
    listen = station_settings(station).get("listen", {})
    host = str(listen.get("host", "127.0.0.1"))
    return EVERYWHERE.get(host, host), int(str(listen.get("port", 8600)))


def in_url(host: str) -> str:
    """A host as it stands before a port."""
    return f"[{host}]" if ":" in host else host


def station_settings(station: Path) -> dict[str, Any]:
    """The settings as they are written; only what is asked here is read, so that a newer version's file does not matter.

    Raises:
        OSError, ValueError: the file cannot be read.
    """
    return tomllib.loads((station / "node.toml").read_text(encoding="utf-8"))
