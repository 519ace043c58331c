"""What the store takes and gives: frozen values. Times are aware UTC of whole seconds, ids are digests, sizes bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class StationRecord:
    """A station of the county's tree; the two certificates by digest. `successor` is the station that replaced it."""

    station: str
    name: str
    tier: str
    parent: str | None = None
    successor: str | None = None
    sign_certificate: str | None = None
    encrypt_certificate: str | None = None


@dataclass(frozen=True)
class CertificateRecord:
    """A signed object by digest; `kind` is `certificate`, `seal` or `revocations`."""

    digest: str
    der: bytes
    kind: str


@dataclass(frozen=True)
class LetterRecord:
    """One letter as it was admitted.

    `outcome` is `admitted`, `flagged`, `set_aside` or `waiting`. `seq` is the order of admission here: given by the store, 0 before.
    """

    letter_id: str
    case_number: str
    kind: str
    origin: str
    after: str | None
    at: datetime
    received_at: datetime
    frame: bytes
    outcome: str
    reason: str | None = None
    parcel_id: str | None = None
    seq: int = 0


@dataclass(frozen=True)
class RoadMark:
    """A sign of a letter from a station on its path; `mark` is `handed_over`, `stored` or `arrived`."""

    letter_id: str
    station: str
    mark: str
    at: datetime
    outcome: str | None = None
    receipt_id: str | None = None


@dataclass(frozen=True)
class CaseRecord:
    """Where a case stands, folded from its letters.

    `title` is what lists show, already masked; `due_on` an ISO date; `head` the newest state letter; `seq` the order of the last
    change here: given by the store, 0 before. `division` is the village that the case is of, empty for the origin's own; a `practice`
    case never leaves the station.
    """

    case_number: str
    short_number: str
    item_id: str
    package: str
    origin: str
    state: str
    holder_station: str
    holder_desk: str
    head: str | None
    opened_at: datetime
    opened_by: str
    updated_at: datetime
    title: str = ""
    flags: tuple[str, ...] = ()
    forked: bool = False
    due_on: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    division: str = ""
    practice: bool = False

    @property
    def cursor(self) -> str:
        """Where a list goes on after this case: `CaseFilter.after` of the next page."""
        return f"{self.seq}"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of a list; an empty member asks nothing. `q` is looked for in title, short number and case number.

    Practice cases are in no list that does not ask for them.
    """

    states: tuple[str, ...] = ()
    holder_station: str | None = None
    desks: tuple[str, ...] = ()
    origin: str | None = None
    q: str | None = None
    after: str | None = None
    flagged: bool | None = None
    not_holder_station: str | None = None
    due_by: str | None = None
    opened_by: str | None = None
    practice: bool | None = False


@dataclass(frozen=True)
class DraftRecord:
    """Answers being written at this station; `version` rises by one with each save."""

    case_number: str
    version: int
    answers: Mapping[str, Any]
    marks: tuple[Mapping[str, Any], ...]
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True)
class MaterialRecord:
    """One page of a material of a case; `preview` is its small picture as `{"plain", "id", "size", "media"}`.

    `taken` is what its letter says of how it was taken; `made_of` the shots that it was made of, each as `{"shot", "plan"}`.
    """

    case_number: str
    material: str
    page: int
    enclosure_id: str
    plain_digest: str
    size_bytes: int
    media_type: str
    preview: Mapping[str, Any] | None
    added_at: datetime
    added_by: str
    taken: Mapping[str, Any] | None = None
    made_of: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class EnclosureRecord:
    """An enclosure as ciphertext; `state` is `expected`, `partial`, `whole` or `erased`, `rank` is `preview`, `full`, `late` or `bulk`.

    `damaged` counts how often all of it came and was not what the id says.
    """

    enclosure_id: str
    size_bytes: int
    state: str
    rank: str
    received_bytes: int = 0
    damaged: int = 0


@dataclass(frozen=True)
class ParcelRecord:
    """A parcel as carried; `data` is empty once every hop has it. `from_hop` is who brought it, None when made here."""

    parcel_id: str
    data: bytes
    from_station: str
    parcel_class: str
    urgent: bool
    made_at: datetime
    received_at: datetime
    from_hop: str | None = None


@dataclass(frozen=True)
class WaitingParcel:
    """A parcel that a next hop has not stored yet; `state` is `queued`, `handed_over`, `refused` or `held`, `why` the last failure.

    Of a letter that lies in no parcel yet `state` is `unpacked` and `parcel_id` the letter's.
    """

    parcel_id: str
    to: str
    state: str
    since: datetime
    size_bytes: int
    urgent: bool
    tries: int
    why: str | None
    tried_at: datetime | None


@dataclass(frozen=True)
class UnpackedLetter:
    """A letter of this station that lies in no parcel yet; it goes to the stations on the path of `station`.

    `first` and `set_aside` are what people said of its case.
    """

    letter_id: str
    case_number: str
    station: str
    urgent: bool
    size_bytes: int
    at: datetime
    first: bool = False
    set_aside: bool = False
    seq: int = 0


@dataclass(frozen=True)
class EnclosureTotal:
    """Enclosures of one case that go or went to one next hop: all bytes, those that it holds, and how many are not previews."""

    size_bytes: int = 0
    held_bytes: int = 0
    scans: int = 0


@dataclass(frozen=True)
class WaitingSummary:
    """What waits to go out, over all hops; `oldest_since` is when the oldest of it was queued.

    `queued` counts letters that are in no parcel yet too, which `unpacked` counts alone; `held` is what people have set aside.
    """

    queued: int
    handed_over: int
    refused: int
    size_bytes: int
    oldest_since: datetime | None
    unpacked: int = 0
    held: int = 0


@dataclass(frozen=True)
class LinkRecord:
    """How the line upward does: `state` is `unknown`, `up` or `down`, since when; `why` is the last failure's code."""

    state: str = "unknown"
    since: datetime | None = None
    last_heard: datetime | None = None
    why: str | None = None


@dataclass(frozen=True)
class ReceiptRecord:
    """A signed receipt as bytes; `kind` is `stored` or `arrived`, `number` rises by one per station."""

    receipt_id: str
    station: str
    number: int
    kind: str
    at: datetime
    data: bytes


@dataclass(frozen=True)
class PendingArrival:
    """What an `arrived` receipt has still to say of a letter, and to which stations."""

    letter_id: str
    outcome: str
    reason: str | None
    readers: tuple[str, ...]


@dataclass(frozen=True)
class PersonRecord:
    """Somebody who may log in here; `certificate` is the digest of the personal certificate."""

    name: str
    display_name: str
    roles: tuple[str, ...]
    password_hash: str
    created_at: datetime
    key_name: str | None = None
    certificate: str | None = None
    disabled: bool = False
    practice: bool = False


@dataclass(frozen=True)
class SessionRecord:
    """A login that stands; the id itself is never kept, only its digest."""

    person_name: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class AuditRecord:
    """One line of the audit log; `seq`, `previous` and `digest` are given by the store."""

    at: datetime
    who: str
    what: str
    about: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    previous: str = ""
    digest: str = ""
