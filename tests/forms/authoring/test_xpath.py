"""Expressions as text: read to trees, refused with their place, and written back to the same tree."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.authoring.xpath import ExpressionError, parse_expression, parse_filter, print_expression, print_filter, read_expression
from forms.expressions.evaluate import compile_tree
from tests.forms.engines import ALL_SHIPPED


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", 1),
        ("-1", -1),
        ("-0", ["neg", 0]),
        ("-(1)", ["neg", 1]),
        ("1.50", ["num", "1.50"]),
        ("-.5", ["num", "-.5"]),
        ("007", ["num", "007"]),
        ("1e-7", ["num", "1e-7"]),
        ("1.", ["num", "1."]),
        ("'it''s'", "it's"),
        ('"a""b\'"', "a\"b'"),
        ("${a}", ["field", "a"]),
        ("${ a }", ["field", "a"]),
        ("${/a}", ["form", "a"]),
        ("/data/a", ["form", "a"]),
        ("/data/t/c", ["column", ["form", "t"], "c"]),
        (".", ["self"]),
        ("param('p')", ["param", "p"]),
        ("position(..)", ["position"]),
        ("${t}[a = ${b}]/c", ["column", ["where", ["field", "t"], ["=", ["field", "a"], ["field", "b"]]], "c"]),
        (".[true()][${a} = 1]", ["where", ["where", ["self"], ["true"]], ["=", ["field", "a"], 1]]),
        ("1 or 2 or 3 and 4", ["or", 1, 2, ["and", 3, 4]]),
        ("(1 or 2) or 3", ["or", ["or", 1, 2], 3]),
        ("1 - 2 - 3 * -4", ["-", ["-", 1, 2], ["*", 3, -4]]),
        ("1 = 2 != 3", ["!=", ["=", 1, 2], 3]),
        ("2div1", ["div", 2, 1]),
        ("1and\r\n\t1", ["and", 1, 1]),
        ("'a'or'b'", ["or", "a", "b"]),
        ("1 --1", ["-", 1, -1]),
        ("where(${t}, 1)", ["where", ["field", "t"], 1]),
    ],
)
def test_an_expression_is_read_to_its_tree(text: str, tree: Any) -> None:
    assert parse_expression(text) == tree
    assert parse_expression(print_expression(tree)) == tree


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "unexpected_end", 0),
        ("1 +", "unexpected_end", 3),
        ("1 2", "unexpected", 2),
        ("(1", "unexpected_end", 2),
        ("1)", "unexpected", 1),
        ("concat('a',)", "unexpected", 11),
        ("1 + 'abc", "text_not_closed", 4),
        ("1 + #", "unexpected_character", 4),
        ("1 | 2", "unexpected_character", 2),
        ("a = 1", "bare_name", 0),
        ("${a b}", "not_a_name", 0),
        ("1 + nothing(2)", "unknown_function", 4),
        ("1 + not(2, 3)", "argument_count", 4),
        ("count('a')", "not_several", 0),
        ("regex(., '(?=a)')", "pattern", 0),
        ("regex(., ${p})", "named_arguments", 0),
        ("format-date(${a}, '%Q')", "date_format", 0),
        ("${t}[1]", "position_predicate", 4),
        ("concat(list('a'))", "unknown_function", 0),
        ("(" * 61 + "1" + ")" * 61, "too_deep", 60),
        ("1" + " + 1" * 61, "too_deep", 0),
        ("'" + "a" * 20_000 + "'", "too_long", 20_000),
    ],
)
def test_what_is_no_expression_is_refused_with_its_code_and_place(text: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_a_call_of_nothing_is_read_when_only_the_syntax_matters() -> None:
    assert read_expression("true() or substring()") == ["or", ["true"], ["substring"]]


def test_in_a_filter_a_bare_name_is_a_column_and_an_answer_is_the_forms() -> None:
    tree = ["and", ["=", ["field", "town"], ["form", "town"]], ["!=", ["field", "value"], "x"]]
    assert parse_filter("town = ${town} and value != 'x'") == tree
    assert print_filter(tree) == "town = ${town} and value != 'x'"


@pytest.mark.parametrize(
    "text",
    ["(" * 19_000, "-" * 19_000 + "1", "'" + "''" * 9_000, "${" * 9_000, "1 or " * 3_900 + "1", "a[" * 9_000, "not(" * 4_900, "1+" * 9_999],
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text + "#")


def test_a_rule_inside_a_rule_inside_a_rule_cannot_grow_without_end() -> None:
    text = "${x}"
    for _ in range(40):
        text = f"between({text}, 1, 2)"
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert refused.value.code == "too_large"


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["", "'", '"', "'\"'", "${a}", "是", "𠮷", "a\nb"])
NAMES = st.sampled_from(["a", "id_no", "a-b.c", "or", "div", "position", "两", "a b", "", "x}", "a'b"])
NUMERALS = st.sampled_from(["0.5", "-0.5", ".5", "5.", "5", "-5", "-0", "007", "1e3", "-1E-7", " 5 ", "Infinity", "2026-01-02"])
LEAVES = (
    TEXTS
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.tuples(st.sampled_from(["field", "form", "param"]), NAMES).map(list)
    | NUMERALS.map(lambda text: ["num", text])
    | st.sampled_from([["self"], ["true"], ["today"], ["position"], ["number"], ["concat"]])
)


def _grown(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def node(heads: list[str], fewest: int, most: int) -> st.SearchStrategy[Any]:
        return st.tuples(st.sampled_from(heads), st.lists(parts, min_size=fewest, max_size=most)).map(lambda one: [one[0], *one[1]])

    return (
        node("= != < <= > >= + - * div mod yz:order contains round".split(), 2, 2)
        | node(["and", "or", "concat", "max"], 1, 4)
        | node(["neg", "not", "string-length", "yz:age"], 1, 1)
        | node(["if"], 3, 3)
        | st.tuples(parts, parts).map(lambda one: ["where", *one])
        | st.tuples(parts, NAMES).map(lambda one: ["column", *one])
    )


@given(st.recursive(LEAVES, _grown, max_leaves=12))
def test_every_tree_is_read_back_as_it_was_written(tree: Any) -> None:
    compile_tree(tree)  # a package may hold it
    assert parse_expression(print_expression(tree)) == tree
    assert parse_filter(print_filter(tree)) == tree


def _trees(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [tree for one in value for tree in _trees(one)]
    if not isinstance(value, dict):
        return []
    own = [tree for name, tree in value.items() if name in RULE_MEMBERS and isinstance(tree, list)]
    return own + [tree for name, one in value.items() if name not in RULE_MEMBERS for tree in _trees(one)]


RULE_MEMBERS = ("test", "relevant", "calculate", "calculate_when", "if", "skip_when", "default")


def test_every_rule_of_every_shipped_item_is_read_back_as_it_was_written() -> None:
    trees = [tree for path in ALL_SHIPPED for tree in _trees(json.loads(path.read_text(encoding="utf-8")))]
    assert len(ALL_SHIPPED) >= 43 and len(trees) > 1000
    assert [tree for tree in trees if parse_expression(print_expression(tree)) != tree] == []
