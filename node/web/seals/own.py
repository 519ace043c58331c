"""The page 单位印章 of a station: what it holds, who keeps it, how it stands; asking for a new one, and letting others keep it."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError
from node.roles import Tier
from node.seals.cabinet import HeldSeal
from node.seals.desk import LARGEST_FILE, SealDesk
from node.seals.keeping import KINDS_OF, may_keep
from node.staff.people import Person
from node.web.parts import Parts
from node.web.posted import posted_file, sent_file
from node.web.refusals import status_of
from node.web.seals.views import OwnSeal, asked_of, day_of, ends_text
from node.web.security import person_here, policy
from node.web.wording import error_text
from node.web.wording import sealing as sealing_words
from node.web.wording import seals as words_of
from signing.errors import SigningError

KEEPERS = ("agent", "village_head", "reviewer", "leader", "approver")
WATCHERS = (*KEEPERS, "key_officer", "admin")
_FRIENDLY = (NodeError, SigningError)


def own_seals_blueprint(parts: Parts) -> Blueprint:
    """Routes of this station's own seals."""
    pages = Blueprint("own_seals", __name__)
    _add_asking(pages, parts)
    _add_keeping(pages, parts)
    return pages


def _add_asking(pages: Blueprint, parts: Parts) -> None:
    desk = parts.seals

    @pages.get("/own-seals")
    @policy(*WATCHERS)
    def held() -> AnyResponse:
        return _page(parts, desk)

    @pages.post("/own-seals")
    @policy(*KEEPERS)
    def ask() -> AnyResponse:
        form = request.form
        try:
            key = desk.opened(g.session.person, form.get("pin", ""))
            token = (form["token"], form.get("token_pin", "")) if form.get("token") else None
            kind, name, replaces = form.get("kind", ""), form.get("name", ""), form.get("replaces") or None
            desk.asking.ask(key, kind, name, replaces, form.get("remark", ""), form.get("seal_pin") or None, token)
        except _FRIENDLY as error:
            return _page(parts, desk, status_of(error), error_text(error))
        return redirect(url_for("own_seals.held", done="asked"), 303)

    @pages.get("/own-seals/<key_name>/request")
    @policy(*KEEPERS)
    def asked(key_name: str) -> Response:
        return sent_file(desk.asking.request_of(key_name), f"{key_name}.request")

    @pages.post("/own-seals/file")
    @policy(*WATCHERS, body_bytes=LARGEST_FILE)
    def take() -> AnyResponse:
        try:
            done = desk.take_file(posted_file("file"))
        except _FRIENDLY as error:
            return _page(parts, desk, status_of(error), error_text(error))
        return redirect(url_for("own_seals.held", done=done), 303)


def _add_keeping(pages: Blueprint, parts: Parts) -> None:
    desk = parts.seals

    @pages.post("/own-seals/<key_name>/keepers")
    @policy(*KEEPERS)
    def add(key_name: str) -> AnyResponse:
        form, whose = request.form, ""
        try:
            other = _person(parts, form.get("person", ""))
            known = desk.opened(g.session.person, form.get("pin", ""))
            whose = f"{other.display_name}："
            new = desk.opened(other, form.get("other_pin", ""))
            whose = ""
            desk.asking.add_custodian(key_name, known, new, form.get("seal_pin") or None, form.get("other_seal_pin") or None)
        except _FRIENDLY as error:
            return _page(parts, desk, status_of(error), whose + error_text(error))
        return redirect(url_for("own_seals.held", done="added"), 303)

    @pages.post("/own-seals/<key_name>/keepers/remove")
    @policy(*KEEPERS)
    def remove(key_name: str) -> AnyResponse:
        form = request.form
        try:
            desk.asking.remove_custodian(key_name, form.get("key", ""), desk.opened(g.session.person, form.get("pin", "")))
        except _FRIENDLY as error:
            return _page(parts, desk, status_of(error), error_text(error))
        return redirect(url_for("own_seals.held", done="removed"), 303)


def _person(parts: Parts, name: str) -> Person:
    """Somebody of this station, to open the own key for this one step.

    Raises:
        NotFoundError: `person`.
    """
    return parts.people.person(name)


def _page(parts: Parts, desk: SealDesk, status: int = 200, message: str = "") -> Response:
    person = person_here()
    seals = [_own(parts, desk, one) for one in desk.cabinet.all()]
    kinds = [kind for kind in KINDS_OF[Tier(parts.station.tier)] if may_keep(parts.station.tier, kind, person.roles)]
    body = render_template(
        "seals/own.html", seals=seals, asked=asked_of(desk), kinds_here=kinds, kinds=sealing_words.KINDS, words_of=words_of,
        message=message, done=request.args.get("done", ""), given=request.form, may_ask=bool(kinds) and not person.practice,
    )  # fmt: skip
    return Response(body, status)


def _own(parts: Parts, desk: SealDesk, held: HeldSeal) -> OwnSeal:
    people = {one.name: one for one in parts.people.records()}
    keepers = desk.asking.keepers(held.key_name) if held.state != "unknown" else ()
    logins = {login for _, login in keepers}
    others = tuple(
        (one.name, one.display_name)
        for one in people.values()
        if one.name not in logins
        and not one.disabled
        and not one.practice
        and one.key_name
        and may_keep(parts.station.tier, held.kind, one.roles)
    )
    return OwnSeal(
        held=held,
        until=day_of(held.valid_to),
        ends=ends_text(held.valid_to, parts.clock.now()) if held.state in ("in_use", "stopped", "expired", "made") else "",
        keepers=tuple((key, people[login].display_name if login in people else "") for key, login in keepers),
        is_mine=person_here().name in held.custodians,
        may_keep=others,
    )
