"""A county's list of stations as a table (CSV), as people keep it in a spreadsheet. All faults of a file are told at once."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from node.enrolment.invitations import Wanted
from node.errors import Fault, StationsError

MAX_BYTES, MAX_ROWS = 2 * 1024 * 1024, 5000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("站点名称", "name"),
    "tier": ("层级", "tier"),
    "division": ("区划代码", "division"),
    "parent_division": ("上级区划代码", "parent_division"),
    "parent_url": ("上级网址", "parent_url"),
}
"""What a column is called in the first line."""

NEEDED = ("name", "tier", "division")
TIER_WORDS: Mapping[str, str] = {
    "village": "village", "村": "village", "村级": "village", "社区": "village",
    "township": "township", "镇": "township", "乡": "township", "乡镇": "township", "街道": "township", "乡镇级": "township",
    "county": "county", "县": "county", "县级": "county",
}  # fmt: skip


def read_stations(data: bytes) -> tuple[tuple[Wanted, ...], tuple[Fault, ...]]:
    """The stations of a file in UTF-8 (with or without byte order mark) or GB18030, as spreadsheets write it, and what is wrong with lines.

    What a readable line says is judged by `Inviting.invite`, which is given the faults too and tells all at once.

    Raises:
        StationsError: the file as a whole cannot be read.
    """
    rows = _rows(_text(data))
    columns = _columns(rows[0] if rows else [])
    faults: list[Fault] = []
    wanted = tuple(_wanted(rows[1:], columns, faults))
    if not wanted and not faults:
        raise StationsError([Fault(0, "", "empty")])
    return wanted, tuple(faults)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise StationsError([Fault(0, "", "too_large")])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise StationsError([Fault(0, "", "encoding")])


def _rows(text: str) -> list[list[str]]:
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise StationsError([Fault(0, "", "table")]) from error
    if len(rows) > MAX_ROWS:
        raise StationsError([Fault(0, "", "too_large")])
    return rows


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands; others are passed over."""
    found = {name: at for at, cell in reversed([*enumerate(header)]) for name, words in COLUMNS.items() if cell.lower() in words}
    if missing := [name for name in NEEDED if name not in found]:
        raise StationsError([Fault(1, name, "column") for name in missing])
    return found


def _wanted(rows: Sequence[Sequence[str]], columns: Mapping[str, int], faults: list[Fault]) -> Iterator[Wanted]:
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        row_faults = [*_faults(number, cells)]
        faults += row_faults
        if not row_faults:
            yield Wanted(
                name=cells["name"],
                tier=TIER_WORDS[cells["tier"].lower()],
                division=cells["division"],
                parent=cells.get("parent_division") or None,
                parent_url=(cells.get("parent_url") or "").rstrip("/") or None,
                row=number,
            )


def _faults(number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
    for name in NEEDED:
        if not cells[name]:
            yield Fault(number, name, "missing")
    if cells["tier"] and cells["tier"].lower() not in TIER_WORDS:
        yield Fault(number, "tier", "tier_word", {"given": cells["tier"][:20]})
    for name in ("division", "parent_division"):
        code = cells.get(name, "")
        if "E+" in code.upper():
            yield Fault(number, name, "scientific", {"given": code[:20]})
        elif code and not (code.isascii() and code.isdigit() and len(code) == 12):
            yield Fault(number, name, "digits", {"given": code[:20]})
