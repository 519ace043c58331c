"""Which seals a letter bears and which it should (用印规则). Pure: the act, admission and verification ask here.

The first seal is always the person's who acts. Where a unit's seal goes under it, that is the last; the village committee's own seal
(村民委员会公章) is put on by the village head, whose seal stands between the two unless the head acts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.schema import Form
from forms.sealing import APPROVAL, UNIT, seal_text, seal_wanted
from node.casework.case import Desk, Event
from node.casework.letter import Letter
from node.paperwork.values import SEAL_APPROVAL
from node.roles import Role, Tier
from signing.certificates import Certificate
from signing.seal import KINDS, UNIT_KINDS, Seal, kind_of

EVENTS_WITH_SEAL: Mapping[Tier, frozenset[Event]] = {
    Tier.VILLAGE: frozenset({Event.SUBMITTED, Event.APPROVED, Event.DENIED}),
    Tier.TOWNSHIP: frozenset({Event.ACCEPTED, Event.NOT_ACCEPTED, Event.FORWARDED, Event.APPROVED, Event.DENIED}),
    Tier.COUNTY: frozenset({Event.APPROVED, Event.DENIED}),
}
"""The acts of each tier that a unit's seal goes under, where the item asks for one."""

LACKING, ON_PAPER = "unit_seal", "on_paper"
"""What `lacking` says: there is no unit's seal; it was put on paper, and only its scan is here."""

_SAMPLE = "（样章）"
_STAND_IN = {UNIT: APPROVAL, APPROVAL: UNIT}
"""At the county one seal manages all approvals (一枚印章管审批)."""


@dataclass(frozen=True)
class Applied:
    """One seal under a letter: whose certificate, and the electronic seal."""

    signer: Certificate
    seal: Seal


def fault(letter: Letter, applied: Sequence[Applied]) -> str | None:
    """Why these seals may not stand together under this letter, or None; see `fault_between`."""
    return fault_between(letter.village, applied)


def fault_between(village: str, applied: Sequence[Applied]) -> str | None:
    """Why these seals may not stand together in the name of the division `village`, or None. Whether each one is valid is another question.

    `first_not_person`: the first is no person's. `seal_kind`: a seal is not of its certificate's kind, or of none that is known.
    `seal_order`: more than one unit's seal, or something after it, or a further person who is no village head there.
    `unit_of_other_organ`: the unit's seal is of another organ or village. `head_missing`: the village committee's seal without its head's.
    """
    if not applied or not _is_person(applied[0]):
        return "first_not_person"
    if not all(_is_person(one) or _is_unit(one) for one in applied):
        return "seal_kind"
    units = [one for one in applied if _is_unit(one)]
    heads = applied[1 : len(applied) - len(units)]
    if len(units) > 1 or (units and applied[-1] is not units[0]) or len(heads) > 1 or not all(map(_is_head, heads)):
        return "seal_order"
    return _fault_of_unit(village, applied, units[0]) if units else None


def _fault_of_unit(village: str, applied: Sequence[Applied], unit: Applied) -> str | None:
    if unit.signer.division != village:
        return "unit_of_other_organ"
    needs_head = unit.signer.tier == Tier.VILLAGE and kind_of(unit.seal.seal_id) == UNIT
    return "head_missing" if needs_head and not any(map(_is_head, applied)) else None


def wanted_at(form: Form, tier: Tier, event: Event | None) -> str | None:
    """The kind of unit's seal that an act at this tier calls for; None for none."""
    return seal_wanted(form.tiers, tier.value) if event in EVENTS_WITH_SEAL[tier] else None


def fits(form: Form, tier: Tier, seal_id: str, name: str) -> bool:
    """Whether a seal is one that the item asks for at this tier: by its name, by its kind, or in the other's place."""
    wanted = seal_wanted(form.tiers, tier.value)
    kind = kind_of(seal_id)
    if wanted is None:
        return False
    # A village names its seals itself: a service seal called after the committee must not pass for the committee's, which needs its head.
    named = tier is not Tier.VILLAGE and is_named(form, tier, name)
    return named or kind == wanted or (tier is Tier.COUNTY and kind == _STAND_IN.get(wanted))


def is_named(form: Form, tier: Tier, name: str) -> bool:
    """Whether the item's text has this very seal's name in it."""
    plain = name.removesuffix(_SAMPLE)
    return bool(plain) and plain in seal_text(form.tiers, tier.value)


def approval_on_paper(body: Mapping[str, Any]) -> str:
    """The name of who approved the use of the seal on paper; empty when nobody did."""
    member = body.get(SEAL_APPROVAL)
    by = member.get("by") if isinstance(member, Mapping) else None
    return by if isinstance(by, str) else ""


def lacking(letter: Letter, form: Form, applied: Sequence[Applied]) -> str | None:
    """`LACKING` where the item asks for a unit's seal that is not there, `ON_PAPER` where it was put on paper, else None."""
    if letter.event is None or not applied:
        return None
    tier = Tier(applied[0].signer.tier)
    wanted = wanted_at(form, tier, letter.event)
    if wanted is None or _waits_for_the_head(letter):
        return None
    if any(_is_unit(one) and fits(form, tier, one.seal.seal_id, one.seal.name) for one in applied):
        return None
    return ON_PAPER if wanted == UNIT and _is_approved_on_paper(letter, tier) else LACKING


def _is_approved_on_paper(letter: Letter, tier: Tier) -> bool:
    """Whether a village hands in with its head's approval on paper: a name alone is none, the scan must go with it."""
    is_scanned = any(entry.material == SEAL_APPROVAL for entry in letter.enclosures)
    return tier is Tier.VILLAGE and letter.event is Event.SUBMITTED and is_scanned and bool(approval_on_paper(letter.body))


def _waits_for_the_head(letter: Letter) -> bool:
    """Whether a submission goes to the village head, whose decision bears the seal."""
    return letter.event is Event.SUBMITTED and letter.holder is not None and letter.holder.desk is Desk.HEAD


def _is_person(one: Applied) -> bool:
    return one.signer.usage == "person" and one.seal.kind == KINDS["person"]


def _is_unit(one: Applied) -> bool:
    return one.signer.usage == "organ" and one.seal.kind == KINDS["organ"] and kind_of(one.seal.seal_id) in UNIT_KINDS


def _is_head(one: Applied) -> bool:
    return one.signer.usage == "person" and Role.VILLAGE_HEAD in one.signer.roles
