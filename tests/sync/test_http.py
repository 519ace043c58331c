"""The wire over real HTTP: a real server on loopback, the courier on one side, bad lines and hostile servers between."""

import json
import logging
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask, Response, request
from urllib3 import HTTPConnectionPool
from waitress import create_server

from node.web.peer import peer_blueprint
from sync.boxes import Piece
from sync.caller import Caller
from sync.door import Door
from sync.errors import DoorError, EnrolRefusedError, LinkDownError
from sync.exchange import MAX_EXCHANGE_BYTES, Letterbag
from sync.http import HttpWire
from sync.sessions import CHALLENGE_S
from sync.wire import EnclosureState
from tests.sync.fakes import TOWN, VILLAGE, FakeClock, Station, courier, digest, identity, parcel, sign, verify
from tests.tools.bad_line import bad_line, url_of

HELLO = b'{"challenge":"x","station":"13102510500001"}'


@contextmanager
def served(town: Station, app: Flask | None = None) -> Iterator[int]:
    """A town's door behind the server that stations use; the port."""
    if app is None:
        app = Flask(__name__)
        app.register_blueprint(peer_blueprint(town.door))
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)

    def run() -> None:
        # Closing it from another thread takes the sockets from under its loop.
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield int(server.effective_port)
    finally:
        # Its loop ends by itself once the last kept-alive connection is gone; nothing waits for that.
        server.close()


