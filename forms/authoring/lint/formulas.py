"""Rule trees as formulas over unknowns, so that it can be decided whether they can hold at all.

An unknown stands for an answer, or for what a function makes of answers, and has few values to try: the choices of a question,
else those at and beside each literal that it is compared with. What cannot be told apart that way is an unknown of its own that
may be true or false. So a formula allows at least what the rules allow, and one that cannot hold is a proof that they cannot.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.authoring.lint.values import beside
from forms.expressions import days, exact
from forms.expressions.evaluate import Rule, Tree, compile_tree, references
from forms.expressions.values import Scope, boolean, number_text
from forms.schema import Field

CHOICE = "∋"
"""Stands between a question and one of the choices that it may hold among others."""
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BOOLEAN = frozenset(
    {*COMPARISONS, "and", "or", "not", "true", "false", "boolean", "selected", "contains", "starts-with", "ends-with", "regex"}
    | {"yz:stage", "yz:gb11643", "yz:gb32100", "yz:person_name", "yz:chinese_name", "yz:agrees_with_id", "yz:within", "yz:distinct"}
)
_NEVER = date(2000, 1, 1)
"""Stands for the day in rules that read none."""


@dataclass(frozen=True)
class Formula:
    """`and`, `or` or `not` of other formulas, or (`test`) a rule that reads a few unknowns."""

    kind: str
    parts: tuple["Formula", ...] = ()
    reads: tuple[str, ...] = ()
    test: Rule | None = field(default=None, compare=False)


HOLDS = Formula("and")
FAILS = Formula("or")


def all_of(*parts: Formula) -> Formula:
    """All of them hold."""
    return Formula("and", parts)


def any_of(*parts: Formula) -> Formula:
    """One of them holds."""
    return Formula("or", parts)


def negated(one: Formula) -> Formula:
    """It does not hold."""
    return Formula("not", (one,))


def unknowns(formula: Formula) -> Iterator[str]:
    """The unknowns that a formula reads, in its order, some more than once."""
    yield from formula.reads
    for part in formula.parts:
        yield from unknowns(part)


@dataclass
class Unknowns:
    """The values that each unknown may take; `literals` are what an open one is compared with."""

    literals: dict[str, list[Tree]] = field(default_factory=dict)
    finite: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def values(self, name: str) -> tuple[Any, ...]:
        """Every value of the unknown that makes a difference."""
        if name in self.finite:
            return self.finite[name]
        one = self.fields.get(name)
        return beside(self.literals.get(name, []), one.kind if one else "int" if name in self.whole else "decimal")


class Reader:
    """Reads the trees of one scope: `resolve` names the answer that a node reads, `inline` gives the tree it is calculated by."""

    def __init__(
        self,
        known: Unknowns,
        parameters: Mapping[str, Any],
        resolve: Callable[[Tree], str | None],
        inline: Callable[[str], Tree | None],
    ) -> None:
        self._known = known
        self._parameters = parameters
        self._resolve = resolve
        self._inline = inline

    def formula(self, tree: Tree) -> Formula:
        """What must be so for the tree to be true."""
        if not isinstance(tree, list):
            return HOLDS if boolean(self._value(tree)) else FAILS
        head, arguments = tree[0], tree[1:]
        if head in ("and", "or"):
            return Formula(head, tuple(self.formula(one) for one in arguments))
        if head in ("not", "boolean"):
            inner = self.formula(arguments[0])
            return negated(inner) if head == "not" else inner
        if head == "if":
            return self._either(*arguments)
        if head in COMPARISONS:
            return self._comparison(head, *arguments)
        if head == "selected" and isinstance(arguments[1], str) and (picked := self._picked(*arguments)) is not None:
            return picked
        if head in _BOOLEAN:
            return self._finite(tree) or self._free(tree)
        return self._comparison("!=", tree, "")

    def _picked(self, chosen: Tree, choice: str) -> Formula | None:
        """One choice of a question that may have several: an unknown of its own."""
        answer = self._resolve(chosen)
        one = self._known.fields.get(answer or "")
        if answer is None or one is None or one.kind != "multichoice" or not one.choices:
            return None
        if choice not in one.choices:
            return FAILS
        name = f"{answer}{CHOICE}{choice}"
        self._known.finite[name] = (True, False)
        return self._atom((name,), ["field", name])

    def _either(self, test: Tree, then: Tree, otherwise: Tree) -> Formula:
        condition = self.formula(test)
        return any_of(all_of(condition, self.formula(then)), all_of(negated(condition), self.formula(otherwise)))

    def _comparison(self, sign: str, left: Tree, right: Tree) -> Formula:
        left, right = self._opened(left), self._opened(right)
        for a, b, turned in ((left, right, False), (right, left, True)):
            if isinstance(a, list) and a[0] == "if" and self._is_constant(b):
                test = self.formula(a[1])
                sides = [(sign, each, b) if not turned else (sign, b, each) for each in a[2:]]
                return any_of(all_of(test, self._comparison(*sides[0])), all_of(negated(test), self._comparison(*sides[1])))
        tree = [sign, left, right]
        found = self._finite(tree) or self._with_literal(sign, left, right) or self._with_literal(_TURNED[sign], right, left)
        return found or self._free(tree)

    def _with_literal(self, sign: str, term: Tree, literal: Tree) -> Formula | None:
        """A comparison of one unknown with a literal; through `yz:order`, of an unknown with the literal it is set against."""
        if not self._is_constant(literal) or not isinstance(term, list) or term[0] in _BOOLEAN or self._is_constant(term):
            return None
        if term[0] != "yz:order":
            name = self._open(term, [self._value(literal)])
            return self._atom((name,), [sign, ["field", name], _written(self._value(literal))])
        if not self._is_constant(term[2]) or self._is_constant(term[1]) or not _has_order(self._value(term[2])):
            return None
        name = self._open(term[1], [self._value(term[2])])
        return self._atom((name,), [sign, ["yz:order", ["field", name], _written(self._value(term[2]))], _written(self._value(literal))])

    def _open(self, term: Tree, literals: list[Tree]) -> str:
        """The unknown that a term is, with what it is compared with."""
        answer = self._resolve(term)
        name = answer if answer is not None else "~" + json.dumps(term, ensure_ascii=False)
        if answer is None and isinstance(term, list) and term[0] in _WHOLE:
            self._known.whole.add(name)
        self._known.literals.setdefault(name, []).extend(literals)
        return name

    def _finite(self, tree: Tree) -> Formula | None:
        """The tree as it is, when all that it reads are questions with few answers."""
        if any(kind in ("cell", "param") for kind, _ in references(tree)) or _reads_the_day(tree):
            return None
        names: list[str] = []
        renamed = self._renamed(tree, names)
        return None if renamed is None else self._atom(tuple(dict.fromkeys(names)), renamed)

    def _renamed(self, tree: Tree, names: list[str]) -> Tree | None:
        if not isinstance(tree, list):
            return tree
        answer = self._resolve(tree)
        if answer is not None:
            opened = self._opened(tree)
            if opened is not tree:
                return self._renamed(opened, names)
            if answer not in self._known.finite:
                return None
            names.append(answer)
            return ["field", answer]
        if tree[0] == "num":
            return tree
        parts = [self._renamed(one, names) for one in tree[1:]]
        return None if any(one is None for one in parts) else [tree[0], *parts]

    def _opened(self, tree: Tree) -> Tree:
        """The tree behind an answer that is calculated, else the tree."""
        answer = self._resolve(tree)
        inlined = None if answer is None else self._inline(answer)
        return tree if inlined is None else inlined

    def _free(self, tree: Tree) -> Formula:
        name = "?" + json.dumps(self._canonical(tree), ensure_ascii=False)
        self._known.finite[name] = (True, False)
        return self._atom((name,), ["field", name])

    def _canonical(self, tree: Tree) -> Tree:
        """The tree with answers by their full names, so that one condition is one unknown in every scope."""
        if not isinstance(tree, list):
            return tree
        answer = self._resolve(tree)
        return ["field", answer] if answer is not None else [tree[0], *[self._canonical(one) for one in tree[1:]]]

    def _atom(self, reads: tuple[str, ...], tree: Tree) -> Formula:
        if not reads:
            return HOLDS if boolean(self._value(tree)) else FAILS
        return Formula("test", (), reads, compile_tree(tree))

    def _is_constant(self, tree: Tree) -> bool:
        return not _reads_the_day(tree) and not _has_self(tree) and all(kind == "param" for kind, _ in references(tree))

    def _value(self, tree: Tree) -> Any:
        return compile_tree(tree)(Scope({}, {}, _NEVER, self._parameters))


_WHOLE = frozenset(
    {"yz:age", "yz:elapsed_days", "yz:years_begun", "yz:months_under_3", "count", "count-non-empty", "count-selected"}
    | {"string-length", "int"}
)


def _written(value: Any) -> Tree:
    return ["num", number_text(value)] if isinstance(value, float) else value


def _has_order(value: Any) -> bool:
    """Whether what lies before and after the value can be named."""
    return isinstance(value, float) or exact.decimal_of(value) is not None or days.day_of(value) is not None


def _has_self(tree: Tree) -> bool:
    return isinstance(tree, list) and bool(tree) and (tree[0] == "self" or any(_has_self(one) for one in tree[1:]))


def _reads_the_day(tree: Tree) -> bool:
    if not isinstance(tree, list) or not tree:
        return False
    return tree[0] in _OF_TODAY or any(_reads_the_day(one) for one in tree[1:])


_OF_TODAY = frozenset(
    {"today", "now", "yz:age", "yz:elapsed_days", "yz:gb11643", "yz:gender", "yz:birth", "yz:date", "yz:agrees_with_id"}
    | {"yz:disability_kind", "yz:disability_level", "yz:disability_no", "yz:stage"}
)
