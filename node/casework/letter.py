"""A letter (函件): one sealed event of one case, as bytes and back. Pure; `docs/formats.md` has the layout field by field.

What was sealed is kept and carried as bytes; nothing here writes a frame again that it has read.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from node.casework.case import Desk, Event, Holder, SideEvent
from node.casework.taken import Taken, read_taken
from node.clock import from_text, to_text
from node.documents.carried import MEDIA
from node.errors import NodeError
from node.paperwork.members import are_members
from node.paperwork.values import DOCUMENTS
from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import SigningError
from signing.seal import CompactSeal

CONTEXT = b"yizhan letter 1\n"
MAX_FRAME_BYTES = 512 * 1024
MAX_SEALS = 8
MAX_ENCLOSURE_BYTES = 999_999_999
YEARS = range(1970, 2100)
"""Years that a letter may name: a clock that was reset says the first, and calendars count day by day up to the last."""

TEXTS = ("reason", "note", "text", "receiver", "acceptance_number", "first_contact_at", "enclosure", "head")
"""Members of a body that are text in every kind known here."""


_EVENTS = {one.value: one for one in Event}
_SIDES = frozenset(one.value for one in SideEvent)


class LetterError(NodeError):
    """These bytes are not a letter; `code` names the first thing wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class EnclosureEntry:
    """What a letter says of one page: digests of content and ciphertext, size of the ciphertext in bytes, media type.

    `material` and `page` are empty for a preview, which hangs below its page. `taken` is how the page was taken, where that is said.
    """

    material: str
    page: int
    plain: str
    enclosure_id: str
    size_bytes: int
    media_type: str
    preview: "EnclosureEntry | None" = None
    taken: Taken | None = None

    @property
    def is_documents(self) -> bool:
        """Whether it is a package of sealed documents, not a page: an item may have a material that is called like it."""
        return self.material == DOCUMENTS and self.media_type == MEDIA

    def to_json(self) -> dict[str, Any]:
        """The entry as the payload holds it."""
        entry: dict[str, Any] = {"plain": self.plain, "id": self.enclosure_id, "size": self.size_bytes, "media": self.media_type}
        if self.material:
            entry |= {"material": self.material, "page": self.page, "preview": self.preview.to_json() if self.preview else None}
        if self.taken:
            entry["taken"] = self.taken.to_json()
        return entry


@dataclass(frozen=True)
class Letter:
    """What a letter says. `kind` is an Event or a SideEvent, or the name of a kind that this program does not know yet.

    `after` is the id of the state letter it follows, `checked_on` the day on which rules were evaluated, `holder` whose turn
    it is then (None for a side letter), `body` what the kind needs. `division` is the village in whose name it is sealed, empty for the
    origin's own.
    """

    kind: str
    case_number: str
    origin: str
    after: str | None
    at: datetime
    checked_on: date
    item_id: str
    package: str
    holder: Holder | None
    body: Mapping[str, Any]
    enclosures: tuple[EnclosureEntry, ...] = ()
    instead_of: str | None = None
    division: str = ""

    @property
    def village(self) -> str:
        """The division in whose name it is sealed."""
        return self.division or self.origin[:12]

    @property
    def event(self) -> Event | None:
        """The event, when it changes state; None for a side letter or an unknown kind."""
        return _EVENTS.get(self.kind)

    @property
    def documents(self) -> EnclosureEntry | None:
        """Its package of sealed documents. Each act makes one: whoever names more has only the first opened."""
        return next((entry for entry in self.enclosures if entry.is_documents), None)

    @property
    def is_side(self) -> bool:
        """Whether it is a known kind that changes no state."""
        return self.kind in _SIDES

    @property
    def payload_time(self) -> str:
        """The claimed time as the payload holds it."""
        return to_text(self.at)

    def payload(self) -> bytes:
        """The canonical JSON that is sealed."""
        fields: dict[str, Any] = {
            "kind": self.kind,
            "case": self.case_number,
            "origin": self.origin,
            "after": self.after,
            "at": to_text(self.at),
            "checked_on": self.checked_on.isoformat(),
            "item": {"id": self.item_id, "package": self.package},
            "holder": {"station": self.holder.station, "desk": self.holder.desk.value} if self.holder else None,
            "body": dict(self.body),
            "enclosures": [entry.to_json() for entry in self.enclosures],
        }
        if self.instead_of:
            fields["instead_of"] = self.instead_of
        if self.division:
            fields["division"] = self.division
        return canonical_bytes(fields)


@dataclass(frozen=True)
class SealedLetter:
    """A letter with its seals, as carried. Nothing of it is trusted until the mailroom has admitted it."""

    letter_id: str
    letter: Letter
    payload: bytes
    seals: tuple[CompactSeal, ...]
    frame: bytes

    @property
    def sealed_content(self) -> bytes:
        """The bytes whose digest each seal covers."""
        return CONTEXT + self.payload


