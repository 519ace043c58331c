"""Members of the JSON object that a caller sent; what is missing or of another kind is refused by its name."""

from collections.abc import Mapping
from typing import Any

from flask import request

from node.errors import RequestError


def asked_body() -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        RequestError: `json` it is not one.
    """
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError as error:
        raise RequestError("json") from error
    if not isinstance(body, dict) or not could_be_sealed(body):
        raise RequestError("json")
    return body


def could_be_sealed(body: Mapping[str, Any]) -> bool:
    """No fractions, no numbers beyond 2^53, no text that is not Unicode; without recursion, since depth is judged elsewhere."""
    waiting: list[Any] = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) >= 1 << 53):
            return False
        elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            return False
    return True


def asked_maybe(body: Mapping[str, Any], name: str) -> str | None:
    """A member that is text, or None when it is missing.

    Raises:
        RequestError: `bad`.
    """
    return None if body.get(name) is None else asked_text(body, name)


def asked_text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A member that must be text.

    Raises:
        RequestError: `missing` or `bad`.
    """
    value = body.get(name, default)
    if value is None:
        raise RequestError("missing", name=name)
    if not isinstance(value, str):
        raise RequestError("bad", name=name)
    return value


def asked_whole(body: Mapping[str, Any], name: str) -> int:
    """A member that must be a whole number.

    Raises:
        RequestError: `missing` or `bad`.
    """
    value = body.get(name)
    if value is None:
        raise RequestError("missing", name=name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RequestError("bad", name=name)
    return value


def asked_list(body: Mapping[str, Any], name: str) -> list[Any]:
    """A member that must be a list.

    Raises:
        RequestError: `missing` or `bad`.
    """
    value = body.get(name)
    if value is None:
        raise RequestError("missing", name=name)
    if not isinstance(value, list):
        raise RequestError("bad", name=name)
    return value
