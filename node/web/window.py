"""A case's page and what may be done with it there: the township's and the county's windows, and the agent's view of the chain."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.schema import Form
from node.casework.case import Event
from node.casework.views import CaseView, LetterLine
from node.errors import NotAllowedError, RequestError, StaleError
from node.web import wording
from node.web.filling import Filled, fill, page_of_field, pages_of
from node.web.labels import labels_of
from node.web.local_time import today
from node.web.materials import Slot, slots_of
from node.web.parts import Parts
from node.web.posted import read_marks
from node.web.refusals import status_of
from node.web.rule_marks import with_rule_marks
from node.web.security import person_here, policy
from signing.errors import PinError, PinLockedError, TokenError

TALK = ("message", "urge", "withdrawal_asked", "opinion")
"""What people say to each other about a case (申审互动)."""
ON_PAGES_OF_THEIR_OWN = ("submitted", "supplement", "erased", "branch_named")
DECIDING = frozenset({"accepted", "not_accepted", "forwarded", "resumed", "approved", "denied", "delivered", "closed"})
"""What carries a case on; it is offered before what holds it up."""
REASON_EVENTS = frozenset({"returned", "not_accepted", "denied", "suspended", "resumed", "withdrawn", "terminated"})


def window_blueprint(parts: Parts) -> Blueprint:
    """Routes of a case's page and its events."""
    pages = Blueprint("window", __name__)
    desk = parts.desk

    def case_page(number: str, *, status: int = 200, message: str = "", full: bool = False, mark_rules: bool = False) -> Response:
        view = desk.reveal(person_here(), number) if full else desk.case(person_here(), number)
        form = desk.form_of(view.line.case_number)
        parts.batches.seen.saw(person_here(), view)
        state = fill(form, view, view.checked_on or today(parts.clock.now()), problems=view.problems, masking=not full)
        slots = slots_of(view, form, parts)
        given = with_rule_marks(form, view, request.form, _markable(form, state, slots)) if mark_rules else request.form
        window, letters = parts.station.tier != "village", desk.letters(person_here(), view.line.case_number)
        body = render_template(
            "window/case.html" if window else "agent/case.html", view=view, form=form, pages=pages_of(form), cell=state.cell,
            slots=slots, full=full, message=message, events=_events(view),
            talk_events=[event for event in TALK if event in view.events], reason_events=REASON_EVENTS, given=given,
            documents=parts.documents.lines_of(view, letters),
            labels=_labels(form), done=request.args.get("done", ""), step_of=lambda field: page_of_field(form, field),
            ahead=desk.documents_ahead(person_here(), number) if window else None,
            road=parts.road.of_case(view, letters), now=parts.clock.now(),
            **_story(letters),
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/cases/<number>")
    @policy()
    def case(number: str) -> AnyResponse:
        return case_page(number)

    @pages.post("/cases/<number>/reveal")
    @policy()
    def reveal(number: str) -> Response:
        return case_page(number, full=True)

    @pages.post("/cases/<number>/rule-marks")
    @policy("reviewer", "leader", "approver")
    def rule_marks(number: str) -> Response:
        return case_page(number, mark_rules=True)

    @pages.post("/cases/<number>/events")
    @policy("agent", "village_head", "reviewer", "leader", "approver")
    def act(number: str) -> AnyResponse:
        form = request.form
        try:
            desk.act(
                person_here(), number, form.get("event", ""), pin=form.get("pin") or None, shown=form.get("shown", ""),
                expected_head=form.get("expected_head") or None, reason=form.get("reason") or None, note=form.get("note") or None,
                marks=read_marks(form) if form.get("event") == "returned" else (), receiver=form.get("receiver") or None,
                text=form.get("text") or None, branch=form.get("branch") or None,
                seal_pin=form.get("seal_pin") or None,
            )  # fmt: skip
        except (PinError, PinLockedError, TokenError, RequestError, StaleError, NotAllowedError) as error:
            return case_page(number, status=status_of(error), message=wording.error_text(error))
        return redirect(url_for("window.case", number=number, done=form.get("event", "")), 303)

    return pages


def _markable(form: Form, state: Filled, slots: Sequence[Slot]) -> frozenset[str]:
    """The places of the page at which a mark can be written."""
    cells = [cell for cell in state.cells(form.fields()) if cell.visible]
    rows = [f"row.{cell.field.id}.{number}" for cell in cells for number in range(len(cell.rows))]
    return frozenset([*(f"field.{cell.field.id}" for cell in cells), *rows, *(f"material.{slot.id}" for slot in slots)])


def _events(view: CaseView) -> tuple[str, ...]:
    """What may be done now that changes the state, without what has a page of its own."""
    found = (event for event in view.events if event not in (*TALK, *ON_PAGES_OF_THEIR_OWN))
    return tuple(sorted(found, key=lambda event: event not in DECIDING))


def _story(letters: tuple[LetterLine, ...]) -> dict[str, Any]:
    """A case's letters for its page: the chain, what people said to each other, and the branches that one of is to be named."""
    told = {True: [one for one in letters if one.event in TALK], False: [one for one in letters if one.event not in TALK]}
    ends = [one for one in told[False] if one.event in set(Event)]
    counted = [one for one in ends if one.outcome != "set_aside"]
    return {
        "letters": tuple(told[False]),
        "talk": tuple(told[True]),
        "latest": counted[-1] if counted else None,
        "branches": (*counted[-1:], *(one for one in ends if one.outcome == "set_aside")),
    }


def _labels(form: Form) -> dict[str, str]:
    """Names of fields and materials by id, for the marks in the chain."""
    return labels_of(form)
