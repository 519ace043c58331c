"""Papers at the counter: mandates, ticks, printed and signed forms of a case; standby receipts."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import reduce
from operator import or_

from peewee import BaseQuery, fn

from node.store.database import Group
from node.store.prepared import prepared
from node.store.records.papers import MandateRecord, OriginalRecord, PrintedFormRecord, SignedPageRecord, StandbyRecord


class CasePapers(Group):
    """Papers of cases, by case number."""

    def put_mandate(self, mandate: MandateRecord) -> None:
        """Keeps a mandate in place of the one with its number."""
        table = self._tables.mandates
        row = asdict(mandate)
        rest = [getattr(table, name) for name in row if name not in ("case_number", "number")]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.case_number, table.number], preserve=rest))

    def mandates(self, case_number: str) -> list[MandateRecord]:
        """The mandates of a case, first to last."""
        return [MandateRecord(**row) for row in self._mandates(case_number).rows()]

    def put_original(self, tick: OriginalRecord) -> None:
        """Keeps a tick in place of the material's one before."""
        table = self._tables.originals
        row = asdict(tick)
        rest = [getattr(table, name) for name in row if name not in ("case_number", "material")]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.case_number, table.material], preserve=rest))

    def originals(self, case_number: str) -> list[OriginalRecord]:
        """The ticks of a case, by material."""
        return [OriginalRecord(**row) for row in self._originals(case_number).rows()]

    def delete_original(self, case_number: str, material: str) -> None:
        """Takes a tick away."""
        table = self._tables.originals
        self._connection.write(table.delete().where((table.case_number == case_number) & (table.material == material)))

    def put_printed(self, printed: PrintedFormRecord) -> None:
        """Keeps what was printed last."""
        table = self._tables.printed_forms
        row = asdict(printed)
        rest = [getattr(table, name) for name in row if name != "case_number"]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.case_number], preserve=rest))

    def printed(self, case_number: str) -> PrintedFormRecord | None:
        """What was printed last, or None."""
        table = self._tables.printed_forms
        row = self._connection.first(table.select().where(table.case_number == case_number))
        return PrintedFormRecord(**row) if row else None

    def add_signed(self, page: SignedPageRecord) -> None:
        """Keeps which answers a signed page is under; of a page that is known it stays what it was."""
        table = self._tables.signed_pages
        slot = [table.case_number, table.plain_digest]
        self._connection.write(table.insert(asdict(page)).on_conflict(conflict_target=slot, action="nothing"))

    def signed(self, case_number: str) -> list[SignedPageRecord]:
        """The signed pages of a case, those that were taken away again too, first to last."""
        return [SignedPageRecord(**row) for row in self._signed(case_number).rows()]

    def has_any(self, case_number: str) -> bool:
        """Whether a case has papers at all: a mandate, a tick, a signed page, a card that was read, a standby receipt."""
        return self._with_any(case_number).first() is not None

    def forget(self, case_number: str) -> None:
        """Forgets all papers of a case that was thrown away."""
        tables = self._tables
        for table in (tables.mandates, tables.originals, tables.printed_forms, tables.signed_pages, tables.cards):
            self._connection.write(table.delete().where(table.case_number == case_number))

    @prepared
    def _with_any(self, case_number: str) -> BaseQuery:
        cases, tables = self._tables.cases, self._tables
        kinds = (tables.mandates, tables.originals, tables.signed_pages, tables.standby_receipts, tables.cards)
        papers = [fn.EXISTS(one.select(one.case_number).where(one.case_number == case_number)) for one in kinds]
        return cases.select(cases.case_number).where((cases.case_number == case_number) & reduce(or_, papers))

    @prepared
    def _mandates(self, case_number: str) -> BaseQuery:
        table = self._tables.mandates
        return table.select().where(table.case_number == case_number).order_by(table.number)

    @prepared
    def _originals(self, case_number: str) -> BaseQuery:
        table = self._tables.originals
        return table.select().where(table.case_number == case_number).order_by(table.material)

    @prepared
    def _signed(self, case_number: str) -> BaseQuery:
        table = self._tables.signed_pages
        return table.select().where(table.case_number == case_number).order_by(table.signed_at, table.plain_digest)


class StandbyReceipts(Group):
    """Standby receipts by station and number."""

    def add_many(self, receipts: Sequence[StandbyRecord]) -> None:
        """Keeps new receipts."""
        self._connection.write(self._tables.standby_receipts.insert_many([asdict(one) for one in receipts]))

    def change(self, receipt: StandbyRecord, was: str) -> bool:
        """Writes a receipt that is still in the state `was`; False, and nothing written, when it is not."""
        table = self._tables.standby_receipts
        here = (table.station == receipt.station) & (table.number == receipt.number) & (table.state == was)
        new = {name: value for name, value in asdict(receipt).items() if name not in ("station", "number")}
        return self._connection.write(table.update(new).where(here)) > 0

    def of_number(self, number: int) -> list[StandbyRecord]:
        """The receipts of a number: one, unless a station that this one stands in the place of gave it too."""
        table = self._tables.standby_receipts
        return [StandbyRecord(**row) for row in self._connection.rows(table.select().where(table.number == number))]

    def of_case(self, case_number: str) -> StandbyRecord | None:
        """The receipt that a case was entered from, or None."""
        row = self._of_case(case_number).first()
        return StandbyRecord(**row) if row else None

    def newest(self, limit: int) -> list[StandbyRecord]:
        """The receipts printed last, newest first."""
        table = self._tables.standby_receipts
        query = table.select().order_by(table.printed_at.desc(), table.number.desc()).limit(limit)
        return [StandbyRecord(**row) for row in self._connection.rows(query)]

    def between(self, station: str, first: int, last: int) -> list[StandbyRecord]:
        """The receipts of a station from one number to another, in order."""
        table = self._tables.standby_receipts
        query = table.select().where((table.station == station) & table.number.between(first, last)).order_by(table.number)
        return [StandbyRecord(**row) for row in self._connection.rows(query)]

    @prepared
    def _of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.standby_receipts
        return table.select().where((table.case_number == case_number) & (table.state == "used"))
