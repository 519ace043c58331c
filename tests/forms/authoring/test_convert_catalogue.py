"""The converter: what ships is what the sources say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from forms.authoring.constraints import without_floats
from forms.authoring.convert_catalogue import Converter, canonical, main, write_version
from forms.authoring.index import index_bytes
from forms.authoring.pinyin import initials
from forms.problems import CODES, MATERIAL_CODES, RULE_CODES
from forms.procedure import TIERS
from forms.schema import EXAMPLE_STATUS, Form
from forms.shipped import INDEX
from tests.forms.engines import ALL_SHIPPED, SHIPPED, VECTORS
from tests.items import ITEMS

SOURCE = ITEMS.parent / "catalogue_source"


def test_the_shipped_packages_are_made_from_the_sources_kept_here() -> None:
    converter = Converter(SOURCE)
    assert converter.item_ids() == sorted(path.name for path in ITEMS.iterdir() if path.is_dir())
    for path in ALL_SHIPPED:
        assert path.read_bytes() == converter.package(path.parent.name)


def test_the_shipped_index_is_made_from_the_packages_kept_here() -> None:
    assert (ITEMS / INDEX).read_bytes() == index_bytes(ITEMS, initials)


@pytest.mark.parametrize("path", ALL_SHIPPED, ids=lambda path: path.parent.name)
def test_a_package_says_what_its_source_says(path: Path) -> None:
    source = yaml.safe_load((SOURCE / f"{path.parent.name}.yaml").read_text(encoding="utf-8"))
    form = Form.from_bytes(path.read_bytes())
    assert list(form.inferred) == source["inferred"] and list(form.sources) == source["sources"]
    assert len(list(form.fields())) + lost_groups(source) == source["field_count"]
    assert form.sample == without_floats(source["sample"]) and list(form.sample_materials) == source["sample_materials"]
    assert list(form.legal_basis) == source["legal_basis"] and form.charge == source["charge"] and form.result == source["result"]
    limits = source["limits"]
    assert (form.limits["legal_workdays"], form.limits["promised_workdays"]) == (limits["legal_wd"], limits["promised_wd"])
    assert [(m.id, m.name, m.form, m.required, m.tolerance, m.source, m.relevant is not None) for m in form.materials] == [
        (m["id"], m["name"], m["form"], m["required"], m["tolerance"], m["source"], "when" in m) for m in source["materials"]
    ]
    assert [list(m.any_one_of) for m in form.materials] == [m.get("any_one_of", []) for m in source["materials"]]
    assert (form.tiers["decides"], "decide_rule" in form.tiers) == (source["tiers"]["decides"], "decide_rule" in source["tiers"])
    assert all(form.tiers[tier]["limit_workdays"] == source["tiers"][tier]["limit_wd"] for tier in TIERS)
    assert (form.publicity is None) == (source.get("publicity") is None)
    for name in ("sub_items", "joint_departments", "special_procedures", "village_forms", "photo_spec", "annual_review", "codes"):
        assert form.more.get(name) == without_floats(source.get(name))


def lost_groups(source: Any) -> int:
    """How many fewer fields there are in the source's count, which counts a group as one."""
    fields = [one for section in source["sections"] for one in section["fields"]]
    return sum(1 - len(one["fields"]) for one in fields if one["type"] == "group")


def test_the_catalogue_is_whole() -> None:
    forms = [Form.from_bytes(path.read_bytes()) for path in ALL_SHIPPED]
    assert len(forms) == 43 and sum(len(form.materials) for form in forms) == 230
    assert {form.id for form in forms if form.tiers["decides"] == "dynamic"} == {"linshi", "logging", "public_opinion"}
    assert {form.id for form in forms if form.more.get("bundle")} == {"bundle_death", "bundle_newborn"}
    assert all(form.status == EXAMPLE_STATUS and form.inferred for form in forms)


@pytest.mark.parametrize("path", ALL_SHIPPED, ids=lambda path: path.parent.name)
def test_every_constraint_has_a_known_code_and_its_facts(path: Path) -> None:
    for field in Form.from_bytes(path.read_bytes()).fields():
        for constraint in (c for one in (field, *field.columns) for c in one.constraints):
            assert set(constraint.facts) == set(CODES["gb11643" if constraint.code == "gb11643_when" else constraint.code])


def test_every_rule_of_the_contract_has_a_problem_code() -> None:
    contract = yaml.safe_load((VECTORS / "rules.yaml").read_text(encoding="utf-8"))
    assert {rule["name"] for rule in contract["rules"]} - {"gb11643_when"} <= set(RULE_CODES)
    assert not set(RULE_CODES) & set(MATERIAL_CODES)


def test_a_changed_package_becomes_the_next_version(tmp_path: Path) -> None:
    assert write_version(b"a", tmp_path) == tmp_path / "1.json"
    assert write_version(b"a", tmp_path) is None
    assert write_version(b"b", tmp_path) == tmp_path / "2.json"
    assert (tmp_path / "1.json").read_bytes() == b"a"


def test_the_command_writes_what_is_named(tmp_path: Path) -> None:
    assert main([str(SOURCE), str(tmp_path), "gaoling"]) == 0
    assert (tmp_path / "gaoling" / "1.json").read_bytes() == SHIPPED[0].read_bytes()
    assert (tmp_path / INDEX).read_bytes() == index_bytes(tmp_path, initials)
    assert not (tmp_path / "dibao").exists()
    assert main([]) == 2


def test_canonical_json_is_sorted_and_tight() -> None:
    assert canonical({"b": [1, "é\n\x01"], "a": None}) == '{"a":null,"b":[1,"é\\n\\u0001"]}'.encode()
