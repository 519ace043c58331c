"""The courier (驿使): carries what is queued to the parent and fetches what waits there, whenever the line allows."""

import logging
import random
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.backoff import delay_s
from sync.boxes import Clock, Lease, LinkLog, Outbox, Pace, Receiver, Reports, Shelf
from sync.caller import Caller, Meet
from sync.ear import Ear
from sync.exchange import Refusal
from sync.freight import Freight
from sync.hands import Hands
from sync.mailbag import Mailbag, Tally
from sync.pace import FullPace
from sync.probe import Probe
from sync.progress import Progress
from sync.trip import HANDS, Rules, Trip
from sync.wire import Identity, Wire

POLL_S = 5.0
"""Between two looks at a parent whose door has no bell."""

SELDOM_S = 300.0
"""Between two looks at one whose bell would ring."""

BUSY_S = 1.0
LEAST_PAUSE_S = 1.0
STEP_S = 0.25
LEASE_S = 8.0
RENEW_S = 2.0
RETRY_REFUSED = timedelta(hours=6)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CarryReport:
    """What one carrying did.

    `sent` and `received` count parcels; `set_aside` are those that one side would not take, with the reason; `waiting` says
    whether parcels are still due; `failure` is why it ended before everything was carried (a `LinkDownError` code); `is_busy`
    when another process on the same database is carrying; `is_paused` when people have paused the line.
    """

    sent: int = 0
    received: int = 0
    enclosures_up: int = 0
    enclosures_down: int = 0
    pieces_up: int = 0
    pieces_down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    set_aside: tuple[Refusal, ...] = ()
    waiting: bool = False
    failure: str | None = None
    is_busy: bool = False
    is_paused: bool = False

    @property
    def moved(self) -> bool:
        """Whether anything came through."""
        return bool(self.sent or self.received or self.pieces_up or self.pieces_down)


