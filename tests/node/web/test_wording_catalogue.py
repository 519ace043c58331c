"""The words of the county's pages are whole: every fault of a calendar, every kind, every change has its own."""

import ast
import json
from datetime import date
from pathlib import Path

import node
from forms.authoring.revision import differences
from forms.schema import KINDS
from node.casework.calendar_document import YearChange
from node.catalogue.release import CALENDAR, PUBLISH, WITHDRAW, WITHDRAW_VERSION
from node.errors import Fault
from node.web.wording import catalogue as words
from tests.items import newest


def test_every_fault_of_a_calendar_has_a_sentence() -> None:
    found = set()
    for name in ("casework/calendar_document.py", "casework/calendar_csv.py", "typed_table.py"):
        for call in ast.walk(ast.parse((Path(node.__file__).parent / name).read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Fault":
                codes = (call.args[2].body, call.args[2].orelse) if isinstance(call.args[2], ast.IfExp) else (call.args[2],)
                found |= {str(one.value) for one in codes if isinstance(one, ast.Constant)}
    assert found == set(words.CALENDAR_FAULTS)


def test_a_fault_is_told_with_its_place() -> None:
    assert (
        words.fault_text(Fault(3, "date", "twice", {"given": "2027-01-01", "other": 2}))
        == "第 3 行，日期：2027-01-01 在第 2 行已经写过，请留一行。"
    )
    assert words.fault_text(Fault(0, "", "empty")) == "表里没有一天。请从第二行起，每天一行。"


def test_a_change_of_a_year_is_told_in_spans() -> None:
    days = tuple(date(2027, 2, day) for day in (5, 6, 7, 20))
    change = YearChange(2027, "provisional", "official", days, (), (), (date(2027, 1, 9),))
    assert [*words.change_lines(change)] == [
        "2027 年：暂定 → 正式",
        "2027 年增加放假：2月5日至2月7日、2月20日（周六）",
        "2027 年不再调休上班：1月9日（周六）",
    ]


def test_every_act_and_kind_has_a_word() -> None:
    assert set(words.ACTS) == {PUBLISH, WITHDRAW, WITHDRAW_VERSION, CALENDAR} and set(words.ACTS) <= set(words.DONE)
    assert set(words.KINDS) == set(KINDS)


def test_what_changes_in_an_item_is_told_in_chinese() -> None:
    before = json.loads(newest("gaoling").read_bytes())
    after = json.loads(json.dumps(before))
    after["tiers"]["county"]["limit_workdays"] = 2
    after["materials"][0]["required"] = "optional"
    name = after["sections"][0]["fields"][0]
    name |= {"kind": "textarea", "constraints": [{"code": "custom", "level": "warn", "message": "太短", "test": ["!=", ["self"], "甲"]}]}
    told = {}
    for one in differences(json.dumps(before).encode(), json.dumps(after).encode()):
        values = words.value_text(one.aspect, one.before), words.value_text(one.aspect, one.after)
        told[(one.name, words.aspect_text(one.aspect, one.part))] = values
    assert told[("高龄津贴申请", "县级时限（工作日）")][1] == "2"
    assert told[("高龄津贴申请审批表", "必要性")] == ("必收", "可不交")
    assert told[("申请人姓名", "类型")] == ("文字", "多行文字")
    assert told[("申请人姓名", "校验规则第 1 条")] == ("yz:person_name(.)（不通过）", ". != '甲'（只提醒：太短）")
