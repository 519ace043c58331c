"""What a reader answers, whoever made it: JSON or JSONP, in UTF-8 or GBK, its members by whatever names. Read with care; pure.

A program beside ours may say anything: what is not as it should be is refused as a whole, and nothing of it is told on.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from forms.expressions.days import day_of
from node.capture.reader.interface import LARGEST_ANSWER, ReadCard
from node.errors import RequestError
from node.paperwork.card import LASTING, Card
from node.setting_values import CARD_MEMBERS

LONGEST = 200
LASTING_WORDS = ("长期", "长久", "永久")
# Source: GB/T 2261.1-2003, codes of sexes, as chips and many readers give them.
SEXES = {"1": "男", "2": "女", "男": "男", "女": "女", "男性": "男", "女性": "女"}

_JSONP = re.compile(r"[\w.$]{1,100}\s*\((.*)\)\s*;?", re.DOTALL)
_DAY = re.compile(r"([0-9]{4})[^0-9]{0,2}([0-9]{2})[^0-9]{0,2}([0-9]{2})[^0-9]{0,2}")
_PADDING = "\x00 \t\r\n\u3000"


def read_answer(raw: bytes, names: Mapping[str, str]) -> ReadCard:
    """The card that an answer tells of; `names` are the reader's own for what is not called as in `CARD_MEMBERS`.

    A name with points is of a member of a member.

    Raises:
        RequestError: `card_too_large`; `card_answer` it is not to be understood; `card_none` there is no card; `card_partial` part of one.
    """
    if len(raw) > LARGEST_ANSWER:
        raise RequestError("card_too_large")
    if not raw.strip():
        raise RequestError("card_none")
    answer = _object(_text(raw))
    said = {name: _member(answer, names.get(name, name)) for name in CARD_MEMBERS}
    if not said["name"] and not said["number"]:
        raise RequestError("card_none")
    if not said["name"] or not said["number"]:
        raise RequestError("card_partial")
    photo = said.pop("photo")
    return ReadCard(_card(said), _photo(photo) if photo else None)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RequestError("card_answer")


def _object(text: str) -> dict[str, Any]:
    inner = _JSONP.fullmatch(text.strip())
    try:
        found = json.loads(inner[1] if inner else text)
    except (ValueError, RecursionError) as error:
        raise RequestError("card_answer") from error
    if not isinstance(found, dict):
        raise RequestError("card_answer")
    return found


def _member(answer: Mapping[str, Any], path: str) -> str:
    """A member as text, without what pads it; empty where there is none."""
    found: Any = answer
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return str(found).strip(_PADDING) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _card(said: Mapping[str, str]) -> Card:
    if any(len(one) > LONGEST or not one.isprintable() for one in said.values()):
        raise RequestError("card_answer")
    begins, ends = _days(said["begins"]), _days(said["ends"])
    return Card(
        name=said["name"],
        number=said["number"].upper(),
        sex=SEXES.get(said["sex"], ""),
        nation="" if said["nation"].isdigit() else said["nation"],
        birth=_days(said["birth"])[0],
        address=said["address"],
        office=said["office"],
        begins=begins[0],
        ends=ends[-1],
    )


def _days(text: str) -> tuple[str, ...]:
    """The days that a text holds, in ISO form, `long` for none; one that is empty where the text is. Some readers give two in one text.

    Raises:
        RequestError: `card_answer` it holds something else.
    """
    found = tuple("-".join(one) for one in _DAY.findall(text))
    if not all(map(day_of, found)):
        raise RequestError("card_answer")
    if any(word in text for word in LASTING_WORDS):
        return (*found, LASTING)
    if text and not found:
        raise RequestError("card_answer")
    return found or ("",)


def _photo(text: str) -> bytes:
    """A photograph in base64, maybe as a `data:` address; empty where it is not."""
    try:
        return base64.b64decode("".join(text.rpartition(",")[2].split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
