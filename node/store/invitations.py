"""Invitations: those that this station made, and those of others that were used here."""

from collections.abc import Sequence

from node.store.database import Group
from node.store.records.enrolment import InvitationRecord


class Invitations(Group):
    """Invitations by their id."""

    def put_many(self, invitations: Sequence[InvitationRecord]) -> None:
        """Keeps new invitations; one that is known stays as it is."""
        table = self._tables.invitations
        rows = [vars(invitation) for invitation in invitations]
        if rows:
            self._connection.write(table.insert_many(rows).on_conflict(conflict_target=[table.invitation_id], action="nothing"))

    def get(self, invitation_id: str) -> InvitationRecord | None:
        """The invitation, or None."""
        table = self._tables.invitations
        row = self._connection.first(table.select().where(table.invitation_id == invitation_id))
        return InvitationRecord(**row) if row else None

    def all(self, state: str | None = None) -> list[InvitationRecord]:
        """All, or those of one state, by station."""
        table = self._tables.invitations
        query = table.select().order_by(table.station, table.invitation_id)
        rows = self._connection.rows(query if state is None else query.where(table.state == state))
        return [InvitationRecord(**row) for row in rows]

    def numbers(self, division: str) -> list[str]:
        """The station ids of a division that any invitation gave, in order."""
        table = self._tables.invitations
        query = table.select(table.station).where(table.station.startswith(division)).order_by(table.station)
        return [row["station"] for row in self._connection.rows(query)]

    def use(self, invitation_id: str, request: str) -> bool:
        """Binds an open invitation to a request; False when it is not open."""
        return self._move(invitation_id, {"state": "used", "request": request})

    def withdraw(self, invitation_id: str) -> bool:
        """Takes an open invitation back; False when it is not open."""
        return self._move(invitation_id, {"state": "withdrawn"})

    def _move(self, invitation_id: str, new: dict[str, str]) -> bool:
        table = self._tables.invitations
        here = (table.invitation_id == invitation_id) & (table.state == "open")
        return self._connection.write(table.update(new).where(here)) > 0
