"""Lint of what the guide promises: basis, charge, result, limits, stages, and who takes the item in."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms import codes
from forms.authoring.lint.findings import Finding
from forms.procedure import TIERS
from forms.schema import Form

MOST_STAGES: Mapping[bool, int] = {True: 2, False: 3}
"""So many stages (环节) at most, by whether the item is decided at once (即办件).

Source: the counties' reform reports: at most two stages for a simple matter, at most three for a complex one.
"""
SIMPLE = "即办件"
_STAGE_WORDS = ("审", "核", "批", "认定", "确认", "决定", "会签")


def lint_procedure(form: Form) -> Iterator[Finding]:
    """What is wrong with the item outside of its fields and materials."""
    if not any(basis.strip() for basis in form.legal_basis):
        yield Finding("legal_basis", "no_legal_basis")
    if not form.charge.strip():
        yield Finding("charge", "no_charge")
    if not str(form.result.get("name", "")).strip():
        yield Finding("result.name", "no_result")
    yield from _limits(form)
    yield from _stages(form)
    yield from _more(form)
    yield from _codes(form)
    decides = form.tiers["decides"]
    if decides in TIERS and not form.tiers[decides]["actions"]:
        yield Finding("tiers.decides", "decides_without_actions", {"tier": decides})


def _limits(form: Form) -> Iterator[Finding]:
    limits = form.limits
    legal, promised, extended = (limits[name] for name in ("legal_workdays", "promised_workdays", "extend_to_workdays"))
    if legal is not None and promised is not None and promised > legal:
        yield Finding("limits.promised_workdays", "promise_over_legal", {"promised": promised, "legal": legal})
    if legal is not None and extended is not None and extended < legal:
        yield Finding("limits.extend_to_workdays", "extension_under_legal", {"extended": extended, "legal": legal})
    if promised is None:
        return
    counted = TIERS if limits["clock_starts"] == "village_registration" else TIERS[1:]
    total = sum(form.tiers[tier]["limit_workdays"] or 0 for tier in counted)
    if total > promised:
        yield Finding("tiers", "tiers_over_promise", {"sum": total, "promised": promised})
    for place, part in enumerate(_mappings(form.more.get("sub_items"))):
        days = part.get("wd")
        if isinstance(days, int) and days > promised:
            facts = {"name": str(part.get("name", "")), "workdays": days, "promised": promised}
            yield Finding(f"more.sub_items.{place}", "part_over_promise", facts)


def _stages(form: Form) -> Iterator[Finding]:
    """Each action that examines or decides is a stage; taking in, publicity, certificates and payment are none."""
    stages = [action for tier in TIERS for action in form.tiers[tier]["actions"] if any(word in action for word in _STAGE_WORDS)]
    most = MOST_STAGES[form.case_type == SIMPLE]
    if len(stages) > most:
        yield Finding("tiers", "too_many_stages", {"stages": stages, "count": len(stages), "most": most})


def _more(form: Form) -> Iterator[Finding]:
    more = form.more
    for name in ("conditions", "process", "accepts"):
        if name in more and not _is_texts(more[name]):
            yield Finding(f"more.{name}", "ill_shaped", {"expected": "texts"})
    if _is_texts(more.get("accepts")):
        for tier in more["accepts"]:
            if tier not in TIERS:
                yield Finding("more.accepts", "unknown_tier", {"tier": tier})
            elif not form.tiers[tier]["actions"]:
                yield Finding("more.accepts", "tier_without_actions", {"tier": tier})
    elsewhere = more.get("special_network")
    if "special_network" in more and not (
        isinstance(elsewhere, dict) and _is_texts(elsewhere.get("guidance")) and elsewhere["guidance"] and elsewhere.get("system")
    ):
        yield Finding("more.special_network", "ill_shaped", {"expected": "special_network"})


def _codes(form: Form) -> Iterator[Finding]:
    """Item codes that are none, and division codes that are not of the level they claim."""
    named = form.more.get("codes")
    for name in ("implementation", "impl_example", "business", "business_example"):
        code = named.get(name) if isinstance(named, dict) else None
        if code is not None and codes.item_code(str(code)) is None:
            yield Finding(f"more.codes.{name}", "bad_item_code", {"item_code": str(code)})
    for place, one in enumerate(form.parameters.get("divisions", ())):
        if codes.division_level(one["code"]) != one["level"]:
            yield Finding(f"parameters.divisions.{place}", "bad_division", {"division": one["code"], "name": one["name"]})


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) and one.strip() for one in value)


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
