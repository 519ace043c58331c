"""The named rules, derivations and operators as calls: every example of the contract, in both engines, and the way back from trees."""

import json
from typing import Any

import pytest

from forms.authoring.derive_trees import derivation
from forms.authoring.named_parameters import FIELD_DERIVATIONS, RULES
from forms.authoring.named_rules import NamedCall, call_of, call_text, named_call
from forms.authoring.rule_trees import condition, rule
from forms.authoring.xpath import ExpressionError, parse_expression, print_expression
from forms.expressions.values import boolean
from forms.fields import calculated
from tests.forms.authoring.test_rule_trees import CONTRACT, arguments_of, examples, scope_of
from tests.forms.engines import ALL_SHIPPED, py_value, run_js


def literal(value: Any) -> str:
    return print_expression(value if isinstance(value, (int, str)) else ["num", str(value)])


def texts(values: list[Any]) -> str:
    return ", ".join(literal(one) for one in values)


def answers(names: list[str]) -> str:
    return ", ".join(f"${{{name}}}" for name in names)


def condition_call(source: dict[str, Any]) -> str:
    """A condition of the contract, written with the named operators alone."""
    if "any_row" in source:
        rest = {name: value for name, value in source.items() if name != "any_row"}
        return f"any_row(${{/{source['any_row']}}}, {condition_call(rest)})"
    parts = [f"{name}({', '.join(map(condition_call, source[name]))})" for name in ("all", "any") if name in source]
    parts += [f"stage({literal(source['stage'])})"] if "stage" in source else []
    parts += [operator_call(name, source["field"], value) for name, value in source.items() if name not in ("all", "any", "stage", "field")]
    return f"all({', '.join(parts)})"


def operator_call(name: str, field: str, value: Any) -> str:
    if name == "contains":
        return f"selected(${{{field}}}, {literal(value)})"
    if name == "truthy":
        return f"truthy(${{{field}}}{'' if value else ', false()'})"
    return f"{name}(${{{field}}}, {texts(value if isinstance(value, list) else [value])})"


def derivation_call(name: str, a: dict[str, Any]) -> str:
    """A derivation of the contract as a call."""
    of = a.get("of")
    if name in FIELD_DERIVATIONS:
        return f"{name}({answers(of if isinstance(of, list) else [str(of)])})"
    if name == "per_head":
        heads = f"count(${{/{a['by_rows']}}})" if "by_rows" in a else f"${{{a['by']}}}"
        months = f", {a['months']}" if "months" in a else ""
        return f"per_head(list({answers(a['plus'])}), list({answers(a.get('minus', []))}), {heads}{months})"
    if name in ("sum_column", "sum_column_minus"):
        return f"{name}(${{/{of[0]}}}, {texts(of[1:])})"  # type: ignore[index]
    if name == "band":
        number = f"max(${{{of}}}, {a['floor']})" if "floor" in a else f"${{{of}}}"
        return f"band({number}, {texts([one for row in a['bands'] for one in row])})"
    if name == "lookup":
        return f"lookup(${{{of}}}, {texts([one for row in a['table'].items() for one in row])})"
    if name == "table_match":
        rows = ", ".join(f"list({texts([key, *values])})" for key, values in a["table"].items())
        return f"table_match({answers(of)}, {rows})"  # type: ignore[arg-type]
    return f"condition({condition_call(a['test'])})" if name == "condition" else f"add_months(${{{of}}}, {a['months']})"


def test_every_rule_example_holds_as_a_call_in_both_engines() -> None:
    lines, wanted = [], []
    for name, passes, example in examples("rules"):
        tree = parse_expression(call_text(name, {key: one for key, one in arguments_of(example).items() if key in dict(RULES[name])}))
        assert tree == rule(name, arguments_of(example)), name
        scope = scope_of(example)
        assert boolean(py_value(tree, scope)) is passes, (name, example)
        lines.append({"act": "tree", "tree": ["boolean", tree], "scope": scope})
        wanted.append({"value": passes})
    assert run_js(lines) == wanted


