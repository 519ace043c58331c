"""Papers of a case at the village: the mandate, originals seen, the applicant's signature on the pad."""

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.schema import Form
from node.casework.views import CaseView
from node.errors import MaterialError, NodeError, RequestError
from node.paperwork.codes import code_of
from node.paperwork.mandates import Terms
from node.paperwork.originals import ORIGINAL_SEEN
from node.paperwork.values import MANDATE, POWERS, SIGNED
from node.web import wording
from node.web.filling import fill, pages_of
from node.web.local_time import today
from node.web.masking import masked
from node.web.materials import attach_uploaded
from node.web.parts import Parts
from node.web.posted import posted_file
from node.web.refusals import status_of
from node.web.security import UPLOAD_BYTES, person_here, policy
from node.web.wording import papers as papers_words


def unseen_originals(view: CaseView, form: Form) -> tuple[str, ...]:
    """The names of the materials with pages whose original is to be seen and that nobody has ticked."""
    here = {one.material for one in view.attachments}
    return tuple(one.name for one in form.materials if ORIGINAL_SEEN in one.form and one.id in here and not view.papers.tick(one.id))


def paperwork_blueprint(parts: Parts) -> Blueprint:
    """Routes of mandates, originals and the pad."""
    pages = Blueprint("paperwork", __name__)
    _add_mandate(pages, parts)
    _add_originals(pages, parts)
    _add_pad(pages, parts)
    return pages


def _add_mandate(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def mandate_page(number: str, status: int = 200, message: str = "") -> Response:
        view = desk.case(person_here(), number)
        mandate = desk.papers.mandate(person_here(), number)
        scans = tuple(one for one in (*view.attachments, *view.waiting) if one.material == MANDATE)
        body = render_template(
            "papers/mandate.html", view=view, mandate=mandate, proposal=desk.papers.proposal(person_here(), number), scans=scans,
            next_page=max((one.page for one in scans), default=0) + 1, given=request.form, message=message, code=code_of,
            hidden=masked("id", mandate.principal_id) if mandate else "",
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/cases/<number>/mandate")
    @policy("agent")
    def mandate(number: str) -> Response:
        return mandate_page(number)

    @pages.post("/cases/<number>/mandate")
    @policy("agent")
    def make(number: str) -> AnyResponse:
        try:
            desk.papers.make_mandate(person_here(), number, _terms())
        except RequestError as error:
            return mandate_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("paperwork.mandate", number=number, _anchor="print"), 303)

    @pages.post("/cases/<number>/mandate/scan")
    @policy("agent", body_bytes=UPLOAD_BYTES)
    def scan(number: str) -> AnyResponse:
        try:
            attach_uploaded(desk, person_here(), number, MANDATE)
        except (MaterialError, RequestError) as error:
            return mandate_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("paperwork.mandate", number=number), 303)

    @pages.post("/cases/<number>/mandate/revoke")
    @policy("agent")
    def revoke(number: str) -> AnyResponse:
        try:
            desk.papers.revoke_mandate(person_here(), number, request.form.get("reason", ""))
        except RequestError as error:
            return mandate_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("paperwork.mandate", number=number), 303)


def _terms() -> Terms:
    """What was typed.

    Raises:
        RequestError: `mandate_term` a day is none.
    """
    form = request.form
    return Terms(
        principal=form.get("principal", ""),
        principal_id=form.get("principal_id", ""),
        powers=tuple(one for one in POWERS if one in form.getlist("powers")),
        begins=_day("begins"),
        ends=_day("ends"),
        witness=form.get("witness", ""),
        witness_phone=form.get("witness_phone", ""),
        signed=form.get("signed", SIGNED[0]),
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise RequestError("mandate_term") from error


def _add_originals(pages: Blueprint, parts: Parts) -> None:
    @pages.post("/cases/<number>/originals/<material>")
    @policy("agent")
    def original(number: str, material: str) -> AnyResponse:
        papers = parts.desk.papers
        if request.form.get("tick") == "1":
            papers.tick(person_here(), number, material)
        else:
            papers.untick(person_here(), number, material)
        if request.form.get("back") == "materials":
            return redirect(url_for("materials.slots", number=number, _anchor=f"slot-{material}"), 303)
        return redirect(url_for("agent.check", number=number, _anchor="papers"), 303)


def _add_pad(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def pad_page(number: str, status: int = 200, message: str = "") -> Response:
        view = desk.case(person_here(), number)
        form, to_sign = desk.form_of(view.line.case_number), desk.papers.form_to_sign(person_here(), number)
        state = fill(form, view, today(parts.clock.now()), answers=to_sign.answers)
        consent = papers_words.CONSENT.format(item=view.line.item_name, code=to_sign.code)
        body = render_template(
            "papers/sign.html", view=view, pages=pages_of(form), cell=state.cell, to_sign=to_sign, consent=consent, message=message
        )
        return Response(body, status)

    @pages.get("/cases/<number>/sign")
    @policy("agent")
    def pad(number: str) -> Response:
        return pad_page(number)

    @pages.post("/cases/<number>/sign")
    @policy("agent", body_bytes=UPLOAD_BYTES)
    def sign(number: str) -> AnyResponse:
        try:
            desk.papers.sign(person_here(), number, posted_file("file"), request.form.get("answers", ""))
        except NodeError as error:
            return pad_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("agent.check", number=number, _anchor="papers"), 303)
