"""The named rules, derivations and conditions of the catalogue's source files as rule trees. Authoring only."""

from collections.abc import Callable, Mapping
from typing import Any

Tree = Any
Arguments = Mapping[str, Any]

SELF: Tree = ["self"]
EMPTY = ""
SOFT_RULES = frozenset({"warn_if_days_since_gt", "inform_if"})


class UnknownRuleError(ValueError):
    """A source file names a rule, derivation or operator that has no tree."""


def literal(value: Any) -> Tree:
    """A value of the source as a literal: texts and integers as they are, other numbers by their decimals."""
    if isinstance(value, float) or (isinstance(value, str) and _is_decimal(value)):
        return ["num", str(value)]
    return value


def _is_decimal(value: str) -> bool:
    return value.replace(".", "", 1).replace("-", "", 1).isascii() and value.replace(".", "", 1).replace("-", "", 1).isdigit()


def field(name: str) -> Tree:
    """The tree that reads a field."""
    return ["field", name]


def any_of(trees: list[Tree]) -> Tree:
    """The trees joined by `or`."""
    return trees[0] if len(trees) == 1 else ["or", *trees] if trees else ["false"]


def all_of(trees: list[Tree]) -> Tree:
    """The trees joined by `and`."""
    return trees[0] if len(trees) == 1 else ["and", *trees] if trees else ["true"]


def one_of(value: Tree, choices: list[str]) -> Tree:
    """Whether the value is one of the choices."""
    return any_of([["=", value, choice] for choice in choices])


def _filled(value: Tree) -> Tree:
    return ["!=", value, EMPTY]


def _at_most(a: Tree, b: Tree) -> Tree:
    return ["<=", ["yz:order", a, b], 0]


_OPERATORS: Mapping[str, Callable[[Tree, Any], Tree]] = {
    "eq": lambda v, x: ["=", v, x],
    "ne": lambda v, x: ["!=", v, x],
    "in": one_of,
    "truthy": lambda v, x: _filled(v) if x else ["=", v, EMPTY],
    "contains": lambda v, x: ["selected", v, x],
    "contains_any": lambda v, x: any_of([["selected", v, one] for one in x]),
    "gt": lambda v, x: [">", v, literal(x)],
    "lt": lambda v, x: ["<", v, literal(x)],
    "lte": lambda v, x: ["<=", v, literal(x)],
    "lte_param": lambda v, x: _at_most(v, ["param", x]),
    "age_lt": lambda v, x: ["<", ["yz:age", v], x],
    "age_gte": lambda v, x: [">=", ["yz:age", v], x],
    "same_year_as": lambda v, x: ["=", ["substr", v, 0, 4], ["substr", ["today"] if x == "today" else x, 0, 4]],
}


def condition(source: Arguments) -> Tree:
    """A condition of the source as a tree.

    Raises:
        UnknownRuleError: it uses an operator that has no tree.
    """
    if "any_row" in source:
        rest = {name: value for name, value in source.items() if name != "any_row"}
        return [">", ["count", ["where", ["form", source["any_row"]], condition(rest)]], 0]
    parts = []
    if "all" in source:
        parts.append(all_of([condition(one) for one in source["all"]]))
    if "any" in source:
        parts.append(any_of([condition(one) for one in source["any"]]))
    if "stage" in source:
        parts.append(["yz:stage", source["stage"]])
    for name, value in source.items():
        if name in ("all", "any", "stage", "field"):
            continue
        if name not in _OPERATORS:
            raise UnknownRuleError(name)
        parts.append(_OPERATORS[name](field(source["field"]), value))
    return all_of(parts)


def _between(value: Tree, low: Any, high: Any) -> Tree:
    top = ["substr", ["today"], 0, 4] if high == "this_year" else literal(high)
    return ["and", [">=", value, literal(low)], ["<=", value, top]]


def _age_ahead(a: Arguments) -> Tree:
    return [">=", ["yz:age", SELF, ["yz:add_months", ["today"], a["ahead_months"]]], a["min_age"]]


def _reject_any(a: Arguments) -> Tree:
    free: Tree = ["not", any_of([["selected", SELF, one] for one in a["values"]])]
    if "for" not in a:
        return free
    return ["or", ["not", any_of([["selected", field(a["for_field"]), one] for one in a["for"]])], free]


def _contains_applicant(a: Arguments) -> Tree:
    me: Tree = ["=", field(a["rel"]), "本人"]
    same: Tree = ["and", me, ["=", field(a["column"]), ["form", a["field"]]]]
    return ["and", *[["=", ["count", ["where", SELF, test]], 1] for test in (me, same)]]


def _sum_times(a: Arguments) -> Tree:
    total = ["yz:product", ["yz:sum", ["column", ["form", a["table"]], a["column"]]], a["times"]]
    return ["yz:within", total, SELF, a["tolerance"]]


def _disability_card(a: Arguments) -> Tree:
    valid: Tree = _filled(["yz:disability_kind", SELF])
    return ["and", valid, ["=", ["substr", SELF, 0, 18], field(a["id_field"])]] if "id_field" in a else valid


def _tekun(a: Arguments) -> Tree:
    kinds = [(("智力", "精神"), ("一级", "二级", "三级")), (("肢体",), ("一级", "二级")), (("视力",), ("一级",))]
    kind, level = ["yz:disability_kind", SELF], ["yz:disability_level", SELF]
    return any_of([["and", one_of(kind, list(ks)), one_of(level, list(ls))] for ks, ls in kinds])


