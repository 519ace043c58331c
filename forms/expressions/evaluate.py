"""Checks a rule tree once and turns it into a function of a scope; the trees are described in this package's docstring."""

from collections.abc import Callable, Iterator
from typing import Any

from forms.expressions.county_functions import COUNTY_FUNCTIONS
from forms.expressions.date_functions import DATE_FUNCTIONS
from forms.expressions.functions import FUNCTIONS
from forms.expressions.math_functions import MATH_FUNCTIONS
from forms.expressions.moments import is_format
from forms.expressions.operators import OPERATORS, Operator, equal
from forms.expressions.patterns import compile_pattern
from forms.expressions.values import Scope, Value, boolean, number, value_of

Tree = Any
Rule = Callable[[Scope], Value]

MAX_DEPTH = 60
_MANY = 1000
MAX_INTEGER = 2**53 - 1
_ALL_FUNCTIONS = {**FUNCTIONS, **DATE_FUNCTIONS, **MATH_FUNCTIONS, **COUNTY_FUNCTIONS}
_OF_SEVERAL = ("count", "count-non-empty", "sum")
"""Functions of a node set: of anything else they make no sense."""
_FORMATS = ("format-date", "format-date-time")
_SEVERAL = ("field", "form", "self", "param", "where", "column", "if")


