import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from node.upkeep.processes import SystemProcesses, health_url, listens_at
from node.upkeep.versions import Versions

KEEPS_OUT = ("ssl", "email", "http.client", "urllib.request", "sqlite3", "flask", "requests", "cryptography")


class Station(BaseHTTPRequestHandler):
    """Answers with what the server holds as its `code`, and notes what it was asked."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]
        self.send_response(self.server.code)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Station) as made:
        made.code, made.asked = 200, []  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def settings(root: Path, text: str) -> Versions:
    versions = Versions(root)
    versions.station.mkdir(parents=True, exist_ok=True)
    (versions.station / "node.toml").write_text(text, encoding="utf-8")
    return versions


def test_a_station_that_says_yes_is_healthy_and_another_is_not(tmp_path: Path, server: HTTPServer) -> None:
    port = server.server_address[1]
    processes = SystemProcesses(settings(tmp_path, f"[listen]\nhost = '0.0.0.0'\nport = {port}\n"))
    assert processes.is_healthy()
    assert server.asked == [("/healthz", f"127.0.0.1:{port}")]  # type: ignore[attr-defined]
    server.code = 503  # type: ignore[attr-defined]
    assert not processes.is_healthy()


@pytest.mark.parametrize("text", ["[listen]\nport = 1\n", "[listen]\nport = 70000\n", "[listen]\nport = 'x'\n", "[listen\n"])
def test_where_nobody_answers_nobody_is_healthy(tmp_path: Path, text: str) -> None:
    assert not SystemProcesses(settings(tmp_path, text)).is_healthy()


@pytest.mark.parametrize(
    ("host", "at", "url"),
    [
        ("127.0.0.1", ("127.0.0.1", 8600), "http://127.0.0.1:8600/healthz"),
        ("::", ("::1", 8600), "http://[::1]:8600/healthz"),
        ("10.1.2.3", ("10.1.2.3", 8600), "http://10.1.2.3:8600/healthz"),
    ],
)
def test_a_station_is_asked_where_it_listens(tmp_path: Path, host: str, at: tuple[str, int], url: str) -> None:
    station = settings(tmp_path, f"[listen]\nhost = '{host}'\n").station
    assert (listens_at(station), health_url(station)) == (at, url)


def test_the_keeper_which_stays_beside_the_station_loads_little() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, node.upkeep.keeper; print([name for name in {KEEPS_OUT} if name in sys.modules])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"
