"""`catalogue rules`: expressions evaluated line by line, by the Python engine or by the browser's in Node. Needs no station."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from forms.authoring import rule_lines
from forms.authoring.rule_lines import LineError, Question, error_line, evaluated, for_javascript, read_question, value_line
from forms.expressions.scripts import SCRIPTS
from node.clock import SystemClock
from node.errors import RequestError

DONE = 0
_RUNNER = Path(rule_lines.__file__).with_suffix(".js")

Answer = str | float | bool | LineError


def run(arguments: argparse.Namespace) -> int:
    """`catalogue rules [--engine python|js] < LINES`: a line with the value, or with what is wrong, for each line.

    Raises:
        RequestError: `node_missing`: the engine is JavaScript and there is no Node; `node_failed`.
    """
    lines = [line for line in sys.stdin.buffer.read().decode("utf-8-sig", "replace").split("\n") if line.strip()]
    clock = SystemClock().now()
    asked = [_question(line, clock) for line in lines]
    for answer in _by_javascript(asked) if arguments.engine == "js" else map(_by_python, asked):
        line = error_line(answer) if isinstance(answer, LineError) else value_line(answer)
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
    return DONE


def _question(line: str, clock: datetime) -> Question | LineError:
    try:
        return read_question(line, clock)
    except LineError as error:
        return error


def _by_python(question: Question | LineError) -> Answer:
    if isinstance(question, LineError):
        return question
    try:
        return evaluated(question)
    except LineError as error:
        return error


def _by_javascript(asked: Sequence[Question | LineError]) -> Iterator[Answer]:
    """All values by one run of Node."""
    told = iter(_node([for_javascript(one) for one in asked if isinstance(one, Question)]))
    return (one if isinstance(one, LineError) else _value(json.loads(next(told))) for one in asked)


def _value(told: dict[str, Any]) -> Answer:
    if "error" in told:
        return LineError(told["error"])
    value: str | bool | float = float(told["number"]) if "number" in told else told["value"]
    return value


def _node(lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    command = ["node", str(_RUNNER), *map(str, SCRIPTS)]
    try:
        done = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True, check=True)
    except OSError as error:
        raise RequestError("node_missing") from error
    except subprocess.CalledProcessError as error:
        raise RequestError("node_failed", why=_last_line(error.stderr)) from error
    return done.stdout.decode("utf-8").split("\n")


def _last_line(output: bytes) -> str:
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""
