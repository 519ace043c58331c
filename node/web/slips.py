"""Slips to hand over (凭单): the receipt, the notice of corrections, the result and the filled form, for screen, printer and PDF."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from forms.fields import IMAGE_KINDS
from forms.schema import Form
from node.casework.desk import Desk
from node.casework.history import read_marks
from node.casework.views import CaseView, LetterLine, Mark
from node.clock import Clock
from node.documents.marks import mark_text
from node.documents.naming import name_of
from node.errors import NotFoundError
from node.paperwork.desk import FormToSign
from node.scanning.intake import IntakeProcess
from node.slips import Slip
from node.staff.people import Person
from node.web import wording
from node.web.labels import labels_of
from node.web.lacking import lacking_rows
from node.web.local_time import day_text, moment_text, today
from node.web.mandate_paper import mandate_slip, revocation_slip
from node.web.masking import masked_answers
from node.web.telling import latest, sentence
from node.web.wording import papers as papers_words
from node.web.wording.papers import ROWS
from node.web.wording.shelf import LACKING_ROWS

Row = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """What a kind of sheet tells beside its head: labelled lines, paragraphs, and what is signed below."""

    rows: tuple[Row, ...]
    paragraphs: tuple[str, ...] = ()
    signatures: tuple[Row, ...] = ()


MANDATES = {"mandate": mandate_slip, "revocation": revocation_slip}
"""Sheets that are made of a mandate, not of the case's letters."""

_DECISIONS = ("approved", "denied", "not_accepted", "withdrawn", "terminated")


class Slips:
    """Makes slips of cases."""

    def __init__(self, desk: Desk, images: IntakeProcess, clock: Clock) -> None:
        self._desk = desk
        self._images = images
        self._clock = clock
        self._kinds: dict[str, Callable[[CaseView, Form, tuple[LetterLine, ...]], Told]] = {
            "receipt": _receipt,
            "notice": _notice,
            "result": _result,
            "form": _form,
            "lacking": _lacking,
        }

    def slip(self, person: Person, number: str, kind: str, *, printing: bool = False) -> Slip:
        """One sheet of a case; when the form is shown for printing it is kept which answers are on it.

        Raises:
            NotFoundError: there is no such sheet, or not yet.
        """
        view = self._desk.case(person, number)
        if kind in MANDATES:
            return self._mandate(person, view, kind)
        if kind not in self._kinds:
            raise NotFoundError("document", kind)
        form = self._desk.form_of(view.line.case_number)
        if kind == "form":
            # What counts is printed, and nothing else: an answer that is asked no more is not signed.
            signing = self._desk.papers
            to_sign = signing.print_form(person, number) if printing else signing.form_to_sign(person, number)
            view = replace(view, answers=to_sign.answers)
        told = self._kinds[kind](view, form, self._desk.letters(person, view.line.case_number))
        title, notice = wording.PAPERS[kind]
        head = [
            _row("case_number", view.line.case_number),
            _row("short_number", view.line.short_number),
            _row("item", view.line.item_name),
            _row("applicant", view.line.title),
            _row("origin", view.origin_name),
            *([_row("village", view.village_name)] if view.line.division else []),
        ]
        foot = [_row("date", day_text(today(self._clock.now())))]
        watermark = wording.PRACTICE if view.line.practice else ""
        slip = Slip(title, notice, (*head, *told.rows, *foot), told.paragraphs, told.signatures, view.line.case_number, watermark)
        return slip if kind != "form" else _to_be_signed(slip, view, to_sign)

    def _mandate(self, person: Person, view: CaseView, kind: str) -> Slip:
        mandate = self._desk.papers.mandate(person, view.line.case_number)
        if mandate is None or (mandate.revoked_at is not None) != (kind == "revocation"):
            raise NotFoundError("document", kind)
        return MANDATES[kind](view, mandate, view.village_name, wording.PRACTICE if view.line.practice else "")

    def check_there(self, person: Person, number: str) -> str:
        """The full number of a case that the person may see.

        Raises:
            CaseNotFoundError: none here.
        """
        return self._desk.case(person, number).line.case_number

    def qr_svg(self, text: str) -> str:
        """The QR of a case's number, or of what a sheet says, as a picture."""
        return self._images.qr(text).svg()


def _row(name: str, value: str) -> Row:
    return wording.PAPER_ROWS[name], value


