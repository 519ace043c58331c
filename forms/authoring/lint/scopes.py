"""Where the rules of a form stand: which answer a name in a rule means, and what is so of every answer."""

from collections.abc import Callable, Iterator

from forms.authoring.lint.formulas import CHOICE, HOLDS, Formula, Reader, Unknowns, all_of, any_of, negated
from forms.expressions.evaluate import Tree, references
from forms.schema import Field, Form

MOST_INLINED = 400
"""Calculations that write out to more than this stay unknowns."""
_AS_CALCULATED = ("text", "textarea", "computed", "choice", "bool", "date", "month")
"""Kinds whose calculated answer is what the tree gives, without another writing."""


class Scopes:
    """The scopes of one form: its own, and that of a row of each table."""

    def __init__(self, form: Form, known: Unknowns) -> None:
        self._form = form
        self._known = known
        self._places: dict[str, tuple[Field | None, Field]] = {}
        self._given: dict[str, Formula | None] = {}
        self._sizes = _sizes(form)
        for one in form.fields():
            self._place(one.id, None, one)
            for column in one.columns:
                self._place(f"{one.id}.{column.id}", one, column)

    def _place(self, name: str, table: Field | None, one: Field) -> None:
        self._places[name] = (table, one)
        self._known.fields[name] = one
        if one.kind == "bool":
            self._known.finite[name] = ("是", "否", "")
        elif one.kind == "choice" and one.choices:
            self._known.finite[name] = (*one.choices, "")

    def top(self, tree: Tree) -> Formula:
        """What a rule of the item as a whole asks for."""
        return self._reader(None, None).formula(tree)

    def formula(self, table: Field | None, one: Field, tree: Tree) -> Formula:
        """What a rule that stands at a field asks for."""
        return self._reader(table, one).formula(tree)

    def asked(self, table: Field | None, one: Field) -> Formula:
        """That the field is asked."""
        own = HOLDS if one.relevant is None else self.formula(table, one, one.relevant)
        return own if table is None else all_of(self.asked(None, table), own)

    def answered(self, table: Field | None, one: Field) -> Formula:
        """That the field has an answer."""
        return HOLDS if one.columns or one.kind == "multichoice" else self.formula(table, one, ["!=", ["self"], ""])

    def given(self, name: str) -> Formula | None:
        """What is so of an answer in every state of the form: it is none unless it is asked, and filled in here."""
        if name not in self._given:
            self._given[name] = self._made_given(name)
        return self._given[name]

    def _made_given(self, name: str) -> Formula | None:
        name, _, choice = name.partition(CHOICE)
        if name not in self._places:
            return None
        table, one = self._places[name]
        none = negated(self._picked(name, choice)) if choice else self.formula(table, one, ["=", ["self"], ""])
        if one.filled_by not in (None, "village"):
            return none
        return any_of(none, self.asked(table, one))

    def accepted(self, name: str) -> Iterator[Formula]:
        """What is so of an answer once the form is accepted: it is there when it must be, and passes its rules."""
        if name not in self._places:
            return
        table, one = self._places[name]
        if one.filled_by not in (None, "village") or one.columns:
            return
        if one.required:
            yield any_of(negated(self.asked(table, one)), self.answered(table, one))
        for constraint in one.constraints:
            if constraint.level == "refuse":
                yield any_of(negated(self.answered(table, one)), self.formula(table, one, constraint.test))

    def _picked(self, name: str, choice: str) -> Formula:
        return self._reader(*self._places[name]).formula(["selected", ["self"], choice])

    def _reader(self, table: Field | None, one: Field | None) -> Reader:
        return Reader(self._known, self._form.parameters, self._resolver(table, one), self._calculation)

    def _resolver(self, table: Field | None, one: Field | None) -> Callable[[Tree], str | None]:
        def resolve(tree: Tree) -> str | None:
            if not isinstance(tree, list) or tree[0] not in ("field", "form", "self"):
                return None
            if tree[0] == "self":
                name = one.id if one else ""
            else:
                name = tree[1]
            if table is not None and tree[0] != "form":
                name = f"{table.id}.{name}"
            return name if name in self._places and not self._places[name][1].columns else None

        return resolve

    def _calculation(self, name: str) -> Tree | None:
        """What a top-level field is calculated by, written so that it can stand anywhere; None where it is typed or of another writing."""
        table, one = self._places[name]
        if table is not None or one.calculate is None or one.kind not in _AS_CALCULATED or not _gives_text(one.calculate):
            return None
        if one.calculate_when is not None or self._sizes[name] > MOST_INLINED:
            return None
        tree = one.calculate if one.relevant is None else ["if", one.relevant, one.calculate, ""]
        return _from_anywhere(tree)


def _sizes(form: Form) -> dict[str, int]:
    """How large what a field is calculated by becomes once everything in it is written out."""
    fields, sizes = tuple(form.fields()), dict[str, int]()
    for one in (fields[place] for place in form.order):
        trees = (one.calculate, one.relevant)
        read = [name for tree in trees for kind, name in references(tree) if kind in ("field", "form")]
        sizes[one.id] = sum(map(_nodes, trees)) + sum(sizes.get(name, 1) for name in read)
    return sizes


def _nodes(tree: Tree) -> int:
    return 1 + sum(map(_nodes, tree[1:])) if isinstance(tree, list) else 1


def _gives_text(tree: Tree) -> bool:
    """Whether a calculation comes to one of a few texts."""
    if isinstance(tree, list):
        return tree[0] == "if" and _gives_text(tree[2]) and _gives_text(tree[3])
    return isinstance(tree, str)


def _from_anywhere(tree: Tree) -> Tree:
    """The tree with the form's answers read by `form`; inside a predicate `field` stays a column."""
    if not isinstance(tree, list):
        return tree
    if tree[0] == "field":
        return ["form", tree[1]]
    if tree[0] == "where":
        return ["where", _from_anywhere(tree[1]), tree[2]]
    return [tree[0], *[_from_anywhere(one) for one in tree[1:]]]
