r"""Patterns that Python and JavaScript read alike.

Allowed: literals, `.`, classes, `^`, `$`, groups `( )` and `(?: )`, `|`, the quantifiers `* + ? {n} {n,} {n,m}` and their lazy
forms, and the escapes `\d \D \w \W \s \S \n \t \uXXXX` and those of the syntax characters. JavaScript takes the pattern as it
stands with the flag `u`; Python gets it with `$`, `.` and white space rewritten. What could take exponential time, in either, is
refused: see `ambiguity`.
"""

import re
from functools import lru_cache

from forms.expressions.ambiguity import Ways

MAX_PATTERN = 500
_TOKEN = re.compile(
    r"(?P<quantifier>(?:[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\})\??)"
    r"|(?P<open>\((?:\?:)?(?!\?))"
    r"|(?P<close>\))"
    r"|(?P<set>\[\^?(?:\\(?:[dDwWsnt\\\]\[^$.*+?(){}|/-]|u[0-9a-fA-F]{4})|[^\\\[\]])+\])"
    r"|(?P<escape>\\(?:[dDwWsSnt\\\]\[^$.*+?(){}|/]|u[0-9a-fA-F]{4}))"
    r"|(?P<plain>[^\\()\[\]{}*+?])"
)
_SET_OPERATION = re.compile(r"--|&&|\|\||~~")
_SPACES = "\\t-\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_REWRITTEN = {"$": r"\Z", ".": "[^\\n\\r\\u2028\\u2029]", "\\s": f"[{_SPACES}]", "\\S": f"[^{_SPACES}]"}


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern, to be searched for anywhere in a text.

    Raises:
        ValueError: outside the common subset, too long, or open to exponential time.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError("pattern too long")
    python, at, quantified, ways = [], 0, _Quantified(), Ways(pattern)
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or token.lastgroup is None:
            raise ValueError(f"pattern not portable at {at}")
        text = token.group()
        quantified.see(token.lastgroup, text)
        python.append(_in_set(text) if token.lastgroup == "set" else _REWRITTEN.get(text, text))
        ways.see(token.lastgroup, text, python[-1])
        at = token.end()
    try:
        compiled = re.compile("".join(python), re.ASCII)
    except (re.error, OverflowError) as error:
        raise ValueError("pattern not well formed") from error
    if ways.are_many():
        raise ValueError("pattern could take exponential time")
    return compiled


def _in_set(text: str) -> str:
    """A set of characters as Python reads it; the escape of what is no white space has no place there.

    Raises:
        ValueError: it holds a sign pair that Python keeps for sets of sets.
    """
    if _SET_OPERATION.search(text):
        raise ValueError("pattern: set operation")
    return re.sub(r"\\(.)", lambda match: _SPACES if match[1] == "s" else match[0], text)


class _Quantified:
    """Refuses quantifiers of nothing, and a group that is closed without being open."""

    def __init__(self) -> None:
        self._open_groups = 0
        self._may_quantify = False

    def see(self, kind: str, text: str) -> None:
        """One token."""
        if kind == "quantifier" and not self._may_quantify:
            raise ValueError("pattern: quantifier not allowed here")
        self._open_groups += (kind == "open") - (kind == "close")
        if self._open_groups < 0:
            raise ValueError("pattern: group not open")
        self._may_quantify = kind in ("close", "set", "escape") or (kind == "plain" and text not in "^$|")