class Courier:
    """Carries between this station and its parent.

    The boxes are only touched by the thread that calls `carry_once` or `run`; other threads only make calls. Give `run` its own
    thread. One courier per process; the lease sees to several processes.
    """

    def __init__(
        self,
        identity: Identity,
        parent: str,
        outbox: Outbox,
        shelf: Shelf,
        receiver: Receiver,
        new_wire: Callable[[], Wire],
        lease: Lease,
        clock: Clock,
        digest: Callable[[bytes], str],
        link_log: LinkLog,
        poll_s: float = POLL_S,
        chance: Callable[[], float] = random.random,
        reports: Reports | None = None,
        meet: Meet | None = None,
        echo: Callable[[], Sequence[bytes]] = lambda: (),
        pace: Pace | None = None,
        rest: Callable[[float], object] | None = None,
    ) -> None:
        self.progress = Progress(clock.now)
        self._pace = pace or FullPace()
        self._rest = rest or threading.Event().wait
        self._parent = parent
        self._outbox = outbox
        self._lease = lease
        self._clock = clock
        self._link_log = link_log
        self._poll_s = poll_s
        self._chance = chance
        self._caller = Caller(new_wire(), identity, parent, meet)
        self._freight = Freight(parent, shelf, self._caller, clock.now, self._pace, self.progress)
        self._mailbag = Mailbag(parent, outbox, receiver, digest, clock.now, self._freight.expect, reports, echo)
        self._ear = Ear(self._caller, lambda: link_log.heard(clock.now()), self._be_rung)
        self._hands: Hands | None = None
        self._wake: threading.Event | None = None
        self._holder = f"{identity.station}:{secrets.token_hex(8)}"
        self._lease_name = f"courier:{parent}"
        self._renewed_at = clock.now()
        self._retried_at: datetime | None = None
        self._was_woken = False
        self._hurried = 0
        self._asked = threading.Event()

    def ask_by_hand(self) -> None:
        """A person wants `run` to carry once though the line is paused; its `wake` is to be set as well. For any thread."""
        self._asked.set()

    def carry_once(self, stop: threading.Event | None = None, *, by_hand: bool = False) -> CarryReport:
        """Carry until nothing moves, both ways. A line that is down is not an error: the report says so, and the queue waits.

        `by_hand` says that a person asks for it: it goes though the line is paused.

        Raises whatever the boxes raise in their own trouble; what was acknowledged stays so.
        """
        if self._pace.is_paused() and not by_hand:
            return CarryReport(is_paused=True)
        if not self._acquire():
            return CarryReport(is_busy=True)
        self.progress.trip_began()
        failure: str | None = "station"
        try:
            self._retry_refused()
            self._heed_hurry()
            tally = self._mailbag.start()
            self._freight.start(tally)
            failure = self._trip(stop, by_hand).go()
            if failure is not None:
                self._start_afresh()
                self._link_log.failed(self._clock.now(), failure)
            return self._report(tally, failure)
        finally:
            self.progress.trip_ended(failure)
            self._lease.release(self._lease_name, self._holder)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Carry again and again until `stop`. Set `wake` when something was queued, and after setting `stop`."""
        failures = 0
        self._wake = wake
        while not stop.is_set():
            wake.clear()
            self._was_woken = False
            report = self._carry_or_log(stop)
            # Idle threads would hold memory until the next carrying.
            self._start_afresh()
            self._ear.carried(moved=report.moved)
            if report.failure is None:
                failures = 0
                if self._was_woken:
                    # The trip looked for letters then; it may have been a scan that became whole.
                    continue
                is_held = report.is_busy or report.is_paused
                self._pause(BUSY_S if is_held else self._poll_s * (0.8 + 0.4 * self._chance()), report, stop, wake)
            else:
                # The first break after progress is no reason to wait.
                failures = 0 if report.moved else failures + 1
                self._pause(delay_s(failures, self._chance()), report, stop, wake)
        self.close()

    def close(self) -> None:
        """Let go of threads and connections; the courier can be used again."""
        if self._hands is not None:
            self._hands.close()
            self._hands = None
        self._caller.close()

    def _carry_or_log(self, stop: threading.Event) -> CarryReport:
        try:
            by_hand = self._asked.is_set()
            self._asked.clear()
            return self.carry_once(stop, by_hand=by_hand)
        except Exception as error:  # a full disk or a locked database must not end the courier's thread
            log.error("carrying stopped: %s", type(error).__name__)
            self._start_afresh()
            return CarryReport(failure="station")

    def _trip(self, stop: threading.Event | None, by_hand: bool) -> Trip:
        if self._hands is None:
            self._hands = Hands(HANDS)
        rules = Rules(
            may_go_on=lambda: not (stop is not None and stop.is_set()) and self._renew(),
            may_send=lambda: by_hand or not self._pace.is_paused(),
            is_woken=self._is_woken,
            heard=lambda: self._link_log.heard(self._clock.now()),
            rest=self._rest,
        )
        return Trip(self._mailbag, self._freight, self._caller, self._hands, self._clock.now, self.progress, rules)

    def _be_rung(self) -> None:
        if self._wake is not None:
            self._wake.set()

    def _is_woken(self) -> bool:
        """Whether something was queued in this process since this was asked last. Nobody says so outside of `run`: then look each time."""
        if self._wake is None:
            return True
        if not self._wake.is_set():
            return False
        self._wake.clear()
        self._was_woken = True
        return True

    def _start_afresh(self) -> None:
        """Hands that hang on a dead line end by their own timeouts; the next carrying does not wait for them."""
        if self._hands is not None:
            self._hands.close()
            self._hands = None

    def _report(self, tally: Tally, failure: str | None) -> CarryReport:
        return CarryReport(
            sent=max(0, tally.sent),
            received=tally.received,
            enclosures_up=tally.enclosures_up,
            enclosures_down=tally.enclosures_down,
            pieces_up=tally.pieces_up,
            pieces_down=tally.pieces_down,
            bytes_up=tally.bytes_up,
            bytes_down=tally.bytes_down,
            set_aside=tuple(tally.set_aside),
            waiting=self._outbox.has_due(self._parent),
            failure=failure,
        )

    def _acquire(self) -> bool:
        now = self._clock.now()
        self._renewed_at = now
        return self._lease.acquire(self._lease_name, self._holder, now + timedelta(seconds=LEASE_S), now)

    def _renew(self) -> bool:
        now = self._clock.now()
        if 0 <= (now - self._renewed_at).total_seconds() < RENEW_S:
            return True
        self._renewed_at = now
        return self._lease.renew(self._lease_name, self._holder, now + timedelta(seconds=LEASE_S), now)

    def _heed_hurry(self) -> None:
        if (hurried := self._outbox.hurried()) != self._hurried:
            self._hurried = hurried
            self._mailbag.forget_waits()
            self._freight.forget_waits()

    def _retry_refused(self) -> None:
        now = self._clock.now()
        if self._retried_at is None or abs(now - self._retried_at) >= RETRY_REFUSED:
            self._outbox.retry_refused(self._parent)
            self._retried_at = now

    def _pause(self, seconds: float, report: CarryReport, stop: threading.Event, wake: threading.Event) -> None:
        """Wait so long; less when something is queued (but after a failure not at once), when the bell rings, or the line comes back."""
        failure = report.failure
        probe = Probe(self._caller.is_reachable, was_reachable=failure != "unreachable") if failure not in (None, "station") else None
        may_listen = failure is None and not report.is_busy and not report.is_paused
        might_go, waited, step, longest = self._pace.scans_may_go(), 0.0, 0.0, seconds
        while waited < longest and not stop.is_set():
            if may_listen:
                rings = self._ear.listen(step)
                if rings:
                    return
                longest = seconds if rings is False else SELDOM_S
            step = min(STEP_S, max(0.0, longest - waited))
            if failure is None or waited >= LEAST_PAUSE_S:
                if wake.wait(step):
                    if may_listen:
                        self._ear.listen(0)
                    return
            else:
                stop.wait(step)
            waited += step
            if probe is not None and probe.has_come_back(waited):
                return
            if not might_go and self._pace.scans_may_go():
                return
