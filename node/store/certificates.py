"""Certificates, seals and revocation lists, and who has been sent them."""

from collections.abc import Iterable

from peewee import fn

from node.store.database import Group
from node.store.records import CertificateRecord


class Certificates(Group):
    """Signed objects by digest; kept, never judged here."""

    def put(self, digest: str, der: bytes, kind: str) -> bool:
        """Keeps one; False when it was here before. `kind` is `certificate`, `seal` or `revocations`."""
        table = self._tables.certificates
        known = table.insert(digest=digest, der=der, kind=kind).on_conflict(conflict_target=[table.digest], action="nothing")
        return self._connection.write(known) > 0

    def get(self, digest: str, kind: str | None = None) -> bytes | None:
        """Its DER, or None."""
        table = self._tables.certificates
        query = table.select(table.der).where(table.digest == digest)
        row = self._connection.first(query if kind is None else query.where(table.kind == kind))
        return bytes(row["der"]) if row else None

    def all(self, kind: str) -> list[CertificateRecord]:
        """All of a kind, by digest."""
        table = self._tables.certificates
        query = table.select().where(table.kind == kind).order_by(table.digest)
        return [CertificateRecord(**row) for row in self._connection.rows(query)]

    def count(self, kind: str) -> int:
        """How many there are of a kind: cheap to look at, for whoever wants to know whether any came."""
        table = self._tables.certificates
        row = self._connection.first(table.select(fn.COUNT(table.digest).alias("count")).where(table.kind == kind))
        return int(row["count"]) if row else 0

    def delete(self, digest: str) -> None:
        """Forgets one, such as a revocation list that a newer one replaces."""
        table = self._tables.certificates
        self._connection.write(table.delete().where(table.digest == digest))

    def sent_to(self, reader: str, digest: str) -> bool:
        """Has this reader been sent it?"""
        return digest not in self.unsent(reader, [digest])

    def unsent(self, reader: str, digests: Iterable[str]) -> list[str]:
        """Those of `digests`, in order and once each, that this reader has not been sent."""
        table = self._tables.certificates_sent
        wanted = list(dict.fromkeys(digests))
        query = table.select(table.digest).where((table.reader == reader) & table.digest.in_(wanted))
        sent = {row["digest"] for row in self._connection.rows(query)}
        return [digest for digest in wanted if digest not in sent]

    def mark_sent(self, reader: str, digests: Iterable[str]) -> None:
        """Remembers that this reader has been sent them."""
        table = self._tables.certificates_sent
        rows = [{"reader": reader, "digest": digest} for digest in dict.fromkeys(digests)]
        if rows:
            self._connection.write(table.insert_many(rows).on_conflict(conflict_target=[table.reader, table.digest], action="nothing"))

    def forget_sent(self, reader: str, digests: Iterable[str] | None = None) -> None:
        """This reader is new or was restored: send everything again; or only these."""
        table = self._tables.certificates_sent
        query = table.delete().where(table.reader == reader)
        self._connection.write(query if digests is None else query.where(table.digest.in_(list(digests))))
