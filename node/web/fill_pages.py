"""The pages on which a draft is filled in: one step at a time, saved, and compared when another tab was first."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.fields import IMAGE_KINDS
from forms.problems import Problem
from forms.schema import Field, Form
from node.casework.desk import Desk
from node.casework.reuse import Offer
from node.casework.views import CaseView
from node.errors import NotFoundError, RequestError, StaleError
from node.web import wording
from node.web.capture.beside import scans_of
from node.web.card import GO as CARD_GO
from node.web.card import CardPanel, panel_of
from node.web.choices import Choices
from node.web.filling import Filled, FormPage, fill, pages_of, problem_anchor, settled_on
from node.web.local_time import today
from node.web.masking import mask_of, masked
from node.web.parts import Parts
from node.web.posted import read_answers, read_version, whole_number
from node.web.problem_list import problem_list
from node.web.refusals import status_of
from node.web.security import person_here, policy

FILL_FILES = (
    "answers.js", "rules.js", "combobox.js", "masking.js", "saving.js", "stale.js", "rows.js", "reuse.js", "card.js", "keys.js",
)  # fmt: skip
"""The scripts of the filling page, in the order in which they build on each other."""
FOR_GOOD = "private, max-age=31536000, immutable"
"""A package is named by its digest: what a browser has of it never changes."""


@dataclass(frozen=True)
class Compared:
    """A field on which two tabs differ, as people read both sides."""

    id: str
    label: str
    saved: str
    mine: str


@dataclass(frozen=True)
class OfferLine:
    """An offered answer as the page shows it: personal numbers masked, codes by their names."""

    field: str
    label: str
    shown: str
    current: str
    case_number: str
    short_number: str
    item_name: str
    accepted_on: Any


class FillPages:
    """Draws the page of a step."""

    def __init__(self, parts: Parts) -> None:
        self._desk: Desk = parts.desk
        self._cards = parts.cards
        self._clock = parts.clock

    def show(self, number: str, step: int, *, status: int = 200, problems: tuple[Problem, ...] = (), extra_row: str = "",
             stale: StaleError | None = None, answers: dict[str, Any] | None = None, card_refused: str = "") -> Response:  # fmt: skip
        """The page with what is saved and, over it, `answers` that were not; `stale` when another tab saved first.

        `card_refused` says why a card could not be read.
        """
        view = self._desk.case(person_here(), number)
        form = self._desk.form_of(view.line.case_number)
        page = page_at(form, step)
        mine = {**view.answers, **(answers or {})}
        if extra_row:
            mine[extra_row] = [*(mine.get(extra_row) or []), {}]
        state = fill(form, view, self._today(), answers=mine, problems=problems or unfit_choices(view))
        body = render_template(
            "agent/fill.html", anchor=problem_anchor, view=view, form=form, page=page, pages=pages_of(form), cells=state.cells(page.fields),
            summary=problem_list(form, problems), stale=_compared(state, page, stale, answers or {}) if stale else (),
            fill_files=FILL_FILES, divisions=state.villages(), label_of=lambda one: form.field(one).label,
            choice_name=lambda cell, one: state.name_of(cell.field, one), samples=bool(request.args.get("sample")),
            has_samples=any(form.sample.get(field.id) for field in page.fields), scans=scans_of(view, form),
            card=self._card(state, view), card_refused=card_refused, **self._aids(state, view),
        )  # fmt: skip
        return Response(body, status)

    def _aids(self, state: Filled, view: CaseView) -> dict[str, Any]:
        """Offers of earlier cases and what a newer version means for this draft; nothing for a case that is not open here."""
        if view.version is None:
            return {"offers": (), "upgrade": None, "withdrawn": False}
        aids = self._desk.filling.aids(person_here(), view.line.case_number)
        return {"offers": tuple(_line(state, one) for one in aids.offers), "upgrade": aids.upgrade, "withdrawn": aids.withdrawn}

    def _card(self, state: Filled, view: CaseView) -> CardPanel | None:
        """The card that the address names by its person's field, with what it has filled just now."""
        wanted = request.args.get("card", "")
        readings = self._cards.readings(person_here(), view.line.case_number) if wanted and view.version is not None else ()
        found = next((one for one in readings if one.id_field == wanted), None)
        return None if found is None else panel_of(state, found, request.args.getlist("filled"), spoilt=bool(request.args.get("spoilt")))

    def read_card(self, number: str, step: int, version: int, id_field: str) -> AnyResponse:
        """Read the card that lies on the reader; then the page that shows it, or says why there is none."""
        try:
            found = self._cards.read(person_here(), number, version, id_field)
        except RequestError as error:
            return self.show(number, step, status=status_of(error), card_refused=wording.error_text(error))
        seen: dict[str, Any] = {"card": found.id_field, "filled": list(found.filled), "spoilt": "1" if found.spoilt else None}
        return redirect(url_for("agent.fill_in", number=number, step=step, _anchor="card", **seen), 303)

    def offers(self, number: str, step: int) -> str:
        """The panel of answers that earlier cases can give, as the page's script asks for it."""
        view = self._desk.case(person_here(), number)
        form = self._desk.form_of(view.line.case_number)
        state = fill(form, view, self._today())
        return render_template("agent/offers.html", view=view, page=page_at(form, step), **self._aids(state, view))

    def read(self, number: str, form: Form, page: FormPage) -> dict[str, Any]:
        """The posted answers of a page: names of options in place of their codes resolved, rows moved, what was not picked left out."""
        posted = read_answers(page.fields, request.form)
        saved, day = self._desk.case(person_here(), number).answers, self._today()
        answers, before = posted, None
        while answers != before:  # a name below is looked for among the options of the one above, which must be known first
            before = answers
            answers = Choices(form, settled_on(form, {**saved, **before}, day), day).codes(page.fields, before)
        answers = {name: one for name, one in answers.items() if request.form.get(f"pick.{name}") != "saved"}
        return _moved(answers, request.form.get("go", ""))

    def _today(self) -> Any:
        return today(self._clock.now())


