"""Programs of an installed version, run as children. Standard library only."""

import subprocess
import tomllib
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError

from node.upkeep.environment import own_environment
from node.upkeep.versions import Versions

STOPS_WITHIN_S = 30.0
CHECK_WITHIN_S = 600.0
"""An upgrade of a large database takes its time."""
ANSWERS_WITHIN_S = 5.0
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
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(health_url(self._versions.station), timeout=ANSWERS_WITHIN_S) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError, ValueError):
            return False

    def _call(self, name: str, command: str) -> Sequence[str]:
        # -P: what lies in the working folder is never taken for the program.
        return [str(self._versions.python(name)), "-P", "-m", "run_node", command, str(self._versions.station)]


def health_url(station: Path) -> str:
    """Where a station says that it is well, by its settings.

    Raises:
        OSError, ValueError: the settings cannot be read.
    """
    listen = station_settings(station).get("listen", {})
    host = EVERYWHERE.get(str(listen.get("host", "127.0.0.1")), str(listen.get("host", "127.0.0.1")))
    return f"http://{f'[{host}]' if ':' in host else host}:{listen.get('port', 8600)}/healthz"


def station_settings(station: Path) -> dict[str, Any]:
    """The settings as they are written; only what is asked here is read, so that a newer version's file does not matter.

    Raises:
        OSError, ValueError: the file cannot be read.
    """
    return tomllib.loads((station / "node.toml").read_text(encoding="utf-8"))
