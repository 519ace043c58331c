"""The road as pages and API ask for it: how the line does, what is still to go, and how far a case's letters and scans have come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from node.casework.casebook import Casebook
from node.casework.views import CaseView, LetterLine, LinkStatus
from node.clock import Clock
from node.mail.line import Line
from node.mail.line_settings import LinePlan, LineSettings
from node.mail.queue import MailQueue
from node.station import Station
from node.store import Store
from sync.courier import Courier
from sync.progress import LineProgress

LOOKED_AT = 500
"""So many enclosures at most are asked how much of them has come through."""


@dataclass(frozen=True)
class HopHeard:
    """A station above, and when it was last heard of. The parent answers calls; of others a receipt tells, by their own clock."""

    station: str
    name: str
    tier: str
    is_parent: bool
    heard_at: datetime | None


@dataclass(frozen=True)
class LineView:
    """How the line does now. `left_bytes` is what waits for the parent without what it has acknowledged; `done_bytes` what it has.

    `seconds_left` is None where an estimate would not be honest. `why` is why the last carrying failed; `line` is None at a county.
    """

    status: LinkStatus
    why: str | None
    plan: LinePlan
    is_quiet: bool
    line: LineProgress | None
    left_bytes: int
    done_bytes: int
    seconds_left: float | None
    hops: tuple[HopHeard, ...]


@dataclass(frozen=True)
class ScansAt:
    """How many of a case's scans are at a place: previews and originals, each of how many; `left_bytes` are still to come."""

    place: str
    previews: int
    previews_total: int
    fulls: int
    fulls_total: int
    left_bytes: int

    @property
    def is_all(self) -> bool:
        """Whether nothing is missing."""
        return (self.previews, self.fulls) == (self.previews_total, self.fulls_total)


@dataclass(frozen=True)
class PaperWay:
    """The way of one letter of this station: what each other station on the case's path has said of it, from the bottom up.

    `signs` are (station name, `stored`, `arrived`, `set_aside` or `waits`, when).
    """

    letter: LetterLine
    signs: tuple[tuple[str, str, datetime | None], ...]


@dataclass(frozen=True)
class CaseRoad:
    """How far a case is on the road. `here` is None where its scans were made here, `above` where nobody is or there are none."""

    ways: tuple[PaperWay, ...]
    here: ScansAt | None
    above: ScansAt | None
    hops: tuple[HopHeard, ...]
    is_held: bool


