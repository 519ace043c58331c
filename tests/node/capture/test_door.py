"""The scanning door: a real socket that is there as long as a telephone may come, and asks who sends before it reads."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from bench.county import wait_for
from node.capture import door as door_module
from node.capture.door import Doorway
from node.capture.listener import SMALL_BYTES, Listener
from node.errors import NotFoundError, RequestError
from tests.node.capture.conftest import Bench
from tests.node.capture.test_phone import Room

ROOM, OTHER = "192.168.7.7", "10.0.0.5"
HELD, ENTERED = threading.Event(), threading.Event()


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Says how much it was sent; `/slow` waits until it is let go."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        ENTERED.set()
        HELD.wait(5)
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(len(body)).encode()]


class Opened:
    """A door whose addresses are a room's, while its sockets are this machine's alone."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.found: tuple[str, ...] = (ROOM, OTHER)
        self.forgotten: list[str] = []
        self.door = Doorway(
            room.pairings, self.listen, lambda: self.found, 0, lambda: self.forgotten.append(threading.current_thread().name)
        )

    def listen(self, door: Doorway, host: str, port: int) -> Listener:
        return Listener(app, "127.0.0.1", port, 1 << 20, lambda path, cookies: (path, cookies) == ("/mine", "yizhan_phone=right"))

    def open(self, material: str = "mat_bank", address: str | None = None) -> int:
        self.door.open(self.room.login(), self.room.bench.number, material, "存折", address)
        return self.port(address or ROOM)

    def port(self, address: str = ROOM) -> int:
        return next(int(host.partition(":")[2]) for host in self.door.hosts() if host.startswith(address))


@pytest.fixture
def opened(bench: Bench) -> Iterator[Opened]:
    HELD.clear()
    ENTERED.clear()
    one = Opened(Room(bench))
    yield one
    HELD.set()
    one.door.close()


