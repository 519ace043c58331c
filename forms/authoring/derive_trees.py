"""The named derivations of the catalogue's source files as rule trees. Authoring only."""

from collections.abc import Callable, Mapping

from forms.authoring.rule_trees import EMPTY, Arguments, Tree, UnknownRuleError, any_of, condition, field, literal, one_of

_LOST = ["死亡", "宣告死亡", "失踪", "不详"]


def _all_filled(trees: list[Tree]) -> Tree:
    return ["and", *[["!=", tree, EMPTY] for tree in trees]]


def _not_future(day: Tree, result: Tree) -> Tree:
    return ["if", ["<=", ["yz:order", day, ["today"]], 0], result, EMPTY]


def _age_from_birth(d: Arguments) -> Tree:
    day = ["yz:date", field(d["of"])]
    return _not_future(day, ["yz:age", day])


def _days_since(d: Arguments) -> Tree:
    day = ["yz:date", field(d["of"])]
    return _not_future(day, ["yz:elapsed_days", day])


def _january_at_60(d: Arguments) -> Tree:
    day = ["yz:date", field(d["of"])]
    return ["if", ["!=", day, EMPTY], ["concat", ["+", ["substr", day, 0, 4], 60], "-01"], EMPTY]


def _sum(names: list[str]) -> Tree:
    return ["yz:sum", *[field(name) for name in names]]


def _subtract(d: Arguments) -> Tree:
    return ["yz:minus", *[field(name) for name in d["of"]]]


def _per_head(d: Arguments) -> Tree:
    amount = ["yz:minus", _sum(d["plus"]), *[field(name) for name in d.get("minus", [])]]
    count = ["count", ["form", d["by_rows"]]] if "by_rows" in d else field(d["by"])
    return ["yz:share", amount, ["yz:product", count, d["months"]] if "months" in d else count]


def _column(table: str, name: str) -> Tree:
    return ["yz:sum", ["column", ["form", table], name]]


def _band(d: Arguments) -> Tree:
    number: Tree = field(d["of"])
    if "floor" in d:
        number = ["max", number, literal(d["floor"])]
    tree: Tree = EMPTY
    for low, high, name in reversed(d["bands"]):
        tree = ["if", ["and", [">=", number, literal(low)], ["<=", number, literal(high)]], name, tree]
    return tree


def _lookup(d: Arguments) -> Tree:
    return ["yz:lookup", field(d["of"]), *[literal(part) for pair in d["table"].items() for part in pair]]


def _table_match(d: Arguments) -> Tree:
    a, b = (field(name) for name in d["of"])
    allowed = any_of([["and", ["=", a, key], one_of(b, values)] for key, values in d["table"].items()])
    return ["if", _all_filled([a, b]), ["if", allowed, "相符", "不相符"], EMPTY]


def _orphan_kind(d: Arguments) -> Tree:
    parents = [field(name) for name in d["of"]]
    both = ["and", *[one_of(parent, _LOST) for parent in parents]]
    return ["if", _all_filled(parents), ["if", both, "孤儿", "事实无人抚养儿童"], EMPTY]


def _care_level(d: Arguments) -> Tree:
    answers = [field(name) for name in d["of"]]
    unable: Tree = ["=", answers[0], "不能"]
    for answer in answers[1:]:
        unable = ["+", unable, ["=", answer, "不能"]]
    level = ["if", ["=", unable, 0], "具备", ["if", ["<=", unable, 3], "部分丧失", "完全丧失"]]
    return ["if", _all_filled(answers), level, EMPTY]


_DERIVATIONS: Mapping[str, Callable[[Arguments], Tree]] = {
    "gender_from_id": lambda d: ["yz:gender", field(d["of"])],
    "birth_from_id": lambda d: ["yz:birth", field(d["of"])],
    "age_from_id": lambda d: ["yz:age", ["yz:birth", field(d["of"])]],
    "age_from_birth": _age_from_birth,
    "days_since": _days_since,
    "jan_of_year_turning_60": _january_at_60,
    "add_months": lambda d: ["yz:add_months", ["yz:date", field(d["of"])], d["months"]],
    "months_in_year_under_3": lambda d: ["yz:months_under_3", *[field(name) for name in d["of"]]],
    "service_years_ceil": lambda d: ["yz:years_begun", *[field(name) for name in d["of"]]],
    "sum": lambda d: _sum(d["of"]),
    "subtract": _subtract,
    "mul": lambda d: ["yz:cents", ["yz:product", *[field(name) for name in d["of"]]]],
    "per_head": _per_head,
    "sum_column": lambda d: _column(*d["of"]),
    "sum_column_minus": lambda d: ["yz:minus", _column(d["of"][0], d["of"][1]), _column(d["of"][0], d["of"][2])],
    "band": _band,
    "lookup": _lookup,
    "table_match": _table_match,
    "condition": lambda d: ["if", condition(d["test"]), "是", "否"],
    "orphan_kind": _orphan_kind,
    "tekun_care_level": _care_level,
    "disability_kind": lambda d: ["yz:disability_kind", field(d["of"])],
    "disability_level": lambda d: ["yz:disability_level", field(d["of"])],
    "disability_no": lambda d: ["yz:disability_no", *[field(name) for name in d["of"]]],
}


def derivation(source: Arguments) -> Tree:
    """A derivation of the source as the tree of its value.

    Raises:
        UnknownRuleError: it has no tree.
    """
    if source["fn"] not in _DERIVATIONS:
        raise UnknownRuleError(source["fn"])
    return _DERIVATIONS[source["fn"]](source)
