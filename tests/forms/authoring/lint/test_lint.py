"""The lint: what ships passes it, and one broken item for each code is found at its place, and nothing else."""

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from forms.authoring.lint import CODES, DENIED, Finding, lint, lint_package, refused
from forms.schema import Form
from tests.forms.engines import ALL_SHIPPED, SHIPPED, TODAY
from tests.items import ITEMS

GAOLING = json.loads(SHIPPED[0].read_bytes())
Change = Callable[[Any], Any]


def with_field(**members: Any) -> Change:
    """One more question at the end of the first section."""
    added = {"id": "extra", "label": "补充问题", "kind": "text", "required": False, **members}
    return lambda package: package["sections"][0]["fields"].append(added)


def in_field(name: str, **members: Any) -> Change:
    return lambda package: next(f for s in package["sections"] for f in s["fields"] if f["id"] == name).update(members)


def with_material(name: str, source: str = "申请人自备", **members: Any) -> Change:
    added = {"id": "extra", "name": name, "form": "原件", "required": "optional", "tolerance": "none", "source": source, **members}
    return lambda package: package["materials"].append(added)


def at(*path: Any, value: Any) -> Change:
    def change(package: Any) -> None:
        for step in path[:-1]:
            package = package[step]
        package[path[-1]] = value

    return change


def rules(*tests: Any, kind: str = "int", **members: Any) -> Change:
    return with_field(kind=kind, constraints=[{"test": test, "code": "constraint"} for test in tests], **members)


def both(*changes: Change) -> Change:
    return lambda package: [change(package) for change in changes]


def findings_of(change: Change, **options: Any) -> list[tuple[str, str, str]]:
    package = copy.deepcopy(GAOLING)
    change(package)
    found = lint_package(json.dumps(package, ensure_ascii=False).encode(), **options)
    for one in found:
        assert set(one.facts) == set(CODES[one.code]), one
    return [(one.place, one.code, one.level) for one in found]


