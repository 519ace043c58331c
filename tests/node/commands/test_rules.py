"""`catalogue rules`: a JSON line in, a JSON line out, by either engine."""

import io
import json
import sys
from typing import Any

import pytest

from node.cli import main

ASKED: list[dict[str, Any] | str] = [
    {"expr": "${a} + 1", "answers": {"a": "2"}, "as": "number"},
    {"expr": "/data/a", "answers": {"a": ["甲", "乙"]}, "as": "string"},
    {"expr": "sum(${t}[n > 1]/n)", "answers": {"t": [{"n": 1}, {"n": "2"}, {"n": 3.5}]}, "as": "number"},
    {"expr": "1 div 0", "as": "number"},
    {"expr": "-1 div 0", "as": "number"},
    {"expr": "0 div 0", "as": "number"},
    {"expr": "1e21", "as": "number"},
    {"expr": "-(0)", "as": "number"},
    {"expr": "0.1 + 0.2", "as": "number"},
    {"expr": "now()", "now": "2026-11-22T23:00:00.250-07:00", "tz": "America/Phoenix", "as": "string"},
    {"expr": "today()", "now": "2026-11-22T23:00:00-07:00", "tz": "Asia/Shanghai", "as": "string"},
    {"expr": "now()", "today": "2026-11-22", "as": "string"},
    {"expr": "'2018-01-01' + 1", "tz": "America/Phoenix", "as": "string"},
    {"expr": "age_gte(${b}, 60)", "answers": {"b": "1966-11-22"}, "today": "2026-11-22", "as": "boolean"},
    {"expr": "true() or substring()", "as": "boolean"},
    {"expr": "false() or substring()", "as": "boolean"},
    {"expr": "1 +", "as": "number"},
    {"expr": "true()", "as": "date"},
    {"expr": "true()", "as": "boolean", "tz": "Mars/Olympus"},
    {"expr": "true()", "as": "boolean", "now": "soon"},
    {"expr": "true()", "as": "boolean", "today": "2026-02-30"},
    {"expr": "${a}", "as": "string", "answers": {"a": {"b": 1}}},
    {"as": "string"},
    "not json",
    '{"expr": "1", "answers": {"a": NaN}, "as": "number"}',
    {"expr": "concat('\ud800', '𠮷')", "as": "string"},
    {"expr": "string-length('𠮷')", "as": "number"},
]
TOLD: list[dict[str, Any]] = [
    *({"value": value} for value in (3, "甲 乙", 5.5, "Infinity", "-Infinity", "NaN", 10**21, 0, 0.30000000000000004)),
    *({"value": value} for value in ("2026-11-22T23:00:00.250-07:00", "2026-11-23", "2026-11-22", "17533.291666666668", True, True)),
    {"error": "argument_count"},
    {"error": "unexpected_end", "at": 3},
    *({"error": code} for code in ("as", "unknown_zone", "now", "today", "answers", "expr", "not_json", "not_json")),
    {"value": "\ud800𠮷"},
    {"value": 1},
]


def told(engine: str, lines: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> list[str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert main(["catalogue", "rules", "--engine", engine]) == 0
    return capsysbinary.readouterr().out.decode().splitlines()


@pytest.mark.parametrize("engine", ["python", "js"])
def test_each_line_is_answered_whatever_the_others_are(
    engine: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in ASKED) + "\n\n"
    answers = told(engine, lines, monkeypatch, capsysbinary)
    assert [json.loads(line) for line in answers] == TOLD
    assert answers[6] == '{"value": 1000000000000000000000}' and answers[7] == '{"value": 0}'


def test_without_node_the_js_engine_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"expr": "1", "as": "number"}')))
    assert main(["catalogue", "rules", "--engine", "js"]) == 2
    assert "没有 Node" in capsys.readouterr().err


def test_no_lines_give_no_lines(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert told("js", "", monkeypatch, capsysbinary) == []


def test_a_byte_order_mark_before_the_first_line_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert told("python", '\ufeff{"expr": "1 + 1", "as": "number"}\r\n', monkeypatch, capsysbinary) == ['{"value": 2}']
