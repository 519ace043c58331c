"""One thing that is wrong with an answer, and the table of all codes it may bear.

A problem carries a code and facts, never a sentence. `message` is what the form's author wrote for it, or None; a page that
has both shows the author's sentence and may add its own for the code. Facts are JSON values; those of a code are listed in
`CODES`, which the wording table and its test walk.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

FactNames = tuple[str, ...]

ANSWER_CODES: Mapping[str, FactNames] = {
    # The whole set of answers; `field` is None.
    "too_large": ("limit_bytes",),
    "too_deep": (),
    # One answer and its place in the form.
    "unknown_field": (),
    "required": (),
    "underived": ("sources",),
    "derived": ("expected",),
    "filled_elsewhere": ("filled_by",),
    # The written form of a field's kind. `expected` is text, number, list, mapping or table.
    "type": ("expected",),
    "characters": (),
    "max_length": ("max",),
    "int": (),
    "decimal": (),
    "money": (),
    "date": (),
    "month": (),
    "bool": (),
    "choice": (),
    "repeated_choice": (),
    "min_select": ("min",),
    "id_no": (),
    "uscc": (),
    "disability_no": (),
    "mobile": (),
    "bank_no": (),
    "region": (),
    "region_outside": (),
    "region_level": ("level",),
    "region_unknown": (),
    "image": (),
    "not_attached": (),
    "min_items": ("min",),
    "min_rows": ("min",),
    "max_rows": ("max",),
    "coords": (),
}

RULE_CODES: Mapping[str, FactNames] = {
    # Why a citizen number is refused (rules gb11643, gb11643_when). `upgraded` is the 18-character number, or null.
    "id_15": ("upgraded",),
    "id_length": (),
    "id_province": (),
    "id_date": (),
    "id_future": (),
    "id_check": (),
    # The author's rules. Field ids in facts come with the label of the field beside them.
    "gb11643": (),
    "gb32100": (),
    "person_name": (),
    "chinese_name": (),
    "cn_mobile_or_landline": (),
    "digits_len": ("min", "max"),
    "regex": ("pattern",),
    "not_future": (),
    "not_past": (),
    "within_days": ("days",),
    "days_since_gte": ("days",),
    "warn_if_days_since_gt": ("days",),
    "gte_date": ("value",),
    "lt_date": ("value",),
    "age_between": ("min", "max"),
    "age_gte": ("min",),
    "age_lt": ("max",),
    "age_on_or_within_months": ("min_age", "ahead_months"),
    "birth_between": ("min", "max"),
    "agrees_with_id": ("part", "id_field", "id_label"),
    "between": ("min", "max"),
    "gt": ("value",),
    "gte": ("value",),
    "lt": ("value",),
    "lte": ("value",),
    "gt_field": ("field", "label"),
    "gte_field": ("field", "label"),
    "lte_field": ("field", "label"),
    "lte_param": ("value",),
    "must_equal": ("value",),
    "eq_field": ("field", "label"),
    "not_equal": ("field", "label"),
    "reject_if": (),
    "reject_if_any": ("values",),
    "allowed_only_if": (),
    "choice_allowed_when": ("value",),
    "inform_if": ("value",),
    "unique_column": ("column", "label"),
    "row_lte": ("a", "a_label", "b", "b_label"),
    "sum_equals": ("column", "label", "field", "field_label"),
    "sum_times_equals": ("table", "column", "times", "tolerance"),
    "contains_applicant": ("column", "label"),
    "disability_card": (),
    "disability_level_in": ("values",),
    "tekun_disability": (),
    "house_area_cap": ("small_n", "small_min", "small_max", "per_head_max"),
    "name_parts": ("parts", "forbid"),
    "suffix_in": ("values",),
    "deny_list": (),
    # A rule of a workbook that has no name of its own; its sentence is always the author's.
    "constraint": (),
}

MATERIAL_CODES: Mapping[str, FactNames] = {
    "missing_material": ("name", "form", "tolerance"),
    "unknown_material": (),
}

CODES: Mapping[str, FactNames] = {**ANSWER_CODES, **RULE_CODES, **MATERIAL_CODES}


@dataclasses.dataclass(frozen=True)
class Problem:
    """Something wrong with a field or a material.

    `column` and `row` (from 0) place it inside a table field. Not for display: `facts` are values, `message` is the author's.
    """

    field: str | None
    code: str
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    message: str | None = None
    column: str | None = None
    row: int | None = None
    material: str | None = None
