"""Authoring (编制) as a county calls it: workbooks read and written, pinyin initials made.

What it needs is in the extra `authoring` and takes tens of megabytes, so it is loaded when a county first uses it, and never by a village.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.schema import Form
from node.errors import RequestError

WORKBOOK, PINYIN = "forms.authoring.workbook", "forms.authoring.pinyin"


@dataclass(frozen=True)
class WorkbookFault:
    """One thing to put right in a workbook: the sheet, the row from 1, the column's letter; empty where it is about the whole."""

    sheet: str
    row: int | None
    column: str
    code: str
    facts: Mapping[str, Any]


def is_available() -> bool:
    """Whether the extra `authoring` is installed here."""
    return importlib.util.find_spec("openpyxl") is not None and importlib.util.find_spec("pypinyin") is not None


def read(data: bytes, parameters: Mapping[str, Any]) -> tuple[bytes | None, tuple[WorkbookFault, ...]]:
    """The package of a workbook, or everything that is wrong with it.

    Raises:
        RequestError: `authoring_missing` here.
    """
    result = _loaded(WORKBOOK).read_workbook(data, parameters)
    return result.package, tuple(WorkbookFault(one.sheet, one.row, one.column, one.code, one.facts) for one in result.faults)


def write(package: bytes) -> bytes:
    """The workbook of a package.

    Raises:
        RequestError: `authoring_missing` here, or `authoring_unwritable`: the package says what no workbook can.
    """
    workbook = _loaded(WORKBOOK)
    try:
        written: bytes = workbook.write_workbook(package)
    except workbook.UnwritableError as error:
        raise RequestError("authoring_unwritable", where=error.where) from error
    return written


def initials_of(form: Form) -> str:
    """The initials by which an item is found: those that its author gave, else made of its name.

    Raises:
        RequestError: `authoring_missing` here.
    """
    own = form.more.get("pinyin")
    return str(own) if own else str(_loaded(PINYIN).initials(form.name))


def _loaded(name: str) -> Any:
    if not is_available():
        raise RequestError("authoring_missing")
    return importlib.import_module(name)