SELF = ["self"]
AGE = ["field", "age"]
CASES: list[tuple[Change, str, str, str]] = [
    (
        at("sections", 0, "fields", 0, "constraints", value=[{"test": ["regex", SELF, "(?=a)"], "code": "regex"}]),
        "fields.name.constraints.0",
        "not_a_package",
        "refuse",
    ),
    (with_field(relevant=["selected", ["field", "nobody"], "x"]), "extra: nobody", "not_a_package", "refuse"),
    (
        both(at("legal_basis", value=[" "]), at("materials", value=[]), at("sample_materials", value=[])),
        "legal_basis",
        "no_legal_basis",
        "refuse",
    ),
    (at("charge", value=""), "charge", "no_charge", "refuse"),
    (at("result", value={"name": "", "kind": "其他"}), "result.name", "no_result", "refuse"),
    (with_material("其他材料"), "materials.extra", "vague_material", "refuse"),
    (with_material("退伍证等证明"), "materials.extra", "open_material", "warn"),
    (with_material("户口簿", source=" "), "materials.extra", "material_without_source", "refuse"),
    (with_material("亲属关系证明"), "materials.extra", "denied_certificate", "refuse"),
    (with_material("土地使用证明", source="村民委员会"), "materials.extra", "village_certificate", "warn"),
    (at("limits", "promised_workdays", value=21), "limits.promised_workdays", "promise_over_legal", "refuse"),
    (at("limits", "extend_to_workdays", value=19), "limits.extend_to_workdays", "extension_under_legal", "refuse"),
    (at("tiers", "county", "limit_workdays", value=6), "tiers", "tiers_over_promise", "refuse"),
    (at("more", "sub_items", value=[{"id": "a", "name": "甲", "wd": 8}]), "more.sub_items.0", "part_over_promise", "refuse"),
    (at("tiers", "township", "actions", value=["初审", "复核"]), "", "", ""),
    (at("tiers", "township", "actions", value=["初审", "复核", "联审"]), "tiers", "too_many_stages", "refuse"),
    (at("case_type", value="即办件"), "", "", ""),
    (
        both(at("case_type", value="即办件"), at("tiers", "township", "actions", value=["初审", "复核"])),
        "tiers",
        "too_many_stages",
        "refuse",
    ),
    (at("more", "accepts", value=["village", "city"]), "more.accepts", "unknown_tier", "refuse"),
    (
        both(at("more", "accepts", value=["township"]), at("tiers", "township", "actions", value=[])),
        "more.accepts",
        "tier_without_actions",
        "refuse",
    ),
    (at("tiers", "county", "actions", value=[]), "tiers.decides", "decides_without_actions", "refuse"),
    (at("more", "conditions", value="满80周岁"), "more.conditions", "ill_shaped", "refuse"),
    (at("more", "special_network", value={"system": "户政"}), "more.special_network", "ill_shaped", "refuse"),
    (at("more", "codes", value={"impl_example": "11340202003011961J4340131146000"}), "more.codes.impl_example", "bad_item_code", "refuse"),
    (at("parameters", "divisions", 7, "code", value="131025105000"), "parameters.divisions.7", "bad_division", "refuse"),
    (with_field(label=GAOLING["sections"][0]["fields"][0]["label"]), "fields.extra", "same_label", "warn"),
    (with_field(relevant=["=", ["field", "gender"], "不详"]), "fields.extra", "never_asked", "refuse"),
    (with_field(relevant=["and", ["<", AGE, 10], [">=", AGE, 10]]), "fields.extra", "never_asked", "refuse"),
    (with_field(relevant=["=", ["field", "band"], "60–69周岁"]), "fields.extra", "never_asked", "refuse"),
    (
        with_field(relevant=["and", ["=", ["field", "agent_rel"], "子女"], ["=", ["field", "by_agent"], "否"]]),
        "fields.extra",
        "never_asked",
        "refuse",
    ),
    (with_field(relevant=["false"]), "fields.extra", "never_asked", "refuse"),
    (
        with_field(relevant=["and", ["=", ["field", "by_agent"], "是"], ["=", ["field", "agent_rel"], ""]]),
        "fields.extra",
        "never_asked_when_valid",
        "refuse",
    ),
    (rules(["<", SELF, 0], [">", SELF, 5]), "fields.extra", "rules_exclude_each_other", "refuse"),
    (rules(["and", [">", SELF, 1], ["<", SELF, 2]]), "fields.extra.constraints.0", "never_passes", "refuse"),
    (rules(["and", [">=", SELF, ["num", "1.0"]], ["<", SELF, 1]], kind="decimal"), "fields.extra.constraints.0", "never_passes", "refuse"),
    (rules(["=", SELF, "丙"], kind="choice", choices=["甲", "乙"]), "fields.extra.constraints.0", "never_passes", "refuse"),
    (rules(["selected", SELF, "丙"], kind="multichoice", choices=["甲", "乙"]), "fields.extra.constraints.0", "never_passes", "refuse"),
    (
        rules(["and", ["<", ["yz:order", SELF, "2026-01-01"], 0], [">=", ["yz:order", SELF, "2026-01-01"], 0]], kind="date"),
        "fields.extra.constraints.0",
        "never_passes",
        "refuse",
    ),
    (
        rules(["and", [">=", ["yz:age", SELF], 60], ["<=", ["yz:age", SELF], 50]], kind="date"),
        "fields.extra.constraints.0",
        "never_passes",
        "refuse",
    ),
    (
        with_material("健康证", required="conditional", relevant=["=", ["field", "gender"], "不详"]),
        "materials.extra",
        "material_never_needed",
        "refuse",
    ),
    (at("sample", value={}), "sample", "no_sample", "warn"),
    (at("sample", "gender", value="女"), "sample.gender", "sample_fails", "warn"),
    (at("sample_materials", value=["mat_form"]), "sample_materials", "sample_materials_differ", "warn"),
]


@pytest.mark.parametrize(("change", "place", "code", "level"), CASES)
def test_a_broken_item_is_found_at_its_place_and_nothing_else(change: Change, place: str, code: str, level: str) -> None:
    assert findings_of(change) == ([(place, code, level)] if code else [])


