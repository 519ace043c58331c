"""The certificates that a person's key has beside the one of the person's own village: one for each further village."""

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared


class PersonCertificates(Group):
    """Digests of certificates by person and division; the key is the same for all of them."""

    def put(self, person_name: str, division: str, certificate: str) -> None:
        """Keeps a certificate in place of the one that the person had for this division."""
        table = self._tables.person_certificates
        row = table.insert(person_name=person_name, division=division, certificate=certificate)
        self._connection.write(row.on_conflict(conflict_target=[table.person_name, table.division], preserve=[table.certificate]))

    def get(self, person_name: str, division: str) -> str | None:
        """The certificate, or None."""
        return self.of(person_name).get(division)

    def of(self, person_name: str) -> dict[str, str]:
        """All of a person: certificate by division, in the order of divisions."""
        return {row["division"]: row["certificate"] for row in self._of(person_name).rows()}

    def remove(self, person_name: str, division: str) -> bool:
        """The person acts for this division no longer; False when it was so before."""
        table = self._tables.person_certificates
        which = (table.person_name == person_name) & (table.division == division)
        return self._connection.write(table.delete().where(which)) > 0

    @prepared
    def _of(self, person_name: str) -> BaseQuery:
        table = self._tables.person_certificates
        return table.select().where(table.person_name == person_name).order_by(table.division)
