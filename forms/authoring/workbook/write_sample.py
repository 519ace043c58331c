"""Writes the sample answers of a package."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.authoring.workbook.write_members import as_cell

Line = Mapping[str, str | int | None]


def sample_rows(value: Mapping[str, Any]) -> list[Line]:
    """A row for each answer, those of a table by their rows."""
    fields = [one for section in value["sections"] for one in section["fields"]]
    kinds = {one["id"]: one["kind"] for one in fields}
    order = {one["id"]: place for place, one in enumerate(fields)}
    columns = {one["id"]: {column["id"]: column["kind"] for column in one.get("columns", ())} for one in fields}
    answers = sorted(value["sample"].items(), key=lambda one: order.get(one[0], len(order)))
    return [line for name, answer in answers for line in _lines(name, answer, kinds.get(name, ""), columns.get(name, {}))]


def _lines(name: str, answer: Any, kind: str, columns: Mapping[str, str]) -> Iterator[Line]:
    if kind == "table" and isinstance(answer, list) and answer and all(isinstance(row, dict) and row for row in answer):
        for number, row in enumerate(answer, start=1):
            for column in sorted(row, key=lambda one: list(columns).index(one) if one in columns else len(columns)):
                yield {"field": f"{name}.{column}", "row": number, "value": _cell(row[column], columns.get(column, ""))}
    else:
        yield {"field": name, "value": _cell(answer, kind)}


def _cell(answer: Any, kind: str) -> str | int:
    if kind == "int" and isinstance(answer, int) and not isinstance(answer, bool) and abs(answer) < 10**15:
        return answer
    if kind in ("multichoice", "photo_list") and isinstance(answer, list) and answer and all(isinstance(one, str) for one in answer):
        return "\n".join(answer)
    looks_like_number = kind == "int" and isinstance(answer, str)
    return f'json:"{answer}"' if looks_like_number else as_cell(answer)
