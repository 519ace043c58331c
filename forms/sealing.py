"""Which seal an item asks for at a tier, by its own words. Pure."""

from collections.abc import Mapping
from typing import Any

SERVICE, APPROVAL, UNIT = "service", "approval", "unit"
"""Kinds of a unit's seal: for services to the people, for approvals, the unit's own."""

_SPECIAL = {"便民服务专用章": SERVICE, "行政审批专用章": APPROVAL}
_SEAL = "章"


def seal_text(tiers: Mapping[str, Any], tier: str) -> str:
    """The item's words for what is put under a letter at a tier; empty where there are none."""
    entry = tiers.get(tier)
    text = entry.get("seal") if isinstance(entry, Mapping) else None
    return text if isinstance(text, str) else ""


def seal_wanted(tiers: Mapping[str, Any], tier: str) -> str | None:
    """The kind of unit's seal that the item's text `tiers.<tier>.seal` asks for; None where a person's signature is enough."""
    text = seal_text(tiers, tier)
    for name, kind in _SPECIAL.items():
        if name in text:
            return kind
    return UNIT if _SEAL in text else None
