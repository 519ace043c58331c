"""The page of 站点管理 about updates: the version in use, what became of earlier ones, and what lies on a drive."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.clock import from_text
from node.upkeep.update_desk import UpdateDesk
from node.web import wording
from node.web.security import policy

ROLES = ("admin",)
SHOWN = 20


def updates_blueprint(desk: UpdateDesk) -> Blueprint:
    """Routes of that page."""
    pages = Blueprint("updates", __name__)

    @pages.get("/station/updates")
    @policy(*ROLES)
    def updates() -> str:
        return render_template("station/updates.html", **_told(desk))

    @pages.post("/station/updates")
    @policy(*ROLES)
    def apply() -> AnyResponse:
        desk.begin(g.session.person.name, request.form.get("update", ""))
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
