"""What a page or the API shows of a case: frozen values, no rules, no wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forms.validate import Problem
from node.casework.deadlines import Moved
from node.casework.progress import Progress
from node.casework.taken import Taken
from node.paperwork.values import NO_PAPERS, CasePapers


@dataclass(frozen=True)
class Attachment:
    """One page of a material as it stands in a case or draft."""

    material: str
    page: int
    enclosure_id: str
    plain_digest: str
    size_bytes: int
    media_type: str
    preview: bool
    whole: bool
    taken: Taken | None = None


@dataclass(frozen=True)
class Deadline:
    """A limit in working days as it stands today.

    `due_on` is the last day; `card` is `none`, `yellow` or `red`; `provisional` when the year's calendar is not official yet;
    `moves` are the days by other calendars that people may have been told before.
    """

    stage: str
    started_on: date
    due_on: date
    days_left: int
    card: str
    provisional: bool
    moves: tuple[Moved, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A reviewer's comment on one field or material; `row` counts from 0."""

    comment: str
    field: str | None = None
    material: str | None = None
    row: int | None = None


@dataclass(frozen=True)
class Road:
    """How far a letter has come: `queued`, `handed_over`, `stored`, `arrived` or `set_aside`.

    `stations` lists (station name, tier, mark, at) for each station on the path that has given a sign of it.
    """

    state: str
    stations: tuple[tuple[str, str, str, datetime], ...] = ()


@dataclass(frozen=True)
class SetAside:
    """A letter that a person must look at; `station_name` is where it was set aside, `reason` the code why, None when not known."""

    event: str
    writer_name: str
    station_name: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. `cursor` is where the list goes on after it; `set_aside` is filled in the box of that name only.

    `division` is the village that the case is of, with its name; both are empty for the origin's own. A `practice` case never leaves.
    `progress` and `saved_at` are those of answers that are being filled in here.
    """

    case_number: str
    short_number: str
    item_id: str
    item_name: str
    title: str
    state: str
    holder_station: str
    holder_station_name: str
    desk: str
    mine: bool
    updated_at: datetime
    deadline: Deadline | None
    road: str
    problem_count: int
    flagged: bool
    cursor: str = ""
    set_aside: tuple[SetAside, ...] = ()
    division: str = ""
    division_name: str = ""
    practice: bool = False
    progress: Progress | None = None
    saved_at: datetime | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeadLine:
    """A village head who may put the committee's own seal on: login name, and the name that people know."""

    name: str
    display_name: str


@dataclass(frozen=True)
class SealOffer:
    """The unit's seal (单位印章) that goes under the person's next acts `events`, with the person's own.

    `wanted` is the kind that the item asks for, empty where it asks for none. `name`, `seal_id` and `digest` are of the seal that would be
    used, empty where there is none: `lacking` then says why (`no_seal`, `no_custodian`, `no_head`, or the state of the only one).
    `heads` are those of whom one must give the PIN, empty where the person's own key opens it; `seal_pin` says whether that key is on a
    token, and the seal opens with a PIN of its own. `on_paper` says whether the
    head's approval on paper does instead, `scanned` how many pages of it there are; `required` whether the act is refused without any.
    """

    wanted: str = ""
    events: tuple[str, ...] = ()
    name: str = ""
    seal_id: str = ""
    digest: str = ""
    lacking: str = ""
    heads: tuple[HeadLine, ...] = ()
    seal_pin: bool = False
    on_paper: bool = False
    scanned: int = 0
    required: bool = False

    def asks_head(self, event: str) -> bool:
        """Whether the village head gives the PIN for this very event."""
        return event in self.events and bool(self.heads)


NO_OFFER = SealOffer()
"""No unit's seal is asked for."""


@dataclass(frozen=True)
class CaseView:
    """A case with all that its page shows; `waiting` are pages that were attached since it went up and wait for a supplement.

    `seal` is the name of the seal that this person would seal with, empty where there is none. `checked_on` is the day by which
    sealed answers are read and checked, theirs; None while they are being filled in. `offer` is the unit's seal that goes beside.
    `recusal` is `own_case` or `kin_case` where the person may seal nothing in it that counts; `apart` says why an event is not among
    `events` though the role fits (`own`, `receiver`).
    """

    line: CaseLine
    package: str
    head: str | None
    version: int | None
    answers: Mapping[str, Any]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    material_problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    marks: tuple[Mark, ...]
    reason: str | None
    events: tuple[str, ...]
    shown: str
    origin: str
    origin_name: str
    opened_at: datetime
    acceptance_number: str | None
    since: datetime
    news_as_of: datetime
    roads: Road
    result: Mapping[str, Any] = field(default_factory=dict)
    waiting: tuple[Attachment, ...] = ()
    seal: str = ""
    papers: CasePapers = NO_PAPERS
    checked_on: date | None = None
    offer: SealOffer = NO_OFFER
    recusal: str = ""
    apart: Mapping[str, str] = field(default_factory=dict)

    @property
    def village_name(self) -> str:
        """The name of the village that the case is of."""
        return self.line.division_name or self.origin_name


@dataclass(frozen=True)
class SealLine:
    """One seal of a letter: who, which organ, which tier, and the verdict with its reason code.

    `kind` is `person`, or `unit`, `service`, `approval` of a unit's; `name` is what stands in the seal.
    """

    signer: str
    organ: str
    tier: str
    verdict: str
    reason: str | None
    kind: str = ""
    name: str = ""


@dataclass(frozen=True)
class LetterLine:
    """One letter of a case's chain; `lacking` is `unit_seal` or `on_paper` where the item asks for a unit's seal that it does not bear."""

    letter_id: str
    event: str
    who: str
    tier: str
    station_name: str
    claimed_at: datetime
    received_at: datetime
    body: Mapping[str, Any]
    road: Road
    seals: tuple[SealLine, ...]
    outcome: str
    reason: str | None
    lacking: str = ""


@dataclass(frozen=True)
class LinkStatus:
    """The line upward and what waits: the strip on every page and `/api/v1/status`.

    `link` is `up`, `down`, `unknown` (not tried yet) or `none` (a county has no parent). `since` is when it became so.
    """

    station: str
    station_name: str
    tier: str
    link: str
    since: datetime | None
    last_heard: datetime | None
    queued: int
    handed_over: int
    stored: int
    arrived: int
    set_aside: int
    bytes_waiting: int
    oldest_waiting: datetime | None
