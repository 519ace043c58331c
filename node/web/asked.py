"""Members of the JSON object that a caller sent; what is missing or of another kind is refused by its name."""

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
    if not isinstance(body, dict):
        raise RequestError("json")
    return body


def asked_text(body: dict[str, Any], name: str, default: str | None = None) -> str:
    """A member that must be text.

    Raises:
        RequestError: `missing` or `bad`; also text that no letter could hold.
    """
    value = body.get(name, default)
    if value is None:
        raise RequestError("missing", name=name)
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise RequestError("bad", name=name)
    return value


def asked_whole(body: dict[str, Any], name: str) -> int:
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


def asked_list(body: dict[str, Any], name: str) -> list[Any]:
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
