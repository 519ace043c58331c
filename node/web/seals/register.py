"""The county's page 印章登记册: seals asked for, drawn, looked at, made; put in use, stopped, lost, replaced; each with reason and PIN."""

from datetime import UTC, datetime

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import GlyphError, NodeError, RequestError
from node.seals.desk import LARGEST_FILE, SealDesk
from node.web.local_time import SHANGHAI
from node.web.parts import Parts
from node.web.posted import posted_file, sent_file, whole_number
from node.web.refusals import status_of
from node.web.seals.views import day_of, line_of
from node.web.security import person_here, policy
from node.web.wording import error_text
from node.web.wording import sealing as sealing_words
from node.web.wording import seals as words_of
from signing.errors import SigningError

WATCHERS = ("key_officer", "admin", "supervisor")
OFFICER = "key_officer"
MOST_LINES = 200
PICTURE_FORM = 128 * 1024
_FRIENDLY = (NodeError, SigningError)


def register_blueprint(parts: Parts) -> Blueprint:
    """Routes of the county's register."""
    pages = Blueprint("seals", __name__)
    _add_list(pages, parts)
    _add_making(pages, parts)
    _add_steps(pages, parts)
    return pages


def _add_list(pages: Blueprint, parts: Parts) -> None:
    desk = parts.seals

    @pages.get("/seals")
    @policy(*WATCHERS)
    def listed() -> AnyResponse:
        return _list_page(parts, desk)

    @pages.post("/seals")
    @policy(OFFICER, body_bytes=LARGEST_FILE)
    def take() -> AnyResponse:
        try:
            done = desk.take_file(posted_file("file"))
        except _FRIENDLY as error:
            return _list_page(parts, desk, status_of(error), error_text(error))
        return redirect(url_for("seals.listed", done=done), 303)

    @pages.get("/seals/<named>")
    @policy(*WATCHERS)
    def one(named: str) -> AnyResponse:
        return _seal_page(parts, desk, named)

    @pages.get("/seals/<named>/picture")
    @policy(*WATCHERS)
    def picture(named: str) -> Response:
        line = desk.register.get(named)
        media = {"PNG": "image/png", "SVG": "image/svg+xml"}.get(line.media or "", "application/octet-stream")
        return Response(line.picture or b"", mimetype=media, headers={"Content-Security-Policy": "default-src 'none'; style-src 'none'"})

    @pages.get("/seals/<named>/answer")
    @policy(OFFICER)
    def answer(named: str) -> Response:
        line = desk.register.get(named)
        return sent_file(desk.register.answer_of(line.request), f"{line.station}-{line.request[-8:]}.answer")


def _add_making(pages: Blueprint, parts: Parts) -> None:
    desk = parts.seals

    @pages.post("/seals/<named>/draw")
    @policy(OFFICER)
    def draw(named: str) -> AnyResponse:
        form = request.form
        try:
            desk.draw(named, form.get("name", ""), _centre(), _size("diameter"), person_here().name)
        except GlyphError as error:
            return _seal_page(parts, desk, named, status_of(error), words_of.NO_GLYPH.format(characters=error.characters))
        except _FRIENDLY as error:
            return _seal_page(parts, desk, named, status_of(error), error_text(error))
        return redirect(url_for("seals.one", named=named, done="drawn") + "#picture", 303)

    @pages.post("/seals/<named>/picture")
    @policy(OFFICER, body_bytes=PICTURE_FORM)
    def bring(named: str) -> AnyResponse:
        try:
            desk.bring(named, request.form.get("name", ""), posted_file("picture"), _size("width"), _size("height"), person_here().name)
        except _FRIENDLY as error:
            return _seal_page(parts, desk, named, status_of(error), error_text(error))
        return redirect(url_for("seals.one", named=named, done="drawn") + "#picture", 303)

    @pages.post("/seals/<named>/make")
    @policy(OFFICER)
    def make(named: str) -> AnyResponse:
        form = request.form
        try:
            officer = desk.opened(g.session.person, form.get("pin", ""))
            desk.register.make(named, officer, form.get("reason", ""), enable="enable" in form, seen=form.get("seen", ""))
        except _FRIENDLY as error:
            return _seal_page(parts, desk, named, status_of(error), error_text(error))
        return redirect(url_for("seals.one", named=named, done="made"), 303)

    @pages.post("/seals/<named>/refuse")
    @policy(OFFICER)
    def refuse(named: str) -> AnyResponse:
        form = request.form
        try:
            desk.register.refuse(named, desk.opened(g.session.person, form.get("pin", "")), form.get("reason", ""))
        except _FRIENDLY as error:
            return _seal_page(parts, desk, named, status_of(error), error_text(error))
        return redirect(url_for("seals.one", named=named, done="refused"), 303)


