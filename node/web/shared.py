"""Pages for everybody: login, home, lists, the strip, a case's chain, slips and scans."""

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms import expressions
from node.errors import LoginError, NotFoundError
from node.slips import qr_code
from node.staff.people import Person
from node.web import wording
from node.web.papers import Papers
from node.web.parts import Parts
from node.web.security import Guard, new_token, policy
from node.web.telling import strip

RULE_FILES = ("decimal.js", "days.js", "functions.js", "county_functions.js", "evaluate.js", "kinds.js", "form_state.js")
"""The rule engine of the browser, in the order in which its files build on each other."""
BOXES = {"village": ("returned", "drafts", "sent", "to_deliver", "done", "all"), "township": ("mine", "sent", "done", "all"),
         "county": ("mine", "sent", "done", "all")}  # fmt: skip
HOME_LINES = 8
LIST_LINES = 50


def shared_blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Routes that every role has."""
    pages = Blueprint("shared", __name__)
    _add_login(pages, parts, guard)
    _add_lists(pages, parts)
    _add_papers(pages, Papers(parts.desk, parts.clock))
    return pages


def _add_login(pages: Blueprint, parts: Parts, guard: Guard) -> None:
    @pages.get("/login")
    @policy(login=False)
    def login() -> AnyResponse:
        return _login_page(guard, 200, None)

    @pages.post("/login")
    @policy(login=False, csrf="login")
    def log_in() -> AnyResponse:
        try:
            token, _session = parts.people.login(request.form.get("name", "").strip(), request.form.get("password", ""))
        except LoginError as error:
            return _login_page(guard, 401, error)
        answer = redirect(_inside(request.form.get("next", "")), 303)
        guard.let_in(answer, token)  # type: ignore[arg-type]  # redirect() is typed as werkzeug's answer
        return answer

    @pages.post("/logout")
    @policy()
    def log_out() -> AnyResponse:
        parts.keyring.lock(g.session.person.session_id)
        parts.people.logout(g.session)
        answer = redirect(url_for("shared.login"), 303)
        guard.let_out(answer)  # type: ignore[arg-type]  # as above
        return answer


def _add_lists(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/")
    @policy()
    def home() -> str:
        boxes = BOXES[parts.station.tier]
        first = desk.cases(_person(), box="mine" if "mine" in boxes else "all", limit=HOME_LINES)
        return render_template(
            "shared/home.html", counts=desk.counts(_person()), boxes=boxes, lines=first, items=desk.items(), strip=strip(desk.status())
        )

    @pages.get("/strip")
    @policy()
    def status_strip() -> AnyResponse:
        answer = make_response(render_template("shared/strip.html", strip=strip(desk.status())))
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer.make_conditional(request)

    @pages.get("/cases")
    @policy()
    def cases() -> str:
        box, query = request.args.get("box", "all"), request.args.get("q", "").strip()
        if box not in wording.BOXES:
            raise NotFoundError("box", box)
        lines = desk.cases(_person(), box=box, q=query or None, after=request.args.get("after"), limit=LIST_LINES)
        return render_template(
            "shared/cases.html", box=box, query=query, lines=lines, boxes=BOXES[parts.station.tier], counts=desk.counts(_person()),
            more=len(lines) == LIST_LINES,
        )  # fmt: skip

    @pages.get("/find")
    @policy()
    def find() -> AnyResponse:
        return redirect(url_for("shared.cases", box="all", q=request.args.get("q", "")), 303)


def _add_papers(pages: Blueprint, papers: Papers) -> None:
    @pages.get("/cases/<number>/papers/<kind>")
    @policy()
    def paper(number: str, kind: str) -> str:
        slip = papers.slip(_person(), number, kind)
        return render_template("shared/paper.html", slip=slip, qr=qr_code(slip.qr_text), number=number, kind=kind)

    @pages.get("/cases/<number>/papers/<kind>.pdf")
    @policy()
    def paper_file(number: str, kind: str) -> Response:
        return Response(papers.pdf(_person(), number, kind), content_type="application/pdf")

    @pages.get("/static/rules/<name>")
    @policy(login=False)
    def rules(name: str) -> Response:
        if name not in RULE_FILES:
            raise NotFoundError("document", name)
        return send_from_directory(next(iter(expressions.__path__)), name, mimetype="text/javascript")


def _person() -> Person:
    person: Person = g.session.person
    return person


def _login_page(guard: Guard, status: int, error: LoginError | None) -> Response:
    """The login page, with a token in a cookie and the same in its form."""
    token = new_token()
    message = wording.error_text(error) if error else None
    back = _inside(request.values.get("next", ""))
    answer = make_response(render_template("shared/login.html", token=token, message=message, next=back), status)
    guard.new_login_token(answer, token)
    return answer


def _inside(target: str) -> str:
    """A path of this station, `/` for anything else."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith("//") and "\\" not in target and not parts.scheme and not parts.netloc
    return target if inside else "/"
