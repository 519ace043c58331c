"""The bad line itself: what it carries, cuts, flips and refuses. A bench that lies is worse than none."""

import hashlib
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.bad_line import shaped_proxy

WAIT_S = 20
Connect = Callable[[Any], socket.socket]


class Target:
    """A server. `sink` swallows all and answers its count and digest; `echo` sends everything back."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.counts: list[int] = []
        self.ended = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        count, digest = 0, hashlib.sha256()
        with connection:
            try:
                while data := connection.recv(65536):
                    count += len(data)
                    digest.update(data)
                    if self.mode == "echo":
                        connection.sendall(data)
                if self.mode == "sink":
                    connection.sendall(f"{count} {digest.hexdigest()}".encode())
            except OSError:
                pass
        self.counts.append(count)
        self.ended.release()


@pytest.fixture
def connect() -> Iterator[Connect]:
    opened: list[socket.socket] = []

    def open_one(proxy: Any) -> socket.socket:
        opened.append(socket.create_connection(proxy.listen[0], WAIT_S))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def line() -> Iterator[Callable[..., Any]]:
    proxies: list[Any] = []

    def start(target: Target, **shape: Any) -> Any:
        proxies.append(shaped_proxy.ShapedProxy([("127.0.0.1:0", target.address)], seed=4, **shape).start())
        return proxies[-1]

    yield start
    for one in proxies:
        one.stop()


def expect_bytes(connection: socket.socket) -> None:
    """An end without a reset is an end all the same."""
    if not connection.recv(1):
        raise ConnectionResetError


def read_all(connection: socket.socket) -> bytes:
    parts = []
    while data := connection.recv(65536):
        parts.append(data)
    return b"".join(parts)


def through(connection: socket.socket, data: bytes) -> str:
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    return read_all(connection).decode()


def answer_to(data: bytes) -> str:
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def test_a_good_line_changes_nothing_and_counts_every_byte(line: Callable[..., Any], connect: Connect) -> None:
    proxy = line(Target("sink"))
    data = random.Random(1).randbytes(1_000_000)
    answer = through(connect(proxy), data)
    assert answer == answer_to(data)
    stats = proxy.stats()
    assert (stats["up_bytes"], stats["down_bytes"], stats["resets"]) == (len(data), len(answer), 0)


def test_a_reset_comes_after_so_many_bytes(line: Callable[..., Any], connect: Connect) -> None:
    target = Target("sink")
    proxy = line(target, reset_every_kb=100)
    with pytest.raises(OSError):
        if not through(connect(proxy), bytes(500_000)):
            raise ConnectionResetError
    assert proxy.stats()["resets"] == 1
    assert proxy.stats()["up_bytes"] == 100 * 1024
    assert target.ended.acquire(timeout=WAIT_S)
    assert target.counts[0] <= 100 * 1024


def test_a_connection_cut_politely_ends_early(line: Callable[..., Any], connect: Connect) -> None:
    target = Target("sink")
    proxy = line(target, reset_every_kb=50, reset_mode="fin")
    connection = connect(proxy)
    try:
        connection.sendall(bytes(200_000))
    except OSError:
        pass
    assert target.ended.acquire(timeout=WAIT_S)
    assert target.counts == [50 * 1024]


def test_a_hung_connection_stays_open_and_moves_nothing(line: Callable[..., Any], connect: Connect) -> None:
    proxy = line(Target("sink"), reset_every_kb=10, reset_mode="hang")
    connection = connect(proxy)
    connection.sendall(bytes(50_000))
    connection.settimeout(0.5)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    assert proxy.stats()["up_bytes"] == 10 * 1024


def test_flipped_bits_arrive(line: Callable[..., Any], connect: Connect) -> None:
    proxy = line(Target("sink"), corrupt_every_kb=64)
    data = random.Random(2).randbytes(1_000_000)
    answer = through(connect(proxy), data)
    assert answer.split()[0] == str(len(data))
    assert answer != answer_to(data)
    assert 5 <= proxy.stats()["corrupted_bytes"] <= 30


@pytest.mark.parametrize("mode", ["reset", "refuse"])
def test_an_outage_ends_connections_and_refuses_new_ones(line: Callable[..., Any], connect: Connect, mode: str) -> None:
    proxy = line(Target("echo"), outage_mode=mode)
    before = connect(proxy)
    before.sendall(b"a")
    assert before.recv(1) == b"a"
    proxy.down()
    with pytest.raises(OSError):
        expect_bytes(before)
    with pytest.raises(OSError):
        expect_bytes(connect(proxy))
    proxy.up()
    after = connect(proxy)
    after.sendall(b"b")
    assert after.recv(1) == b"b"
    assert proxy.stats()["outages"] == 1


def test_a_frozen_line_goes_on_where_it_was(line: Callable[..., Any], connect: Connect) -> None:
    proxy = line(Target("echo"), outage_mode="freeze")
    connection = connect(proxy)
    connection.sendall(b"a")
    assert connection.recv(1) == b"a"
    proxy.down()
    connection.sendall(b"b")
    connection.settimeout(0.3)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    proxy.up()
    connection.settimeout(WAIT_S)
    assert connection.recv(1) == b"b"


def test_a_target_that_is_not_there_ends_the_connection(line: Callable[..., Any], connect: Connect) -> None:
    target = Target("sink")
    target.listener.shutdown(socket.SHUT_RDWR)
    target.listener.close()
    proxy = line(target)
    with pytest.raises(OSError):
        expect_bytes(connect(proxy))
    assert proxy.stats()["target_failed"] == 1


def test_many_connections_under_faults_never_mix_their_bytes(line: Callable[..., Any], connect: Connect) -> None:
    proxy = line(Target("echo"), reset_every_kb=100, reset_jitter=0.9, connect_fail_pct=5)
    outcomes: list[str] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(5):
            data = chance.randbytes(chance.randrange(1, 20_000))
            try:
                with socket.create_connection(proxy.listen[0], WAIT_S) as connection:
                    connection.sendall(data)
                    connection.shutdown(socket.SHUT_WR)
                    outcomes.append("good" if read_all(connection) == data else "wrong")
            except OSError:
                outcomes.append("cut")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(outcomes) == 60
    assert "wrong" not in outcomes and outcomes.count("good") > 20 and "cut" in outcomes


@pytest.mark.parametrize("address", ["8.8.8.8:80", "0.0.0.0:80", "example.com:80", "127.0.0.1", "127.0.0.1:99999"])
def test_only_loopback_is_served(address: str) -> None:
    with pytest.raises(ValueError):
        shaped_proxy.loopback_address(address)


def test_the_command_line_refuses_other_addresses() -> None:
    command = [sys.executable, str(Path(shaped_proxy.__file__)), "--map", "127.0.0.1:0=10.0.0.1:80"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 2