@contextmanager
def answering(answer: bytes, then: Callable[[socket.socket], None] = lambda connection: None) -> Iterator[HttpWire]:
    """A wire to a server that says the same to everyone and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)
                then(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    wire = HttpWire(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_s=2, read_s=0.3)
    try:
        yield wire
    finally:
        wire.close()
        # A blocked accept does not notice a close: shut the socket down first.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def http(status: str, body: bytes, *lines: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{''.join(line + chr(13) + chr(10) for line in lines)}\r\n".encode() + body


@pytest.fixture
def town() -> Station:
    return Station(TOWN, FakeClock())


@pytest.fixture
def village() -> Station:
    return Station(VILLAGE, FakeClock())


def load(village: Station, town: Station, scans: int = 2, size: int = 120_000) -> list[str]:
    """Scans and letters up, a scan and letters down; the ids that must be whole at the town."""
    chance = random.Random(7)
    ids = []
    for number in range(1, scans + 1):
        scan = chance.randbytes(size)
        village.outbox.queue(TOWN, parcel(500 + number, scans=[scan]))
        ids.append(village.shelf.put(scan))
    village.shelf.send(TOWN, *ids)
    village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 41)))
    below = chance.randbytes(size)
    town.shelf.put(below)
    town.outbox.queue(VILLAGE, *(parcel(number, TOWN, (VILLAGE,)) for number in range(1, 21)), parcel(99, TOWN, (VILLAGE,), [below]))
    return [*ids, digest(below)]


def all_is_well(village: Station, town: Station, ids: list[str]) -> bool:
    arrived = len(town.receiver.admitted) == 40 + len(ids) - 1 and len(village.receiver.admitted) == 21
    return arrived and all(town.shelf.is_whole(one) for one in ids[:-1]) and village.shelf.is_whole(ids[-1])


def test_everything_goes_over_http(village: Station, town: Station) -> None:
    ids = load(village, town)
    with served(town) as port:
        report = courier(village, HttpWire(f"http://127.0.0.1:{port}")).carry_once()
    assert report.failure is None
    assert all_is_well(village, town, ids)
    assert len(set(town.receiver.admitted)) == len(town.receiver.admitted)


def test_scans_cost_little_more_than_their_bytes(village: Station, town: Station) -> None:
    scan = random.Random(1).randbytes(900_000)
    village.outbox.queue(TOWN, parcel(1, scans=[scan]))
    village.shelf.send(TOWN, village.shelf.put(scan))
    with served(town) as port, bad_line(port) as line:
        courier(village, HttpWire(url_of(line))).carry_once()
        assert line.stats()["total_bytes"] < len(scan) * 1.025
    assert town.shelf.is_whole(digest(scan))


def test_an_idle_check_is_less_than_a_kilobyte(village: Station, town: Station) -> None:
    with served(town) as port, bad_line(port) as line:
        carrier = courier(village, HttpWire(url_of(line)))
        carrier.carry_once()
        before = line.stats()["total_bytes"]
        assert carrier.carry_once().failure is None
        assert 0 < line.stats()["total_bytes"] - before < 500


def test_a_line_that_is_reset_again_and_again_carries_all_and_repeats_little(village: Station, town: Station) -> None:
    ids = load(village, town, scans=3)
    with served(town) as port, bad_line(port, seed=1, reset_every_kb=60, reset_jitter=0.5) as line:
        carrier = courier(village, HttpWire(url_of(line)))
        for _ in range(20):
            carrier.carry_once()
            if all_is_well(village, town, ids) and not village.outbox.due(TOWN, 1):
                break
        resets = line.stats()["resets"]
    assert all_is_well(village, town, ids)
    assert resets >= 5
    written = sum(length for _, _, length in town.shelf.writes)
    assert written <= 3 * 120_000 + resets * 32 * 1024


def test_a_line_that_flips_bits_carries_all_in_the_end(village: Station, town: Station) -> None:
    ids = load(village, town, scans=1, size=30_000)
    with served(town) as port, bad_line(port, seed=1, corrupt_every_kb=24) as line:
        carrier = courier(village, HttpWire(url_of(line), read_s=1.0))
        for _ in range(25):
            carrier.carry_once()
            village.clock.advance(4000)
            if all_is_well(village, town, ids):
                break
        assert line.stats()["corrupted_bytes"] > 0
    assert all_is_well(village, town, ids)
    assert len(set(town.receiver.admitted)) == len(town.receiver.admitted)


@pytest.mark.parametrize(("mode", "failure"), [("refuse", "unreachable"), ("reset", "broken")])
def test_a_line_that_refuses_or_resets_is_not_reachable_and_a_return_is_noticed(
    village: Station, town: Station, mode: str, failure: str
) -> None:
    with served(town) as port, bad_line(port, seed=1, outage_mode=mode) as line:
        wire = HttpWire(url_of(line), connect_s=0.2)
        carrier = courier(village, wire)
        assert carrier.carry_once().failure is None
        line.down()
        assert carrier.carry_once().failure == failure
        assert not wire.is_reachable()
        line.up()
        assert wire.is_reachable()
        assert carrier.carry_once().failure is None


def test_no_proxy_of_the_environment_is_used(village: Station, town: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served(town) as port:
        assert courier(village, HttpWire(f"http://127.0.0.1:{port}")).carry_once().failure is None


def hello(wire: HttpWire) -> str:
    """Why a hello failed."""
    try:
        wire.hello(VILLAGE)
    except LinkDownError as error:
        return error.why
    except DoorError as error:
        return error.code
    return "answered"


def test_a_redirect_is_not_followed(town: Station) -> None:
    with served(town) as port, answering(http("307 Go", b"", f"Location: http://127.0.0.1:{port}/peer/v1/hello")) as wire:
        assert hello(wire) == "bad_answer"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http("200 OK", b"<html>login</html>"), "bad_answer"),
        (http("200 OK", b"[1]"), "bad_answer"),
        (http("200 OK", b'{"challenge":1,"station":"x"}'), "bad_answer"),
        (http("200 OK", b"[" * 60_000), "bad_answer"),
        (http("200 OK", HELLO[:-1] + b" " * 70_000 + b"}"), "bad_answer"),
        (http("418 Tea", b""), "bad_answer"),
        (http("500 Oh", b"<html>"), "error"),
        (http("503 Oh", b""), "busy"),
        (http("403 No", b'{"error":"not_admitted"}'), "not_admitted"),
        (http("200 OK", HELLO)[:-5], "broken"),
        (b"SSH-2.0-x\r\n", "broken"),
        (b"", "broken"),
    ],
)
def test_a_strange_answer_has_its_reason(answer: bytes, why: str) -> None:
    with answering(answer) as wire:
        assert hello(wire) == why


def test_an_answer_that_never_comes_times_out() -> None:
    heard = threading.Event()

    def say_nothing(connection: socket.socket) -> None:
        heard.wait(10)

    with answering(b"", say_nothing) as wire:
        assert hello(wire) == "timeout"
        heard.set()


def test_an_answer_without_end_is_stopped() -> None:
    def pour(connection: socket.socket) -> None:
        try:
            for _ in range(2000):
                connection.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
        except OSError:
            return

    with answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", pour) as wire:
        with pytest.raises(LinkDownError, match="bad_answer"):
            wire.exchange("token", Letterbag(down_bytes=MAX_EXCHANGE_BYTES).to_bytes())


@pytest.mark.parametrize("url", ["ftp://x", "http://", "x", "http://a@b/", "http://x/?q", "file:///etc/passwd"])
def test_an_address_that_is_no_door_is_a_mistake(url: str) -> None:
    with pytest.raises(ValueError, match="door"):
        HttpWire(url)


def test_a_signature_passes_the_wire_unchanged(village: Station, town: Station) -> None:
    with served(town) as port:
        wire = HttpWire(f"http://127.0.0.1:{port}/")
        greeting = wire.hello(VILLAGE)
        message = f"yizhan door 1\n{greeting.challenge}\n{VILLAGE}\n{greeting.station}\n".encode()
        session = wire.session(greeting.challenge, VILLAGE, digest(VILLAGE.encode()), sign(message))
        assert wire.exchange(session.token, Letterbag(down_bytes=4096).to_bytes()) is None
        wire.close()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        ("202 Accepted", b'{"state":"waiting","code":"482-913"}', None),
        ("200 OK", b"yizhan answer 1\n", b"yizhan answer 1\n"),
    ],
)
def test_a_request_to_join_waits_or_brings_its_answer(status: str, body: bytes, told: bytes | None) -> None:
    with answering(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)) as wire:
        assert wire.enrol(b"request").answer == told


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        ("403 Forbidden", b'{"error":"invitation_used"}', EnrolRefusedError, "invitation_used"),
        ("403 Forbidden", b'{"error":"<b>"}', LinkDownError, "bad_answer"),
        ("404 Not Found", b"not a station", LinkDownError, "bad_answer"),
        ("503 Busy", b'{"error":"busy"}', LinkDownError, "busy"),
        ("500 Oops", b"", LinkDownError, "error"),
        ("302 Found", b"", LinkDownError, "bad_answer"),
    ],
)
def test_a_request_to_join_that_is_not_taken_says_why(status: str, body: bytes, error: type[Exception], said: str) -> None:
    with answering(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)) as wire:
        with pytest.raises(error) as caught:
            wire.enrol(b"request")
        assert str(caught.value) == said


class Paths:
    """A town's door that notes which calls came, and can play one of the first version."""

    def __init__(self, town: Station, *, is_old: bool = False, digest: Callable[[bytes], str] | None = None) -> None:
        self.app = Flask(__name__)
        self.app.register_blueprint(peer_blueprint(town.door, digest=digest))
        self.seen: list[str] = []
        self.app.before_request(self._note)
        self.statuses: list[int] = []
        self.app.after_request(self._note_status)
        if is_old:
            self.app.after_request(self._forget)

    def _note_status(self, response: Response) -> Response:
        self.statuses.append(response.status_code)
        return response

    def _note(self) -> None:
        self.seen.append(request.full_path.removeprefix("/peer/v1").rstrip("?"))

    def _forget(self, response: Response) -> Response:
        """A session that promises nothing; a piece is answered in full all the same."""
        if request.path.endswith("/session") and response.status_code == 200:
            value = json.loads(response.data)
            del value["can"]
            response.data = json.dumps(value)
        return response


