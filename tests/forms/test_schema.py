"""Reading form packages: what the shipped ones hold, and what is refused with its place and code."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from forms.errors import SchemaError
from forms.reading import MAX_PACKAGE_BYTES
from forms.schema import Form
from forms.validate import check, derive, initial_answers, missing_materials
from tests.forms.engines import SHIPPED, TODAY

DIBAO = json.loads(SHIPPED[1].read_bytes())


def as_bytes(package: Any) -> bytes:
    return json.dumps(package, ensure_ascii=False).encode()


def field_of(package: Any, name: str) -> Any:
    return next(one for section in package["sections"] for one in section["fields"] if one["id"] == name)


def test_a_shipped_package_reads_as_its_form() -> None:
    form = Form.from_bytes(SHIPPED[1].read_bytes())
    assert (form.id, form.status, form.tiers["decides"]) == ("dibao", "示例数据", "county")
    assert form.limits["promised_workdays"] == 20 and form.limits["extend_to_workdays"] == 45
    assert form.tiers["village"]["promise_workdays"] == 1 and form.tiers["township"]["limit_workdays"] == 12
    assert sum(1 for _ in form.fields()) == 47
    assert form.field("fam").column("m_id_no").label == "身份证号"
    assert form.material("mat_bank").tolerance == "容缺"
    assert "成员收入与年收入核对口径" in form.inferred
    assert {"code": "131025105201", "name": "王权村村民委员会", "level": "village"} in form.parameters["divisions"]


def test_names_that_are_not_there_are_key_errors() -> None:
    form = Form.from_bytes(SHIPPED[1].read_bytes())
    for look in (lambda: form.field("x"), lambda: form.material("x"), lambda: form.field("fam").column("x")):
        with pytest.raises(KeyError):
            look()


def test_what_a_calculation_reads_is_settled_before_it() -> None:
    form = Form.from_bytes(SHIPPED[0].read_bytes())
    settled = [list(form.fields())[place].id for place in form.order]
    assert settled.index("id_no") < settled.index("birth") < settled.index("age") < settled.index("band") < settled.index("std")


def set_member(where: str, value: Any) -> Callable[[Any], None]:
    def change(package: Any) -> None:
        package[where] = value

    return change


def in_field(name: str, **members: Any) -> Callable[[Any], None]:
    return lambda package: field_of(package, name).update(members)


def table_in_table(package: Any) -> None:
    field_of(package, "fam")["columns"][0].update(kind="table", columns=copy.deepcopy(field_of(DIBAO, "houses")["columns"]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_member("format", "yizhan form 2"), "not_allowed_here"),
        (set_member("surprise", 1), "unknown_member"),
        (lambda package: package.pop("limits"), "missing_member"),
        (set_member("id", "../x"), "not_an_id"),
        (set_member("name", 5), "wrong_type"),
        (set_member("sections", {}), "wrong_type"),
        (set_member("parameters", {"county": 5}), "wrong_type"),
        (set_member("parameters", {"county": "131025000000", "divisions": [{}]}), "missing_member"),
        (set_member("publicity", {"skip_when": ["no-such"]}), "unknown_function"),
        (set_member("limits", {}), "missing_member"),
        (lambda package: package["tiers"].update(decides="nobody"), "not_allowed_here"),
        (lambda package: package["limits"].update(promised_workdays=-1), "out_of_range"),
        (lambda package: package["limits"].update(promised_workdays=True), "out_of_range"),
        (in_field("name", kind="hologram"), "not_allowed_here"),
        (in_field("name", relevant=["field", "nobody"]), "unknown_name"),
        (in_field("name", relevant=["no-such"]), "unknown_function"),
        (in_field("name", default=["no-such"]), "unknown_function"),
        (in_field("name", relevant=["=", ["field", "name"], "x"]), "rules_in_a_circle"),
        (in_field("name", columns=[{"id": "a", "label": "a", "kind": "text", "required": True}]), "columns"),
        (in_field("name", constraints=[{"test": ["param", "nothing"], "code": "regex"}]), "unknown_name"),
        (in_field("name", constraints=[{"test": ["true"], "code": "No Code"}]), "not_a_code"),
        (in_field("name", constraints=[{"test": ["true"], "code": "regex", "level": "maybe"}]), "not_allowed_here"),
        (in_field("marital", choices=[]), "choices"),
        (in_field("name", id="marital"), "id_twice"),
        (in_field("fam", columns=[]), "columns"),
        (in_field("fam", max_rows=100_000), "out_of_range"),
        (lambda package: field_of(package, "fam")["columns"][0].update(relevant=["field", "name"]), "unknown_name"),
        (lambda package: field_of(package, "fam")["columns"][0].update(relevant=["count", ["form", "fam"]]), "rules_in_a_circle"),
        (table_in_table, "table_in_table"),
        (lambda package: package["materials"][0].update(required="conditional"), "relevant"),
        (lambda package: package["materials"][0].update(tolerance="some"), "not_allowed_here"),
    ],
)  # fmt: skip
def test_a_package_that_is_not_one_is_refused(change: Callable[[Any], None], code: str) -> None:
    package = copy.deepcopy(DIBAO)
    change(package)
    with pytest.raises(SchemaError) as refused:
        Form.from_bytes(as_bytes(package))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"\xff", "not_json"),
        (b'{"id":1.5}', "not_json"),
        (b'{"id":NaN}', "not_json"),
        (b'{"id":"\\ud800"}', "not_json"),
        (b'{"id":1,"id":1}', "not_json"),
        (b"[" * 200_000, "not_json"),
        (b"[]", "not_a_mapping"),
        (b" " * (MAX_PACKAGE_BYTES + 1), "package_too_large"),
    ],
)
def test_bytes_that_are_no_package_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(SchemaError) as refused:
        Form.from_bytes(data)
    assert refused.value.code == code


def test_no_shortened_package_is_taken() -> None:
    data = SHIPPED[0].read_bytes()
    for cut in range(0, len(data), 997):
        with pytest.raises(SchemaError):
            Form.from_bytes(data[:cut])


ODD: list[Any] = [None, 1, -1, "", "x", [], {}, True, ["field", "name"], ["form", "fam"], ["=", 1, 2], [[1]], {"a": 1}]


def places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        members = list(one.items()) if isinstance(one, dict) else list(enumerate(one)) if isinstance(one, list) else []
        found += [(one, name) for name, _ in members]
        waiting += [member for _, member in members]
    return found


def test_a_package_changed_anywhere_is_refused_or_can_be_filled() -> None:
    rng = random.Random(5)
    taken = 0
    for _ in range(400):
        package = copy.deepcopy(DIBAO)
        holder, name = rng.choice(places(package))
        holder[name] = copy.deepcopy(rng.choice(ODD))
        try:
            form = Form.from_bytes(as_bytes(package))
        except SchemaError:
            continue
        taken += 1
        clean = check(form, DIBAO["sample"], TODAY).clean
        missing_materials(form, clean, (), TODAY)
        derive(form, initial_answers(form, TODAY), TODAY)
    assert 20 < taken < 200
