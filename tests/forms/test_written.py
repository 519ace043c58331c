"""What people type and its one written form, alike in both engines."""

import random
import unicodedata
from typing import Any

import pytest

from forms.written import WRITTEN, written
from tests.forms.engines import run_js

CASES: list[tuple[str, Any, Any]] = [
    ("int", "１２", 12),
    ("int", " 007 ", 7),
    ("int", "-0", 0),
    ("int", "1.5", "1.5"),
    ("int", 15, 15),
    ("money", "1,234,567.8", "1234567.80"),
    ("money", "12,34", "12,34"),
    ("money", "－５", "-5.00"),
    ("money", "-0", "0.00"),
    ("money", 100, "100.00"),
    ("money", "1.005", "1.005"),
    ("money", "1e3", "1e3"),
    ("decimal", " 75 ", "75"),
    ("decimal", 75, "75"),
    ("date", "2026/1/2", "2026-01-02"),
    ("date", "2026年1月2日", "2026-01-02"),
    ("date", "１９４４０３１２", "1944-03-12"),
    ("date", "明天", "明天"),
    ("month", "2026年1月", "2026-01"),
    ("month", "202601", "2026-01"),
    ("id_no", " 11010519491231002ｘ ", "11010519491231002X"),
    ("id_no", "1310 2519 8504 1820 68", "131025198504182068"),
    ("mobile", "０３１６－５５２０００１", "0316-5520001"),
    ("bank_no", "6228　4800 0000", "622848000000"),
    ("text", "\u3000示例甲\ufeff", "示例甲"),
    ("textarea", "一\r\n二\r三\n", "一\n二\n三"),
    ("coords", [[116.0, 38.7], [" 1 ", None], 5], [["116", "38.7"], ["1", None], 5]),
    ("choice", " 男 ", " 男 "),
    ("date", None, None),
    ("date", ["x"], ["x"]),
]


@pytest.mark.parametrize(("kind", "typed", "wanted"), CASES)
def test_a_typed_answer_gets_its_written_form(kind: str, typed: Any, wanted: Any) -> None:
    assert written(kind, typed) == wanted


def test_both_engines_write_alike() -> None:
    rng = random.Random(7)
    letters = "0123456789０１９ -－/,.，．年月日XxＸ　()（）\u00a0\u200b甲一\t\n"
    cases = [(kind, typed) for kind, typed, _ in CASES]
    for _ in range(3000):
        typed = "".join(rng.choice(letters) for _ in range(rng.randint(0, 14)))
        cases.append((rng.choice(sorted(WRITTEN)), typed))
    answers = run_js([{"act": "written", "kind": kind, "value": typed} for kind, typed in cases])
    assert [(case, answer["value"]) for case, answer in zip(cases, answers, strict=True)] == [(c, written(*c)) for c in cases]


def test_writing_twice_is_writing_once() -> None:
    for kind, typed, _ in CASES:
        once = written(kind, typed)
        assert written(kind, once) == once


def test_a_long_text_is_left_alone_by_the_short_kinds() -> None:
    long = "１" * 10_000
    assert written("int", long) == long and unicodedata.normalize("NFKC", long) != long
