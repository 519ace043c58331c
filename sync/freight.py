"""Enclosures of one courier: which piece goes next, in either direction, and what its answer means."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest

from sync.backoff import Later
from sync.boxes import Piece, Shelf
from sync.caller import Caller
from sync.chunks import FIRST_BYTES, MAX_PIECE_BYTES, Sizer, take_first
from sync.errors import DoorError, EnclosureDamagedError, LinkDownError
from sync.mailbag import Tally
from sync.wire import EnclosureState

OPEN_AT_ONCE = 6
"""So many enclosures are on their way at once, so that one that is nearly done leaves no hand idle."""

MAX_ROUNDS = 2
"""So often an enclosure may turn out not to be whole before it is left alone for a while."""

COMING_CAP_S, OTHER_CAP_S = 60.0, 3600.0


@dataclass(eq=False)
class Load:
    """One enclosure on its way. `todo` is None until the parent was asked how much it has. One that `may_wait` lets the others pass."""

    enclosure_id: str
    is_up: bool
    todo: list[Piece] | None
    is_asked: bool = False
    flying: int = 0
    rounds: int = 0
    least_missing: int = field(default=1 << 62)
    may_wait: bool = False


@dataclass(frozen=True)
class Task:
    """One call to make: what to run in another thread, and what it is for. `piece` is None when it only asks."""

    load: Load
    piece: Piece | None
    run: Callable[[], EnclosureState | bytes]
    started_at: datetime


class Freight:
    """Hands out calls to make and takes their results. Touches the shelf only in the thread that calls it."""

    def __init__(self, parent: str, shelf: Shelf, caller: Caller, now: Callable[[], datetime]) -> None:
        self._parent = parent
        self._shelf = shelf
        self._caller = caller
        self._now = now
        self._sizer = Sizer(most=min(32 * 1024, MAX_PIECE_BYTES))
        self._coming = Later(now, first_s=2.0, cap_s=COMING_CAP_S)
        self._other = Later(now, first_s=10.0, cap_s=OTHER_CAP_S)
        self._expected: set[str] = set()
        self._loads: list[Load] = []
        self._may_open = True
        self.tally = Tally()

    def start(self, tally: Tally) -> None:
        """Begin a new carrying that counts in `tally`; what an earlier one left half done is asked for anew."""
        self.tally = tally
        self._loads.clear()
        self._may_open = True

    def look_again(self) -> None:
        """There may be more on the shelf than when nothing was found last."""
        self._may_open = True

    def expect(self, enclosure_ids: Iterable[str]) -> None:
        """The parent has just named these: ask for them soon and often."""
        for enclosure_id in enclosure_ids:
            self._expected.add(enclosure_id)
            self._coming.forget(enclosure_id)
            self._other.forget(enclosure_id)

    def next_task(self) -> Task | None:
        """The next call to make, or None when there is nothing that can be done now."""
        task = self._from_open(may_wait=False)
        if task is None and self._may_open and len(self._loads) < OPEN_AT_ONCE:
            self._open_more()
            task = self._from_open(may_wait=False)
        return task or self._from_open(may_wait=True)

    def done(self, task: Task, answer: EnclosureState | bytes) -> None:
        """A call was answered."""
        task.load.flying -= 1
        if task.piece is not None:
            self._count(task, task.piece)
        if isinstance(answer, EnclosureState):
            self._heard(task.load, answer)
        elif task.piece is not None:
            with suppress(EnclosureDamagedError):
                self._shelf.write_piece(task.load.enclosure_id, task.piece.offset, answer)
            if not task.load.todo and not task.load.flying:
                self._check(task.load, self._shelf.missing(task.load.enclosure_id))

    def failed(self, task: Task, error: LinkDownError | DoorError) -> None:
        """A call was not answered, or with no; the piece goes again, or the enclosure waits a while."""
        load = task.load
        load.flying -= 1
        if isinstance(error, DoorError):
            self._leave(load)
            return
        self._sizer.broken()
        if task.piece is None:
            load.is_asked = False
        elif load.todo is not None:
            load.todo.insert(0, task.piece)

    def _from_open(self, *, may_wait: bool) -> Task | None:
        for load in self._loads:
            if load.may_wait != may_wait:
                continue
            if load.todo:
                return self._carry(load, take_first(load.todo, self._sizer.next_bytes()))
            if load.todo is None and not load.is_asked:
                return self._ask(load)
        return None

    def _ask(self, load: Load) -> Task:
        load.is_asked = True
        load.flying += 1
        return Task(load, None, lambda: self._caller.enclosure(load.enclosure_id), self._now())

    def _carry(self, load: Load, piece: Piece) -> Task:
        load.flying += 1
        enclosure_id, caller = load.enclosure_id, self._caller
        if not load.is_up:
            return Task(load, piece, lambda: caller.get_piece(enclosure_id, piece.offset, piece.length), self._now())
        data = self._shelf.read(enclosure_id, piece.offset, piece.length)
        return Task(load, piece, lambda: caller.put_piece(enclosure_id, piece.offset, data), self._now())

    def _open_more(self) -> None:
        """Opens enclosures that may go now: those to give and those to get take turns, each in the shelf's order."""
        room = OPEN_AT_ONCE - len(self._loads)
        names = {load.enclosure_id for load in self._loads}
        limit = room + len(names) + len(self._coming) + len(self._other)
        up = (Load(name, True, None) for name in self._shelf.to_send(self._parent, limit))
        down = (Load(name, False, None) for name in self._shelf.wanted(self._parent, limit))
        self._may_open = False
        for load in _in_turn(up, down):
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
            load.todo = [Piece(0, size_bytes)]
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
        load.rounds = 0 if left < load.least_missing else load.rounds + 1
        load.least_missing = min(left, load.least_missing)
        load.todo = missing
        if load.rounds >= MAX_ROUNDS:
            self._leave(load)

    def _close(self, load: Load, is_up: bool) -> None:
        self._loads.remove(load)
        self._expected.discard(load.enclosure_id)
        self._coming.forget(load.enclosure_id)
        self._other.forget(load.enclosure_id)
        if is_up:
            self.tally.enclosures_up += 1
        else:
            self.tally.enclosures_down += 1

    def _leave(self, load: Load) -> None:
        if load in self._loads:
            self._loads.remove(load)
            (self._coming if load.enclosure_id in self._expected else self._other).postpone(load.enclosure_id)

    def _count(self, task: Task, piece: Piece) -> None:
        self._sizer.acknowledged(piece.length, max(0.0, (self._now() - task.started_at).total_seconds()))
        if task.load.is_up:
            self.tally.pieces_up += 1
            self.tally.bytes_up += piece.length
        else:
            self.tally.pieces_down += 1
            self.tally.bytes_down += piece.length


def _in_turn(first: Iterable[Load], second: Iterable[Load]) -> Iterator[Load]:
    pairs = chain.from_iterable(zip_longest(first, second))
    return (load for load in pairs if load is not None)
