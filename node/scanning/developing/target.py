"""What a developed page must keep to. Pure: the node says it, the child follows it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from node.scanning.limits import PAGE_DPI, PAGE_TARGET_BYTES


@dataclass(frozen=True)
class Target:
    """Bytes and dots of a page. `long_side`, in pixels, is for a page that is only looked at, not kept; None for no such limit."""

    page_bytes: int = PAGE_TARGET_BYTES
    dpi: int = PAGE_DPI
    long_side: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it goes over the pipe."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Target":
        """A target as `to_json` gave it."""
        return cls(told["page_bytes"], told["dpi"], told["long_side"])


KEPT = Target()
"""A page of a case."""
