"""Writes rule trees as expressions: the exact inverse of `xpath_reader.py` for every tree that a package may hold."""

import re

from forms.authoring.xpath_reader import LEVELS, NAME, UNARY, is_plain_integer
from forms.expressions.evaluate import Tree

_PRIMARY = UNARY + 1
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_STEPPABLE = ("field", "form", "self", "param", "where", "column")


class Printer:
    """Writes trees as rules or, with `filters`, as choice filters."""

    def __init__(self, filters: bool = False) -> None:
        self._filters = filters

    def text(self, tree: Tree) -> str:
        """The tree as an expression."""
        return self._write(tree)[0]

    def _write(self, tree: Tree) -> tuple[str, int]:
        """The expression and how tightly it holds together."""
        if isinstance(tree, str):
            return quoted(tree), _PRIMARY
        if isinstance(tree, int):
            return str(tree), _PRIMARY if tree >= 0 else UNARY
        head, parts = tree[0], tree[1:]
        if head in LEVELS and len(parts) > 1:
            return self._operation(head, parts), LEVELS[head]
        if head == "neg":
            return self._negated(parts[0]), UNARY
        found = self._special(head, parts)
        return (self._call(head, parts), _PRIMARY) if found is None else (found, UNARY if head == "num" else _PRIMARY)

    def _operation(self, operator: str, parts: list[Tree]) -> str:
        level = LEVELS[operator]
        first = self._at_least(parts[0], level + (operator in ("and", "or")))
        return f" {operator} ".join([first, *[self._at_least(part, level + 1) for part in parts[1:]]])

    def _at_least(self, tree: Tree, level: int) -> str:
        text, own = self._write(tree)
        return text if own >= level else f"({text})"

    def _negated(self, tree: Tree) -> str:
        literal = isinstance(tree, int) or (isinstance(tree, list) and tree[0] == "num")
        return f"-({self.text(tree)})" if literal else "-" + self._at_least(tree, UNARY)

    def _special(self, head: str, parts: list[Tree]) -> str | None:
        """The short writing of a special node; None when it has none."""
        if head == "self":
            return "."
        if head in ("field", "form") and NAME.fullmatch(parts[0]):
            return self._answer(head, parts[0])
        if head == "num" and _NUMBER.fullmatch(parts[0]) and not is_plain_integer(parts[0].removeprefix("-")):
            return str(parts[0])
        if head == "column" and self._steppable(parts[0]) and NAME.fullmatch(parts[1]):
            return f"{self.text(parts[0])}/{parts[1]}"
        if head == "where" and self._steppable(parts[0]) and not _counts(parts[1]):
            return f"{self.text(parts[0])}[{self.text(parts[1])}]"
        return None

    def _answer(self, head: str, name: str) -> str:
        if self._filters:
            return name if head == "field" else f"${{{name}}}"
        return f"${{{name}}}" if head == "field" else f"${{/{name}}}"

    def _steppable(self, tree: Tree) -> bool:
        return isinstance(tree, list) and tree[0] in _STEPPABLE

    def _call(self, head: str, parts: list[Tree]) -> str:
        return f"{head}({', '.join(self.text(part) for part in parts)})"


def _counts(tree: Tree) -> bool:
    return isinstance(tree, int) or (isinstance(tree, list) and tree[0] == "num")


def quoted(text: str) -> str:
    """A text literal; a quote inside is written twice."""
    if "'" in text and '"' not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
