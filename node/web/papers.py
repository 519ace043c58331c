"""Sheets to hand over (凭单): the receipt, the notice of corrections, the result and the filled form, for screen, printer and PDF."""

from collections.abc import Callable

from forms.schema import Form
from node.casework.desk import Desk
from node.casework.views import CaseView, LetterLine
from node.clock import Clock
from node.errors import NotFoundError
from node.slips import Slip, slip_pdf
from node.staff.people import Person
from node.web import wording
from node.web.filling import IMAGE_KINDS
from node.web.local_time import day_text, moment_text, today
from node.web.masking import masked_answers
from node.web.telling import latest, sentence

Row = tuple[str, str]
_DECISIONS = ("approved", "denied", "not_accepted", "withdrawn", "terminated")


class Papers:
    """Makes sheets from cases."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._kinds: dict[str, Callable[[CaseView, Form, tuple[LetterLine, ...]], tuple[list[Row], list[str]]]] = {
            "receipt": _receipt,
            "notice": _notice,
            "result": _result,
            "form": _form,
        }

    def slip(self, person: Person, number: str, kind: str) -> Slip:
        """One sheet of a case.

        Raises:
            NotFoundError: there is no such sheet, or not yet.
        """
        if kind not in self._kinds:
            raise NotFoundError("document", kind)
        view = self._desk.case(person, number)
        form = self._desk.form_of(view.line.case_number)
        rows, paragraphs = self._kinds[kind](view, form, self._desk.letters(person, view.line.case_number))
        title, notice = wording.PAPERS[kind]
        head = [
            _row("case_number", view.line.case_number),
            _row("short_number", view.line.short_number),
            _row("item", view.line.item_name),
            _row("applicant", view.line.title),
            _row("origin", view.origin_name),
        ]
        foot = [_row("date", day_text(today(self._clock.now())))]
        return Slip(title, notice, (*head, *rows, *foot), tuple(paragraphs), view.line.case_number)

    def pdf(self, person: Person, number: str, kind: str) -> bytes:
        """The same sheet as a PDF file.

        Raises:
            NotFoundError: there is no such sheet, or not yet.
        """
        return slip_pdf(self.slip(person, number, kind))


def _row(name: str, value: str) -> Row:
    return wording.PAPER_ROWS[name], value


def _needed(letters: tuple[LetterLine, ...], kind: str, *events: str) -> LetterLine:
    letter = latest(letters, *events)
    if letter is None:
        raise NotFoundError("document", kind)
    return letter


def _receipt(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> tuple[list[Row], list[str]]:
    submitted = _needed(letters, "receipt", "submitted")
    rows = [
        _row("submitted_at", moment_text(submitted.claimed_at)),
        _row("materials", materials_text(view, form)),
        _row("package", view.package.partition(":")[2][:12]),
    ]
    promised = form.limits.get("promised_workdays")
    if isinstance(promised, int) and promised:
        rows.append(_row("promise", wording.PAPER_ROWS["workdays"].format(count=promised)))
    return rows, [sentence(view)]


def materials_text(view: CaseView, form: Form) -> str:
    """The materials handed in, each with its number of pages."""
    parts = []
    for material in form.materials:
        count = sum(1 for one in view.attachments if one.material == material.id)
        if count:
            parts.append(f"{material.name}（{wording.PAPER_ROWS['pages'].format(count=count)}）")
    return "、".join(parts) or wording.PAPER_ROWS["none"]


def _notice(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> tuple[list[Row], list[str]]:
    returned = _needed(letters, "notice", "returned")
    labels = {field.id: field.label for field in form.fields()} | {one.id: one.name for one in form.materials}
    rows = [_row("reason", str(returned.body.get("reason", "")))]
    for mark in returned.body.get("marks", ()):
        place = mark.get("field") or mark.get("material") or ""
        rows.append(_row("mark", f"{labels.get(place, place)}：{mark.get('comment', '')}"))
    return rows, []


def _result(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> tuple[list[Row], list[str]]:
    decided = _needed(letters, "result", *_DECISIONS)
    rows = [
        _row("acceptance_number", view.acceptance_number or wording.PAPER_ROWS["none"]),
        _row("state", wording.words(wording.EVENTS, decided.event)),
        _row("reason", str(decided.body.get("reason") or decided.body.get("note") or wording.PAPER_ROWS["none"])),
        _row("decided_at", moment_text(decided.claimed_at)),
        *((seal.organ, f"{seal.signer}（{wording.words(wording.VERDICTS, seal.verdict)}）") for seal in decided.seals),
        _row("receiver", ""),
    ]
    return rows, [sentence(view)]


def _form(view: CaseView, form: Form, letters: tuple[LetterLine, ...]) -> tuple[list[Row], list[str]]:
    answers = masked_answers(form.fields(), view.answers)
    rows: list[Row] = []
    for field in form.fields():
        value = answers.get(field.id)
        if field.kind in IMAGE_KINDS or value in (None, "", []):
            continue
        if field.columns and isinstance(value, list):
            for number, row in enumerate(value, start=1):
                text = "，".join(f"{column.label}{row[column.id]}" for column in field.columns if row.get(column.id))
                rows.append((f"{field.label}{number}", text))
        else:
            rows.append((field.label, "、".join(value) if isinstance(value, list) else str(value)))
    return rows, []
