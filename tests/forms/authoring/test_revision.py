"""What a new version of an item changes, told part by part."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from forms.authoring.revision import Difference, differences
from signing.canonical import canonical_bytes
from tests.items import newest, newest_of_all

BEFORE = newest("gaoling").read_bytes()


def changed(edit: Callable[[dict[str, Any]], object]) -> tuple[Difference, ...]:
    after = copy.deepcopy(json.loads(BEFORE))
    edit(after)
    return differences(BEFORE, canonical_bytes(after))


def field(package: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for section in package["sections"] for one in section["fields"] if one["id"] == name)
    return found


def test_every_item_differs_in_nothing_from_itself_and_in_everything_from_nothing() -> None:
    for file in newest_of_all():
        data = file.read_bytes()
        assert differences(data, data) == ()
        assert {one.how for one in differences(None, data)} == {"added"}


def test_values_of_the_item_are_told_before_and_after() -> None:
    def edit(package: dict[str, Any]) -> None:
        package["limits"]["promised_workdays"] = 5
        package["legal_basis"].append("样例办法")
        package["publicity"] = None

    found = {one.aspect: (one.before, one.after) for one in changed(edit)}
    assert found["limits.promised_workdays"] == ("7", "5")
    assert found["legal_basis"] == (
        "《老年人权益保障法》第三十三条、地方高龄津贴办法",
        "《老年人权益保障法》第三十三条、地方高龄津贴办法、样例办法",
    )
    assert found["publicity.min_days"] == ("5", None)


def test_fields_and_materials_that_come_and_go_are_told_once() -> None:
    def edit(package: dict[str, Any]) -> None:
        package["sections"][1]["fields"].append({"id": "note", "label": "备注", "kind": "textarea", "required": False})
        del package["materials"][-1]

    assert [(one.part, one.how, one.name) for one in changed(edit)] == [
        ("field", "added", "备注"),
        ("material", "removed", "授权委托书及代理人身份证"),
    ]


def test_a_rule_is_told_as_the_workbook_writes_it() -> None:
    def edit(package: dict[str, Any]) -> None:
        field(package, "mobile")["relevant"] = ["=", ["field", "no_mobile"], "否"]
        field(package, "name")["constraints"].append({"code": "custom", "level": "warn", "message": "太短", "test": ["!=", ["self"], "甲"]})

    assert [(one.id, one.aspect, one.before, one.after) for one in changed(edit)] == [
        ("name", "rule.2", None, ". != '甲' | warn | 太短"),
        ("mobile", "relevant", "${no_mobile} != '是'", "${no_mobile} = '否'"),
    ]


@pytest.mark.parametrize(
    ("edit", "aspect"),
    [
        (lambda package: package["sections"][0]["fields"].reverse(), "order"),
        (lambda package: field(package, "birth")["constraints"][1]["facts"].update(min_age=81), "other"),
        (lambda package: package["sample"].update(name="示例丙"), "sample.name"),
        (lambda package: package["sections"][1].update(title="津贴"), "section"),
        (lambda package: field(package, "no_mobile").pop("default"), "default"),
    ],
    ids=["order", "facts", "sample", "title", "default"],
)
def test_no_change_is_too_small_to_be_told(edit: Callable[[dict[str, Any]], object], aspect: str) -> None:
    assert aspect in {one.aspect for one in changed(edit)}


def test_choice_lists_are_told_row_by_row() -> None:
    def with_list(rows: list[list[str]]) -> bytes:
        package = json.loads(BEFORE)
        package["lists"] = {"banks": {"columns": ["value", "label", "town"], "rows": rows}}
        bank = field(package, "bank")
        del bank["choices"]
        bank |= {"list": "banks", "choice_filter": ["=", ["field", "town"], ["form", "hukou_region"]]}
        return canonical_bytes(package)

    old, new = with_list([["a", "甲", "1"], ["b", "乙", "1"]]), with_list([["a", "甲行", "1"], ["c", "丙", "1"]])
    assert [(one.part, one.aspect, one.before, one.after) for one in differences(old, new)] == [
        ("list", "row.a", "甲、1", "甲行、1"),
        ("list", "row.c", None, "丙、1"),
        ("list", "row.b", "乙、1", None),
    ]
    first = {one.aspect: one.after for one in differences(BEFORE, new)}
    assert first["list"] == "banks" and first["choice_filter"] == "town = ${hukou_region}"
