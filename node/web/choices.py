"""Options by name: what a page shows for the code of a choice list or a division, and what somebody typed in their place.

With scripts a box searches its options itself and posts the code. Without, it posts what was typed: a code, or a name.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

from forms.schema import Field, Form
from forms.settle import Settled, SettledForm, offered
from node.documents.naming import division, listed

DRAWN_OPTIONS = 300
"""So many options are drawn for a browser without scripts; a longer list is typed into."""
DRAWN_CHECKS = 60


class Choices:
    """The names of one form's options, under some answers."""

    def __init__(self, form: Form, settled: SettledForm, day: date) -> None:
        self._form = form
        self._settled = settled
        self._day = day
        self._divisions: Mapping[str, str] = {one["code"]: one["name"] for one in form.parameters.get("divisions", ())}

    def has_options(self, field: Field) -> bool:
        """Whether the answer is a code that people know by a name."""
        return field.list is not None or field.kind == "region"

    def label(self, field: Field, value: Any) -> str:
        """The name of a code; the code itself where it has none."""
        if field.list is not None:
            return listed(self._form, field.list, value)
        return self._division(str(value or ""))

    def _division(self, code: str) -> str:
        return division(self._divisions, code)

    def options(self, field: Field, table: Settled | None = None, row: int = 0, most: int = DRAWN_OPTIONS) -> tuple[tuple[str, str], ...]:
        """At most `most` of (code, name) that may be chosen now."""
        if field.list is not None:
            return tuple(islice(offered(self._form, self._settled, self._day, field, table, row), most))
        return self._of_level(field.level or "village", most)

    def villages(self) -> tuple[tuple[str, str], ...]:
        """(code, name) of the villages, those of a long list left out."""
        return self._of_level("village", DRAWN_OPTIONS)

    def _of_level(self, level: str, most: int) -> tuple[tuple[str, str], ...]:
        here = (one["code"] for one in self._form.parameters.get("divisions", ()) if one.get("level") == level)
        return tuple(islice(((code, self._division(code)) for code in here), most))

    def code(self, field: Field, text: Any, table: Settled | None = None, row: int = 0) -> Any:
        """The code of what was posted: itself when it is one, else of the one option with that name; else the text as it was typed."""
        if not isinstance(text, str) or not text or not self.has_options(field):
            return text
        if field.list is None:
            return text if text.isdigit() else _only((code for code, name in self._names() if name == text), text)
        known = self._form.lists[field.list]
        if text in known.by_value:
            return text
        every = self.options(field, table, row, len(known.rows))
        return _only((code for code, name in every if name == text), _only((one[0] for one in known.rows if one[1] == text), text))

    def _names(self) -> Iterable[tuple[str, str]]:
        for code, name in self._divisions.items():
            yield code, self._division(code)
            if self._division(code) != name:
                yield code, name

    def codes(self, fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Posted answers with every name in place of a code resolved, in the rows of tables too."""
        found = dict(answers)
        for field in fields:
            if field.id not in found:
                continue
            if field.columns and isinstance(found[field.id], list):
                found[field.id] = [self._row(field, at, one) for at, one in enumerate(found[field.id])]
            elif isinstance(found[field.id], str):
                found[field.id] = self.code(field, found[field.id])
        return found

    def _row(self, table: Field, at: int, row: Mapping[str, Any]) -> dict[str, Any]:
        columns = {one.id: one for one in table.columns}
        settled = self._settled.fields[table.id]
        return {name: self.code(columns[name], value, settled, at) if name in columns else value for name, value in row.items()}


def _only(found: Iterable[str], otherwise: str) -> str:
    codes = list(dict.fromkeys(found))
    return codes[0] if len(codes) == 1 else otherwise
