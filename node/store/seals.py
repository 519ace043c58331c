"""Unit seals: the county's register with its history, and those whose keys lie at this station."""

from dataclasses import asdict
from datetime import datetime

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared
from node.store.records.seals import HeldSealRecord, SealEventRecord, SealRecord


class Seals(Group):
    """The county's register, by the digest of the request."""

    def put(self, record: SealRecord) -> None:
        """Keeps a line in place of what was kept of it."""
        table, row = self._tables.seals, asdict(record)
        rest = [getattr(table, name) for name in row if name != "request"]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.request], preserve=rest))

    def get(self, request: str) -> SealRecord | None:
        """The line, or None."""
        table = self._tables.seals
        row = self._connection.first(table.select().where(table.request == request))
        return SealRecord(**row) if row else None

    def by_seal_id(self, seal_id: str) -> SealRecord | None:
        """The line of a seal that was made, or None."""
        table = self._tables.seals
        row = self._connection.first(table.select().where(table.seal_id == seal_id))
        return SealRecord(**row) if row else None

    def all(self) -> list[SealRecord]:
        """All lines: those asked for last first."""
        table = self._tables.seals
        rows = self._connection.rows(table.select().order_by(table.asked_at.desc(), table.request))
        return [SealRecord(**row) for row in rows]

    def note(self, event: SealEventRecord) -> None:
        """Appends to the history."""
        row = {name: value for name, value in asdict(event).items() if name != "seq"}
        self._connection.write(self._tables.seal_history.insert(row))

    def history(self, request: str | None = None) -> list[SealEventRecord]:
        """What happened to a seal, or to all of them, in order."""
        table = self._tables.seal_history
        query = table.select() if request is None else table.select().where(table.request == request)
        return [SealEventRecord(**row) for row in self._connection.rows(query.order_by(table.seq))]


class HeldSeals(Group):
    """Unit seals at this station, by the name of their key file."""

    def put(self, record: HeldSealRecord) -> None:
        """Keeps one in place of what was kept of it."""
        table, row = self._tables.held_seals, asdict(record)
        rest = [getattr(table, name) for name in row if name != "key_name"]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.key_name], preserve=rest))

    def get(self, key_name: str) -> HeldSealRecord | None:
        """The seal of this key file, or None."""
        row = self._named(key_name).first()
        return HeldSealRecord(**row) if row else None

    def all(self, state: str | None = None) -> list[HeldSealRecord]:
        """All, or those of one state: in the order in which they were asked for."""
        return [HeldSealRecord(**row) for row in self._in_state(state).rows()]

    def sent(self, key_name: str, at: datetime) -> None:
        """The request has been sent again."""
        table = self._tables.held_seals
        self._connection.write(table.update(sent_at=at).where(table.key_name == key_name))

    @prepared
    def _named(self, key_name: str) -> BaseQuery:
        table = self._tables.held_seals
        return table.select().where(table.key_name == key_name)

    @prepared
    def _in_state(self, state: str | None) -> BaseQuery:
        table = self._tables.held_seals
        query = table.select() if state is None else table.select().where(table.state == state)
        return query.order_by(table.asked_at, table.key_name)
