"""One carrying, from the first exchange until nothing moves: letters first, then pieces, letters overtaking at piece boundaries."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.caller import Caller
from sync.chunks import FIRST_BYTES, MOST_COUNT
from sync.errors import DoorError, LinkDownError
from sync.freight import Freight, Task
from sync.hands import Hands
from sync.mailbag import Mailbag, Packed
from sync.progress import Progress

MAX_ASKS = 2
MOST_SMALL, SMALL_BYTES = MOST_COUNT + 4, 2 * FIRST_BYTES
"""So many pieces may be on their way while all of them together are no more than this: previews do not keep the line waiting."""

HANDS = MOST_SMALL + MAX_ASKS + 1
"""More than pieces in flight: an exchange, or a question, never waits for a hand."""

HOPELESS = frozenset({"unreachable", "timeout", "not_admitted", "wrong_station", "busy"})
"""These end a trip at once: trying again right away would give the same."""

BEAT_S = 0.5
LOOK_S = 1.0
"""What other processes queue is noticed so soon while pieces go."""

MAX_BREAKS = MOST_SMALL + MAX_ASKS
"""All that is in flight may break at once, and more on its second try."""

LISTEN_S = 10.0
"""While pieces go, the parent is asked for its letters this often."""

SMALL_EXCHANGE_BYTES = 16 * 1024
"""Beside a smaller one pieces go on; a larger one has the line to itself."""

SILENCE_S = 30.0
SLOWEST_BYTES_S = 1024
"""A line on which nothing is acknowledged for `SILENCE_S`, and the time that what is in flight needs at this rate, is dead."""

GREETING = Packed(b"", (), 0, 0)


@dataclass(frozen=True)
class Rules:
    """What a trip asks while it goes: whether it may go on at all, whether it may send more, and whether something was queued."""

    may_go_on: Callable[[], bool]
    may_send: Callable[[], bool]
    is_woken: Callable[[], bool]
    heard: Callable[[], None]
    rest: Callable[[float], object]


@dataclass(frozen=True)
class _Exchange:
    """An exchange in flight, or the greeting before the first one."""

    packed: Packed
    answer: "Future[Any]"
    started_at: datetime
    is_alone: bool
    ticket: int


class Trip:
    """Drives the mailbag and the freight of one courier over its hands."""

    def __init__(
        self,
        mailbag: Mailbag,
        freight: Freight,
        caller: Caller,
        hands: Hands,
        now: Callable[[], datetime],
        progress: Progress,
        rules: Rules,
    ) -> None:
        self._mailbag = mailbag
        self._freight = freight
        self._caller = caller
        self._hands = hands
        self._now = now
        self._progress = progress
        self._rules = rules
        self._exchange: _Exchange | None = None
        self._flying: dict[Future[Any], Task] = {}
        self._breaks = 0
        self._quiet = False
        self._may_have_parcels = True
        self._listened_at = self._looked_at = self._beat_at = now()
        self._silent_s = 0.0

    def go(self) -> str | None:
        """Carry until nothing moves; the reason (a `LinkDownError` code) when the line or the parent ended it."""
        try:
            while self._rules.may_go_on():
                if self._rules.may_send():
                    self._send_out()
                if self._exchange is not None or self._flying:
                    self._collect()
                elif self._rules.may_send() and self._freight.waits_for_pace():
                    self._rules.rest(BEAT_S)
                else:
                    return None
            return None
        except LinkDownError as error:
            return error.why
        finally:
            for future in self._flying:
                future.cancel()

    def _send_out(self) -> None:
        if self._exchange is None:
            self._send_letters()
        if self._exchange is not None and self._exchange.is_alone:
            return
        while (task := self._next_task()) is not None:
            self._flying[self._hands.submit(task.run)] = task

    def _next_task(self) -> Task | None:
        pieces = sum(task.piece is not None for task in self._flying.values())
        if len(self._flying) - pieces >= MAX_ASKS:
            return None if pieces >= self._freight.most_flying else self._freight.next_task(may_ask=False)
        return self._freight.next_task(may_carry=pieces < self._freight.most_flying or self._has_only_small(pieces))

    def _has_only_small(self, pieces: int) -> bool:
        return pieces < MOST_SMALL and sum(task.piece.length for task in self._flying.values() if task.piece) < SMALL_BYTES

    def _send_letters(self) -> None:
        if not self._caller.is_alive:
            # Pieces that are still on their way will tell as well.
            if not self._flying:
                self._look_for_life()
        elif self._mailbag.owes() or self._has_parcels() or not self._quiet:
            self._start_exchange(is_alone=None)
        elif self._flying and (self._now() - self._listened_at).total_seconds() >= LISTEN_S:
            self._start_exchange(is_alone=False)

    def _look_for_life(self) -> None:
        """Nothing is packed before the parent has said something: a hello where there is no session, else an exchange without parcels."""
        # Connections for pieces will be wanted, and each costs a round trip: it runs beside this one.
        for open_one in self._caller.open_ahead(self._freight.pieces_up(MOST_SMALL) - 1):
            self._hands.submit(open_one)
        if self._caller.has_session():
            self._start_exchange(is_alone=True, with_parcels=False)
        else:
            self._exchange = _Exchange(GREETING, self._hands.submit(self._caller.greet), self._now(), True, 0)

    def _has_parcels(self) -> bool:
        """Looks when something was queued here, and now and then for what other processes queue."""
        now = self._now()
        if self._rules.is_woken() or abs((now - self._looked_at).total_seconds()) >= LOOK_S:
            self._may_have_parcels = True
        if self._may_have_parcels:
            self._looked_at = now
            self._may_have_parcels = self._mailbag.has_parcels()
        return self._may_have_parcels

    def _start_exchange(self, is_alone: bool | None, *, with_parcels: bool = True) -> None:
        extras = ((), ()) if self._mailbag.is_wary else (self._freight.asks(), self._freight.pulled())
        packed = self._mailbag.pack(*extras, with_parcels=with_parcels)
        self._freight.count_letters(len(packed.body))
        if is_alone is None:
            is_alone = not self._flying or len(packed.body) > SMALL_EXCHANGE_BYTES
        future = self._hands.submit(lambda: self._caller.exchange(packed.body))
        self._exchange = _Exchange(packed, future, self._now(), is_alone, self._progress.sent(len(packed.body)))

    def _collect(self) -> None:
        """Wait a moment for whatever comes first, and take all that has come."""
        futures: set[Future[Any]] = set(self._flying)
        if self._exchange is not None:
            futures.add(self._exchange.answer)
        came, _ = wait(futures, timeout=BEAT_S, return_when=FIRST_COMPLETED)
        self._listen_for_silence(any(future.exception() is None for future in came))
        for future in [future for future in self._flying if future.done()]:
            self._take_piece(self._flying.pop(future), future)
        if self._exchange is not None and self._exchange.answer.done():
            exchange, self._exchange = self._exchange, None
            self._take_answer(exchange)

    def _listen_for_silence(self, is_heard: bool) -> None:
        """Only what is acknowledged counts as life. Time is counted in beats, so that a clock that is set ends nothing."""
        now = self._now()
        passed_s, self._beat_at = (now - self._beat_at).total_seconds(), now
        if is_heard:
            self._silent_s = 0.0
            return
        self._silent_s += min(2 * BEAT_S, max(0.0, passed_s))
        if self._silent_s > SILENCE_S + self._progress.line().in_flight_bytes / SLOWEST_BYTES_S:
            raise LinkDownError("timeout")

    def _take_answer(self, exchange: _Exchange) -> None:
        if exchange.packed is GREETING:
            exchange.answer.result()
            self._rules.heard()
            return
        now, packed = self._now(), exchange.packed
        took_s = max(0.0, (now - exchange.started_at).total_seconds())
        try:
            answer = exchange.answer.result()
            came = self._mailbag.unpack(packed, answer, took_s)
        except LinkDownError as error:
            self._progress.lost(exchange.ticket)
            self._freight.told_states(packed.asks, {})
            self._mailbag.broken(packed, error.why)
            self._quiet = False
            self._count_break(error)
            return
        except DoorError as error:
            self._progress.lost(exchange.ticket)
            self._freight.told_states(packed.asks, {})
            self._freight.told_pulled(packed.held)
            self._mailbag.turned_down(packed, error.code)
            return
        self._progress.landed(exchange.ticket, None, True, len(packed.body))
        self._progress.landed(0, None, False, len(answer or b""))
        self._freight.count_letters(len(answer or b""))
        self._freight.told_states(packed.asks, came.states)
        self._freight.told_pulled(packed.held)
        self._breaks = 0
        self._quiet, self._may_have_parcels = True, True
        self._listened_at = now
        self._freight.look_again()
        self._rules.heard()

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