def _to_be_signed(slip: Slip, view: CaseView, to_sign: FormToSign) -> Slip:
    """The form with the code of its answers, in words and in the QR, so that the paper says what was signed."""
    version = view.package.partition(":")[2][:12]
    rows = (*slip.rows[:3], _row("package", version), (ROWS["code"], to_sign.code), *slip.rows[3:])
    qr_text = mark_text(view.line.case_number, "form", view.package, to_sign.digest)
    consent = papers_words.CONSENT.format(item=view.line.item_name, code=to_sign.code)
    heed = "" if to_sign.is_ready else papers_words.NOT_READY
    return replace(slip, rows=rows, paragraphs=(consent,), qr_text=qr_text, caption=f"{ROWS['code']} {to_sign.code}", heed=heed)


def _needed(letters: tuple[LetterLine, ...], kind: str, *events: str) -> LetterLine:
    letter = latest(letters, *events)
    if letter is None:
        raise NotFoundError("document", kind)
    return letter


def _receipt(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> Told:
    submitted = _needed(letters, "receipt", "submitted")
    rows = [
        _row("submitted_at", moment_text(submitted.claimed_at)),
        _row("materials", materials_text(view, form)),
        _row("package", view.package.partition(":")[2][:12]),
    ]
    promised = form.limits.get("promised_workdays")
    if isinstance(promised, int) and promised:
        rows.append(_row("promise", wording.PAPER_ROWS["workdays"].format(count=promised)))
    return Told(tuple(rows), (sentence(view),), (_row("unit_origin", view.village_name), _row("clerk", submitted.who)))


def materials_text(view: CaseView, form: Form) -> str:
    """The materials handed in, each with its number of pages."""
    parts = []
    for material in form.materials:
        count = sum(1 for one in view.attachments if one.material == material.id)
        if count:
            parts.append(f"{material.name}（{wording.PAPER_ROWS['pages'].format(count=count)}）")
    return "、".join(parts) or wording.PAPER_ROWS["none"]


def _notice(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> Told:
    returned = _needed(letters, "notice", "returned")
    rows = [_row("reason", str(returned.body.get("reason", "")))]
    rows += [_row("mark", f"{mark_place(mark, form)}：{mark.comment}") for mark in read_marks(returned.body.get("marks"))]
    return Told(tuple(rows), (), (_row("unit_returned", returned.station_name), _row("clerk", returned.who)))


def _lacking(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> Told:
    """All that is missing or wrong in a case that is being filled in, or was returned, at this station."""
    if view.version is None:
        raise NotFoundError("document", "lacking")
    rows = lacking_rows(view, form)
    text = LACKING_ROWS["something" if rows else "nothing"]
    signatures = ((LACKING_ROWS["told_by"], view.village_name), (LACKING_ROWS["received_by"], ""), _row("signed_date", ""))
    return Told(rows, (text,), signatures)


def mark_place(mark: Mark, form: Form) -> str:
    """Where a mark points: the field, its row, or the material."""
    labels = labels_of(form)
    place = mark.field or mark.material or ""
    return labels.get(place, place) + (wording.PAPER_ROWS["row"].format(number=mark.row + 1) if mark.row is not None else "")


def _result(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> Told:
    decided = _needed(letters, "result", *_DECISIONS)
    rows = (
        _row("acceptance_number", view.acceptance_number or wording.PAPER_ROWS["none"]),
        _row("state", wording.words(wording.EVENTS, decided.event)),
        _row("reason", str(decided.body.get("reason") or decided.body.get("note") or wording.PAPER_ROWS["none"])),
        _row("decided_at", moment_text(decided.claimed_at)),
        *(_row("seal", f"{seal.organ} {seal.signer}（{wording.words(wording.VERDICTS, seal.verdict)}）") for seal in decided.seals),
    )
    return Told(rows, (sentence(view),), (_row("signed_receiver", ""), _row("signed_clerk", ""), _row("signed_date", "")))


def _form(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> Told:
    # Who holds the case sees its numbers anyway, and the applicant signs what is printed.
    answers = dict(view.answers) if view.line.mine else masked_answers(form.fields(), view.answers)
    rows: list[Row] = []
    for field in form.fields():
        value = answers.get(field.id)
        if field.kind in IMAGE_KINDS or value in (None, "", []):
            continue
        if field.columns and isinstance(value, list):
            for number, row in enumerate((row for row in value if isinstance(row, Mapping)), start=1):
                cells = ((column, row[column.id]) for column in field.columns if row.get(column.id))
                text = "，".join(f"{column.label} {name_of(form, column, value)}" for column, value in cells)
                rows.append((f"{field.label} {number}", text))
        else:
            rows.append((field.label, name_of(form, field, value)))
    return Told(tuple(rows), (), (_row("signed_applicant", ""), _row("signed_date", "")))
