"""How the named rules, derivations and operators are called: name → what their arguments are, in order. Authoring only.

Kinds of arguments: `own` the answer that is judged (`.`); `field` an answer (`${id_no}`); `form` an answer or table of the form;
`column`, `text` and `param` texts; `number`; `value` a text or a number; `texts` a list, `list('a', 'b')`, or without `list` when
nothing follows; `condition` any expression. A `?` marks what may be left out, at the end.
"""

from collections.abc import Mapping

Parameters = tuple[tuple[str, str], ...]


def _parameters(line: str) -> Parameters:
    return tuple((name, kind) for name, _, kind in (one.partition(":") for one in line.split()))


def _table(lines: str) -> dict[str, Parameters]:
    return {name: _parameters(rest) for name, _, rest in (line.strip().partition(" ") for line in lines.strip().splitlines())}


RULES: Mapping[str, Parameters] = _table("""
    gb11643 self:own
    gb11643_when self:own field:field in:texts
    gb32100 self:own
    person_name self:own
    chinese_name self:own
    cn_mobile_or_landline self:own
    digits_len self:own min:number max:number
    regex self:own pattern:text
    not_future self:own
    not_past self:own
    within_days self:own days:number
    days_since_gte self:own days:number
    warn_if_days_since_gt self:own days:number
    gte_date self:own value:text
    lt_date self:own value:text
    age_between self:own min:number max:number
    age_gte self:own min:number
    age_lt self:own max:number
    age_on_or_within_months self:own min_age:number ahead_months:number
    birth_between self:own min:text max:text
    agrees_with_id self:own id_field:field part:text
    between self:own min:number max:value
    gt self:own value:number
    gte self:own value:number
    lt self:own value:number
    lte self:own value:number
    gt_field self:own field:field
    gte_field self:own field:field
    lte_field self:own field:field
    lte_param self:own param:param
    must_equal self:own value:value
    eq_field self:own field:field
    not_equal self:own field:field
    reject_if when:condition
    reject_if_any self:own values:texts for_field:field? for:texts?
    allowed_only_if self:own when:condition
    choice_allowed_when self:own value:text when:condition
    inform_if self:own value:text
    unique_column self:own column:column
    row_lte self:own a:column b:column
    sum_equals self:own column:column field:field
    sum_times_equals self:own table:form column:column times:number tolerance:number
    contains_applicant self:own rel:column column:column field:form
    disability_card self:own id_field:field?
    disability_level_in self:own values:texts
    tekun_disability self:own
    house_area_cap self:own n_field:field small_n:number small_min:number small_max:number per_head_max:number
    name_parts self:own parts:texts forbid:texts
    suffix_in self:own values:texts
    deny_list self:own words:texts
""")
"""A rule of a constraint, which must hold."""

FIELD_DERIVATIONS: Mapping[str, int | None] = {
    **dict.fromkeys(["gender_from_id", "birth_from_id", "age_from_id", "age_from_birth", "days_since", "jan_of_year_turning_60"], 1),
    **dict.fromkeys(["disability_kind", "disability_level"], 1),
    **dict.fromkeys(["months_in_year_under_3", "service_years_ceil", "mul", "orphan_kind"], 2),
    **{"disability_no": 3, "tekun_care_level": 6, "sum": None, "subtract": None},
}
"""Derivations of so many answers, or of any number: `gender_from_id(${id_no})`, `sum(${a}, ${b})`."""