def _line(state: Filled, offer: Offer) -> OfferLine:
    def told(value: Any) -> str:
        mask = mask_of(offer.field)
        text = state.name_of(offer.field, value) if value not in ("", None, []) else ""
        return masked(mask, text) if mask else text

    return OfferLine(
        offer.field.id, offer.field.label, told(offer.value), told(offer.current), offer.case_number, offer.short_number,
        offer.item_name, offer.accepted_on,
    )  # fmt: skip


def add_filling(pages: Blueprint, parts: Parts) -> None:
    """Routes of filling in."""
    desk, draw = parts.desk, FillPages(parts)

    @pages.get("/cases/<number>/fill/<int:step>")
    @policy("agent")
    def fill_in(number: str, step: int) -> AnyResponse:
        if elsewhere := no_longer_open(desk, number):
            return elsewhere
        problems = desk.case(person_here(), number).problems if request.args.get("check") else ()
        return draw.show(number, step, problems=problems, extra_row=request.args.get("add", ""))

    @pages.post("/cases/<number>/fill/<int:step>")
    @policy("agent")
    def save(number: str, step: int) -> AnyResponse:
        page = page_at(form := desk.form_of(number), step)
        answers = draw.read(number, form, page)
        try:
            version, problems = desk.save_answers(person_here(), number, read_version(request.form), answers)
        except StaleError as error:
            return draw.show(number, step, status=409, stale=error, answers=answers)
        here = _on_page(page, problems)
        go = request.form.get("go", "next")
        if go.startswith(CARD_GO):
            return draw.read_card(number, step, version, go.removeprefix(CARD_GO))
        if go == "next" and here:
            return draw.show(number, step, status=422, problems=here)
        return redirect(_after_save(number, step, len(pages_of(form)), go), 303)

    @pages.get("/cases/<number>/offers/<int:step>")
    @policy("agent")
    def offers(number: str, step: int) -> str:
        return draw.offers(number, step)

    @pages.get("/packages/<item_id>/<digest>.json")
    @policy("agent")
    def package(item_id: str, digest: str) -> Response:
        answer = Response(desk.filling.package(item_id, digest), content_type="application/json")
        answer.headers["Cache-Control"] = FOR_GOOD
        return answer


