"""The words of the API's description: kinds of values, calls that read and calls that change. Each call answers `Error` when refused."""

from typing import Any

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
COUNT = {"type": "integer"}
MAYBE_COUNT = {"type": ["integer", "null"]}
FLAG = {"type": "boolean"}
DAY = {"type": "string", "format": "date"}
ANY = {"type": "object"}
MAYBE_ANY = {"type": ["object", "null"]}
NUMBER = {"name": "number", "in": "path", "required": True, "schema": TEXT, "description": "case number, long or short"}
MATERIAL = {"name": "material", "in": "path", "required": True, "schema": TEXT}


def named(name: str) -> dict[str, Any]:
    """A schema of the description by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def members(**kinds: Any) -> dict[str, Any]:
    """An object with these members, all of them there."""
    return {"type": "object", "properties": kinds, "required": list(kinds)}


def several(kind: dict[str, Any]) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": kind}


def call(summary: str, answer: dict[str, Any], *parameters: dict[str, Any], body: Any = None, status: str = "200") -> dict[str, Any]:
    """A call that reads."""
    good: dict[str, Any] = {"description": "done"}
    if answer:
        good["content"] = {"application/json": {"schema": answer}}
    bad = {"description": "refused", "content": {"application/json": {"schema": named("Error")}}}
    found: dict[str, Any] = {"summary": summary, "parameters": list(parameters), "responses": {status: good, "default": bad}}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


def write(summary: str, answer: dict[str, Any], *parameters: dict[str, Any], body: Any = None, status: str = "200") -> dict[str, Any]:
    """A call that changes something: it needs the session and its token."""
    return {**call(summary, answer, *parameters, body=body, status=status), "security": [{"session": [], "csrf": []}]}
