"""How much may be answered at all: looked at before anything else, without recursion, however hostile the value."""

from typing import Any

MAX_ANSWER_BYTES = 256 * 1024
MAX_ANSWER_DEPTH = 6
_UNSURE = MAX_ANSWER_BYTES + 1
_PLAIN = frozenset({int, float, bool})


def answers_fault(answers: Any) -> str | None:
    """`type`, `too_deep` or `too_large` when a set of answers is not to be looked at, else None.

    Counted as UTF-8 bytes of all texts and names plus 8 for every value.
    """
    if not isinstance(answers, dict):
        return "type"
    return None if _most_bytes(answers, 1) <= MAX_ANSWER_BYTES else _counted_fault(answers)


def _most_bytes(value: Any, depth: int) -> int:
    """No less than the size of a value that lies at this depth; beyond every bound where it has to be counted exactly."""
    kind = type(value)
    if kind is str:
        return 8 + 4 * len(value)
    if kind is not dict and kind is not list:
        return 8 if value is None or kind in _PLAIN else _UNSURE
    size = 8 if depth < MAX_ANSWER_DEPTH or not value else _UNSURE
    if kind is dict:
        for name in value:
            size += 4 * len(name) if type(name) is str else _UNSURE
        value = value.values()
    for member in value:
        if size > MAX_ANSWER_BYTES:
            break
        size += 8 + 4 * len(member) if type(member) is str else _most_bytes(member, depth + 1)
    return size


def _counted_fault(answers: dict[Any, Any]) -> str | None:
    waiting: list[tuple[Any, int]] = [(answers, 1)]
    size = 0
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_ANSWER_DEPTH:
            return "too_deep"
        size += 8
        if isinstance(value, str):
            size += _bytes_of(value)
        elif isinstance(value, dict):
            size += sum(_bytes_of(name) for name in value)
            waiting.extend((member, depth + 1) for member in value.values())
        elif isinstance(value, list):
            size += 8 * len(value) if len(value) > MAX_ANSWER_BYTES else 0
            if size <= MAX_ANSWER_BYTES:
                waiting.extend((member, depth + 1) for member in value)
        if size > MAX_ANSWER_BYTES:
            return "too_large"
    return None


def _bytes_of(text: Any) -> int:
    if not isinstance(text, str) or len(text) > MAX_ANSWER_BYTES:
        return MAX_ANSWER_BYTES + 1
    return len(text.encode("utf-8", "surrogatepass"))
