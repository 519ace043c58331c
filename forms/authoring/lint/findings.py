"""What the lint says of an item: one finding a fault, and the table of all codes that a finding may bear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["refuse", "warn"]


@dataclass(frozen=True)
class Finding:
    """One fault of an item: where, what, and whether it may be published all the same.

    `place` is a path such as `materials.mat_id` or `fields.name.constraints.0`; facts are values for the sentence.
    """

    place: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    level: Level = "refuse"


CODES: Mapping[str, tuple[str, ...]] = {
    # The package as a whole; `reason` is the code of the schema.
    "not_a_package": ("reason",),
    "no_legal_basis": (),
    "no_charge": (),
    "no_result": (),
    # Materials.
    "vague_material": ("name", "word"),
    "open_material": ("name", "word"),
    "material_without_source": ("name",),
    "material_without_basis": ("name",),
    "denied_certificate": ("name", "denied"),
    "village_certificate": ("name",),
    # Limits and stages.
    "promise_over_legal": ("promised", "legal"),
    "extension_under_legal": ("extended", "legal"),
    "tiers_over_promise": ("sum", "promised"),
    "part_over_promise": ("name", "workdays", "promised"),
    "too_many_stages": ("stages", "count", "most"),
    "unknown_tier": ("tier",),
    "tier_without_actions": ("tier",),
    "decides_without_actions": ("tier",),
    "ill_shaped": ("expected",),
    "bad_item_code": ("item_code",),
    "bad_division": ("division", "name"),
    # Fields and rules.
    "same_label": ("label", "section"),
    "kind_changed": ("label", "before", "after"),
    "never_asked": ("label",),
    "never_asked_when_valid": ("label",),
    "never_passes": ("label", "rule"),
    "rules_exclude_each_other": ("label",),
    "material_never_needed": ("name",),
    # The sample.
    "no_sample": (),
    "sample_fails": ("label", "problem"),
    "sample_materials_differ": ("needed",),
    "sample_out_of_date": ("label", "problem"),
}
"""Code → the names of its facts; the wording table and its test walk it."""
