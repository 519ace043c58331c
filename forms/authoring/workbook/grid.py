"""Sheets as rows of cells, in and out of .xlsx. The only place that knows openpyxl, which may be missing: see `AVAILABLE`."""

import io
import re
import warnings
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from forms.authoring.workbook.container import WORKBOOK_PART, check_container
from forms.authoring.workbook.faults import AuthoringMissingError, WorkbookError

try:
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.exceptions import IllegalCharacterError

    AVAILABLE = True
except ModuleNotFoundError:
    AVAILABLE = False

MAX_ROWS = 40_000
MAX_COLUMNS = 64
LAST_ROW = 1_048_576
WIDEST = 1_024
"""How far to the right a row may have blank cells."""
MAX_CELLS = 400_000
MAX_MERGES = 2_000
MAX_SHEETS = 60

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?(?:c|row)[\s>/]")
_MERGE = re.compile(rb"<(?:[^\s<>/:]+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not blank. `value` is a text, a number, a truth, a date or time; `is_formula` and `is_error` say what it is not."""

    value: Any
    column: str
    is_formula: bool = False
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row that is not blank: its number, and its cells by their place from 0."""

    number: int
    cells: dict[int, Cell]


@dataclass(frozen=True)
class Sheet:
    """One sheet; blank rows are left out."""

    name: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class NewSheet:
    """A sheet to write: its first row is the header; `widths` are of columns, in characters."""

    name: str
    rows: Sequence[Sequence[str | int | None]]
    widths: Sequence[int] = ()


def read_sheets(data: bytes, skipped: Iterable[str] = ()) -> tuple[Sheet, ...]:
    """The sheets of a workbook, those `skipped` by the beginnings of their names without rows.

    Raises:
        AuthoringMissingError: the extra is not installed.
        WorkbookError: no plain workbook, or too large.
    """
    if not AVAILABLE:
        raise AuthoringMissingError
    check_container(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, tuple(skipped))
    except WorkbookError:
        raise
    except Exception as error:
        # The library raises whatever its parts happen to meet in a damaged file.
        raise WorkbookError("damaged") from error


def _read(data: bytes, skipped: tuple[str, ...]) -> tuple[Sheet, ...]:
    merged = _merged_ranges(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        if len(book.sheetnames) > MAX_SHEETS:
            raise WorkbookError("too_many_parts")
        if book.sheetnames != list(merged):
            raise WorkbookError("damaged")  # the library sees other sheets than those whose cells were counted
        return tuple(
            Sheet(one.title, () if one.title.startswith(skipped) else _filled_down(_rows(one), merged.get(one.title, ())))
            for one in book.worksheets
        )
    finally:
        book.close()


def _rows(sheet: Any) -> list[GridRow]:
    # What the sheet claims to measure is not believed: each row is as wide as its last cell.
    sheet.reset_dimensions()
    found = []
    for number, cells in enumerate(sheet.iter_rows(min_row=1), start=1):
        if len(cells) > MAX_COLUMNS and (len(cells) > WIDEST or any(_is_filled(one) for one in cells[MAX_COLUMNS:])):
            raise WorkbookError("too_many_columns", sheet.title, number, most=MAX_COLUMNS)
        kept = {place: _cell(one, place) for place, one in enumerate(cells) if _is_filled(one)}
        if number > (MAX_ROWS if kept else LAST_ROW):
            raise WorkbookError("too_many_rows", sheet.title, number, most=MAX_ROWS)
        if kept:
            found.append(GridRow(number, kept))
    return found


def _is_filled(cell: Any) -> bool:
    return cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())


def _cell(cell: Any, place: int) -> Cell:
    return Cell(cell.value, get_column_letter(place + 1), cell.data_type == "f", cell.data_type == "e")


def _filled_down(rows: list[GridRow], merged: Iterable[tuple[int, int, int]]) -> tuple[GridRow, ...]:
    """The value of cells merged downwards holds in each row that has anything beside it."""
    numbers, done = [row.number for row in rows], (-1, 0)
    for place, first, last in sorted(merged):
        if (place, first) <= done:
            continue  # it overlaps the one before, which no spreadsheet allows
        done, at = (place, last), bisect_left(numbers, first)
        top = rows[at].cells.get(place) if at < len(rows) and numbers[at] == first else None
        if top is not None:
            for row in rows[at + 1 : bisect_right(numbers, last)]:
                row.cells.setdefault(place, top)
    return tuple(rows)


def _merged_ranges(data: bytes) -> dict[str, list[tuple[int, int, int]]]:
    """Of each sheet the cells merged downwards in one column: (place, first row, last row).

    Raises:
        WorkbookError: the sheets have too many cells, be they blank, to be read in a few seconds.
    """
    found, cells = {}, 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, part in _sheet_parts(archive).items():
            content = archive.read(part)
            cells += len(_CELL.findall(content))
            if cells > MAX_CELLS:
                raise WorkbookError("too_many_cells", name, most=MAX_CELLS)
            matches = _MERGE.findall(content)[:MAX_MERGES]
            found[name] = [(_place(left), int(top), int(bottom)) for left, top, right, bottom in matches if left == right]
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet by its name.

    Raises:
        WorkbookError: one of them is missing or there twice, or the archive names another workbook or kind of sheet than it should.
    """
    for one in ElementTree.fromstring(archive.read("[Content_Types].xml")):
        if one.get("ContentType", "").endswith("main+xml") and one.get("PartName", f"/{WORKBOOK_PART}") != f"/{WORKBOOK_PART}":
            raise WorkbookError("damaged")
    links = {one.get("Id"): one for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    found: dict[str, str] = {}
    for sheet in ElementTree.fromstring(archive.read(WORKBOOK_PART)).iter(f"{_MAIN}sheet"):
        link, name = links.get(sheet.get(f"{_LINKS}id")), sheet.get("name", "")
        target, kind = ("", "") if link is None else (link.get("Target", ""), link.get("Type", ""))
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        is_mixed = ("chartsheet" in kind) == part.startswith("xl/worksheets/")
        if part not in archive.namelist() or name in found or is_mixed:
            raise WorkbookError("damaged")
        found[name] = part
    return found


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def write_sheets(sheets: Sequence[NewSheet]) -> bytes:
    """The workbook of these sheets: the same bytes for the same sheets.

    Raises:
        AuthoringMissingError: the extra is not installed.
        ValueError: a text that no workbook can hold.
    """
    if not AVAILABLE:
        raise AuthoringMissingError
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "yizhan"
    book.properties.created = book.properties.modified = _EPOCH
    for one in sheets:
        _write(book.create_sheet(one.name), one)
    written = io.BytesIO()
    try:
        book.save(written)
    except IllegalCharacterError as error:
        raise ValueError("character") from error
    return _without_times(written.getvalue())


def _write(sheet: Any, new: NewSheet) -> None:
    header, wrapped = (Font(bold=True), PatternFill("solid", fgColor="DDEBF7")), Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(new.widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(new.rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = _filled(sheet, number, place, value)
            cell.alignment = wrapped
            if number == 1:
                cell.font, cell.fill = header


def _filled(sheet: Any, number: int, place: int, value: str | int) -> Any:
    if isinstance(value, str) and len(value) > 32_767:
        raise ValueError("too long for a cell")
    try:
        cell = sheet.cell(number, place, value)
    except IllegalCharacterError as error:
        raise ValueError("character") from error
    if isinstance(value, str):
        # A text stays a text, also one that looks like a formula; the format keeps a spreadsheet from making a number of it.
        cell.data_type, cell.number_format = "s", "@"
    return cell


def _without_times(data: bytes) -> bytes:
    """The same archive with its entries in order, and none of them dated."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2020-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return written.getvalue()
