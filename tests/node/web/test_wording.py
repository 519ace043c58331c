"""The wording table is whole: every error, code, state, event and problem that can reach a screen has its sentence."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import forms
import node
import signing
import sync
from forms.errors import FormError
from forms.problems import CODES, Problem
from node.casework.branches import LOST
from node.casework.case import CaseState, Desk, Event, SideEvent
from node.commands.wording import SENTENCES
from node.errors import NodeError
from node.paperwork.problems import PAPER_CODES
from node.roles import Role, Tier
from node.web import wording
from node.web.refusals import STATUS, status_of
from node.web.wording.errors import ERRORS
from node.web.wording.problems import PROBLEMS
from signing.errors import SigningError
from sync.errors import SyncError

FAMILIES = (FormError, SigningError, SyncError, NodeError)
ROOT = Path(node.__file__).parent
BY_COMMAND = ("commands/", "cli.py", "serve.py", "config.py", "enrolment/founding.py", "evidence/verification.py")
"""Modules whose refusals are told on the command line, in `node.commands.wording`."""
CODED = (
    "NotAllowedError", "RequestError", "NotFoundError", "StaleError", "MaterialError", "LoginError", "TransitionError", "EnrolmentError",
    "DrawingError", "ScannerError",
)  # fmt: skip


ASKED_WHILE_FILLING = ("version_withdrawn", "item_withdrawn", "upgrade", "upgrade_unseen", "reuse")


def load_all() -> None:
    for package in (forms, signing, sync, node):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".worker")):
                importlib.import_module(module.name)


def classes(family: type[Exception]) -> Iterator[type[Exception]]:
    yield family
    for below in family.__subclasses__():
        yield from classes(below)


def codes(by_command: bool) -> Iterator[tuple[str, str]]:
    """(class, code) of every error with a literal code that the node raises: by a command only, or where pages can come."""
    for file in sorted(ROOT.rglob("*.py")):
        if file.relative_to(ROOT).as_posix().startswith(BY_COMMAND) != by_command:
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CODED and call.args:
                place = call.args[2] if call.func.id == "TransitionError" else call.args[0]
                sides = (place.body, place.orelse) if isinstance(place, ast.IfExp) else (place,)
                yield from ((call.func.id, str(one.value)) for one in sides if isinstance(one, ast.Constant))


def verdicts() -> set[str]:
    """Every literal reason for which a letter is set aside or refused."""
    tree = ast.parse((ROOT / "mail" / "admission.py").read_text(encoding="utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Verdict"]
    named = [one.args for one in calls if len(one.args) > 1 and isinstance(one.args[0], ast.Constant)]
    stops = [args[1] for args in named if isinstance(args[0], ast.Constant) and args[0].value in ("set_aside", "refused")]
    return {str(one.value) for one in stops if isinstance(one, ast.Constant)}


def test_every_error_class_belongs_to_a_family_that_has_a_sentence_and_a_status() -> None:
    load_all()
    for family in FAMILIES:
        for one in classes(family):
            names = [base.__name__ for base in one.__mro__]
            assert any((name, None) in ERRORS for name in names), one
            assert any(base in STATUS for base in one.__mro__), one


def test_every_code_that_reaches_a_screen_has_its_own_sentence() -> None:
    found = set(codes(by_command=False))
    assert {("RequestError", "supplement_needed"), ("NotAllowedError", "forked"), ("RequestError", "bundle_to")} <= found
    assert {key for key in found if key not in ERRORS} == set()


def test_every_code_that_only_a_command_raises_has_its_sentence_there() -> None:
    found = {code for name, code in codes(by_command=True) if name in ("RequestError", "NotAllowedError")}
    assert "demo_not_a_demo" in found
    assert found - set(SENTENCES) == set()


def test_every_reason_for_setting_a_letter_aside_is_told_in_words() -> None:
    found = verdicts() | {f"transition_{code}" for name, code in codes(by_command=False) if name == "TransitionError"} | {LOST}
    assert {"fork", "holder", "transition_desk"} <= found
    assert found - set(wording.SET_ASIDE) == set()


def test_every_problem_code_has_a_sentence_that_uses_only_its_facts() -> None:
    told = {**CODES, **PAPER_CODES}
    assert set(told) == set(PROBLEMS) - {""}
    for code, names in told.items():
        PROBLEMS[code].format(**dict.fromkeys(names, "1"))


def test_every_sentence_about_an_answer_says_what_to_do() -> None:
    assert [code for code in ("", *CODES) if not re.search("请[^，。；]{2}", PROBLEMS[code])] == []
    assert [code for code, sentence in ERRORS.items() if code[1] in ASKED_WHILE_FILLING and "请" not in sentence] == []


def test_an_authors_sentence_that_does_not_say_what_to_do_is_followed_by_ours() -> None:
    assert wording.problem_text(Problem("a", "gt", {"value": 1}, "面积不对。")) == "面积不对。请核对。"


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (wording.STATES, CaseState), (wording.STATE_TONES, CaseState), (wording.EVENTS, [*Event, *SideEvent]),
        (wording.EVENT_HINTS, [*Event, *SideEvent]), (wording.ROLES, Role), (wording.TIERS, Tier), (wording.DESKS, Desk),
        (wording.ROADS, ["queued", "handed_over", "stored", "arrived", "set_aside"]),
        (wording.OUTCOMES, ["admitted", "flagged", "waiting", "set_aside", "refused"]),
        (wording.VERDICTS, ["valid", "invalid", "undetermined", "not_applicable"]),
    ],
)  # fmt: skip
def test_every_state_event_role_and_road_has_a_word(table: dict[str, str], wanted: list[str]) -> None:
    assert {str(one) for one in wanted} <= set(table)


def test_the_forms_authors_sentence_goes_first() -> None:
    assert wording.problem_text(Problem("a", "required", {}, "请写明原因")) == "请写明原因"


def test_a_code_of_a_newer_package_still_reads_as_a_sentence() -> None:
    assert wording.problem_text(Problem("a", "from_the_future")) == PROBLEMS[""]


def test_no_sentence_uses_words_that_villages_do_not() -> None:
    pages = [file.read_text(encoding="utf-8") for file in ROOT.glob("web/templates/**/*.html")]
    tables = [(ROOT / "web" / "wording" / name).read_text(encoding="utf-8") for name in ("__init__.py", "errors.py", "problems.py")]
    assert not [word for word in ("函件", "交换包", "信函") for text in pages + tables if word in text]


def test_an_error_without_a_known_code_gets_its_familys_sentence_and_status() -> None:
    error = NodeError("anything")
    assert wording.error_text(error) == ERRORS["NodeError", None] and status_of(error) == 400
