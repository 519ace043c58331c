"""Cells as clerks type them: what is unambiguous is taken, in Chinese or English, narrow or wide; XLSForm's own habits are known."""

import datetime
from typing import Any

import pytest

from forms.authoring.workbook import cells, read_workbook
from forms.authoring.workbook.cells import CellError
from forms.authoring.workbook.choices import MOST_PLAIN
from tests.forms.authoring.workbook.books import Sheets, faults, field, item, item_workbook, package, read, small, written

CHINESE: dict[str, str] = {
    "survey": "题目", "choices": "选项", "settings": "设置", "item": "事项", "limits": "时限", "tiers": "层级",
    "materials": "材料", "rules": "规则", "sample": "样例", "parameters": "参数",
}  # fmt: skip


def test_chinese_names_of_sheets_columns_and_words_mean_the_same() -> None:
    sheets = {CHINESE[name]: rows for name, rows in small().items()}
    sheets["题目"][0] = ["类型", "编号", "题目", "必填", "出现条件", "校验规则", "计算", "选项筛选", "默认值"]
    sheets["题目"][1][0], sheets["题目"][2][0], sheets["题目"][3][0], sheets["题目"][4][0] = "分节开始", "文字", "整数", "单选 kin"
    sheets["题目"][5][0], sheets["题目"][6][0], sheets["题目"][9][0] = "分节结束", "表格开始", "表格结束"
    sheets["题目"][2][3] = "是"
    sheets["选项"][0] = ["选项表", "选项值", "选项"]
    sheets["设置"][0] = ["事项名称", "事项编号"]
    sheets["事项"][1][0], sheets["事项"][7] = "领域", ["决定层级", "县"]
    sheets["时限"] = [["项目", "内容"], ["承诺工作日", "７"], ["从何时算起", "乡镇受理"]]
    sheets["层级"][0] = ["层级", "角色", "环节", "印章", "时限工作日", "村级时限"]
    for number, name in enumerate(("村", "镇", "县"), start=1):
        sheets["层级"][number][0] = name
    sheets["材料"][0] = ["编号", "材料名称", "形式", "来源"]
    sheets["样例"][0] = ["题目编号", "第几行", "答案"]
    assert read_workbook(written(sheets)).package == read_workbook(written(small())).package


def test_wide_letters_blanks_and_the_signs_of_a_chinese_keyboard_are_narrowed() -> None:
    sheets = small()
    sheets["settings"][1][1] = "　ｓａｍｐｌｅ＿ｉｔｅｍ "
    sheets["survey"][0][1] = " Name　"
    sheets["survey"][2] = ["　ｔｅｘｔ ", " ｎａｍｅ", " 姓名　", "ＹＥＳ "]
    sheets["survey"][3][4] = "not（${name}＝‘甲（乙）’）"
    value = package(read(sheets))
    assert value["id"] == "sample_item" and value["sections"][0]["fields"][0]["label"] == "姓名"
    assert field(value, "age")["relevant"] == ["not", ["=", ["field", "name"], "甲（乙）"]]


def test_blank_lines_hidden_rows_and_the_clerks_own_columns_and_sheets_do_not_matter() -> None:
    def change(book: Any) -> None:
        book["survey"].insert_rows(4, 3)
        book["survey"].row_dimensions[7].hidden = True
        book["survey"].cell(900, 30).value = "   "
        book["survey"].cell(1, 12, "备注")
        book["survey"].cell(3, 12, "=A1")
        book.create_sheet("备注一").cell(1, 1, "=1/0")
        book["rules"].cell(1, 5, "  ")

    assert read(small(), change).package == read_workbook(written(small())).package


def test_cells_merged_downwards_hold_in_each_row() -> None:
    sheets = small()
    sheets["choices"][2][0] = None

    def change(book: Any) -> None:
        book["choices"].merge_cells("A2:A3")

    assert read(sheets, change).package == read_workbook(written(small())).package
    assert faults(sheets) == [("choices", 3, "A", "blank")]


