"""The engine in a real browser: every recorded expression, every example of the contract and some of chance, on one page."""

import json
import random
from typing import Any

from playwright.sync_api import Browser

from forms.authoring.derive_trees import derivation
from forms.authoring.rule_lines import Question
from forms.authoring.rule_trees import condition, rule
from forms.expressions.scripts import browser_script
from tests.forms.authoring.test_rule_trees import arguments_of, examples, scope_of
from tests.forms.engines import TODAY, py_kinds
from tests.forms.test_agreement import NO_BROWSER_MEETS_IT, asked
from tests.forms.test_openrosa import RECORDED, question_of

# Texts are told by JSON, as half of a pair of code units would not come over the wire otherwise.
ANSWER_ALL = """lines => JSON.parse(lines).map(line => {
  const rules = window.YizhanRules, zone = rules.zones.of(line.zone), scope = Object.assign({}, line.scope, { zone: zone });
  try {
    const value = rules.evaluate(line.tree, scope, true), number = rules.values.numberText(rules.values.number(value, zone));
    return JSON.stringify({ string: rules.values.text(value), number: number, boolean: rules.values.boolean(value) });
  } catch (error) { return JSON.stringify({ error: error.message }); }
})"""


def recorded() -> list[dict[str, Any]]:
    scope: dict[str, Any] = {"answers": {}, "today": TODAY.isoformat(), "answer": None, "now": None}
    questions = [question for vector in RECORDED if isinstance(question := question_of(vector), Question)]
    return [{"tree": question.tree, "scope": scope, "zone": "America/Phoenix"} for question in questions]


def contract() -> list[dict[str, Any]]:
    trees = [(rule(name, arguments_of(one)), one) for name, _, one in examples("rules")]
    trees += [(condition(one["value"]), one) for _, _, one in examples("conditions")]
    trees += [(derivation({"fn": name, **arguments_of(one)}), one) for name, _, one in examples("derive")]
    return [{"tree": tree, "scope": {"now": None, **scope_of(one)}, "zone": "Asia/Shanghai"} for tree, one in trees]


def test_chromium_gives_what_python_gives(browser: Browser) -> None:
    rng = random.Random(20261122)
    lines = recorded() + contract() + [asked(rng) for _ in range(2000)]
    page = browser.new_page(timezone_id="America/New_York", locale="zh-CN")
    page.set_content("<!doctype html><p>示例</p>")
    page.add_script_tag(content=browser_script())
    told = [json.loads(one) for one in page.evaluate(ANSWER_ALL, json.dumps(lines))]
    wanted = [py_kinds(line["tree"], line["scope"], line["zone"]) for line in lines]
    differing = [one for one in zip(lines, wanted, told, strict=True) if one[1] != one[2] and one[1] != NO_BROWSER_MEETS_IT]
    assert differing[:3] == [], f"{len(differing)} differ"
    assert len(lines) > 2900
