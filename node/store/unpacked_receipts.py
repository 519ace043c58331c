"""Receipts of this station that lie in no parcel yet, by those who are to read them."""

from collections.abc import Sequence
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared


class UnpackedReceipts(Group):
    """They are signed when a letter comes, since they prove when it was here, and packed when a road is open."""

    def add(self, receipt_id: str, readers: Sequence[str]) -> None:
        """This receipt is to go to these, in the caller's transaction."""
        self._add({"receipt_id": receipt_id, "readers": tuple(readers)}).write()

    def waits(self, receipt_id: str, readers: Sequence[str]) -> bool:
        """Whether it is to go to these."""
        return bool(self._waits(receipt_id, str(self._tables.unpacked_receipts.readers.db_value(readers))).first())

    def readers(self) -> list[tuple[str, ...]]:
        """Who is to get something, each set of readers once."""
        return [row["readers"] for row in self._readers().rows()]

    def take_for(self, readers: Sequence[str], limit: int) -> list[str]:
        """The receipts that these are to get together, oldest first; forgotten with the caller's transaction."""
        table = self._tables.unpacked_receipts
        rows = self._for(str(table.readers.db_value(readers)), limit).rows()
        if rows:
            self._forget([row["seq"] for row in rows]).write()
        return [row["receipt_id"] for row in rows]

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        return self._tables.unpacked_receipts.insert(row)

    @prepared
    def _waits(self, receipt_id: str, readers: str) -> BaseQuery:
        table = self._tables.unpacked_receipts
        return table.select(table.seq).where((table.receipt_id == receipt_id) & (table.readers == readers)).limit(1)

    @prepared
    def _readers(self) -> BaseQuery:
        table = self._tables.unpacked_receipts
        return table.select(table.readers).distinct()

    @prepared
    def _for(self, readers: str, limit: int) -> BaseQuery:
        table = self._tables.unpacked_receipts
        return table.select().where(table.readers == readers).order_by(table.seq).limit(limit)

    @prepared
    def _forget(self, seqs: Sequence[int]) -> BaseQuery:
        table = self._tables.unpacked_receipts
        return table.delete().where(table.seq.in_(seqs))
