"""Serving: which addresses may be bound, and one real process that answers, refuses too much, and stops when told."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from waitress import create_server

from node.commands.demo import RUN_NODE
from node.config import LimitSettings, ListenSettings, load_config, write_config
from node.enrolment.founding import NewStation, found_station
from node.errors import NotAllowedError, RequestError
from node.roles import Tier
from node.serve import _hang_up, is_loopback, listen_address
from tests.fakes import SetClock

LOCAL = ListenSettings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "cun.example", ""])
def test_anything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_the_settings_are_used_unless_told_otherwise() -> None:
    assert listen_address(None, LOCAL) == ("127.0.0.1", 8600)
    assert listen_address("127.0.0.1:9000", LOCAL) == ("127.0.0.1", 9000)
    assert listen_address("[::1]:9000", LOCAL) == ("::1", 9000)


@pytest.mark.parametrize("asked", ["9000", ":9000", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:９０００"])
def test_what_is_no_address_is_refused(asked: str) -> None:
    with pytest.raises(RequestError) as caught:
        listen_address(asked, LOCAL)
    assert caught.value.code == "listen"


def test_other_machines_may_come_only_by_setting() -> None:
    for settings in (replace(LOCAL, host="0.0.0.0"), LOCAL):
        with pytest.raises(NotAllowedError):
            listen_address("0.0.0.0:9000" if settings is LOCAL else None, settings)
    assert listen_address("0.0.0.0:9000", replace(LOCAL, plain_lan=True)) == ("0.0.0.0", 9000)
    assert listen_address("0.0.0.0:9000", replace(LOCAL, behind_proxy=True)) == ("0.0.0.0", 9000)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    found_station(folder, NewStation("示例县", Tier.COUNTY, "131025000000"), None, SetClock())
    config = load_config(folder)
    write_config(folder, replace(config, listen=ListenSettings(port=free_port()), limits=LimitSettings(request_mib=1)))
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator["subprocess.Popen[str]"]:
    process = start(place)
    yield process
    process.kill()
    process.wait()


def start(place: Path, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(RUN_NODE), "serve", str(place), *more]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_station_says_where_it_is_answers_refuses_too_much_and_stops_when_told(served: "subprocess.Popen[str]", place: Path) -> None:
    port = load_config(place).listen.port
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", first_line(served))
    assert found is not None and int(found[1]) == port

    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/healthz")
    answer = line.getresponse()
    assert (answer.status, answer.read().strip(), answer.getheader("Server")) == (200, b'{"status":"ok"}', None)

    line.putrequest("POST", "/api/v1/login")
    line.putheader("Content-Length", str(1 << 40))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()

    second = start(place)
    assert second.wait(30) == 2
    assert second.stderr is not None and "占用" in second.stderr.read()

    served.send_signal(signal.SIGTERM)
    assert served.wait(30) == 0


def test_a_station_open_to_the_lan_in_the_clear_says_so(place: Path) -> None:
    config = load_config(place)
    write_config(place, replace(config, listen=ListenSettings("0.0.0.0", free_port(), plain_lan=True)))
    process = start(place)
    try:
        first_line(process)
        assert "明文" in first_line(process)
    finally:
        process.terminate()
        assert process.wait(30) == 0
        write_config(place, config)


def test_a_large_body_is_never_spooled_to_a_temporary_file(place: Path) -> None:
    process = start(place)
    try:
        first_line(process)
        line = http.client.HTTPConnection("127.0.0.1", load_config(place).listen.port, timeout=10)
        line.putrequest("POST", "/api/v1/login")
        line.putheader("Content-Length", str(1_000_000))
        line.endheaders()
        line.send(b"x" * (900 << 10))
        answer = http.client.HTTPConnection("127.0.0.1", load_config(place).listen.port, timeout=10)
        for _ in range(150):  # each turn of the server reads a little more of the first body
            answer.request("GET", "/healthz")
            assert answer.getresponse().read().strip() == b'{"status":"ok"}'
            files = [os.readlink(entry) for entry in Path(f"/proc/{process.pid}/fd").iterdir() if entry.is_symlink()]
            assert [name for name in files if "(deleted)" in name] == []
    finally:
        process.terminate()
        process.wait(30)


def test_what_browsers_keep_open_is_closed_when_the_server_ends() -> None:
    server = create_server(lambda environ, start_response: [], host="127.0.0.1", port=0)
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port), 10) as browser:
            server.asyncore.loop(timeout=1, map=server._map, count=2)
            assert len(server.active_channels) == 1
            _hang_up(server)
            assert browser.recv(1) == b""
    finally:
        server.task_dispatcher.shutdown()
        server.close()
