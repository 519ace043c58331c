"""Reads the XPath subset without node paths into trees: just enough to run the recorded expressions."""

import re
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"""
    r"""|(?P<word>[a-z][a-z0-9-]*[a-z0-9]|[a-z])|(?P<sign><=|>=|!=|[-+*=<>(),]))"""
)
_LEVELS = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]]
_WORD_OPERATORS = ("div", "mod", "and", "or")


def tokens(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    source = source.rstrip()
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise ValueError(source[at:])
        kind, written = match.lastgroup, match[match.lastgroup]
        at = match.end()
        if kind == "word" and found and (found[-1][0] in ("number", "text") or found[-1][1] == ")"):
            # After a value only an operator may stand, however close the next value is: `2div1`.
            operator = next(one for one in _WORD_OPERATORS if written.startswith(one))
            at -= len(written) - len(operator)
            kind, written = "sign", operator
        found.append((kind, written))
    return found


class _Reader:
    def __init__(self, source: str) -> None:
        self._tokens = tokens(source)
        self._at = 0

    def tree(self) -> Any:
        tree = self._binary(0)
        if self._at != len(self._tokens):
            raise ValueError(self._tokens[self._at])
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) and self._tokens[self._at][0] != "text" else ""

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise ValueError(sign)
        self._at += 1

    def _binary(self, level: int) -> Any:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _LEVELS[level]:
            operator = self._peek()
            self._at += 1
            left = [operator, left, self._binary(level + 1)]
        return left

    def _unary(self) -> Any:
        if self._peek() == "-":
            self._at += 1
            return ["neg", self._unary()]
        return self._value()

    def _value(self) -> Any:
        if self._at == len(self._tokens):
            raise ValueError("end")
        kind, written = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return written[1:-1]
        if kind == "number":
            return ["num", written]
        if kind == "word":
            return [written, *self._arguments()]
        if written != "(":
            raise ValueError(written)
        inner = self._binary(0)
        self._take(")")
        return inner

    def _arguments(self) -> list[Any]:
        self._take("(")
        found: list[Any] = []
        while self._peek() != ")":
            if found:
                self._take(",")
            found.append(self._binary(0))
        self._take(")")
        return found


def read(source: str) -> Any:
    """The tree of an expression.

    Raises:
        ValueError: outside the subset.
    """
    return _Reader(source).tree()
