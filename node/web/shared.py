"""Pages for everybody: login, home, lists, the strip, a case's chain, slips and scans."""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms import expressions
from forms.catalogue import ItemEntry
from forms.expressions.scripts import SCRIPTS
from node.casework.desk import Desk
from node.casework.reading import SET_ASIDE
from node.documents.desk import DocumentDesk
from node.errors import LoginError, NotFoundError
from node.staff.people import Person
from node.web import wording
from node.web.documents import document_answer, document_file, slip_file
from node.web.parts import Parts
from node.web.security import Guard, new_token, person_here, policy
from node.web.slips import Slips
from node.web.telling import strip
from node.web.wording import people as people_words

RULE_FILES = tuple(path.name for path in SCRIPTS)
"""The rule engine of the browser, in the order in which its files build on each other."""
BOXES = {"village": ("returned", "to_decide", "drafts", "sent", "to_deliver", "done", "all"), "township": ("mine", "sent", "done", "all"),
         "county": ("mine", "sent", "done", "all")}  # fmt: skip
PRACTICE_BOXES = ("drafts", "practice")
OFFICERS = frozenset({"admin", "key_officer"})
"""Who decides on requests of those below."""
TODO = {"agent": ("returned", "to_deliver"), "village_head": ("to_decide",)}
"""Boxes of a village whose cases wait for who has that role."""
HOME_LINES = 8
HOME_ITEMS = 6
LIST_LINES = 50


