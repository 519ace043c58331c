"""The village agent's pages (代收): filling in, checking, submitting, hand-over."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.errors import AnswerError
from forms.problems import Problem
from node.errors import NotAllowedError, RequestError, StaleError
from node.web import wording
from node.web.card import add_cards
from node.web.draft_pages import add_drafts
from node.web.fill_pages import add_filling, no_longer_open
from node.web.filling import fill, pages_of
from node.web.local_time import today
from node.web.parts import Parts
from node.web.problem_list import problem_list
from node.web.refusals import status_of
from node.web.sealing import posted_approval, posted_head
from node.web.security import person_here, policy
from signing.errors import PinError, PinLockedError, TokenError


def agent_blueprint(parts: Parts) -> Blueprint:
    """Routes of the proxy agent."""
    pages = Blueprint("agent", __name__)
    add_filling(pages, parts)
    add_drafts(pages, parts)
    add_cards(pages, parts)
    _add_submission(pages, parts)
    return pages


def _add_submission(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/cases/<number>/check")
    @policy("agent")
    def check(number: str) -> AnyResponse:
        return no_longer_open(desk, number) or check_page(number)

    def check_page(number: str, status: int = 200, message: str = "", problems: tuple[Problem, ...] = ()) -> Response:
        view = desk.case(person_here(), number)
        form = desk.form_of(view.line.case_number)
        state = fill(form, view, today(parts.clock.now()), problems=view.problems)
        parts.batches.seen.saw(person_here(), view)
        body = render_template(
            "agent/check.html", given=request.form, view=view, form=form, pages=pages_of(form), cell=state.cell, message=message,
            upgrade=desk.filling.upgrade(person_here(), number) if view.version is not None else None,
            ahead=desk.documents_ahead(person_here(), number),
            withdrawn=view.version is not None and desk.filling.is_withdrawn(person_here(), number),
            to_sign=desk.papers.form_to_sign(person_here(), number) if view.version is not None else None,
            summary=() if message and not problems else problem_list(form, problems or (*view.problems, *view.material_problems)),
        )  # fmt: skip
        return Response(body, status)

    @pages.post("/cases/<number>/submit")
    @policy("agent")
    def submit(number: str) -> AnyResponse:
        form = request.form
        try:
            view = desk.act(
                person_here(), number, "submitted", pin=form.get("pin") or None, shown=form.get("shown", ""),
                expected_head=form.get("expected_head") or None, note=form.get("note") or None,
                head=posted_head(form), seal_approval=posted_approval(form), seal_pin=form.get("seal_pin") or None,
            )  # fmt: skip
        except AnswerError as error:
            return check_page(number, 422, wording.error_text(error), error.problems)
        except (PinError, PinLockedError, TokenError, StaleError, NotAllowedError, RequestError) as error:
            return no_longer_open(desk, number) or check_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("shared.paper", number=view.line.case_number, kind="receipt"), 303)

    @pages.post("/cases/<number>/discard")
    @policy("agent")
    def discard(number: str) -> AnyResponse:
        desk.discard(person_here(), number)
        return redirect(url_for("shared.home"), 303)
