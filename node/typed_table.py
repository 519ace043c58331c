"""A table (CSV) as people keep it in a spreadsheet: its rows by column, or what is wrong with the file as a whole."""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.errors import Fault


class TableError(Exception):
    """The file is no such table. `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(one.code for one in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Shape:
    """What is read: what each column may be called in the first line, which must be there, and how much at most."""

    columns: Mapping[str, Sequence[str]]
    needed: Sequence[str]
    max_bytes: int
    max_rows: int


def read_typed_table(data: bytes, shape: Shape) -> list[tuple[int, dict[str, str]]]:
    """The rows that are not blank, each with its line (from 1); columns of other names are passed over.

    The file is in UTF-8 (with or without byte order mark), GB18030, or UTF-16 with one, as spreadsheets write it.

    Raises:
        TableError: the file as a whole cannot be read.
    """
    rows = _rows(_text(data, shape.max_bytes), shape.max_rows)
    columns = _columns(rows[0] if rows else [], shape)
    return [
        (number, {name: row[at] if at < len(row) else "" for name, at in columns.items()})
        for number, row in enumerate(rows[1:], start=2)
        if any(row)
    ]


def _text(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise TableError([Fault(0, "", "too_large")])
    for encoding in ("utf-16",) if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TableError([Fault(0, "", "encoding")])


def _rows(text: str, max_rows: int) -> list[list[str]]:
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise TableError([Fault(0, "", "table")]) from error
    if len(rows) > max_rows:
        raise TableError([Fault(0, "", "too_large")])
    return rows


def _columns(header: Sequence[str], shape: Shape) -> dict[str, int]:
    found = {name: at for at, cell in reversed([*enumerate(header)]) for name, words in shape.columns.items() if cell.lower() in words}
    if missing := [name for name in shape.needed if name not in found]:
        raise TableError([Fault(1, name, "column") for name in missing])
    return found