def shared_blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Routes that every role has."""
    pages = Blueprint("shared", __name__)
    _add_login(pages, parts, guard)
    _add_lists(pages, parts)
    _add_slips(pages, Slips(parts.desk, parts.images, parts.clock), parts.documents)
    return pages


def _add_login(pages: Blueprint, parts: Parts, guard: Guard) -> None:
    @pages.get("/login")
    @policy(login=False)
    def login() -> AnyResponse:
        if g.session is not None:
            return redirect(inside(request.args.get("next", "")), 303)
        return _login_page(guard, 200, None)

    @pages.post("/login")
    @policy(login=False, csrf="login")
    def log_in() -> AnyResponse:
        try:
            token, _session = parts.people.login(request.form.get("name", "").strip(), request.form.get("password", ""))
        except LoginError as error:
            return _login_page(guard, 401, error)
        answer = redirect(inside(request.form.get("next", "")), 303)
        guard.let_in(answer, token)
        return answer

    @pages.post("/logout")
    @policy()
    def log_out() -> AnyResponse:
        parts.keyring.lock(g.session.person.session_id)
        parts.people.logout(g.session)
        answer = redirect(url_for("shared.login"), 303)
        guard.let_out(answer)
        return answer


def _add_lists(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/")
    @policy()
    def home() -> str:
        boxes, counts = _boxes(parts, person_here())
        first = desk.cases(person_here(), box="mine" if "mine" in boxes else "all", limit=HOME_LINES)
        todo = [
            line
            for box in _todo(person_here())
            if box in boxes and counts.get(box)
            for line in desk.cases(person_here(), box=box, limit=HOME_LINES)
        ]
        is_officer = bool(OFFICERS.intersection(person_here().roles))
        asked = len(parts.reception.registrar.waiting()) if is_officer else 0
        wanted = len(parts.seals.register.lines(state="wanted")) if parts.county is not None and is_officer else 0
        missing_year = parts.county.missing_year() if parts.county is not None and is_officer else None
        items = _items_first(desk, person_here())
        return render_template("shared/home.html", counts=counts, boxes=boxes, lines=first, todo=todo, items=items, asked=asked,
                               wanted=wanted, missing_year=missing_year)  # fmt: skip

    @pages.get("/strip")
    @policy()
    def status_strip() -> AnyResponse:
        answer = make_response(_strip_text(parts))
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer.make_conditional(request)

    @pages.get("/cases")
    @policy()
    def cases() -> str:
        box, query = request.args.get("box", "all"), request.args.get("q", "").strip()
        if box not in wording.BOXES:
            raise NotFoundError("box", box)
        lines = desk.cases(person_here(), box=box, q=query or None, after=request.args.get("after"), limit=LIST_LINES)
        boxes, counts = _boxes(parts, person_here())
        more = lines[-1].cursor if len(lines) == LIST_LINES and box != SET_ASIDE else ""
        return render_template("shared/cases.html", box=box, query=query, lines=lines, boxes=boxes, counts=counts, more=more)

    @pages.get("/find")
    @policy()
    def find() -> AnyResponse:
        return redirect(url_for("shared.cases", box="all", q=request.args.get("q", "")), 303)


def _strip_text(parts: Parts) -> str:
    is_paused = parts.road.has_line and parts.road.pace.is_paused()
    return render_template("shared/strip.html", strip=strip(parts.desk.status()), is_bad=parts.health.is_bad(), is_paused=is_paused)


def _add_slips(pages: Blueprint, slips: Slips, documents: DocumentDesk) -> None:
    @pages.get("/cases/<number>/papers/<kind>")
    @policy()
    def paper(number: str, kind: str) -> str:
        slip = slips.slip(person_here(), number, kind, printing=True)
        return render_template("shared/paper.html", slip=slip, number=number, kind=kind)

    @pages.get("/cases/<number>/qr.svg")
    @policy()
    def qr(number: str) -> AnyResponse:
        case_number = slips.check_there(person_here(), number)
        answer = make_response()
        answer.set_etag(hashlib.sha256(case_number.encode()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        if answer.make_conditional(request).status_code != 304:
            answer.set_data(slips.qr_svg(case_number))
            answer.content_type = "image/svg+xml"
        return answer

    @pages.get("/cases/<number>/papers/<kind>/qr.svg")
    @policy()
    def paper_qr(number: str, kind: str) -> Response:
        return Response(slips.qr_svg(slips.slip(person_here(), number, kind).qr_text), content_type="image/svg+xml")

    @pages.get("/cases/<number>/papers/<kind>.pdf")
    @policy()
    def paper_file(number: str, kind: str) -> Response:
        return document_answer(slip_file(documents, slips, person_here(), number, kind), kind, "pdf")

    @pages.get("/cases/<number>/documents/<kind>.<any(pdf, ofd):ending>")
    @policy()
    def document_of(number: str, kind: str, ending: str) -> Response:
        return document_answer(document_file(documents, slips, person_here(), number, kind, ending), kind, ending)

    @pages.get("/static/rules/<name>")
    @policy(login=False)
    def rules(name: str) -> Response:
        if name not in RULE_FILES:
            raise NotFoundError("document", name)
        return send_from_directory(next(iter(expressions.__path__)), name, mimetype="text/javascript")


def _boxes(parts: Parts, person: Person) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The boxes that the station's people see, with how many cases each holds; the one with trouble only when there is some."""
    counts = parts.desk.counts(person)
    if person.practice:
        return PRACTICE_BOXES, counts
    rare = {SET_ASIDE: bool(counts.get(SET_ASIDE)), "to_decide": bool(counts.get("to_decide")) or "village_head" in person.roles}
    boxes = (*((SET_ASIDE,) if rare[SET_ASIDE] else ()), *BOXES[parts.station.tier])
    return tuple(box for box in boxes if rare.get(box, True)), counts


def _items_first(desk: Desk, person: Person) -> tuple[ItemEntry, ...]:
    """A few items to begin with: those used here last, then others of the shelf."""
    others = (entry for entry in desk.items() if desk.is_on_shelf(entry))
    return tuple(dict.fromkeys((*desk.recent_items(person), *others)))[:HOME_ITEMS]


def _todo(person: Person) -> tuple[str, ...]:
    """The boxes whose cases wait for this person."""
    return tuple(box for role in person.roles for box in TODO.get(role, ()))


def _login_page(guard: Guard, status: int, error: LoginError | None) -> Response:
    """The login page, with a token in a cookie and the same in its form."""
    token = new_token()
    message = wording.error_text(error) if error else None
    back = inside(request.values.get("next", ""))
    done = people_words.DONE.get(request.args.get("done", ""), "")
    answer = make_response(render_template("shared/login.html", token=token, message=message, next=back, done=done), status)
    guard.new_login_token(answer, token)
    return answer


def inside(target: str) -> str:
    """A path of this station, `/` for anything else."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    inside = target.startswith("/") and not target.startswith("//") and "\\" not in target and not parts.scheme and not parts.netloc
    return target if inside else "/"