def no_longer_open(desk: Desk, number: str) -> AnyResponse | None:
    """To the case's own page, where there is nothing left to fill in, say after going back in the browser; None while there is."""
    view = desk.case(person_here(), number)
    return redirect(url_for("window.case", number=number), 303) if view.version is None and "submitted" not in view.events else None


def page_at(form: Form, step: int) -> FormPage:
    """A page of the form by its number.

    Raises:
        NotFoundError: `page`.
    """
    pages = pages_of(form)
    if not 1 <= step <= len(pages):
        raise NotFoundError("page", str(step))
    return pages[step - 1]


def unfit_choices(view: CaseView) -> tuple[Problem, ...]:
    """Choices that fit no more, say because what they depend on was changed: shown on every page, asked for or not."""
    return tuple(one for one in view.problems if one.code == "choice")


def _on_page(page: FormPage, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    ids = {field.id for field in page.fields if field.kind not in IMAGE_KINDS}
    return tuple(problem for problem in problems if problem.field in ids)


def _moved(answers: dict[str, Any], go: str) -> dict[str, Any]:
    """The answers after `up:TABLE:ROW`, `down:` or `drop:`; a row that is not there moves nothing."""
    act, _, place = go.partition(":")
    table, _, number = place.rpartition(":")
    rows, at = answers.get(table), whole_number(number, 999)
    if act not in ("up", "down", "drop") or not isinstance(rows, list) or at is None or at >= len(rows):
        return answers
    rest, row = [*rows[:at], *rows[at + 1 :]], rows[at]
    if act != "drop":
        rest.insert(max(0, at - 1) if act == "up" else at + 1, row)
    return {**answers, table: rest}


def _after_save(number: str, step: int, count: int, go: str) -> str:
    """Where to go when a page was saved: what changes rows stays, then `prev`, `leave`, else the next page or the materials."""
    act, _, place = go.partition(":")
    if act == "add":
        return url_for("agent.fill_in", number=number, step=step, add=place, _anchor=f"f-{place}")
    if act in ("up", "down", "drop"):
        return url_for("agent.fill_in", number=number, step=step, _anchor=f"f-{place.rpartition(':')[0]}")
    if go == "stay":
        return url_for("agent.fill_in", number=number, step=step)
    if go == "leave":
        return url_for("shared.home")
    if go == "prev" and step > 1:
        return url_for("agent.fill_in", number=number, step=step - 1)
    if step < count:
        return url_for("agent.fill_in", number=number, step=step + 1)
    return url_for("materials.slots", number=number)


def _compared(state: Filled, page: FormPage, stale: StaleError, answers: dict[str, Any]) -> tuple[Compared, ...]:
    """What this tab holds against what was saved elsewhere: each field that differs."""
    saved = stale.facts.get("answers") or {}
    return tuple(
        Compared(one.id, one.label, told(state, one, saved.get(one.id)), told(state, one, answers[one.id]))
        for one in page.fields
        if one.id in answers and _plain(saved.get(one.id)) != _plain(answers[one.id])
    )


def _plain(value: Any) -> Any:
    """An answer as two are compared: what is empty is left out, and numbers are texts, as the page posts them."""
    if isinstance(value, list):
        return [one for one in map(_plain, value) if one] or ""
    if isinstance(value, dict):
        return {name: text for name, one in value.items() if (text := _plain(one))}
    return "" if value is None else str(value)


def told(state: Filled, field: Field, value: Any) -> str:
    """An answer in words: rows one after the other, their cells in the order of the columns."""
    if isinstance(value, list) and field.columns:
        rows = (
            "，".join(told(state, one, row[one.id]) for one in field.columns if row.get(one.id)) for row in value if isinstance(row, dict)
        )
        return "；".join(row for row in rows if row)
    return "" if value in (None, "", []) else state.name_of(field, value)
