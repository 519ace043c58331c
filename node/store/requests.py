"""Requests that came to this station, and what was answered."""

from datetime import datetime

from node.store.database import Group
from node.store.records.enrolment import RequestRecord


class Requests(Group):
    """Requests by the digest of what was signed."""

    def add(self, request: RequestRecord) -> bool:
        """Keeps a request; False when it is known, and then it stays as it is."""
        table = self._tables.requests
        query = table.insert(vars(request)).on_conflict(conflict_target=[table.digest], action="nothing")
        return self._connection.write(query) > 0

    def get(self, digest: str) -> RequestRecord | None:
        """The request, or None."""
        table = self._tables.requests
        row = self._connection.first(table.select().where(table.digest == digest))
        return RequestRecord(**row) if row else None

    def waiting(self) -> list[RequestRecord]:
        """Those that nobody has decided, oldest first."""
        table = self._tables.requests
        query = table.select().where(table.state == "waiting").order_by(table.received_at, table.digest)
        return [RequestRecord(**row) for row in self._connection.rows(query)]

    def waiting_count(self, station: str | None = None) -> int:
        """How many wait, of one station or of all."""
        table = self._tables.requests
        query = table.select(table.digest).where(table.state == "waiting")
        return len(self._connection.rows(query if station is None else query.where(table.station == station)))

    def decided(self, limit: int = 100) -> list[RequestRecord]:
        """Those decided last, newest first."""
        table = self._tables.requests
        query = table.select().where(table.state != "waiting").order_by(table.decided_at.desc(), table.digest).limit(limit)
        return [RequestRecord(**row) for row in self._connection.rows(query)]

    def decide(self, digest: str, state: str, at: datetime, by: str, answer: bytes, reason: str | None = None) -> bool:
        """Keeps the answer to a waiting request; False when it is not waiting."""
        table = self._tables.requests
        new = {"state": state, "decided_at": at, "decided_by": by, "reason": reason, "answer": answer}
        return self._connection.write(table.update(new).where((table.digest == digest) & (table.state == "waiting"))) > 0
