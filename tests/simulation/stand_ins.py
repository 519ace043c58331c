"""Something stands in for a part of the program, in this process and for good."""

from typing import Any


def stand_in(owner: Any, name: str, new: Any) -> None:
    """From here on `name` of a module or class is `new`."""
    setattr(owner, name, new)
