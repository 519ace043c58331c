"""Passwords and PINs tried: counted before they are looked at, in the database, so that a restart forgives nothing."""

from datetime import datetime, timedelta

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared

LOGIN_LIMIT = 5
LOGIN_WINDOW = timedelta(minutes=15)
PIN_LIMIT = 5


class LoginAttempts(Group):
    """Log-ins by name, known or not."""

    def begin(self, name: str, now: datetime, limit: int = LOGIN_LIMIT, window: timedelta = LOGIN_WINDOW) -> int:
        """Counts one more try, kept at once; 0 when it may go on, else the seconds to wait, and then nothing was counted.

        A clock that was set back does not lock anybody out for longer than `window`.

        Raises:
            RuntimeError: inside a transaction, which could take the count back.
        """
        refuse_inside(self._connection.in_transaction)
        table = self._tables.login_attempts
        with self._connection.transaction():
            outside = (table.at <= now - window) | (table.at > now + window)
            self._connection.write(table.delete().where(outside))
            tried = self._connection.rows(table.select(table.at).where(table.name == name).order_by(table.at))
            if len(tried) >= limit:
                return max(1, int((tried[-limit]["at"] + window - now).total_seconds()))
            self._connection.write(table.insert(name=name, at=now))
        return 0

    def succeeded(self, name: str) -> None:
        """The password was right: what was tried before is forgiven."""
        table = self._tables.login_attempts
        self._connection.write(table.delete().where(table.name == name))


class PinAttempts(Group):
    """PINs by key."""

    def begin(self, key_name: str, limit: int = PIN_LIMIT) -> int:
        """Counts one more try, kept at once; how many are left after it, or -1 when the key is locked and nothing was counted.

        Raises:
            RuntimeError: inside a transaction, which could take the count back.
        """
        refuse_inside(self._connection.in_transaction)
        table = self._tables.pin_attempts
        with self._connection.transaction():
            tried = self.tried(key_name)
            if tried >= limit:
                return -1
            query = table.insert(key_name=key_name, tried=tried + 1)
            self._connection.write(query.on_conflict(conflict_target=[table.key_name], preserve=[table.tried]))
        return limit - tried - 1

    def succeeded(self, key_name: str) -> None:
        """The PIN was right, or the key was unlocked by its officer: the count starts again."""
        table = self._tables.pin_attempts
        self._connection.write(table.delete().where(table.key_name == key_name))

    def forgive_slots(self, key_id: str) -> None:
        """The same for the PINs by which somebody whose own key has this id opens unit seals (`signing.custody`)."""
        table = self._tables.pin_attempts
        self._connection.write(table.delete().where(table.key_name.endswith(f":{key_id}")))

    def has_locked_slot(self, key_id: str, limit: int = PIN_LIMIT) -> bool:
        """Whether one of these is tried no more."""
        table = self._tables.pin_attempts
        is_one = table.key_name.endswith(f":{key_id}") & (table.tried >= limit)
        return self._connection.first(table.select(table.key_name).where(is_one)) is not None

    def tried(self, key_name: str) -> int:
        """How many were tried since the last right one."""
        row = self._tried(key_name).first()
        return int(row["tried"]) if row else 0

    @prepared
    def _tried(self, key_name: str) -> BaseQuery:
        table = self._tables.pin_attempts
        return table.select(table.tried).where(table.key_name == key_name)


def refuse_inside(in_transaction: bool) -> None:
    """A count that a rollback could take back counts nothing."""
    if in_transaction:
        raise RuntimeError("attempts are counted outside of transactions")
