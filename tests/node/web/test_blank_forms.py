"""Forms as sheets of paper."""

import json
from typing import Any

from forms.schema import Form
from node.web.blank_forms import Box, Grid, Line, PrintedForm, blank_form, sample_form
from tests.items import newest

DIBAO = Form.from_bytes(newest("dibao").read_bytes())


def lines(sheet: PrintedForm) -> list[Line]:
    return [line for section in sheet.sections for line in section.lines]


def box(sheet: PrintedForm, label: str) -> Box:
    return next(one for line in lines(sheet) for one in line.boxes if one.label == label)


def grid(sheet: PrintedForm, label: str) -> Grid:
    return next(line.grid for line in lines(sheet) if line.grid and line.grid.label == label)


def changed(**members: Any) -> Form:
    """The form with other members."""
    return Form.from_bytes(json.dumps({**json.loads(DIBAO.data), **members}).encode())


def test_every_field_stands_on_the_sheet_once() -> None:
    for sheet in (blank_form(DIBAO), sample_form(DIBAO)):
        found = [one.label for line in lines(sheet) for one in line.boxes] + [line.grid.label for line in lines(sheet) if line.grid]
        assert sorted(found) == sorted(field.label for field in DIBAO.fields())


def test_choices_are_ticked_dates_and_numbers_written_in() -> None:
    blank, sample = blank_form(DIBAO), sample_form(DIBAO)
    assert box(blank, "性别").ticks == (("男", False), ("女", False)) and box(sample, "性别").ticks == (("男", False), ("女", True))
    assert box(blank, "出生日期").rest == "      年     月     日" and box(sample, "出生日期").value == "1985年04月18日"
    assert box(blank, "证件号码").squares == 18 and box(sample, "证件号码").value == "131025198504182068"
    assert dict(box(sample, "致困主要原因").ticks)["子女就学"] and box(blank, "申请人签名/指印").kind == "signature"


def test_what_the_system_works_out_is_not_asked_for() -> None:
    assert box(blank_form(DIBAO), "月人均收入").rest == "不用填，由系统算出" and box(sample_form(DIBAO), "月人均收入").value == "250.00"


def test_a_table_has_empty_rows_and_says_what_may_stand_in_its_columns() -> None:
    blank, sample = grid(blank_form(DIBAO), "家庭成员"), grid(sample_form(DIBAO), "家庭成员")
    assert len(blank.rows) == 5 and not any(any(row) for row in blank.rows) and blank.is_crowded
    assert sample.rows[0][0] == "示例丁" and len(sample.rows) == 3 and not any(sample.rows[-1])
    assert any(text.startswith("“婚姻状况”填：未婚、") for text in blank.legends)


def test_fields_asked_on_one_condition_stand_under_one_note() -> None:
    found = lines(blank_form(DIBAO))
    at = next(place for place, line in enumerate(found) if line.note == "以下 4 栏，“是否他人代为申请”选“是”时才填")
    after = [one.label for line in found[at + 1 : at + 5] for one in line.boxes]
    assert after[:2] == ["代理人与申请人关系", "代理人姓名"]


def test_what_another_tier_fills_in_is_not_the_applicants() -> None:
    form = Form.from_bytes(newest("linshi").read_bytes())
    assert "以下由乡镇填写，申请人不填" in [line.note for line in lines(blank_form(form))]


def test_options_of_a_long_list_are_written_in_and_shown_by_their_names() -> None:
    raw = json.loads(DIBAO.data)
    field = next(one for section in raw["sections"] for one in section["fields"] if one["id"] == "marital")
    del field["choices"]
    field["list"] = "states"
    rows = [[f"v{number}", f"第{number}种"] for number in range(40)]
    form = changed(
        sections=raw["sections"], lists={"states": {"columns": ["value", "label"], "rows": rows}}, sample={**DIBAO.sample, "marital": "v7"}
    )
    assert box(blank_form(form), "婚姻状况").ticks == () and box(blank_form(form), "婚姻状况").rest
    assert box(sample_form(form), "婚姻状况").value == "第7种"


def test_the_title_does_not_say_application_twice() -> None:
    assert blank_form(DIBAO).title == "最低生活保障审核确认申请表" and blank_form(changed(name="高龄津贴申请")).title == "高龄津贴申请表"