def _area_cap(a: Arguments) -> Tree:
    persons = field(a["n_field"])
    small = _between(SELF, a["small_min"], a["small_max"])
    large = _at_most(SELF, ["yz:product", persons, literal(a["per_head_max"])])
    return ["and", [">", persons, 0], ["if", ["<=", persons, a["small_n"]], small, large]]


def _name_parts(a: Arguments) -> Tree:
    shape: Tree = ["regex", SELF, "^[\\u3400-\\u9fff]{1,8}?[省市县区][\\u3400-\\u9fff]{4,60}$"]
    return all_of([shape, *[["not", ["contains", SELF, word]] for word in a["forbid"]]])


def _unless_empty(other: Tree, test: Tree) -> Tree:
    return ["or", ["=", other, EMPTY], test]


def _order_to(sign: str) -> Callable[[Arguments], Tree]:
    return lambda a: _unless_empty(field(a["field"]), [sign, ["yz:order", SELF, field(a["field"])], 0])


def _own_precision(value: str) -> Tree:
    return ["substr", value, 0, ["string-length", SELF]]


_RULES: Mapping[str, Callable[[Arguments], Tree]] = {
    "gb11643": lambda a: ["yz:gb11643", SELF],
    "gb11643_when": lambda a: ["or", ["not", one_of(field(a["field"]), a["in"])], ["yz:gb11643", SELF]],
    "gb32100": lambda a: ["yz:gb32100", SELF],
    "person_name": lambda a: ["yz:person_name", SELF],
    "chinese_name": lambda a: ["yz:chinese_name", SELF],
    "cn_mobile_or_landline": lambda a: ["regex", SELF, "^(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[2-9][0-9]{6,7})$"],
    "digits_len": lambda a: ["regex", SELF, f"^[0-9]{{{a['min']},{a['max']}}}$"],
    "regex": lambda a: ["regex", SELF, a["pattern"]],
    "not_future": lambda a: [">=", ["yz:elapsed_days", SELF], 0],
    "not_past": lambda a: ["<=", ["yz:elapsed_days", SELF], 0],
    "within_days": lambda a: _between(["yz:elapsed_days", SELF], 0, a["days"]),
    "days_since_gte": lambda a: [">=", ["yz:elapsed_days", SELF], a["days"]],
    "warn_if_days_since_gt": lambda a: ["<=", ["yz:elapsed_days", SELF], a["days"]],
    "gte_date": lambda a: [">=", ["yz:order", SELF, _own_precision(a["value"])], 0],
    "lt_date": lambda a: ["<", ["yz:order", SELF, _own_precision(a["value"])], 0],
    "age_between": lambda a: _between(["yz:age", SELF], a["min"], a["max"]),
    "age_gte": lambda a: [">=", ["yz:age", SELF], a["min"]],
    "age_lt": lambda a: ["<", ["yz:age", SELF], a["max"]],
    "age_on_or_within_months": _age_ahead,
    "birth_between": lambda a: ["and", _at_most(a["min"], ["yz:date", SELF]), _at_most(["yz:date", SELF], a["max"])],
    "agrees_with_id": lambda a: ["yz:agrees_with_id", SELF, field(a["id_field"]), a["part"]],
    "between": lambda a: _between(SELF, a["min"], a["max"]),
    "gt": lambda a: [">", SELF, literal(a["value"])],
    "gte": lambda a: [">=", SELF, literal(a["value"])],
    "lt": lambda a: ["<", SELF, literal(a["value"])],
    "lte": lambda a: ["<=", SELF, literal(a["value"])],
    "gt_field": _order_to(">"),
    "gte_field": _order_to(">="),
    "lte_field": _order_to("<="),
    "lte_param": lambda a: _at_most(SELF, ["param", a["param"]]),
    "must_equal": lambda a: ["=", SELF, a["value"]],
    "eq_field": lambda a: ["=", SELF, field(a["field"])],
    "not_equal": lambda a: ["!=", SELF, field(a["field"])],
    "reject_if": lambda a: ["not", condition(a["when"])],
    "reject_if_any": _reject_any,
    "allowed_only_if": lambda a: ["or", ["!=", SELF, "是"], condition(a["when"])],
    "choice_allowed_when": lambda a: ["or", ["!=", SELF, a["value"]], condition(a["when"])],
    "inform_if": lambda a: ["!=", SELF, a["value"]],
    "unique_column": lambda a: ["yz:distinct", ["column", SELF, a["column"]]],
    "row_lte": lambda a: ["=", ["count", ["where", SELF, [">", ["yz:order", field(a["a"]), field(a["b"])], 0]]], 0],
    "sum_equals": lambda a: ["=", ["yz:order", ["yz:sum", ["column", SELF, a["column"]]], ["yz:sum", field(a["field"])]], 0],
    "sum_times_equals": _sum_times,
    "contains_applicant": _contains_applicant,
    "disability_card": _disability_card,
    "disability_level_in": lambda a: one_of(["yz:disability_level", SELF], a["values"]),
    "tekun_disability": _tekun,
    "house_area_cap": _area_cap,
    "name_parts": _name_parts,
    "suffix_in": lambda a: any_of([["ends-with", SELF, ending] for ending in a["values"]]),
    "deny_list": lambda a: ["not", any_of([["contains", SELF, word] for word in a["words"]])],
}


def rule(name: str, arguments: Arguments) -> Tree:
    """A rule of the source as a tree that must hold; `deny_list` needs its words in the argument `words`.

    Raises:
        UnknownRuleError: it has no tree.
    """
    if name not in _RULES:
        raise UnknownRuleError(name)
    tree = _RULES[name](arguments)
    return ["or", ["not", condition(arguments["only_when"])], tree] if "only_when" in arguments else tree
