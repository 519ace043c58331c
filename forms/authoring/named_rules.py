"""The catalogue's named rules, derivations and operators as calls in expressions: `age_between(., 16, 59)`. Authoring only.

A call becomes the tree that the catalogue's converter makes of the same rule, so packages and engines know nothing of names.
The operator `contains` is written `selected(${a}, 'x')`, and `field` is `${a}` itself. What the arguments are stands in
`named_parameters.py`; what has a shape of its own is below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.authoring import derive_trees, rule_trees
from forms.authoring.named_parameters import FIELD_DERIVATIONS, RULES, Parameters
from forms.authoring.named_trees import arguments_in, condition_gap, filled, gap
from forms.authoring.rule_trees import Tree, all_of, any_of, one_of
from forms.authoring.xpath_print import Printer, quoted
from forms.authoring.xpath_reader import LIST, Reader

SELF: Tree = ["self"]


@dataclass(frozen=True)
class NamedCall:
    """A constraint that is one call: the rule's name, its arguments as the catalogue names them, and when it applies at all.

    `when` among the arguments, and `only_when`, are trees.
    """

    name: str
    arguments: Mapping[str, Any]
    only_when: Tree | None = None


def expand(name: str, given: list[Tree]) -> Tree:
    """The tree of a call.

    Raises:
        KeyError: no named rule, derivation or operator is called so.
        ValueError: these are no arguments of it; its text is how it is called.
    """
    if name == "sum" and len(given) == 1:
        raise KeyError(name)  # XPath's own, of a node set
    if name == LIST:
        return [LIST, *given]
    if name not in RULES and name not in FIELD_DERIVATIONS and name not in _OTHERS:
        raise KeyError(name)
    try:
        if name in RULES:
            return _rule_tree(name, _read(RULES[name], given))
        return _of_fields(name, given) if name in FIELD_DERIVATIONS else _OTHERS[name][1](given)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(signature(name)) from error


def signature(name: str) -> str:
    """How a named rule is called, for whoever called it otherwise."""
    if name in RULES:
        return f"{name}({', '.join('.' if kind == 'own' else _words(*one) for one in RULES[name] for kind in one[1:])})"
    if name in FIELD_DERIVATIONS:
        count = FIELD_DERIVATIONS[name]
        return f"{name}({', '.join('${…}' for _ in range(count or 2))}{'' if count else ', …'})"
    return _OTHERS[name][0]


def _words(name: str, kind: str) -> str:
    shown = {"field": "${…}", "form": "${/…}", "texts": f"{name} …", "condition": "condition"}.get(kind.rstrip("?"), name)
    return f"[{shown}]" if kind.endswith("?") else shown


class _MisfitError(ValueError):
    """An argument is not what the rule asks for."""


def _read(parameters: Parameters, given: list[Tree]) -> dict[str, Any]:
    """The arguments by name: literals as values, everything else as trees."""
    found: dict[str, Any] = {}
    rest = list(given)
    for place, (name, kind) in enumerate(parameters):
        if not rest and kind.endswith("?"):
            continue
        base = kind.rstrip("?")
        if base == "texts" and place == len(parameters) - 1 and not _is_list(rest[0]):
            found[name], rest = [_literal(one) for one in rest], []
        else:
            found[name] = _argument(base, rest.pop(0))
    if rest:
        raise _MisfitError
    return found


def _argument(kind: str, tree: Tree) -> Any:
    if kind in ("own", "field", "condition"):
        return _no_list(tree)
    if kind == "form":
        return _plain_name(tree)
    if kind == "texts":
        return [_literal(one) for one in _listed(tree)]
    value = _literal(tree[1] if kind == "param" and isinstance(tree, list) and tree[0] == "param" else tree)
    if kind == "value" or isinstance(value, int) or (isinstance(tree, list) and kind == "number"):
        return value
    if kind == "number":
        raise _MisfitError
    return value


def _is_list(tree: Tree) -> bool:
    return isinstance(tree, list) and tree[0] == LIST


def _listed(tree: Tree) -> list[Tree]:
    return list(tree[1:]) if _is_list(tree) else [tree]


def _no_list(tree: Tree) -> Tree:
    if _is_list(tree):
        raise _MisfitError
    return tree


def _literal(tree: Tree) -> Any:
    """The value of a literal; a number that is no integer as its decimals."""
    if isinstance(tree, list):
        if tree[0] != "num":
            raise _MisfitError
        return tree[1]
    return tree


def _plain_name(tree: Tree) -> str:
    if not isinstance(tree, list) or tree[0] not in ("field", "form"):
        raise _MisfitError
    return str(tree[1])


def _rule_tree(name: str, found: Mapping[str, Any]) -> Tree:
    arguments, parts = dict(found), {}
    for argument, kind in RULES[name]:
        if kind.rstrip("?") in ("field", "condition") and argument in found:
            parts[gap(argument)] = found[argument]
            arguments[argument] = condition_gap(argument) if kind == "condition" else gap(argument)
    return filled(rule_trees.rule(name, arguments), found.get("self", SELF), parts)


def _of_fields(name: str, given: list[Tree], **more: Any) -> Tree:
    """A derivation of answers, of each of which any expression may take the place."""
    count = FIELD_DERIVATIONS.get(name, len(given))
    if not given or (count is not None and len(given) != count):
        raise _MisfitError
    names = [gap(str(place)) for place in range(len(given))]
    single = count == 1 or name in ("band", "lookup", "add_months")
    tree = derive_trees.derivation({"fn": name, "of": names[0] if single else names, **more})
    return filled(tree, SELF, dict(zip(names, map(_no_list, given), strict=True)))


def _per_head(given: list[Tree]) -> Tree:
    plus, minus, heads, *months = given
    names = [gap(f"{place}") for place in range(len(plus) + len(minus))]
    source = {"fn": "per_head", "plus": names[: len(plus) - 1], "minus": names[len(plus) : len(plus) + len(minus) - 1], "by": gap("heads")}
    if months:
        source["months"] = _literal(months[0])
    parts = dict(zip(source["plus"], _listed(plus), strict=True)) | dict(zip(source["minus"], _listed(minus), strict=True))
    return filled(derive_trees.derivation(source), SELF, parts | {gap("heads"): heads})


def _band(given: list[Tree]) -> Tree:
    numbers = [_literal(one) for one in given[1:]]
    bands = [numbers[place : place + 3] for place in range(0, len(numbers), 3)]
    if not bands or len(bands[-1]) != 3:
        raise _MisfitError
    return _of_fields("band", given[:1], bands=bands)


def _lookup(given: list[Tree]) -> Tree:
    if len(given) % 2 == 0:
        raise _MisfitError
    pairs = [_literal(one) for one in given[1:]]
    return _of_fields("lookup", given[:1], table=dict(zip(pairs[::2], pairs[1::2], strict=True)))


def _table_match(given: list[Tree]) -> Tree:
    rows = [[_literal(one) for one in _listed(row)] for row in given[2:]]
    return _of_fields("table_match", given[:2], table={row[0]: row[1:] for row in rows})


def _columns(name: str, count: int) -> Callable[[list[Tree]], Tree]:
    def go(given: list[Tree]) -> Tree:
        if len(given) != count + 1:
            raise _MisfitError
        return derive_trees.derivation({"fn": name, "of": [_plain_name(given[0]), *[_literal(one) for one in given[1:]]]})

    return go


def _same_year(given: list[Tree]) -> Tree:
    value, day = given
    return filled(rule_trees.condition({"field": gap("a"), "same_year_as": _literal(day)}), SELF, {gap("a"): value})


def _any_row(given: list[Tree]) -> Tree:
    table, test = given
    return [">", ["count", ["where", ["form", _plain_name(table)], test]], 0]


def _truthy(given: list[Tree]) -> Tree:
    value, *wanted = given
    return ["=" if wanted == [["false"]] else "!=", value, ""]


def _of_one(make: Callable[[Tree, list[Any]], Tree]) -> Callable[[list[Tree]], Tree]:
    """Of an answer and at least one literal."""

    def go(given: list[Tree]) -> Tree:
        if len(given) < 2:
            raise _MisfitError
        return make(_no_list(given[0]), [_literal(one) for one in given[1:]])

    return go


def _of_all(make: Callable[[list[Tree]], Tree]) -> Callable[[list[Tree]], Tree]:
    """Of at least one condition."""

    def go(given: list[Tree]) -> Tree:
        if not given:
            raise _MisfitError
        return make([_no_list(one) for one in given])

    return go


def _exactly(count: int, make: Callable[..., Tree]) -> Callable[[list[Tree]], Tree]:
    def go(given: list[Tree]) -> Tree:
        if len(given) != count or any(map(_is_list, given)):
            raise _MisfitError
        return make(*given)

    return go


_OTHERS: Mapping[str, tuple[str, Callable[[list[Tree]], Tree]]] = {
    "add_months": ("add_months(${…}, months)", lambda a: _of_fields("add_months", a[:1], months=_literal(*a[1:]))),
    "per_head": ("per_head(list(${…}), list(), count(${/…}), [months])", _per_head),
    "sum_column": ("sum_column(${/…}, column)", _columns("sum_column", 1)),
    "sum_column_minus": ("sum_column_minus(${/…}, column, column)", _columns("sum_column_minus", 2)),
    "band": ("band(${…}, from, to, name, …)", _band),
    "lookup": ("lookup(${…}, value, result, …)", _lookup),
    "table_match": ("table_match(${…}, ${…}, list(value, allowed, …), …)", _table_match),
    "condition": ("condition(condition)", _exactly(1, lambda test: ["if", test, "是", "否"])),
    "eq": ("eq(${…}, value)", _exactly(2, lambda a, b: ["=", a, b])),
    "ne": ("ne(${…}, value)", _exactly(2, lambda a, b: ["!=", a, b])),
    "in": ("in(${…}, value, …)", _of_one(one_of)),
    "truthy": ("truthy(${…}, [false()])", _truthy),
    "contains_any": ("contains_any(${…}, choice, …)", _of_one(lambda a, choices: any_of([["selected", a, one] for one in choices]))),
    "same_year_as": ("same_year_as(${…}, 'today')", _same_year),
    "all": ("all(condition, …)", _of_all(all_of)),
    "any": ("any(condition, …)", _of_all(any_of)),
    "any_row": ("any_row(${/…}, condition)", _any_row),
    "stage": ("stage(name)", _exactly(1, lambda name: ["yz:stage", _literal(name)])),
}


def named_call(text: str) -> NamedCall | None:
    """The call that a constraint is, alone or as `not(condition) or call`; None when it is another expression.

    Raises:
        ExpressionError: it is no expression.
    """
    calls: dict[int, tuple[Tree, str, list[Tree]]] = {}

    def remember(name: str, given: list[Tree]) -> Tree:
        tree = expand(name, given)
        calls[id(tree)] = (tree, name, given)
        return tree

    tree = Reader(text, remember).tree()
    only_when = None
    if id(tree) not in calls and isinstance(tree, list) and tree[0] == "or" and len(tree) == 3 and _is_not(tree[1]):
        only_when, tree = tree[1][1], tree[2]
    _, name, given = calls.get(id(tree), (None, "", []))
    if name not in RULES:
        return None
    found = _read(RULES[name], given)
    named = {argument: _told(found[argument], kind) for argument, kind in RULES[name] if argument in found and kind != "own"}
    return None if None in named.values() or found.get("self", SELF) != SELF else NamedCall(name, named, only_when)


def _is_not(tree: Tree) -> bool:
    return isinstance(tree, list) and tree[0] == "not"


def _told(value: Any, kind: str) -> Any:
    """An answer by its id; None when another expression takes its place."""
    if kind.rstrip("?") != "field":
        return value
    return value[1] if isinstance(value, list) and value[0] == "field" else None


def call_text(name: str, arguments: Mapping[str, Any], only_when: Tree | None = None) -> str:
    """The call with these arguments, as `named_call` gives them; conditions may be the catalogue's own or trees."""
    parameters = [one for one in RULES[name] if one[1] == "own" or one[0] in arguments]
    written = [_write(kind, arguments.get(argument), argument == RULES[name][-1][0]) for argument, kind in parameters]
    call = f"{name}({', '.join(written)})"
    return call if only_when is None else f"not({_condition_text(only_when)}) or {call}"


