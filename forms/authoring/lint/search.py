"""Whether a formula can hold: tries values for its unknowns, and turns back as soon as one of its parts has failed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from forms.authoring.lint.formulas import Formula, Unknowns, unknowns
from forms.expressions.values import Scope, boolean

MOST_STEPS = 20_000
"""After so many tries nothing is claimed."""
_NEVER = date(2000, 1, 1)


class _GaveUpError(Exception):
    """More tries than are allowed."""


def can_hold(formula: Formula, known: Unknowns) -> bool:
    """False only where no values of the unknowns make the formula hold; true too where that took too long to find out."""
    try:
        return _Search(formula, known).succeeds()
    except _GaveUpError:
        return True


class _Search:
    def __init__(self, formula: Formula, known: Unknowns) -> None:
        self._formula = formula
        self._names = tuple(dict.fromkeys(unknowns(formula)))
        self._values = [known.values(name) for name in self._names]
        self._tried: dict[str, Any] = {}
        self._scope = Scope(self._tried, self._tried, _NEVER, {})
        self._steps = 0

    def succeeds(self, at: int = 0) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _GaveUpError
        verdict = self._verdict(self._formula)
        if verdict is not None:
            return verdict
        name = self._names[at]
        for value in self._values[at]:
            self._tried[name] = value
            if self.succeeds(at + 1):
                return True
        del self._tried[name]
        return False

    def _verdict(self, formula: Formula) -> bool | None:
        """True or false as far as the values tried so far decide it, else None."""
        if formula.kind == "test":
            if formula.test is None or any(name not in self._tried for name in formula.reads):
                return None
            return boolean(formula.test(self._scope))
        if formula.kind == "not":
            inner = self._verdict(formula.parts[0])
            return None if inner is None else not inner
        return _joined((self._verdict(part) for part in formula.parts), ends_at=formula.kind == "or")


def _joined(verdicts: Iterable[bool | None], *, ends_at: bool) -> bool | None:
    """`or` ends at the first that holds, `and` at the first that fails."""
    open_yet = False
    for one in verdicts:
        if one is ends_at:
            return ends_at
        open_yet = open_yet or one is None
    return None if open_yet else not ends_at
