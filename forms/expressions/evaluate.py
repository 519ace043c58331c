"""Checks a rule tree once and turns it into a function of a scope; the trees are described in this package's docstring."""

from collections.abc import Callable, Iterator
from typing import Any

from forms.expressions.county_functions import COUNTY_FUNCTIONS
from forms.expressions.functions import FUNCTIONS
from forms.expressions.operators import OPERATORS
from forms.expressions.patterns import compile_pattern
from forms.expressions.values import Scope, Value, boolean, number, value_of

Tree = Any
Rule = Callable[[Scope], Value]

MAX_DEPTH = 60
_MANY = 1000
_ALL_FUNCTIONS = {**FUNCTIONS, **COUNTY_FUNCTIONS}
_OF_SEVERAL = ("count", "count-non-empty", "sum")
"""Functions of a node set: of a literal they make no sense."""


class TreeError(ValueError):
    """A tree that no engine accepts; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def compile_tree(tree: Tree, depth: int = 0) -> Rule:
    """The tree as a function of a scope.

    Raises:
        TreeError: unknown head, wrong number of arguments, a pattern outside the common subset, too deep.
    """
    if depth > MAX_DEPTH:
        raise TreeError("too_deep")
    if isinstance(tree, str):
        return lambda scope: tree
    if isinstance(tree, int) and not isinstance(tree, bool):
        literal = float(tree)
        return lambda scope: literal
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        raise TreeError("not_a_node")
    head, arguments = tree[0], tree[1:]
    if head in _SPECIAL:
        fewest, most, build = _SPECIAL[head]
        _count(arguments, fewest, most)
        return build(arguments, depth)
    rules = [compile_tree(argument, depth + 1) for argument in arguments]
    if head in OPERATORS:
        _count(arguments, 2, 2)
        return _binary(OPERATORS[head], rules[0], rules[1])
    if head not in _ALL_FUNCTIONS:
        raise TreeError("unknown_function")
    fewest, most, function = _ALL_FUNCTIONS[head]
    _count(arguments, fewest, most)
    if head == "regex":
        _check_pattern(arguments[1])
    if head in _OF_SEVERAL and not (isinstance(arguments[0], list) and arguments[0][0] != "num"):
        raise TreeError("not_several")
    return _call(function, rules)


def _count(arguments: list[Tree], fewest: int, most: int) -> None:
    if not fewest <= len(arguments) <= most:
        raise TreeError("argument_count")


def _check_pattern(pattern: Tree) -> None:
    if not isinstance(pattern, str):
        raise TreeError("pattern_not_literal")
    try:
        compile_pattern(pattern)
    except ValueError as error:
        raise TreeError("pattern") from error


def _binary(operator: Callable[[Value, Value], Value], left: Rule, right: Rule) -> Rule:
    return lambda scope: operator(left(scope), right(scope))


def _call(function: Callable[..., Value], rules: list[Rule]) -> Rule:
    if len(rules) == 1:
        only = rules[0]
        return lambda scope: function(scope, only(scope))
    return lambda scope: function(scope, *[rule(scope) for rule in rules])


def _name(argument: Tree) -> str:
    if not isinstance(argument, str):
        raise TreeError("name_not_text")
    return argument


def _num(arguments: list[Tree], depth: int) -> Rule:
    literal = number(_name(arguments[0]))
    if literal != literal:
        raise TreeError("not_a_number")
    return lambda scope: literal


def _field(arguments: list[Tree], depth: int) -> Rule:
    name = _name(arguments[0])
    return lambda scope: value_of(scope.answers.get(name))


def _form(arguments: list[Tree], depth: int) -> Rule:
    name = _name(arguments[0])
    return lambda scope: value_of(scope.form.get(name))


def _param(arguments: list[Tree], depth: int) -> Rule:
    name = _name(arguments[0])
    return lambda scope: value_of(scope.parameters.get(name))


def _self(arguments: list[Tree], depth: int) -> Rule:
    return lambda scope: value_of(scope.answer)


def _if(arguments: list[Tree], depth: int) -> Rule:
    test, then, otherwise = (compile_tree(argument, depth + 1) for argument in arguments)
    return lambda scope: then(scope) if boolean(test(scope)) else otherwise(scope)


def _and(arguments: list[Tree], depth: int) -> Rule:
    rules = [compile_tree(argument, depth + 1) for argument in arguments]
    return lambda scope: all(boolean(rule(scope)) for rule in rules)


def _or(arguments: list[Tree], depth: int) -> Rule:
    rules = [compile_tree(argument, depth + 1) for argument in arguments]
    return lambda scope: any(boolean(rule(scope)) for rule in rules)


def _neg(arguments: list[Tree], depth: int) -> Rule:
    rule = compile_tree(arguments[0], depth + 1)
    return lambda scope: -number(rule(scope))


def _rows(value: Value) -> Iterator[dict[str, Any]]:
    return (row for row in value if isinstance(row, dict)) if isinstance(value, list) else iter(())


def _where(arguments: list[Tree], depth: int) -> Rule:
    rows, test = (compile_tree(argument, depth + 1) for argument in arguments)

    def go(scope: Scope) -> Value:
        inner = Scope({}, scope.form, scope.today, scope.parameters)
        kept = []
        for row in _rows(rows(scope)):
            inner.answers = row
            if boolean(test(inner)):
                kept.append(row)
        return kept

    return go


def _column(arguments: list[Tree], depth: int) -> Rule:
    rows, name = compile_tree(arguments[0], depth + 1), _name(arguments[1])
    return lambda scope: [cell for row in _rows(rows(scope)) if (cell := row.get(name)) not in (None, "", [])]


_SPECIAL: dict[str, tuple[int, int, Callable[[list[Tree], int], Rule]]] = {
    "num": (1, 1, _num),
    "field": (1, 1, _field),
    "form": (1, 1, _form),
    "param": (1, 1, _param),
    "self": (0, 0, _self),
    "if": (3, 3, _if),
    "and": (1, _MANY, _and),
    "or": (1, _MANY, _or),
    "neg": (1, 1, _neg),
    "where": (2, 2, _where),
    "column": (2, 2, _column),
}


def references(tree: Tree) -> Iterator[tuple[str, str]]:
    """Every (kind, id) that a compiled tree reads: `field`, `form` or `param` where it stands, `cell` inside a table's rows."""
    if not isinstance(tree, list):
        return
    head = tree[0]
    if head in ("field", "form", "param"):
        yield head, tree[1]
    elif head == "where":
        yield from references(tree[1])
        for kind, name in references(tree[2]):
            yield ("cell" if kind == "field" else kind), name
    elif head == "column":
        yield from references(tree[1])
        yield "cell", tree[2]
    else:
        for argument in tree[1:]:
            yield from references(argument)