def make_frame(payload: bytes, seals: Sequence[CompactSeal]) -> bytes:
    """The three lines of a frame."""
    rows = [
        {"signer": seal.signer, "seal": seal.seal, "at": to_text(seal.at), "signature": base64.b64encode(seal.signature).decode()}
        for seal in seals
    ]
    return CONTEXT + payload + b"\n" + canonical_bytes(rows) + b"\n"


def read_frame(frame: bytes, digest: Callable[[bytes], str]) -> SealedLetter:
    """The letter in these bytes, whose id is `digest(frame)`.

    Raises:
        LetterError: `size`, `layout`, `payload`, `body`, `enclosures` or `seals`; the seals' signatures are not checked here.
    """
    if len(frame) > MAX_FRAME_BYTES:
        raise LetterError("size")
    lines = frame.split(b"\n")
    if len(lines) != 4 or lines[0] + b"\n" != CONTEXT or lines[3]:
        raise LetterError("layout")
    letter = _read_payload(lines[1])
    letter_id = digest(frame)
    _check_entries(letter.enclosures, letter_id.partition(":")[0])
    return SealedLetter(letter_id, letter, lines[1], _read_seals(lines[2]), frame)


def _read_payload(payload: bytes) -> Letter:
    try:
        fields = parse_canonical(payload)
        holder = fields["holder"]
        letter = Letter(
            kind=_text(fields["kind"]),
            case_number=_text(fields["case"]),
            origin=_text(fields["origin"]),
            after=_optional_text(fields["after"]),
            at=from_text(fields["at"]),
            checked_on=date.fromisoformat(fields["checked_on"]),
            item_id=_text(fields["item"]["id"]),
            package=_text(fields["item"]["package"]),
            holder=Holder(_text(holder["station"]), Desk(holder["desk"])) if holder is not None else None,
            body=_mapping(fields["body"]),
            enclosures=tuple(_read_entry(entry, top=True) for entry in fields["enclosures"]),
            instead_of=_optional_text(fields.get("instead_of")),
            division=_text(fields.get("division", "")),
        )
    except (SigningError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LetterError("payload") from error
    if letter.division and not (letter.division.isascii() and letter.division.isdigit() and len(letter.division) == 12):
        raise LetterError("payload")
    if len(letter.case_number) > 40 or len(letter.kind) > 40 or letter.at.year not in YEARS or letter.checked_on.year not in YEARS:
        raise LetterError("payload")
    if (letter.event or letter.is_side) and not _is_body(letter.body):
        raise LetterError("body")
    return letter


def _is_body(body: Mapping[str, Any]) -> bool:
    """Whether the members that are read anywhere are what the format says; those that are missing are the reader's business."""
    texts = all(isinstance(body.get(name, ""), str) for name in TEXTS)
    marks = body.get("marks", [])
    marked = isinstance(marks, list) and all(map(_is_mark, marks))
    return texts and isinstance(body.get("answers", {}), dict) and marked and are_members(body)


def _is_mark(mark: object) -> bool:
    if not isinstance(mark, dict) or not isinstance(mark.get("comment"), str):
        return False
    row = mark.get("row")
    placed = isinstance(mark.get("field"), str) != isinstance(mark.get("material"), str)
    return placed and (row is None or (isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 1000))


@cache
def _named(algorithm: str) -> re.Pattern[str]:
    return re.compile(algorithm + ":[0-9a-f]{64}")


def _check_entries(entries: Iterable[EnclosureEntry], algorithm: str) -> None:
    name = _named(algorithm)
    for entry in entries:
        for one in (entry, *((entry.preview,) if entry.preview else ())):
            if not (name.fullmatch(one.enclosure_id) and name.fullmatch(one.plain) and one.size_bytes <= MAX_ENCLOSURE_BYTES):
                raise LetterError("enclosures")


def _read_entry(entry: Mapping[str, Any], *, top: bool) -> EnclosureEntry:
    size = entry["size"]
    if not isinstance(size, int) or size <= 0:
        raise ValueError(size)
    preview = entry.get("preview") if top else None
    page = entry["page"] if top else 0
    if not isinstance(page, int) or isinstance(page, bool):
        raise ValueError(page)
    return EnclosureEntry(
        material=_text(entry["material"]) if top else "",
        page=page,
        plain=_text(entry["plain"]),
        enclosure_id=_text(entry["id"]),
        size_bytes=size,
        media_type=_text(entry["media"]),
        preview=_read_entry(preview, top=False) if preview is not None else None,
        taken=read_taken(entry.get("taken")) if top else None,
    )


def _read_seals(line: bytes) -> tuple[CompactSeal, ...]:
    try:
        rows = parse_canonical(line)
        seals = tuple(
            CompactSeal(
                signer=_text(row["signer"]),
                seal=_text(row["seal"]),
                at=from_text(row["at"]),
                signature=base64.b64decode(row["signature"], validate=True),
            )
            for row in rows
        )
    except (SigningError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise LetterError("seals") from error
    if not 1 <= len(seals) <= MAX_SEALS:
        raise LetterError("seals")
    return seals


def _text(value: object) -> str:
    """A name or number, which becomes a cell of a table: PostgreSQL keeps no NUL."""
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value
