"""A sheet read by its profile: the header found, each further row with its cells by the names of the columns."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from forms.authoring.workbook.cells import CellError, as_text, count, expression, key, narrowed, texts, truth, word
from forms.authoring.workbook.faults import Faults, Place
from forms.authoring.workbook.grid import Cell, GridRow, Sheet
from forms.authoring.workbook.profile import NOTES, SheetProfile, Words
from forms.reading import is_identifier

Read = TypeVar("Read")


class Row:
    """One row of a sheet. What is wrong in a cell becomes a fault, and the cell then reads as blank."""

    def __init__(self, sheet: str, number: int, cells_: dict[str, Cell], letters: dict[str, str], faults: Faults) -> None:
        self.sheet = sheet
        self.number = number
        self.cells = cells_
        self._letters = letters
        self.faults = faults

    def place(self, column: str = "") -> Place:
        """Where a cell of this row stands, or the row."""
        return Place(self.sheet, self.number, self._letters.get(column, ""))

    def has(self, column: str) -> bool:
        """Whether the cell is filled."""
        return column in self.cells

    def fault(self, column: str, code: str, **facts: Any) -> None:
        """Something is wrong in this cell."""
        self.faults.add(self.place(column), code, **facts)

    def value(self, column: str) -> Any:
        """What the spreadsheet holds; None when blank."""
        return self.cells[column].value if column in self.cells else None

    def text(self, column: str) -> str:
        """The text; empty when blank."""
        return self._read(column, as_text) or ""

    def needed(self, column: str) -> str:
        """The text of a cell that must be filled."""
        if column not in self.cells:
            self.fault(column, "blank")
        return self.text(column)

    def word(self, column: str, words: Words) -> str | None:
        """One of the package's words."""
        return self._read(column, lambda value: word(value, words))

    def truth(self, column: str) -> bool | None:
        """Yes or no."""
        return self._read(column, truth)

    def count(self, column: str) -> int | None:
        """A whole number."""
        return self._read(column, count)

    def texts(self, column: str, separators: str = "\n") -> list[str]:
        """The texts of the cell."""
        return self._read(column, lambda value: texts(value, separators)) or []

    def identifier(self, column: str) -> str:
        """An id; empty, with a fault, when it is none."""
        found = narrowed(self.needed(column))
        if found and not is_identifier(found):
            self.fault(column, "not_an_id", found=found)
            return ""
        return found

    def expression(self, column: str) -> str:
        """The text of a rule."""
        return self._read(column, expression) or ""

    def _read(self, column: str, reading: Callable[[Any], Read]) -> Read | None:
        if column not in self.cells:
            return None
        try:
            return reading(self.cells[column].value)
        except CellError as error:
            self.fault(column, error.code, **error.facts)
            return None


class Table:
    """A sheet under its header. `extra` are the columns that the profile leaves to the author, in their order."""

    def __init__(self, sheet: Sheet, profile: SheetProfile, faults: Faults) -> None:
        self.name = sheet.name
        self.extra: tuple[str, ...] = ()
        self._faults = faults
        self._rows = sheet.rows[1:]
        self._names: dict[int, str] = {}
        self._letters: dict[str, str] = {}
        self._strange: dict[int, tuple[Place, str]] = {}
        if sheet.rows:
            self._read_header(sheet.rows[0], profile)

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not blank."""
        for row in self._rows:
            found = Row(self.name, row.number, self._cells(row), self._letters, self._faults)
            if found.cells:
                yield found

    def _read_header(self, header: GridRow, profile: SheetProfile) -> None:
        known = {key(one): column.name for column in profile.columns for one in (column.name, column.title, *column.aliases)}
        passed = {key(one) for one in (*NOTES, *profile.ignored)}
        for place, cell in sorted(header.cells.items()):
            title = str(cell.value).strip()
            name = known.get(key(title), "")
            if not name and key(title) in passed:
                self._names[place] = ""
            elif not name and profile.free and is_identifier(narrowed(title)):
                name = narrowed(title)
                self.extra = (*self.extra, name)
            elif not name:
                self._names[place] = ""
                self._strange[place] = Place(self.name, header.number, cell.column), title
            if name in self._letters:
                self._faults.add(Place(self.name, header.number, cell.column), "column_twice", found=title)
            elif name:
                self._names[place] = name
                self._letters[name] = cell.column

    def _cells(self, row: GridRow) -> dict[str, Cell]:
        found = {}
        for place, cell in row.cells.items():
            name = self._names.get(place)
            if name and self._is_fit(row.number, cell):
                found[name] = cell
            elif place in self._strange:
                self._faults.add(self._strange[place][0], "unknown_column", found=self._strange[place][1])
            elif name is None:
                self._faults.add(Place(self.name, row.number, cell.column), "no_header")
        return found

    def _is_fit(self, number: int, cell: Cell) -> bool:
        if cell.is_formula or cell.is_error:
            self._faults.add(Place(self.name, number, cell.column), "formula" if cell.is_formula else "error_value")
            return False
        return True
