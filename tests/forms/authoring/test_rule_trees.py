"""Every example of the rule contract, through the Python and the JavaScript engine."""

from typing import Any

import pytest
import yaml

from forms.authoring.convert_catalogue import Converter
from forms.authoring.derive_trees import derivation
from forms.authoring.rule_trees import UnknownRuleError, condition, rule
from forms.expressions.values import Scope, boolean
from forms.fields import Surroundings, calculated, form_fault
from forms.schema import Field
from forms.settle import is_empty
from tests.forms.engines import TODAY, VECTORS, py_value, run_js
from tests.items import ITEMS

CONTRACT = yaml.safe_load((VECTORS / "rules.yaml").read_text(encoding="utf-8"))
SOURCE = ITEMS.parent / "catalogue_source"
PARAMETERS = {one["id"]: one["value"] for one in yaml.safe_load((SOURCE / "_params.yaml").read_text(encoding="utf-8"))["params"]}
DENIED = yaml.safe_load((SOURCE / "_denied_village_certificates.yaml").read_text(encoding="utf-8"))["items"]
DIVISIONS = Converter(SOURCE)._own_parameters({})
EXAMPLE_MEMBERS = {"value", "answers", "args", "top", "result", "wrong", "why"}


def examples(group: str) -> list[tuple[str, bool, dict[str, Any]]]:
    found = []
    for entry in CONTRACT[group]:
        for verdict in ("pass", "fail"):
            for raw in entry[verdict]:
                example = raw if isinstance(raw, dict) and set(raw) <= EXAMPLE_MEMBERS else {"value": raw}
                found.append((entry["name"], verdict == "pass", {**example, "entry": entry}))
    return found


def scope_of(example: dict[str, Any]) -> dict[str, Any]:
    answers = {**example["entry"].get("answers", {}), **example.get("answers", {})}
    return {
        "answers": answers,
        "form": {**answers, **example.get("top", {})},
        "today": TODAY.isoformat(),
        "parameters": PARAMETERS,
        "answer": example.get("value"),
    }


def arguments_of(example: dict[str, Any]) -> dict[str, Any]:
    return {**example["entry"].get("given", {}), **example.get("args", {}), "words": DENIED}


def test_the_contract_has_491_examples() -> None:
    assert sum(len(examples(group)) for group in ("rules", "derive", "conditions", "types")) == 491


@pytest.mark.parametrize("group", ["rules", "conditions"])
def test_every_rule_and_condition_example_holds_in_both_engines(group: str) -> None:
    lines, wanted = [], []
    for name, passes, example in examples(group):
        tree = rule(name, arguments_of(example)) if group == "rules" else condition(example["value"])
        scope = scope_of(example)
        assert boolean(py_value(tree, scope)) is passes, (name, example)
        lines.append({"act": "tree", "tree": ["boolean", tree], "scope": scope})
        wanted.append({"value": passes})
    assert run_js(lines) == wanted


def test_every_derivation_example_holds_in_both_engines() -> None:
    lines, checks = [], []
    for name, passes, example in examples("derive"):
        kind = example["entry"].get("type", "text")
        tree = derivation({"fn": name, **arguments_of(example)})
        scope = scope_of(example)
        lines.append({"act": "calculate", "kind": kind, "tree": tree, "scope": scope})
        checks.append((calculated(kind, py_value(tree, scope)), passes, example))
    for answer, (python, passes, example) in zip(run_js(lines), checks, strict=True):
        assert answer == {"value": python}
        if passes:
            assert python == example["result"] and type(python) is type(example["result"])
        elif "wrong" in example:
            assert python != example["wrong"]
        else:
            assert python == ""


def test_every_type_example_holds_in_both_engines() -> None:
    lines, python = [], []
    for name, passes, example in examples("types"):
        field = {"id": "a", "label": "a", "kind": name, **example["entry"].get("given", {})}
        if "max_len" in field:
            field["max_length"] = field.pop("max_len")
        around = Surroundings(DIVISIONS, True, ())
        read = Field(**{"required": True, **field, "choices": tuple(field.get("choices", ()))})
        fault = form_fault(example["value"], read, around)
        assert (not is_empty(example["value"]) and fault is None) is passes, (name, example, fault)
        told = {"parameters": DIVISIONS, "example": True, "attached": []}
        lines.append({"act": "fault", "field": field, "value": example["value"], "around": told})
        python.append({"value": None if fault is None else [fault[0], dict(fault[1])]})
    assert run_js(lines) == python


def test_every_rule_and_derivation_of_the_contract_has_a_tree() -> None:
    for name in {name for name, _, _ in examples("rules")}:
        assert rule(name, arguments_of(next(e for n, _, e in examples("rules") if n == name)))
    with pytest.raises(UnknownRuleError):
        rule("no_such_rule", {})
    with pytest.raises(UnknownRuleError):
        condition({"field": "a", "resembles": "b"})
    with pytest.raises(UnknownRuleError):
        derivation({"fn": "no_such_derivation"})


def test_empty_answers_make_no_rule_tree_crash() -> None:
    for name, _, example in examples("rules"):
        tree = rule(name, arguments_of(example))
        py_value(tree, {"answers": {}, "form": {}, "parameters": PARAMETERS, "answer": ""})


def test_a_scope_reads_a_missing_answer_as_empty_text() -> None:
    assert py_value(["field", "none"], {}) == ""
    assert Scope({}, {}, TODAY, {}).answer == ""