def test_a_material_needs_a_basis_of_the_item_or_its_own() -> None:
    without = both(at("legal_basis", value=[]), at("materials", value=GAOLING["materials"][:1]), at("sample_materials", value=["mat_form"]))
    assert ("materials.mat_form", "material_without_basis", "refuse") in findings_of(without)
    own = both(without, lambda package: package["materials"][0].update(basis="《某办法》第一条"))
    assert findings_of(own) == [("legal_basis", "no_legal_basis", "refuse")]


def test_a_sample_that_time_has_overtaken_is_a_warning() -> None:
    change = both(
        in_field("sign_date", constraints=[{"test": [">=", ["yz:elapsed_days", SELF], 0], "code": "not_future"}]), rule_of_30_days
    )
    assert findings_of(change, today=TODAY) == []
    assert findings_of(change, today=date(2027, 3, 1)) == [("sample.sign_date", "sample_out_of_date", "warn")]


def rule_of_30_days(package: Any) -> None:
    in_field("sign_date", constraints=[{"test": ["<=", ["yz:elapsed_days", SELF], 30], "code": "within_days"}])(package)


def test_a_question_that_became_another_kind_is_a_warning() -> None:
    before = Form.from_bytes(json.dumps(GAOLING).encode())
    assert findings_of(in_field("kin_name", kind="textarea"), before=before) == [("fields.kin_name", "kind_changed", "warn")]
    assert findings_of(lambda package: None, before=before) == []


@pytest.mark.parametrize(
    "name",
    [
        "其他材料",
        "有关材料",
        "相关证明材料",
        "身份证等材料",
        "身份证、户口簿及其他有关材料",
        "法律法规规定的其他材料",
        "其它需要提供的资料",
        "身份证等相关证明文件",
        "审批机关要求提供的材料",
        "证明材料等资料",
    ],
)
def test_vague_names_are_refused(name: str) -> None:
    assert findings_of(with_material(name)) == [("materials.extra", "vague_material", "refuse")]
    among = with_material("任一证件", any_one_of=["居民身份证", name])
    assert findings_of(among) == [("materials.extra", "vague_material", "refuse")]


@pytest.mark.parametrize(
    "name", ["收入证明材料", "其他养老待遇领取证明", "林木采伐申请表", "村级评议记录、公示照片", "家庭成员身份证、户口簿"]
)
def test_names_that_say_what_is_wanted_are_let_through(name: str) -> None:
    assert findings_of(with_material(name)) == []


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        ("健在证明", "村级组织", "denied_certificate"),
        ("村委会开具的财产情况说明", "申请人自备", "denied_certificate"),
        ("婚姻状况的证明", "村（居）民委员会", "denied_certificate"),
        ("居民就业情况证明", "社区居委会", "denied_certificate"),
        ("无犯罪记录证明", "", "denied_certificate"),
        ("死亡证明", "政府部门核发", None),
        ("无犯罪记录证明", "公安机关", None),
        ("本村出具的居住证明", "申请人自备", "village_certificate"),
    ],
)
def test_certificates_that_villages_must_not_issue_are_refused_in_other_words_too(name: str, source: str, code: str | None) -> None:
    found = [one[1] for one in findings_of(with_material(name, source)) if one[1] != "material_without_source"]
    assert found == ([code] if code else [])


def test_rules_that_can_hold_are_never_blamed() -> None:
    for change in (
        rules(["and", [">", SELF, 1], ["<", SELF, 3]]),
        rules(["and", [">", SELF, 1], ["<", SELF, 2]], kind="decimal"),
        rules([">", SELF, 1], ["<", SELF, 3], ["!=", SELF, 5]),
        rules(["=", ["yz:order", SELF, "2026-01-01"], 0], kind="date"),
        rules(["and", ["<", ["yz:order", SELF, "2026-03"], 0], [">", ["yz:order", SELF, "2026-01"], 0]], kind="month"),
        rules(["regex", SELF, "^[0-9]{3}$"], ["=", SELF, "007"], kind="text"),
        with_field(relevant=["=", ["field", "band"], "80–89周岁"]),
        with_field(relevant=["and", [">=", AGE, 10], ["<", AGE, 11]]),
        with_field(relevant=["=", ["field", "agent_rel"], "子女"]),
        with_field(relevant=["=", ["substr", ["today"], 0, 4], "1999"]),
        with_field(
            kind="multichoice",
            choices=["甲", "乙"],
            constraints=[{"test": ["and", ["selected", SELF, "甲"], ["selected", SELF, "乙"]], "code": "constraint"}],
        ),
    ):
        assert findings_of(change) == []


