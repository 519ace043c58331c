"""The county's pages of the catalogue (事项目录): the shelf, workbooks imported and looked at, publishing and withdrawing, releases."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.catalogue.authoring import is_available
from node.catalogue.item_desk import ItemDesk, Taken
from node.catalogue.release import PUBLISH
from node.catalogue.views import ShelfItem
from node.errors import LintError, NodeError, NotFoundError, RequestError
from node.upkeep.health import Health, StationHealth
from node.web.catalogue_preview import add_preview
from node.web.labels import labels_of
from node.web.parts import Parts
from node.web.posted import posted_file, whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import catalogue as catalogue_words
from node.web.wording import error_text
from node.web.wording import lint as lint_words
from node.web.wording import workbook as workbook_words

OFFICERS = ("admin", "key_officer")
MAX_WORKBOOK_BYTES = 8 * 1024 * 1024
LEAST_FORM = 64 * 1024
"""What a form may weigh beside its file."""
ITEMS_SHOWN = 100
RELEASES_SHOWN = 50
DIFFERENCES_SHOWN = 200


def catalogue_blueprint(desk: ItemDesk, parts: Parts) -> Blueprint:
    """Routes of the catalogue at a county."""
    pages = Blueprint("catalogue", __name__)
    _add_shelf(pages, desk)
    _add_imports(pages, desk)
    _add_signing(pages, desk)
    _add_releases(pages, desk, parts.health)
    add_preview(pages, desk, parts.clock)
    return pages


def _shelf_page(desk: ItemDesk, status: int = 200, message: str = "", taken: Taken | None = None) -> Response:
    query, done = request.args.get("q", "").strip(), catalogue_words.DONE.get(request.args.get("done", ""))
    found = [one for one in desk.shelf() if query in _searched(one)]
    published = [(change.package, one.release.number) for one in desk.releases() for change in one.release.changes if change.act == PUBLISH]
    body = render_template(
        "catalogue/shelf.html", items=found[:ITEMS_SHOWN], more=len(found[ITEMS_SHOWN:]), query=query, since=dict(reversed(published)),
        done=done, imported=desk.imported(), is_available=is_available(), message=message, faults=taken.faults if taken else (),
        fault_cure=workbook_words.fault_cure,
    )  # fmt: skip
    return Response(body, status)


def _searched(item: ShelfItem) -> str:
    """What an item is found by."""
    return " ".join((item.name, item.id, *((item.current.department, item.current.domain) if item.current else ())))


def _add_shelf(pages: Blueprint, desk: ItemDesk) -> None:
    @pages.get("/catalogue")
    @policy(*OFFICERS)
    def shelf() -> Response:
        return _shelf_page(desk)

    @pages.get("/catalogue/items/<item_id>")
    @policy(*OFFICERS)
    def item(item_id: str) -> str:
        found = desk.item(item_id)
        history = [one for one in desk.releases() if any(change.item == item_id for change in one.release.changes)]
        return render_template("catalogue/item.html", item=found, history=history, message="")


def _add_imports(pages: Blueprint, desk: ItemDesk) -> None:
    @pages.post("/catalogue/import")
    @policy(*OFFICERS, body_bytes=MAX_WORKBOOK_BYTES + LEAST_FORM)
    def take() -> AnyResponse:
        try:
            taken = desk.take_workbook(posted_file("workbook"), person_here().display_name)
        except NodeError as error:
            return _shelf_page(desk, status_of(error), error_text(error))
        if taken.entry is None:
            return _shelf_page(desk, 422, catalogue_words.NOT_IMPORTED.format(count=len(taken.faults)), taken)
        return redirect(url_for("catalogue.review", item_id=taken.entry.id, done="imported"), 303)

    @pages.get("/catalogue/imports/<item_id>")
    @policy(*OFFICERS)
    def review(item_id: str) -> Response:
        return _review_page(desk, item_id)

    @pages.post("/catalogue/imports/<item_id>/drop")
    @policy(*OFFICERS)
    def drop(item_id: str) -> AnyResponse:
        try:
            desk.drop(item_id, person_here().name)
        except RequestError as error:
            return _shelf_page(desk, status_of(error), error_text(error))
        return redirect(url_for("catalogue.shelf", done="dropped"), 303)


def _review_page(desk: ItemDesk, item_id: str, status: int = 200, message: str = "") -> Response:
    found = desk.review(item_id)
    body = render_template(
        "catalogue/review.html", review=found, entry=found.imported.entry, message=message, most=DIFFERENCES_SHOWN,
        levels=lint_words.LEVELS, finding_text=lint_words.finding_text, place_text=lint_words.place_text,
        done=catalogue_words.DONE.get(request.args.get("done", "")), labels=labels_of(found.form),
    )  # fmt: skip
    return Response(body, status)


def _add_signing(pages: Blueprint, desk: ItemDesk) -> None:
    @pages.get("/catalogue/confirm")
    @policy(*OFFICERS)
    def confirm() -> Response:
        given = request.args
        step = desk.step(given.get("act", ""), given.get("item", ""), given.get("package", ""))
        reason = given.get("reason", "").strip()
        if not reason:
            raise RequestError("reason_needed")
        return Response(render_template("catalogue/confirm.html", step=step, reason=reason))

    @pages.post("/catalogue/sign")
    @policy(*OFFICERS)
    def sign() -> AnyResponse:
        form = request.form
        act, item_id = form.get("act", ""), form.get("item", "")
        number = whole_number(form.get("number", "")) or 0
        try:
            made = desk.carry_out(act, item_id, form.get("package", ""), number, form.get("reason", ""), person_here().display_name)
        except LintError as error:
            return _review_page(desk, item_id, status_of(error), error_text(error))
        return redirect(url_for("catalogue.release", number=made.release.number, done=act), 303)


@dataclass(frozen=True)
class Standing:
    """Which release a station below has in force, as it reported last; None when it has not said."""

    name: str
    number: int | None
    heard: datetime | None


def standing_of(one: StationHealth) -> Standing:
    """What a station said of the catalogue."""
    said = one.code("catalogue")
    number = one.fact("catalogue", "number") or 0
    return Standing(one.name, None if said is None else int(number), one.heard)


def _add_releases(pages: Blueprint, desk: ItemDesk, health: Health) -> None:
    @pages.get("/catalogue/releases")
    @policy(*OFFICERS)
    def releases() -> str:
        stations, newest = [standing_of(one) for one in health.below()], desk.head()
        return render_template(
            "catalogue/releases.html", releases=desk.releases()[:RELEASES_SHOWN], unsent=desk.unsent(), newest=newest,
            behind=[one for one in stations if one.number != newest], count=len(stations),
        )  # fmt: skip

    @pages.get("/catalogue/releases/<number>")
    @policy(*OFFICERS)
    def release(number: str) -> str:
        known = whole_number(number)
        if known is None:
            raise NotFoundError("release", number)
        done = catalogue_words.DONE.get(request.args.get("done", ""))
        return render_template("catalogue/release.html", one=desk.release(known), unsent=desk.unsent(), done=done)
