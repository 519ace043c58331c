"""Reads the tokens of an expression into a rule tree, by precedence. The syntax is described in `xpath.py`."""

import re
from collections.abc import Callable

from forms.authoring.xpath_tokens import ExpressionError, Token, tokens
from forms.expressions.evaluate import MAX_DEPTH, MAX_INTEGER, Tree, TreeError, check_node, compile_tree

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
MAX_NODES = 20_000
LIST = "list"
"""Several texts as one argument of a named rule."""
_INTEGER = re.compile(r"0|[1-9][0-9]{0,15}")
LEVELS = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6}
UNARY = 7

Expander = Callable[[str, list[Tree]], Tree]
"""Name of a call and its arguments → its tree; raises KeyError when the name is none of its own, ValueError on arguments."""


class Reader:
    """One expression. `filters` reads a choice filter; `expand` knows the named rules; `check` refuses what no engine takes."""

    def __init__(self, expression: str, expand: Expander, filters: bool = False, check: bool = True) -> None:
        self._tokens = tokens(expression)
        self._at = 0
        self._nested = 0
        self._predicates = 0
        self._expand = expand
        self._filters = filters
        self._check = check

    def tree(self) -> Tree:
        """The whole expression as a tree.

        Raises:
            ExpressionError: it is none.
        """
        tree = self._binary(1)
        if self._token.kind != "end":
            raise self._unexpected()
        return self._proven(tree, self._tokens[0])

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _unexpected(self, wanted: str = "") -> ExpressionError:
        token = self._token
        if token.kind == "end":
            return ExpressionError("unexpected_end", token.position, {"wanted": wanted} if wanted else {})
        return ExpressionError("unexpected", token.position, {"found": token.text, **({"wanted": wanted} if wanted else {})})

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _take(self, sign: str) -> None:
        if self._token.sign != sign:
            raise self._unexpected(sign)
        self._at += 1

    def _node(self, tree: Tree, position: int) -> Tree:
        if self._check:
            try:
                check_node(tree)
            except TreeError as error:
                raise ExpressionError(error.code, position, {"name": tree[0]}) from error
        return tree

    def _binary(self, level: int) -> Tree:
        left = self._unary()
        while LEVELS.get(self._token.sign, 0) >= level:
            operator = self._next()
            right = self._binary(LEVELS[operator.text] + 1)
            parts = [left, right]
            while operator.text in ("and", "or") and self._token.sign == operator.text:
                self._next()
                parts.append(self._binary(LEVELS[operator.text] + 1))
            left = self._node([operator.text, *parts], operator.position)
        return left

    def _unary(self) -> Tree:
        signs = []
        while self._token.sign == "-":
            signs.append(self._next())
        if signs and self._token.kind == "number":
            tree = _negative(self._number())
            signs.pop()
        else:
            tree = self._postfix()
        for sign in reversed(signs):
            tree = self._node(["neg", tree], sign.position)
        return tree

    def _postfix(self) -> Tree:
        start = self._token
        tree = self._primary()
        steps = start.kind in ("answer", "name") or start.sign in (".", "/")
        while steps and self._token.sign in ("[", "/"):
            sign = self._next()
            if sign.sign == "/":
                tree = self._node(["column", tree, self._name()], sign.position)
            else:
                tree = self._node(["where", tree, self._predicate(sign)], sign.position)
        return tree

    def _predicate(self, sign: Token) -> Tree:
        self._predicates += 1
        test = self._inner(sign)
        self._predicates -= 1
        self._take("]")
        if isinstance(test, int) or (isinstance(test, list) and test[0] == "num"):
            raise ExpressionError("position_predicate", sign.position)
        return test

    def _inner(self, opening: Token) -> Tree:
        self._nested += 1
        if self._nested > MAX_DEPTH:
            raise ExpressionError("too_deep", opening.position)
        tree = self._binary(1)
        self._nested -= 1
        return tree

    def _primary(self) -> Tree:
        token = self._token
        if token.kind == "text":
            self._next()
            quote = token.text[0]
            return token.text[1:-1].replace(quote * 2, quote)
        if token.kind == "number":
            return self._number()
        if token.kind == "answer":
            return self._answer()
        if token.kind == "name":
            return self._called()
        if token.sign == ".":
            self._next()
            return ["self"]
        if token.sign == "/":
            return self._absolute()
        self._take("(")
        tree = self._inner(token)
        self._take(")")
        return tree

    def _number(self) -> Tree:
        token = self._next()
        return int(token.text) if is_plain_integer(token.text) else self._node(["num", token.text], token.position)

    def _answer(self) -> Tree:
        token = self._next()
        name = token.text[2:-1].strip(" \t")
        of_form = name.startswith("/")
        if not NAME.fullmatch(name.removeprefix("/")):
            raise ExpressionError("not_a_name", token.position, {"found": name})
        return ["form" if of_form or self._filters else "field", name.removeprefix("/")]

    def _name(self) -> str:
        if self._token.kind != "name":
            raise self._unexpected()
        return self._next().text

    def _absolute(self) -> Tree:
        """`/data/name`: the answer of the form, whatever the root is called."""
        self._take("/")
        self._name()
        self._take("/")
        return ["form", self._name()]

    def _called(self) -> Tree:
        token = self._next()
        if self._token.sign != "(":
            if self._predicates or self._filters:
                return ["field", token.text]
            raise ExpressionError("bare_name", token.position, {"name": token.text})
        if token.text == "position" and self._tokens[self._at + 1].sign == "..":
            self._at += 2
            self._take(")")
            return self._node(["position"], token.position)
        arguments = self._arguments()
        try:
            tree = self._expand(token.text, arguments)
        except KeyError:
            return self._node([token.text, *arguments], token.position)
        except ValueError as error:
            raise ExpressionError("named_arguments", token.position, {"name": token.text, "wanted": str(error)}) from error
        return tree if token.text == LIST else self._proven(tree, token)

    def _proven(self, tree: Tree, token: Token) -> Tree:
        """A tree that is whole: all of it, or what a named call came to."""
        if not self._check:
            return tree
        if _nodes(tree) > MAX_NODES:
            raise ExpressionError("too_large", token.position, {"most": MAX_NODES})
        try:
            compile_tree(tree)
        except TreeError as error:
            raise ExpressionError(error.code, token.position, {"name": token.text}) from error
        return tree

    def _arguments(self) -> list[Tree]:
        opening = self._token
        self._take("(")
        found: list[Tree] = []
        while self._token.sign != ")":
            if found:
                self._take(",")
            found.append(self._inner(opening))
        self._take(")")
        return found


def is_plain_integer(numeral: str) -> bool:
    """Whether a numeral is the writing of an integer that trees hold as such."""
    return _INTEGER.fullmatch(numeral) is not None and int(numeral) <= MAX_INTEGER


def _negative(number: Tree) -> Tree:
    if isinstance(number, int):
        return -number if number else ["neg", 0]
    return ["num", "-" + number[1]]


def _nodes(tree: Tree) -> int:
    """How many nodes the tree has, counted no further than one too many."""
    count, waiting = 0, [tree]
    while waiting and count <= MAX_NODES:
        node = waiting.pop()
        count += 1
        if isinstance(node, list):
            waiting.extend(node[1:])
    return count
