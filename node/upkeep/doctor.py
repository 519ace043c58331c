"""The doctor (体检): looks the whole station over and says what is wrong, in codes and facts without personal data."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from node.casework.calendars import Calendars
from node.clock import Clock
from node.config import Config
from node.errors import CorruptError, NodeError, StoreError
from node.folder import StationFolder
from node.station import Stations
from node.store import Store
from node.store.files import free_bytes
from node.upkeep import machine
from node.upkeep.checks import audit as audit_checks
from node.upkeep.checks import catalogue as catalogue_checks
from node.upkeep.checks import clock as clock_checks
from node.upkeep.checks import disk as disk_checks
from node.upkeep.checks import keys as keys_checks
from node.upkeep.checks import line as line_checks
from node.upkeep.checks import program as program_checks
from node.upkeep.checks import seals as seals_checks
from node.upkeep.checks import updates as updates_checks
from node.upkeep.findings import Check, Finding, Subject, bad
from signing.algorithms import suite as suite_of
from signing.errors import SigningError
from signing.trust import TrustStore

CHECKS: tuple[tuple[str, Check], ...] = (
    ("standing", program_checks.standing),
    ("line", line_checks.line),
    ("queue", line_checks.queue),
    ("not_taken", line_checks.not_taken),
    ("against_parent", clock_checks.against_parent),
    ("against_itself", clock_checks.against_itself),
    ("disk", disk_checks.disk),
    ("memory", disk_checks.memory),
    ("database", program_checks.database),
    ("audit", audit_checks.audit),
    ("backup", program_checks.backup),
    ("certificates", keys_checks.own_certificates),
    ("people", keys_checks.people),
    ("keys", keys_checks.key_files),
    ("seals", seals_checks.seals),
    ("revocations", keys_checks.revocations),
    ("sm2", keys_checks.sm2),
    ("modes", disk_checks.modes),
    ("address", program_checks.address),
    ("program", program_checks.program),
    ("update", updates_checks.from_the_road),
    ("catalogue", catalogue_checks.catalogue),
    ("calendar", program_checks.calendar),
)
"""In the order in which a technician reads them."""

DATABASE_EVERY = timedelta(days=1)
log = logging.getLogger(__name__)


class Doctor:
    """Examines one station. `free` and `memory` ask the machine."""

    def __init__(
        self,
        folder: StationFolder,
        config: Config,
        store: Store,
        trust: TrustStore,
        stations: Stations,
        items: Callable[[], int],
        calendars: Calendars,
        clock: Clock,
        free: Callable[[Path], int] = free_bytes,
        memory: Callable[[], machine.Memory | None] = machine.memory,
    ) -> None:
        self._folder = folder
        self._config = config
        self._store = store
        self._trust = trust
        self._stations = stations
        self._items = items
        self._calendars = calendars
        self._clock = clock
        self._free = free
        self._memory = memory

    def examine(self) -> tuple[Finding, ...]:
        """Everything that the checks find now, in their order; a check that cannot be done is a finding too."""
        subject = self._subject()
        found: list[Finding] = []
        for name, check in CHECKS:
            found += self._done(name, check, subject)
        return tuple(found)

    def look_at_database(self, *, whole: bool) -> None:
        """Let the database look at itself, and remember what it found; `whole` takes longer and looks at indexes too.

        Raises:
            StoreError: it cannot even be remembered.
        """
        try:
            problems = len(self._store.check(quick=not whole))
        except CorruptError:
            problems = 1
        program_checks.keep_integrity(self._store, problems, self._clock.now(), whole=whole)

    def do_rounds(self, now: datetime) -> None:
        """What must be remembered between examinations: the latest time known, and once a day how the database is."""
        clock_checks.keep_time(self._store, now)
        looked = program_checks.integrity_at(self._store)
        if looked is None or not timedelta() <= now - looked < DATABASE_EVERY:
            self.look_at_database(whole=False)

    def _subject(self) -> Subject:
        return Subject(
            folder=self._folder,
            config=self._config,
            suite=suite_of(self._config.station.suite),
            store=self._store,
            trust=self._trust,
            directory=self._stations.directory,
            calendar=self._calendars.current(),
            items=self._items(),
            now=self._clock.now(),
            free=self._free,
            memory=self._memory,
        )

    @staticmethod
    def _done(name: str, check: Check, subject: Subject) -> tuple[Finding, ...]:
        try:
            return check(subject)
        except StoreError:
            return (bad("database_unreadable", check=name),)
        except (NodeError, SigningError, OSError) as error:
            log.warning("the check %s could not be done: %s", name, type(error).__name__)
            return (bad("check_failed", check=name),)
