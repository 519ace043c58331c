"""Step 12, the rules between seals: which stand together, of which organ they are, and in which order the tiers come.

1. the first seal of an act is a person's; a unit's comes last; the village committee's needs its head's before it
2. a unit's seal is of the organ of its certificate, and of the person's who acts; both are of the organ on the case's route
3. on a document the tiers follow each other from the village up, each above the one before it
4. a letter's seals are of this case, and the transition table allows the act to the person
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from node.casework.seal_rules import Applied, fault_between
from signing.certificates import TIERS

FAULTS = ("first_not_person", "seal_kind", "seal_order", "unit_of_other_organ", "head_missing")
"""What `seal_rules` may find between the seals of one act."""

OWN = ("organ_of_seal", "off_the_route", "tier_order", "outside_tier", "other_case", "not_allowed")
"""What is found here: the codes of step 12 beside `FAULTS` and those of one seal alone."""

CODES = (*FAULTS, *OWN)


@dataclass(frozen=True)
class Objection:
    """A code of `CODES` against all seals of an act, or against the one at `place` (from 0); and facts."""

    code: str
    place: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def objection_to(village: str, applied: Sequence[Applied]) -> Objection | None:
    """What speaks against the seals of one act that was made in the name of the division `village`; None for nothing (1, 2)."""
    for place, one in enumerate(applied):
        named, of = one.seal.seal_id[:12], one.signer.division
        away = one.signer.usage == "person" and one.signer.station.startswith(named)
        if named != of and not away:
            return Objection("organ_of_seal", place, {"seal_id": one.seal.seal_id, "division": of})
    code = fault_between(village, applied)
    if code is None and any(one.signer.division != village for one in applied):
        code = "off_the_route"
    facts = {"division": village}
    return Objection(code, len(applied) - 1 if code in ("unit_of_other_organ", "head_missing") else None, facts) if code else None


def objection_to_order(acts: Sequence[Sequence[Applied]]) -> tuple[int, Objection] | None:
    """(which act, what) where the acts on one document are not from the village up, or not of one route (3)."""
    for place in range(1, len(acts)):
        if not acts[place - 1] or not acts[place]:
            continue
        below, above = acts[place - 1][0].signer, acts[place][0].signer
        if TIERS.index(below.tier) >= TIERS.index(above.tier):
            return place, Objection("tier_order", None, {"below": below.tier, "above": above.tier})
        if not above.covers(below):
            return place, Objection("outside_tier", None, {"below": below.division, "above": above.division})
    return None
