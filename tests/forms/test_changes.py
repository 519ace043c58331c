"""What is said of a newer version of a form, and which answers keep their place in it."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from forms.changes import CODES, Change, changes_between, places_kept
from forms.schema import Form
from tests.forms.engines import SHIPPED

DIBAO = json.loads(SHIPPED[1].read_bytes())
OLD = Form.from_bytes(SHIPPED[1].read_bytes())


def newer(change: Callable[[dict[str, Any]], None]) -> Form:
    made = copy.deepcopy(DIBAO)
    change(made)
    return Form.from_bytes(json.dumps(made, ensure_ascii=False).encode())


def fields(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for section in made["sections"] for one in section["fields"]]


def field(made: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in fields(made) if one["id"] == name)


EXTRA = {"id": "extra", "label": "新栏", "kind": "text", "required": True}


def drop(made: dict[str, Any], name: str) -> None:
    for section in made["sections"]:
        section["fields"] = [one for one in section["fields"] if one["id"] != name]


CHANGES: list[tuple[Callable[[dict[str, Any]], Any], list[Change]]] = [
    (lambda made: None, []),
    (lambda made: made["sections"][0]["fields"].append(EXTRA), [Change("field_added", "新栏")]),
    (lambda made: field(made, "name").update(label="户主姓名"), [Change("field_renamed", "户主姓名", OLD.field("name").label, "户主姓名")]),
    (lambda made: field(made, "nation").update(required=False), [Change("not_required", OLD.field("nation").label)]),
    (lambda made: field(made, "name").update(hint="按身份证"), [Change("hint_changed", OLD.field("name").label, "", "按身份证")]),
    (lambda made: field(made, "name").update(max_length=9), [Change("rules_changed", OLD.field("name").label)]),
    (lambda made: field(made, "name").update(mask="name"), []),
    (lambda made: field(made, "marital").update(choices=["未婚", "已婚", "丧偶", "离婚", "其他"]),
     [Change("choices_changed", OLD.field("marital").label, "未说明", "其他")]),
    (lambda made: field(made, "live_addr").update(kind="textarea"), [Change("kind_changed", OLD.field("live_addr").label)]),
    (lambda made: field(made, "fam")["columns"].append({**EXTRA, "required": False}),
     [Change("field_added", f"{OLD.field('fam').label} · 新栏")]),
    (lambda made: made["materials"][0].update(name="新申请表"), [Change("material_changed", "新申请表", OLD.materials[0].name)]),
    (lambda made: made["materials"].append({**made["materials"][0], "id": "mat_new", "name": "新材料"}),
     [Change("material_added", "新材料")]),
    (lambda made: (made["materials"].remove(made["materials"][0]), made.update(sample_materials=[])),
     [Change("material_removed", OLD.materials[0].name)]),
    (lambda made: made["limits"].update(promised_workdays=3), [Change("limits_changed", OLD.name)]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[f"change{number}" for number in range(len(CHANGES))])
def test_each_change_is_named_once_by_its_code(change: Callable[[dict[str, Any]], Any], expected: list[Change]) -> None:
    assert list(changes_between(OLD, newer(change))) == expected
    assert all(one.code in CODES for one in expected)


def test_answers_keep_their_place_by_id_and_kind_and_cells_by_their_column() -> None:
    def change(made: dict[str, Any]) -> None:
        field(made, "live_addr")["kind"] = "textarea"
        field(made, "fam")["columns"] = [one for one in field(made, "fam")["columns"] if one["id"] != "m_job"]

    answers = {"name": "示例甲", "live_addr": "示例街1号", "gone": "x", "fam": [{"m_name": "示例丁", "m_job": "务农"}, {}]}
    kept = places_kept(OLD, newer(change), answers)
    assert kept == {"name": "示例甲", "fam": [{"m_name": "示例丁"}, {}]}
