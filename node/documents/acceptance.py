"""The notice of acceptance (受理通知书): to whom, what was asked, under which number, what was received, and until when it is done.

Source: 行政许可法 §32: who accepts an application gives a dated paper with the organ's seal.
"""

from dataclasses import dataclass
from datetime import date

from node.documents import wording
from node.documents.composing import Sheet
from node.documents.facts import CaseFacts, Organ
from node.documents.layout import Layout, QrCode
from node.documents.naming import day_text
from node.documents.result import signed_by

_SIZE = 12.0
_INDENT = 8.5


@dataclass(frozen=True)
class Acceptance:
    """What was accepted: by which organ, on which day, under which `number`.

    `asked_on` is the day of the application, `pages` how many of materials had come by then, `workdays` the promised limit and
    `clock` where it starts, as the item says; `workdays` is None where it promises none.
    """

    facts: CaseFacts
    organ: Organ
    accepted_on: date
    asked_on: date
    number: str
    pages: int
    workdays: int | None = None
    clock: str = "township_acceptance"


def acceptance_layout(acceptance: Acceptance, qr: QrCode) -> Layout:
    """The pages of a notice of acceptance; `qr` is the code of its mark."""
    facts, sheet, title = acceptance.facts, Sheet(), wording.ACCEPTANCE_TITLE
    sheet.head(title, wording.RESULT_NUMBER.format(case_number=facts.case_number), qr, wording.QR_CAPTION)
    sheet.y += 6
    sheet.paragraph(wording.RESULT_TO.format(applicant=facts.applicant), _SIZE, below=3)
    for text in _said(acceptance):
        sheet.paragraph(text, _SIZE, _INDENT, below=3)
    seal = signed_by(sheet, acceptance.organ, day_text(acceptance.accepted_on))
    return sheet.layout("acceptance", title, facts.case_number, [seal], wording.PRACTICE if facts.practice else "")


def _said(acceptance: Acceptance) -> list[str]:
    facts, pages = acceptance.facts, acceptance.pages
    said = [
        wording.ACCEPTANCE_SAYS.format(asked_on=day_text(acceptance.asked_on), village=facts.village_name, item=facts.item_name),
        wording.ACCEPTANCE_NUMBER.format(number=acceptance.number or wording.NO_NUMBER),
        wording.ACCEPTANCE_GOT.format(pages=wording.MATERIAL_PAGES.format(count=pages) if pages else wording.NO_MATERIALS),
    ]
    if acceptance.workdays:
        said.append(wording.ACCEPTANCE_LIMITS[acceptance.clock].format(days=acceptance.workdays))
    return said
