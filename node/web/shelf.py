"""The shelf of items: found, read about, printed, and started from."""

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.procedure import accepting_tiers
from forms.schema import Form
from node.casework.desk import Desk
from node.casework.offering import is_special_network
from node.documents.notices import slip_layout
from node.errors import NotFoundError
from node.staff.people import Person
from node.web.blank_forms import PrintedForm, blank_form, sample_form
from node.web.guides import guide_of
from node.web.item_notices import notice_slip
from node.web.local_time import day_text, today
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.security import person_here, policy
from node.web.shelf_groups import MOST_DRAWN, MOST_FOUND, cards_of, groups_of
from node.web.wording.shelf import GROUPINGS, NOTICE, PRINTS, TITLES

MAX_QUERY = 100
QR = "yizhan item {item_id} {package}"
"""What the QR of an item says: which item, at which version."""


def shelf_blueprint(parts: Parts) -> Blueprint:
    """Routes of the shelf."""
    pages = Blueprint("shelf", __name__)
    _add_shelf(pages, parts)
    _add_guide(pages, parts)
    _add_prints(pages, parts)
    return pages


def _add_shelf(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/items")
    @policy()
    def items() -> str:
        query, group = _query(), request.args.get("group", "")
        by = request.args.get("by", "domain")
        if by not in GROUPINGS:
            raise NotFoundError("page", by)
        everything = desk.items()
        offered = [entry for entry in everything if desk.is_on_shelf(entry)]
        is_long = len(everything) > MOST_DRAWN
        return render_template(
            "shelf/items.html", title=TITLES[_may_open(parts)], by=by, group=group, can_start=_may_open(parts), is_long=is_long,
            recent=() if query else cards_of(desk.recent_items(person_here())),
            groups=() if query else groups_of(offered, by),
            others=() if query or is_long else cards_of(entry for entry in everything if not desk.is_on_shelf(entry)),
            first=whole_number(request.args.get("from", "0"), len(everything)) or 0, most=MOST_DRAWN, query=query,
            **(_found(desk, query) if query else {}),
        )  # fmt: skip

    @pages.get("/items/found")
    @policy()
    def found() -> str:
        """What a search comes to, for a page that asks as one types."""
        query = _query()
        return render_template("shelf/found.html", query=query, by="domain", **_found(desk, query))


def _found(desk: Desk, query: str) -> dict[str, object]:
    """The items that were found: those of this shelf, those that are handed in elsewhere, and how many more there are."""
    every = desk.items(query)
    here = [entry for entry in every if desk.is_on_shelf(entry)]
    elsewhere = [entry for entry in every if not desk.is_on_shelf(entry)]
    return {
        "found": cards_of(here[:MOST_FOUND]),
        "elsewhere": cards_of(elsewhere[:MOST_FOUND]),
        "more": max(0, len(here) - MOST_FOUND) + max(0, len(elsewhere) - MOST_FOUND),
    }


def _add_guide(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/items/<item_id>")
    @policy()
    def guide(item_id: str) -> str:
        package, form = desk.item(item_id)
        on_shelf = parts.station.tier in accepting_tiers(form.tiers, form.more)
        return render_template(
            "shelf/guide.html", form=form, guide=guide_of(form, package), on_shelf=on_shelf,
            can_start=on_shelf and _may_open(parts), villages=desk.villages(person_here()) if _may_open(parts) else (),
        )  # fmt: skip

    @pages.post("/items/<item_id>/start")
    @policy("agent")
    def start(item_id: str) -> AnyResponse:
        view = desk.open_case(person_here(), item_id, request.form.get("division") or None)
        return redirect(url_for("agent.fill_in", number=view.line.case_number, step=1), 303)

    @pages.get("/items/<item_id>/qr.svg")
    @policy()
    def qr(item_id: str) -> AnyResponse:
        text = QR.format(item_id=item_id, package=desk.item(item_id)[0])
        answer = make_response()
        answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        if answer.make_conditional(request).status_code != 304:
            answer.set_data(parts.images.qr(text).svg())
            answer.content_type = "image/svg+xml"
        return answer


def _add_prints(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @pages.get("/items/<item_id>/notice")
    @policy()
    def notice(item_id: str) -> str:
        package, form = _printable(desk, item_id)
        return render_template(
            "shelf/notice.html", form=form, guide=guide_of(form, package), n=NOTICE, printed_on=day_text(today(parts.clock.now()))
        )

    @pages.get("/items/<item_id>/notice.pdf")
    @policy()
    def notice_file(item_id: str) -> Response:
        return Response(notice_pdf(parts, person_here(), item_id), content_type="application/pdf")

    @pages.get("/items/<item_id>/blank")
    @policy()
    def blank(item_id: str) -> str:
        return form_page(item_id, "blank", blank_form)

    @pages.get("/items/<item_id>/sample")
    @policy()
    def sample(item_id: str) -> str:
        return form_page(item_id, "sample", sample_form)

    def form_page(item_id: str, kind: str, drawn: Callable[[Form], PrintedForm]) -> str:
        package, form = _printable(desk, item_id)
        return render_template("shelf/form.html", form=form, guide=guide_of(form, package), sheet=drawn(form), kind=kind, prints=PRINTS)


def notice_pdf(parts: Parts, person: Person, item_id: str) -> bytes:
    """The notice of an item as a PDF file.

    Raises:
        UnknownItemError: no such item here.
        NotFoundError: it is handled elsewhere and has guidance only.
    """
    package, form = _printable(parts.desk, item_id)
    qr_text, printed_on = QR.format(item_id=item_id, package=package), day_text(today(parts.clock.now()))
    slip = notice_slip(guide_of(form, package), parts.station.name, parts.numbers.parent_name, person.display_name, printed_on, qr_text)
    return parts.documents.written(slip_layout(slip, parts.documents.qr(qr_text), "notice", item_id), "pdf")


def _printable(desk: Desk, item_id: str) -> tuple[str, Form]:
    """An item that has a form to print.

    Raises:
        UnknownItemError: no such item here.
        NotFoundError: it is handled elsewhere and has guidance only.
    """
    package, form = desk.item(item_id)
    if is_special_network(form):
        raise NotFoundError("document", item_id)
    return package, form


def _may_open(parts: Parts) -> bool:
    """Whether who looks may open cases at this station."""
    return parts.station.tier == "village" and "agent" in person_here().roles


def _query() -> str:
    return request.args.get("q", "").strip()[:MAX_QUERY]