def test_columns_of_a_table_are_looked_at_in_their_own_row() -> None:
    def table(relevant: Any) -> Change:
        columns = [
            {"id": "a", "label": "甲", "kind": "choice", "required": True, "choices": ["一", "二"]},
            {"id": "b", "label": "乙", "kind": "text", "required": False, "relevant": relevant},
        ]
        return with_field(kind="table", columns=columns)

    assert findings_of(table(["=", ["field", "a"], "二"])) == []
    assert findings_of(table(["=", ["form", "by_agent"], "是"])) == []
    assert findings_of(table(["=", ["field", "a"], "三"])) == [("fields.extra.b", "never_asked", "refuse")]
    assert findings_of(table(["and", ["=", ["form", "by_agent"], "否"], ["!=", ["form", "agent_rel"], ""]])) == [
        ("fields.extra.b", "never_asked", "refuse")
    ]


def test_what_ships_may_be_published() -> None:
    for path in ALL_SHIPPED:
        found = lint(Form.from_bytes(path.read_bytes()), today=TODAY)
        assert not refused(found), (path, found)
        assert {one.code for one in found} <= {"open_material"}, (path, found)


def test_every_code_is_tripped_here() -> None:
    assert set(CODES) == {case[2] for case in CASES if case[2]} | {"material_without_basis", "sample_out_of_date", "kind_changed"}
    assert refused([Finding("x", "no_charge")]) and not refused([Finding("x", "open_material", {}, "warn")])


def test_a_form_that_would_take_for_ever_is_given_up_without_a_claim() -> None:
    def chained(package: Any) -> None:
        """Calculations each of which reads the one before twice, and ten questions of eight choices that must all be different."""
        fields = package["sections"][0]["fields"]
        for number in range(450):
            before: Any = ["field", f"x{number - 1}"] if number else ["field", "gender"]
            tree = ["if", ["=", before, "甲"], ["if", ["!=", before, "乙"], "甲", "乙"], "丙"]
            fields.append({"id": f"x{number}", "label": f"甲{number}", "kind": "computed", "required": False, "calculate": tree})
        names = [f"y{number}" for number in range(10)]
        for name in names:
            fields.append({"id": name, "label": name, "kind": "choice", "required": False, "choices": list("ABCDEFGH")})
        never = ["and", *[["!=", ["field", a], ["field", b]] for a, b in combinations(names, 2)]]
        fields += [
            {"id": f"z{number}", "label": f"丙{number}", "kind": "text", "required": False, "relevant": never} for number in range(20)
        ]

    assert findings_of(chained) == []


def test_every_code_is_in_the_documentation_with_its_level() -> None:
    text = (ITEMS.parent.parent / "docs" / "workbook.md").read_text(encoding="utf-8").partition("## Lint")[2]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    told = {code: row[2].strip() for row in rows for code in re.findall("`([a-z_]+)`", row[1])}
    assert set(told) == set(CODES)
    assert all(told[code] == level for _, _, code, level in CASES if code)


def test_what_is_no_json_is_one_finding() -> None:
    assert lint_package(b"{") == (Finding("", "not_a_package", {"reason": "not_json"}),)


def test_the_shipped_list_of_certificates_is_that_of_the_sources() -> None:
    source = yaml.safe_load((ITEMS.parent / "catalogue_source" / "_denied_village_certificates.yaml").read_text(encoding="utf-8"))
    kept = json.loads((Path(lint_package.__code__.co_filename).parent / "denied_certificates.json").read_text(encoding="utf-8"))
    assert kept == {name: source[name] for name in ("title", "basis", "items")} and tuple(source["items"]) == DENIED
