"""The date functions of OpenRosa: name → (fewest, most arguments, function). The twin is `date_functions.js`.

`today` and `now` are given with the scope; nothing here reads a clock. Source: OpenRosa XForms specification, date functions.
"""

import math

from forms.expressions.functions import Function
from forms.expressions.moments import Moment, formatted, moment_of_days, moment_of_text, ms_of_text, part_of_day
from forms.expressions.values import Scope, Value, text
from forms.expressions.zones import MS_PER_DAY

_EPOCH_ORDINAL = 719_163


def _today(scope: Scope) -> int:
    """The day since 1970."""
    return scope.today.toordinal() - _EPOCH_ORDINAL


def _now(scope: Scope) -> Value:
    return Moment(scope.zone.utc(float(_today(scope) * MS_PER_DAY)) if scope.now is None else scope.now, scope.zone)


def _moment(scope: Scope, value: Value) -> Moment:
    """A text that writes a date, a count of days since 1970, or a moment; a boolean is none."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return Moment(math.nan, scope.zone)
    return moment_of_days(value, scope.zone) if isinstance(value, float) else moment_of_text(text(value), scope.zone)


def _days(scope: Scope, value: Value) -> Value:
    if isinstance(value, float):
        return value
    return value.days if isinstance(value, Moment) else ms_of_text(text(value), scope.zone) / MS_PER_DAY


def _part_of_day(scope: Scope, value: Value) -> Value:
    return math.nan if isinstance(value, float) else part_of_day(text(value), _today(scope), scope.zone)


def _formatted(scope: Scope, value: Value, form: Value) -> Value:
    return formatted(_moment(scope, value), text(form))


DATE_FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "today": (0, 0, lambda scope: scope.today.isoformat()),
    "now": (0, 0, _now),
    "date": (1, 1, _moment),
    "date-time": (1, 1, _moment),
    "format-date": (2, 2, _formatted),
    "format-date-time": (2, 2, _formatted),
    "decimal-date-time": (1, 1, _days),
    "decimal-time": (1, 1, _part_of_day),
}
