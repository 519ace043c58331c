"""Workbooks for the tests: a small one as rows, changed as a clerk would change it, and written by openpyxl itself."""

import io
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import openpyxl

from forms.authoring.workbook import Fault, WorkbookResult, read_workbook, write_workbook
from tests.items import newest, newest_of_all

Rows = list[list[Any]]
Sheets = dict[str, Rows]


def small() -> Sheets:
    """A small item with a section, a table, a choice and a rule, in the words of the profile."""
    found: dict[str, list[Any]] = {
        "survey": [
            ["type", "name", "label", "required", "relevant", "constraint", "calculation", "choice_filter", "default"],
            ["begin_group", "one", "申请人"],
            ["text", "name", "姓名", "yes"],
            ["integer", "age", "年龄", "yes", None, ". >= 18"],
            ["select_one kin", "kin", "关系", "no"],
            ["end_group"],
            ["begin_repeat", "members", "家庭成员", "no"],
            ["text", "member_name", "成员姓名", "yes"],
            ["decimal", "income", "收入", "no"],
            ["end_repeat"],
        ],
        "choices": [["list_name", "name", "label"], ["kin", "本人", "本人"], ["kin", "子女", "子女"]],
        "settings": [["form_title", "form_id"], ["示例事项", "sample_item"]],
        "item": [
            ["name", "value"],
            *[["domain", "民政"], ["matter_type", "行政给付"], ["case_type", "承诺件"], ["department.decides", "县民政局"]],
            *[["legal_basis", "示例办法"], ["charge", "不收费"], ["decides", "county"], ["status", "示例数据"]],
            *[["result.name", "示例结果"], ["result.kind", "其他"]],
        ],
        "limits": [["name", "value"], ["promised_workdays", 7], ["clock_starts", "township_acceptance"]],
        "tiers": [
            ["tier", "role", "actions", "seal", "limit_workdays", "promise_workdays"],
            *[
                ["village", "代办", "登记、上传", "村章", None, 2],
                ["township", "初审", "审核", "镇章", 2],
                ["county", "审批", "审批", "县章", 3],
            ],
        ],
        "materials": [["id", "name", "form", "source"], ["mat_id", "居民身份证", "原件", "政府部门核发"]],
        "rules": [["field", "rule", "level", "message"]],
        "sample": [["field", "row", "value"], ["name", None, "示例甲"], ["age", None, 82], ["members.member_name", 1, "示例乙"]],
        "parameters": [["id", "value"], ["county", "131025000000"]],
    }
    return found


def written(sheets: Mapping[str, Rows], change: Callable[[Any], None] = lambda book: None) -> bytes:
    """The workbook of these rows; `change` may do to the open workbook what a clerk does."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read(sheets: Mapping[str, Rows], change: Callable[[Any], None] = lambda book: None) -> WorkbookResult:
    return read_workbook(written(sheets, change))


def package(result: WorkbookResult) -> dict[str, Any]:
    """The package that was read; there is no fault."""
    assert result.faults == () and result.package is not None
    found: dict[str, Any] = json.loads(result.package)
    return found


def faults(sheets: Mapping[str, Rows], change: Callable[[Any], None] = lambda book: None) -> list[tuple[str, int | None, str, str]]:
    """The faults as (sheet, row, column, code)."""
    result = read(sheets, change)
    assert (result.package is None) == bool(result.faults)
    return [told(one) for one in result.faults]


def told(fault: Fault) -> tuple[str, int | None, str, str]:
    return fault.sheet, fault.row, fault.column, fault.code


def field(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The question of that path in a package."""
    name, _, column = path.partition(".")
    found: dict[str, Any] = next(one for section in value["sections"] for one in section["fields"] if one["id"] == name)
    return found if not column else next(one for one in found["columns"] if one["id"] == column)


@cache
def item(name: str) -> bytes:
    """The newest package of an item on the shelf."""
    return newest(name).read_bytes()


@cache
def item_workbook(name: str) -> bytes:
    return write_workbook(item(name))


def item_names() -> list[str]:
    return [path.parent.name for path in newest_of_all()]
