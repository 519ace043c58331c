"""The converter: what ships is what the sources say."""

from pathlib import Path

import yaml

from forms.authoring.convert_catalogue import Converter, canonical, main, write_version
from forms.problems import CODES, MATERIAL_CODES, RULE_CODES
from forms.schema import Form
from tests.forms.engines import ITEMS, SHIPPED, VECTORS

SOURCE = ITEMS.parent / "catalogue_source"


def test_the_shipped_packages_are_made_from_the_sources_kept_here() -> None:
    converter = Converter(SOURCE)
    assert converter.item_ids() == sorted(path.name for path in ITEMS.iterdir())
    for path in SHIPPED:
        assert path.read_bytes() == converter.package(path.parent.name)


def test_every_inferred_mark_and_source_is_kept() -> None:
    for path in SHIPPED:
        source = yaml.safe_load((SOURCE / f"{path.parent.name}.yaml").read_text(encoding="utf-8"))
        form = Form.from_bytes(path.read_bytes())
        assert list(form.inferred) == source["inferred"] and list(form.sources) == source["sources"]
        assert sum(1 for _ in form.fields()) == source["field_count"]
        assert form.sample == source["sample"] and list(form.sample_materials) == source["sample_materials"]


def test_every_constraint_has_a_known_code_and_its_facts() -> None:
    for path in SHIPPED:
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
    assert not (tmp_path / "dibao").exists()
    assert main([]) == 2


def test_canonical_json_is_sorted_and_tight() -> None:
    assert canonical({"b": [1, "é\n\x01"], "a": None}) == '{"a":null,"b":[1,"é\\n\\u0001"]}'.encode()
