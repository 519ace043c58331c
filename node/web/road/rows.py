"""The lines of the list of what waits: each item in words, and what may be done with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from node.mail.queue import QueueItem
from node.web import wording
from node.web.local_time import short_moment
from node.web.road.telling import ago_text, why_text
from node.web.wording import road as words

WAITS = ("unpacked", "queued")


@dataclass(frozen=True)
class Row:
    """One item as the list shows it."""

    item_id: str
    case_number: str | None
    short_number: str
    who: str
    events: str
    to: str
    state: str
    word: str
    tone: str
    is_first: bool
    why: str
    scans: str
    scan_bytes: int
    acknowledged: int
    since: str
    acts: tuple[str, ...]


def row_of(item: QueueItem, parent: str | None, now: datetime) -> Row:
    """An item in words; `parent` is the station that this one calls, others call here."""
    word, tone = words.STATES.get(item.state, (item.state, ""))
    if item.state in WAITS and item.next_hop != parent:
        word = words.DOWNWARD.format(name=item.next_hop_name)
    elif item.state == "carried" and not item.files_here:
        word, tone = words.NOT_HERE, ""
    elif item.state == "carried" and item.next_hop != parent:
        word, tone = words.DOWNWARD_SCANS.format(name=item.next_hop_name), ""
    return Row(
        item_id=item.item_id,
        case_number=item.case_number if item.short_number else None,
        short_number=item.short_number,
        who=item.applicant if item.case_number else words.SENT_BY.format(name=item.applicant),
        events=words.BETWEEN.join(wording.words(wording.EVENTS, event) for event in item.events),
        to=words.TO.format(name=item.next_hop_name),
        state=item.state,
        word=word,
        tone=tone,
        is_first=item.first or item.urgent,
        why=_why(item, now),
        scans=_scans(item),
        scan_bytes=item.scan_bytes if item.scans_left or item.previews_left else 0,
        acknowledged=min(item.scan_bytes, item.scan_bytes_acknowledged),
        since=short_moment(item.since),
        acts=acts_of(item),
    )


def acts_of(item: QueueItem) -> tuple[str, ...]:
    """What may be done with an item. What belongs to no case carries rules and receipts: it is not to be set aside."""
    if item.state == "held":
        return ("take_up",)
    acts = ["not_first" if item.first else "first"]
    if item.state == "refused" or item.why or item.tries:
        acts.append("retry")
    return (*acts, "set_aside") if item.case_number else tuple(acts)


def digest_of(rows: Sequence[Row]) -> str:
    """Changes when another list is shown: others in it, or others to be done with them."""
    return hashlib.sha256(repr([(row.item_id, row.acts) for row in rows]).encode()).hexdigest()[:16]


def _why(item: QueueItem, now: datetime) -> str:
    """Why it waits and what to do; what has not been tried yet needs no reason."""
    hint = words.STATE_HINTS.get("scans_held" if item.state == "held" and not item.letters_bytes else item.state, "")
    if item.state == "held" or not item.why:
        return hint
    tried = words.TRIED.format(count=item.tries, ago=ago_text(item.tried_at, now)) if item.tries and item.tried_at else ""
    return words.REASON.format(why=why_text(item.why), tried=tried) + hint


def _scans(item: QueueItem) -> str:
    if not item.scan_bytes:
        return words.SCANS["none"]
    if not item.scans_left and not item.previews_left:
        return words.SCANS["all"]
    left = words.SCANS["left"].format(size=wording.size_text(max(0, item.scan_bytes - item.scan_bytes_acknowledged)))
    parts = [words.SCANS["previews_left"].format(count=item.previews_left)] if item.previews_left else []
    parts.append(words.SCANS["files"].format(here=item.scans_total - item.scans_left, total=item.scans_total))
    return "，".join((*parts, left))
