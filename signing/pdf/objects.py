"""PDF objects, read strictly: the few kinds of value that our pages need, each in one spelling where it matters.

A name with an escape, a stream whose length is written elsewhere, an object of a later generation: all of it is refused. What hides in
such corners is what attacks on signed PDF files are made of.

Source: ISO 32000-1:2008, 7.2 and 7.3.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from signing.errors import DocumentError

_SPACE = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*[\r\n])*"
_TOKEN = re.compile(
    _SPACE + rb"(?:(?P<dict><<)|(?P<array>\[)|(?P<end>>>|\])|/(?P<name>[!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]+)"
    rb"|(?P<ref>[0-9]{1,7})[ ]0[ ]R\b|(?P<number>[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,10})?|\.[0-9]{1,10}))(?![0-9.A-Za-z])"
    rb"|(?P<word>true|false|null)\b|<(?P<hex>[0-9A-Fa-f\r\n ]*)>|(?P<text>\())"
)
_TEXT_END = re.compile(rb"[()\\]")
_OBJECT = re.compile(rb"([0-9]{1,7}) 0 obj(?=[\s<\[])")
_STREAM = re.compile(_SPACE + rb"stream\r?\n")
_AFTER_STREAM = re.compile(rb"(?:\r?\n|\r)?endstream(?=[\r\n])")
_END = re.compile(_SPACE + rb"endobj(?=[\r\n])")
_GAP = re.compile(_SPACE)
_WORDS = {b"true": True, b"false": False, b"null": None}
_DEEPEST = 16


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


@dataclass(frozen=True)
class Ref:
    """A reference to another object, by its number."""

    number: int


@dataclass(frozen=True)
class PdfObject:
    """One numbered object: its value, the bytes of that value as they came, the stream that follows it; `end` is where it ends."""

    number: int
    value: Any
    raw: bytes = field(repr=False)
    stream: bytes | None = field(repr=False)
    end: int


def skip(data: bytes, at: int) -> int:
    """Where white space and comments that begin at `at` end."""
    found = _GAP.match(data, at)
    return found.end() if found else at


def read_object(data: bytes, at: int) -> PdfObject:
    """The numbered object that begins exactly at `at`.

    Raises:
        DocumentError: `syntax`, there is none in our form.
    """
    head = _OBJECT.match(data, at)
    if head is None:
        _refuse(at)
    value, end = read_value(data, head.end())
    raw = data[skip(data, head.end()) : end]
    begins, stream = _STREAM.match(data, end), None
    if begins:
        size = value.get("Length") if isinstance(value, dict) else None
        if not isinstance(size, int) or size < 0:
            _refuse(end)
        stream = data[begins.end() : begins.end() + size]
        after = _AFTER_STREAM.match(data, begins.end() + size)
        if after is None:
            _refuse(end)
        end = after.end()
    tail = _END.match(data, end)
    if tail is None:
        _refuse(end)
    return PdfObject(int(head[1]), value, raw, stream, tail.end())


def read_value(data: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """The value at `at`, and where it ends.

    Raises:
        DocumentError: `syntax`, it is none in our form.
    """
    token = _TOKEN.match(data, at)
    if token is None or depth > _DEEPEST or token["end"]:
        _refuse(at)
    end = token.end()
    if token["dict"]:
        return _dictionary(data, end, depth)
    if token["array"]:
        return _array(data, end, depth)
    if token["text"]:
        return _text(data, end)
    if token["name"]:
        return Name(token["name"].decode("ascii")), end
    if token["ref"]:
        return Ref(int(token["ref"])), end
    if token["number"]:
        written = token["number"]
        return (float(written) if b"." in written else int(written)), end
    return (_WORDS[token["word"]] if token["word"] else b"<" + token["hex"] + b">"), end


def _dictionary(data: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while True:
        token = _TOKEN.match(data, at)
        if token is not None and token["end"] == b">>":
            return found, token.end()
        if token is None or not token["name"]:
            _refuse(at)
        key = token["name"].decode("ascii")
        if key in found:
            _refuse(at)
        found[key], at = read_value(data, token.end(), depth + 1)


def _array(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while True:
        token = _TOKEN.match(data, at)
        if token is not None and token["end"] == b"]":
            return found, token.end()
        value, at = read_value(data, at, depth + 1)
        found.append(value)


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    """A text in brackets, its escapes left as they are: nothing here depends on what it says."""
    start, depth = at, 1
    while depth:
        mark = _TEXT_END.search(data, at)
        if mark is None:
            _refuse(start)
        at = mark.end()
        if mark[0] == b"\\":
            at += 1
        else:
            depth += 1 if mark[0] == b"(" else -1
    return data[start : at - 1], at


def _refuse(at: int) -> NoReturn:
    raise DocumentError("syntax", f"at {at}")
