"""What an open case still lacks, line by line, for the sheet that tells it all at once (补正一次性告知)."""

from collections.abc import Iterator

from forms.fields import IMAGE_KINDS
from forms.schema import Form
from node.casework.views import CaseView
from node.web.labels import column_labels, labels_of
from node.web.wording import problem_text
from node.web.wording.shelf import LACKING_ROWS, TOLERANCES


def lacking_rows(view: CaseView, form: Form) -> tuple[tuple[str, str], ...]:
    """The window's marks, the materials that are missing and the answers to be put right, as (what it is, which and how)."""
    return (*_marks(view, form), *_materials(view, form), *_answers(view, form))


def _marks(view: CaseView, form: Form) -> Iterator[tuple[str, str]]:
    labels = labels_of(form)
    for mark in view.marks:
        place = labels.get(mark.field or mark.material or "", "")
        yield LACKING_ROWS["mark"], _place(place, mark.row, "", mark.comment)


def _materials(view: CaseView, form: Form) -> Iterator[tuple[str, str]]:
    known = {one.id: one for one in form.materials}
    missing = dict.fromkeys(one.material for one in view.material_problems)
    for one in (known[material] for material in missing if material in known):
        told = LACKING_ROWS["material_text"].format(name=one.name, form=one.form, source=one.source, tolerance=TOLERANCES[one.tolerance])
        yield LACKING_ROWS["material"], told


def _answers(view: CaseView, form: Form) -> Iterator[tuple[str, str]]:
    fields, columns = {field.id: field for field in form.fields()}, column_labels(form)
    for one in view.problems:
        field = fields.get(one.field or "")
        column = columns.get((one.field or "", one.column or ""), "")
        what = LACKING_ROWS["material" if field and field.kind in IMAGE_KINDS else "answer"]
        yield what, _place(field.label if field else "", one.row, column, problem_text(one, field.kind if field and not column else ""))


def _place(label: str, row: int | None, column: str, text: str) -> str:
    at = "" if row is None else LACKING_ROWS["row"].format(number=row + 1)
    below = LACKING_ROWS["column"].format(label=column) if column else ""
    return LACKING_ROWS["place"].format(label=label, row=at, column=below, text=text)