def test_a_newer_caller_says_everything_plainly_to_an_older_door(village: Station, town: Station) -> None:
    ids = load(village, town)
    paths = Paths(town, is_old=True)
    with served(town, paths.app) as port:
        assert courier(village, HttpWire(f"http://127.0.0.1:{port}")).carry_once().failure is None
    assert all_is_well(village, town, ids)
    assert "/exchange" in paths.seen and not {"/packed", "/bell"} & set(paths.seen)


class OlderWire(HttpWire):
    """A caller of the first version: it knows neither packed exchanges nor short answers."""

    def exchange(self, token: str, body: bytes) -> bytes | None:
        self._packed_for = ""
        return super().exchange(token, body)

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        value = self._json("PUT", f"/enclosures/{enclosure_id}?offset={offset}", token, data)
        return EnclosureState(value["size"], tuple(Piece(*pair) for pair in value["missing"]))


def test_an_older_caller_goes_on_working_at_a_newer_door(village: Station, town: Station) -> None:
    ids = load(village, town)
    paths = Paths(town)
    with served(town, paths.app) as port:
        assert courier(village, OlderWire(f"http://127.0.0.1:{port}")).carry_once().failure is None
    assert all_is_well(village, town, ids)
    assert "/packed" not in paths.seen and not any("brief" in path for path in paths.seen)


