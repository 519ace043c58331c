"""Tables of unit seals: the county's register with its history, and what lies at a station. Unbound; `tables.tables` binds them."""

from peewee import AutoField, BlobField, IntegerField, Model, TextField

from node.store.columns import TimeColumn, TupleColumn


class SealTable(Model):
    """At a county: every unit seal that was asked for, by the digest of the request."""

    request = TextField(primary_key=True)
    station = TextField(index=True)
    division = TextField()
    kind = TextField()
    name = TextField()
    asked_at = TimeColumn()
    asked_by = TextField()
    remark = TextField()
    replaces = TextField(null=True)
    state = TextField(index=True)
    since = TimeColumn()
    media = TextField(null=True)
    picture = BlobField(null=True)
    width_mm = IntegerField(default=0)
    height_mm = IntegerField(default=0)
    by = TextField(default="")
    reason = TextField(default="")
    seal_id = TextField(null=True, unique=True)
    seal = TextField(null=True, index=True)
    certificate = TextField(null=True)
    valid_to = TimeColumn(null=True)

    class Meta:
        """Where it lies."""

        table_name = "seals"


class SealHistoryTable(Model):
    """What was done with a seal of the register, when, from when on it counts, by whom and why; only ever appended."""

    seq = AutoField()
    request = TextField(index=True)
    at = TimeColumn()
    since = TimeColumn()
    by = TextField()
    state = TextField()
    reason = TextField()

    class Meta:
        """Where it lies."""

        table_name = "seal_history"


class HeldSealTable(Model):
    """Unit seals whose key lies at this station, asked for or held."""

    key_name = TextField(primary_key=True)
    request = TextField(index=True)
    division = TextField()
    kind = TextField()
    name = TextField()
    holder = TextField()
    key_id = TextField()
    asked_at = TimeColumn()
    asked_by = TextField()
    sent_at = TimeColumn()
    replaces = TextField(null=True)
    state = TextField(index=True)
    reason = TextField(default="")
    seal_id = TextField(null=True)
    seal = TextField(null=True)
    certificate = TextField(null=True)
    documents = TupleColumn(default=())
    data = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "held_seals"
