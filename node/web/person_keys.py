"""On a person's page, for who looks after keys: a key asked for, the answer taken, further villages, and a locked key opened again."""

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError
from node.staff.acting import Village
from node.staff.unlocking import PASSWORD, Proof
from node.web.parts import Parts
from node.web.people import person_page
from node.web.posted import LARGEST_ANSWER, posted_file, sent_file
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import error_text
from signing.errors import SigningError


def person_keys_blueprint(parts: Parts) -> Blueprint:
    """Routes of another person's key and villages. PINs are typed by the person, at this machine."""
    pages = Blueprint("person_keys", __name__)
    desk = parts.key_desk

    @pages.post("/people/<name>/key")
    @policy("admin")
    def ask(name: str) -> AnyResponse:
        form = request.form
        try:
            desk.ask(name, form.get("new", ""), form.get("again", ""), form.get("holder", ""), form.get("old", ""))
        except (NodeError, SigningError) as error:
            return person_page(parts, name, status_of(error), error_text(error))
        return redirect(url_for("people.one", name=name, done="key"), 303)

    @pages.get("/people/<name>/request")
    @policy("admin")
    def asked(name: str) -> Response:
        return sent_file(desk.request_file(name, request.args.get("division", "")), f"{name}.request")

    @pages.post("/people/<name>/answer")
    @policy("admin", body_bytes=LARGEST_ANSWER)
    def take(name: str) -> AnyResponse:
        try:
            desk.take(posted_file("answer"))
        except (NodeError, SigningError) as error:
            return person_page(parts, name, status_of(error), error_text(error))
        return redirect(url_for("people.one", name=name, done="answer"), 303)

    @pages.post("/people/<name>/villages")
    @policy("admin")
    def appoint(name: str) -> AnyResponse:
        form = request.form
        village = Village(form.get("division", "").strip(), form.get("village", "").strip())
        try:
            desk.appoint(name, village, form.get("pin", ""))
        except (NodeError, SigningError) as error:
            return person_page(parts, name, status_of(error), error_text(error))
        return redirect(url_for("people.one", name=name, done="village"), 303)

    @pages.post("/people/<name>/villages/dismiss")
    @policy("admin")
    def dismiss(name: str) -> AnyResponse:
        desk.dismiss(g.session.person, name, request.form.get("division", ""))
        return redirect(url_for("people.one", name=name, done="dismissed"), 303)

    _add_unlocking(pages, parts)
    return pages


def _add_unlocking(pages: Blueprint, parts: Parts) -> None:
    @pages.post("/people/<name>/unlock")
    @policy("admin", "key_officer")
    def unlock(name: str) -> AnyResponse:
        form, unlocking = request.form, parts.unlocking
        proof, reason = Proof(form.get("proof", PASSWORD), form.get("secret", "")), form.get("reason", "")
        try:
            if form.get("code") is None:
                unlocking.unlock(person_here(), name, proof, reason)
            else:
                unlocking.unblock(person_here(), name, proof, reason, form["code"], form.get("new", ""), form.get("again", ""))
        except (NodeError, SigningError) as error:
            return person_page(parts, name, status_of(error), error_text(error))
        return redirect(url_for("people.one", name=name, done="unlock"), 303)
