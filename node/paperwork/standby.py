"""Standby receipts (停电备用本): numbered, printed beforehand, written by hand while the power is out, entered when it is back.

A number is registered before it is printed and never given again; one receipt makes one case.
"""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from node.casework.case_number import check_digit
from node.clock import Clock
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord
from node.store.records.papers import StandbyRecord

MOST_AT_ONCE = 50
OLDEST = timedelta(days=60)
"""What was written longer ago is no delay by a power cut."""

COUNTER = "standby"
LONGEST_REASON = 200
BLANK, USED, VOID = "blank", "used", "void"
_CODE = re.compile(r"备?-?(\d{1,8})-?(\d)")


class Standby:
    """The standby receipts of this station."""

    def __init__(self, station: Station, store: Store, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock

    def print(self, person: Person, count: int) -> tuple[StandbyRecord, ...]:
        """Register the next numbers, to be printed.

        Raises:
            NotAllowedError: `practice`.
            RequestError: `standby_count`.
        """
        if person.practice:
            raise NotAllowedError("practice")
        if not 1 <= count <= MOST_AT_ONCE:
            raise RequestError("standby_count", most=MOST_AT_ONCE)
        now = self._clock.now().replace(microsecond=0)
        with self._store.transaction():
            numbers = [self._store.counters.next(COUNTER) for _ in range(count)]
            made = tuple(StandbyRecord(self._station.station, number, BLANK, now, person.name) for number in numbers)
            self._store.standby.add_many(made)
            facts = {"first": numbers[0], "last": numbers[-1]}
            self._store.audit.append(AuditRecord(now, person.name, "standby_printed", COUNTER, facts))
        return made

    def void(self, person: Person, code: str, reason: str) -> StandbyRecord:
        """Mark a blank receipt as void (作废): lost, spoilt.

        Raises:
            NotFoundError: no such receipt.
            RequestError: `standby_reason`; `standby_used`, `standby_void` it is blank no longer.
        """
        told = reason.strip()
        if not told or len(told) > LONGEST_REASON:
            raise RequestError("standby_reason")
        now = self._clock.now().replace(microsecond=0)
        with self._store.transaction():
            found = self._blank(code)
            gone = replace(found, state=VOID, reason=told, changed_at=now, changed_by=person.name)
            self._store.standby.change(gone, BLANK)
            self._store.audit.append(AuditRecord(now, person.name, "standby_void", COUNTER, {"number": found.number}))
        return gone

    def check_enter(self, person: Person, code: str, written_at: datetime) -> StandbyRecord:
        """The blank receipt that a case may be entered from, with this time on it.

        Raises:
            NotAllowedError: `practice`.
            NotFoundError: no such receipt.
            RequestError: `standby_used`, `standby_void`; `standby_future`, `standby_before`, `standby_old` the time cannot be.
        """
        if person.practice:
            raise NotAllowedError("practice")
        found, now = self._blank(code), self._clock.now()
        if written_at > now:
            raise RequestError("standby_future")
        if written_at < found.printed_at.replace(second=0):
            raise RequestError("standby_before")
        if now - written_at > OLDEST:
            raise RequestError("standby_old", days=OLDEST.days)
        return found

    def enter(self, person: Person, record: CaseRecord, code: str, written_at: datetime) -> None:
        """Bind a receipt to the case that was opened from it, in the caller's transaction.

        Raises:
            NotAllowedError, NotFoundError, RequestError: as `check_enter`.
        """
        found, now = self.check_enter(person, code, written_at), self._clock.now().replace(microsecond=0)
        used = replace(found, state=USED, case_number=record.case_number, written_at=written_at, changed_at=now, changed_by=person.name)
        self._store.standby.change(used, BLANK)
        self._store.audit.append(AuditRecord(now, person.name, "standby_entered", record.case_number, {"number": found.number}))

    def release(self, case_number: str) -> None:
        """Let the receipt of a case that was thrown away be entered again, in the caller's transaction."""
        used = self._store.standby.of_case(case_number)
        if used is not None:
            self._store.standby.change(replace(used, state=BLANK, case_number=None, written_at=None), USED)

    def of_case(self, case_number: str) -> StandbyRecord | None:
        """The receipt that a case was entered from, or None."""
        return self._store.standby.of_case(case_number)

    def newest(self, limit: int = 200) -> tuple[StandbyRecord, ...]:
        """The receipts printed last, newest first."""
        return tuple(self._store.standby.newest(limit))

    def sheets(self, first: int, last: int) -> tuple[StandbyRecord, ...]:
        """The blank receipts of these numbers, to be printed."""
        found = self._store.standby.between(self._station.station, first, min(last, first + MOST_AT_ONCE - 1))
        return tuple(one for one in found if one.state == BLANK)

    def _blank(self, code: str) -> StandbyRecord:
        found = self._read(code)
        if found.state == USED:
            raise RequestError("standby_used", number=found.case_number)
        if found.state == VOID:
            raise RequestError("standby_void", reason=found.reason)
        return found

    def _read(self, code: str) -> StandbyRecord:
        """The receipt of a code as people write it: with or without 备, dashes and leading zeros.

        Raises:
            NotFoundError: `standby`.
        """
        text = re.sub(r"[\s‐-―－_]", lambda one: "" if one[0].isspace() else "-", unicodedata.normalize("NFKC", code))
        match = _CODE.fullmatch(text)
        known = self._store.standby.of_number(int(match[1])) if match else []
        found = next((one for one in known if match and digit_of(one) == match[2]), None)
        if found is None:
            raise NotFoundError("standby", code)
        return found


def digit_of(receipt: StandbyRecord) -> str:
    """The check digit of a receipt: over its station and number, so that another station's is noticed."""
    return check_digit(f"{receipt.station}{receipt.number:04d}")


def code_of_receipt(receipt: StandbyRecord) -> str:
    """`备-0007-3`: what stands on the sheet."""
    return f"备-{receipt.number:04d}-{digit_of(receipt)}"