def _write(kind: str, value: Any, is_last: bool) -> str:
    base = kind.rstrip("?")
    if base == "own":
        return "."
    if base == "condition":
        return _condition_text(value)
    if base in ("field", "form"):
        return Printer().text(["field" if base == "field" else "form", value])
    if base == "texts":
        texts = ", ".join(_literal_text(one) for one in value)
        return texts if is_last and value else f"{LIST}({texts})"
    return Printer().text(rule_trees.literal(value)) if base == "number" else _literal_text(value)


def _condition_text(condition: Any) -> str:
    return Printer().text(rule_trees.condition(condition) if isinstance(condition, Mapping) else condition)


def _literal_text(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else Printer().text(rule_trees.literal(value))


def call_of(code: str, tree: Tree, facts: Mapping[str, Any] | None = None) -> str | None:
    """The call of the rule of that code that expands to just this tree; None when none does.

    `facts` are those of the constraint: a few arguments stand there alone.
    """
    if code not in RULES:
        return None
    found = arguments_in(code, tree, facts or {})
    if found is not None:
        return _proven(call_text(code, found), tree)
    if isinstance(tree, list) and tree[0] == "or" and len(tree) == 3 and _is_not(tree[1]):
        found = arguments_in(code, tree[2], facts or {})
        return None if found is None else _proven(call_text(code, found, tree[1][1]), tree)
    return None


def _proven(text: str, tree: Tree) -> str | None:
    try:
        return text if Reader(text, expand).tree() == tree else None
    except ValueError:
        return None
