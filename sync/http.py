"""The wire, our side of it: the calls of the peers' door over HTTP. The only place that knows requests."""

import base64
import io
import re
import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from sync.boxes import Piece
from sync.chunks import MAX_PIECE_BYTES
from sync.errors import DoorError, EnrolRefusedError, LinkDownError, RecordError
from sync.exchange import MAX_EXCHANGE_BYTES
from sync.records import json_bytes, read_json
from sync.sessions import Session
from sync.wire import EnclosureState, EnrolState, Greeting

CONNECT_S, READ_S = 10.0, 30.0
SLOWEST_BYTES_PER_S = 1024
"""A body that was handed to the kernel may still be on its way; the wait for an answer allows for this pace."""

MAX_JSON_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Of the answer to a request: it brings the certificates of a whole township."""

MAX_RANGES = 4096
MAX_POOL = 8

_CODE = re.compile(r"[a-z_]{1,40}")
DOOR_CODES = frozenset({"bad_request", "no_session", "not_admitted", "unknown_enclosure", "not_whole", "too_large", "busy", "error"})
CODE_OF_STATUS: Mapping[int, str] = {
    400: "bad_request",
    401: "no_session",
    403: "not_admitted",
    404: "unknown_enclosure",
    409: "unknown_enclosure",
    413: "too_large",
    429: "busy",
    500: "error",
    503: "busy",
    507: "busy",
}


class HttpWire:
    """The parent's door at `base_url`, such as `http://10.1.2.3:8600`. Follows no redirect and no proxy of the environment.

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

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        # Headers are a large part of an idle check and of a small piece: send only what is needed. Parcels do not compress.
        session.headers.clear()
        session.headers.update({"User-Agent": "yizhan", "Accept-Encoding": "identity"})
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(pool_connections=1, pool_maxsize=MAX_POOL, max_retries=0))
        return session

    def hello(self, station: str) -> Greeting:
        """Ask for a challenge."""
        value = self._json("POST", "/hello", None, json_bytes({"station": station}))
        return Greeting(_text(value, "challenge"), _text(value, "station"), _introduction(value))

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        """Answer it; `certificates` are for a door that does not know the caller."""
        signed = base64.b64encode(signature).decode("ascii")
        asked: dict[str, Any] = {"challenge": challenge, "station": station, "signer": signer, "signature": signed}
        if certificates:
            asked["certificates"] = [base64.b64encode(one).decode("ascii") for one in certificates]
        value = self._json("POST", "/session", None, json_bytes(asked))
        token = _text(value, "token")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise LinkDownError("bad_answer")
        return Session(token, _integer(value, "expires_s"))

    def exchange(self, token: str, body: bytes) -> bytes | None:
        """Give a letterbag, get one."""
        return self._call("POST", "/exchange", token, body, MAX_EXCHANGE_BYTES)

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        """How much of an enclosure is there."""
        return _state(self._json("GET", f"/enclosures/{enclosure_id}", token, None))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        """Give a piece."""
        return _state(self._json("PUT", f"/enclosures/{enclosure_id}?offset={offset}", token, data))

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        """Get a piece."""
        path = f"/enclosures/{enclosure_id}/piece?offset={offset}&length={length}"
        return self._call("GET", path, token, None, MAX_PIECE_BYTES) or b""

    def enrol(self, request: bytes) -> EnrolState:
        """Hand in a request to join, or ask what became of it: the same call.

        Raises:
            LinkDownError: no whole answer in time, `busy`, or one that makes no sense.
            EnrolRefusedError: the parent does not take it in.
        """
        status, answer = self._send("POST", "/enrol", None, request, MAX_ANSWER_BYTES)
        if status in (200, 202):
            return EnrolState(answer if status == 200 else None)
        raise _enrol_refusal(status, answer)

    def is_reachable(self) -> bool:
        """Whether a connection can be opened; nothing is sent over it."""
        try:
            socket.create_connection(self._address, self._connect_s).close()
        except (OSError, ValueError):
            return False
        return True

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _json(self, method: str, path: str, token: str | None, body: bytes | None) -> dict[str, Any]:
        answer = self._call(method, path, token, body, MAX_JSON_BYTES)
        try:
            value = read_json(answer or b"", canonical=False)
        except RecordError as error:
            raise LinkDownError("bad_answer") from error
        if not isinstance(value, dict):
            raise LinkDownError("bad_answer")
        return value

    def _call(self, method: str, path: str, token: str | None, body: bytes | None, most: int) -> bytes | None:
        status, answer = self._send(method, path, token, body, most)
        if status == 204:
            return None
        if status == 200:
            return answer
        raise _refusal(status, answer)

    def _send(self, method: str, path: str, token: str | None, body: bytes | None, most: int) -> tuple[int, bytes]:
        wait_s = self._read_s + (len(body) / SLOWEST_BYTES_PER_S if body else 0)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with self._session.request(
                method,
                self._door + path,
                # As a file the body goes out in blocks, each with a timeout of its own: in one piece it would have one for all.
                data=io.BytesIO(body) if body else None,
                headers=headers,
                timeout=(self._connect_s, wait_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = _bounded(response, most)
                return response.status_code, answer
        except (requests.RequestException, OSError, ValueError) as error:
            raise LinkDownError(_why(error)) from error


class _Adapter(HTTPAdapter):
    """Notices a dead line by what is acknowledged, where the system can tell."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(READ_S * 1000)))
        super().init_poolmanager(*args, socket_options=options, **kwargs)


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


def _said(answer: bytes) -> str | None:
    try:
        value = read_json(answer, canonical=False)
    except RecordError:
        return None
    said = value.get("error") if isinstance(value, dict) else None
    return said if isinstance(said, str) and _CODE.fullmatch(said) else None


def _enrol_refusal(status: int, answer: bytes) -> EnrolRefusedError | LinkDownError:
    said = _said(answer)
    if status in (429, 503):
        return LinkDownError("busy")
    return LinkDownError("error" if status >= 500 else "bad_answer") if said is None else EnrolRefusedError(said)


def _refusal(status: int, answer: bytes) -> DoorError | LinkDownError:
    said = _said(answer)
    if said is not None and said in DOOR_CODES:
        return DoorError(said)
    code = CODE_OF_STATUS.get(status)
    return LinkDownError("bad_answer") if code is None else DoorError(code)


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= 512:
        raise LinkDownError("bad_answer")
    return text


def _introduction(value: dict[str, Any]) -> bytes:
    """What the answering station shows of itself; a station of before had nothing to show."""
    text = value.get("introduction", "")
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise LinkDownError("bad_answer") from error


def _integer(value: dict[str, Any], name: str) -> int:
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise LinkDownError("bad_answer")
    return number


def _state(value: dict[str, Any]) -> EnclosureState:
    missing = value.get("missing")
    if not isinstance(missing, list) or len(missing) > MAX_RANGES:
        raise LinkDownError("bad_answer")
    return EnclosureState(_integer(value, "size"), tuple(_piece(pair) for pair in missing))


def _piece(pair: Any) -> Piece:
    if not isinstance(pair, list) or len(pair) != 2:
        raise LinkDownError("bad_answer")
    named = {"offset": pair[0], "length": pair[1]}
    return Piece(_integer(named, "offset"), _integer(named, "length"))
