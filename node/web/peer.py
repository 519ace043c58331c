"""The peers' door over HTTP, `/peer/v1`: turns requests into calls of `sync.door.Door`, and its answers into responses."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from node.enrolment.documents import MAX_REQUEST_BYTES
from node.enrolment.door import EnrolDoor
from node.errors import EnrolmentError, NotAllowedError, StoreError
from signing.errors import SigningError
from sync.chunks import MAX_PIECE_BYTES
from sync.door import Door
from sync.errors import DoorError, RecordError, SyncError
from sync.exchange import MAX_EXCHANGE_BYTES
from sync.fold import fold, names_in, unfold
from sync.records import json_bytes, read_json
from sync.squeeze import Memories, Memory, squeeze, unsqueeze
from sync.wire import EnclosureState

MAX_JSON_BYTES = 4096
MAX_SESSION_BYTES = 48 * 1024
"""Where a caller shows its certificates too."""

STATUS_OF_CODE: Mapping[str, int] = {
    "bad_request": 400,
    "no_session": 401,
    "not_admitted": 403,
    "unknown_enclosure": 404,
    "not_whole": 409,
    "dictionary": 422,
    "too_large": 413,
    "no_room": 507,
    "busy": 503,
}

Packed = Callable[[str, bytes], bytes]
"""An exchange in a session, squeezed both ways; nothing when there is nothing to say."""

Pack = Callable[[bytes, Memory], bytes]
Unpack = Callable[[bytes, Sequence[Memory], int], tuple[bytes, Memory]]


def peer_blueprint(door: Door, enrol_door: EnrolDoor | None = None, digest: Callable[[bytes], str] | None = None) -> Blueprint:
    """The blueprint of this station's peers' door. It needs no login, no cookie and no CSRF token: a session is its own proof.

    `enrol_door` takes the requests of those who are no station yet; their signatures are their proof. None lets nobody in. With the suite's
    `digest` exchanges may be folded.
    """
    blueprint = Blueprint("peer", __name__, url_prefix="/peer/v1")
    memories = Memories()
    packed = _packed_by(door, memories, digest, squeeze, unsqueeze)
    _add_session(blueprint, door, packed, ["packed", "folded"] if digest else ["packed"])
    _add_packed(blueprint, "/packed", packed)
    if digest is not None:
        _add_packed(blueprint, "/folded", _packed_by(door, memories, digest, fold, unfold))
    _add_bell(blueprint, door)
    _add_enclosures(blueprint, door)
    _add_enrol(blueprint, enrol_door)

    @blueprint.errorhandler(SyncError)
    def refuse(error: SyncError) -> Response:
        code = error.code if isinstance(error, DoorError) else "bad_request"
        status = STATUS_OF_CODE.get(code, 400)
        if code == "unknown_enclosure" and request.method == "PUT":
            status = 409
        return _json({"error": code}, status)

    @blueprint.errorhandler(StoreError)
    def be_busy(error: StoreError) -> Response:
        return _json({"error": "busy"}, 503)

    return blueprint


def _add_session(blueprint: Blueprint, door: Door, packed: Packed, words: Sequence[str]) -> None:
    @blueprint.post("/hello")
    def hello() -> Response:
        greeting = door.hello(_text(_asked(), "station"))
        shown = base64.b64encode(greeting.introduction).decode("ascii")
        return _json({"challenge": greeting.challenge, "station": greeting.station, "introduction": shown, "can": ["together"]})

    @blueprint.post("/session")
    def session() -> Response:
        head, _, first = _body(MAX_SESSION_BYTES + MAX_EXCHANGE_BYTES).partition(b"\n")
        asked = _read(head, MAX_SESSION_BYTES)
        signature, certificates = _base64(_text(asked, "signature")), [_base64(one) for one in _texts(asked, "certificates")]
        opened = door.session(_text(asked, "challenge"), _text(asked, "station"), _text(asked, "signer"), signature, certificates)
        can = [*words, "bell"] if door.rope.places else list(words)
        said = {"token": opened.token, "expires_s": opened.expires_s, "can": can}
        if not first:
            return _json(said)
        try:
            return _bare(json_bytes(said) + b"\n" + packed(opened.token, first))
        except DoorError as error:
            return _json(said | {"error": error.code})

    @blueprint.post("/exchange")
    def exchange() -> Response:
        answer = door.exchange(_token(), _body(MAX_EXCHANGE_BYTES))
        return _empty() if answer is None else _bytes(answer)


def _packed_by(door: Door, memories: Memories, digest: Callable[[bytes], str] | None, pack: Pack, unpack: Unpack) -> Packed:
    def after(memory: Memory, said: bytes) -> Memory:
        return memory.after(said, names_in(said, digest) if digest else b"")

    def packed(token: str, body: bytes) -> bytes:
        if len(body) > MAX_EXCHANGE_BYTES:
            raise DoorError("too_large")
        door.check_session(token)
        try:
            plain, used = unpack(body, memories.of(token), MAX_EXCHANGE_BYTES)
        except RecordError as error:
            raise DoorError("too_large" if error.code == "too_large" else "dictionary") from error
        answer = door.exchange(token, plain)
        asked = after(used, plain)
        memories.keep(token, used, after(asked, answer or b""))
        return b"" if answer is None else pack(answer, asked)

    return packed


def _add_packed(blueprint: Blueprint, path: str, packed: Packed) -> None:
    @blueprint.post(path, endpoint=path[1:])
    def exchange_packed() -> Response:
        return _bare(packed(_token(), _body(MAX_EXCHANGE_BYTES)))


def _add_bell(blueprint: Blueprint, door: Door) -> None:
    @blueprint.get("/bell")
    def bell() -> Response:
        return _bare(b"1") if door.bell(_token(), float(_number("wait"))) else _empty()


def _add_enclosures(blueprint: Blueprint, door: Door) -> None:
    @blueprint.get("/enclosures/<enclosure_id>")
    def enclosure(enclosure_id: str) -> Response:
        return _state(door.enclosure(_token(), enclosure_id))

    @blueprint.put("/enclosures/<enclosure_id>")
    def put_piece(enclosure_id: str) -> Response:
        state = door.put_piece(_token(), enclosure_id, _number("offset"), _body(MAX_PIECE_BYTES))
        is_under_way = 0 < sum(piece.length for piece in state.missing) < state.size_bytes
        return _empty() if is_under_way and request.args.get("brief") == "1" else _state(state)

    @blueprint.get("/enclosures/<enclosure_id>/piece")
    def get_piece(enclosure_id: str) -> Response:
        return _bare(door.get_piece(_token(), enclosure_id, _number("offset"), _number("length")))


def _add_enrol(blueprint: Blueprint, enrol_door: EnrolDoor | None) -> None:
    @blueprint.post("/enrol")
    def enrol() -> Response:
        if enrol_door is None:
            raise DoorError("not_admitted")
        try:
            taken = enrol_door.enrol(request.remote_addr or "", _body(MAX_REQUEST_BYTES))
        except (EnrolmentError, NotAllowedError) as error:
            return _json({"error": error.code}, 503 if error.code == "busy" else 403)
        except SigningError:
            return _json({"error": "request_signature"}, 403)
        if taken.answer is None:
            return _json({"state": "waiting", "code": taken.code}, 202)
        return _bytes(taken.answer)


def _body(most: int) -> bytes:
    length = request.content_length
    if (length or 0) > most:
        raise DoorError("too_large")
    # No more is asked for than was announced: whoever reads makes room for all that he asks for, and megabytes of it cost time.
    data: bytes = request.stream.read((most if length is None else length) + 1)
    if len(data) > most:
        raise DoorError("too_large")
    return data


def _asked() -> dict[str, Any]:
    return _read(_body(MAX_JSON_BYTES), MAX_JSON_BYTES)


def _read(data: bytes, most: int) -> dict[str, Any]:
    if len(data) > most:
        raise DoorError("too_large")
    try:
        value = read_json(data, canonical=False)
    except RecordError as error:
        raise DoorError("bad_request") from error
    if not isinstance(value, dict):
        raise DoorError("bad_request")
    return value


def _text(asked: dict[str, Any], name: str) -> str:
    text = asked.get(name)
    if not isinstance(text, str):
        raise DoorError("bad_request")
    return text


def _texts(asked: dict[str, Any], name: str) -> list[str]:
    texts = asked.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise DoorError("bad_request")
    return texts


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoorError("bad_request") from error


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise DoorError("bad_request")
    return int(text)


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise DoorError("no_session")
    return token


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json_bytes(value), status, mimetype="application/json")


def _bytes(data: bytes) -> Response:
    return Response(data, 200, mimetype="application/octet-stream")


def _bare(data: bytes) -> Response:
    """An answer between stations: what it is, both know."""
    response = Response(data, 200)
    del response.headers["Content-Type"]
    return response


def _empty() -> Response:
    """Nothing to say. Not 204: the server would close the connection after it, and the next call would pay for a new one."""
    return _bare(b"")


def _state(state: EnclosureState) -> Response:
    return _json({"size": state.size_bytes, "missing": [[piece.offset, piece.length] for piece in state.missing]})
