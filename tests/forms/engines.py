"""Both engines behind one call, so that every example runs through each."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from forms.authoring import rule_lines
from forms.authoring.named_zones import zone_of
from forms.authoring.rule_lines import value_line
from forms.expressions.evaluate import TreeError, compile_patiently, compile_tree
from forms.expressions.scripts import SCRIPTS, browser_script
from forms.expressions.values import Scope, boolean, number, number_text, text
from tests.items import newest, newest_of_all

TODAY = date(2026, 11, 22)
VECTORS = Path(__file__).parent.parent / "vectors"
SHIPPED = [newest(name) for name in ("gaoling", "dibao", "pension_enrol")]
ALL_SHIPPED = newest_of_all()


def run_js(lines: Sequence[dict[str, Any]], packages: Sequence[Path] = ()) -> list[Any]:
    """What the browser's engine answers to each line, run in Node."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rules.js"
        script.write_text(browser_script(), encoding="utf-8")
        done = subprocess.run(
            ["node", str(Path(__file__).parent / "run_engine.js"), str(script), *map(str, packages)],
            input="\n".join(json.dumps(line) for line in lines).encode(),
            capture_output=True,
            check=True,
        )
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")]
    assert len(answers) == len(lines)
    return answers


def run_rule_lines(lines: Sequence[str]) -> list[dict[str, Any]]:
    """What `rule_lines.js`, run in Node as `catalogue rules` runs it, answers to each line; numbers as the command writes them."""
    command = ["node", str(Path(rule_lines.__file__).with_suffix(".js")), *map(str, SCRIPTS)]
    done = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True, check=True)
    told = [json.loads(line) for line in done.stdout.decode().split("\n")]
    return [json.loads(value_line(float(one["number"]))) if "number" in one else one for one in told]


def py_value(tree: Any, scope: dict[str, Any]) -> Any:
    """What the Python engine makes of a tree; `scope` as the JavaScript engine takes it."""
    answers = scope.get("answers", {})
    today = date.fromisoformat(scope.get("today", TODAY.isoformat()))
    return compile_tree(tree)(Scope(answers, scope.get("form", answers), today, scope.get("parameters", {}), scope.get("answer", "")))


def py_kinds(tree: Any, scope: dict[str, Any], zone: str) -> dict[str, Any]:
    """What the Python engine makes of a tree, in each of the three kinds; or the code of what is wrong with it."""
    own, answers, parameters = zone_of(zone), scope["answers"], scope.get("parameters", {})
    form, today = scope.get("form", answers), date.fromisoformat(scope["today"])
    try:
        seen = Scope(answers, form, today, parameters, scope["answer"], scope["now"], own)
        value = compile_patiently(tree)(seen)
    except TreeError as error:
        return {"error": error.code}
    return {"string": text(value), "number": number_text(number(value, own)), "boolean": boolean(value)}


def told(value: Any) -> Any:
    """A value as the JavaScript runner tells it: numbers by their one writing."""
    return {"number": number_text(value)} if isinstance(value, float) else {"value": value}
