"""Values of the desk as JSON of the API; names as in the interface description, times in UTC."""

import json
from typing import Any

from forms.catalogue import ItemEntry
from forms.schema import Form
from node.casework.views import Attachment, CaseLine, CaseView, Deadline, LetterLine, LinkStatus, Mark, Road, SealOffer, SetAside
from node.documents.desk import DocumentLine
from node.staff.people import Person
from node.web.api.shapes_capture import taken_json
from node.web.api.shapes_papers import papers_json
from node.web.local_time import iso
from node.web.masking import masked_answers
from node.web.refusals import problem_json


def status_json(status: LinkStatus) -> dict[str, Any]:
    """The station, its line, and what waits."""
    return {
        "station": status.station,
        "station_name": status.station_name,
        "tier": status.tier,
        "link": status.link,
        "since": iso(status.since),
        "last_heard": iso(status.last_heard),
        "queued": status.queued,
        "handed_over": status.handed_over,
        "stored": status.stored,
        "arrived": status.arrived,
        "set_aside": status.set_aside,
        "bytes_waiting": status.bytes_waiting,
        "oldest_waiting": iso(status.oldest_waiting),
    }


def item_line_json(entry: ItemEntry) -> dict[str, Any]:
    """An item in the list; its members are those of a catalogue's index, the digest by the name that the API has for it."""
    members = entry.to_json()
    return {**{name: value for name, value in members.items() if name != "digest"}, "package": entry.digest}


def item_json(package: str, form: Form) -> dict[str, Any]:
    """A whole form package, with its digest."""
    members: dict[str, Any] = json.loads(form.data)
    return {**members, "package": package}


def deadline_json(deadline: Deadline | None) -> dict[str, Any]:
    """The limit as members of a case."""
    if deadline is None:
        return {"deadline": None, "card": "none", "days_left": None, "deadline_provisional": False, "deadline_moves": []}
    return {
        "deadline": deadline.due_on.isoformat(),
        "card": deadline.card,
        "days_left": deadline.days_left,
        "deadline_provisional": deadline.provisional,
        "deadline_moves": [
            {"was": one.was.isoformat(), "now": one.now.isoformat(), "on": one.on.isoformat(), "calendar": one.version, "kept": one.kept}
            for one in deadline.moves
        ],
    }


def line_json(line: CaseLine) -> dict[str, Any]:
    """A case in a list."""
    return {
        "case_number": line.case_number,
        "short_number": line.short_number,
        "item": line.item_id,
        "item_name": line.item_name,
        "title": line.title,
        "state": line.state,
        "desk": line.desk,
        "holder": {"station": line.holder_station, "name": line.holder_station_name, "desk": line.desk},
        "mine": line.mine,
        "updated_at": iso(line.updated_at),
        "problem_count": line.problem_count,
        "flagged": line.flagged,
        "road": line.road,
        "cursor": line.cursor,
        "division": line.division,
        "division_name": line.division_name,
        "practice": line.practice,
        "set_aside": [set_aside_json(one) for one in line.set_aside],
        "progress": None if line.progress is None else {"filled": line.progress.filled, "asked": line.progress.asked},
        "saved_at": None if line.saved_at is None else iso(line.saved_at),
        **deadline_json(line.deadline),
    }


def case_json(view: CaseView, form: Form, person: Person) -> dict[str, Any]:
    """A case whole; personal numbers are masked for everybody but the person on whose desk it is."""
    answers = dict(view.answers) if view.line.mine else masked_answers(form.fields(), view.answers)
    return {
        **line_json(view.line),
        "package": view.package,
        "head": view.head,
        "version": view.version,
        "answers": answers,
        "masked": not view.line.mine,
        "materials": [attachment_json(one) for one in view.attachments],
        "waiting": [attachment_json(one) for one in view.waiting],
        "problems": [problem_json(one) for one in (*view.problems, *view.material_problems)],
        "warnings": [problem_json(one) for one in view.warnings],
        "marks": [mark_json(one) for one in view.marks],
        "reason": view.reason,
        "events": list(view.events),
        "shown": view.shown,
        "origin": view.origin,
        "origin_name": view.origin_name,
        "opened_at": iso(view.opened_at),
        "acceptance_number": view.acceptance_number,
        "since": iso(view.since),
        "news_as_of": iso(view.news_as_of),
        "roads": road_json(view.roads),
        "result": dict(view.result),
        "viewer": person.name,
        "seal": view.seal,
        "unit_seal": offer_json(view.offer),
        "recusal": view.recusal,
        "apart": dict(view.apart),
        "papers": papers_json(view.papers),
    }


def offer_json(offer: SealOffer) -> dict[str, Any]:
    """The unit's seal that goes under this person's next act."""
    return {
        "wanted": offer.wanted,
        "events": list(offer.events),
        "name": offer.name,
        "seal_id": offer.seal_id,
        "lacking": offer.lacking,
        "heads": [{"name": one.name, "display_name": one.display_name} for one in offer.heads],
        "seal_pin": offer.seal_pin,
        "on_paper": offer.on_paper,
        "required": offer.required,
    }


def set_aside_json(one: SetAside) -> dict[str, Any]:
    """A letter that a person must look at."""
    return {"event": one.event, "writer": one.writer_name, "station": one.station_name, "reason": one.reason, "at": iso(one.at)}


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """One page of a material."""
    return {
        "material": attachment.material,
        "page": attachment.page,
        "digest": attachment.plain_digest,
        "enclosure": attachment.enclosure_id,
        "size_bytes": attachment.size_bytes,
        "media_type": attachment.media_type,
        "preview": attachment.preview,
        "whole": attachment.whole,
        "taken": taken_json(attachment.taken),
    }


def mark_json(mark: Mark) -> dict[str, Any]:
    """A reviewer's mark."""
    place = {"material": mark.material} if mark.material else {"field": mark.field}
    return {**place, "row": mark.row, "comment": mark.comment}


def road_json(road: Road) -> dict[str, Any]:
    """How far a letter has come, with each station's sign."""
    stations = [{"name": name, "tier": tier, "mark": mark, "at": iso(at)} for name, tier, mark, at in road.stations]
    return {"state": road.state, "stations": stations}


def letter_json(letter: LetterLine) -> dict[str, Any]:
    """One link of the chain; the answers inside it are left out, they are the case's."""
    return {
        "id": letter.letter_id,
        "event": letter.event,
        "who": letter.who,
        "tier": letter.tier,
        "station": letter.station_name,
        "claimed_at": iso(letter.claimed_at),
        "received_at": iso(letter.received_at),
        "body": {name: value for name, value in letter.body.items() if name != "answers"},
        "road": letter.road.state,
        "roads": road_json(letter.road),
        "outcome": letter.outcome,
        "reason": letter.reason,
        "lacking": letter.lacking,
        "verdict": _verdict([seal.verdict for seal in letter.seals]),
        "seals": [
            {
                "signer": seal.signer,
                "organ": seal.organ,
                "tier": seal.tier,
                "verdict": seal.verdict,
                "reason": seal.reason,
                "kind": seal.kind,
                "name": seal.name,
            }
            for seal in letter.seals
        ],
    }


def _verdict(verdicts: list[str]) -> str:
    """The worst of the seals' verdicts; without seals nothing is known."""
    order = ("invalid", "undetermined", "valid")
    return next((verdict for verdict in order if verdict in verdicts), "undetermined")


def document_json(line: DocumentLine) -> dict[str, Any]:
    """A document of a case."""
    return {"kind": line.kind, "sealed": line.sealed, "state": line.state, "at": iso(line.at), "number": line.number}
