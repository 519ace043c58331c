"""The pages of scanning: one slot at a time, with the list of all beside it. Only they are allowed the camera.

A file can be added, and pages put in order, without JavaScript; the camera, the corners and the tray come with it.
"""

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.casework.views import CaseView
from node.errors import MaterialError, NodeError, NotFoundError, RequestError, StaleError
from node.scanning.finding.eyes import Eyes
from node.web import wording
from node.web.capture.slots import ScanSlot, first_of, next_after, scan_slots, ways_there
from node.web.fill_pages import no_longer_open
from node.web.materials import attach_uploaded
from node.web.paper_road import CAMERA_POLICY
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.refusals import status_of
from node.web.security import UPLOAD_BYTES, person_here, policy
from node.web.wording import scanning as words

SCRIPTS = (
    "start.js", "sound.js", "slots.js", "sending.js", "tray.js", "outline.js", "camera.js", "tabs.js", "live.js", "corners.js", "review.js",
    "files.js", "keys.js",
)  # fmt: skip
"""In the order in which they build on each other."""


class ScanPages:
    """Draws the page of a slot."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def slots(self, number: str) -> tuple[CaseView, tuple[ScanSlot, ...]]:
        """The case and its slots."""
        view = self._parts.desk.case(person_here(), number)
        shots = self._parts.tray.shots(person_here(), number)
        return view, scan_slots(view, self._parts, (one.record.material for one in shots if one.page is None))

    def show(self, number: str, material: str, error: NodeError | None = None) -> Response:
        """The page of one slot.

        Raises:
            NotFoundError: `material` the case has no such slot.
        """
        view, slots = self.slots(number)
        at = next((index for index, one in enumerate(slots) if one.slot.id == material), None)
        if at is None:
            raise NotFoundError("material", material)
        rules = (rule.rule for rule in current_app.url_map.iter_rules())
        answer = make_response(
            render_template(
                "capture/scan.html", view=view, slots=slots, here_slot=slots[at], next_slot=next_after(slots, at), texts=words,
                ways=ways_there(rules, slots[at], view.line.case_number), scripts=SCRIPTS, finds=Eyes.available(),
                message=wording.error_text(error) if error else "",
            ),
            status_of(error) if error else 200,
        )  # fmt: skip
        answer.headers["Permissions-Policy"] = CAMERA_POLICY
        return answer


def capture_blueprint(parts: Parts) -> Blueprint:
    """Routes of scanning."""
    pages = Blueprint("capture", __name__)
    draw = ScanPages(parts)
    _add_page(pages, parts, draw)
    _add_changes(pages, parts, draw)
    return pages


def _add_page(pages: Blueprint, parts: Parts, draw: ScanPages) -> None:
    @pages.get("/cases/<number>/scan")
    @policy("agent")
    def begin(number: str) -> AnyResponse:
        if elsewhere := no_longer_open(parts.desk, number):
            return elsewhere
        first = first_of(draw.slots(number)[1])
        if first is None:
            return redirect(url_for("materials.slots", number=number), 303)
        return redirect(url_for("capture.scan", number=number, material=first.slot.id), 303)

    @pages.get("/cases/<number>/scan/<material>")
    @policy("agent")
    def scan(number: str, material: str) -> AnyResponse:
        return no_longer_open(parts.desk, number) or draw.show(number, material)


def _add_changes(pages: Blueprint, parts: Parts, draw: ScanPages) -> None:
    @pages.post("/cases/<number>/scan/<material>")
    @policy("agent", body_bytes=UPLOAD_BYTES)
    def upload(number: str, material: str) -> AnyResponse:
        try:
            attach_uploaded(parts.desk, person_here(), number, material)
        except MaterialError as error:
            return draw.show(number, material, error)
        return redirect(url_for("capture.scan", number=number, material=material), 303)

    @pages.post("/cases/<number>/scan/<material>/order")
    @policy("agent")
    def order(number: str, material: str) -> AnyResponse:
        try:
            _move(parts, number, material)
        except (RequestError, StaleError) as error:
            return draw.show(number, material, error)
        return redirect(url_for("capture.scan", number=number, material=material), 303)


def _move(parts: Parts, number: str, material: str) -> None:
    """Move the posted page by one place; what is first or last already stays."""
    view = parts.desk.case(person_here(), number)
    kept = sorted((one for one in view.attachments if one.material == material), key=lambda one: one.page)
    pages = [one.page for one in kept]
    page, by = whole_number(request.form.get("page", ""), 999), -1 if request.form.get("by") == "-1" else 1
    if page not in pages or not 0 <= pages.index(page) + by < len(pages):
        return
    at = pages.index(page)
    pages[at], pages[at + by] = pages[at + by], pages[at]
    parts.keeping.order(person_here(), number, material, pages)
