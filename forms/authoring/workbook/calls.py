"""Rules that are calls of a named rule: their code, level and facts, as the catalogue's own rules have them."""

from collections.abc import Mapping
from typing import Any

from forms.authoring.constraints import facts_of, without_floats
from forms.authoring.named_parameters import FIELD_DERIVATIONS
from forms.authoring.named_rules import expand, named_call
from forms.authoring.rule_trees import SOFT_RULES
from forms.authoring.xpath import print_expression
from forms.expressions.evaluate import Tree, references

_NOT_TOLD = {"deny_list": "words"}
"""Arguments that are too long to be named in a sentence."""


def named_constraint(text: str, labels: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The code, and where it has them level and facts, of a rule that is one named call; nothing when it is none.

    Raises:
        ExpressionError: it is no expression.
    """
    call = named_call(text)
    if call is None or call.arguments.get("param", "") not in {"", *parameters}:
        return {}
    source = {name: value for name, value in call.arguments.items() if name != _NOT_TOLD.get(call.name)}
    found: dict[str, Any] = {"code": call.name}
    if call.name in SOFT_RULES:
        found["level"] = "warn"
    facts = without_floats(facts_of({"rule": call.name, **source}, labels, parameters))
    return {**found, "facts": facts} if facts else found


def derivation_of(tree: Tree) -> str | None:
    """The call of a named derivation of answers that gives just this tree; None when none does."""
    answers: list[Tree] = [["field", one] for one in dict.fromkeys(name for kind, name in references(tree) if kind == "field")]
    for name, count in FIELD_DERIVATIONS.items():
        if answers and count in (None, len(answers)) and _expanded(name, answers) == tree:
            return f"{name}({', '.join(map(print_expression, answers))})"
    return None


def _expanded(name: str, answers: list[Tree]) -> Tree:
    try:
        return expand(name, answers)
    except (KeyError, ValueError):
        return None
