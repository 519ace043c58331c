"""The page of 站点管理 about updates: the version in use, what became of earlier ones, and what came down the road or lies on a drive.

At a county also: what was sent to all stations, and what may be.
"""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.clock import from_text
from node.upkeep.update_desk import UpdateDesk
from node.web import wording
from node.web.security import policy

ROLES = ("admin",)
SHOWN = 20


def updates_blueprint(desk: UpdateDesk, tier: str) -> Blueprint:
    """Routes of that page at a station of a tier."""
    pages = Blueprint("updates", __name__)

    @pages.get("/station/updates")
    @policy(*ROLES)
    def updates() -> str:
        return render_template("station/updates.html", **_told(desk), **(_told_of_publishing(desk) if tier == "county" else {}))

    @pages.post("/station/updates")
    @policy(*ROLES)
    def apply() -> AnyResponse:
        desk.begin(g.session.person.name, request.form.get("update", ""))
        return redirect(url_for("updates.updates"), 303)

    @pages.post("/station/updates/publish")
    @policy(*ROLES)
    def publish() -> AnyResponse:
        desk.publish(g.session.person.name, request.form.get("update", ""))
        return redirect(url_for("updates.updates"), 303)

    return pages


def _told(desk: UpdateDesk) -> dict[str, Any]:
    overview, failure = desk.overview(), desk.failure()
    is_working = desk.is_working()
    return {
        "overview": overview,
        "lines": [(one, from_text(one.at)) for one in overview.history[:SHOWN]] if overview else [],
        "is_working": is_working,
        "failure": wording.error_text(failure) if failure else "",
        "offers": [] if is_working else [(one, wording.error_text(one.refused) if one.refused else "") for one in desk.offers()],
        "results": wording.UPDATE_RESULTS,
        "whys": wording.UPDATE_WHYS,
    }


def _told_of_publishing(desk: UpdateDesk) -> dict[str, Any]:
    offers = [(one, wording.error_text(one.refused) if one.refused else "") for one in desk.to_publish()]
    return {"is_county": True, "sent": desk.published(), "to_publish": offers}