def test_numbers_truths_and_dates_are_what_is_seen() -> None:
    sheets = small()
    sheets["survey"][0].append("max_length")
    sheets["survey"] += [
        ["text", "note_text", "附记", True, None, None, None, None, 3.0, 20.0],
        ["date", "day", "日期", False, None, None, None, None, datetime.datetime(2026, 11, 22)],
        ["integer", "heads", "人数", "否", None, None, None, None, 2.0],
        ["decimal", "area", "面积", "no", None, None, None, None, 0.5],
    ]
    sheets["sample"] += [["day", None, datetime.date(2026, 11, 22)], ["heads", None, "3"], ["area", None, 0.1]]
    value = package(read(sheets))
    note = field(value, "note_text")
    assert (note["default"], note["max_length"], note["required"]) == ("3", 20, True)
    assert [field(value, name)["default"] for name in ("day", "heads", "area")] == ["2026-11-22", 2, "0.5"]
    assert {name: value["sample"][name] for name in ("day", "heads", "area")} == {"day": "2026-11-22", "heads": 3, "area": "0.1"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime.datetime(2026, 1, 1, 8), "time_of_day"),
        (datetime.time(8), "time_of_day"),
        (1e15, "digits_lost"),
        ("a\u202eb", "unfit_character"),
    ],
)
def test_what_has_no_one_meaning_is_no_text(value: Any, code: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.as_text(value)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("age_between（.，16，59）", "age_between(.,16,59)"),
        ("${a}＝“是，否”", '${a}="是，否"'),
        ("‘it's’ != .", "'it''s' != ."),
        ("'（' ≠ ${b}", "'（' != ${b}"),
        ("${a} = ‘没有关", "${a} = ‘没有关"),
    ],
)
def test_signs_are_made_plain_outside_of_texts_only(typed: str, plain: str) -> None:
    assert cells.expression(typed) == plain


def rows(sheets: Sheets, *more: list[Any]) -> Sheets:
    sheets["survey"] += list(more)
    return sheets


def test_a_groups_condition_holds_for_each_question_in_it_and_in_the_groups_inside() -> None:
    sheets = rows(
        small(),
        ["begin_group", "g", "代理", None, "${name} != ''"],
        ["text", "a", "甲"],
        ["begin_group", "h", "里面", None, "${age} > 60"],
        ["text", "b", "乙", "no", "${a} = 'x'"],
        ["end_group"],
        ["begin_repeat", "r", "表"],
        ["begin_group", "in_row", "行内", None, "${k} != ''"],
        ["text", "m", "丙"],
        ["end_group"],
        ["text", "k", "丁"],
        ["end_repeat"],
        ["end_group"],
    )
    value = package(read(sheets))
    named, old = ["!=", ["field", "name"], ""], [">", ["field", "age"], 60]
    assert field(value, "a")["relevant"] == named
    assert field(value, "b")["relevant"] == ["and", named, old, ["=", ["field", "a"], "x"]]
    assert field(value, "r")["relevant"] == named
    assert field(value, "r.m")["relevant"] == ["!=", ["field", "k"], ""] and "relevant" not in field(value, "r.k")
    assert [one["title"] for one in value["sections"]] == ["申请人", "示例事项", "代理"]


def test_a_name_means_the_nearest_question_that_has_it() -> None:
    sheets = rows(
        small(),
        ["decimal", "total", "合计", "no", None, None, "sum(${income})"],
        ["integer", "count_all", "人数", "no", None, None, "count(${members})"],
        ["integer", "count_some", "成年", "no", None, None, "count(${members}[${member_name} = ${name}])"],
    )
    sheets["survey"][7].append("${name} != '' and ${income} != ''")
    sheets["rules"] += [["members", "unique_column(., 'member_name')", "提醒", "成员有重复"]]
    value = package(read(sheets))
    assert field(value, "total")["calculate"] == ["sum", ["column", ["form", "members"], "income"]]
    assert field(value, "count_all")["calculate"] == ["count", ["form", "members"]]
    same = ["=", ["field", "member_name"], ["form", "name"]]
    assert field(value, "count_some")["calculate"] == ["count", ["where", ["form", "members"], same]]
    assert field(value, "members.member_name")["relevant"] == ["and", ["!=", ["form", "name"], ""], ["!=", ["field", "income"], ""]]
    assert field(value, "members")["constraints"][0] == {
        "test": ["yz:distinct", ["column", ["self"], "member_name"]],
        "code": "unique_column", "level": "warn", "message": "成员有重复", "facts": {"column": "member_name", "label": "成员姓名"},
    }  # fmt: skip


