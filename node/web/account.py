"""The page 我的账号, for everybody: one's own password, PIN, key and certificates."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError, RequestError
from node.staff.people import Session
from node.web.parts import Parts
from node.web.posted import LARGEST_ANSWER, posted_file, sent_file
from node.web.refusals import status_of
from node.web.security import Guard, person_here, policy
from node.web.wording import error_text
from node.web.wording import people as people_words
from signing.errors import SigningError


def account_blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Routes of one's own account."""
    pages = Blueprint("account", __name__)
    _add_secrets(pages, parts, guard)
    _add_key(pages, parts)
    return pages


def account_page(parts: Parts, status: int = 200, message: str = "") -> Response:
    """The page of one's own account."""
    person, done = person_here(), people_words.DONE.get(request.args.get("done", ""), "")
    villages = parts.desk.villages(person) if parts.station.tier == "village" and person.has("agent") else ()
    keys = parts.key_desk.keys_of(person.name)
    body = render_template(
        "people/account.html", keys=keys, villages=villages, message=message, done=done, given=request.form,
        kin=() if person.practice else parts.kinship.of(person, person.name),
    )  # fmt: skip
    return Response(body, status)


def _add_secrets(pages: Blueprint, parts: Parts, guard: Guard) -> None:
    @pages.get("/account")
    @policy()
    def mine() -> Response:
        return account_page(parts)

    @pages.post("/account/password")
    @policy()
    def password() -> AnyResponse:
        form = request.form
        try:
            token = _changed_password(parts, form.get("password", ""), form.get("new", ""), form.get("again", ""))
        except NodeError as error:
            return account_page(parts, status_of(error), error_text(error))
        answer = redirect(url_for("account.mine", done="password"), 303)
        guard.let_in(answer, token)
        return answer

    @pages.post("/account/pin")
    @policy()
    def pin() -> AnyResponse:
        form = request.form
        try:
            parts.key_desk.change_pin(person_here().name, form.get("pin", ""), form.get("new", ""), form.get("again", ""))
        except (NodeError, SigningError) as error:
            return account_page(parts, status_of(error), error_text(error))
        return redirect(url_for("account.mine", done="pin"), 303)


def _add_key(pages: Blueprint, parts: Parts) -> None:
    desk = parts.key_desk

    @pages.post("/account/key")
    @policy()
    def ask() -> AnyResponse:
        form = request.form
        try:
            desk.ask(person_here().name, form.get("new", ""), form.get("again", ""), form.get("holder", ""), form.get("old", ""))
        except (NodeError, SigningError) as error:
            return account_page(parts, status_of(error), error_text(error))
        return redirect(url_for("account.mine", done="key"), 303)

    @pages.get("/account/request")
    @policy()
    def asked() -> Response:
        return sent_file(desk.request_file(person_here().name, request.args.get("division", "")), f"{person_here().name}.request")

    @pages.post("/account/answer")
    @policy(body_bytes=LARGEST_ANSWER)
    def take() -> AnyResponse:
        try:
            desk.take(posted_file("answer"))
        except (NodeError, SigningError) as error:
            return account_page(parts, status_of(error), error_text(error))
        return redirect(url_for("account.mine", done="answer"), 303)


def _changed_password(parts: Parts, old: str, new: str, again: str) -> str:
    """Give the person another password; the token of a new login, since all that stood have ended.

    Raises:
        LoginError: the old one is wrong, or was tried too often.
        RequestError: `passwords_differ`, or the new one is poor.
    """
    session: Session = g.session
    if new != again:
        raise RequestError("passwords_differ")
    parts.people.check_own(session.person.name, old)
    parts.people.set_password(session.person.name, new)
    parts.keyring.lock(session.person.session_id)
    token, _ = parts.people.login(session.person.name, new)
    return token
