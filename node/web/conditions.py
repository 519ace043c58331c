"""The rules of a form in words: when a material is asked for, when a field is to be filled in, and who may apply."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from forms.expressions.evaluate import Tree
from forms.schema import Field, Form
from node.web.wording.problems import PROBLEMS
from node.web.wording.shelf import APPLICANTS, CONDITIONS, FORM, RULES

SAYS_WHO = frozenset({"age_gte", "age_between", "age_lt", "age_on_or_within_months", "reject_if", "reject_if_any"})
"""Rules on answers that say who may have the thing, in sentences that stand alone."""
SAYS_WHAT = frozenset(
    {"birth_between", "days_since_gte", "gte_date", "lt_date", "lt", "lte", "lte_param", "allowed_only_if", "house_area_cap"}
)
"""Rules that say the same of one thing, which must be named."""
NEEDS_WORDS = frozenset({"reject_if", "reject_if_any", "allowed_only_if", "lt", "lte", "lte_param", "house_area_cap"})
"""Rules that only their author's own sentence explains."""
YES_NO = (FORM["yes"], FORM["no"])
CHOICE_KINDS = frozenset({"choice", "multichoice", "bool"})
Known = Mapping[str, Field]
Words = Callable[[list[Any], Known, Known], str | None]


def condition_text(form: Form, tree: Tree) -> str:
    """When the tree holds, in words that end in “时”; one sentence for all rules that are too deep for words."""
    fields = {one.id: one for one in form.fields()}
    said = _words(tree, fields, fields)
    if said is None:
        return RULES["unknown"]
    return RULES["when_after" if said == RULES["approved"] else "when"].format(condition=said)


def applicant_conditions(form: Form) -> tuple[str, ...]:
    """Who may apply (受理条件): the package's own sentences, else what its rules ask of an applicant; never none."""
    own = form.more.get("conditions")
    if isinstance(own, list) and own:
        return tuple(map(str, own))
    types = [APPLICANTS.get(str(one), str(one)) for one in form.more.get("applicant_types") or ()]
    found = [CONDITIONS["applicant"].format(types="、".join(types))] if types else []
    found += dict.fromkeys(text for field in form.fields() if not field.filled_by for text in _eligibility(field))
    return (*found, CONDITIONS["basis"], CONDITIONS["complete"])


def has_own_conditions(form: Form) -> bool:
    """Whether the package itself says who may apply."""
    return bool(form.more.get("conditions"))


def _eligibility(field: Field) -> Iterator[str]:
    for rule in field.constraints:
        if rule.code not in SAYS_WHO | SAYS_WHAT or rule.level != "refuse" or (rule.code in NEEDS_WORDS and not rule.message):
            continue
        ours = PROBLEMS[rule.code].format_map(_Blank(rule.facts)).partition("。")[0]  # what follows says how to put an answer right
        text = (rule.message or ours).rstrip("。") + "。"
        yield text if rule.code in SAYS_WHO else CONDITIONS["labelled"].format(label=field.label, text=text)


class _Blank(dict[str, Any]):
    """Facts of a rule; one that is missing reads as nothing."""

    def __missing__(self, name: str) -> str:
        return ""


def _words(tree: Tree, scope: Known, form: Known) -> str | None:
    """The tree in words, with `scope` for `field` and `form` for the answers of the form; None when it is too deep."""
    if not isinstance(tree, list) or not tree:
        return None
    how = _WORDS.get(str(tree[0]))
    return how(tree, scope, form) if how else None


def _named(tree: Any, scope: Known, form: Known) -> Field | None:
    if isinstance(tree, list) and len(tree) == 2 and tree[0] in ("field", "form"):
        return (scope if tree[0] == "field" else form).get(tree[1])
    return None


def _equal(tree: list[Any], scope: Known, form: Known) -> str | None:
    field, value = _named(tree[1], scope, form), tree[2]
    if field is None or isinstance(value, list):
        return None
    is_equal = tree[0] == "="
    if not is_equal and field.kind == "bool" and value in YES_NO:
        is_equal, value = True, YES_NO[1 - YES_NO.index(value)]
    if value == "":
        return RULES["is_empty" if is_equal else "is_filled"].format(label=field.label)
    how = ("is" if field.kind in CHOICE_KINDS else "is_text") if is_equal else "is_not"
    return RULES[how].format(label=field.label, value=value)


def _selected(tree: list[Any], scope: Known, form: Known) -> str | None:
    field = _named(tree[1], scope, form)
    return RULES["selected"].format(label=field.label, value=tree[2]) if field and isinstance(tree[2], str) else None


def _any_of(tree: list[Any], scope: Known, form: Known) -> str | None:
    """Alternatives; those on one answer are said in one."""
    parts = list(_flat(tree, "or"))
    fields = [_named(part[1], scope, form) if isinstance(part, list) and part[0] in ("=", "selected") else None for part in parts]
    first = fields[0]
    if first is not None and all(one is first and part[0] == parts[0][0] for one, part in zip(fields, parts, strict=True)):
        return _words([parts[0][0], parts[0][1], RULES["or_values"].join(str(part[2]) for part in parts)], scope, form)
    return _joined(parts, "or", scope, form)


def _all_of(tree: list[Any], scope: Known, form: Known) -> str | None:
    return _joined(list(_flat(tree, "and")), "and", scope, form)


def _joined(parts: list[Any], how: str, scope: Known, form: Known) -> str | None:
    said = [_words(part, scope, form) for part in parts]
    known = [one for one in said if one is not None]
    return RULES[how].join(known) if len(known) == len(said) else None


def _flat(tree: list[Any], head: str) -> Iterator[Any]:
    for part in tree[1:]:
        if isinstance(part, list) and part and part[0] == head:
            yield from _flat(part, head)
        else:
            yield part


def _compared(tree: list[Any], scope: Known, form: Known) -> str | None:
    """A number, an age, or how many rows there are of a kind."""
    left, value = tree[1], tree[2]
    if isinstance(value, list) or not isinstance(left, list):
        return None
    if left[0] == "yz:age" and tree[0] in ("<", ">="):
        return RULES["under_age" if tree[0] == "<" else "from_age"].format(value=value)
    if tree[0] == ">" and value == 0 and left[0] == "count" and left[1][0] == "where":
        return _any_row(left[1], form)
    field = _named(left, scope, form)
    return RULES[tree[0]].format(label=field.label, value=value) if field else None


def _any_row(tree: list[Any], form: Known) -> str | None:
    table = _named(tree[1], form, form)
    if table is None:
        return None
    said = _words(tree[2], {column.id: column for column in table.columns}, form)
    return RULES["any_row"].format(label=table.label, condition=said) if said else None


def _stage(tree: list[Any], scope: Known, form: Known) -> str | None:
    return RULES["approved"] if tree[1] == "approved" else None


_WORDS: Mapping[str, Words] = {
    "=": _equal, "!=": _equal, "selected": _selected, "or": _any_of, "and": _all_of,
    ">": _compared, ">=": _compared, "<": _compared, "<=": _compared, "yz:stage": _stage,
}  # fmt: skip
