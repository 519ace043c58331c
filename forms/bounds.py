"""How much may be answered at all: looked at before anything else, without recursion, however hostile the value."""

from typing import Any

MAX_ANSWER_BYTES = 256 * 1024
MAX_ANSWER_DEPTH = 6


def answers_fault(answers: Any) -> str | None:
    """`type`, `too_deep` or `too_large` when a set of answers is not to be looked at, else None.

    Counted as UTF-8 bytes of all texts and names plus 8 for every value.
    """
    if not isinstance(answers, dict):
        return "type"
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
