"""A clerk with a spreadsheet, for tests: the workbook of a shipped item, changed in places."""

import io
from functools import cache
from typing import Any

import openpyxl

from forms.authoring.workbook import write_workbook
from tests.items import newest

Changes = dict[str, tuple[str, int, Any]]


def workbook(changes: Changes) -> bytes:
    """The workbook of 高龄津贴; of each sheet named, the cell at (column, row) is given a value."""
    return _workbook(tuple(changes.items()))


@cache
def _workbook(changes: tuple[tuple[str, tuple[str, int, Any]], ...]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(newest("gaoling").read_bytes())))
    for sheet, (column, row, value) in changes:
        book[sheet][f"{column}{row}"] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def promised(days: int) -> Changes:
    """The change of the promised working days."""
    return {"时限": ("B", 3, days)}


BROKEN: Changes = {"survey": ("A", 3, "integre"), **promised(5)}
"""A kind of question that there is none of: one mistyped cell."""
