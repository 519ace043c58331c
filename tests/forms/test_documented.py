"""docs/forms.md names every function and every named rule, and none besides."""

import re
from pathlib import Path

from forms.authoring.named_parameters import FIELD_DERIVATIONS, RULES
from forms.expressions.county_functions import COUNTY_FUNCTIONS
from forms.expressions.date_functions import DATE_FUNCTIONS
from forms.expressions.functions import FUNCTIONS
from forms.expressions.math_functions import MATH_FUNCTIONS
from tests.forms.authoring.test_rule_trees import CONTRACT

TEXT = (Path(__file__).parent.parent.parent / "docs" / "forms.md").read_text(encoding="utf-8")


def called_in(section: str) -> set[str]:
    """The names that stand before an opening bracket in the first of a row's cells, or anywhere in the rows of named rules."""
    rows = TEXT.split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = [row.split(" | ")[0] if section == "Functions" else row for row in rows.splitlines() if row.startswith("|")]
    return {name for cell in cells for name in re.findall(r"`([a-z][a-z0-9_:-]*)\(", cell)}


def test_every_function_is_in_the_table() -> None:
    known = {*FUNCTIONS, *DATE_FUNCTIONS, *MATH_FUNCTIONS, *COUNTY_FUNCTIONS, "if"}
    assert called_in("Functions") == known


def test_every_named_rule_is_in_the_table() -> None:
    contract = {entry["name"] for group in ("rules", "derive", "conditions") for entry in CONTRACT[group]}
    assert called_in("Named rules") - {"selected"} == contract - {"contains", "field"}
    assert {*RULES, *FIELD_DERIVATIONS} <= contract
