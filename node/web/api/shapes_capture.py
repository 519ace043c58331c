"""Shots, pages and what the gate says of them, as JSON of the API; times in UTC."""

from typing import Any

from node.capture.keeping import Kept, Reopened
from node.capture.tray import SCANNER, TrayShot
from node.casework.taken import Taken
from node.scanning.shot import Finding, Look
from node.store.records import MaterialRecord
from node.web.local_time import iso
from node.web.wording.capture import finding_text
from node.web.wording.scanners import scanner_finding_text


def finding_json(finding: Finding, source: str = "") -> dict[str, Any]:
    """One thing that the gate says, with its sentence for who took the picture in this way."""
    return {**finding.to_json(), "message": (scanner_finding_text if source == SCANNER else finding_text)(finding)}


def look_json(look: Look, source: str = "") -> dict[str, Any]:
    """What was seen on a picture."""
    return {**look.to_json(), "quality": [finding_json(one, source) for one in look.quality]}


def shot_json(shot: TrayShot) -> dict[str, Any]:
    """A shot on the tray."""
    record = shot.record
    return {
        "shot": record.shot,
        "material": record.material,
        "source": record.source,
        "taken_at": iso(record.taken_at),
        "width": record.width,
        "height": record.height,
        "look": look_json(shot.look, record.source),
        "plan": dict(record.plan),
        "page": shot.page,
    }


def page_json(row: MaterialRecord) -> dict[str, Any]:
    """A page of a material, as it was kept."""
    return {"material": row.material, "page": row.page, "digest": row.plain_digest, "size_bytes": row.size_bytes}


def kept_json(kept: Kept) -> dict[str, Any]:
    """A page that was kept, with what the gate had found."""
    told = {"warnings": list(kept.attached.warnings), "quality": [finding_json(one) for one in kept.quality]}
    return {**page_json(kept.attached.material), **told}


def reopened_json(found: Reopened) -> dict[str, Any]:
    """A kept page's shot, to change the page again; `plan` is the one by which it was kept."""
    back = None if found.back is None else found.back.to_json()
    return {**shot_json(found.shot), "plan": found.front.plan.to_json(), "with": back, "note": found.note}


def taken_json(taken: Taken | None) -> dict[str, Any] | None:
    """How a page was taken, as its reader sees it."""
    if taken is None:
        return None
    messages = [finding_text(Finding(code, {})) for code in taken.quality]
    return {"by": taken.by, "quality": list(taken.quality), "messages": messages, "note": taken.note}