def is_open(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except ConnectionRefusedError:
        return False


def asked(port: int, head: str, body: bytes = b"") -> bytes:
    """All that is answered until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(f"{head}\r\nHost: x\r\nConnection: close\r\n\r\n".encode() + body)
        found = b""
        while data := line.recv(4096):
            found += data
        return found


def test_it_is_closed_until_the_first_pairing_and_again_after_the_last(opened: Opened) -> None:
    assert opened.door.hosts() == frozenset()
    port = opened.open()
    assert opened.open("mat_id") == port and is_open(port)
    room = opened.room
    room.pairings.stop(room.login(), room.bench.number, "mat_bank")
    assert opened.door.sweep() and is_open(port)
    room.pairings.stop(room.login(), room.bench.number, "mat_id")
    assert not opened.door.sweep()
    assert not is_open(port) and opened.door.hosts() == frozenset()
    assert is_open(opened.open())


def test_it_closes_by_itself_when_the_time_is_over(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "SWEEP_EVERY_S", 0.02)
    before = set(threading.enumerate())
    port = opened.open()
    opened.room.clock.move(minutes=10)
    assert wait_for(lambda: not is_open(port), 5) and opened.door.hosts() == frozenset()
    assert wait_for(lambda: set(threading.enumerate()) <= before, 5), "no thread is left over"
    assert len(opened.forgotten) == 1, "what its thread had opened was let go"


def test_it_closes_even_when_looking_after_it_failed_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "SWEEP_EVERY_S", 0.02)
    sweep, failures = opened.door.sweep, iter([True, True])

    def fails_at_first() -> bool:
        if next(failures, False):
            raise OSError("the disk")
        return sweep()

    monkeypatch.setattr(opened.door, "sweep", fails_at_first)
    opened.open()
    opened.room.clock.move(minutes=10)
    assert wait_for(lambda: not opened.door.hosts(), 5)


def test_each_address_has_its_own_socket(opened: Opened) -> None:
    first, second = opened.open(), opened.open("mat_id", OTHER)
    assert opened.door.hosts() == {f"{ROOM}:{first}", f"{OTHER}:{second}"} and first != second
    room = opened.room
    room.pairings.stop(room.login(), room.bench.number, "mat_bank")
    opened.door.sweep()
    assert not is_open(first) and is_open(second)


def test_the_codes_address_holds_the_token_where_no_request_carries_it(opened: Opened) -> None:
    opened.open()
    (pairing,) = opened.room.pairings.of_slot(opened.room.login(), opened.room.bench.number, "mat_bank")
    assert opened.door.url(pairing) == f"http://{ROOM}:{opened.port()}/#{pairing.token}"
    assert opened.door.url(opened.room.pairings.redeem(pairing.token)) == ""


def test_the_usual_port_is_left_out_as_browsers_do(opened: Opened) -> None:
    opened.open()
    opened.door._open[ROOM].port = 80
    assert opened.door.hosts() == {ROOM}


def test_without_a_network_or_at_a_strange_address_nothing_is_opened(opened: Opened) -> None:
    for address in ("127.0.0.1", "0.0.0.0", "192.168.7.8"):
        with pytest.raises(RequestError, match="phone_address"):
            opened.open(address=address)
    opened.found = ()
    with pytest.raises(RequestError, match="phone_lan"):
        opened.open()
    with pytest.raises(NotFoundError):
        opened.found = (ROOM,)
        opened.open("nothing")
    assert opened.door.hosts() == frozenset() and opened.room.pairings.sweep() == frozenset()


def test_a_port_that_is_taken_is_told_and_leaves_no_pairing(opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        opened.door._port = other.getsockname()[1]
        with pytest.raises(RequestError) as refused:
            opened.open()
        assert (refused.value.code, refused.value.facts["port"]) == ("phone_port", opened.door._port)
    assert opened.door.hosts() == frozenset() and opened.room.pairings.sweep() == frozenset()


@pytest.mark.parametrize(
    "head",
    [
        f"POST /mine HTTP/1.1\r\nContent-Length: {SMALL_BYTES + 1}",
        f"POST /mine HTTP/1.1\r\nCookie: yizhan_phone=wrong\r\nContent-Length: {SMALL_BYTES + 1}",
        f"POST /other HTTP/1.1\r\nCookie: yizhan_phone=right\r\nContent-Length: {SMALL_BYTES + 1}",
        "POST /redeem HTTP/1.1\r\nTransfer-Encoding: chunked",
        f"POST /mine HTTP/1.1\r\nCookie: yizhan_phone=right\r\nContent-Length: {2 << 20}",
    ],
    ids=["no cookie", "wrong cookie", "other path", "no length", "too large"],
)
def test_a_large_body_is_refused_before_any_of_it_is_sent(opened: Opened, head: str) -> None:
    answer = asked(opened.open(), head)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.0 400"))


def test_a_small_body_is_anybodys_and_a_large_one_who_may_send_it(opened: Opened) -> None:
    port = opened.open()
    assert asked(port, "POST /redeem HTTP/1.1\r\nContent-Length: 4", b"body").endswith(b"\r\n\r\n4")
    large = bytes(SMALL_BYTES + 1)
    head = f"POST /mine HTTP/1.1\r\nCookie: yizhan_phone=right\r\nContent-Length: {len(large)}"
    assert asked(port, head, large).endswith(f"\r\n\r\n{len(large)}".encode())


def test_what_is_being_answered_when_it_closes_is_answered(opened: Opened) -> None:
    port, answers = opened.open(), []
    caller = threading.Thread(target=lambda: answers.append(asked(port, "GET /slow HTTP/1.1")))
    caller.start()
    assert ENTERED.wait(5)
    closing = threading.Thread(target=opened.door.close)
    closing.start()
    assert wait_for(lambda: not is_open(port), 5)
    HELD.set()
    caller.join(5)
    closing.join(10)
    assert answers and answers[0].endswith(b"\r\n\r\n0")
