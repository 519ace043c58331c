"""Tables of people, logins, the lease and the audit log. Unbound; `tables.tables` binds them to one database."""

from peewee import AutoField, IntegerField, Model, TextField

from node.store.columns import FlagColumn, JsonColumn, TimeColumn, TupleColumn


class PersonTable(Model):
    """Who may log in."""

    name = TextField(primary_key=True)
    display_name = TextField()
    roles = TupleColumn()
    password_hash = TextField()
    created_at = TimeColumn()
    key_name = TextField(null=True)
    certificate = TextField(null=True)
    disabled = FlagColumn()
    practice = FlagColumn(default=False)

    class Meta:
        """Where it lies."""

        table_name = "people"


class SessionTable(Model):
    """Logins that stand, by the digest of their id."""

    session_digest = TextField(primary_key=True)
    person_name = TextField(index=True)
    csrf = TextField()
    created_at = TimeColumn()
    seen_at = TimeColumn()
    expires_at = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "sessions"


class LoginAttemptTable(Model):
    """Logins tried and not yet succeeded."""

    seq = AutoField()
    name = TextField()
    at = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "login_attempts"
        indexes = ((("name", "at"), False),)


class PinAttemptTable(Model):
    """PINs tried since the last right one, by key."""

    key_name = TextField(primary_key=True)
    tried = IntegerField()

    class Meta:
        """Where it lies."""

        table_name = "pin_attempts"


class LeaseTable(Model):
    """Who alone may do a thing, and until when."""

    name = TextField(primary_key=True)
    holder = TextField()
    until = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "leases"


class AuditTable(Model):
    """The audit log; each line holds the digest of the line before."""

    seq = IntegerField(primary_key=True)
    at = TimeColumn()
    who = TextField()
    what = TextField()
    about = TextField(index=True)
    detail = JsonColumn()
    previous = TextField()
    digest = TextField()

    class Meta:
        """Where it lies."""

        table_name = "audit"
