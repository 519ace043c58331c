"""Receipts of this station and of others, and what the next `arrived` receipt has to say."""

from collections.abc import Sequence
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared, row_of
from node.store.records import PendingArrival, ReceiptRecord


class Receipts(Group):
    """Receipts by id."""

    def add(self, receipt: ReceiptRecord) -> bool:
        """Keeps a receipt; False when it is known."""
        return self._add(row_of(receipt)).write() > 0

    def get(self, receipt_id: str) -> ReceiptRecord | None:
        """The receipt, or None."""
        row = self._one(receipt_id).first()
        return ReceiptRecord(**row) if row else None

    def last(self, station: str) -> ReceiptRecord | None:
        """The receipt of this station with the highest number, or None."""
        row = self._last(station).first()
        return ReceiptRecord(**row) if row else None

    def link_many(self, receipt_id: str, parcel_ids: Sequence[str]) -> None:
        """This is our own `stored` receipt for these parcels; the first one of each stays."""
        rows = [{"parcel_id": parcel_id, "receipt_id": receipt_id} for parcel_id in dict.fromkeys(parcel_ids)]
        if rows:
            self._link(rows[0]).write_each(rows)

    def unlink(self, parcel_ids: Sequence[str]) -> None:
        """Forget which receipt is ours for these parcels: an earlier number of this station signed it."""
        table = self._tables.receipt_parcels
        self._connection.write(table.delete().where(table.parcel_id.in_(list(parcel_ids))))

    def get_for_parcel(self, parcel_id: str) -> ReceiptRecord | None:
        """Our own `stored` receipt for a parcel, or None."""
        row = self._for_parcel(parcel_id).first()
        return ReceiptRecord(**row) if row else None

    def pend_many(self, arrivals: Sequence[PendingArrival]) -> None:
        """The next `arrived` receipt has to say this of letters, to their readers."""
        rows = [row_of(arrival) for arrival in arrivals]
        if rows:
            self._pend(rows[0]).write_each(rows)

    def take_pending(self, limit: int = 1000) -> list[PendingArrival]:
        """What is to be said, oldest first, and forgotten with the caller's transaction, in which the receipt is made."""
        with self._connection.transaction():
            rows = self._pending(limit).rows()
            if rows:
                self._forget(rows[-1]["seq"]).write()
        return [PendingArrival(row["letter_id"], row["outcome"], row["reason"], row["readers"]) for row in rows]

    def named_with(self, receipt_ids: Sequence[str]) -> list[str]:
        """The parcels for which these are our own `stored` receipts."""
        table = self._tables.receipt_parcels
        rows = self._connection.rows(table.select().where(table.receipt_id.in_(list(receipt_ids))).order_by(table.parcel_id))
        return [row["parcel_id"] for row in rows]

    def stored_for(self, from_hop: str, limit: int) -> list[ReceiptRecord]:
        """Our own newest `stored` receipts for parcels that `from_hop` brought, oldest of them first."""
        table, links, parcels = self._tables.receipts, self._tables.receipt_parcels, self._tables.parcels
        query = (
            table.select(table)
            .join(links, on=(links.receipt_id == table.receipt_id))
            .join(parcels, on=(parcels.parcel_id == links.parcel_id))
            .where(parcels.from_hop == from_hop)
            .distinct()
            .order_by(table.number.desc())
            .limit(limit)
        )
        return [ReceiptRecord(**row) for row in reversed(self._connection.rows(query))]

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.receipts
        return table.insert(row).on_conflict(conflict_target=[table.receipt_id], action="nothing")

    @prepared
    def _one(self, receipt_id: str) -> BaseQuery:
        table = self._tables.receipts
        return table.select().where(table.receipt_id == receipt_id)

    @prepared
    def _last(self, station: str) -> BaseQuery:
        table = self._tables.receipts
        return table.select().where(table.station == station).order_by(table.number.desc()).limit(1)

    @prepared
    def _pend(self, row: dict[str, Any]) -> BaseQuery:
        return self._tables.arrivals.insert(row)

    @prepared
    def _link(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.receipt_parcels
        return table.insert(row).on_conflict(conflict_target=[table.parcel_id], action="nothing")

    @prepared
    def _forget(self, seq: int) -> BaseQuery:
        table = self._tables.arrivals
        return table.delete().where(table.seq <= seq)

    @prepared
    def _for_parcel(self, parcel_id: str) -> BaseQuery:
        table, links = self._tables.receipts, self._tables.receipt_parcels
        return table.select().join(links, on=(links.receipt_id == table.receipt_id)).where(links.parcel_id == parcel_id)

    @prepared
    def _pending(self, limit: int) -> BaseQuery:
        table = self._tables.arrivals
        return table.select().order_by(table.seq).limit(limit)
