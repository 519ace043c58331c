"""One carrying, from the first exchange until nothing moves: letters first, then pieces, letters overtaking at piece boundaries."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.caller import Caller
from sync.errors import DoorError, LinkDownError
from sync.freight import Freight, Task
from sync.hands import Hands
from sync.mailbag import Mailbag, Packed

IN_FLIGHT = 4
HANDS = IN_FLIGHT + 1
"""One more than pieces in flight: an exchange never waits for a hand."""

HOPELESS = frozenset({"unreachable", "timeout", "not_admitted", "wrong_station", "busy"})
"""These end a trip at once: trying again right away would give the same."""

BEAT_S = 0.5
MAX_BREAKS = IN_FLIGHT + 2
"""All that is in flight may break at once, and once more on its second try."""

LISTEN_S = 10.0
"""While pieces go, the parent is asked for its letters this often."""


@dataclass(frozen=True)
class _Exchange:
    """An exchange in flight."""

    packed: Packed
    answer: "Future[Any]"
    started_at: datetime
    is_alone: bool


class Trip:
    """Drives the mailbag and the freight of one courier over its hands."""

    def __init__(
        self,
        mailbag: Mailbag,
        freight: Freight,
        caller: Caller,
        hands: Hands,
        now: Callable[[], datetime],
        heard: Callable[[], None],
        may_go_on: Callable[[], bool],
    ) -> None:
        self._mailbag = mailbag
        self._freight = freight
        self._caller = caller
        self._hands = hands
        self._now = now
        self._heard = heard
        self._may_go_on = may_go_on
        self._exchange: _Exchange | None = None
        self._flying: dict[Future[Any], Task] = {}
        self._breaks = 0
        self._quiet = False
        self._listened_at = now()

    def go(self) -> str | None:
        """Carry until nothing moves; the reason (a `LinkDownError` code) when the line or the parent ended it."""
        try:
            while self._may_go_on():
                self._send_out()
                if self._exchange is None and not self._flying:
                    return None
                self._collect()
            return None
        except LinkDownError as error:
            return error.why
        finally:
            for future in self._flying:
                future.cancel()

    def _send_out(self) -> None:
        if self._exchange is None:
            letters = self._mailbag.has_letters()
            if letters or not self._quiet:
                self._start_exchange(is_alone=True)
            elif self._flying and (self._now() - self._listened_at).total_seconds() >= LISTEN_S:
                self._start_exchange(is_alone=False)
        if self._exchange is not None and self._exchange.is_alone:
            return
        while len(self._flying) < IN_FLIGHT and (task := self._freight.next_task()) is not None:
            self._flying[self._hands.submit(task.run)] = task

    def _start_exchange(self, is_alone: bool) -> None:
        packed = self._mailbag.pack()
        future = self._hands.submit(lambda: self._caller.exchange(packed.body))
        self._exchange = _Exchange(packed, future, self._now(), is_alone)

    def _collect(self) -> None:
        """Wait a moment for whatever comes first, and take all that has come."""
        futures: set[Future[Any]] = set(self._flying)
        if self._exchange is not None:
            futures.add(self._exchange.answer)
        wait(futures, timeout=BEAT_S, return_when=FIRST_COMPLETED)
        for future in [future for future in self._flying if future.done()]:
            self._take_piece(self._flying.pop(future), future)
        if self._exchange is not None and self._exchange.answer.done():
            exchange, self._exchange = self._exchange, None
            self._take_answer(exchange)

    def _take_answer(self, exchange: _Exchange) -> None:
        now = self._now()
        took_s = max(0.0, (now - exchange.started_at).total_seconds())
        try:
            moved = self._mailbag.unpack(exchange.packed, exchange.answer.result(), took_s)
        except LinkDownError as error:
            self._mailbag.broken(exchange.packed, error.why)
            self._quiet = False
            self._count_break(error)
            return
        except DoorError as error:
            self._mailbag.turned_down(exchange.packed, error.code)
            return
        if moved:
            self._breaks = 0
        self._quiet = True
        self._listened_at = now
        self._freight.look_again()
        self._heard()

    def _take_piece(self, task: Task, future: "Future[Any]") -> None:
        error = future.exception()
        if error is None:
            self._breaks = 0
            self._freight.done(task, future.result())
        elif isinstance(error, LinkDownError):
            self._freight.failed(task, error)
            self._count_break(error)
        elif isinstance(error, DoorError):
            self._freight.failed(task, error)
        else:
            raise error

    def _count_break(self, error: LinkDownError) -> None:
        """A break costs a piece; several in a row with nothing acknowledged between them end the trip."""
        self._breaks += 1
        if self._breaks >= MAX_BREAKS or error.why in HOPELESS:
            raise error
