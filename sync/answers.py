"""Answers of the peers' door read: what their JSON and their codes mean. Nothing is trusted.

Raises, whatever reads an answer: LinkDownError, `bad_answer`, when it makes no sense.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from sync.boxes import Piece
from sync.errors import DoorError, EnrolRefusedError, LinkDownError, RecordError
from sync.records import read_json
from sync.wire import EnclosureState

MAX_RANGES = 4096
MAX_CAN = 32

_CODE = re.compile(r"[a-z_]{1,40}")
DOOR_CODES = frozenset(
    {"dictionary", "bad_request", "no_session", "not_admitted", "unknown_enclosure", "not_whole", "too_large", "no_room", "busy", "error"}
)
CODE_OF_STATUS: Mapping[int, str] = {
    400: "bad_request",
    401: "no_session",
    403: "not_admitted",
    404: "unknown_enclosure",
    409: "unknown_enclosure",
    413: "too_large",
    422: "dictionary",
    429: "busy",
    500: "error",
    503: "busy",
    507: "no_room",
}


def object_of(answer: bytes) -> dict[str, Any]:
    """The JSON object that an answer is."""
    try:
        value = read_json(answer, canonical=False)
    except RecordError as error:
        raise LinkDownError("bad_answer") from error
    if not isinstance(value, dict):
        raise LinkDownError("bad_answer")
    return value


def can_of(value: dict[str, Any]) -> tuple[str, ...]:
    """What the door says that it can; words that are not known are for newer programs."""
    can = value.get("can", [])
    if not isinstance(can, list) or len(can) > MAX_CAN:
        raise LinkDownError("bad_answer")
    return tuple(word for word in can if isinstance(word, str))


def _said(answer: bytes) -> str | None:
    try:
        value = read_json(answer, canonical=False)
    except RecordError:
        return None
    said = value.get("error") if isinstance(value, dict) else None
    return said if isinstance(said, str) and _CODE.fullmatch(said) else None


def enrol_refusal(status: int, answer: bytes) -> EnrolRefusedError | LinkDownError:
    """What a no to a request to join means."""
    said = _said(answer)
    if status in (429, 503):
        return LinkDownError("busy")
    return LinkDownError("error" if status >= 500 else "bad_answer") if said is None else EnrolRefusedError(said)


def refusal(status: int, answer: bytes) -> DoorError | LinkDownError:
    """What a no of the door means: it says why, or its status does."""
    said = _said(answer)
    if said is not None and said in DOOR_CODES:
        return DoorError(said)
    code = CODE_OF_STATUS.get(status)
    return LinkDownError("bad_answer") if code is None else DoorError(code)


def text_of(value: dict[str, Any], name: str) -> str:
    """A text that is a member of it, of at most 512 characters."""
    text = value.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= 512:
        raise LinkDownError("bad_answer")
    return text


def introduction_of(value: dict[str, Any]) -> bytes:
    """What the answering station shows of itself; a station of before had nothing to show."""
    text = value.get("introduction", "")
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise LinkDownError("bad_answer") from error


def integer_of(value: dict[str, Any], name: str) -> int:
    """A count that is a member of it."""
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise LinkDownError("bad_answer")
    return number


def state_of(value: dict[str, Any]) -> EnclosureState:
    """How much of an enclosure is there."""
    missing = value.get("missing")
    if not isinstance(missing, list) or len(missing) > MAX_RANGES:
        raise LinkDownError("bad_answer")
    return EnclosureState(integer_of(value, "size"), tuple(_piece(pair) for pair in missing))


def _piece(pair: Any) -> Piece:
    if not isinstance(pair, list) or len(pair) != 2:
        raise LinkDownError("bad_answer")
    named = {"offset": pair[0], "length": pair[1]}
    return Piece(integer_of(named, "offset"), integer_of(named, "length"))


def door_code_of(value: dict[str, Any]) -> str | None:
    """The code of a no that stands in an answer which is otherwise a yes."""
    if "error" not in value:
        return None
    code = text_of(value, "error")
    if code not in DOOR_CODES:
        raise LinkDownError("bad_answer")
    return code
