"""The people of this station (人员): accounts, roles, set-up codes, and leaving (离岗移交) with its sheet to sign."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError, RequestError
from node.roles import TIERS_OF_ROLE, Role, Tier
from node.staff.kin import LOOKING_AFTER
from node.staff.leaving import CONFIRMING, REASONS, Leaving
from node.staff.roster import Roster
from node.web import wording
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import people as people_words


def people_blueprint(parts: Parts) -> Blueprint:
    """Routes of the roster, of leaving, and of the button that clears practice cases."""
    pages = Blueprint("people", __name__)
    _add_roster(pages, parts.roster, _roles(parts))
    _add_changes(pages, parts)
    _add_leaving(pages, parts.leaving)

    @pages.post("/practice/wipe")
    @policy("admin", "agent")
    def wipe() -> AnyResponse:
        parts.desk.wipe_practice(person_here())
        there = url_for("people.everybody", done="wiped") if "admin" in person_here().roles else url_for("shared.home")
        return redirect(there, 303)

    return pages


def _add_roster(pages: Blueprint, roster: Roster, roles: tuple[str, ...]) -> None:
    def roster_page(status: int = 200, message: str = "") -> Response:
        done = people_words.DONE.get(request.args.get("done", ""), "")
        entries = roster.entries(person_here())
        return Response(
            render_template("people/people.html", entries=entries, roles=roles, message=message, done=done, given=request.form), status
        )

    @pages.get("/people")
    @policy("admin", "key_officer", "village_head")
    def everybody() -> Response:
        return roster_page()

    @pages.post("/people")
    @policy("admin")
    def add() -> Response:
        form = request.form
        name = form.get("name", "").strip()
        try:
            code = roster.add(person_here(), name, form.get("display_name", ""), form.getlist("role"), practice=form.get("practice") == "1")
        except RequestError as error:
            return roster_page(status_of(error), wording.error_text(error))
        return _code_page(roster, name, code)


def person_page(parts: Parts, name: str, status: int = 200, message: str = "") -> Response:
    """The page of one person.

    Raises:
        NotFoundError: nobody here is called that.
    """
    done = people_words.DONE.get(request.args.get("done", ""), "")
    entry, keys = parts.roster.entry(person_here(), name), parts.key_desk.keys_of(name)
    body = render_template(
        "people/person.html", entry=entry, keys=keys, roles=_roles(parts), message=message, done=done, given=request.form,
        township=parts.station.id[:9],
        kin=parts.kinship.of(person_here(), name) if LOOKING_AFTER.intersection(person_here().roles) else None,
    )  # fmt: skip
    return Response(body, status)


def _roles(parts: Parts) -> tuple[str, ...]:
    """The roles that there are at this tier."""
    return tuple(str(role) for role in Role if Tier(parts.station.tier) in TIERS_OF_ROLE[role])


def _add_changes(pages: Blueprint, parts: Parts) -> None:
    roster = parts.roster

    @pages.get("/people/<name>")
    @policy("admin", "key_officer", "village_head")
    def one(name: str) -> Response:
        return person_page(parts, name)

    @pages.post("/people/<name>/code")
    @policy("admin")
    def code(name: str) -> Response:
        return _code_page(roster, name, roster.new_code(person_here(), name))

    @pages.post("/people/<name>")
    @policy("admin")
    def change(name: str) -> AnyResponse:
        what, by = request.form.get("what", ""), person_here()
        changes = {
            "roles": lambda: roster.set_roles(by, name, request.form.getlist("role")),
            "disable": lambda: roster.disable(by, name),
            "enable": lambda: roster.enable(by, name),
        }
        try:
            if what not in changes:
                raise RequestError("bad", name="what")
            changes[what]()
        except RequestError as error:
            return person_page(parts, name, status_of(error), wording.error_text(error))
        return redirect(url_for("people.one", name=name, done=what), 303)


def _add_leaving(pages: Blueprint, leaving: Leaving) -> None:
    def leaving_page(name: str, to: str | None, status: int = 200, message: str = "") -> Response:
        try:
            lists = leaving.prepare(name, to)
        except RequestError as error:
            lists, status, message = leaving.prepare(name), status_of(error), message or wording.error_text(error)
        body = render_template(
            "people/leaving.html", lists=lists, successors=leaving.successors(name), reasons=REASONS, message=message,
            may_confirm=not CONFIRMING.isdisjoint(person_here().roles),
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/people/<name>/leaving")
    @policy("admin", "village_head")
    def lists(name: str) -> Response:
        return leaving_page(name, request.args.get("to") or None)

    @pages.post("/people/<name>/leaving")
    @policy("admin", "village_head")
    def confirm(name: str) -> AnyResponse:
        form = request.form
        try:
            leaving.confirm(person_here(), name, form.get("to", ""), form.get("reason", ""))
        except NodeError as error:
            return leaving_page(name, form.get("to") or None, status_of(error), wording.error_text(error))
        return redirect(url_for("people.handover", name=name), 303)

    @pages.get("/people/<name>/handover")
    @policy("admin", "key_officer", "village_head")
    def handover(name: str) -> str:
        return render_template("people/handover.html", lists=leaving.done(name))


def _code_page(roster: Roster, name: str, code: str) -> Response:
    return Response(render_template("people/code.html", entry=roster.entry(person_here(), name), code=code))
