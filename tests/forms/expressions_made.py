"""Expressions and answers at random, of every function and syntax that there is: what both engines must agree on."""

import random
from typing import Any

from forms.authoring.named_parameters import FIELD_DERIVATIONS, RULES
from forms.expressions.county_functions import COUNTY_FUNCTIONS
from forms.expressions.date_functions import DATE_FUNCTIONS
from forms.expressions.functions import FUNCTIONS
from forms.expressions.math_functions import MATH_FUNCTIONS

TEXTS = [
    *("", "0", "1", "-2.50", "12.345", " 7 ", "1e3", "-0", ".5", "5.", "+5", "NaN", "Infinity", "-Infinity", "0x10", "1,000"),
    *("true", "false", "abc", "a b c", " a  b ", "是", "示例甲", "𠮷田", "𝟙２３", "é", "e\u0301", "ａｂ　ｃ", "🙂🙂", "\u2028", "\x1f"),
    *("a\tb\r\nc", "'", '"', "it's \"so\"", "2026-11-22", "2024-02-29", "2023-02-29", "1999-01", "1970-1-2", "0001-01-01"),
    *("2012-07-24T10:20:30.123-07:00", "2012-07-24T10:20Z", "2012-07-24 10:20", "9999-12-31", "2018-11-04T01:30:00", "2018-13-01"),
    *("12:00:00+07:00", "23:59:59.999-11:30", "24:00:00Z", "not a date", "130684195203120013", "13068419520312001343"),
    *("91350100M000100Y43", "7.9 -11.5 0 0;7.93 -11.6;7.95 -11.5", "91 0;1 1", "1 1; 1 1", "9007199254740993", "0.1", "1e308"),
    *("99999999999999999999.99", "5e-324", "1.7976931348623157e308", "0.30000000000000004", "1e-7", "1e21"),
]  # fmt: skip
NUMBERS = [
    *("0", "1", "2", "3", "7", "10", "59", "0.5", "1.5", "2.5", ".1", "12.345", "2.675", "1e21", "1e-7", "1e308", "17532", "1000000"),
    *("9007199254740991", "123456789012345678", "0.1", "00.50", "3.14159"),
]  # fmt: skip
PATTERNS = [
    "^[0-9]+$",
    "\\d{2,3}",
    "^\\S+\\s\\S+$",
    "[\\s:]",
    ".",
    "^.$",
    "[\\u4e00-\\u9fff]",
    "(?:a|b)+c?",
    "^$",
    "\\w\\W",
    "[^a-z]",
    "\\.",
    "a{0,2}b",
]
FORMATS = ["%Y-%m-%d", "%e/%n/%y %H:%M:%S.%3", "%a %b %d %h", "%%%Y", "", "周%a"]
OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "and", "or"]
ZONES = ["Asia/Shanghai", "America/Phoenix", "America/New_York", "Asia/Kathmandu", "UTC"]
CALLS = {**FUNCTIONS, **DATE_FUNCTIONS, **MATH_FUNCTIONS, **COUNTY_FUNCTIONS}
_NAMES = sorted(CALLS)
_NAMED = sorted(FIELD_DERIVATIONS)


class Maker:
    """Makes expressions from one source of chance."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def answers(self) -> dict[str, Any]:
        """Answers of every shape: texts, numbers, lists, tables."""
        rng = self._rng
        rows = [{name: self._cell() for name in "abc" if rng.random() < 0.8} for _ in range(rng.randrange(4))]
        several = [rng.choice(TEXTS) for _ in range(rng.randrange(4))]
        return {"x": self._cell(), "y": rng.choice(TEXTS), "n": rng.choice([0, 1, 82, 1e300, -0.5, 2**60]), "m": several, "t": rows}

    def _cell(self) -> Any:
        rng = self._rng
        return rng.choice([rng.choice(TEXTS), rng.choice(TEXTS), rng.randrange(-5, 100), rng.random() * 10, [], True, ["x", "y"]])

    def expression(self, depth: int) -> str:
        """An expression that nests at most so deep."""
        rng = self._rng
        chance = rng.random()
        if depth == 0 or chance < 0.12:
            return self._leaf()
        if chance < 0.34:
            return f"{self._operand(depth)} {rng.choice(OPERATORS)} {self._operand(depth)}"
        if chance < 0.38:
            return f"-{self._operand(depth)}"
        if chance < 0.42:
            return f"if({self.expression(depth - 1)}, {self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if chance < 0.46:
            return f"{rng.choice(['count', 'sum', 'count-non-empty', 'join', 'concat'])}({self._rows(depth)})"
        return self._named(depth) if chance < 0.5 else self._call(rng.choice(_NAMES), depth)

    def _operand(self, depth: int) -> str:
        inner = self.expression(depth - 1)
        return inner if self._rng.random() < 0.3 else f"({inner})"

    def _leaf(self) -> str:
        rng = self._rng
        if rng.random() < 0.35:
            return self._text(rng.choice(TEXTS))
        if rng.random() < 0.4:
            return rng.choice(["", "-"]) + rng.choice(NUMBERS)
        return rng.choice(
            ["${x}", "${y}", "${n}", "${m}", "${t}", "${none}", ".", "${/x}", "/data/y", "${t}/a", "today()", "now()", "true()", "false()"]
        )

    def _text(self, text: str) -> str:
        quote = self._rng.choice("'\"")
        return quote + text.replace(quote, quote * 2) + quote

    def _rows(self, depth: int) -> str:
        test = self._rng.choice([self.expression(depth - 1), f"position(..) {self._rng.choice(OPERATORS)} {self._leaf()}"])
        test = test.replace("${x}", self._rng.choice(["${a}", "b", "position(..)"]))
        return self._rng.choice([f"${{t}}[{test}]", f"${{/t}}[{test}]/b", "${t}/c", "${t}", "${m}", f".[{test}]/a"])

    def _call(self, name: str, depth: int) -> str:
        rng = self._rng
        fewest, most, _ = CALLS[name]
        count = rng.randint(fewest, min(most, fewest + 2, 4)) + (rng.random() < 0.02)
        given = [self._leaf() if rng.random() < 0.4 else self.expression(depth - 1) for _ in range(count)]
        if name == "regex" and count > 1:
            given[1] = self._text(rng.choice(PATTERNS))
        if name.startswith("format-date") and count > 1 and rng.random() < 0.9:
            given[1] = self._text(rng.choice(FORMATS))
        return f"{name}({', '.join(given)})"

    def _named(self, depth: int) -> str:
        rng = self._rng
        if rng.random() < 0.5:
            name = rng.choice(_NAMED)
            return f"{name}({', '.join(self.expression(depth - 1) for _ in range(FIELD_DERIVATIONS[name] or 2))})"
        name = rng.choice(sorted(RULES))
        return f"{name}({', '.join(self._argument(kind.rstrip('?'), depth) for _, kind in RULES[name])})"

    def _argument(self, kind: str, depth: int) -> str:
        rng = self._rng
        if kind in ("own", "field", "condition"):
            return self.expression(depth - 1) if rng.random() < 0.4 else rng.choice([".", "${x}", "${y}"])
        if kind == "texts":
            return f"list({self._text(rng.choice(TEXTS))}, {self._text(rng.choice(TEXTS))})"
        literals = {
            "form": "${/t}",
            "column": "'a'",
            "number": str(rng.randrange(30)),
            "param": "'p'",
            "text": self._text(rng.choice(TEXTS)),
        }
        return literals.get(kind) or rng.choice(["5", "'是'", "0.5"])
