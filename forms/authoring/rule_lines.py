"""Expressions asked line by line: a JSON line as a question, its value by the Python engine, the answer as a JSON line. Authoring only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from forms.authoring.named_zones import UnknownZoneError, zone_of
from forms.authoring.xpath import ExpressionError, read_expression
from forms.expressions.days import day_of
from forms.expressions.evaluate import Rule, Tree, TreeError, compile_patiently
from forms.expressions.moments import date_of_day, ms_of_text
from forms.expressions.values import Scope, boolean, number, number_text, text
from forms.expressions.zones import COUNTY_ZONE, MS_PER_DAY, Zone

KINDS = ("string", "number", "boolean")
MAX_LINE_CHARACTERS = 1_000_000
_DEEPEST = 3
_GREATEST = 10**300


class LineError(ValueError):
    """A line that asks nothing: `code` says why, `at` where in its expression."""

    def __init__(self, code: str, at: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.at = at


@dataclass(frozen=True)
class Question:
    """One expression with all that it may read, and the kind in which its value is asked."""

    tree: Tree
    rule: Rule = field(repr=False)
    kind: str
    answers: Mapping[str, Any]
    answer: Any
    today: date
    now: float | None
    zone: Zone


def read_question(line: str, clock: datetime) -> Question:
    """The question of a line; `clock` is the day and time where the line gives neither.

    Raises:
        LineError: it is none.
    """
    asked = _members(line)
    zone = _zone(asked.get("tz"))
    today, now = _times(asked, zone, clock)
    tree, rule = _compiled(asked.get("expr"))
    answers = asked.get("answers") or {}
    if not isinstance(answers, dict) or not all(_fit(one) for one in [asked.get("answer"), *answers.values()]):
        raise LineError("answers")
    if asked.get("as") not in KINDS:
        raise LineError("as")
    return Question(tree, rule, asked["as"], answers, asked.get("answer"), today, now, zone)


def _members(line: str) -> dict[str, Any]:
    if len(line) > MAX_LINE_CHARACTERS:
        raise LineError("too_long")
    try:
        asked = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise LineError("not_json") from error
    if not isinstance(asked, dict):
        raise LineError("not_json")
    return asked


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _zone(name: Any) -> Zone:
    if name is None:
        return COUNTY_ZONE
    try:
        return zone_of(name)
    except (UnknownZoneError, TypeError, AttributeError) as error:
        raise LineError("unknown_zone") from error


def _times(asked: Mapping[str, Any], zone: Zone, clock: datetime) -> tuple[date, float | None]:
    """(today, now): what is not given follows from the other, or else from the clock."""
    given, written = asked.get("today"), asked.get("now")
    now = None if written is None else _moment(written, zone)
    if given is None and now is None:
        now = float((clock - datetime(1970, 1, 1, tzinfo=clock.tzinfo)) // timedelta(milliseconds=1))
    if given is not None:
        today = day_of(given) if isinstance(given, str) and len(given) == 10 else None
    else:
        today = _day(now or 0.0, zone)
    if today is None:
        raise LineError("today")
    return today, now


def _moment(written: Any, zone: Zone) -> float:
    is_count = isinstance(written, (int, float)) and not isinstance(written, bool) and abs(written) < 8.64e15
    ms = float(int(written)) if is_count else ms_of_text(written, zone) if isinstance(written, str) else float("nan")
    if ms != ms:
        raise LineError("now")
    return ms


def _day(now: float, zone: Zone) -> date | None:
    year, month, day = date_of_day(int((now + zone.offset(now)) // MS_PER_DAY))
    return date(year, month, day) if 1 <= year <= 9999 else None


def _compiled(expression: Any) -> tuple[Tree, Rule]:
    if not isinstance(expression, str):
        raise LineError("expr")
    try:
        tree = read_expression(expression)
        return tree, compile_patiently(tree)
    except ExpressionError as error:
        raise LineError(error.code, error.position) from error
    except TreeError as error:
        raise LineError(error.code) from error


def _fit(value: Any, depth: int = 0, in_list: bool = False) -> bool:
    """Whether an answer is what a form may hold: texts, numbers, lists, and lists of rows."""
    if isinstance(value, list):
        return depth < _DEEPEST and all(_fit(one, depth + 1, True) for one in value)
    if isinstance(value, dict):
        return in_list and depth < _DEEPEST and all(_fit(one, depth + 1) for one in value.values())
    return not isinstance(value, (int, float)) or abs(value) <= _GREATEST


def evaluated(question: Question) -> str | float | bool:
    """The value by the Python engine, as the kind that was asked.

    Raises:
        LineError: a call that makes no sense was reached.
    """
    scope = Scope(question.answers, question.answers, question.today, {}, question.answer, question.now, question.zone)
    try:
        value = question.rule(scope)
        if question.kind == "boolean":
            return boolean(value)
        return text(value) if question.kind == "string" else number(value, question.zone)
    except TreeError as error:
        raise LineError(error.code) from error
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise LineError("not_evaluated") from error  # whatever it is, the lines after it are answered


def for_javascript(question: Question) -> str:
    """The question as `rule_lines.js` reads it."""
    zone = question.zone.name
    scope = {"answers": question.answers, "today": question.today.isoformat(), "now": question.now, "answer": question.answer}
    return json.dumps({"tree": question.tree, "scope": scope, "zone": zone, "kind": question.kind})


def value_line(value: str | float | bool) -> str:
    """The answer `{"value": …}`: an integer as such, other numbers by their shortest decimals, what is no number as its name."""
    if isinstance(value, float):
        written = number_text(value)
        return f'{{"value": "{written}"}}' if written in ("NaN", "Infinity", "-Infinity") else f'{{"value": {written}}}'
    return json.dumps({"value": value}, ensure_ascii=False)


def error_line(error: LineError) -> str:
    """The answer `{"error": …}`, with the place in the expression where one is known."""
    return json.dumps({"error": error.code} | ({} if error.at is None else {"at": error.at}))