def test_every_condition_example_holds_as_a_call_in_both_engines() -> None:
    lines, wanted = [], []
    for _, passes, example in examples("conditions"):
        tree, scope = parse_expression(condition_call(example["value"])), scope_of(example)
        assert boolean(py_value(tree, scope)) is passes, example
        lines.append({"act": "tree", "tree": ["boolean", tree], "scope": scope})
        wanted.append({"value": passes})
    assert run_js(lines) == wanted


def test_every_derivation_example_holds_as_a_call_in_both_engines() -> None:
    lines, wanted = [], []
    for name, _, example in examples("derive"):
        tree, scope = parse_expression(derivation_call(name, arguments_of(example))), scope_of(example)
        assert tree == derivation({"fn": name, **arguments_of(example)}), name
        kind = example["entry"].get("type", "text")
        wanted.append({"value": calculated(kind, py_value(tree, scope))})
        lines.append({"act": "calculate", "kind": kind, "tree": tree, "scope": scope})
    assert run_js(lines) == wanted


def test_every_name_of_the_contract_can_be_called() -> None:
    assert set(RULES) == {entry["name"] for entry in CONTRACT["rules"]} and len(RULES) == 50
    assert len(CONTRACT["derive"]) == 24 and len(CONTRACT["conditions"]) == 18
    for name in ("in", "eq", "truthy", "same_year_as", "stage", "any_row"):
        with pytest.raises(ExpressionError) as refused:
            parse_expression(f"{name}()")
        assert refused.value.code == "named_arguments" and str(refused.value.facts["wanted"]).startswith(f"{name}(")


def test_the_shipped_constraints_are_calls_again() -> None:
    found = [one for path in ALL_SHIPPED for one in _constraints(json.loads(path.read_text(encoding="utf-8")))]
    assert len(found) > 600
    for one in found:
        text = call_of(one["code"], one["test"], one.get("facts", {}))
        assert text is not None, one
        call = named_call(text)
        assert parse_expression(text) == one["test"] and call is not None and call.name == one["code"]
        assert call_text(call.name, call.arguments, call.only_when) == text


def _constraints(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for one in value for found in _constraints(one)]
    if not isinstance(value, dict):
        return []
    return list(value.get("constraints", [])) + [found for one in value.values() for found in _constraints(one)]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("age_between(., 16, 59)", NamedCall("age_between", {"min": 16, "max": 59})),
        ("gt(., 0.5)", NamedCall("gt", {"value": "0.5"})),
        ("agrees_with_id(., ${id_no}, 'birth')", NamedCall("agrees_with_id", {"id_field": "id_no", "part": "birth"})),
        ("gb11643_when(., ${t}, 'a', 'b')", NamedCall("gb11643_when", {"field": "t", "in": ["a", "b"]})),
        ("not(${k} = 1) or gb11643(.)", NamedCall("gb11643", {}, ["=", ["field", "k"], 1])),
        ("lte_param(., param('p'))", NamedCall("lte_param", {"param": "p"})),
        ("reject_if(${a} = 'x')", NamedCall("reject_if", {"when": ["=", ["field", "a"], "x"]})),
    ],
)
def test_a_constraint_that_is_a_call_says_which(text: str, call: NamedCall) -> None:
    assert named_call(text) == call


@pytest.mark.parametrize(
    "text", ["gb11643(${id_no})", "gb11643(.) and true()", ". = 1", "gender_from_id(.)", "age_lt(., 3) or gb11643(.)", "gt_field(., 1 + 1)"]
)
def test_another_expression_is_no_named_call(text: str) -> None:
    assert named_call(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "age_between(., 1)",
        "age_between(., 'a', 2)",
        "digits_len(., ${a}, 2)",
        "suffix_in(.)",
        "sum_column(1, 'a')",
        "mul(${a})",
        "lookup(${a}, 1)",
    ],
)
def test_a_call_with_other_arguments_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="named_arguments"):
        parse_expression(text)


def test_a_tree_of_another_rule_has_no_call() -> None:
    assert call_of("age_gte", rule("age_lt", {"max": 3})) is None
    assert call_of("no_such_rule", ["true"]) is None
    assert call_of("reject_if", condition({"field": "a", "eq": "x"})) is None
