"""The recorded OpenRosa expressions that use what the engines know today, read to trees and run through both."""

import json
import math
from typing import Any

from forms.expressions.evaluate import TreeError, compile_tree
from forms.expressions.values import boolean, number, text
from tests.forms.engines import VECTORS, py_value, run_js
from tests.forms.xpath_reader import read

RECORDED = json.loads((VECTORS / "openrosa_expressions.json").read_text(encoding="utf-8"))["vectors"]

NOT_YET = (
    "date", "now", "area", "distance", "pow", "sqrt", "exp", "log", "sin", "cos", "tan", "pi", "substring(", "normalize-space"
)  # fmt: skip
# Recorded in another zone, or under a document whose context node is a number.
ELSEWHERE = {
    '"2021-11-30" + 1', '"2018-01-01" + 1', "number('2008-09-05')", 'number("1970-01-01")', 'number("1969-12-31")',
    'number("2008-09-05")', 'number("1941-12-07")', "number()",
}  # fmt: skip
# Their recorded text depends on how the recorder escaped control characters.
ESCAPED = {"string-length('\\n')", "string('  \\nhello \\n')"}


def supported() -> list[dict[str, Any]]:
    return [
        vector for vector in RECORDED if not any(name in vector["expr"] for name in NOT_YET) and vector["expr"] not in ELSEWHERE | ESCAPED
    ]


def test_most_recorded_expressions_are_within_reach_already() -> None:
    assert len(RECORDED) == 592 and len(supported()) > 480


def as_kind(kind: str, value: Any) -> Any:
    if kind == "boolean":
        return boolean(value)
    return text(value) if kind == "string" else number(value)


def agrees(vector: dict[str, Any], got: Any) -> bool:
    wanted: Any = vector.get("expected")
    if vector["kind"] == "boolean":
        return isinstance(wanted, bool) and got == wanted
    if vector["kind"] == "string":
        return isinstance(got, str) and got == text(wanted if isinstance(wanted, str) else float(wanted))
    if wanted in (None, "NaN"):
        return math.isnan(got)
    if "factor" in vector:
        return bool(round(got * int(vector["factor"])) == round(float(wanted) * int(vector["factor"])))
    return bool(got == float(wanted))


def test_python_gives_what_was_recorded() -> None:
    wrong = []
    for vector in supported():
        if vector["kind"] == "throws":
            continue
        got = as_kind(vector["kind"], py_value(read(vector["expr"]), {}))
        if not agrees(vector, got):
            wrong.append((vector["expr"], got, vector.get("expected")))
    assert wrong == []


def test_calls_with_the_wrong_arguments_are_refused() -> None:
    accepted = []
    for vector in supported():
        if vector["kind"] == "throws":
            try:
                compile_tree(read(vector["expr"]))
                accepted.append(vector["expr"])
            except (TreeError, ValueError):
                continue
    assert accepted == []


def test_the_browser_gives_what_python_gives() -> None:
    vectors = [vector for vector in supported() if vector["kind"] != "throws"]
    trees = [["boolean" if v["kind"] == "boolean" else "string", read(v["expr"])] for v in vectors]
    answers = run_js([{"act": "tree", "tree": tree, "scope": {"today": "2026-11-22"}} for tree in trees])
    assert answers == [{"value": py_value(tree, {})} for tree in trees]
