"""The page 证书: whose certificates there are, what ends soon, and taking some back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.enrolment.authority import Held
from node.enrolment.bureau import Bureau
from node.errors import NodeError, RequestError
from node.station import Station
from node.web.local_time import SHANGHAI, day_text, local
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import policy
from node.web.wording import certificates as words_of
from node.web.wording import error_text

MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """A certificate in the list, in words. `may_revoke`: this station can take it back."""

    digest: str
    serial: str
    name: str
    station_name: str
    usage: str
    until: str
    state: str
    why: str
    may_revoke: bool


def certificates_blueprint(parts: Parts) -> Blueprint:
    """Routes of certificates."""
    pages = Blueprint("certificates", __name__)
    bureau = parts.bureau

    @pages.get("/certificates")
    @policy("key_officer", "admin")
    def listed() -> AnyResponse:
        return _list_page(bureau)

    @pages.post("/certificates/check")
    @policy("key_officer", "admin")
    def check() -> AnyResponse:
        chosen = _chosen(bureau)
        if not chosen:
            return _list_page(bureau, 400, error_text(RequestError("revoke_what")))
        return _check_page(bureau, chosen)

    @pages.post("/certificates/revoke")
    @policy("key_officer", "admin")
    def revoke() -> AnyResponse:
        form = request.form
        digests = form.getlist("certificate")
        try:
            if not digests:
                raise RequestError("revoke_what")
            bureau.authority.revoke(digests, form.get("reason", ""), _moment(form.get("at", "")), by=g.session.person.name)
        except NodeError as error:
            return _check_page(bureau, digests, status_of(error), error_text(error))
        return redirect(url_for("certificates.listed", done="revoked"), 303)

    @pages.post("/certificates/recertify")
    @policy("key_officer", "admin")
    def recertify() -> AnyResponse:
        try:
            bureau.recertification.vouch(request.form.get("station", ""), parts.clock.now(), g.session.person.name)
        except NodeError as error:
            return _list_page(bureau, status_of(error), error_text(error))
        return redirect(url_for("certificates.listed", done="recertified"), 303)

    return pages


def _list_page(bureau: Bureau, status: int = 200, message: str = "") -> Response:
    query, shows_all = request.args.get("q", "").strip(), request.args.get("show") == "all"
    lines = [_line(held, bureau.station) for held in bureau.authority.known() if shows_all or held.state in ("good", "ending")]
    found = [line for line in lines if query in line.name or query in line.station_name or query == line.serial]
    body = render_template(
        "certificates/list.html", lines=found[:MOST_LINES], number=len(found), ending=sum(one.state == "ending" for one in found),
        query=query, shows_all=shows_all, message=message, words_of=words_of, done=request.args.get("done", ""),
        stations=_stations(bureau), stolen=bureau.recertification.to_be_vouched(),
    )  # fmt: skip
    return Response(body, status)


def _check_page(bureau: Bureau, digests: list[str], status: int = 200, message: str = "") -> Response:
    """What is about to be taken back, once more, with reason and time."""
    known = {held.certificate.digest: held for held in bureau.authority.known()}
    lines = [_line(known[digest], bureau.station) for digest in digests if digest in known]
    body = render_template("certificates/revoke.html", lines=lines, message=message, words_of=words_of, given=request.form)
    return Response(body, status)


def _chosen(bureau: Bureau) -> list[str]:
    """What was ticked; or everything of a station, with its people where that was asked for."""
    station = request.form.get("station", "")
    if station:
        return list(bureau.authority.of_station(station, with_people="with_people" in request.form))
    return request.form.getlist("certificate")


def _stations(bureau: Bureau) -> list[tuple[str, str]]:
    """The stations that this authority has certified and could take back as a whole."""
    mine = {held.certificate.station for held in bureau.authority.known() if held.is_mine and held.revocation is None}
    return [(one, bureau.station.name_of(one)) for one in sorted(mine) if one and one != bureau.station.station]


def _line(held: Held, station: Station) -> Line:
    certificate, revocation = held.certificate, held.revocation
    why = "" if revocation is None else f"{day_text(local(revocation.at).date())}起，{words_of.REASONS[revocation.reason]}"
    return Line(
        digest=certificate.digest,
        serial=f"{certificate.serial:X}"[-8:],
        name=certificate.name,
        station_name=station.name_of(certificate.station) if certificate.station else "",
        usage=words_of.USAGES.get(certificate.usage, certificate.usage),
        until=day_text(local(certificate.not_after).date()),
        state=held.state,
        why=why,
        may_revoke=held.is_mine and revocation is None and not held.is_own,
    )


def _moment(text: str) -> datetime | None:
    """The time of a `datetime-local` field, which is the county's; None when it is empty.

    Raises:
        RequestError: `revoke_time`.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RequestError("revoke_time") from error
