"""Materials (材料): a slot for each, with its pages; the scans themselves, in full, small, or one page of a PDF."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.fields import IMAGE_KINDS
from forms.schema import Form, Material
from node.casework.desk import Desk
from node.casework.views import Attachment, CaseView
from node.errors import MaterialError
from node.paperwork.values import RESERVED, SEAL_APPROVAL
from node.scanning.intake import IntakeProcess
from node.staff.people import Person
from node.web import wording
from node.web.filling import pages_of, settled_on, visible_materials
from node.web.local_time import today
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.security import PICTURES, UPLOAD_BYTES, person_here, policy
from node.web.wording.papers import MATERIALS

PDF = "application/pdf"
WHOLE_BYTES = 20 << 20
"""Of all pages of a material that are joined: they are in memory together, and a letter may name one page a thousand times."""


@dataclass(frozen=True)
class Slot:
    """Where pages of one material go, or the picture of one field, which the applicant may sign. `missing` and `marks` are sentences."""

    id: str
    name: str
    detail: str
    required: str
    single: bool
    pages: tuple[Attachment, ...]
    missing: tuple[str, ...]
    marks: tuple[str, ...]
    signs: bool = False

    @property
    def next_page(self) -> int:
        """The number that the next page gets; a single picture is replaced."""
        return 1 if self.single else max((page.page for page in self.pages), default=0) + 1


def slots_of(view: CaseView, form: Form, parts: Parts) -> tuple[Slot, ...]:
    """The slots that apply to these answers: pictures of fields first, then the materials."""
    day = view.checked_on or today(parts.clock.now())
    settled = settled_on(form, view.answers, day)
    materials = visible_materials(form, settled, day)
    pictures = [
        replace(
            _slot(
                view, field.id, field.label, field.hint or field.capture or "", "always" if field.required else "optional", True, field.kind
            ),
            signs=field.kind == "signature",
        )
        for field in form.fields()
        if field.kind in IMAGE_KINDS and settled.fields[field.id].relevant
    ]
    supplied, waiting = {one.material for one in view.attachments}, {one.material for one in view.waiting}
    papers = [
        _slot(view, one.id, one.name, _detail(one), one.required, False)
        for one in form.materials
        if one.id in materials or one.id in supplied
    ]
    papers += [_slot(view, name, MATERIALS[name], "", "optional", False) for name in sorted(RESERVED & (supplied | waiting | _asked(view)))]
    return tuple(pictures + papers)


def _asked(view: CaseView) -> frozenset[str]:
    """The village head's approval on paper, where the next submission may go with it."""
    return frozenset({SEAL_APPROVAL}) if view.offer.on_paper else frozenset()


def _slot(view: CaseView, slot_id: str, name: str, detail: str, required: str, single: bool, kind: str = "") -> Slot:
    problems = (*view.problems, *view.material_problems)
    missing = [one for one in problems if one.material == slot_id or (single and one.field == slot_id)]
    pages = sorted((one for one in view.attachments if one.material == slot_id), key=lambda one: one.page)
    marks = tuple(mark.comment for mark in view.marks if slot_id in (mark.material, mark.field))
    return Slot(slot_id, name, detail, required, single, tuple(pages), tuple(wording.problem_text(one, kind) for one in missing), marks)


def _detail(material: Material) -> str:
    told = [material.form, "" if material.tolerance == "none" else material.tolerance, material.hint or material.capture or ""]
    return " · ".join(part for part in told if part)


def attach_uploaded(desk: Desk, person: Person, number: str, material: str) -> None:
    """Keep the posted files as pages of a material, from the posted page on.

    Raises:
        MaterialError: one cannot be kept; those before it are.
    """
    page = whole_number(request.form.get("page", "1"), 999) or 1
    for offset, file in enumerate(request.files.getlist("file")):
        desk.attach(person, number, material, page + offset, file.read())


def whole_pdf(desk: Desk, images: IntakeProcess, person: Person, number: str, material: str) -> bytes:
    """All pages of a material as one PDF, none of them encoded anew.

    Raises:
        MaterialError: `no_such_page`, it has none here; `pdf_large`, no station of ours makes pages so large.
    """
    pages = [one for one in desk.case(person, number).attachments if one.material == material]
    if not pages:
        raise MaterialError("no_such_page", page=1, pages=0)
    if sum(one.size_bytes for one in pages) > WHOLE_BYTES:
        raise MaterialError("pdf_large", limit_mib=WHOLE_BYTES >> 20)
    return images.join([desk.attachment(person, number, material, page)[0] for page in sorted({one.page for one in pages})])


def materials_blueprint(parts: Parts) -> Blueprint:
    """Routes of materials."""
    pages = Blueprint("materials", __name__)
    desk = parts.desk

    def slots_page(number: str, status: int = 200, message: str = "", failed: str = "") -> Response:
        view = desk.case(person_here(), number)
        form = desk.form_of(view.line.case_number)
        slots = slots_of(view, form, parts)
        body = render_template("agent/materials.html", view=view, slots=slots, message=message, failed=failed, pages=pages_of(form))
        return Response(body, status)

    @pages.get("/cases/<number>/materials")
    @policy("agent")
    def slots(number: str) -> Response:
        return slots_page(number)

    @pages.post("/cases/<number>/materials/<material>")
    @policy("agent", body_bytes=UPLOAD_BYTES)
    def upload(number: str, material: str) -> AnyResponse:
        try:
            attach_uploaded(desk, person_here(), number, material)
        except MaterialError as error:
            return slots_page(number, 422, wording.error_text(error), material)
        return redirect(url_for("materials.slots", number=number, _anchor=f"slot-{material}"), 303)

    @pages.post("/cases/<number>/materials/<material>/<int:page>/remove")
    @policy("agent")
    def remove(number: str, material: str, page: int) -> AnyResponse:
        desk.detach(person_here(), number, material, page)
        return redirect(url_for("materials.slots", number=number, _anchor=f"slot-{material}"), 303)

    @pages.get("/cases/<number>/materials/<material>.pdf")
    @policy(room=PICTURES)
    def whole(number: str, material: str) -> Response:
        return Response(whole_pdf(desk, parts.images, person_here(), number, material), content_type=PDF)

    @pages.get("/cases/<number>/materials/<material>/<int:page>")
    @policy()
    def picture(number: str, material: str, page: int) -> Response:
        data, media_type = desk.attachment(person_here(), number, material, page, bool(request.args.get("small")))
        return Response(data, content_type=media_type)

    @pages.get("/cases/<number>/materials/<material>/<int:page>/sheets/<int:sheet>")
    @policy()
    def sheet_picture(number: str, material: str, page: int, sheet: int) -> Response:
        data, media_type = desk.attachment(person_here(), number, material, page)
        if media_type == PDF:
            data, media_type = parts.images.page_image(data, sheet), "image/jpeg"
        return Response(data, content_type=media_type)

    @pages.get("/cases/<number>/materials/<material>/<int:page>/sheets.json")
    @policy()
    def sheets(number: str, material: str, page: int) -> Response:
        data, media_type = desk.attachment(person_here(), number, material, page)
        return jsonify(sheets=parts.images.page_count(data) if media_type == PDF else 1)

    return pages
