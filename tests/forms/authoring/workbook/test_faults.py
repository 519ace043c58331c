"""Each fault is told by sheet, row and column, all of them at once, and nothing half-read is given out."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import forms.authoring.workbook
from forms.authoring.workbook.codes import CODES
from forms.authoring.workbook.faults import MOST_FAULTS
from tests.forms.authoring.workbook.books import Sheets, faults, read, small, told

Change = Callable[[Sheets], Any]


def put(sheet: str, row: int, column: int, value: Any) -> Change:
    """A cell changed, all counted from 1."""

    def change(sheets: Sheets) -> None:
        cells = sheets[sheet][row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value

    return change


def add(sheet: str, *rows: list[Any]) -> Change:
    return lambda sheets: sheets[sheet].extend(rows)


def drop(sheet: str) -> Change:
    return lambda sheets: sheets.pop(sheet)


def take(sheet: str, row: int) -> Change:
    return lambda sheets: sheets[sheet].pop(row - 1)


REPEAT = ["begin_repeat", "inner", "内表"]
CASES: list[tuple[Change, list[tuple[str, int | None, str, str]]]] = [
    (drop("settings"), [("", None, "", "missing_sheet")]),
    (drop("item"), [("", None, "", "missing_sheet")]),
    (drop("materials"), [("", None, "", "missing_sheet")]),
    (take("item", 2), [("item", None, "", "missing_entry")]),
    (take("tiers", 3), [("tiers", None, "", "missing_tier")]),
    (take("settings", 2), [("settings", None, "", "empty_sheet")]),
    (add("settings", ["另一个", "other"]), [("settings", 3, "", "one_row_only")]),
    (lambda s: s.update({"metarials": [["id"], ["x"]]}), [("metarials", None, "", "unknown_sheet")]),
    (lambda s: s.update({"材料": [["编号"]]}), [("材料", None, "", "sheet_twice")]),
    (put("survey", 1, 3, "lable"), [("survey", 1, "C", "unknown_column"), ("survey", 2, "", "blank")]),
    (put("survey", 1, 10, "标题"), [("survey", 1, "J", "column_twice")]),
    (put("survey", 3, 12, "x"), [("survey", 3, "L", "no_header")]),
    (put("survey", 3, 1, "txet"), [("survey", 3, "A", "unknown_type")]),
    (put("survey", 3, 1, "audio"), [("survey", 3, "A", "unknown_type")]),
    (put("survey", 3, 2, "姓名"), [("survey", 3, "B", "not_an_id")]),
    (put("survey", 4, 2, "name"), [("survey", 4, "B", "id_twice")]),
    (put("survey", 3, 3, None), [("survey", 3, "C", "blank")]),
    (put("survey", 3, 4, "也许"), [("survey", 3, "D", "not_yes_no")]),
    (put("survey", 3, 4, "${age} > 3"), [("survey", 3, "D", "required_expression")]),
    (put("survey", 5, 1, "select_one"), [("survey", 5, "A", "select_without_list")]),
    (put("survey", 5, 1, "select_one nobody"), [("survey", 5, "A", "unknown_list")]),
    (put("survey", 5, 1, "select_one kin or_other"), [("survey", 5, "A", "or_other")]),
    (add("choices", ["kin", "本人", "本人"]), [("choices", 4, "B", "choice_twice")]),
    (take("survey", 6), [("survey", 2, "A", "not_closed")]),
    (add("survey", ["end_repeat"]), [("survey", 11, "A", "unmatched_end")]),
    (lambda s: s["survey"].insert(8, REPEAT), [("survey", 7, "A", "not_closed"), ("survey", 9, "A", "table_in_table")]),
    (add("survey", ["begin_repeat", "empty", "空表"], ["end_repeat"]), [("survey", 11, "A", "empty_table")]),
    (lambda s: s["survey"].insert(5, ["note", "n1", "说明"]), [("survey", 7, "A", "note_without_question")]),
    (put("survey", 3, 5, "${nme} = 'x'"), [("survey", 3, "E", "unknown_name")]),
    (put("survey", 3, 5, "${age} = param('gone')"), [("survey", 3, "E", "unknown_name")]),
    (put("survey", 3, 5, "${age} = "), [("survey", 3, "E", "rule_unexpected_end")]),
    (put("survey", 3, 5, "${age} = 'x"), [("survey", 3, "E", "rule_text_not_closed")]),
    (put("survey", 3, 5, "age > 3"), [("survey", 3, "E", "rule_bare_name")]),
    (put("survey", 4, 6, "age_betwen(., 1, 2)"), [("survey", 4, "F", "rule_unknown_function")]),
    (put("survey", 4, 6, "age_between(.)"), [("survey", 4, "F", "rule_named_arguments")]),
    (put("survey", 4, 6, "regex(., '(?<=a)b')"), [("survey", 4, "F", "rule_pattern")]),
    (put("survey", 3, 8, "x = 1"), [("survey", 3, "H", "filter_without_list")]),
    (put("survey", 5, 8, "town = ${name}"), [("survey", 5, "H", "unknown_column_of_list")]),
    (add("rules", ["nobody", ". > 1"]), [("rules", 2, "A", "unknown_name")]),
    (add("rules", ["members.gone", ". > 1"]), [("rules", 2, "A", "unknown_name")]),
    (add("rules", ["age"]), [("rules", 2, "B", "blank")]),
    (add("rules", ["age", ". > 1", "严重"]), [("rules", 2, "C", "unknown_word")]),
    (add("materials", ["mat_id", "又一件", "原件", "自备"]), [("materials", 3, "A", "id_twice")]),
    (put("tiers", 2, 5, "两天"), [("tiers", 2, "E", "not_a_count")]),
    (add("tiers", ["村", "再来", "登记", "章"]), [("tiers", 5, "A", "tier_twice")]),
    (put("item", 2, 2, None), [("item", 2, "B", "blank")]),
    (add("item", ["domian", "x"]), [("item", 12, "A", "unknown_entry")]),
    (add("item", ["domain", "x"]), [("item", 12, "A", "entry_twice")]),
    (add("item", ["more.codes", "json:{"]), [("item", 12, "B", "not_json")]),
    (add("sample", ["gone", None, "x"]), [("sample", 5, "A", "unknown_name")]),
    (add("sample", ["members.income", 3, "1"]), [("sample", 5, "B", "row_number")]),
    (put("sample", 2, 3, "x\u202ey"), [("sample", 2, "C", "unfit_character")]),
    (put("sample", 2, 3, 131025194403122017), [("sample", 2, "C", "digits_lost")]),
    (put("survey", 3, 3, "=CONCAT(A1)"), [("survey", 3, "C", "formula"), ("survey", 3, "C", "blank")]),
    (lambda s: s["survey"].__delitem__(slice(1, None)), [("survey", None, "", "no_questions")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CASES, ids=[f"{n}-{case[1][0][3]}" for n, case in enumerate(CASES)])
def test_a_fault_is_told_where_it_is(change: Change, expected: list[tuple[str, int | None, str, str]]) -> None:
    sheets = small()
    change(sheets)
    result = read(sheets)
    assert result.package is None
    assert [told(one) for one in result.faults][: len(expected)] == expected
    assert [one for one in result.faults if set(one.facts) < set(CODES[one.code])] == []


def test_without_a_fault_there_is_none() -> None:
    assert faults(small()) == []


def test_all_faults_of_all_sheets_come_together() -> None:
    sheets = small()
    changes = [put("survey", 4, 6, "1 +"), put("survey", 3, 4, "也许"), add("rules", ["x", ". > 1"]), put("tiers", 2, 5, "x")]
    for change in (*changes, take("item", 2), drop("limits")):
        change(sheets)
    assert faults(sheets) == [
        ("", None, "", "missing_sheet"),
        ("survey", 3, "D", "not_yes_no"),
        ("survey", 4, "F", "rule_unexpected_end"),
        ("item", None, "", "missing_entry"),
        ("tiers", 2, "E", "not_a_count"),
        ("rules", 2, "A", "unknown_name"),
    ]


def test_a_circle_is_told_with_the_questions_in_it() -> None:
    sheets = small()
    sheets["survey"][1:1] = [["begin_group", "g", "推算"], *_sums("a", "b"), *_sums("b", "c"), *_sums("c", "a"), ["end_group"]]
    sheets["survey"] += [["begin_repeat", "t", "表"], *_sums("d", "e"), *_sums("e", "d"), ["end_repeat"]]
    found = read(sheets).faults
    assert [(one.row, one.column, one.code) for one in found] == [(3, "B", "circle"), (17, "B", "circle")]
    assert found[0].facts["fields"] == "题a（a） → 题b（b） → 题c（c） → 题a（a）"
    assert found[1].facts["fields"] == "题d（d） → 题e（e） → 题d（d）"


def test_choices_that_wait_for_each_other_are_a_circle() -> None:
    sheets = small()
    sheets["choices"][0] += ["town"]
    sheets["choices"] += [["near", "x", "甲", "y"], ["far", "y", "乙", "x"]]
    sheets["survey"] += [["select_one near", "n", "近", "no", None, None, None, "town = ${f}"]]
    sheets["survey"] += [["select_one far", "f", "远", "no", None, None, None, "town = ${n}"]]
    assert faults(sheets) == [("survey", 11, "B", "circle")]


def test_an_end_closes_what_was_left_open_inside_it() -> None:
    sheets = small()
    sheets["survey"] += [["begin_group", "g", "节"], ["begin_repeat", "r", "表"], ["text", "x", "题"], ["end_group"], ["text", "y", "后"]]
    assert faults(sheets) == [("survey", 14, "A", "unmatched_end")]


def _sums(name: str, other: str) -> list[list[Any]]:
    return [["integer", name, f"题{name}", "no", None, None, f"${{{other}}} + 1"]]


def test_what_only_the_last_check_sees_is_told_at_its_sheet() -> None:
    sheets = small()
    put("item", 8, 2, "按规则")(sheets)
    assert faults(sheets) == [("tiers", None, "", "schema_decide_rule")]
    sheets = small()
    put("limits", 2, 2, 5000)(sheets)
    assert faults(sheets) == [("limits", 2, "B", "schema_out_of_range")]


def test_what_only_the_last_check_sees_is_told_at_its_row() -> None:
    sheets = small()
    sheets["survey"][2] = ["text", "name", "姓名", "yes", None, None, None, None, None]
    sheets["survey"][0].append("max_length")
    sheets["survey"][2].append(999_999)
    assert faults(sheets) == [("survey", 3, "B", "schema_out_of_range")]


def test_many_faults_end_with_how_many_more_there_are() -> None:
    sheets = small()
    sheets["sample"] += [[f"gone_{n}", None, "x"] for n in range(MOST_FAULTS + 20)]
    found = read(sheets).faults
    assert len(found) == MOST_FAULTS + 1 and found[-1].code == "more_faults" and found[-1].facts == {"count": 20}


def test_every_fault_in_the_sources_has_a_code_of_the_table() -> None:
    made = {code for path in Path(forms.authoring.workbook.__path__[0]).glob("*.py") for code in _codes(ast.parse(path.read_text("utf-8")))}
    assert {code for code in CODES if not code.startswith("rule_")} == {code for code in made if not code.startswith(("rule_", "schema_"))}


def _codes(tree: ast.AST) -> set[str]:
    """The literal codes that a module makes faults of."""
    places = {"fault": 1, "add": 1, "WorkbookError": 0, "CellError": 0, "Fault": 3}
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Call):
            name = one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")
            place = places.get(name, len(one.args))
            found |= _texts(one.args[place]) if place < len(one.args) else set()
        elif isinstance(one, ast.Assign) and any(getattr(target, "id", "") == "_FORBIDDEN" for target in one.targets):
            found |= _texts(one.value) & set(CODES)
    return found - {"PK"}


def _texts(tree: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
