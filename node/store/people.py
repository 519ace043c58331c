"""People who may log in, and logins that stand."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from peewee import BaseQuery

from node.store.database import Connection, Group
from node.store.prepared import prepared
from node.store.records import PersonRecord, SessionRecord
from node.store.tables import Tables

STEADY = "person"
"""In a transaction a person is asked for once, until one is written."""


class People(Group):
    """People by log-in name."""

    def put(self, person: PersonRecord) -> None:
        """Keeps a person in place of what was known of them."""
        table = self._tables.people
        row = asdict(person)
        rest = [getattr(table, name) for name in row if name != "name"]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.name], preserve=rest))
        self._connection.changed(STEADY)

    def get(self, name: str) -> PersonRecord | None:
        """The person, disabled ones too, or None."""
        return self._connection.steadily(STEADY, name, lambda: self._asked(name))

    def _asked(self, name: str) -> PersonRecord | None:
        row = self._named(name).first()
        return PersonRecord(**row) if row else None

    def all(self) -> list[PersonRecord]:
        """All, by name."""
        return [PersonRecord(**row) for row in self._everybody().rows()]

    @prepared
    def _named(self, name: str) -> BaseQuery:
        table = self._tables.people
        return table.select().where(table.name == name)

    @prepared
    def _everybody(self) -> BaseQuery:
        table = self._tables.people
        return table.select().order_by(table.name)


class Sessions(Group):
    """Logins that stand. A session's id is known to its browser only; its digest is kept."""

    def __init__(self, connection: Connection, tables: Tables, digest: Callable[[bytes], str]) -> None:
        super().__init__(connection, tables)
        self._digest = digest

    def create(self, session_id: str, session: SessionRecord) -> None:
        """Keeps a login under a fresh, random id."""
        table = self._tables.sessions
        self._connection.write(table.insert(asdict(session), session_digest=self._key(session_id)))

    def get(self, session_id: str, now: datetime) -> SessionRecord | None:
        """The login, or None when it is unknown, revoked or past its end; idling is the caller's to judge by `seen_at`."""
        row = self._standing(self._key(session_id), now).first()
        if row is None:
            return None
        del row["session_digest"]
        return SessionRecord(**row)

    def touch(self, session_id: str, at: datetime) -> None:
        """It was used."""
        self._change(self._key(session_id), {"seen_at": at}).write()

    def revoke(self, session_id: str) -> None:
        """Logged out."""
        table = self._tables.sessions
        self._connection.write(table.delete().where(table.session_digest == self._key(session_id)))

    def revoke_all(self, person_name: str) -> None:
        """All logins of a person, such as when the password changes or the person is disabled."""
        table = self._tables.sessions
        self._connection.write(table.delete().where(table.person_name == person_name))

    def sweep(self, now: datetime) -> None:
        """Forgets logins past their end."""
        table = self._tables.sessions
        self._connection.write(table.delete().where(table.expires_at <= now))

    @prepared
    def _standing(self, session_digest: str, now: datetime) -> BaseQuery:
        table = self._tables.sessions
        return table.select().where((table.session_digest == session_digest) & (table.expires_at > now))

    @prepared
    def _change(self, session_digest: str, new: dict[str, Any]) -> BaseQuery:
        table = self._tables.sessions
        return table.update(new).where(table.session_digest == session_digest)

    def _key(self, session_id: str) -> str:
        return self._digest(b"session\n" + session_id.encode())
