"""The JSON API of the road: how the line does, what waits, and what people do about it. `openapi_road.py` describes it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.errors import RequestError
from node.mail.line_settings import LEAST_KBIT, MOST_KBIT
from node.mail.queue import QueueItem
from node.mail.road_desk import CaseRoad, LineView, RoadDesk, ScansAt
from node.web.api.asked import asked_body, asked_text
from node.web.local_time import iso
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.road.acting import ACTORS, act_on, carry_now, items_for, set_limits, switch
from node.web.security import JSON_BYTES, person_here, policy

MAX_LIMIT, MAX_QUERY = 200, 100
SETTINGS = ("max_kbit", "quiet_hours", "pause")


def road_api_blueprint(parts: Parts) -> Blueprint:
    """The API's routes of the road."""
    api = Blueprint("road_api", __name__)
    desk = parts.road
    _add_looking(api, parts)

    @api.post("/api/v1/road/items/<item_id>")
    @policy(*ACTORS, body_bytes=JSON_BYTES)
    def item(item_id: str) -> Response:
        body = asked_body()
        return jsonify(item_json(act_on(desk, person_here(), item_id, asked_text(body, "act"), asked_text(body, "reason", ""))))

    @api.post("/api/v1/road/settings")
    @policy(*ACTORS, body_bytes=JSON_BYTES)
    def settings() -> Response:
        _set(desk, asked_body())
        return jsonify(line=line_json(desk.line()))

    @api.post("/api/v1/road/carry")
    @policy(*ACTORS, body_bytes=JSON_BYTES)
    def carry() -> Response:
        carry_now(desk, person_here())
        return jsonify({})

    return api


def _add_looking(api: Blueprint, parts: Parts) -> None:
    desk = parts.road

    @api.get("/api/v1/road")
    @policy()
    def road() -> Response:
        limit = whole_number(request.args.get("limit", "50"), MAX_LIMIT)
        if not limit:
            raise RequestError("bad", name="limit")
        page = items_for(desk, person_here(), limit, request.args.get("after") or None, request.args.get("q", "").strip()[:MAX_QUERY])
        return jsonify(line=line_json(desk.line()), items=[item_json(one) for one in page.items], total=page.total, after=page.after)

    @api.get("/api/v1/cases/<number>/road")
    @policy()
    def case_road(number: str) -> Response:
        view = parts.desk.case(person_here(), number)
        found = desk.of_case(view, parts.desk.letters(person_here(), view.line.case_number))
        return jsonify(road=None if found is None else case_road_json(found))


def _set(desk: RoadDesk, body: dict[str, Any]) -> None:
    """Set what the body names; what it does not name stays as it is.

    Raises:
        RequestError: `missing`, it names nothing; or as `set_limits` and `switch`.
    """
    plan, person = desk.pace.plan(), person_here()
    if not any(name in body for name in SETTINGS):
        raise RequestError("missing", name=" / ".join(SETTINGS))
    if "pause" in body:
        how_long = body["pause"]
        if how_long is not None and not isinstance(how_long, str):
            raise RequestError("pause")
    if "max_kbit" in body or "quiet_hours" in body:
        kbit, hours = body.get("max_kbit", plan.max_kbit), body.get("quiet_hours", _hours_json(plan.quiet_hours))
        if not (kbit is None or (isinstance(kbit, int) and not isinstance(kbit, bool))):
            raise RequestError("line_cap", least=LEAST_KBIT, most=MOST_KBIT)
        if not (hours is None or (isinstance(hours, list) and len(hours) == 2 and all(isinstance(one, str) for one in hours))):
            raise RequestError("quiet_hours")
        set_limits(desk, person, kbit, None if hours is None else (hours[0], hours[1]))
    if "pause" in body:
        switch(desk, person, body["pause"])


def _hours_json(hours: Any) -> list[str] | None:
    return None if hours is None else [f"{one:%H:%M}" for one in hours]


def line_json(view: LineView) -> dict[str, Any]:
    """How the line does: only acknowledged bytes count, and an estimate is null where nobody can know."""
    line, plan = view.line, view.plan
    return {
        "link": view.status.link,
        "since": iso(view.status.since),
        "last_heard": iso(view.status.last_heard),
        "why": view.why if view.status.link == "down" else None,
        "left_bytes": view.left_bytes,
        "acknowledged_bytes": view.done_bytes,
        "bytes_s": round(line.rate_up) if line else 0,
        "in_flight_bytes": line.in_flight_bytes if line else 0,
        "acknowledged_at": iso(line.acknowledged_at) if line else None,
        "seconds_left": None if view.seconds_left is None else round(view.seconds_left),
        "max_kbit": plan.max_kbit,
        "quiet_hours": _hours_json(plan.quiet_hours),
        "is_quiet": view.is_quiet,
        "paused": None if plan.paused_at is None else {"at": iso(plan.paused_at), "until": iso(plan.paused_until), "by": plan.paused_by},
        "hops": [{"station": one.station, "name": one.name, "tier": one.tier, "last_heard": iso(one.heard_at)} for one in view.hops],
    }


def item_json(item: QueueItem) -> dict[str, Any]:
    """One item of the queue."""
    return {
        "item_id": item.item_id,
        "case_number": item.case_number,
        "short_number": item.short_number,
        "applicant": item.applicant,
        "events": list(item.events),
        "next_hop": item.next_hop,
        "next_hop_name": item.next_hop_name,
        "state": item.state,
        "why": item.why,
        "since": iso(item.since),
        "tried_at": iso(item.tried_at),
        "tries": item.tries,
        "last_heard": iso(item.last_heard),
        "urgent": item.urgent,
        "first": item.first,
        "letters_bytes": item.letters_bytes,
        "scan_bytes": item.scan_bytes,
        "scan_bytes_acknowledged": item.scan_bytes_acknowledged,
        "scans_total": item.scans_total,
        "scans_left": item.scans_left,
        "previews_left": item.previews_left,
    }


def case_road_json(road: CaseRoad) -> dict[str, Any]:
    """How far a case's letters and scans have come."""
    return {
        "letters": [
            {
                "letter": way.letter.letter_id,
                "event": way.letter.event,
                "stations": [{"name": name, "mark": mark, "at": iso(at)} for name, mark, at in way.signs],
            }
            for way in road.ways
        ],
        "scans_here": _scans_json(road.here),
        "scans_above": _scans_json(road.above),
        "set_aside": road.is_held,
    }


def _scans_json(scans: ScansAt | None) -> dict[str, Any] | None:
    if scans is None:
        return None
    return {
        "place": scans.place,
        "previews": scans.previews,
        "previews_total": scans.previews_total,
        "originals": scans.fulls,
        "originals_total": scans.fulls_total,
        "left_bytes": scans.left_bytes,
    }