class RoadDesk:
    """What may be asked of the road; `queue` and `pace` are what people change."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        line: Line,
        queue: MailQueue,
        pace: LineSettings,
        courier: Courier | None,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.queue = queue
        self.pace = pace
        self._station = station
        self._store = store
        self._casebook = casebook
        self._line = line
        self._courier = courier
        self._clock = clock
        self._wake = wake
        if courier is not None:
            queue.follow(courier.progress.acknowledged)
            line.follow(self._begun)

    @property
    def has_line(self) -> bool:
        """Whether this station calls another."""
        return self._courier is not None

    def now(self) -> datetime:
        """The time, for words such as `a minute ago`."""
        return self._clock.now()

    def carry_now(self) -> None:
        """Let the courier make a trip at once, even while the line is paused."""
        if self._courier is not None:
            self._courier.ask_by_hand()
            self._wake()

    def line(self) -> LineView:
        """How the line does now."""
        status, plan, is_quiet = self._line.status(), self.pace.plan(), self.pace.is_quiet()
        progress = self._courier.progress if self._courier else None
        left, known = self._left()
        line = progress.line() if progress else None
        goes = status.link == "up" and plan.paused_at is None
        return LineView(
            status=status,
            why=self._store.link.state().why,
            plan=plan,
            is_quiet=is_quiet,
            line=line,
            left_bytes=left,
            done_bytes=max(line.stretch_up, known) if line else 0,
            seconds_left=progress.seconds_left(left) if progress and goes and left and not is_quiet else None,
            hops=self.hops(),
        )

    def hops(self) -> tuple[HopHeard, ...]:
        """The stations above, from the nearest, and when each was last heard of."""
        here = self._station
        found = []
        for place, name in enumerate(here.path_of(here.station)[1:]):
            heard = self._line.last_word() if place == 0 else self._receipt_at(name)
            found.append(HopHeard(name, here.name_of(name), here.tier_of(name), place == 0, heard))
        return tuple(found)

    def _receipt_at(self, station: str) -> datetime | None:
        receipt = self._store.receipts.last(station)
        return receipt.at if receipt else None

    def of_case(self, view: CaseView, letters: Sequence[LetterLine]) -> CaseRoad | None:
        """How far a case is on the road; None of one of which nothing has ever left."""
        if view.head is None or view.line.practice:
            return None
        here, number = self._station, view.line.case_number
        path = here.path_of(number[:14])
        ours = [one for one in letters if one.station_name == here.name]
        above = here.directory.parent_of(here.station)
        entries = self._casebook.history(number).enclosures()
        previews = {one.preview.enclosure_id: one.preview.size_bytes for one in entries if one.preview}
        fulls = {one.enclosure_id: one.size_bytes for one in entries}
        return CaseRoad(
            ways=tuple(PaperWay(one, self._signs(one, path)) for one in ours),
            here=None if here.is_me(view.origin) or not fulls else self._scans_here(previews, fulls),
            above=None if above is None or not fulls else self._scans_above(above, previews, fulls),
            hops=self.hops(),
            is_held=self._store.waiting.is_aside(number) or self._has_scans_aside(above, [*previews, *fulls]),
        )

    def _signs(self, letter: LetterLine, path: Sequence[str]) -> tuple[tuple[str, str, datetime | None], ...]:
        """The best sign of each other station on the path."""
        found = []
        for station in path:
            if self._station.is_me(station):
                continue
            name = self._station.name_of(station)
            signs = {mark: at for place, _tier, mark, at in letter.road.stations if place == name}
            mark = next((one for one in ("arrived", "stored") if one in signs), "waits")
            found.append((name, mark, signs.get(mark)))
        return tuple(found)

    def _scans_here(self, previews: dict[str, int], fulls: dict[str, int]) -> ScansAt:
        whole = self._store.enclosures.whole_of([*previews, *fulls])
        return _counted(self._station.name, previews, fulls, whole, self._bytes_here)

    def _has_scans_aside(self, above: str | None, enclosure_ids: Sequence[str]) -> bool:
        return above is not None and self._store.enclosures.is_aside(above, enclosure_ids)

    def _scans_above(self, parent: str, previews: dict[str, int], fulls: dict[str, int]) -> ScansAt:
        held = self._store.enclosures.held_of(parent, [*previews, *fulls])
        return _counted(self._station.name_of(parent), previews, fulls, held, self._acknowledged)

    def _bytes_here(self, enclosure_id: str) -> int:
        size_bytes = self._store.enclosures.size_bytes(enclosure_id) or 0
        return size_bytes - sum(piece.length for piece in self._store.enclosures.missing(enclosure_id))

    def _acknowledged(self, enclosure_id: str) -> int:
        return self._courier.progress.acknowledged(enclosure_id) if self._courier else 0

    def _left(self) -> tuple[int, int]:
        """Bytes that wait for the parent, without what it has of them; and bytes that it has of what waits, known over restarts."""
        parent = self._station.directory.parent_of(self._station.station)
        if parent is None:
            return 0, 0
        begun = self._begun()
        waiting = self._store.waiting.due_bytes(parent) + self._store.enclosures.bytes_to_send(parent)
        return max(0, waiting - begun), self._store.enclosures.bytes_held_of_waiting(parent) + begun

    def _begun(self) -> int:
        """Bytes that the parent has of files that are not whole there, as far as is known since the program started."""
        parent = self._station.directory.parent_of(self._station.station)
        if parent is None or self._courier is None or not self._courier.progress.knows_any():
            return 0
        return sum(map(self._acknowledged, self._store.enclosures.to_send(parent, LOOKED_AT)))


def _counted(place: str, previews: dict[str, int], fulls: dict[str, int], there: set[str], begun: Callable[[str], int]) -> ScansAt:
    missing = {one: size for one, size in (previews | fulls).items() if one not in there}
    return ScansAt(
        place,
        sum(one in there for one in previews),
        len(previews),
        sum(one in there for one in fulls),
        len(fulls),
        sum(max(0, size - begun(one)) for one, size in missing.items()),
    )
