"""Pages of 站点管理 about new stations: invitations made and taken back, requests confirmed and refused."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.enrolment.documents import MAX_REQUEST_BYTES
from node.enrolment.invitation_files import file_name, zipped
from node.enrolment.invitations import DAYS, Inviting, Wanted
from node.enrolment.registrar import Registrar
from node.enrolment.stations_csv import MAX_BYTES, read_stations
from node.errors import EnrolmentError, NodeError, NotFoundError, RequestError, StationsError
from node.web.parts import Parts
from node.web.posted import posted_file, sent_file, whole_number
from node.web.refusals import status_of
from node.web.security import policy
from node.web.wording import enrolment as enrolment_words
from node.web.wording import error_text
from signing.errors import SigningError

OFFICERS = ("admin", "key_officer")
LEAST_FORM = 64 * 1024
"""What a form may weigh beside its file."""


def stations_enrolment_blueprint(parts: Parts) -> Blueprint:
    """Routes of invitations and requests."""
    pages = Blueprint("enrolment", __name__)
    _add_requests(pages, parts)
    _add_request_files(pages, parts.reception.registrar)
    _add_invitations(pages, parts, parts.reception.inviting)
    return pages


def _requests_page(registrar: Registrar, status: int = 200, message: str = "", done: str = "") -> Response:
    body = render_template(
        "stations/requests.html",
        waiting=registrar.waiting(),
        decided=registrar.decided(),
        words_of=enrolment_words,
        message=message,
        done=done,
    )
    return Response(body, status)


def _add_requests(pages: Blueprint, parts: Parts) -> None:
    registrar = parts.reception.registrar

    @pages.get("/stations/requests")
    @policy(*OFFICERS)
    def requests() -> Response:
        return _requests_page(registrar, done=enrolment_words.DONE.get(request.args.get("done", ""), ""))

    @pages.post("/stations/requests/confirm")
    @policy(*OFFICERS)
    def confirm() -> AnyResponse:
        try:
            registrar.confirm(request.form.get("digest", ""), g.session.person.name)
            # A request of this station's own is not brought to it: what was granted is used at once.
            parts.bureau.adoption.run(parts.clock.now())
        except (NodeError, SigningError) as error:
            return _requests_page(registrar, status_of(error), error_text(error))
        return redirect(url_for("enrolment.requests", done="confirmed"), 303)

    @pages.post("/stations/requests/refuse")
    @policy(*OFFICERS)
    def refuse() -> AnyResponse:
        try:
            registrar.refuse(request.form.get("digest", ""), g.session.person.name, request.form.get("reason", ""))
        except NodeError as error:
            return _requests_page(registrar, status_of(error), error_text(error))
        return redirect(url_for("enrolment.requests", done="refused"), 303)


def _add_request_files(pages: Blueprint, registrar: Registrar) -> None:
    @pages.post("/stations/requests")
    @policy(*OFFICERS, body_bytes=MAX_REQUEST_BYTES + LEAST_FORM)
    def take() -> AnyResponse:
        try:
            taken = registrar.take(posted_file("request"))
        except (NodeError, SigningError) as error:
            return _requests_page(registrar, status_of(error), error_text(error))
        if taken.answer is not None:
            return redirect(url_for("enrolment.answer", digest=taken.digest), 303)
        return redirect(url_for("enrolment.requests", done="taken"), 303)

    @pages.get("/stations/requests/answer")
    @policy(*OFFICERS)
    def answer() -> Response:
        digest = request.args.get("digest", "")
        found = registrar.record(digest)
        if found.answer is None:
            raise NotFoundError("request", digest)
        return sent_file(found.answer, f"{found.station}-{digest[-8:]}.answer")


def _add_invitations(pages: Blueprint, parts: Parts, inviting: Inviting) -> None:
    def page(status: int = 200, error: Exception | None = None, done: str = "") -> Response:
        body = render_template(
            "stations/invite.html",
            invited=inviting.all_open(),
            now=parts.clock.now(),
            message=error_text(error) if error else "",
            faults=[enrolment_words.fault_text(one) for one in error.faults] if isinstance(error, StationsError) else (),
            done=done,
            given=request.form,
            days=DAYS,
        )
        return Response(body, status)

    def made(act: str) -> AnyResponse:
        person, form = g.session.person.name, request.form
        days = whole_number(form.get("days", "").strip() or str(DAYS)) or 0
        try:
            if act == "list":
                wanted, faults = read_stations(posted_file("stations"))
                return sent_file(zipped(inviting.invite(wanted, person, days, faults)), f"{parts.station.id}-邀请.zip")
            (record,) = inviting.invite([_wanted()], person, days)
        except (EnrolmentError, RequestError) as error:
            return page(status_of(error), error)
        return sent_file(record.data, file_name(record))

    @pages.get("/stations/invitations")
    @policy(*OFFICERS)
    def invitations() -> Response:
        return page(done=enrolment_words.DONE.get(request.args.get("done", ""), ""))

    @pages.post("/stations/invitations")
    @policy(*OFFICERS)
    def invite() -> AnyResponse:
        return made("one")

    @pages.post("/stations/invitations/list")
    @policy(*OFFICERS, body_bytes=MAX_BYTES + LEAST_FORM)
    def invite_many() -> AnyResponse:
        return made("list")

    @pages.get("/stations/invitations/<invitation_id>")
    @policy(*OFFICERS)
    def again(invitation_id: str) -> Response:
        found = next((one for one in inviting.all_open() if one.invitation_id == invitation_id), None)
        if found is None:
            raise NotFoundError("invitation", invitation_id)
        return sent_file(found.data, file_name(found))

    @pages.post("/stations/invitations/withdraw")
    @policy(*OFFICERS)
    def withdraw() -> AnyResponse:
        try:
            inviting.withdraw(request.form.get("invitation", ""), g.session.person.name)
        except (EnrolmentError, NotFoundError) as error:
            return page(status_of(error), error)
        return redirect(url_for("enrolment.invitations", done="withdrawn"), 303)


def _wanted() -> Wanted:
    form = request.form
    return Wanted(
        name=form.get("name", "").strip(),
        tier=form.get("tier", ""),
        division=form.get("division", "").strip(),
        replaces=form.get("replaces", "").strip() or None,
        parent_url=form.get("parent_url", "").strip().rstrip("/") or None,
    )
