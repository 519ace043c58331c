"""The pages of U盘: which sticks are there and what lies on them, what would be written, and what became of each bundle."""

from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NotAllowedError, NotFoundError, RequestError
from node.mail.trips import Trip
from node.mail.usb_desk import UPLOAD_BYTES
from node.staff.people import Person
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import error_text
from node.web.wording import usb as words
from signing.errors import SigningError
from sync.errors import SyncError

CARRIERS = ("agent", "village_head", "reviewer", "leader", "approver", "admin")
"""Who may write and read bundles."""

BODY_BYTES = UPLOAD_BYTES + (64 << 10)
MOST_MIB = 1024
REFUSED = (RequestError, SyncError, SigningError)


def may_carry(person: Person) -> bool:
    """Whether these pages are for this person."""
    return not person.practice and bool(set(CARRIERS).intersection(person.roles))


def carrier_here() -> str:
    """Who carries.

    Raises:
        NotAllowedError: `practice`, a person who only learns moves no real mail.
    """
    if person_here().practice:
        raise NotAllowedError("practice")
    return person_here().name


def usb_blueprint(parts: Parts) -> Blueprint:
    """Routes of the pages."""
    pages = Blueprint("usb", __name__)
    _add_overview(pages, parts)
    _add_work(pages, parts)
    return pages


def _add_overview(pages: Blueprint, parts: Parts) -> None:
    desk = parts.usb

    @pages.get("/usb")
    @policy(*CARRIERS)
    def overview() -> AnyResponse:
        return overview_page(parts)

    @pages.get("/usb/trips/<trip_id>")
    @policy(*CARRIERS)
    def trip(trip_id: str) -> AnyResponse:
        return _trip_page(parts, _trip(parts, trip_id))

    @pages.get("/usb/trips/<trip_id>/file")
    @policy(*CARRIERS)
    def file(trip_id: str) -> AnyResponse:
        return bundle_file(parts, trip_id)

    @pages.post("/usb/preview")
    @policy(*CARRIERS)
    def preview() -> AnyResponse:
        to, place = request.form.get("to", ""), request.form.get("place", "")
        try:
            carrier_here()
            most = most_mib(request.form.get("most", ""))
            found = desk.preview(to, place, most)
        except REFUSED as error:
            return overview_page(parts, status_of(error), error_text(error))
        drive = next((one for one in desk.drives() if str(one.place) == place), None)
        return Response(
            render_template("usb/preview.html", preview=found, drive=drive, most=most, texts=words, upload_mib=UPLOAD_BYTES >> 20)
        )


def _add_work(pages: Blueprint, parts: Parts) -> None:
    desk = parts.usb

    @pages.post("/usb/out")
    @policy(*CARRIERS)
    def write() -> AnyResponse:
        form = request.form
        try:
            most = most_mib(form.get("most", ""))
            return _begun(parts, desk.write(carrier_here(), form.get("to", ""), form.get("place", ""), most))
        except REFUSED as error:
            return overview_page(parts, status_of(error), error_text(error))

    @pages.post("/usb/in")
    @policy(*CARRIERS)
    def read() -> AnyResponse:
        try:
            return _begun(parts, desk.read(carrier_here(), request.form.get("place", ""), request.form.get("file", "")))
        except REFUSED as error:
            return overview_page(parts, status_of(error), error_text(error))

    @pages.post("/usb/upload")
    @policy(*CARRIERS, body_bytes=BODY_BYTES)
    def upload() -> AnyResponse:
        file = request.files.get("file")
        try:
            data = file.read() if file is not None else b""
            return _begun(parts, desk.read_upload(carrier_here(), (file.filename if file else None) or "", data))
        except REFUSED as error:
            return overview_page(parts, status_of(error), error_text(error))


def _begun(parts: Parts, trip_id: str) -> AnyResponse:
    """To its report; most bundles are done before the browser asks for it."""
    parts.usb.wait()
    return redirect(url_for("usb.trip", trip_id=trip_id), 303)


def overview_page(parts: Parts, status: int = 200, message: str = "") -> Response:
    """The page U盘, with what a refused call said."""
    desk = parts.usb
    drives = desk.drives()
    body = render_template(
        "usb/overview.html", neighbours=desk.bundles.neighbours(), drives=drives, found=desk.found(), running=desk.running(),
        trips=desk.trips.latest(), texts=words, message=message, upload_mib=UPLOAD_BYTES >> 20, most_mib=MOST_MIB,
    )  # fmt: skip
    return Response(body, status)


def _trip(parts: Parts, trip_id: str) -> Trip:
    trip = parts.usb.trips.get(trip_id)
    if trip is None:
        raise NotFoundError("document", trip_id)
    return trip


def _trip_page(parts: Parts, trip: Trip) -> Response:
    drives = {str(one.place) for one in parts.usb.drives()}
    running = parts.usb.running() if not trip.is_done else None
    body = render_template(
        "usb/trip.html", trip=trip, running=running, told=words.told(trip, parts.bureau.station.name_of), texts=words,
        answer_place=trip.drive if trip.drive in drives else "", fetched=trip.is_here and trip.outcome is not None,
    )  # fmt: skip
    return Response(body)


def bundle_file(parts: Parts, trip_id: str) -> AnyResponse:
    """The file of a bundle that was written for the browser."""
    path = parts.usb.download(trip_id)
    answer = send_file(path, mimetype="application/octet-stream", etag=False, max_age=0)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"bundle.yzb\"; filename*=UTF-8''{quote(path.name)}"
    return answer


def most_mib(text: str) -> int | None:
    """The size that somebody typed, in MiB; nothing typed is no bound.

    Raises:
        RequestError: `usb_size`.
    """
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= MOST_MIB:
        raise RequestError("usb_size", most=MOST_MIB)
    return int(text)
