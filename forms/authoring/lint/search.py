"""Whether a formula can hold: tries values for its unknowns, and turns back as soon as one of its parts has failed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from forms.authoring.lint.formulas import Formula, Unknowns, unknowns
from forms.expressions.values import Scope, boolean

MOST_LOOKS = 200_000
"""After looking at so many parts of a formula nothing is claimed."""
MOST_UNKNOWNS = 200
_NEVER = date(2000, 1, 1)


class _GaveUpError(Exception):
    """More tries than are allowed."""


class Searcher:
    """Answers for all formulas of one form; `looks` are those that it has left, so that no form keeps it busy for long."""

    def __init__(self, known: Unknowns, looks: int = 500_000) -> None:
        self._known = known
        self._looks = looks

    def can_hold(self, formula: Formula) -> bool:
        """False only where no values of the unknowns make the formula hold; true too where that took too long to find out."""
        names = tuple(dict.fromkeys(unknowns(formula)))
        if len(names) > MOST_UNKNOWNS:
            return True
        search = _Search(formula, names, self._known, min(MOST_LOOKS, self._looks))
        try:
            return search.succeeds()
        except _GaveUpError:
            return True
        finally:
            self._looks -= search.looks


class _Search:
    def __init__(self, formula: Formula, names: tuple[str, ...], known: Unknowns, most: int) -> None:
        self._formula = formula
        self._names = names
        self._values = [known.values(name) for name in names]
        self._tried: dict[str, Any] = {}
        self._scope = Scope(self._tried, self._tried, _NEVER, {})
        self._most = most
        self.looks = 0

    def succeeds(self, at: int = 0) -> bool:
        """Whether it holds under what is tried so far and some values of the rest."""
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
        self.looks += 1
        if self.looks > self._most:
            raise _GaveUpError
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
