"""The recorded OpenRosa expressions, asked line by line of both engines as `catalogue rules` asks them."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from forms.authoring.rule_lines import LineError, Question, error_line, evaluated, for_javascript, read_question, value_line
from tests.forms.engines import VECTORS, run_rule_lines

RECORDED = json.loads((VECTORS / "openrosa_expressions.json").read_text(encoding="utf-8"))["vectors"]
CLOCK = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
KINDS = {"number_rounded": "number", "throws": "string"}
# Recorded twice, with two results: its document's context node was 123, or none.
OF_A_NODE = "number()"


def line_of(vector: dict[str, Any]) -> str:
    kind = KINDS.get(vector["kind"], vector["kind"])
    return json.dumps({"expr": vector["expr"], "as": kind, "tz": "America/Phoenix", "today": "2026-11-22"})


def question_of(vector: dict[str, Any]) -> Question | LineError:
    try:
        return read_question(line_of(vector), CLOCK)
    except LineError as error:
        return error


def python_answer(question: Question | LineError) -> dict[str, Any]:
    try:
        if isinstance(question, LineError):
            raise question
        return dict(json.loads(value_line(evaluated(question))))
    except LineError as error:
        return dict(json.loads(error_line(error)))


def agrees(vector: dict[str, Any], got: dict[str, Any]) -> bool:
    wanted: Any = vector.get("expected")
    if vector["kind"] == "throws" or "error" in got:
        return vector["kind"] == "throws" and "error" in got
    value = got["value"]
    if vector["kind"] == "boolean":
        return value is wanted
    if vector["kind"] == "string":
        return bool(value == str(wanted))
    if wanted in (None, "NaN"):
        return math.isnan(float(value))
    if "factor" in vector:
        return bool(round(value * int(vector["factor"])) == round(float(wanted) * int(vector["factor"])))
    return float(value) == float(wanted)


def test_python_gives_what_was_recorded() -> None:
    answers = [(vector, python_answer(question_of(vector))) for vector in RECORDED]
    assert len(answers) == 592
    wrong = [(vector, got) for vector, got in answers if not agrees(vector, got)]
    assert [vector["expected"] for vector, _ in wrong if vector["expr"] == OF_A_NODE] == [123]
    assert [one for one in wrong if one[0]["expr"] != OF_A_NODE] == []


def test_the_browsers_engine_gives_what_python_gives() -> None:
    questions = [question for vector in RECORDED if isinstance(question := question_of(vector), Question)]
    assert len(questions) > 550
    wanted = [python_answer(question) for question in questions]
    assert run_rule_lines([for_javascript(question) for question in questions]) == wanted


def test_every_function_of_the_list_is_known() -> None:
    functions = json.loads((VECTORS / "openrosa_expressions.json").read_text(encoding="utf-8"))["functions"]
    unknown = []
    for name in functions:
        for count in range(4):
            got = python_answer(question_of({"expr": f"{name}({', '.join(['.'] * count)})", "kind": "string"}))
            if got.get("error") == "unknown_function":
                unknown.append(name)
    assert unknown == [] and len(functions) == 56