class TreeError(ValueError):
    """A tree that no engine accepts; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def compile_tree(tree: Tree) -> Rule:
    """The tree as a function of a scope.

    Raises:
        TreeError: unknown head, wrong number of arguments, a pattern outside the common subset, too deep.
    """
    return _Compiler(patient=False).rule(tree, 0)


def compile_patiently(tree: Tree) -> Rule:
    """The same, but what is wrong with a part of `and` and `or` is raised only when that part is asked.

    Raises:
        TreeError: as `compile_tree`; the rule too.
    """
    return _Compiler(patient=True).rule(tree, 0)


def check_node(tree: Tree) -> None:
    """Look at one node alone, not at its arguments.

    Raises:
        TreeError: its head is unknown, or it cannot have these arguments.
    """
    if isinstance(tree, str):
        return
    if isinstance(tree, int) and not isinstance(tree, bool):
        if abs(tree) > MAX_INTEGER:
            raise TreeError("not_a_number")
        return
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        raise TreeError("not_a_node")
    head, arguments = tree[0], tree[1:]
    if head not in _ARGUMENTS:
        raise TreeError("unknown_function")
    fewest, most = _ARGUMENTS[head]
    if not fewest <= len(arguments) <= most:
        raise TreeError("argument_count")
    if head in _NAMED and not isinstance(arguments[-1], str):
        raise TreeError("name_not_text")
    if head == "num" and number(arguments[0]) != number(arguments[0]):
        raise TreeError("not_a_number")
    if head == "regex":
        _check_pattern(arguments[1])
    if head in _FORMATS and isinstance(arguments[1], str) and not is_format(arguments[1]):
        raise TreeError("date_format")
    if head in _OF_SEVERAL and not (isinstance(arguments[0], list) and arguments[0][:1] and arguments[0][0] in _SEVERAL):
        raise TreeError("not_several")


def _check_pattern(pattern: Tree) -> None:
    if not isinstance(pattern, str):
        raise TreeError("pattern_not_literal")
    try:
        compile_pattern(pattern)
    except ValueError as error:
        raise TreeError("pattern") from error


class _Compiler:
    """Turns trees into rules; a patient one leaves what is wrong with a part of `and` and `or` to its evaluation."""

    def __init__(self, patient: bool) -> None:
        self._patient = patient

    def rule(self, tree: Tree, depth: int) -> Rule:
        if depth > MAX_DEPTH:
            raise TreeError("too_deep")
        check_node(tree)
        if isinstance(tree, str):
            return lambda scope: tree
        if isinstance(tree, int):
            return _constant(float(tree))
        head, arguments = tree[0], tree[1:]
        if head in _SPECIAL:
            return _SPECIAL[head](self, arguments, depth + 1)
        if head == "=" and _is_field(arguments[0]) and isinstance(arguments[1], str):
            return _field_is(arguments[0][1], arguments[1])
        rules = [self.rule(argument, depth + 1) for argument in arguments]
        if head in OPERATORS:
            return _binary(OPERATORS[head], rules[0], rules[1])
        return _call(_ALL_FUNCTIONS[head][2], rules)

    def part(self, tree: Tree, depth: int) -> Rule:
        """A part of `and` or `or`, which may never be asked."""
        if not self._patient:
            return self.rule(tree, depth)
        try:
            return self.rule(tree, depth)
        except TreeError as error:
            if error.code.startswith("pattern"):
                raise  # no browser may meet it
            return _raises(error.code)


def _raises(code: str) -> Rule:
    def go(scope: Scope) -> Value:
        raise TreeError(code)

    return go


def _constant(value: Value) -> Rule:
    return lambda scope: value


def _is_field(tree: Tree) -> bool:
    return isinstance(tree, list) and len(tree) == 2 and tree[0] == "field" and isinstance(tree[1], str)


def _field_is(name: str, wanted: str) -> Rule:
    """The commonest rule of all, without the detour over its parts."""

    def go(scope: Scope) -> Value:
        value = value_of(scope.answers.get(name))
        return value == wanted or equal(value, wanted, scope.zone)

    return go


def _binary(operator: Operator, left: Rule, right: Rule) -> Rule:
    return lambda scope: operator(left(scope), right(scope), scope.zone)


def _call(function: Callable[..., Value], rules: list[Rule]) -> Rule:
    if len(rules) == 1:
        only = rules[0]
        return lambda scope: function(scope, only(scope))
    if len(rules) == 2:
        first, second = rules
        return lambda scope: function(scope, first(scope), second(scope))
    return lambda scope: function(scope, *[rule(scope) for rule in rules])


def _num(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    return _constant(number(arguments[0]))


def _field(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    name = arguments[0]
    return lambda scope: value_of(scope.answers.get(name))


def _form(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    name = arguments[0]
    return lambda scope: value_of(scope.form.get(name))


def _param(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    name = arguments[0]
    return lambda scope: value_of(scope.parameters.get(name))


def _self(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    return lambda scope: value_of(scope.answer)


def _if(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    test, then, otherwise = (compiler.rule(argument, depth) for argument in arguments)
    return lambda scope: then(scope) if boolean(test(scope)) else otherwise(scope)


def _and(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    rules = [compiler.part(argument, depth) for argument in arguments]

    def go(scope: Scope) -> Value:
        for rule in rules:
            if not boolean(rule(scope)):
                return False
        return True

    return go


def _or(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    rules = [compiler.part(argument, depth) for argument in arguments]

    def go(scope: Scope) -> Value:
        for rule in rules:
            if boolean(rule(scope)):
                return True
        return False

    return go


def _neg(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    rule = compiler.rule(arguments[0], depth)
    return lambda scope: -number(rule(scope), scope.zone)


def _rows(value: Value) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _where(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    rows, test = compiler.rule(arguments[0], depth), compiler.rule(arguments[1], depth)

    def go(scope: Scope) -> Value:
        inner = Scope({}, scope.form, scope.today, scope.parameters, "", scope.now, scope.zone, 0)
        kept = []
        for row in _rows(rows(scope)):
            inner.answers = row
            inner.row += 1
            if boolean(test(inner)):
                kept.append(row)
        return kept

    return go


def _column(compiler: _Compiler, arguments: list[Tree], depth: int) -> Rule:
    rows, name = compiler.rule(arguments[0], depth), arguments[1]
    return lambda scope: [cell for row in _rows(rows(scope)) if (cell := row.get(name)) not in (None, "", [])]


_SPECIAL: dict[str, Callable[[_Compiler, list[Tree], int], Rule]] = {
    "num": _num,
    "field": _field,
    "form": _form,
    "param": _param,
    "self": _self,
    "if": _if,
    "and": _and,
    "or": _or,
    "neg": _neg,
    "where": _where,
    "column": _column,
}
_NAMED = ("num", "field", "form", "param", "column")
_ARGUMENTS: dict[str, tuple[int, int]] = {
    **{head: (1, 1) for head in ("num", "field", "form", "param", "neg")},
    **{head: (2, 2) for head in ("where", "column", *OPERATORS)},
    **{"self": (0, 0), "if": (3, 3), "and": (1, _MANY), "or": (1, _MANY)},
    **{head: (fewest, most) for head, (fewest, most, _) in _ALL_FUNCTIONS.items()},
}
"""Head → the fewest and the most arguments."""


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
