"""Everything that verification can find has a sentence, and the page and the command say the same one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import node
import signing
from node.evidence import rules
from node.evidence.documents import ALSO_OF_EXPORTS
from node.evidence.findings import FileFinding, SealFinding
from node.web.wording import verification as words
from signing.report import CODES, NOT_REACHED, SEAL_ALONE, STATES, STEPS, SealReport, Step

EVIDENCE, SIGNING = Path(node.__file__).parent / "evidence", Path(signing.__file__).parent
DOCUMENTS = (*SIGNING.glob("pdf/*.py"), *SIGNING.glob("ofd/*.py"), *(SIGNING / name for name in ("packages.py", "stamps.py", "cms.py")))
ONLY_WHEN_SEALING = {"holder", "document_key"}
"""What a document is refused for before it is sealed, and never when it is read."""


def calls(files: tuple[Path, ...], name: str) -> Iterator[ast.Call]:
    for file in files:
        for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name | ast.Attribute) and ast.unparse(one.func).endswith(name):
                yield one


def problem_codes() -> set[str]:
    """The first member of every pair that is put among the problems of a file."""
    found = set()
    for file in EVIDENCE.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'problems\.append\(\("([a-z_]+)"', text)) | set(re.findall(r'_try\("([a-z_]+)"', text))
        found |= set(re.findall(r'_problems[^=\n]*= \[\("([a-z_]+)"', text)) | set(re.findall(r'"(cms_[a-z_]+)"', text))
    return found | {"cms_bad_signature", "cms_other_content"}


def test_every_step_and_code_has_its_own_sentence() -> None:
    wanted = {(step, code) for step, codes in CODES.items() for code in codes}
    wanted |= {("policy", code) for code in rules.CODES} | {(step, code) for step in STEPS for code in (NOT_REACHED, SEAL_ALONE)}
    assert wanted - set(words.REASONS) == set()
    assert set(words.REASONS) - wanted == {("timestamp", "")}
    assert set(STEPS) == set(words.PASSED) == set(words.STEP_NAMES)
    assert set(STATES) <= {code for step, code in words.REASONS if step == "status"}


def test_no_two_reasons_of_a_step_are_the_same() -> None:
    for step in STEPS:
        sentences = [sentence for (of, _), sentence in words.REASONS.items() if of == step]
        assert len(set(sentences)) == len(sentences)


def test_every_objection_between_seals_is_in_the_table_of_codes() -> None:
    given = {call.args[0].value for call in calls(tuple(EVIDENCE.glob("*.py")), "Objection") if isinstance(call.args[0], ast.Constant)}
    assert {"tier_order", "organ_of_seal", "other_case"} <= given
    assert given - set(rules.CODES) == set()
    seal_rules = (EVIDENCE.parent / "casework" / "seal_rules.py").read_text(encoding="utf-8")
    assert set(re.findall(r'return "([a-z_]+)"', seal_rules)) | {"head_missing"} == set(rules.FAULTS)


def test_every_problem_of_a_file_has_a_sentence() -> None:
    own = problem_codes()
    assert {"part", "chain", "register", "cms_root", "enclosure"} <= own
    raised = (call.args[:1] for call in calls(DOCUMENTS, "DocumentError"))
    of_documents = {str(one.value) for args in raised for one in args if isinstance(one, ast.Constant)}
    assert {"syntax", "unaccounted", "revision"} <= of_documents
    of_documents = {ALSO_OF_EXPORTS.get(code, code) for code in of_documents}
    assert (own | of_documents | {"document"}) - ONLY_WHEN_SEALING - {"cms_unknown_root"} - set(words.PROBLEMS) == set()
    assert "cms" in words.FACTS


@pytest.mark.parametrize("verdict", ["valid", "invalid", "undetermined", "not_applicable"])
def test_every_verdict_has_a_word_and_a_tone(verdict: str) -> None:
    assert words.VERDICTS[verdict] and words.TONES[verdict]


def test_a_reason_shows_its_facts_as_people_say_them_and_leaves_out_what_is_not_there() -> None:
    facts = {"at": "2026-11-22T03:04:05+00:00", "reason": "key_compromise"}
    assert "2026年11月22日 11:04" in words.reason(Step(7, "signer", "invalid", "revoked", facts))
    assert "密钥丢失或被盗" in words.reason(Step(7, "signer", "invalid", "revoked", facts))
    assert "{" not in words.reason(Step(7, "signer", "invalid", "revoked", {}))
    assert words.reason(Step(7, "signer", "invalid", "of_a_newer_program", {}))
    assert words.problem_text("of_a_newer_program", "x")


def finding(*steps: Step, problems: tuple[tuple[str, str], ...] = (), root: bool = True) -> FileFinding:
    seal = SealFinding(
        signer="示例", organ="", tier="", kind="person", seal_name="示例", event="", time_claimed=None, report=SealReport(steps)
    )
    return FileFinding(file="x", seals=(seal,) if steps else (), problems=problems, root_pinned=root)


def test_a_problem_that_came_with_each_seal_is_said_once() -> None:
    found = finding(Step(1, "form", "valid"), problems=(("cms_root", "seal-1"), ("cms_root", "seal-2"), ("part", "letters/1")))
    assert words.problem_lines(found) == [words.PROBLEMS["cms_root"], words.PROBLEMS["part"].format(what="letters/1")]


def test_the_sentence_on_top_says_what_decided() -> None:
    good, bad = Step(1, "form", "valid"), Step(4, "listed", "invalid", "not_listed")
    unsure = Step(8, "time", "undetermined", "unproven", {"claimed": "2026-11-22T03:04:05+00:00"})
    assert words.top(finding(good))[0] == "可信"
    assert words.top(finding(good, unsure, bad)) == ("有问题", words.REASONS["listed", "not_listed"])
    verdict, why = words.top(finding(good, unsure))
    assert verdict == "不能完全确定" and "2026年11月22日 11:04" in why
    assert words.top(finding(good, root=False))[0] == "不能完全确定"
    assert words.top(finding(good, problems=(("part", "letters/1"),)))[1] == words.PROBLEMS["part"].format(what="letters/1")
    assert words.top(finding())[0] == "有问题"
