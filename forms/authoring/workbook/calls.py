"""Rules that are calls of a named rule: their code, level and facts, as the catalogue's own rules have them."""

from collections.abc import Mapping
from typing import Any


def named_constraint(text: str, labels: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The code, and where it has them level and facts, of a rule that is one named call; nothing when it is none."""
    return {}


def call_of(constraint: Mapping[str, Any]) -> str | None:
    """The named call that gives a constraint's tree; None when there is none."""
    return None
