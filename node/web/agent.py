"""The village agent's pages (代收): items, filling in, checking, submitting, hand-over."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.errors import AnswerError
from forms.problems import Problem
from forms.schema import Form
from node.casework.desk import Desk
from node.errors import NotAllowedError, NotFoundError, RequestError, StaleError
from node.staff.people import Person
from node.web import wording
from node.web.filling import FormPage, fill, page_of_field, pages_of, problem_anchor
from node.web.local_time import today
from node.web.parts import Parts
from node.web.posted import read_answers, read_version
from node.web.refusals import status_of
from node.web.security import policy
from signing.errors import PinError, PinLockedError


def agent_blueprint(parts: Parts) -> Blueprint:
    """Routes of the proxy agent."""
    pages = Blueprint("agent", __name__)
    _add_items(pages, parts.desk)
    _add_filling(pages, parts)
    _add_submission(pages, parts)
    return pages


def _add_items(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/items")
    @policy("agent")
    def items() -> str:
        query = request.args.get("q", "").strip()
        found = [form for form in desk.items() if query in form.name or query in form.domain or query == form.id]
        return render_template("agent/items.html", items=found, query=query)

    @pages.get("/items/<item_id>")
    @policy("agent")
    def guide(item_id: str) -> str:
        package, form = desk.item(item_id)
        return render_template("agent/guide.html", form=form, package=package, villages=desk.villages(_person()))

    @pages.post("/items/<item_id>/start")
    @policy("agent")
    def start(item_id: str) -> AnyResponse:
        view = desk.open_case(_person(), item_id, request.form.get("division") or None)
        return redirect(url_for("agent.fill_in", number=view.line.case_number, step=1), 303)


def _add_filling(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def fill_page(number: str, step: int, *, status: int = 200, problems: tuple[Problem, ...] = (), extra_row: str = "",
                  stale: StaleError | None = None, answers: dict[str, Any] | None = None) -> Response:  # fmt: skip
        view = desk.case(_person(), number)
        form = desk.form_of(view.line.case_number)
        page = _page(form, step)
        mine = {**view.answers, **(answers or {})}
        if extra_row:
            mine[extra_row] = [*(mine.get(extra_row) or []), {}]
        state = fill(form, view, today(parts.clock.now()), answers=mine, problems=problems)
        body = render_template(
            "agent/fill.html", view=view, form=form, page=page, pages=pages_of(form), cells=state.cells(page.fields),
            summary=_summary(form, problems), stale=_difference(page, stale, answers or {}) if stale else (), anchor=problem_anchor,
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/cases/<number>/fill/<int:step>")
    @policy("agent")
    def fill_in(number: str, step: int) -> Response:
        problems = desk.case(_person(), number).problems if request.args.get("check") else ()
        return fill_page(number, step, problems=problems, extra_row=request.args.get("add", ""))

    @pages.post("/cases/<number>/fill/<int:step>")
    @policy("agent")
    def save(number: str, step: int) -> AnyResponse:
        page = _page(form := desk.form_of(number), step)
        answers = read_answers(page.fields, request.form)
        try:
            _version, problems = desk.save_answers(_person(), number, read_version(request.form), answers)
        except StaleError as error:
            return fill_page(number, step, status=409, stale=error, answers=answers)
        here = _on_page(page, problems)
        go = request.form.get("go", "next")
        if go == "next" and here:
            return fill_page(number, step, status=422, problems=here)
        return redirect(_after_save(number, step, len(pages_of(form)), go), 303)

    @pages.get("/cases/<number>/form.json")
    @policy("agent")
    def package(number: str) -> Response:
        return Response(desk.form_of(number).data, content_type="application/json")


def _add_submission(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/cases/<number>/check")
    @policy("agent")
    def check(number: str) -> Response:
        return check_page(number)

    def check_page(number: str, status: int = 200, message: str = "", problems: tuple[Problem, ...] = ()) -> Response:
        view = desk.case(_person(), number)
        form = desk.form_of(view.line.case_number)
        state = fill(form, view, today(parts.clock.now()), problems=view.problems)
        body = render_template(
            "agent/check.html", view=view, form=form, pages=pages_of(form), cell=state.cell, message=message,
            summary=() if message and not problems else _summary(form, problems or (*view.problems, *view.material_problems)),
        )  # fmt: skip
        return Response(body, status)

    @pages.post("/cases/<number>/submit")
    @policy("agent")
    def submit(number: str) -> AnyResponse:
        form = request.form
        try:
            view = desk.act(
                _person(), number, "submitted", pin=form.get("pin") or None, shown=form.get("shown"),
                expected_head=form.get("expected_head") or None, note=form.get("note") or None,
            )  # fmt: skip
        except AnswerError as error:
            return check_page(number, 422, wording.error_text(error), error.problems)
        except (PinError, PinLockedError, StaleError, NotAllowedError, RequestError) as error:
            return check_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("shared.paper", number=view.line.case_number, kind="receipt"), 303)

    @pages.post("/cases/<number>/discard")
    @policy("agent")
    def discard(number: str) -> AnyResponse:
        desk.discard(_person(), number)
        return redirect(url_for("shared.home"), 303)


def _person() -> Person:
    person: Person = g.session.person
    return person


def _page(form: Form, step: int) -> FormPage:
    pages = pages_of(form)
    if not 1 <= step <= len(pages):
        raise NotFoundError("page", str(step))
    return pages[step - 1]


def _on_page(page: FormPage, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    ids = {field.id for field in page.fields if field.kind not in ("photo", "signature")}
    return tuple(problem for problem in problems if problem.field in ids)


def _after_save(number: str, step: int, count: int, go: str) -> str:
    """Where to go when a page was saved: `add:TABLE` and `drop` stay, `prev`, `leave`, else the next page or the materials."""
    if go.startswith("add:"):
        return url_for("agent.fill_in", number=number, step=step, add=go[4:], _anchor=f"f-{go[4:]}")
    if go == "stay":
        return url_for("agent.fill_in", number=number, step=step)
    if go == "leave":
        return url_for("shared.home")
    if go == "prev" and step > 1:
        return url_for("agent.fill_in", number=number, step=step - 1)
    if step < count:
        return url_for("agent.fill_in", number=number, step=step + 1)
    return url_for("materials.slots", number=number)


def _summary(form: Form, problems: tuple[Problem, ...]) -> tuple[dict[str, Any], ...]:
    """Problems for the list at the top: label, row and column, sentence, and where to put it right."""
    labels = {field.id: field.label for field in form.fields()} | {one.id: one.name for one in form.materials}
    columns = {(field.id, column.id): column.label for field in form.fields() for column in field.columns}
    images = {field.id for field in form.fields() if field.kind in ("photo", "signature")}
    return tuple(
        {
            "label": labels.get(problem.field or problem.material or "", ""),
            "row": None if problem.row is None else problem.row + 1,
            "column": columns.get((problem.field or "", problem.column or ""), ""),
            "text": wording.problem_text(problem),
            "material": problem.material or (problem.field if problem.field in images else None),
            "step": page_of_field(form, problem.field) if problem.field else None,
            "anchor": problem_anchor(problem),
        }
        for problem in problems
    )


def _difference(page: FormPage, stale: StaleError, answers: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What this tab holds against what was saved elsewhere: (label, saved, here) of each field that differs."""
    saved = stale.facts.get("answers") or {}
    return tuple(
        (field.label, _plain(saved.get(field.id)), _plain(answers[field.id]))
        for field in page.fields
        if field.id in answers and _plain(saved.get(field.id)) != _plain(answers[field.id])
    )


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "；".join("，".join(map(str, row.values())) if isinstance(row, dict) else str(row) for row in value)
    return "" if value is None else str(value)
