"""The page 在途 (the road): how the line does, what waits and why, and what people do about it."""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError, NotFoundError
from node.mail.line_settings import LinePlan
from node.mail.queue import QueuePage
from node.web import wording
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.road.acting import ACTORS, act_on, carry_now, items_for, may_act, set_limits, switch
from node.web.road.rows import digest_of, row_of
from node.web.road.telling import heard_text, line_told
from node.web.security import person_here, policy

LINES = 50
MAX_QUERY = 100


def road_blueprint(parts: Parts) -> Blueprint:
    """Routes of the page."""
    pages = Blueprint("road", __name__)
    _add_looking(pages, parts)
    _add_acting(pages, parts)
    return pages


def road_page(parts: Parts, status: int = 200, message: str = "") -> Response:
    """The page, with what it was asked for, and what was typed where it was refused."""
    facts = _facts(parts)
    plan = parts.road.pace.plan()
    given = request.form if message and "max_kbit" in request.form else _given(plan)
    body = render_template(
        "road/page.html", **facts, message=message, done=request.args.get("done", ""), given=given, may_act=may_act(person_here())
    )
    return Response(body, status)


def _add_looking(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/road")
    @policy()
    def road() -> Response:
        return road_page(parts)

    @pages.get("/road/live")
    @policy()
    def live() -> AnyResponse:
        answer = make_response(render_template("road/live_page.html", **_facts(parts)))
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer.make_conditional(request)


def _add_acting(pages: Blueprint, parts: Parts) -> None:
    def done(what: str) -> AnyResponse:
        return redirect(url_for("road.road", done=what, q=request.form.get("q") or None), 303)

    @pages.post("/road/items/<item_id>")
    @policy(*ACTORS)
    def item(item_id: str) -> AnyResponse:
        act = request.form.get("act", "")
        try:
            act_on(parts.road, person_here(), item_id, act, request.form.get("reason", ""))
        except NodeError as error:
            return road_page(parts, status_of(error), wording.error_text(error))
        return done(act)

    @pages.post("/road/settings")
    @policy(*ACTORS)
    def settings() -> AnyResponse:
        form = request.form
        hours = (form.get("quiet_from", ""), form.get("quiet_to", ""))
        try:
            set_limits(parts.road, person_here(), form.get("max_kbit", ""), hours if any(text.strip() for text in hours) else None)
        except NodeError as error:
            return road_page(parts, status_of(error), wording.error_text(error))
        return done("limits")

    @pages.post("/road/pause")
    @policy(*ACTORS)
    def pause() -> AnyResponse:
        how_long = request.form.get("how_long") or None
        try:
            switch(parts.road, person_here(), how_long)
        except NodeError as error:
            return road_page(parts, status_of(error), wording.error_text(error))
        return done("paused" if how_long else "resumed")

    @pages.post("/road/carry")
    @policy(*ACTORS)
    def carry() -> AnyResponse:
        try:
            carry_now(parts.road, person_here())
        except NodeError as error:
            return road_page(parts, status_of(error), wording.error_text(error))
        return done("carry")


def _facts(parts: Parts) -> dict[str, Any]:
    """What the page and its live part show."""
    query, now = request.args.get("q", "").strip()[:MAX_QUERY], parts.road.now()
    view, page = parts.road.line(), items_for(parts.road, person_here(), LINES, request.args.get("after") or None, query)
    parent = next((hop.station for hop in view.hops if hop.is_parent), None)
    rows = [row_of(item, parent, now) for item in page.items]
    return {
        "view": view,
        "told": line_told(view, now, lambda name: _display_name(parts, name), digest_of(rows), is_stuck=_is_stuck(page)),
        "rows": rows,
        "count": page.total,
        "after": page.after,
        "query": query,
        "hops": [(hop, heard_text(hop, now)) for hop in view.hops],
    }


def _is_stuck(page: QueuePage) -> bool:
    """Whether all that waits is here on this page, and none of it goes."""
    return len(page.items) == page.total > 0 and all(one.state in ("refused", "held") for one in page.items)


def _given(plan: LinePlan) -> dict[str, str]:
    """What the settings' form holds at first."""
    hours = plan.quiet_hours or ("", "")
    begin, end = (f"{one:%H:%M}" if one else "" for one in hours)
    return {"max_kbit": str(plan.max_kbit or ""), "quiet_from": begin, "quiet_to": end}


def _display_name(parts: Parts, name: str) -> str:
    """The name that people know, or the login name of somebody who is gone."""
    try:
        return parts.people.person(name).display_name
    except NotFoundError:
        return name
