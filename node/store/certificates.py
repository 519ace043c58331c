"""Certificates, seals and revocation lists, and who has been sent them."""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import BaseQuery, fn

from node.store.database import Group
from node.store.prepared import prepared
from node.store.records import CertificateRecord

STEADY = "certificates"
"""Seldom written, and asked for with every letter."""


class Certificates(Group):
    """Signed objects by digest; kept, never judged here."""

    def put(self, digest: str, der: bytes, kind: str) -> bool:
        """Keeps one; False when it was here before. `kind` is `certificate`, `seal` or `revocations`."""
        self._connection.changed(STEADY)
        return self._put({"digest": digest, "der": der, "kind": kind}).write() > 0

    def get(self, digest: str, kind: str | None = None) -> bytes | None:
        """Its DER, or None."""
        return self._connection.steadily(STEADY, f"{kind} {digest}", lambda: self._asked(digest, kind))

    def _asked(self, digest: str, kind: str | None) -> bytes | None:
        row = self._one(digest, kind).first()
        return bytes(row["der"]) if row else None

    def all(self, kind: str) -> list[CertificateRecord]:
        """All of a kind, by digest."""
        return list(self._connection.steadily(STEADY, kind, lambda: [CertificateRecord(**row) for row in self._of_kind(kind).rows()]))

    def count(self, kind: str) -> int:
        """How many there are of a kind: cheap to look at, for whoever wants to know whether any came."""
        row = self._number(kind).first()
        return int(row["count"]) if row else 0

    def delete(self, digest: str) -> None:
        """Forgets one, such as a revocation list that a newer one replaces."""
        table = self._tables.certificates
        self._connection.changed(STEADY)
        self._connection.write(table.delete().where(table.digest == digest))

    def sent_to(self, reader: str, digest: str) -> bool:
        """Has this reader been sent it?"""
        return digest not in self.unsent(reader, [digest])

    def unsent(self, reader: str, digests: Iterable[str]) -> list[str]:
        """Those of `digests`, in order and once each, that this reader has not been sent."""
        wanted = list(dict.fromkeys(digests))
        sent = {row["digest"] for row in self._sent(reader, wanted).rows()}
        return [digest for digest in wanted if digest not in sent]

    def mark_sent(self, reader: str, digests: Iterable[str]) -> None:
        """Remembers that this reader has been sent them."""
        rows = [{"reader": reader, "digest": digest} for digest in dict.fromkeys(digests)]
        if rows:
            self._put_sent(rows).write()

    def forget_sent(self, reader: str, digests: Iterable[str] | None = None) -> None:
        """This reader is new or was restored: send everything again; or only these."""
        table = self._tables.certificates_sent
        query = table.delete().where(table.reader == reader)
        self._connection.write(query if digests is None else query.where(table.digest.in_(list(digests))))

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.certificates
        return table.insert(row).on_conflict(conflict_target=[table.digest], action="nothing")

    @prepared
    def _one(self, digest: str, kind: str | None) -> BaseQuery:
        table = self._tables.certificates
        query = table.select(table.der).where(table.digest == digest)
        return query if kind is None else query.where(table.kind == kind)

    @prepared
    def _of_kind(self, kind: str) -> BaseQuery:
        table = self._tables.certificates
        return table.select().where(table.kind == kind).order_by(table.digest)

    @prepared
    def _number(self, kind: str) -> BaseQuery:
        table = self._tables.certificates
        return table.select(fn.COUNT(table.digest).alias("count")).where(table.kind == kind)

    @prepared
    def _sent(self, reader: str, digests: Sequence[str]) -> BaseQuery:
        table = self._tables.certificates_sent
        return table.select(table.digest).where((table.reader == reader) & table.digest.in_(digests))

    @prepared
    def _put_sent(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.certificates_sent
        return table.insert_many(rows).on_conflict(conflict_target=[table.reader, table.digest], action="nothing")
