"""The decision (准予、不予决定书): to whom, what was asked, what was decided, why, by what law, by whom and when; the seal's place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from node.documents import wording
from node.documents.composing import RIGHT, Sheet
from node.documents.facts import CaseFacts, Organ
from node.documents.layout import Layout, QrCode, SealPlace, Text
from node.documents.measure import width_of
from node.documents.naming import day_text

_SIZE = 12.0
_INDENT = 8.5
_SEAL_SIDE = 50.0
_SEAL_HIGH = 60.0
_UNDER = 17.0
"""How far from the middle of the unit's seal the organ's name and the day end: only their last character is under its ring, no digit."""
_PERSONS_ASIDE = 24.0
_PERSONS_DOWN = 19.0
"""The persons' seals stand under the day, at the left of the unit's."""


@dataclass(frozen=True)
class Decision:
    """What was decided: `event` of the letter, by which organ, on which day.

    `accepted` is the acceptance number, empty where there is none; `asked_on` the day of the application; `certificate` (name, id) is
    what is given by it.
    """

    facts: CaseFacts
    event: str
    organ: Organ
    decided_on: date
    asked_on: date
    accepted: str = ""
    reason: str = ""
    legal_basis: tuple[str, ...] = ()
    certificate: tuple[str, str] | None = None


def result_layout(decision: Decision, qr: QrCode) -> Layout:
    """The pages of a decision; `qr` is the code of its mark.

    Source: the remedies told with a refusal: 行政复议法 §20 (sixty days), 行政诉讼法 §46 (six months).
    """
    facts, sheet = decision.facts, Sheet()
    title = wording.RESULT_TITLES[decision.event]
    sheet.head(title, wording.RESULT_NUMBER.format(case_number=facts.case_number), qr, wording.QR_CAPTION)
    sheet.y += 6
    sheet.paragraph(wording.RESULT_TO.format(applicant=facts.applicant), _SIZE, below=3)
    for text in _said(decision):
        sheet.paragraph(text, _SIZE, _INDENT, below=3)
    seal = signed_by(sheet, decision.organ, day_text(decision.decided_on))
    return sheet.layout("result", title, facts.case_number, [seal], wording.PRACTICE if facts.practice else "")


def _said(decision: Decision) -> Sequence[str]:
    facts = decision.facts
    told = {"asked_on": day_text(decision.asked_on), "village": facts.village_name, "item": facts.item_name,
            "accepted": decision.accepted or wording.NO_NUMBER}  # fmt: skip
    said = [wording.RESULT_SAYS[decision.event].format_map(told)]
    if decision.reason:
        said.append((wording.RESULT_NOTE if decision.event == "approved" else wording.RESULT_GROUND).format(reason=decision.reason))
    if decision.legal_basis:
        said.append(wording.RESULT_BASIS.format(basis="；".join(decision.legal_basis)))
    if decision.certificate is not None:
        name, certificate_id = decision.certificate
        said.append(wording.RESULT_CERTIFICATE.format(name=name, id=certificate_id))
    if decision.event in ("denied", "not_accepted"):
        said.append(wording.REMEDY)
    return said


def signed_by(sheet: Sheet, organ: Organ, day: str) -> SealPlace:
    """The organ's name and a day, and the places of the seals; kept on one page.

    The unit's seal covers only the end of both lines: in black and white its star would hide what stands under it.
    """
    sheet.room(_SEAL_HIGH)
    middle, down = RIGHT - _SEAL_SIDE / 2, sheet.y + _SEAL_SIDE / 2 + 2
    for at, text in enumerate((organ.name, day)):
        sheet.put(Text(middle - _UNDER - width_of(text, _SIZE), down - 3 + at * 8, _SIZE, text))
    persons = middle - _UNDER - _PERSONS_ASIDE, down + _PERSONS_DOWN
    sheet.y += _SEAL_HIGH
    return SealPlace(organ.tier, len(sheet.pages) - 1, middle, down, *persons, _SEAL_SIDE, _SEAL_HIGH)
