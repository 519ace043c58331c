"""Writes the questions of a package on the sheets `survey`, `choices` and `rules`."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.authoring.named_rules import call_of
from forms.authoring.workbook.calls import derivation_of, named_constraint
from forms.authoring.workbook.profile import BASES, LEVEL_WORDS, LONG_LIST, TYPE_KINDS, YES_NO_LIST
from forms.authoring.workbook.rules import PLAIN_CODE, facts_text
from forms.authoring.workbook.scope import Position, Resolver, names_of
from forms.authoring.xpath import parse_expression, print_expression, print_filter
from forms.choice_lists import LABEL, VALUE
from forms.expressions.evaluate import Tree

Line = dict[str, str | int | None]
_SAME = "label hint mask max_length common_key capture min_rows max_rows min_select min_items filled_by flag level outside_level".split()
_RULES = {"relevant": "relevant", "calculate_when": "calculate_when"}


class SurveyWriter:
    """The questions of one package as lines of three sheets."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._value = value
        self._labels = {one["id"]: one["label"] for section in value["sections"] for one in section["fields"]}
        self._plain: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], str] = {}
        self._taken = {YES_NO_LIST, *value.get("lists", {})}
        self._choices: list[Line] = []
        self._rules: list[Line] = []

    def lines(self) -> dict[str, list[Line]]:
        """The lines by the names of their sheets."""
        survey = [line for number, section in enumerate(self._value["sections"], start=1) for line in self._section(number, section)]
        for name, one in self._value.get("lists", {}).items():
            extra = [column for column in one["columns"] if column not in (VALUE, LABEL)]
            self._choices += [
                {"list_name": name, "name": row[0], "label": row[1], **{c: row[2 + at] or None for at, c in enumerate(extra)}}
                for row in one["rows"]
            ]
        return {"survey": survey, "choices": self._choices, "rules": self._rules}

    def _section(self, number: int, section: Mapping[str, Any]) -> Iterator[Line]:
        yield {"type": "begin_group", "name": f"section_{number}", "label": section["title"]}
        for one in section["fields"]:
            yield from self._question(one, None)
        yield {"type": "end_group"}

    def _question(self, field: Mapping[str, Any], table: Mapping[str, Any] | None) -> Iterator[Line]:
        line: Line = {"name": field["id"], "required": "yes" if field["required"] else "no", **self._type(field)}
        line |= {name: field[name] for name in _SAME if name in field}
        position = _position(field, table)
        line |= {column: rule_text(field[name], self._value, position) for name, column in _RULES.items() if name in field}
        if "calculate" in field:
            line["calculation"] = self._called(derivation_of(field["calculate"]), field["calculate"], position)
        if "choice_filter" in field:
            line["choice_filter"] = print_filter(field["choice_filter"])
        if "default" in field:
            default = field["default"]
            line["default"] = rule_text(default, self._value, position) if isinstance(default, list) else default
        self._constraints(field, table, line)
        yield line
        if field["kind"] == "table":
            for column in field["columns"]:
                yield from self._question(column, field)
            yield {"type": "end_repeat"}

    def _type(self, field: Mapping[str, Any]) -> Line:
        kind = field["kind"]
        if kind == "table":
            return {"type": "begin_repeat"}
        base, appearance = BASES.get(kind, ("text", ""))
        if kind == "bool":
            return {"type": f"select_one {self._yes_no()}", "kind": kind}
        if "list" in field:
            base, appearance = (base if base.startswith("select") else "select_one"), LONG_LIST
            return {"type": f"{base} {field['list']}", "appearance": appearance, "kind": None if kind == TYPE_KINDS[base, ""] else kind}
        if "choices" in field:
            base, appearance = (base if base.startswith("select") else "select_one"), ""
            return {"type": f"{base} {self._list(field)}", "kind": None if kind == TYPE_KINDS[base, ""] else kind}
        return {"type": base, "appearance": appearance or None, "kind": None if TYPE_KINDS.get((base, appearance)) == kind else kind}

    def _yes_no(self) -> str:
        if not any(line["list_name"] == YES_NO_LIST for line in self._choices):
            self._choices += [{"list_name": YES_NO_LIST, "name": one, "label": one} for one in ("是", "否")]
        return YES_NO_LIST

    def _list(self, field: Mapping[str, Any]) -> str:
        """The name of the list of a question's labels; questions with the same ones share it."""
        maps = field.get("choice_map", {})
        wanted = (tuple(field["choices"]), tuple(sorted(maps.items())))
        if wanted not in self._plain:
            name, number = field["id"], 2
            while name in self._taken:
                name, number = f"{field['id']}_{number}", number + 1
            self._taken.add(name)
            self._plain[wanted] = name
            self._choices += [{"list_name": name, "name": one, "label": one, "maps_to": maps.get(one)} for one in field["choices"]]
        return self._plain[wanted]

    def _constraints(self, field: Mapping[str, Any], table: Mapping[str, Any] | None, line: Line) -> None:
        found = [self._constraint(field, table, one) for one in field.get("constraints", ())]
        alone = len(found) == 1 and field["kind"] != "table" and set(found[0]) <= {"rule", "message"}
        if alone:
            line |= {"constraint": found[0]["rule"], "constraint_message": found[0].get("message")}
            return
        path = field["id"] if table is None else f"{table['id']}.{field['id']}"
        self._rules += [{"field": path, **one} for one in found]

    def _constraint(self, field: Mapping[str, Any], table: Mapping[str, Any] | None, one: Mapping[str, Any]) -> Line:
        """A line of the sheet `rules`, with what the rule itself does not say."""
        text = self._called(call_of(one["code"], one["test"], one.get("facts")), one["test"], _position(field, table))
        owner = table if table is not None else field
        labels = {**self._labels, **{column["id"]: column["label"] for column in owner.get("columns", ())}}
        says = {"code": PLAIN_CODE, **named_constraint(text, labels, self._value["parameters"])}
        line: Line = {"rule": text}
        if "message" in one:
            line["message"] = one["message"]
        level = one.get("level", "refuse")
        if level != says.get("level", "refuse"):
            line["level"] = LEVEL_WORDS[level][0]
        if one["code"] != says["code"]:
            line["code"] = one["code"]
            says.pop("facts", None)
        if one.get("facts", {}) != says.get("facts", {}):
            line["facts"] = facts_text(one.get("facts", {}))
        return line

    def _called(self, call: str | None, tree: Tree, position: Position) -> str:
        """The rule as this call, when there is one and it is read as this tree there; else the tree as it is."""
        resolver = Resolver(names_of(self._value), position, lambda name: None)
        for text in () if call is None else (call.replace("${/", "${"), call):
            if resolver.settled(parse_expression(text)) == tree:
                return text
        return rule_text(tree, self._value, position)


def _position(field: Mapping[str, Any], table: Mapping[str, Any] | None) -> Position:
    return Position(table=field["id"] if field["kind"] == "table" else None) if table is None else Position(row_of=table["id"])


def rule_text(tree: Tree, value: Mapping[str, Any], position: Position) -> str:
    """A rule as it is written in a cell at that position."""
    return print_expression(Resolver(names_of(value), position, lambda name: None).relaxed(tree))
