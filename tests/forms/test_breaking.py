"""Each shipped item, broken in each of its rules: the same outcome in Python, in Node and in a browser."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from forms.expressions.scripts import browser_script
from forms.schema import Form
from forms.validate import Checked, Problem, derive
from tests.forms.breaking import Breaker, Case, is_at
from tests.forms.engines import ALL_SHIPPED, TODAY, run_js

NEVER_TRIPPED = {"bank_no constraint 0 digits_len"}
"""Rules that cannot be broken: the kind `bank_no` itself asks for 12 to 21 digits."""
IN_THE_BROWSER = """([lines, packages]) => {
  const rules = window.YizhanRules;
  const forms = JSON.parse(packages).map((one) => rules.prepare(one));
  return JSON.stringify(JSON.parse(lines).map((line) => {
    const state = rules.formState(forms[line.form], line.answers, line.today, line.attached);
    return [state.problems, state.warnings, state.clean, state.derived];
  }));
}"""


@dataclass(frozen=True)
class Broken:
    """One case with the number of its form, and what Python says of it."""

    number: int
    form: Form
    case: Case
    checked: Checked

    def line(self) -> dict[str, Any]:
        return {"act": "state", "form": self.number, "answers": self.case.answers, "today": TODAY.isoformat(), "attached": []}

    def outcome(self) -> list[Any]:
        problems, warnings = ([told(one) for one in several] for several in (self.checked.problems, self.checked.warnings))
        return [problems, warnings, self.checked.clean, derive(self.form, self.case.answers, TODAY)]


def told(problem: Problem) -> dict[str, Any]:
    found = {name: getattr(problem, name) for name in ("field", "code", "message", "column", "row", "material")}
    return {**found, "facts": dict(problem.facts)}


@pytest.fixture(scope="module")
def broken() -> list[Broken]:
    """Every case of every item; that each rule has one is asserted here, once."""
    found: list[Broken] = []
    for number, path in enumerate(ALL_SHIPPED):
        form = Form.from_bytes(path.read_bytes())
        breaker = Breaker(form, TODAY)
        found += [Broken(number, form, case, breaker.check(case.answers)) for case in breaker.cases()]
        assert set(breaker.untripped) <= NEVER_TRIPPED, (path, breaker.untripped)
    return found


def test_every_rule_of_every_item_is_tripped_alike_in_python_and_in_both_javascript_engines(broken: list[Broken], browser: Browser) -> None:
    assert len(broken) > 4500
    assert sum(one.case.name.split()[1] == "constraint" for one in broken) > 700
    for one in broken:
        trips(one)
    lines, wanted = [one.line() for one in broken], [one.outcome() for one in broken]
    for answer, outcome, one in zip(run_js(lines, ALL_SHIPPED), wanted, broken, strict=True):
        state = answer["value"]
        assert [state[name] for name in ("problems", "warnings", "clean", "derived")] == outcome, one.case
    packages = "[" + ",".join(path.read_text(encoding="utf-8") for path in ALL_SHIPPED) + "]"
    page = browser.new_page()
    page.add_script_tag(content=browser_script())
    seen = json.loads(page.evaluate(IN_THE_BROWSER, [json.dumps(lines), packages]))
    for outcome, in_browser, one in zip(wanted, seen, broken, strict=True):
        assert in_browser == outcome, one.case


def trips(one: Broken) -> None:
    """The rule that the case is about has done its work: it is named at its place, or the answer has gone or come."""
    found = (*one.checked.problems, *one.checked.warnings)
    place, kind = one.case.place, one.case.name.split()[1]
    if one.case.code is None:
        clean = place.of(dict(one.checked.clean)) if place.table is None or place.table.id in one.checked.clean else {}
        named = [problem for problem in found if is_at(problem, place)]
        assert (place.field.id in clean or bool(named)) is (kind == "asked"), (one.form.id, one.case)
    elif one.case.code == "unknown_field":
        assert [problem.field for problem in found] == ["\ue000"]
    else:
        assert one.case.code in [problem.code for problem in found if is_at(problem, place)], (one.form.id, one.case, found)
