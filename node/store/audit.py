"""The audit log: each line holds the digest of the line before, so that a changed or missing one shows."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from peewee import BaseQuery

from node.store.columns import time_to_text
from node.store.database import Connection, Group
from node.store.prepared import prepared
from node.store.records import AuditRecord
from node.store.tables import Tables

CONTEXT = b"yizhan audit 1\n"
STEADY = "audit"


class Audit(Group):
    """Lines from 1 without gaps; only ever appended."""

    def __init__(self, connection: Connection, tables: Tables, digest: Callable[[bytes], str]) -> None:
        super().__init__(connection, tables)
        self._digest = digest

    def append(self, line: AuditRecord) -> AuditRecord:
        """Adds a line, in the caller's transaction; the line with its place and digests."""
        with self._connection.transaction():
            seq, previous = self._connection.steadily(STEADY, "head", self.head)
            linked = replace(line, seq=seq + 1, previous=previous)
            linked = replace(linked, digest=self.digest_of(linked))
            self._add(vars(linked)).write()
            self._connection.changed(STEADY)
            self._connection.steadily(STEADY, "head", lambda: (linked.seq, linked.digest))
        return linked

    def head(self) -> tuple[int, str]:
        """Number and digest of the last line; (0, "") of an empty log."""
        row = self._head().first()
        return (int(row["seq"]), str(row["digest"])) if row else (0, "")

    def page(self, before: int | None = None, limit: int = 100, about: str | None = None) -> list[AuditRecord]:
        """At most `limit` lines, newest first; the `seq` of the last is `before` of the next page."""
        table = self._tables.audit
        query = table.select()
        if before is not None:
            query = query.where(table.seq < before)
        if about is not None:
            query = query.where(table.about == about)
        return [AuditRecord(**row) for row in self._connection.rows(query.order_by(table.seq.desc()).limit(limit))]

    def first_broken(self, after: int = 0) -> int | None:
        """The number of the first line behind `after` that was changed or follows a missing one; None when all hold together."""
        table = self._tables.audit
        anchor = self._connection.first(table.select(table.digest).where(table.seq == after))
        expected, previous = after + 1, str(anchor["digest"]) if anchor else ""
        while True:
            rows = self._connection.rows(table.select().where(table.seq >= expected).order_by(table.seq).limit(500))
            for row in rows:
                line = AuditRecord(**row)
                if line.seq != expected or line.previous != previous or line.digest != self.digest_of(line):
                    return expected
                expected, previous = expected + 1, line.digest
            if not rows:
                return None

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        return self._tables.audit.insert(row)

    @prepared
    def _head(self) -> BaseQuery:
        table = self._tables.audit
        return table.select(table.seq, table.digest).order_by(table.seq.desc()).limit(1)

    def digest_of(self, line: AuditRecord) -> str:
        """The digest that a line must have: of its own content and the digest before it."""
        content: dict[str, Any] = vars(line) | {"at": time_to_text(line.at)}
        del content["digest"]
        return self._digest(CONTEXT + json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
