"""Posted forms become answers. Names: `f.FIELD`, `f.TABLE.ROW.COLUMN`; `m.FIELD` marks a list that may be empty."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MultiDict

from forms.fields import IMAGE_KINDS
from forms.schema import Field
from node.casework.views import Mark
from node.errors import RequestError

MAX_ROWS = 200
LARGEST_ANSWER = 8 * 1024 * 1024
"""What the parent's answer may weigh: it brings the certificates of everybody below."""


def posted_file(name: str) -> bytes:
    """A file that was chosen.

    Raises:
        RequestError: `file_needed`, none was.
    """
    found = request.files.get(name)
    data = b"" if found is None else found.read()
    if not data:
        raise RequestError("file_needed")
    return data


def sent_file(data: bytes, name: str) -> Response:
    """A file that the browser saves."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, mimetype="application/octet-stream", headers={"Content-Disposition": disposition})


def whole_number(text: str, most: int = 999_999_999) -> int | None:
    """The number that ASCII digits say, up to `most`; None for anything else."""
    good = text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) if good and int(text) <= most else None


def read_answers(fields: Sequence[Field], form: MultiDict[str, str]) -> dict[str, Any]:
    """The answers of those fields that the posted page held; an empty one is an empty text or list."""
    answers: dict[str, Any] = {}
    for field in fields:
        if field.kind in IMAGE_KINDS:
            continue  # pictures arrive as files, not as answers
        if f"m.{field.id}" in form:
            answers[field.id] = _rows(field, form) if field.columns else form.getlist(f"f.{field.id}")
        elif f"f.{field.id}" in form:
            answers[field.id] = form[f"f.{field.id}"].strip()
    return answers


def _rows(table: Field, form: MultiDict[str, str]) -> list[dict[str, str]]:
    prefix = f"f.{table.id}."
    parts = {name[len(prefix) :].split(".")[0] for name in form if name.startswith(prefix)}
    numbers = sorted({number for part in parts if (number := whole_number(part)) is not None})
    if len(numbers) > MAX_ROWS:
        raise RequestError("bad", name=table.label)
    rows = []
    for number in numbers:
        row = {column.id: form.get(f"{prefix}{number}.{column.id}", "").strip() for column in table.columns}
        rows.append({name: value for name, value in row.items() if value})
    return rows


def read_version(form: MultiDict[str, str]) -> int:
    """The draft's version that the page was drawn from.

    Raises:
        RequestError: it is missing or no number.
    """
    text = form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError("bad", name="version")
    return int(text)


def read_marks(form: MultiDict[str, str]) -> tuple[Mark, ...]:
    """A reviewer's marks: names `mark.field.ID`, `mark.material.ID` and `mark.row.TABLE.ROW`; empty ones are none."""
    marks: list[Mark] = []
    for name, comment in form.items():
        kind, _, place = name.removeprefix("mark.").partition(".")
        text = comment.strip()
        if not name.startswith("mark.") or not place or not text:
            continue
        if kind == "field":
            marks.append(Mark(text, field=place))
        elif kind == "material":
            marks.append(Mark(text, material=place))
        elif kind == "row" and (number := whole_number(place.rpartition(".")[2], MAX_ROWS)) is not None:
            marks.append(Mark(text, field=place.rpartition(".")[0], row=number))
    return tuple(marks)
