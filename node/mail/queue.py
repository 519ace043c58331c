"""The queue of mail as people see it (在途邮件): one item is what waits here of one case for one next hop.

A person may let an item go first, have it tried at once, or set it aside and take it up again. Nothing else is touched by that, and each
such step is in the audit log.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.clock import Clock
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.mail.line import Line
from node.mail.outgoing import Outgoing
from node.roles import Role
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, EnclosureTotal, UnpackedLetter

MOST_ROWS = 5000
"""So many rows of each queue are looked at for one page: one maker's files may be more than that."""

MOST_REASON = 200
MAY_ACT = (Role.AGENT, Role.VILLAGE_HEAD, Role.REVIEWER, Role.APPROVER, Role.ADMIN)
STATES = ("held", "refused", "unpacked", "queued", "handed_over", "carried")
"""Of several parts of one item the first of these is said."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class QueueItem:
    """What waits here of one case for one next hop; without a case, a parcel, or the files of one maker, under that station's name.

    `state` is `unpacked`, `queued`, `handed_over`, `refused`, `held`, or `carried` when the letters are there and only files are left.
    `why` is the code that was given last. Scans are full files; previews are counted alone. `is_shared` says that letters of it lie in a
    parcel with those of other cases, `files_here` of how many files all is here; the others are still coming from below.
    """

    item_id: str
    case_number: str | None
    short_number: str
    applicant: str
    events: tuple[str, ...]
    next_hop: str
    next_hop_name: str
    state: str
    why: str | None
    since: datetime
    tried_at: datetime | None
    tries: int
    last_heard: datetime | None
    urgent: bool
    first: bool
    letters_bytes: int
    scan_bytes: int
    scan_bytes_acknowledged: int
    scans_total: int
    scans_left: int
    previews_left: int
    is_shared: bool = False
    files_here: int = 0


@dataclass(frozen=True)
class QueuePage:
    """Some items, and what to ask for to get the next ones; `total` is how many there are of this question."""

    items: tuple[QueueItem, ...]
    after: str | None
    total: int


@dataclass
class _Parts:
    """What belongs to one item."""

    next_hop: str
    key: str
    case_number: str | None = None
    maker: str = ""
    parcels: dict[str, Row] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    loose: list[UnpackedLetter] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    """Parcels that hold letters of other cases too."""

    @property
    def item_id(self) -> str:
        return f"{self.next_hop}-{self.key}"


class MailQueue:
    """Shows what waits, and does what people want with it."""

    def __init__(self, station: Station, store: Store, outgoing: Outgoing, line: Line, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._outgoing = outgoing
        self._line = line
        self._clock = clock
        self._acknowledged: Callable[[str], int] = lambda _: 0

    def follow(self, acknowledged: Callable[[str], int]) -> None:
        """Count what the parent has acknowledged of files that are not whole there, by their ids."""
        self._acknowledged = acknowledged

    def items(self, limit: int = 50, after: str | None = None, q: str = "") -> QueuePage:
        """What waits: what people put first, then what is urgent, then the oldest; `q` is looked for in numbers and names."""
        makers = [one.station for one in self._station.directory.entries() if q in one.name] if q else []
        last = _apart(after) if after else None
        ids, before, total = self._store.waiting.items(self._loose(), self._station.station, limit, last, (q, makers))
        found = self._of([key for _, key in ids])
        page = [parts for hop, key in ids if (parts := found.get(f"{hop}-{key}")) is not None]
        return QueuePage(self._items(page), "-".join(ids[-1]) if ids and before + len(ids) < total else None, total)

    def item(self, item_id: str) -> QueueItem:
        """One item.

        Raises:
            NotFoundError: nothing of it waits any more.
        """
        (found,) = self._items([self._parts(item_id)])
        return found

    def of_case(self, case_number: str) -> tuple[QueueItem, ...]:
        """What waits of one case, for each next hop."""
        return self._items([parts for parts in self._of([case_number]).values() if parts.case_number == case_number])

    def send_first(self, person: Person, item_id: str) -> QueueItem:
        """Letters and files of this item (急件) go before everything of their rank.

        Raises:
            NotAllowedError: `role`.
            NotFoundError: nothing of it waits any more.
        """
        return self._change(person, item_id, "queue_first", {"first": True})

    def not_first(self, person: Person, item_id: str) -> QueueItem:
        """They go in their turn again.

        Raises:
            NotAllowedError, NotFoundError: as `send_first`.
        """
        return self._change(person, item_id, "queue_not_first", {"first": False})

    def retry(self, person: Person, item_id: str) -> QueueItem:
        """Try this item now: what was refused is due again, and no wait after failures counts for it.

        Raises:
            NotAllowedError, NotFoundError: as `send_first`.
        """
        return self._change(person, item_id, "queue_retry", {"retry": True})

    def set_aside(self, person: Person, item_id: str, reason: str) -> QueueItem:
        """This item goes by no road before it is taken up again. A parcel that holds other cases too goes all the same.

        Raises:
            NotAllowedError, NotFoundError: as `send_first`.
            RequestError: `reason_missing`; `reason_long`; `packed_with_others`, all that waits of it lies in such a parcel.
        """
        reason = reason.strip()
        if not reason:
            raise RequestError("reason_missing")
        if len(reason) > MOST_REASON:
            raise RequestError("reason_long", most=MOST_REASON)
        return self._change(person, item_id, "queue_set_aside", {"aside": True}, reason)

    def take_up(self, person: Person, item_id: str) -> QueueItem:
        """What was set aside of this item goes again.

        Raises:
            NotAllowedError, NotFoundError: as `send_first`.
        """
        return self._change(person, item_id, "queue_take_up", {"aside": False})

    def _change(self, person: Person, item_id: str, what: str, wanted: Mapping[str, bool], reason: str = "") -> QueueItem:
        if not any(person.has(role) for role in MAY_ACT):
            raise NotAllowedError("role")
        with self._store.transaction():
            parts = self._parts(item_id)
            if wanted.get("aside"):
                if parts.case_number and parts.loose:
                    self._outgoing.pack_case(parts.case_number)
                    parts = self._parts(item_id)
                _check_can_be_set_aside(parts)
            self._do(parts, wanted)
            about = parts.case_number or parts.key
            detail = {"next_hop": parts.next_hop} | ({"reason": reason} if reason else {})
            self._store.audit.append(AuditRecord(self._clock.now(), person.name, what, about, detail))
        # It may have gone in this very moment: it was done all the same.
        return self._items([self._of([parts.key]).get(item_id, parts)])[0]

    def _do(self, parts: _Parts, wanted: Mapping[str, bool]) -> None:
        hop, parcels = parts.next_hop, list(parts.parcels)
        files = [row["enclosure_id"] for row in parts.files]
        outbox, enclosures, unpacked = self._store.outbox, self._store.enclosures, self._store.unpacked
        if "first" in wanted:
            outbox.put_first(hop, parcels, wanted["first"])
            enclosures.put_first(hop, files, wanted["first"])
            if parts.case_number:
                unpacked.put_first(parts.case_number, wanted["first"])
        if "retry" in wanted:
            outbox.retry(hop, parcels)
            enclosures.retry(hop, files)
            outbox.hurry()
        if "aside" in wanted:
            if wanted["aside"]:
                alone = [one for one in parcels if one not in parts.shared]
                outbox.set_aside(hop, alone)
                self._outgoing.send_credentials(hop, alone)
            else:
                outbox.take_up(hop, parcels)
            enclosures.set_aside(hop, files, wanted["aside"])
            if parts.case_number:
                unpacked.set_aside(parts.case_number, wanted["aside"])

    def _items(self, found: Sequence[_Parts]) -> tuple[QueueItem, ...]:
        cases = {parts.case_number for parts in found if parts.case_number}
        totals = self._store.enclosures.totals(cases) if cases else {}
        return tuple(self._item(parts, totals) for parts in found)

    def _parts(self, item_id: str) -> _Parts:
        found = self._of([_apart(item_id)[1]]).get(item_id)
        if found is None:
            raise NotFoundError("queue_item", item_id)
        return found

    def _loose(self) -> dict[str, list[str]]:
        """The stations along whose paths letters that are in no parcel go to each neighbour."""
        found: dict[str, list[str]] = {}
        for station in self._store.unpacked.paths(all_of_them=True):
            for hop in self._outgoing.hops_of(station):
                found.setdefault(hop, []).append(station)
        return found

    def _of(self, keys: Sequence[str]) -> dict[str, _Parts]:
        """What waits of these cases, parcels and makers, by item; and some of what lies beside it."""
        found: dict[str, _Parts] = {}

        def parts(next_hop: str, key: str, case_number: str | None, maker: str) -> _Parts:
            new = _Parts(next_hop, key, case_number, maker)
            return found.setdefault(new.item_id, new)

        rows = self._store.waiting.rows(keys, MOST_ROWS)
        cases: dict[str, set[str]] = {}
        for row in rows:
            if row["case_number"]:
                cases.setdefault(row["parcel_id"], set()).add(row["case_number"])
        for row in rows:
            case = row["case_number"]
            one = parts(row["next_hop"], case or row["parcel_id"], case, row["maker"])
            one.parcels[row["parcel_id"]] = row
            one.kinds += [row["kind"]] if row["kind"] else []
            if len(cases.get(row["parcel_id"], ())) > 1:
                one.shared.add(row["parcel_id"])
        loose = self._loose()
        for letter in self._store.unpacked.of_cases(keys):
            for hop in (one for one, stations in loose.items() if letter.station in stations):
                parts(hop, letter.case_number, letter.case_number, self._station.station).loose.append(letter)
        nameless = [""] if self._station.station in keys else []
        for row in self._store.enclosures.waiting_hops([*keys, *nameless], MOST_ROWS):
            case, maker = row["case_number"], row["maker"] or self._station.station
            parts(row["next_hop"], case or maker, case, maker).files.append(row)
        return found

    def _item(self, parts: _Parts, totals: Mapping[tuple[str, str], EnclosureTotal]) -> QueueItem:
        rows = list(parts.parcels.values())
        record = self._store.cases.get(parts.case_number) if parts.case_number else None
        full = [row for row in parts.files if row["rank"] != "preview"]
        alone = EnclosureTotal(sum(row["size_bytes"] for row in parts.files), 0, len(full))
        total = totals.get((parts.next_hop, parts.case_number or ""), alone)
        tried = [row["tried_at"] for row in (*rows, *parts.files) if row["tried_at"]]
        loose = (self._store.letters.get(letter.letter_id) for letter in parts.loose)
        kinds = [letter.kind for letter in loose if letter is not None]
        return QueueItem(
            item_id=parts.item_id,
            case_number=parts.case_number,
            short_number=record.short_number if record else "",
            applicant=record.title if record else self._station.name_of(parts.maker),
            events=tuple(dict.fromkeys((*parts.kinds, *kinds))),
            next_hop=parts.next_hop,
            next_hop_name=self._station.name_of(parts.next_hop),
            state=_state(parts),
            why=next((row["why"] for row in (*rows, *parts.files) if row["why"]), None) or self._outgoing.why_not(parts.next_hop),
            since=_since(parts),
            tried_at=max(tried, default=None),
            tries=max((row["tries"] for row in rows), default=0),
            last_heard=self._last_heard(parts.next_hop),
            urgent=_says(parts, "urgent"),
            first=_says(parts, "first"),
            letters_bytes=sum(row["size_bytes"] for row in rows) + sum(one.size_bytes for one in parts.loose),
            scan_bytes=total.size_bytes,
            scan_bytes_acknowledged=total.held_bytes + sum(self._acknowledged(row["enclosure_id"]) for row in parts.files),
            scans_total=total.scans,
            scans_left=len(full),
            previews_left=len(parts.files) - len(full),
            is_shared=bool(parts.shared),
            files_here=sum(row["state"] == "whole" for row in parts.files),
        )

    def _last_heard(self, next_hop: str) -> datetime | None:
        """When the parent answered last; of a station below, when it last said how it is."""
        if next_hop == self._station.directory.parent_of(self._station.station):
            return self._line.last_word()
        report = self._store.reports.get(next_hop)
        return report.received_at if report else None


def _check_can_be_set_aside(parts: _Parts) -> None:
    """Nothing may be stopped that is not this item's.

    Raises:
        RequestError: `packed_with_others`.
    """
    if parts.shared and len(parts.shared) == len(parts.parcels) and not parts.loose and not parts.files:
        raise RequestError("packed_with_others")


def _state(parts: _Parts) -> str:
    states = {row["state"] for row in parts.parcels.values()}
    states |= {"held" if one.set_aside else "unpacked" for one in parts.loose}
    if any(row["set_aside"] for row in parts.files):
        states.add("held")
    return next((one for one in STATES if one in states), "carried")


def _says(parts: _Parts, what: str) -> bool:
    """Whether any part of an item is `urgent`, or was put `first`."""
    return any(row[what] for row in (*parts.parcels.values(), *parts.files)) or any(getattr(one, what) for one in parts.loose)


def _apart(item_id: str) -> tuple[str, str]:
    """The next hop, and the case, parcel or maker."""
    hop, _, key = item_id.partition("-")
    return hop, key


def _since(parts: _Parts) -> datetime:
    """Since when the oldest part of an item waits."""
    whens: Iterable[datetime] = (
        *(row["queued_at"] for row in parts.parcels.values()),
        *(one.at for one in parts.loose),
        *(row["touched_at"] for row in parts.files),
    )
    return min(whens)
