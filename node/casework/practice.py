"""Practice (练习): cases by which people learn the work. They are filled in and checked as others are; nothing of them leaves the station.

A practice case has a number that no real case can have and no letter: nothing of it is sealed, so there is nothing to carry. Who practises
sees practice cases only, and nobody else sees any.
"""

from dataclasses import replace
from datetime import datetime

from node.casework.case import CaseState, Event
from node.casework.casebook import STATE_SINCE, title_of
from node.casework.views import LetterLine, Road
from node.clock import from_text, to_text
from node.errors import CaseNotFoundError
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseFilter, CaseRecord

NUMBER = "练习-{serial:04d}"
PRACTICE = "practice"
"""The box of practice cases, the counter of their numbers, and what stands where a letter has its road and its outcome."""
BY, NOTE = "practised_by", "practised_note"
WIPED_AT_ONCE = 200


class Practice:
    """The practice cases of one station."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def next_number(self) -> str:
        """The number of a new practice case, `练习-0003`; in the caller's transaction."""
        return NUMBER.format(serial=self._store.counters.next(PRACTICE))

    def submit(self, person: Person, record: CaseRecord, answers: object, note: str, at: datetime) -> CaseRecord:
        """Keep that a practice case was submitted, in the caller's transaction. It stays on this desk, and nothing is queued."""
        facts = {STATE_SINCE: to_text(at), BY: person.display_name, NOTE: note}
        state = CaseState.SUBMITTED.value
        done = replace(record, state=state, updated_at=at, title=title_of(answers), extra={**record.extra, **facts})
        self._store.cases.put(done)
        self._store.audit.append(AuditRecord(at, person.name, "practised", record.case_number))
        return done

    def letters(self, record: CaseRecord) -> tuple[LetterLine, ...]:
        """What stands in place of the chain: the submission, with no seal."""
        if record.state != CaseState.SUBMITTED:
            return ()
        at = from_text(record.extra[STATE_SINCE])
        return (
            LetterLine(
                letter_id=record.case_number,
                event=Event.SUBMITTED.value,
                who=str(record.extra.get(BY, "")),
                tier=self._station.tier,
                station_name=self._station.name,
                claimed_at=at,
                received_at=at,
                body={"note": record.extra[NOTE]} if record.extra.get(NOTE) else {},
                road=Road(PRACTICE),
                seals=(),
                outcome=PRACTICE,
                reason=None,
            ),
        )

    def wipe(self, who: str, at: datetime) -> int:
        """Throw all practice cases away, with their answers and pictures; how many. Their numbers are not used again."""
        wiped = 0
        while rows := self._store.cases.page(CaseFilter(practice=True), WIPED_AT_ONCE):
            with self._store.transaction():
                for record in rows:
                    self._forget(record.case_number)
            wiped += len(rows)
        with self._store.transaction():
            self._store.audit.append(AuditRecord(at, who, "practice_wiped", PRACTICE, {"cases": wiped}))
        return wiped

    def _forget(self, case_number: str) -> None:
        for row in self._store.materials.list(case_number):
            self._store.enclosures.erase(row.enclosure_id)
            if row.preview:
                self._store.enclosures.erase(str(row.preview["id"]))
        self._store.papers.forget(case_number)
        self._store.shots.forget(case_number)
        self._store.cases.delete(case_number)


def check_same_world(person: Person, record: CaseRecord) -> None:
    """Return when the case is one that the person may know of: a practice case for who practises, a real one for all others.

    Raises:
        CaseNotFoundError: it is the other's.
    """
    if person.practice != record.practice:
        raise CaseNotFoundError(record.case_number)
