"""Whatever stands in the cells: a package that is one, or faults that stand somewhere and can be told; never anything else."""

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.authoring.workbook import read_workbook
from forms.authoring.workbook.codes import CODES
from forms.schema import Form
from node.catalogue.authoring import WorkbookFault
from node.web.wording.workbook import fault_text
from tests.forms.authoring.workbook.books import small, written

PIECES = [
    *[
        "${name}",
        "${",
        "}",
        "(",
        ")",
        ",",
        ".",
        "'",
        "‘",
        "not(",
        " or ",
        "sum(",
        "age_between(., 1, 2)",
        "param('x')",
        "${members}[",
        "./income",
    ],
    *[
        "select_one ",
        "select_one kin",
        "begin_repeat",
        "end_group",
        "end_repeat",
        "note",
        "json:",
        "{",
        "[",
        "是",
        "no",
        "ｎａｍｅ",
        "members.income",
    ],
]
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=5)
TEXTS = st.lists(st.sampled_from(PIECES) | LETTERS, max_size=5).map("".join)
NUMBERS = st.integers(-5, 10**16) | st.floats(-1e9, 1e9) | st.booleans() | st.dates(datetime.date(1950, 1, 1), datetime.date(2090, 1, 1))
PLACES = st.tuples(st.sampled_from(sorted(small())), st.integers(0, 12), st.integers(0, 9))


@settings(max_examples=40)
@given(st.lists(st.tuples(PLACES, TEXTS | NUMBERS | st.none()), min_size=1, max_size=6))
def test_a_package_or_faults_with_sentences(changes: list[tuple[tuple[str, int, int], Any]]) -> None:
    sheets = small()
    for (sheet, row, column), value in changes:
        rows = sheets[sheet]
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value
    result = read_workbook(written(sheets))
    assert (result.package is None) == bool(result.faults)
    if result.package is not None:
        Form.from_bytes(result.package)
    for one in result.faults:
        assert one.code.startswith("schema_") or one.code in CODES
        assert fault_text(WorkbookFault(one.sheet, one.row, one.column, one.code, one.facts))
