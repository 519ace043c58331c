"""The wire, our side of it: the calls of the peers' door over HTTP. The only place that knows requests."""

import base64
import io
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from sync.answers import can_of, door_code_of, enrol_refusal, integer_of, introduction_of, object_of, refusal, state_of, text_of
from sync.chunks import MAX_PIECE_BYTES
from sync.errors import DoorError, LinkDownError, RecordError
from sync.exchange import MAX_EXCHANGE_BYTES
from sync.fold import fold, names_in, unfold
from sync.records import json_bytes
from sync.sessions import Session
from sync.squeeze import Memory, squeeze, unsqueeze
from sync.unguessed import no_guessers
from sync.wire import EnclosureState, EnrolState, Greeting

with no_guessers():
    import requests
    from requests.adapters import HTTPAdapter

CONNECT_S, READ_S = 10.0, 30.0
LINGER_S = 1.0
"""So long a knock waits whether the far end hangs up."""

SLOWEST_BYTES_PER_S = 1024
"""What was handed to the kernel may still be on its way; the wait for an answer allows for this pace, and for all that is in flight."""

SKIP_HEADER = "@@@SKIP_HEADER@@@"
"""As the value of a header that would be sent by itself: leave it out. Source: urllib3, `urllib3.util.SKIP_HEADER`."""

