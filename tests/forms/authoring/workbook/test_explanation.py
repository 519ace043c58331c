"""What the sheet 填写说明 tells is so."""

from pathlib import Path

import pytest

from forms.authoring.named_parameters import RULES as NAMED
from forms.authoring.named_rules import named_call
from forms.authoring.workbook.choices import MOST_PLAIN
from forms.authoring.workbook.container import MAX_ALL_BYTES, MAX_ENTRIES, MAX_FILE_BYTES, MAX_PART_BYTES
from forms.authoring.workbook.examples import CALCULATIONS, RULES
from forms.authoring.workbook.explanation import explanation
from forms.authoring.workbook.faults import MOST_FAULTS
from forms.authoring.workbook.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from forms.authoring.workbook.profile import KIND_WORDS, SHEETS, VERTICAL
from forms.authoring.xpath import parse_expression
from forms.choice_lists import MAX_LIST_ROWS
from forms.schema import KINDS


def test_every_named_rule_is_shown_once_and_as_a_call_of_itself() -> None:
    calls = [named_call(call) for call, _ in RULES]
    assert [None if one is None else one.name for one in calls] == list(NAMED)


@pytest.mark.parametrize("call", [call for call, _ in CALCULATIONS])
def test_every_calculation_shown_can_be_read(call: str) -> None:
    assert isinstance(parse_expression(call), list)


def test_every_sheet_column_and_row_is_explained() -> None:
    told = explanation()
    names = {row[2] for row in told}
    assert {sheet.name for sheet in SHEETS} | {column.name for sheet in SHEETS for column in sheet.columns} <= names
    assert {entry.name for _, entries in VERTICAL for entry in entries} <= names
    assert all(len(row) == 4 for row in told)


def test_every_kind_of_a_package_can_be_written() -> None:
    assert set(KIND_WORDS) == set(KINDS)


def test_the_page_of_the_profile_names_every_sheet_column_row_and_limit() -> None:
    page = (Path(__file__).parents[4] / "docs" / "workbook.md").read_text(encoding="utf-8")
    names = {sheet.name for sheet in SHEETS} | {column.name for sheet in SHEETS for column in sheet.columns}
    names |= {entry.name for _, entries in VERTICAL for entry in entries} | set(KIND_WORDS) - {"table"}
    assert [name for name in sorted(names) if f"`{name}`" not in page and f"`{name} LIST`" not in page] == []
    titles = {sheet.title for sheet in SHEETS} | {column.title for sheet in SHEETS for column in sheet.columns}
    assert [title for title in sorted(titles) if title not in page] == []
    limits = [f"{MAX_FILE_BYTES >> 20} MiB", f"{MAX_ENTRIES}; {MAX_PART_BYTES >> 20} MiB each and {MAX_ALL_BYTES >> 20} MiB together"]
    limits += [
        f"{MAX_ROWS:,}",
        f"{MAX_CELLS:,}",
        f"| {MAX_COLUMNS} |",
        f"| {MOST_FAULTS}, then",
        f"at most {MOST_PLAIN} rows",
        f"{MAX_LIST_ROWS:,} rows",
    ]
    assert [limit for limit in limits if limit not in page] == []