def _add_steps(pages: Blueprint, parts: Parts) -> None:
    desk = parts.seals

    @pages.post("/seals/<named>/state")
    @policy(OFFICER)
    def change(named: str) -> AnyResponse:
        form = request.form
        try:
            if not form.get("state"):
                raise RequestError("seal_state")
            officer = desk.opened(g.session.person, form.get("pin", ""))
            desk.register.change(named, form["state"], officer, form.get("reason", ""), _moment(form.get("since", "")))
        except _FRIENDLY as error:
            return _seal_page(parts, desk, named, status_of(error), error_text(error))
        return redirect(url_for("seals.one", named=named, done="changed"), 303)


def _list_page(parts: Parts, desk: SealDesk, status: int = 200, message: str = "") -> Response:
    query, state, now = request.args.get("q", "").strip(), request.args.get("state", ""), parts.clock.now()
    station = parts.bureau.station
    lines = [line_of(one, station, now) for one in desk.register.lines(query, state)]
    personal = desk.personal() if request.args.get("show") == "personal" else ()
    body = render_template(
        "seals/list.html", lines=lines[:MOST_LINES], number=len(lines), query=query, state=state, message=message, words_of=words_of,
        kinds=sealing_words.KINDS, done=request.args.get("done", ""), ending=len(desk.register.ending(now)),
        personal=[one for one in personal if query in one.name][:MOST_LINES], day_of=day_of, shows_personal=bool(personal),
    )  # fmt: skip
    return Response(body, status)


def _seal_page(parts: Parts, desk: SealDesk, named: str, status: int = 200, message: str = "") -> Response:
    record = desk.register.get(named)
    body = render_template(
        "seals/one.html", line=line_of(record, parts.bureau.station, parts.clock.now()), record=record, message=message, words_of=words_of,
        kinds=sealing_words.KINDS, done=request.args.get("done", ""), history=desk.register.history(record.request), given=request.form,
        seen=desk.register.picture_digest(record), may_act=OFFICER in g.session.person.roles, names=_names(parts),
        has_answer=desk.register.has_answer(record.request),
    )  # fmt: skip
    return Response(body, status)


def _names(parts: Parts) -> dict[str, str]:
    return {one.name: one.display_name for one in parts.people.records()}


def _centre() -> str:
    """What the posted form has in the middle of the seal.

    Raises:
        RequestError: `seal_text_needed`.
    """
    chosen, text = request.form.get("centre", "star"), request.form.get("text", "").strip()
    if chosen == "text" and not text:
        raise RequestError("seal_text_needed")
    return text if chosen == "text" else chosen


def _size(name: str) -> int:
    """A length in mm of the posted form.

    Raises:
        RequestError: `seal_diameter`.
    """
    number = whole_number(request.form.get(name, "").strip())
    if number is None:
        raise RequestError("seal_diameter")
    return number


def _moment(text: str) -> datetime | None:
    """The time of a `datetime-local` field, which is the county's; None when it is empty.

    Raises:
        RequestError: `seal_since`.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RequestError("seal_since") from error