def test_between_newer_programs_exchanges_are_packed_and_a_door_that_forgot_is_told_in_full(village: Station, town: Station) -> None:
    paths = Paths(town)
    with served(town, paths.app) as port:
        wire = HttpWire(f"http://127.0.0.1:{port}")
        carrier = courier(village, wire)
        village.outbox.queue(TOWN, parcel(1))
        carrier.carry_once()
        carrier.carry_once()
        assert "/exchange" not in paths.seen and paths.seen.count("/packed") >= 1
        assert set(paths.statuses) == {200}
        wire._memory = wire._memory.after(b"what only one of them knows")
        village.outbox.queue(TOWN, parcel(2))
        before = paths.seen.count("/packed")
        assert carrier.carry_once().failure is None
        assert paths.seen.count("/packed") == before + 2
    assert len(town.receiver.admitted) == 2


def test_a_caller_that_knows_how_ids_are_made_folds_at_a_door_that_does_too(village: Station, town: Station) -> None:
    """And says it in full when the door has forgotten; at a door that only squeezes, it squeezes."""
    for number, folds in ((1, True), (3, False)):
        paths = Paths(town, digest=digest if folds else None)
        path, other = ("/folded", "/packed") if folds else ("/packed", "/folded")
        with served(town, paths.app) as port:
            wire = HttpWire(f"http://127.0.0.1:{port}").knows(digest)
            carrier = courier(village, wire)
            carrier.carry_once()
            village.outbox.queue(TOWN, parcel(number))
            carrier.carry_once()
            before = paths.seen.count(path)
            assert before and other not in paths.seen and set(paths.statuses) == {200}
            assert digest(parcel(number)).encode() in wire._memory.named
            wire._memory = wire._memory.after(b"what only one of them knows")
            village.outbox.queue(TOWN, parcel(number + 1))
            assert carrier.carry_once().failure is None
            assert paths.seen.count(path) == before + 2
    assert len(town.receiver.admitted) == 4


def test_the_first_exchange_goes_in_one_call_with_the_session(village: Station, town: Station) -> None:
    paths = Paths(town)
    village.outbox.queue(TOWN, parcel(1))
    with served(town, paths.app) as port:
        carrier = courier(village, HttpWire(f"http://127.0.0.1:{port}"))
        assert carrier.carry_once().failure is None
        assert paths.seen[:2] == ["/hello", "/session"] and paths.seen[2:] in ([], ["/packed"])
    assert len(town.receiver.admitted) == 1 and not village.outbox.has_due(TOWN)


def test_a_no_to_the_first_exchange_leaves_the_session_open(town: Station) -> None:
    paths = Paths(town)
    with served(town, paths.app) as port:
        caller = Caller(HttpWire(f"http://127.0.0.1:{port}"), identity(), TOWN)
        assert caller.greet() and not caller.has_session()
        with pytest.raises(DoorError) as refused:
            caller.exchange(b"these are no records")
        assert (refused.value.code, caller.has_session(), caller.is_alive) == ("bad_request", True, True)
        assert caller.exchange(Letterbag(down_bytes=1024).to_bytes()) is None
        assert paths.seen == ["/hello", "/session", "/packed"]
        caller.close()


def test_a_session_that_is_refused_takes_nothing_in(town: Station) -> None:
    with served(town) as port:
        wire = HttpWire(f"http://127.0.0.1:{port}")
        greeting = wire.hello(VILLAGE)
        with pytest.raises(DoorError) as refused:
            wire.session_with(greeting.challenge, VILLAGE, digest(b"x"), b"forged", (), Letterbag(parcels=(parcel(1),)).to_bytes())
        wire.close()
    assert refused.value.code == "not_admitted" and not town.receiver.admitted


