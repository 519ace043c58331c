"""Originals (原图) go by policy: shots of a case that is not filled in here any more, and files that a power cut left.

`until_submitted`: with the submission. `days`: those of kept pages so many days after they were taken, unless the case is open again; what
never became a page goes with the submission. `never`: with the page. Shots of an open case are otherwise left alone.
"""

from datetime import datetime, timedelta

from node.capture.keeping import NEVER
from node.capture.tray import pages_of
from node.casework.case import CaseState
from node.casework.drafts import OPEN_STATES
from node.chores import Chore
from node.config import ScanningSettings
from node.station import Station
from node.store import Store
from node.store.records.shots import ShotRecord

DAYS = "days"
EVERY = timedelta(minutes=5)
STRAY = timedelta(days=1)
"""A file that no row names yet may be one that is being taken in just now."""


class Originals:
    """Removes what the policy lets go."""

    def __init__(self, station: Station, store: Store, settings: ScanningSettings) -> None:
        self._station = station
        self._store = store
        self._settings = settings

    def chore(self) -> Chore:
        """Every few minutes."""
        return Chore("originals", EVERY, self.sweep)

    def sweep(self, now: datetime) -> None:
        """Sweep once."""
        for case_number in self._store.shots.cases():
            if self._past(case_number, now):
                with self._store.transaction():
                    self._store.shots.remove(self._past(case_number, now))
        self._store.shots.sweep(now - STRAY)

    def _past(self, case_number: str, now: datetime) -> list[ShotRecord]:
        """What may go of a case's; asked once more in the transaction, since the case may just have come back."""
        shots, kept = self._store.shots.of_case(case_number), pages_of(self._store.materials.list(case_number))
        if self._is_open(case_number):
            return [one for one in shots if self._settings.originals == NEVER and one.shot in kept]
        since = now - timedelta(days=self._settings.originals_days)
        staying = self._settings.originals == DAYS and self._store.cases.get(case_number) is not None
        return [one for one in shots if not (staying and one.shot in kept and one.taken_at > since)]

    def _is_open(self, case_number: str) -> bool:
        record = self._store.cases.get(case_number)
        return record is not None and CaseState(record.state) in OPEN_STATES and self._station.is_me(record.holder_station)
