"""The agent's page of a slot that a telephone takes the pictures of: the code to scan, and each shot as it arrives.

It works without JavaScript too, but for shots, which then show when the page is loaded again.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.capture.phone import Pairing
from node.capture.tray import TrayShot
from node.errors import NodeError, NotFoundError, RequestError
from node.web import wording
from node.web.fill_pages import no_longer_open
from node.web.materials import slots_of
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import phone as words

AGENT = "agent"


def phone_blueprint(parts: Parts) -> Blueprint:
    """Routes of the agent's page."""
    pages = Blueprint("phone", __name__)
    _add_looking(pages, parts)
    _add_acting(pages, parts)
    return pages


def slot_name(parts: Parts, number: str, material: str) -> str:
    """What a slot of a case is called.

    Raises:
        NotFoundError: `material` the case has no such slot.
    """
    view = parts.desk.case(person_here(), number)
    slots = slots_of(view, parts.desk.form_of(view.line.case_number), parts)
    found = next((one.name for one in slots if one.id == material), None)
    if found is None:
        raise NotFoundError("material", material)
    return found


def open_pairing(parts: Parts, number: str, material: str, address: str | None) -> Pairing:
    """A new pairing of the login that asks."""
    return parts.phone.open(g.session, number, material, slot_name(parts, number, material), address)


def arrived(parts: Parts, number: str, material: str) -> tuple[TrayShot, ...]:
    """What telephones have sent for a slot, first to last."""
    return tuple(one for one in parts.tray.shots(person_here(), number, material) if one.record.source == "phone")


def _add_looking(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/cases/<number>/phone/<material>")
    @policy(AGENT)
    def start(number: str, material: str) -> AnyResponse:
        return no_longer_open(parts.desk, number) or _page(parts, number, material)

    @pages.get("/cases/<number>/phone/<material>/live")
    @policy(AGENT)
    def live(number: str, material: str) -> AnyResponse:
        answer = make_response(render_template("phone/live_page.html", **_facts(parts, number, material)))
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer.make_conditional(request)

    @pages.get("/cases/<number>/phone/<material>/code.svg")
    @policy(AGENT)
    def code(number: str, material: str) -> AnyResponse:
        waiting = _waiting(parts.phone.pairings.of_slot(g.session, number, material))
        if waiting is None:
            raise NotFoundError("document", material)
        return Response(parts.images.qr(parts.phone.url(waiting)).svg(), content_type="image/svg+xml")


def _add_acting(pages: Blueprint, parts: Parts) -> None:
    def back(number: str, material: str) -> AnyResponse:
        return redirect(url_for("phone.start", number=number, material=material), 303)

    @pages.post("/cases/<number>/phone/<material>", endpoint="open")
    @policy(AGENT)
    def open_door(number: str, material: str) -> AnyResponse:
        try:
            open_pairing(parts, number, material, request.form.get("address") or None)
        except RequestError as error:
            return _page(parts, number, material, error)
        return back(number, material)

    @pages.post("/cases/<number>/phone/<material>/renew")
    @policy(AGENT)
    def renew(number: str, material: str) -> AnyResponse:
        parts.phone.pairings.renew(g.session, number, material)
        return back(number, material)

    @pages.post("/cases/<number>/phone/<material>/stop")
    @policy(AGENT)
    def stop(number: str, material: str) -> AnyResponse:
        parts.phone.pairings.stop(g.session, number, material)
        return back(number, material)


def _page(parts: Parts, number: str, material: str, error: NodeError | None = None) -> Response:
    view = parts.desk.case(person_here(), number)
    body = render_template(
        "phone/start.html", view=view, slot=slot_name(parts, number, material), addresses=parts.phone.addresses(),
        message=wording.error_text(error) if error else "", **_facts(parts, number, material),
    )  # fmt: skip
    return Response(body, status_of(error) if error else 200)


def _facts(parts: Parts, number: str, material: str) -> dict[str, Any]:
    """What the page and its live part show."""
    pairings = parts.phone.pairings
    here = pairings.of_slot(g.session, number, material)
    waiting = _waiting(here)
    return {
        "wph": words,
        "number": parts.desk.case(person_here(), number).line.case_number,
        "material": material,
        "waiting": waiting,
        "is_slow": waiting is not None and pairings.seconds_open(waiting) >= words.SLOW_S,
        "connected": sum(not one.is_waiting for one in here),
        "minutes": max((-(-pairings.seconds_left(one) // 60) for one in here), default=0),
        "ended": "" if here else pairings.end_of(g.session, number, material),
        "shots": arrived(parts, number, material),
    }


def _waiting(pairings: tuple[Pairing, ...]) -> Pairing | None:
    return next((one for one in pairings if one.is_waiting), None)
