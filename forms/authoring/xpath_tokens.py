"""Cuts an expression into tokens, each with the place where it starts. No token takes more than linear time."""

import re
from dataclasses import dataclass

MAX_LENGTH = 20_000
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')"""
    r"""|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"""
    r"""|(?P<answer>\$\{[^{}'"]*\})"""
    r"""|(?P<name>(?:yz:)?[A-Za-z_][A-Za-z0-9_.-]*)"""
    r"""|(?P<sign><=|>=|!=|\.\.|[-+*=<>(),.\[\]/])"""
)
_SPACE = re.compile(r"[ \t\r\n]*")
_WORD_OPERATOR = re.compile(r"or|and|div|mod")
_VALUE_ENDS = frozenset({")", "]", ".", ".."})


class ExpressionError(ValueError):
    """An expression that is none: `code` says what is wrong, `position` counts characters from 0, `facts` name things."""

    def __init__(self, code: str, position: int, facts: dict[str, object] | None = None) -> None:
        super().__init__(f"{code} at {position}")
        self.code = code
        self.position = position
        self.facts = facts or {}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is `text`, `number`, `answer`, `name`, `sign` or, after the last, `end`; signs and operators are their `text`."""

    kind: str
    text: str
    position: int

    @property
    def sign(self) -> str:
        """The sign or operator; empty when the token is something else."""
        return self.text if self.kind == "sign" else ""


def tokens(expression: str) -> list[Token]:
    """The tokens, the last of them an `end`.

    Raises:
        ExpressionError: too long, a text that is not closed, or a character that starts nothing.
    """
    if len(expression) > MAX_LENGTH:
        raise ExpressionError("too_long", MAX_LENGTH, {"most": MAX_LENGTH})
    found: list[Token] = []
    at = _after_space(expression, 0)
    while at < len(expression):
        found.append(_token(expression, at, bool(found) and _ends_value(found[-1])))
        at = _after_space(expression, at + len(found[-1].text))
    found.append(Token("end", "", at))
    return found


def _after_space(expression: str, at: int) -> int:
    match = _SPACE.match(expression, at)
    return match.end() if match else at


def _ends_value(token: Token) -> bool:
    return token.kind in ("text", "number", "answer", "name") or token.sign in _VALUE_ENDS


def _token(expression: str, at: int, after_value: bool) -> Token:
    if after_value:
        # After a value only an operator may stand, however close the next value is: `2div1`.
        operator = _WORD_OPERATOR.match(expression, at)
        if operator is not None:
            return Token("sign", operator.group(), at)
    match = _TOKEN.match(expression, at)
    if match is None or match.lastgroup is None:
        code = "text_not_closed" if expression[at] in "'\"" else "unexpected_character"
        raise ExpressionError(code, at, {"found": expression[at]})
    return Token(match.lastgroup, match.group(), at)
