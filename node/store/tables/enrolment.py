"""Tables of enrolment and upkeep. Unbound; `tables.tables` binds them to one database."""

from peewee import BlobField, CompositeKey, Model, TextField

from node.store.columns import JsonColumn, TimeColumn


class InvitationTable(Model):
    """Invitations that this station made, and those of others that were used here; `state` is `open`, `used` or `withdrawn`."""

    invitation_id = TextField(primary_key=True)
    station = TextField(index=True)
    name = TextField()
    data = BlobField()
    made_at = TimeColumn()
    expires_at = TimeColumn()
    state = TextField()
    request = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "invitations"


class RequestTable(Model):
    """Requests of stations, by the digest of the document; `state` is `waiting`, `granted` or `refused`."""

    digest = TextField(primary_key=True)
    kind = TextField()
    station = TextField(index=True)
    name = TextField()
    data = BlobField()
    received_at = TimeColumn()
    state = TextField(index=True)
    decided_at = TimeColumn(null=True)
    decided_by = TextField(null=True)
    reason = TextField(null=True)
    answer = BlobField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "requests"


class ReportTable(Model):
    """The last health report of each station below, as it came."""

    station = TextField(primary_key=True)
    received_at = TimeColumn()
    facts = JsonColumn()

    class Meta:
        """Where it lies."""

        table_name = "reports"


class PersonCertificateTable(Model):
    """The certificates of a person's key, one for each division that the person acts for."""

    person_name = TextField()
    division = TextField()
    certificate = TextField()

    class Meta:
        """Where it lies."""

        table_name = "person_certificates"
        primary_key = CompositeKey("person_name", "division")
