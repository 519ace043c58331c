"""What is wrong with a workbook: by sheet, row and column, all of it in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_FAULTS = 300


@dataclass(frozen=True)
class Fault:
    """One thing to put right. `sheet` is as the workbook calls it, empty for the file; `row` counts from 1; `column` is a letter, or empty.

    `code` says what is wrong and `facts` name things; the sentences are in the wording table of the pages.
    """

    sheet: str
    row: int | None
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where something stands in the workbook."""

    sheet: str
    row: int | None = None
    column: str = ""


class Faults:
    """Collects faults, each once, up to `MOST_FAULTS`; what is beyond is only counted."""

    def __init__(self) -> None:
        self._found: dict[tuple[Place, str, str], Fault] = {}
        self._beyond = 0

    def add(self, place: Place, code: str, **facts: Any) -> None:
        """One more fault."""
        key = (place, code, repr(facts))
        if len(self._found) < MOST_FAULTS:
            self._found.setdefault(key, Fault(place.sheet, place.row, place.column, code, facts))
        elif key not in self._found:
            self._beyond += 1

    def all(self, sheets: Sequence[str] = ()) -> tuple[Fault, ...]:
        """All of them: what is about the file, then by these sheets, as they stand in each."""
        places = {name: place for place, name in enumerate(sheets)}
        found = sorted(self._found.values(), key=lambda one: (places.get(one.sheet, -1), one.row or 0, len(one.column), one.column))
        more = (Fault("", None, "", "more_faults", {"count": self._beyond}),) if self._beyond else ()
        return (*found, *more)

    def __bool__(self) -> bool:
        return bool(self._found)


class WorkbookError(Exception):
    """The file as a whole is not fit to be read: `code` and `facts` as in a fault; `sheet` where it is one sheet's trouble."""

    def __init__(self, code: str, sheet: str = "", row: int | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.fault = Fault(sheet, row, "", code, facts)


class UnwritableError(Exception):
    """A package holds what a workbook of the profile cannot say; `where` names it."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class AuthoringMissingError(Exception):
    """The extra `authoring` is not installed here."""
