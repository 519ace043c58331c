"""The parts of a package that say how a case is handled: limits in working days, tiers, publicity, parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms import reading
from forms.errors import SchemaError
from forms.expressions.evaluate import compile_tree
from forms.expressions.values import Scope, boolean

TIERS = ("village", "township", "county")
DYNAMIC = "dynamic"
"""Who decides follows from the answers, by the item's `decide_rule`."""
REGION_LEVELS = ("village", "township", "county", "city")

_TEXTS = reading.list_of(reading.any_text, 500)


def deciding_tier(tiers: Mapping[str, Any], clean: Mapping[str, Any], parameters: Mapping[str, Any], on: date) -> str:
    """Which of `TIERS` decides on these answers: the item's own, or what its `decide_rule` says of them on that day."""
    if tiers["decides"] != DYNAMIC:
        return str(tiers["decides"])
    rule = tiers["decide_rule"]
    holds = boolean(compile_tree(rule["if"])(Scope(clean, clean, on, parameters)))
    return str(rule["then"] if holds else rule["else"])


def accepting_tiers(tiers: Mapping[str, Any], more: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of `TIERS` may take the item in: those that `more` names, else all that have something to do for it."""
    named = more.get("accepts")
    if isinstance(named, list):
        return tuple(tier for tier in TIERS if tier in named)
    return tuple(tier for tier in TIERS if tiers[tier]["actions"])


def publicity(raw: Any, where: str) -> Any:
    """Publicity (公示) as the source words it, or null; `skip_when` is a tree."""
    if raw is not None and "skip_when" in reading.mapping(raw, where):
        reading.tree(raw["skip_when"], f"{where}.skip_when")
    return raw


def _members(members: reading.Members) -> reading.Reader:
    return lambda raw, where: reading.read_members(raw, where, members)


def parameters(raw: Any, where: str) -> Any:
    """Parameters by id, of which `county` (division code) and `divisions` are known to the kind `region`."""
    for name, value in reading.mapping(raw, where).items():
        reader = _KNOWN_PARAMETERS.get(name, reading.of_type(str, int))
        reader(value, f"{where}.{name}")
    return raw


_WORKDAYS = reading.count_up_to(1000)
_DIVISION: reading.Members = {
    "code": (reading.any_text, True),
    "name": (reading.any_text, True),
    "level": (reading.one_of(*REGION_LEVELS), True),
}
_KNOWN_PARAMETERS: Mapping[str, reading.Reader] = {
    "county": reading.any_text,
    "divisions": reading.list_of(_members(_DIVISION), 5000),
}
_LIMIT_MEMBERS: reading.Members = {
    "legal_workdays": (reading.or_null(_WORKDAYS), True),
    "promised_workdays": (reading.or_null(_WORKDAYS), True),
    "extend_to_workdays": (reading.or_null(_WORKDAYS), True),
    "clock_starts": (reading.one_of("township_acceptance", "village_registration"), True),
    "unit": (reading.any_text, False),
    "note": (reading.any_text, False),
}
_TIER: reading.Members = {
    "role": (reading.any_text, True),
    "seal": (reading.or_null(reading.any_text), True),
    "actions": (_TEXTS, True),
    "limit_workdays": (reading.or_null(_WORKDAYS), True),
    "promise_workdays": (reading.or_null(_WORKDAYS), False),
}
_DECIDE_RULE: reading.Members = {
    "if": (reading.tree, True),
    "then": (reading.one_of(*TIERS), True),
    "else": (reading.one_of(*TIERS), True),
}
_TIERS: reading.Members = {
    "decides": (reading.one_of(*TIERS, DYNAMIC), True),
    "delegable": (reading.any_value, False),
    "note": (reading.any_text, False),
    "decide_rule": (_members(_DECIDE_RULE), False),
    **{tier: (_members(_TIER), True) for tier in TIERS},
}
LIMITS = _members(_LIMIT_MEMBERS)
"""Reads the limits of the whole item."""


def tiers_members(raw: Any, where: str) -> Any:
    """Reads who does what at each tier.

    Raises:
        SchemaError: not as described, or who decides cannot be told.
    """
    found = _members(_TIERS)(raw, where)
    if (found["decides"] == DYNAMIC) != ("decide_rule" in found):
        raise SchemaError(f"{where}.decide_rule", "decide_rule")
    return found
