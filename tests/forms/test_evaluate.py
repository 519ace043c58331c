"""The rule language itself: pinned readings and refused trees. That both engines agree is in test_agreement.py."""

from typing import Any

import pytest

from forms.expressions.evaluate import TreeError, compile_tree, references
from tests.forms.engines import TODAY, py_value, run_js, told


def both(tree: Any, **scope: Any) -> Any:
    python = py_value(tree, scope)
    [answer] = run_js([{"act": "tree", "tree": tree, "scope": {"today": TODAY.isoformat(), **scope}}])
    assert answer == told(python)
    return python


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (["=", ["field", "a"], 0], False),
        (["string", ["+", ["field", "a"], 1]], "NaN"),
        (["string", ["num", "0.1000"]], "0.1"),
        (["string", ["div", 1, 3]], "0.3333333333333333"),
        (["string", ["div", 1, 10000000]], "0.0000001"),
        (["string", ["*", ["num", "1e15"], ["num", "1e10"]]], "10000000000000000000000000"),
        (["string", ["div", ["neg", 1], 0]], "-Infinity"),
        (["string", ["neg", 0]], "0"),
        (["-", ["num", ".55"], ["num", "0.56"]], -0.010000000000000009),
        (["mod", 5, ["neg", 2]], 1.0),
        (["<", "1969-07-20", "1969-07-21"], True),
        (["=", ["+", 10, "2012-07-24"], "2012-08-03"], True),
        (["round", "2.15", "1"], 2.2),
        (["round", "-1.475", "2"], -1.48),
        (["round", "626.3", "-3"], 1000.0),
        (["string-length", "𠮷田"], 2.0),
        (["substr", "hello", 0, -1], "hell"),
        (["yz:sum", "0.1", "0.2"], "0.3"),
        (["yz:sum", "99999999999999999999.99", "0.01"], "100000000000000000000"),
        (["yz:product", "-0.335", 3], "-1.005"),
        (["yz:cents", "-1.005"], "-1.01"),
        (["yz:share", "1000", 3], "333.33"),
        (["yz:share", "-0.01", 2], "-0.01"),
        (["yz:share", "5", 0], ""),
        (["yz:minus", "", "1"], ""),
        (["yz:add_months", "2024-01-31", 1], "2024-02-29"),
        (["yz:add_months", "9999-12-01", 1], ""),
        (["yz:age", "2000-02-29", "2023-02-28"], 22.0),
        (["yz:gb11643", "11010519491231002x"], True),
        (["today"], "2026-11-22"),
        (["regex", "A123456789", "^[A-Z]\\d{9}$"], True),
        (["regex", "1\n", "^1$"], False),
        (["regex", "\r", "."], False),
        (["if", "", 1, 2], 2.0),
    ],
)
def test_a_pinned_reading_is_the_same_in_both_engines(tree: Any, wanted: Any) -> None:
    got = both(tree)
    assert got == wanted and type(got) is type(wanted)


def test_a_predicate_sees_columns_and_a_form_reference_sees_the_form() -> None:
    form = {"fam": [{"n": "1", "r": "本人"}, {"n": "2"}, {"n": ""}], "n": "2"}
    assert both(["count", ["where", ["form", "fam"], ["=", ["field", "n"], ["form", "n"]]]], answers=form, form=form) == 1
    assert both(["column", ["form", "fam"], "n"], answers=form, form=form) == ["1", "2"]
    assert both(["count", ["form", "none"]], answers=form, form=form) == 0


def test_and_and_or_look_no_further_than_needed() -> None:
    assert both(["or", ["true"], ["=", ["form", "x"], 1]]) is True
    assert both(["and", ["false"], ["true"]]) is False


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        (["no-such-function"], "unknown_function"),
        (["count", "2"], "not_several"),
        (["sum", ["num", "2"]], "not_several"),
        (["not"], "argument_count"),
        (["=", 1], "argument_count"),
        ([], "not_a_node"),
        ({"a": 1}, "not_a_node"),
        (None, "not_a_node"),
        (True, "not_a_node"),
        (1.5, "not_a_node"),
        (2**53, "not_a_number"),
        (["sum", ["+", 1, 1]], "not_several"),
        (["count", []], "not_several"),
        (["format-date", ["today"], "%Q"], "date_format"),
        (["format-date", ["today"], "100%"], "date_format"),
        (["regex", ["self"], "[\\S]"], "pattern"),
        (["regex", ["self"], "[a&&b]"], "pattern"),
        (["field", 3], "name_not_text"),
        (["num", "abc"], "not_a_number"),
        (["regex", ["self"], ["field", "p"]], "pattern_not_literal"),
        (["regex", ["self"], "(?=a)"], "pattern"),
        (["regex", ["self"], "(a+)+$"], "pattern"),
        (["regex", ["self"], "(?:(a|b)*c?)*"], "pattern"),
        (["regex", ["self"], "a**"], "pattern"),
        (["regex", ["self"], "\\bа"], "pattern"),
        (["regex", ["self"], "(a"], "pattern"),
        (["regex", ["self"], "a)"], "pattern"),
        (["regex", ["self"], "[z-a]"], "pattern"),
        (["regex", ["self"], "\\1"], "pattern"),
        (["regex", ["self"], "a" * 501], "pattern"),
    ],
)
def test_a_tree_that_cannot_be_evaluated_is_refused_with_its_code(tree: Any, code: str) -> None:
    with pytest.raises(TreeError) as refused:
        compile_tree(tree)
    assert refused.value.code == code


def test_the_browser_refuses_what_python_refuses() -> None:
    trees: list[Any] = [["no-such"], ["not"], ["=", 1], [], ["count", "2"], ["field"], ["field", 3], ["num", "x"], None, True, 1.5, 2**53]
    trees += [["format-date", ["today"], "%Q"], ["sum", ["+", 1, 1]], ["regex", ["self"], ["field", "p"]]]
    answers = run_js([{"act": "tree", "tree": tree, "scope": {"today": "2026-11-22"}} for tree in trees])
    assert all("error" in answer for answer in answers)


def test_a_tree_that_is_too_deep_is_refused() -> None:
    tree: Any = ["true"]
    for _ in range(80):
        tree = ["not", tree]
    with pytest.raises(TreeError, match="too_deep"):
        compile_tree(tree)


def test_references_tell_cells_from_fields() -> None:
    tree = ["and", ["field", "a"], ["count", ["where", ["form", "t"], ["=", ["field", "c"], ["form", "b"]]]], ["param", "p"]]
    assert list(references(tree)) == [("field", "a"), ("form", "t"), ("cell", "c"), ("form", "b"), ("param", "p")]
