"""The application form (申请表): who and what, every answer by section, the materials, the signature, and where three tiers seal."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.fields import IMAGE_KINDS
from forms.schema import Field, Form
from node.documents import wording
from node.documents.composing import LEFT, WIDTH, Cell, Sheet
from node.documents.facts import CaseFacts, SignaturePicture
from node.documents.layout import Box, Layout, QrCode, SealPlace, Text
from node.documents.measure import lines_of, width_of
from node.documents.naming import day_text, name_of

_SEAL_HIGH = 82.0
_UNIT_DOWN = 36.0
_PERSONS_DOWN = 70.5
"""From the top of an area: under two lines of its organ's name a seal of 45 mm, under that the row of persons' seals."""
_SMALL = 10.5
_SIGNATURE_HIGH = 18.0
_SIGNATURE_WIDEST = 70.0


@dataclass(frozen=True)
class FormPaper:
    """What a form shows beside its case: `answers` are those that count, `materials` (name, pages) of what is handed in.

    `code` and `digest` are of the answers that the applicant signs. `on_paper`: the signed form is among the scans. `carded` are the fields
    whose answers are what an identity card said.
    """

    facts: CaseFacts
    form: Form
    answers: Mapping[str, Any]
    materials: Sequence[tuple[str, int]]
    code: str
    digest: str
    checked_on: date | None = None
    signature: SignaturePicture | None = None
    on_paper: bool = False
    carded: AbstractSet[str] = frozenset()


def form_layout(paper: FormPaper, qr: QrCode) -> Layout:
    """The pages of the form; `qr` is the code of its mark."""
    facts, sheet = paper.facts, Sheet()
    title = (wording.FORM_TITLE_SHORT if facts.item_name.endswith(wording.ASKING) else wording.FORM_TITLE).format(item=facts.item_name)
    sheet.head(title, wording.FORM_NOTICE, qr, paper.code)
    sheet.table(tuple(_head_cells(paper)))
    for section in paper.form.sections:
        cells = tuple(_cells(paper, section.fields))
        if cells:
            sheet.heading(section.title)
            sheet.table(cells)
    sheet.heading(wording.MATERIALS)
    sheet.table(
        [Cell(name, wording.MATERIAL_PAGES.format(count=count)) for name, count in paper.materials] or [Cell(wording.NO_MATERIALS, "")], 66
    )
    _signed(sheet, paper)
    seals = _seal_areas(sheet, facts)
    return sheet.layout("form", title, facts.case_number, seals, wording.PRACTICE if facts.practice else "")


def _head_cells(paper: FormPaper) -> Iterator[Cell]:
    facts = paper.facts
    said = {
        "case_number": facts.case_number,
        "short_number": facts.short_number,
        "item": facts.item_name,
        "applicant": facts.applicant,
        "origin": facts.origin_name,
        "village": facts.village_name,
        "package": facts.version,
        "code": paper.code,
        "checked_on": day_text(paper.checked_on) if paper.checked_on else "",
    }
    return (Cell(wording.FORM_ROWS[name], value) for name, value in said.items() if value)


def _cells(paper: FormPaper, fields: Sequence[Field]) -> Iterator[Cell]:
    """A cell for each answer that is there; one for each row of a table."""
    form = paper.form
    for field in fields:
        value = paper.answers.get(field.id)
        if field.kind in IMAGE_KINDS or value in (None, "", []):
            continue
        if field.columns and isinstance(value, list):
            for number, row in enumerate((row for row in value if isinstance(row, Mapping)), start=1):
                yield Cell(f"{field.label} {wording.ROW.format(number=number)}", _row_text(form, field, row))
        else:
            answer = name_of(form, field, value)
            yield Cell(field.label, wording.FROM_CARD.format(answer=answer) if field.id in paper.carded else answer)


def _row_text(form: Form, table: Field, row: Mapping[str, Any]) -> str:
    cells = ((column, row[column.id]) for column in table.columns if row.get(column.id) not in (None, ""))
    return "；".join(f"{column.label}：{name_of(form, column, value)}" for column, value in cells)


def _signed(sheet: Sheet, paper: FormPaper) -> None:
    """What the applicant agrees to, and the signature, the word that it is on paper, or room for it."""
    sheet.y += 3
    sheet.room(_SIGNATURE_HIGH + 16)
    sheet.paragraph(wording.CONSENT.format(item=paper.facts.item_name, code=paper.code), indent=7.4)
    if paper.on_paper:
        sheet.paragraph(wording.SIGNED_ON_PAPER)
    elif paper.signature is not None:
        label = f"{wording.APPLICANT_SIGNS}："
        sheet.room(_SIGNATURE_HIGH + 2)
        sheet.put(Text(LEFT, sheet.y + _SIGNATURE_HIGH * 0.6, _SMALL, label))
        wide = min(_SIGNATURE_HIGH * paper.signature.proportion, _SIGNATURE_WIDEST)
        beside = sheet.y
        sheet.picture(
            paper.signature.media, paper.signature.data, wide, wide / paper.signature.proportion, left=LEFT + width_of(label, _SMALL) + 2
        )
        sheet.y = max(sheet.y, beside + _SIGNATURE_HIGH + 2)
    else:
        sheet.lines([(wording.APPLICANT_SIGNS, ""), (wording.DATE, "")])


def _seal_areas(sheet: Sheet, facts: CaseFacts) -> Sequence[SealPlace]:
    """Areas side by side, one for each tier on the path; kept on one page."""
    sheet.room(_SEAL_HIGH + 12)
    sheet.heading(wording.SEALS)
    wide = WIDTH / max(1, len(facts.organs))
    places = []
    for index, organ in enumerate(facts.organs):
        left = LEFT + index * wide
        sheet.put(Box(left, sheet.y, wide, _SEAL_HIGH), Text(left + 1.6, sheet.y + 5, _SMALL, wording.SEAL_ROWS.get(organ.tier, "")))
        for at, line in enumerate(lines_of(organ.name, _SMALL, wide - 3)[:2]):
            sheet.put(Text(left + 1.6, sheet.y + 10.2 + at * 5, _SMALL, line))
        middle = left + wide / 2
        unit, persons = sheet.y + _UNIT_DOWN, sheet.y + _PERSONS_DOWN
        places.append(SealPlace(organ.tier, len(sheet.pages) - 1, middle, unit, middle, persons, wide, _SEAL_HIGH))
    sheet.y += _SEAL_HIGH
    return places