def test_a_named_rule_brings_its_code_its_level_and_what_its_sentence_names() -> None:
    sheets = small()
    sheets["rules"] += [
        ["age", "not(${name} = '示例甲') or between(., 18, 60)"],
        ["kin", "inform_if(., '子女')", None, "请核对"],
        ["name", "string-length(.) > 1", "warn", "太短"],
        ["name", "person_name(.)", None, None],
        ["members.member_name", "eq_field(., ${name})"],
    ]
    value = package(read(sheets))
    assert [one["code"] for one in field(value, "age")["constraints"]] == ["constraint", "between"]
    assert field(value, "age")["constraints"][1]["facts"] == {"min": 18, "max": 60}
    assert field(value, "kin")["constraints"] == [
        {"test": ["!=", ["self"], "子女"], "code": "inform_if", "level": "warn", "message": "请核对", "facts": {"value": "子女"}}
    ]
    assert [(one["code"], one.get("level")) for one in field(value, "name")["constraints"]] == [
        ("constraint", "warn"),
        ("person_name", None),
    ]
    assert field(value, "members.member_name")["constraints"][0]["facts"] == {"field": "name", "label": "姓名"}
    assert field(value, "members.member_name")["constraints"][0]["test"] == ["=", ["self"], ["form", "name"]]


def test_a_note_is_shown_with_the_question_below_it() -> None:
    sheets = small()
    sheets["survey"].insert(2, ["note", "n1", "请对照户口簿填写"])
    sheets["survey"][0].append("hint")
    sheets["survey"][3] += [None] * 5 + ["全名"]
    assert field(package(read(sheets)), "name")["hint"] == "请对照户口簿填写\n全名"


def test_values_that_differ_from_their_labels_make_a_choice_list() -> None:
    sheets = small()
    sheets["choices"][1][1], sheets["choices"][2][1] = 1, 2.0
    value = package(read(sheets))
    assert field(value, "kin")["list"] == "kin" and "choices" not in field(value, "kin")
    assert value["lists"] == {"kin": {"columns": ["value", "label"], "rows": [["1", "本人"], ["2", "子女"]]}}


def test_what_the_station_gives_fills_what_the_workbook_does_not_say() -> None:
    sheets = small()
    del sheets["parameters"]
    given = {"county": "131025000000", "divisions": [{"code": "131025000000", "name": "示例县", "level": "county"}]}
    assert package(read_workbook(written(sheets), given))["parameters"] == given
    sheets["区划"] = [["区划代码", "名称", "级别"], ["131025105000", "示例镇", "镇"]]
    found = package(read_workbook(written(sheets), given))["parameters"]
    assert found["divisions"] == [{"code": "131025105000", "name": "示例镇", "level": "township"}] and found["county"] == "131025000000"
    assert read_workbook(item_workbook("gaoling"), given).package == item("gaoling")


def test_an_item_of_a_special_network_needs_no_question() -> None:
    sheets = small()
    del sheets["survey"], sheets["choices"], sheets["sample"], sheets["materials"]
    sheets["办事指南"] = [
        ["项目", "内容"],
        ["专网系统", "公安专网"],
        ["专网地点", "示例镇派出所"],
        ["专网指引", "带齐材料"],
        ["专网指引", "到窗口办理"],
    ]
    value = package(read(sheets))
    assert value["sections"] == [] and value["more"]["special_network"] == {
        "system": "公安专网", "where": "示例镇派出所", "guidance": ["带齐材料", "到窗口办理"],
    }  # fmt: skip


def test_a_column_that_nobody_filled_in_is_not_missed() -> None:
    sheets = small()
    sheets["survey"][0] += ["guidance_hint", "label::English (en)"]
    assert read(sheets).package == read(small()).package


def test_a_list_that_is_long_or_has_more_columns_is_a_choice_list() -> None:
    sheets = small()
    sheets["choices"][0].append("town")
    sheets["choices"][1].append("示例镇")
    assert package(read(sheets))["lists"]["kin"]["rows"] == [["本人", "本人", "示例镇"], ["子女", "子女", ""]]
    sheets = small()
    sheets["choices"] += [["kin", f"v{n}", f"v{n}"] for n in range(MOST_PLAIN - 2)]
    assert len(field(package(read(sheets)), "kin")["choices"]) == MOST_PLAIN
    sheets["choices"] += [["kin", "one more", "one more"]]
    assert field(package(read(sheets)), "kin")["list"] == "kin"


def test_a_code_of_its_own_takes_the_calls_facts_away_and_blank_limits_are_none() -> None:
    sheets = small()
    sheets["rules"][0] += ["code", "facts"]
    sheets["rules"] += [["age", "between(., 1, 2)", None, "请核对", "own_code"], ["age", "gt(., 1)", None, None, "lt", 'json:{"value": 9}']]
    sheets["tiers"][1] = sheets["tiers"][1][:4]
    value = package(read(sheets))
    plain, own, other = field(value, "age")["constraints"]
    assert "facts" not in plain and "facts" not in own and own["code"] == "own_code"
    assert (other["code"], other["facts"]) == ("lt", {"value": 9})
    assert value["tiers"]["village"]["promise_workdays"] is None and "promise_workdays" not in value["tiers"]["township"]
