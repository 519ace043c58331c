"""Enclosures of one courier: which piece goes next, in either direction, and what its answer means."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest

from sync.backoff import Later
from sync.boxes import Pace, Piece, Shelf
from sync.caller import Caller
from sync.chunks import FIRST_BYTES, LEAST_BYTES, PieceSizer, take_first
from sync.errors import DoorError, EnclosureDamagedError, LinkDownError, NoRoomError
from sync.mailbag import Tally
from sync.pace import Bucket, FullPace
from sync.progress import Progress
from sync.wire import EnclosureState

OPEN_AT_ONCE = 16
"""So many enclosures are open at once: all of them are asked about in one exchange."""

ASK_AHEAD_BYTES = 128 * 1024
"""An enclosure is asked about while less than this is left to do before it, so that no hand stands idle for the answer."""

MAX_ROUNDS = 2
"""So often an enclosure may turn out not to be whole before it is left alone for a while."""

COMING_CAP_S, OTHER_CAP_S = 60.0, 3600.0


@dataclass(eq=False)
class Load:
    """One enclosure on its way. `todo` is None until the parent was asked how much it has. One that `may_wait` lets the others pass.

    `is_fresh` says that all of it is to do, and nobody has asked the parent.
    """

    enclosure_id: str
    is_up: bool
    todo: list[Piece] | None
    is_asked: bool = False
    flying: int = 0
    rounds: int = 0
    least_missing: int = field(default=1 << 62)
    may_wait: bool = False
    is_fresh: bool = False


@dataclass(frozen=True)
class Task:
    """One call to make: what to run in another thread, and what it is for. `piece` is None when it only asks."""

    load: Load
    piece: Piece | None
    run: Callable[[], EnclosureState | bytes | None]
    started_at: datetime
    ticket: int = 0


class Freight:
    """Hands out calls to make and takes their results. Touches the shelf only in the thread that calls it."""

    def __init__(
        self,
        parent: str,
        shelf: Shelf,
        caller: Caller,
        now: Callable[[], datetime],
        pace: Pace | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._parent = parent
        self._shelf = shelf
        self._caller = caller
        self._now = now
        self._pace = pace or FullPace()
        self._bucket = Bucket(self._pace, now)
        self._progress = progress or Progress(now)
        self._sizer = PieceSizer()
        self._pulled: list[str] = []
        self._coming = Later(now, first_s=2.0, cap_s=COMING_CAP_S)
        self._other = Later(now, first_s=10.0, cap_s=OTHER_CAP_S)
        self._expected: set[str] = set()
        self._loads: list[Load] = []
        self._may_open = True
        self._is_ordered = True
        self.tally = Tally()

    def start(self, tally: Tally) -> None:
        """Begin a new carrying that counts in `tally`; what an earlier one left half done is asked for anew."""
        self.tally = tally
        self._loads.clear()
        self._may_open = True

    def forget_waits(self) -> None:
        """Nothing is left alone any more: a person wants it to be tried now."""
        self._coming.forget_all()
        self._other.forget_all()

    def look_again(self) -> None:
        """There may be more on the shelf than when nothing was found last, or in another order."""
        self._may_open = True
        self._is_ordered = False

    def expect(self, enclosure_ids: Iterable[str]) -> None:
        """The parent has just named these: ask for them soon and often."""
        for enclosure_id in enclosure_ids:
            self._expected.add(enclosure_id)
            self._coming.forget(enclosure_id)
            self._other.forget(enclosure_id)

    @property
    def most_flying(self) -> int:
        """So many pieces may be on their way at once."""
        return self._sizer.count

    def count_letters(self, size_bytes: int) -> None:
        """Letters never wait for the cap, but pieces wait for what they took of it."""
        self._bucket.count(size_bytes)

    def pulled(self) -> tuple[str, ...]:
        """What has come whole from the parent, which does not know that yet."""
        return tuple(self._pulled)

    def told_pulled(self, enclosure_ids: Iterable[str]) -> None:
        """The parent knows it of these."""
        told = set(enclosure_ids)
        self._pulled = [one for one in self._pulled if one not in told]

    def asks(self) -> tuple[str, ...]:
        """Ids to ask about in the next exchange: what may be carried soon, and of which the parent has not said how much it has."""
        if not self._pace.scans_may_go():
            return ()
        self._keep_order()
        if self._may_open and len(self._loads) < OPEN_AT_ONCE:
            self._open_more()
        asked = [load for load in self._loads if not load.is_asked and not load.flying and (load.todo is None or load.is_fresh)]
        for load in asked:
            load.is_asked = True
        return tuple(load.enclosure_id for load in asked)

    def told_states(self, asked: Iterable[str], states: Mapping[str, EnclosureState]) -> None:
        """What the exchange brought of these; one without an answer is asked about by itself when its turn comes."""
        by_id = {load.enclosure_id: load for load in self._loads}
        for enclosure_id in asked:
            load = by_id.get(enclosure_id)
            if load is None:
                continue
            if enclosure_id not in states:
                load.is_asked = False
            elif load.todo is None or (load.is_fresh and not load.flying):
                load.todo, load.is_fresh = None, False
                self._heard(load, states[enclosure_id])

    def next_task(self, *, may_carry: bool = True, may_ask: bool = True) -> Task | None:
        """The next call to make, or None when there is nothing that can be done now: a piece to carry, or one that only asks."""
        if not self._pace.scans_may_go():
            return None
        self._keep_order()
        may_carry = may_carry and self._bucket.may_pass()
        task = self._from_open(False, may_carry, may_ask)
        if task is None and self._may_open and len(self._loads) < OPEN_AT_ONCE:
            self._open_more()
            task = self._from_open(False, may_carry, may_ask)
        return task or self._from_open(True, may_carry, may_ask)

    def pieces_up(self, most: int) -> int:
        """How many pieces could go up now; no more than `most` are counted."""
        if not self._pace.scans_may_go():
            return 0
        sizes = (self._shelf.size_bytes(name) or 0 for name in self._shelf.to_send(self._parent, most))
        return min(most, sum(-(-size // FIRST_BYTES) for size in sizes))

    def waits_for_pace(self) -> bool:
        """Whether there are pieces to carry that only wait for the cap."""
        return self._pace.scans_may_go() and not self._bucket.may_pass() and any(load.todo for load in self._loads)

    def done(self, task: Task, answer: EnclosureState | bytes | None) -> None:
        """A call was answered; None is the short answer to a piece: it is kept, and more is missing."""
        task.load.flying -= 1
        if task.piece is not None:
            self._count(task, task.piece)
        if isinstance(answer, EnclosureState):
            self._heard(task.load, answer)
        elif answer is None:
            self._ask_anew(task.load)
        elif task.piece is not None:
            try:
                self._shelf.write_piece(task.load.enclosure_id, task.piece.offset, answer)
            except EnclosureDamagedError:
                pass  # all of it is missing again, and is looked at below
            except NoRoomError:
                self._leave(task.load)
            if not task.load.todo and not task.load.flying:
                self._check(task.load, self._shelf.missing(task.load.enclosure_id))

    def _ask_anew(self, load: Load) -> None:
        """All that was missing has gone and the parent still lacks some: it must say what."""
        if load in self._loads and not load.todo and not load.flying:
            load.todo, load.is_asked = None, False

    def failed(self, task: Task, error: LinkDownError | DoorError) -> None:
        """A call was not answered, or with no; the piece goes again, or the enclosure waits a while."""
        load = task.load
        load.flying -= 1
        self._progress.lost(task.ticket)
        if isinstance(error, DoorError):
            if load.is_up:
                self._shelf.not_taken(self._parent, load.enclosure_id, error.code, self._now())
            self._leave(load)
            return
        self._sizer.broken()
        if task.piece is None:
            load.is_asked = False
        elif load.todo is not None:
            load.todo.insert(0, task.piece)

    def _from_open(self, may_wait: bool, may_carry: bool, may_ask: bool) -> Task | None:
        """The first piece in order; but what comes soon after it is asked about before."""
        loads = [load for load in self._loads if load.may_wait == may_wait]
        ahead = 0
        for load in loads if may_ask else ():
            if load.todo is None and not load.is_asked:
                return self._ask(load)
            ahead += sum(piece.length for piece in load.todo or ())
            if ahead >= ASK_AHEAD_BYTES:
                break
        for load in loads if may_carry else ():
            if load.todo:
                size_bytes = FIRST_BYTES if load.is_fresh else self._sizer.next_bytes()
                return self._carry(load, take_first(load.todo, self._bucket.most_bytes(size_bytes, LEAST_BYTES)))
        return None

    def _ask(self, load: Load) -> Task:
        load.is_asked = True
        load.flying += 1
        return Task(load, None, lambda: self._caller.enclosure(load.enclosure_id), self._now())

    def _carry(self, load: Load, piece: Piece) -> Task:
        load.flying += 1
        load.is_fresh = False
        enclosure_id, caller = load.enclosure_id, self._caller
        self._bucket.count(piece.length)
        ticket = self._progress.sent(piece.length)
        if not load.is_up:
            return Task(load, piece, lambda: caller.get_piece(enclosure_id, piece.offset, piece.length), self._now(), ticket)
        data = self._shelf.read(enclosure_id, piece.offset, piece.length)
        return Task(load, piece, lambda: caller.put_piece(enclosure_id, piece.offset, data), self._now(), ticket)

    def _keep_order(self) -> None:
        """The shelf's order of now counts for what is open too: previews and what people put first pass scans that are half done.

        What gave its place is asked about anew when its turn comes; what people have set aside goes no more.
        """
        if self._is_ordered:
            return
        self._is_ordered = True
        found = self._candidates()
        place = {load.enclosure_id: number for number, load in enumerate(found)}
        first = {load.enclosure_id for load in [one for one in found if self._is_ready(one.enclosure_id)][:OPEN_AT_ONCE]}
        self._loads = [load for load in self._loads if load.enclosure_id in first or (load.flying and load.enclosure_id in place)]
        if len(self._loads) < OPEN_AT_ONCE:
            self._open_more()
        self._loads.sort(key=lambda load: place.get(load.enclosure_id, len(place)))

    def _candidates(self) -> list[Load]:
        """What may be opened: what is to be given and what is to be got take turns, each in the shelf's order."""
        limit = OPEN_AT_ONCE + len(self._loads) + len(self._coming) + len(self._other)
        up = (Load(name, True, None) for name in self._shelf.to_send(self._parent, limit))
        down = (Load(name, False, None) for name in self._shelf.wanted(self._parent, limit))
        return list(_in_turn(up, down))

    def _open_more(self) -> None:
        """Opens enclosures that may go now, in order."""
        room = OPEN_AT_ONCE - len(self._loads)
        names = {load.enclosure_id for load in self._loads}
        self._may_open = False
        for load in self._candidates():
            if room > 0 and load.enclosure_id not in names and self._is_ready(load.enclosure_id) and self._has_place(load):
                names.add(load.enclosure_id)
                self._open(load)
                self._may_open = True
                room -= 1

    def _has_place(self, load: Load) -> bool:
        """Of those that may wait one is open at a time: the other places are kept for what cannot."""
        load.may_wait = self._shelf.may_wait(load.enclosure_id)
        return not load.may_wait or not any(one.may_wait for one in self._loads)

    def _is_ready(self, enclosure_id: str) -> bool:
        return self._coming.ready(enclosure_id) and self._other.ready(enclosure_id)

    def _open(self, load: Load) -> None:
        size_bytes = self._shelf.size_bytes(load.enclosure_id) or 0
        if load.is_up and 0 < size_bytes <= FIRST_BYTES:
            # Asking first would cost as much time as giving it.
            load.todo, load.is_fresh = [Piece(0, size_bytes)], True
        self._loads.append(load)

    def _heard(self, load: Load, state: EnclosureState) -> None:
        if load not in self._loads:
            return
        if load.is_up:
            if not state.missing:
                self._shelf.held_by(self._parent, load.enclosure_id)
                self._close(load, is_up=True)
            elif load.todo is None or (not load.todo and not load.flying):
                self._check(load, list(state.missing))
        elif state.missing:
            self._leave(load)
        else:
            self._check(load, self._shelf.missing(load.enclosure_id))

    def _check(self, load: Load, missing: list[Piece]) -> None:
        """What is still missing goes next, as long as it gets less."""
        if load not in self._loads:
            return
        if not missing:
            self._close(load, is_up=False)
            return
        left = sum(piece.length for piece in missing)
        self._progress.known(load.enclosure_id, load.is_up, max(0, (self._shelf.size_bytes(load.enclosure_id) or 0) - left))
        load.rounds = 0 if left < load.least_missing else load.rounds + 1
        load.least_missing = min(left, load.least_missing)
        load.todo = missing
        if load.rounds >= MAX_ROUNDS:
            self._leave(load)

    def _close(self, load: Load, is_up: bool) -> None:
        self._loads.remove(load)
        self._progress.known(load.enclosure_id, load.is_up, self._shelf.size_bytes(load.enclosure_id) or 0)
        self._expected.discard(load.enclosure_id)
        self._coming.forget(load.enclosure_id)
        self._other.forget(load.enclosure_id)
        if is_up:
            self.tally.enclosures_up += 1
        else:
            self._pulled.append(load.enclosure_id)
            self.tally.enclosures_down += 1

    def _leave(self, load: Load) -> None:
        if load in self._loads:
            self._loads.remove(load)
            (self._coming if load.enclosure_id in self._expected else self._other).postpone(load.enclosure_id)

    def _count(self, task: Task, piece: Piece) -> None:
        self._sizer.acknowledged(piece.length, max(0.0, (self._now() - task.started_at).total_seconds()))
        # One that is closed is known whole: a piece that lands late, because it went twice, adds nothing to it.
        counts_for = task.load.enclosure_id if task.load in self._loads else None
        self._progress.landed(task.ticket, counts_for, task.load.is_up, piece.length)
        if task.load.is_up:
            self.tally.pieces_up += 1
            self.tally.bytes_up += piece.length
        else:
            self.tally.pieces_down += 1
            self.tally.bytes_down += piece.length


def _in_turn(first: Iterable[Load], second: Iterable[Load]) -> Iterator[Load]:
    pairs = chain.from_iterable(zip_longest(first, second))
    return (load for load in pairs if load is not None)