MAX_JSON_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Of the answer to a request: it brings the certificates of a whole township."""

MAX_POOL = 16
KEEP_ALIVE = (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
"""A line that dies while an answer is waited for is noticed in half a minute, where the system has these."""


Unpack = Callable[[bytes, Sequence[Memory], int], tuple[bytes, Memory]]


class HttpWire:
    """The parent's door at `base_url`, such as `http://10.1.2.3:8600`. Follows no redirect and no proxy of the environment.

    It squeezes exchanges where the door can, and folds them once it `knows` how ids are made.

    Raises, all calls:
        LinkDownError: no whole answer in time, or one that makes no sense.
        DoorError: the answer was no.
    """

    def __init__(self, base_url: str, connect_s: float = CONNECT_S, read_s: float = READ_S) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(f"not the address of a door: {base_url!r}")
        self._address = (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        self._door = base_url.rstrip("/") + "/peer/v1"
        self._connect_s = connect_s
        self._read_s = read_s
        self._session = self._new_session()
        self._lock = threading.Lock()
        self._in_flight_bytes = 0
        self._digest: Callable[[bytes], str] | None = None
        self._packed_for = ""
        self._folds = False
        self._memory = Memory()

    def knows(self, digest: Callable[[bytes], str]) -> "HttpWire":
        """This wire, from now on with the digest that makes ids."""
        self._digest = digest
        return self

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        # Headers are a large part of an idle check and of a small piece: send only what is needed. Parcels do not compress.
        session.headers.clear()
        session.headers.update({"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER})
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(pool_connections=1, pool_maxsize=MAX_POOL, max_retries=0))
        return session

    def hello(self, station: str) -> Greeting:
        """Ask for a challenge."""
        value = self._json("POST", "/hello", None, json_bytes({"station": station}))
        return Greeting(text_of(value, "challenge"), text_of(value, "station"), introduction_of(value), can_of(value))

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        """Answer it; `certificates` are for a door that does not know the caller."""
        return self._opened(self._json("POST", "/session", None, _proof(challenge, station, signer, signature, certificates)))

    def session_with(
        self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes], body: bytes
    ) -> Session:
        """Answer it and give the first letterbag, in one call."""
        asked = _proof(challenge, station, signer, signature, certificates) + b"\n" + squeeze(body, Memory())
        answer = self._call("POST", "/session", None, asked, MAX_JSON_BYTES + MAX_EXCHANGE_BYTES) or b""
        said, _, squeezed = answer.partition(b"\n")
        value = object_of(said)
        session = self._opened(value)
        if (code := door_code_of(value)) is not None:
            return replace(session, refused=code)
        return replace(session, answer=self._unpacked(squeezed or None, self._after(Memory(), body), unsqueeze))

    def _opened(self, value: dict[str, Any]) -> Session:
        token = text_of(value, "token")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise LinkDownError("bad_answer")
        can = can_of(value)
        self._packed_for, self._memory = token if "packed" in can else "", Memory()
        self._folds = self._digest is not None and "folded" in can
        return Session(token, integer_of(value, "expires_s"), can)

    def exchange(self, token: str, body: bytes) -> bytes | None:
        """Give a letterbag, get one; squeezed, where the door can."""
        if token != self._packed_for:
            return self._call("POST", "/exchange", token, body, MAX_EXCHANGE_BYTES)
        try:
            return self._packed(token, body)
        except DoorError as error:
            if error.code != "dictionary":
                raise
        # The door does not remember what was said, or the bytes were damaged: say it in full.
        self._memory = Memory()
        try:
            return self._packed(token, body)
        except DoorError as error:
            if error.code != "dictionary":
                raise
            raise LinkDownError("broken") from error

    def _packed(self, token: str, body: bytes) -> bytes | None:
        asked = self._after(self._memory, body)
        path, pack, unpack = ("/folded", fold, unfold) if self._folds else ("/packed", squeeze, unsqueeze)
        squeezed = self._call("POST", path, token, pack(body, self._memory), MAX_EXCHANGE_BYTES)
        return self._unpacked(squeezed, asked, unpack)

    def _after(self, memory: Memory, said: bytes) -> Memory:
        return memory.after(said, names_in(said, self._digest) if self._digest else b"")

    def _unpacked(self, squeezed: bytes | None, asked: Memory, unpack: Unpack) -> bytes | None:
        """An answer, squeezed with the memory of what was said up to it. What was said is remembered when it is known to have arrived."""
        if squeezed is None:
            self._memory = asked
            return None
        try:
            answer, _ = unpack(squeezed, (asked,), MAX_EXCHANGE_BYTES)
        except RecordError as error:
            raise LinkDownError("bad_answer") from error
        self._memory = self._after(asked, answer)
        return answer

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure is there."""
        return state_of(self._json("GET", f"/enclosures/{enclosure_id}", token, None))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        """Give a piece. A door of before does not know `brief`, and says each time what is missing."""
        answer = self._call("PUT", f"/enclosures/{enclosure_id}?offset={offset}&brief=1", token, data, MAX_JSON_BYTES)
        return None if answer is None else state_of(object_of(answer))

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        """Get a piece."""
        path = f"/enclosures/{enclosure_id}/piece?offset={offset}&length={length}"
        return self._call("GET", path, token, None, MAX_PIECE_BYTES, length) or b""

    def bell(self, token: str, wait_s: float) -> bool:
        """Wait at the door; whether something has come."""
        return self._call("GET", f"/bell?wait={int(wait_s)}", token, None, MAX_JSON_BYTES, wait_s=wait_s) is not None

    def enrol(self, request: bytes) -> EnrolState:
        """Hand in a request to join, or ask what became of it: the same call.

        Raises:
            LinkDownError: no whole answer in time, `busy`, or one that makes no sense.
            EnrolRefusedError: the parent does not take it in.
        """
        status, answer = self._send("POST", "/enrol", None, request, MAX_ANSWER_BYTES)
        if status in (200, 202):
            return EnrolState(answer if status == 200 else None)
        raise enrol_refusal(status, answer)

    def is_reachable(self) -> bool:
        """Whether a connection can be opened, and is not closed at once; nothing is sent over it."""
        try:
            knock = socket.create_connection(self._address, self._connect_s)
        except (OSError, ValueError):
            return False
        with knock:
            knock.settimeout(min(LINGER_S, self._connect_s))
            try:
                # A door waits to be asked. Who hangs up, or speaks first, stands between us and one that cannot be reached.
                knock.recv(1)
            except TimeoutError:
                return True
            except OSError:
                return False
        return False

    def open_ahead(self, count: int) -> list[Callable[[], None]]:
        """What opens so many connections for calls that are to come; none of them is an error: the call itself will find out."""
        adapter, request = self._session.get_adapter(self._door), requests.Request("GET", self._door).prepare()
        assert isinstance(adapter, HTTPAdapter)
        pool: Any = adapter.get_connection_with_tls_context(request, verify=True)
        # urllib3 has no public way to open a connection of a pool: only to send a request, which would cost the bytes and the round
        # trip that are to be saved. `_get_conn` and `_put_conn` are what its own `urlopen` is made of. One without them opens none ahead.
        if not (hasattr(pool, "_get_conn") and hasattr(pool, "_put_conn")):
            return []
        # All are taken first, or each would be given the one that another has just opened and put back.
        return [partial(self._open, pool, pool._get_conn()) for _ in range(count)]

    def _open(self, pool: Any, connection: Any) -> None:
        try:
            if not connection.is_connected:
                connection.timeout = self._connect_s
                connection.connect()
        except (HTTPError, OSError):
            connection.close()
        finally:
            pool._put_conn(connection)

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _json(self, method: str, path: str, token: str | None, body: bytes | None) -> dict[str, Any]:
        return object_of(self._call(method, path, token, body, MAX_JSON_BYTES) or b"")

    def _call(
        self, method: str, path: str, token: str | None, body: bytes | None, most: int, expected: int = 0, wait_s: float = 0.0
    ) -> bytes | None:
        status, answer = self._send(method, path, token, body, most, expected, wait_s)
        if status == 204:
            return None
        if status == 200:
            return answer or None
        raise refusal(status, answer)

    def _send(
        self, method: str, path: str, token: str | None, body: bytes | None, most: int, expected: int = 0, wait_s: float = 0.0
    ) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with self._in_flight(len(body or b"") + expected) as all_bytes:
            try:
                with self._session.request(
                    method,
                    self._door + path,
                    # As a file the body goes out in blocks, each with a timeout of its own: in one piece it would have one for all.
                    data=io.BytesIO(body) if body else None,
                    headers=headers,
                    timeout=(self._connect_s, self._read_s + wait_s + 2 * all_bytes / SLOWEST_BYTES_PER_S),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return response.status_code, _bounded(response, most)
            except (requests.RequestException, OSError, ValueError) as error:
                raise LinkDownError(_why(error)) from error

    @contextmanager
    def _in_flight(self, size_bytes: int) -> Iterator[int]:
        """Counts what is on its way over this wire while a call lasts: all of it shares the line."""
        with self._lock:
            self._in_flight_bytes += size_bytes
            all_bytes = self._in_flight_bytes
        try:
            yield all_bytes
        finally:
            with self._lock:
                self._in_flight_bytes -= size_bytes


class _Adapter(HTTPAdapter):
    """Notices a dead line by what is acknowledged, where the system can tell."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(READ_S * 1000)))
        options.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
        options += [(socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in KEEP_ALIVE if hasattr(socket, name)]
        super().init_poolmanager(*args, socket_options=options, **kwargs)


def _proof(challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes]) -> bytes:
    signed = base64.b64encode(signature).decode("ascii")
    asked: dict[str, Any] = {"challenge": challenge, "station": station, "signer": signer, "signature": signed}
    if certificates:
        asked["certificates"] = [base64.b64encode(one).decode("ascii") for one in certificates]
    return json_bytes(asked)


def _why(error: BaseException) -> str:
    if isinstance(error, requests.Timeout):
        return "unreachable" if isinstance(error, requests.ConnectTimeout) else "timeout"
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, ConnectionRefusedError | socket.gaierror):
            return "unreachable"
        at = at.__cause__ or at.__context__
    return "broken"


def _bounded(response: requests.Response, most: int) -> bytes:
    parts: list[bytes] = []
    left = most
    for part in response.iter_content(64 * 1024):
        left -= len(part)
        if left < 0:
            raise LinkDownError("bad_answer")
        parts.append(part)
    return b"".join(parts)
