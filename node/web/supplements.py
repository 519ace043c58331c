"""After a case has gone up: further pages (补充材料), and the page that takes a wrongly sent one away for good (误传删除)."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.casework.views import Attachment, CaseView
from node.errors import MaterialError, NodeError, NotFoundError
from node.staff.people import Person
from node.web import wording
from node.web.labels import labels_of
from node.web.materials import Slot, attach_uploaded, slots_of
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import UPLOAD_BYTES, person_here, policy
from signing.errors import SigningError

UNDER_WAY = frozenset({"submitted", "accepted", "forwarded", "suspended"})


@dataclass(frozen=True)
class GrowingSlot:
    """A material of a case under way: what went up, what waits, and the number that the next page gets."""

    slot: Slot
    waiting: tuple[Attachment, ...]

    @property
    def next_page(self) -> int:
        """The first number that no page has."""
        return max((one.page for one in (*self.slot.pages, *self.waiting)), default=0) + 1


def may_supplement(view: CaseView, person: Person, station: str) -> bool:
    """Whether this person may add pages to the case now."""
    return "agent" in person.roles and view.origin == station and view.head is not None and view.line.state in UNDER_WAY


def supplements_blueprint(parts: Parts) -> Blueprint:
    """Routes of supplements and erasures."""
    pages = Blueprint("supplements", __name__)
    _add_supplements(pages, parts)
    _add_erasing(pages, parts)
    return pages


def _add_supplements(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def supplement_page(number: str, status: int = 200, message: str = "") -> Response:
        view = desk.case(person_here(), number)
        if not may_supplement(view, person_here(), parts.station.id):
            raise NotFoundError("page", "supplement")
        slots = slots_of(view, desk.form_of(view.line.case_number), parts)
        growing = [
            GrowingSlot(replace(slot, missing=()), tuple(one for one in view.waiting if one.material == slot.id))
            for slot in slots
            if not slot.single
        ]
        return Response(render_template("agent/supplement.html", view=view, slots=growing, message=message, given=request.form), status)

    @pages.get("/cases/<number>/supplement")
    @policy("agent")
    def supplement(number: str) -> Response:
        return supplement_page(number)

    @pages.post("/cases/<number>/supplement/<material>")
    @policy("agent", body_bytes=UPLOAD_BYTES)
    def add(number: str, material: str) -> AnyResponse:
        try:
            attach_uploaded(desk, person_here(), number, material)
        except MaterialError as error:
            return supplement_page(number, 422, wording.error_text(error))
        return redirect(url_for("supplements.supplement", number=number, _anchor=f"slot-{material}"), 303)

    @pages.post("/cases/<number>/supplement")
    @policy("agent")
    def send(number: str) -> AnyResponse:
        form = request.form
        try:
            desk.act(
                person_here(), number, "supplement", pin=form.get("pin") or None, shown=form.get("shown", ""), text=form.get("text") or None
            )
        except (NodeError, SigningError) as error:
            return supplement_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("window.case", number=number, done="supplement"), 303)


def _add_erasing(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def confirm_page(number: str, material: str, page: int, status: int = 200, message: str = "") -> Response:
        view = desk.case(person_here(), number)
        form = desk.form_of(view.line.case_number)
        names = labels_of(form)
        one = _sent(view, material, page)
        body = render_template(
            "shared/erase.html", view=view, one=one, name=names.get(material, material), message=message, given=request.form
        )
        return Response(body, status)

    @pages.get("/cases/<number>/erase/<material>/<int:page>")
    @policy("agent", "reviewer", "leader", "approver")
    def confirm(number: str, material: str, page: int) -> Response:
        return confirm_page(number, material, page)

    @pages.post("/cases/<number>/erase/<material>/<int:page>")
    @policy("agent", "reviewer", "leader", "approver")
    def erase(number: str, material: str, page: int) -> AnyResponse:
        form = request.form
        try:
            desk.act(
                person_here(), number, "erased", pin=form.get("pin") or None, text=form.get("text") or None, enclosure=form.get("enclosure")
            )
        except (NodeError, SigningError) as error:
            return confirm_page(number, material, page, status_of(error), wording.error_text(error))
        return redirect(url_for("window.case", number=number, done="erased"), 303)


def _sent(view: CaseView, material: str, page: int) -> Attachment:
    """A page that went up and may be erased.

    Raises:
        NotFoundError: there is none, or the case is open and the page is simply taken off its draft.
    """
    found = next((one for one in view.attachments if (one.material, one.page) == (material, page)), None)
    if found is None or "erased" not in view.events or view.version is not None:
        raise NotFoundError("page", f"{material}/{page}")
    return found
