"""Items as workbooks (工作簿): XLSForm with sheets of our own, in both directions. The profile is in `docs/workbook.md`.

Needs the extra `authoring`; without it, importing this still works, and reading and writing say what is missing.
"""

from forms.authoring.workbook.faults import AuthoringMissingError, Fault, UnwritableError
from forms.authoring.workbook.grid import AVAILABLE
from forms.authoring.workbook.read import WorkbookResult, read_workbook
from forms.authoring.workbook.write import write_workbook

__all__ = [
    "AVAILABLE",
    "AuthoringMissingError",
    "Fault",
    "UnwritableError",
    "WorkbookResult",
    "read_workbook",
    "write_workbook",
]
