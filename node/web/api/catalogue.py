"""The JSON API of a county's catalogue and calendar: the same desk methods as the pages."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.casework.calendar_document import MAX_BYTES as MAX_CALENDAR_BYTES
from node.casework.calendar_proposal import Proposal
from node.casework.calendars import Kept
from node.catalogue.county import CountyDesks
from node.catalogue.item_desk import ItemDesk, Review
from node.catalogue.release import PUBLISH, WITHDRAW, WITHDRAW_VERSION
from node.catalogue.views import Imported, Published, ShelfItem
from node.clock import to_text
from node.errors import CalendarError
from node.web.api.asked import asked_body, asked_text, asked_whole
from node.web.catalogue_pages import LEAST_FORM, MAX_WORKBOOK_BYTES
from node.web.security import JSON_BYTES, person_here, policy
from node.web.wording import error_text
from node.web.wording.catalogue import NOT_IMPORTED, change_lines, fault_cure
from node.web.wording.lint import finding_text
from node.web.wording.workbook import fault_cure as workbook_cure

OFFICERS = ("admin", "key_officer")


def catalogue_api_blueprint(desks: CountyDesks) -> Blueprint:
    """The routes."""
    api = Blueprint("catalogue_api", __name__)
    _add_items(api, desks.items)
    _add_acts(api, desks.items)
    _add_calendar(api, desks)
    api.register_error_handler(CalendarError, _calendar_faults)
    return api


def _add_items(api: Blueprint, desk: ItemDesk) -> None:
    @api.get("/api/v1/catalogue")
    @policy(*OFFICERS)
    def catalogue() -> Response:
        return jsonify(
            releases=[_release_json(one) for one in desk.releases()],
            items=[_item_json(one) for one in desk.shelf()],
            imported=[_imported_json(one) for one in desk.imported()],
            unsent=desk.unsent(),
        )

    @api.post("/api/v1/catalogue/import")
    @policy(*OFFICERS, body_bytes=MAX_WORKBOOK_BYTES + LEAST_FORM)
    def take() -> Response:
        taken = desk.take_workbook(request.get_data(cache=False), person_here().display_name)
        if taken.entry is None:
            faults = [
                {"sheet": one.sheet, "row": one.row, "column": one.column, "code": one.code, "message": workbook_cure(one)}
                for one in taken.faults
            ]
            return _refused("workbook_faults", NOT_IMPORTED.format(count=len(faults)), faults)
        return _answer(_review_json(desk.review(taken.entry.id)), 201)

    @api.get("/api/v1/catalogue/imports/<item_id>")
    @policy(*OFFICERS)
    def review(item_id: str) -> Response:
        return jsonify(_review_json(desk.review(item_id)))

    @api.delete("/api/v1/catalogue/imports/<item_id>")
    @policy(*OFFICERS)
    def drop(item_id: str) -> Response:
        desk.drop(item_id, person_here().name)
        return jsonify({})


def _add_acts(api: Blueprint, desk: ItemDesk) -> None:
    def carried_out(act: str, body: dict[str, Any], package: str) -> Response:
        item, number, reason = asked_text(body, "item"), asked_whole(body, "number"), asked_text(body, "reason")
        return jsonify(_release_json(desk.carry_out(act, item, package, number, reason, person_here().display_name)))

    @api.post("/api/v1/catalogue/publish")
    @policy(*OFFICERS, body_bytes=JSON_BYTES)
    def publish() -> Response:
        body = asked_body()
        return carried_out(PUBLISH, body, asked_text(body, "package"))

    @api.post("/api/v1/catalogue/withdraw")
    @policy(*OFFICERS, body_bytes=JSON_BYTES)
    def withdraw() -> Response:
        body = asked_body()
        package = asked_text(body, "package", "")
        return carried_out(WITHDRAW_VERSION if package else WITHDRAW, body, package)


def _add_calendar(api: Blueprint, desks: CountyDesks) -> None:
    desk = desks.calendar

    @api.get("/api/v1/calendar")
    @policy(*OFFICERS)
    def calendar() -> Response:
        return jsonify({**_calendar_json(desk.newest()), "next_number": desk.next_number(), "missing_year": desk.missing_year()})

    @api.post("/api/v1/calendar/look")
    @policy(*OFFICERS, body_bytes=MAX_CALENDAR_BYTES + LEAST_FORM)
    def look() -> Response:
        official = request.args.get("status") != "provisional"
        proposal = desk.look(request.get_data(cache=False), request.args.get("source", ""), official=official)
        return jsonify({**_proposal_json(proposal), "next_number": desk.next_number()})

    @api.post("/api/v1/calendar/publish")
    @policy(*OFFICERS, body_bytes=JSON_BYTES)
    def publish_calendar() -> Response:
        body = asked_body()
        document, number, reason = asked_text(body, "document"), asked_whole(body, "number"), asked_text(body, "reason")
        made = desk.publish(document.encode(), number, reason, person_here().display_name, replace=body.get("replace") is True)
        return jsonify(_release_json(made))


def _calendar_faults(error: CalendarError) -> Response:
    faults = [{"row": one.row, "column": one.column, "code": one.code, "message": fault_cure(one)} for one in error.faults]
    return _refused("calendar_error", error_text(error), faults)


def _refused(code: str, message: str, faults: list[dict[str, Any]]) -> Response:
    return _answer({"error": code, "message": message, "problems": [], "faults": faults}, 422)


def _answer(body: dict[str, Any], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _release_json(one: Published) -> dict[str, Any]:
    return {
        "number": one.release.number,
        "digest": one.digest,
        "made_at": to_text(one.release.made_at),
        "by": one.release.by,
        "reason": one.release.reason,
        "changes": [change.members() for change in one.release.changes],
    }


def _item_json(one: ShelfItem) -> dict[str, Any]:
    versions = [{"package": version.package, "standing": version.standing} for version in one.versions]
    package = one.current.digest if one.current else None
    return {"id": one.id, "name": one.name, "package": package, "shipped": one.is_shipped, "versions": versions}


def _imported_json(one: Imported) -> dict[str, Any]:
    entry, at = one.entry, to_text(one.imported_at)
    return {"item": entry.id, "name": entry.name, "package": entry.digest, "before": one.before, "at": at, "by": one.imported_by}


def _review_json(review: Review) -> dict[str, Any]:
    findings = [{"place": one.place, "code": one.code, "level": one.level, "message": finding_text(one)} for one in review.findings]
    changes = [
        {"part": one.part, "id": one.id, "name": one.name, "how": one.how, "aspect": one.aspect, "before": one.before, "after": one.after}
        for one in review.changes
    ]
    return {**_imported_json(review.imported), "may_be_published": review.may_be_published, "findings": findings, "changes": changes}


def _calendar_json(kept: Kept) -> dict[str, Any]:
    return {"calendar": json.loads(kept.calendar.to_bytes()), "version": kept.version, "by": kept.by}


def _proposal_json(proposal: Proposal) -> dict[str, Any]:
    return {
        "document": proposal.after.to_bytes().decode(),
        "changes": [line for change in proposal.changes for line in change_lines(change)],
        "forgotten": {str(year): [day.isoformat() for day in days] for year, days in proposal.forgotten.items()},
        "replaces": list(proposal.replaced),
    }
