"""Another person at the same machine (切换用户), and the first password of a new account (启用码).

Two clicks: the button on every page locks who is there, a name leads to the password. Names are shown only to a browser at which somebody
is logged in or locked.
"""

from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import LoginError, RequestError
from node.web import wording
from node.web.desks import Desks
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import Guard, new_token, policy
from node.web.shared import inside
from node.web.wording import people as people_words

SEEN_WITHIN = timedelta(days=30)
"""People who have not been here for longer log in by name."""


def switching_blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Routes of switching and of setting up."""
    pages = Blueprint("switching", __name__)
    _add_switching(pages, parts, guard, Desks(parts.clock, parts.people.idle))
    _add_setting_up(pages, parts, guard)
    return pages


def _add_switching(pages: Blueprint, parts: Parts, guard: Guard, desks: Desks) -> None:
    def desk_of_this_browser() -> str:
        return request.cookies.get(guard.desk_cookie, "")

    def lock(answer: AnyResponse, page: str) -> None:
        """End the login that stands, close its key, and remember the page that was left."""
        if g.session is None:
            return
        token = desks.park(desk_of_this_browser(), g.session.person.name, page)
        parts.keyring.lock(g.session.person.session_id)
        parts.people.logout(g.session)
        guard.let_out(answer)
        guard.keep_desk(answer, token)

    def switch_page(status: int = 200, message: str = "", chosen: str = "") -> Response:
        token, people = new_token(), parts.people.recent(parts.clock.now() - SEEN_WITHIN)
        who = next((one for one in people if one.name == chosen), None)
        locked = desks.locked(desk_of_this_browser())
        body = render_template("people/switch.html", token=token, people=people, who=who, locked=locked, message=message)
        answer = make_response(body, status)
        guard.new_login_token(answer, token)
        return answer

    @pages.post("/switch")
    @policy()
    def leave() -> AnyResponse:
        answer = redirect(url_for("switching.choose"), 303)
        lock(answer, inside(request.form.get("left", "")))
        return answer

    @pages.get("/switch")
    @policy(login=False)
    def choose() -> AnyResponse:
        if g.session is None and not desks.knows(desk_of_this_browser()):
            return redirect(url_for("shared.login"), 303)
        return switch_page(chosen=request.args.get("who", ""))

    @pages.post("/switch/in")
    @policy(login=False, csrf="login")
    def come_in() -> AnyResponse:
        if g.session is None and not desks.knows(desk_of_this_browser()):
            return redirect(url_for("shared.login"), 303)
        name = request.form.get("name", "")
        try:
            token, _session = parts.people.login(name, request.form.get("password", ""))
        except LoginError as error:
            return switch_page(status_of(error), wording.error_text(error), name)
        answer = redirect(desks.take(desk_of_this_browser(), name), 303)
        lock(answer, "/")
        guard.let_in(answer, token)
        return answer


def _add_setting_up(pages: Blueprint, parts: Parts, guard: Guard) -> None:
    def setup_page(status: int = 200, message: str = "", name: str = "") -> Response:
        token = new_token()
        answer = make_response(render_template("people/setup.html", token=token, message=message, name=name), status)
        guard.new_login_token(answer, token)
        return answer

    @pages.get("/setup")
    @policy(login=False)
    def setup() -> Response:
        return setup_page()

    @pages.post("/setup")
    @policy(login=False, csrf="login")
    def set_up() -> AnyResponse:
        form = request.form
        name, password = form.get("name", "").strip(), form.get("password", "")
        if password != form.get("again", ""):
            return setup_page(400, people_words.SETUP_MISMATCH, name)
        try:
            parts.people.set_up(name, form.get("code", ""), password)
        except (LoginError, RequestError) as error:
            return setup_page(status_of(error), wording.error_text(error), name)
        return redirect(url_for("shared.login", done="setup"), 303)


def left_page() -> str:
    """The page to come back to from here: only what can be asked for again."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
