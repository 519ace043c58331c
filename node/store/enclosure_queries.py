"""What is asked often of the tables of enclosures."""

from collections.abc import Sequence
from typing import Any

from peewee import BaseQuery, Case

from node.store.database import Group
from node.store.prepared import prepared
from node.store.tables.road import EnclosureTable

BULK = "bulk"
"""The rank of what may wait for everything else."""

LATE = "late"
"""The rank of what rides behind all scans: nobody waits for it before acting."""


class EnclosureQueries(Group):
    """The queries of `Enclosures` whose SQL is made once."""

    @prepared
    def _one(self, enclosure_id: str) -> BaseQuery:
        table = self._tables.enclosures
        return table.select().where(table.enclosure_id == enclosure_id)

    @prepared
    def _put(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.enclosures
        return table.insert_many(rows).on_conflict(conflict_target=[table.enclosure_id], action="nothing")

    @prepared
    def _change(self, enclosure_id: str, new: dict[str, Any]) -> BaseQuery:
        table = self._tables.enclosures
        return table.update(new).where(table.enclosure_id == enclosure_id)

    @prepared
    def _nobodys(self, enclosure_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosures
        return table.select().where(table.enclosure_id.in_(enclosure_ids) & table.maker.is_null())

    @prepared
    def _in_state(self, state: str, enclosure_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosures
        return table.select(table.enclosure_id).where(table.enclosure_id.in_(enclosure_ids) & (table.state == state))

    @prepared
    def _all_in_state(self, state: str) -> BaseQuery:
        table = self._tables.enclosures
        return table.select(table.enclosure_id).where(table.state == state)

    @prepared
    def _begun(self) -> BaseQuery:
        table = self._tables.enclosures
        return table.select(table.size_bytes, table.received).where(table.state == "partial")

    @prepared
    def _wanted(self, parent: str, limit: int) -> BaseQuery:
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        going_up = hops.select(hops.enclosure_id).where(hops.next_hop == parent)
        expected = table.state.in_(("expected", "partial")) & table.enclosure_id.not_in(going_up)
        return table.select().where(expected).order_by(in_rank(table), table.seq).limit(limit)

    @prepared
    def _makers(self, enclosure_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosures
        known = table.enclosure_id.in_(enclosure_ids) & table.maker.is_null(False)
        return table.select(table.enclosure_id, table.maker).where(known)

    @prepared
    def _keys(self, enclosure_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosure_keys
        return table.select(table.enclosure_id, table.key).where(table.enclosure_id.in_(enclosure_ids))

    @prepared
    def _put_keys(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.enclosure_keys
        return table.insert_many(rows).on_conflict(conflict_target=[table.enclosure_id], action="nothing")

    @prepared
    def _queue(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.enclosure_hops
        return table.insert_many(rows).on_conflict(conflict_target=[table.next_hop, table.enclosure_id], action="nothing")

    @prepared
    def _hold(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.enclosure_hops
        return table.insert(row).on_conflict(conflict_target=[table.next_hop, table.enclosure_id], preserve=[table.held])

    @prepared
    def _waiting_hops(self, enclosure_id: str) -> BaseQuery:
        hops = self._tables.enclosure_hops
        return hops.select(hops.next_hop).where((hops.enclosure_id == enclosure_id) & (hops.held == 0))

    @prepared
    def _to_send(self, next_hop: str | None, limit: int | None) -> BaseQuery:
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        query = table.select(table.enclosure_id, table.size_bytes, table.rank).join(hops, on=(hops.enclosure_id == table.enclosure_id))
        query = query.where((hops.held == 0) & (hops.set_aside == 0) & (table.state == "whole"))
        if next_hop is not None:
            query = query.where(hops.next_hop == next_hop)
        return query.order_by(in_rank(table), hops.first.desc(), hops.urgent.desc(), hops.turn, table.seq).limit(limit)


def in_rank(table: type[EnclosureTable]) -> Case:
    """Orders previews before full ones, then what is late, and bulk last."""
    return Case(table.rank, (("preview", 0), (LATE, 2), (BULK, 3)), 1)
