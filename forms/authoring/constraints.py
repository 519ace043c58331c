"""A named rule as a constraint of a package: its tree, and its code and facts, by which the pages word what is wrong. Authoring only."""

from collections.abc import Mapping, Sequence
from typing import Any

from forms.authoring import rule_trees
from forms.authoring.rule_trees import Arguments
from forms.expressions.values import number_text

NO_FACTS = frozenset("rule message doc only_when level flag when ref in param for for_field n_field rel".split())
"""What of a rule's source is no fact."""
_WITHOUT_FACTS = ("gb11643_when", "disability_card")
_AREA_FACTS = ("small_n", "small_min", "small_max", "per_head_max")


def constraint(source: Arguments, labels: Mapping[str, str], parameters: Mapping[str, Any], denied: Sequence[str]) -> dict[str, Any]:
    """The constraint of a rule by its source; `labels` are those of the questions, `denied` the words of `deny_list`.

    Raises:
        UnknownRuleError: the rule has no tree.
    """
    name = source["rule"]
    found = {"test": rule_trees.rule(name, {**source, "words": list(denied)} if name == "deny_list" else source), "code": name}
    if source.get("level") == "warn" or name in rule_trees.SOFT_RULES:
        found["level"] = "warn"
    if "message" in source:
        found["message"] = source["message"]
    facts = facts_of(source, labels, parameters)
    return {**found, "facts": facts} if facts else found


def facts_of(source: Arguments, labels: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentence of a rule names: its arguments, and the labels of the questions among them."""
    name = source["rule"]
    facts = {key: without_floats(value) for key, value in source.items() if key not in NO_FACTS}
    if "param" in source:
        facts["value"] = parameters[source["param"]]
    facts.update(_labels(source, labels))
    if name in _WITHOUT_FACTS:
        return {}
    if name == "house_area_cap":
        return {key: facts[key] for key in _AREA_FACTS}
    if name == "contains_applicant":
        return {"column": source["column"], "label": labels.get(source["column"], source["column"])}
    return facts


def _labels(source: Arguments, labels: Mapping[str, str]) -> dict[str, str]:
    """The label beside each field id that a rule names, so that a sentence can name the question."""
    names = {"field": "label", "id_field": "id_label", "column": "label", "a": "a_label", "b": "b_label"}
    found = {label: labels.get(source[name], source[name]) for name, label in names.items() if isinstance(source.get(name), str)}
    if source["rule"] == "sum_equals":
        found["label"] = labels.get(source["column"], source["column"])
        found["field_label"] = labels.get(source["field"], source["field"])
    if source["rule"] == "sum_times_equals":
        del found["label"]
    return found


def without_floats(value: Any) -> Any:
    """The value with decimal numbers as text, as canonical JSON asks."""
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dict):
        return {str(name): without_floats(member) for name, member in value.items()}
    return [without_floats(member) for member in value] if isinstance(value, list) else value
