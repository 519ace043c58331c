"""How a page was taken (采集标记): by which way, what the quality gate said of it, and why it was kept all the same. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_CODES = 20
LONGEST_CODE = 40
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Taken:
    """What a letter says of how one page was taken; what it does not say is empty.

    `by` is `camera`, `phone`, `scanner`, `file`, `reader` or `pad`, `quality` the codes of the gate. A code that a newer station made up
    is one all the same.
    """

    by: str = ""
    quality: tuple[str, ...] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """What there is to say."""
        said = {"by": self.by, "quality": list(self.quality), "note": self.note}
        return {name: value for name, value in said.items() if value}


NOT_SAID = Taken()


def read_taken(value: object) -> Taken | None:
    """What an entry of a letter, or a row, says; None where it says nothing. Further members mean nothing here.

    Raises:
        ValueError: no letter could say this.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError("taken")
    quality = value.get("quality", [])
    if not isinstance(quality, list | tuple) or len(quality) > MOST_CODES:
        raise ValueError("quality")
    codes = tuple(_text(code, LONGEST_CODE) for code in quality)
    found = Taken(_text(value.get("by", ""), LONGEST_CODE), codes, _text(value.get("note", ""), LONGEST_NOTE))
    return None if found == NOT_SAID else found


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("text")
    return value
