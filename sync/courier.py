"""The courier (驿使): carries what is queued to the parent and fetches what waits there, whenever the line allows."""

import logging
import random
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.backoff import delay_s
from sync.boxes import Clock, Lease, LinkLog, Outbox, Receiver, Reports, Shelf
from sync.caller import Caller, Meet
from sync.exchange import Refusal
from sync.freight import Freight
from sync.hands import Hands
from sync.mailbag import Mailbag, Tally
from sync.probe import Probe
from sync.trip import HANDS, Trip
from sync.wire import Identity, Wire

POLL_S = 5.0
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
    when another process on the same database is carrying.
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
    ) -> None:
        self._parent = parent
        self._outbox = outbox
        self._lease = lease
        self._clock = clock
        self._link_log = link_log
        self._poll_s = poll_s
        self._chance = chance
        self._caller = Caller(new_wire(), identity, parent, meet)
        self._freight = Freight(parent, shelf, self._caller, clock.now)
        self._mailbag = Mailbag(parent, outbox, receiver, digest, clock.now, self._freight.expect, reports, echo)
        self._hands: Hands | None = None
        self._holder = f"{identity.station}:{secrets.token_hex(8)}"
        self._lease_name = f"courier:{parent}"
        self._renewed_at = clock.now()
        self._retried_at: datetime | None = None

    def carry_once(self, stop: threading.Event | None = None) -> CarryReport:
        """Carry until nothing moves, both ways. A line that is down is not an error: the report says so, and the queue waits.

        Raises whatever the boxes raise in their own trouble; what was acknowledged stays so.
        """
        if not self._acquire():
            return CarryReport(is_busy=True)
        try:
            self._retry_refused()
            tally = self._mailbag.start()
            self._freight.start(tally)
            failure = self._trip(stop).go()
            if failure is not None:
                self._start_afresh()
                self._link_log.failed(self._clock.now(), failure)
            return self._report(tally, failure)
        finally:
            self._lease.release(self._lease_name, self._holder)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Carry again and again until `stop`. Set `wake` when something was queued, and after setting `stop`."""
        failures = 0
        while not stop.is_set():
            wake.clear()
            report = self._carry_or_log(stop)
            if report.failure is None:
                failures = 0
                self._pause(BUSY_S if report.is_busy else self._poll_s * (0.8 + 0.4 * self._chance()), None, stop, wake)
            else:
                # The first break after progress is no reason to wait.
                failures = 0 if report.moved else failures + 1
                self._pause(delay_s(failures, self._chance()), report.failure, stop, wake)
        self.close()

    def close(self) -> None:
        """Let go of threads and connections; the courier can be used again."""
        if self._hands is not None:
            self._hands.close()
            self._hands = None
        self._caller.close()

    def _carry_or_log(self, stop: threading.Event) -> CarryReport:
        try:
            return self.carry_once(stop)
        except Exception as error:  # a full disk or a locked database must not end the courier's thread
            log.error("carrying stopped: %s", type(error).__name__)
            self._start_afresh()
            return CarryReport(failure="station")

    def _trip(self, stop: threading.Event | None) -> Trip:
        if self._hands is None:
            self._hands = Hands(HANDS)

        def may_go_on() -> bool:
            return not (stop is not None and stop.is_set()) and self._renew()

        def heard() -> None:
            self._link_log.heard(self._clock.now())

        return Trip(self._mailbag, self._freight, self._caller, self._hands, self._clock.now, heard, may_go_on)

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
            waiting=bool(self._outbox.due(self._parent, 1, 1)),
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

    def _retry_refused(self) -> None:
        now = self._clock.now()
        if self._retried_at is None or abs(now - self._retried_at) >= RETRY_REFUSED:
            self._outbox.retry_refused(self._parent)
            self._retried_at = now

    def _pause(self, seconds: float, failure: str | None, stop: threading.Event, wake: threading.Event) -> None:
        """Wait so long; less when something is queued (but after a failure not at once), or when the line comes back."""
        probe = Probe(self._caller.is_reachable, was_reachable=failure != "unreachable") if failure not in (None, "station") else None
        waited = 0.0
        while waited < seconds and not stop.is_set():
            step = min(STEP_S, seconds - waited)
            if failure is None or waited >= LEAST_PAUSE_S:
                if wake.wait(step):
                    return
            else:
                stop.wait(step)
            waited += step
            if probe is not None and probe.has_come_back(waited):
                return