@pytest.mark.parametrize("body", [b'{"error":"no_such_code"}', b'{"error":1}', b'{"expires_s":1,"token":"x"}\nnot packed', b"", b"\n"])
def test_an_answer_to_session_and_exchange_that_makes_no_sense_is_a_line_that_is_down(body: bytes) -> None:
    if body.startswith(b'{"error"'):
        body = body[:-1] + b',"expires_s":1,"token":"x"}'
    with answering(http("200 OK", body)) as wire, pytest.raises(LinkDownError) as down:
        wire.session_with("x", VILLAGE, digest(b"x"), b"signed", (), Letterbag(down_bytes=1024).to_bytes())
    assert down.value.why == "bad_answer"


def test_a_greeting_that_has_grown_old_is_said_anew(village: Station, town: Station) -> None:
    with served(town) as port:
        caller = Caller(HttpWire(f"http://127.0.0.1:{port}"), identity(), TOWN)
        caller.greet()
        town.clock.advance(CHALLENGE_S + 1)
        assert caller.exchange(Letterbag(down_bytes=1024).to_bytes()) is None
        assert caller.has_session()
        caller.close()


def test_connections_are_opened_ahead_of_need_and_used(town: Station) -> None:
    with served(town) as port, bad_line(port) as line:
        wire = HttpWire(url_of(line), connect_s=2)
        opened = wire.open_ahead(3)
        assert len(opened) == 3, "urllib3 has no more what `open_ahead` takes of it: look for what it has instead"
        for open_one in opened:
            open_one()
        for _ in range(3):
            wire.hello(VILLAGE)
        assert line.stats()["accepted"] == 3
        line.down()
        for open_one in wire.open_ahead(5):
            open_one()
        wire.close()


@pytest.mark.parametrize("gone", ["_get_conn", "_put_conn"])
def test_no_connection_is_opened_ahead_where_urllib3_has_no_way_for_it(monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    wire = HttpWire("http://127.0.0.1:9", connect_s=1)
    monkeypatch.delattr(HTTPConnectionPool, gone)
    assert wire.open_ahead(3) == []


def test_a_line_that_swallows_bytes_and_delivers_them_late_is_not_given_up(village: Station, town: Station) -> None:
    """The wait for an answer begins when the kernel has taken the bytes; they may be on their way for far longer than `read_s`."""
    scan = random.Random(3).randbytes(100_000)
    village.outbox.queue(TOWN, parcel(1, scans=[scan]))
    village.shelf.send(TOWN, village.shelf.put(scan))
    with served(town) as port, bad_line(port, kbit=400, buffer_kb=256) as line:
        report = courier(village, HttpWire(url_of(line), read_s=0.2)).carry_once()
        assert line.stats()["accepted"] <= 12
    assert (report.failure, report.bytes_up) == (None, 100_000)
    assert town.shelf.is_whole(digest(scan))


def test_connections_are_kept_though_there_is_nothing_to_say(village: Station, town: Station) -> None:
    with served(town) as port, bad_line(port) as line:
        carrier = courier(village, HttpWire(url_of(line)))
        for _ in range(5):
            assert carrier.carry_once().failure is None
        assert line.stats()["accepted"] == 1


def test_the_bell_rings_over_http(town: Station) -> None:
    town.door = Door(TOWN, town.outbox, town.shelf, town.receiver, verify, town.clock, bell_places=1)
    with served(town) as port:
        caller = Caller(HttpWire(f"http://127.0.0.1:{port}", read_s=0.3), identity(), TOWN)
        caller.exchange(Letterbag(down_bytes=1024).to_bytes())
        assert caller.has_bell()
        assert caller.bell(1) is False
        town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
        assert caller.bell(50) is True


def test_a_request_has_no_header_that_is_not_needed(village: Station, town: Station) -> None:
    paths, seen = Paths(town), set[str]()
    paths.app.before_request(lambda: seen.update(request.headers.keys()))
    village.outbox.queue(TOWN, parcel(1))
    with served(town, paths.app) as port:
        carrier = courier(village, HttpWire(f"http://127.0.0.1:{port}"))
        for _ in range(2):
            assert carrier.carry_once().failure is None
    assert seen == {"Host", "Content-Length", "Authorization"}
