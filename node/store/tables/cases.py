"""Tables of cases and what is said about them. Unbound; `tables.tables` binds them to one database."""

from peewee import AutoField, BigIntegerField, BlobField, CompositeKey, IntegerField, Model, TextField

from node.store.columns import FlagColumn, JsonColumn, TimeColumn, TupleColumn


class CounterTable(Model):
    """Numbers that only rise."""

    name = TextField(primary_key=True)
    value = BigIntegerField()

    class Meta:
        """Where it lies."""

        table_name = "counters"


class MetaTable(Model):
    """Single facts of this store by name."""

    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        """Where it lies."""

        table_name = "meta"


class LetterTable(Model):
    """Every letter admitted, flagged, set aside or waiting, for good."""

    seq = AutoField()
    letter_id = TextField(unique=True)
    case_number = TextField()
    kind = TextField()
    origin = TextField()
    after = TextField(null=True, index=True)
    at = TimeColumn()
    received_at = TimeColumn()
    frame = BlobField()
    outcome = TextField(index=True)
    reason = TextField(null=True)
    parcel_id = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "letters"
        indexes = ((("case_number", "seq"), False), (("origin", "letter_id"), False))


class NeedTable(Model):
    """What a waiting letter or parcel waits for; `kind` is `letter` or `parcel`."""

    need = TextField()
    kind = TextField()
    subject = TextField(index=True)

    class Meta:
        """Where it lies."""

        table_name = "needs"
        primary_key = CompositeKey("need", "kind", "subject")


class RoadTable(Model):
    """Signs of letters from stations on their path."""

    letter_id = TextField()
    station = TextField()
    mark = TextField()
    at = TimeColumn()
    outcome = TextField(null=True)
    receipt_id = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "letter_road"
        primary_key = CompositeKey("letter_id", "station", "mark")


class CaseTable(Model):
    """Where each case stands: derived from letters and drafts."""

    case_number = TextField(primary_key=True)
    short_number = TextField(index=True)
    item_id = TextField()
    package = TextField()
    origin = TextField()
    state = TextField(index=True)
    holder_station = TextField()
    holder_desk = TextField()
    head = TextField(null=True)
    opened_at = TimeColumn()
    opened_by = TextField()
    updated_at = TimeColumn()
    title = TextField()
    flags = TupleColumn()
    forked = FlagColumn()
    due_on = TextField(null=True)
    extra = JsonColumn()
    seq = BigIntegerField(unique=True)
    division = TextField(default="")
    practice = FlagColumn(default=False)

    class Meta:
        """Where it lies."""

        table_name = "cases"
        indexes = ((("holder_station", "holder_desk", "seq"), False), (("origin", "seq"), False))


class DraftTable(Model):
    """Answers being written."""

    case_number = TextField(primary_key=True)
    version = IntegerField()
    answers = JsonColumn()
    marks = TupleColumn()
    updated_at = TimeColumn()
    updated_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "drafts"


class MaterialTable(Model):
    """Pages of materials by case and slot."""

    case_number = TextField()
    material = TextField()
    page = IntegerField()
    enclosure_id = TextField(index=True)
    plain_digest = TextField()
    size_bytes = BigIntegerField()
    media_type = TextField()
    preview = JsonColumn(null=True)
    added_at = TimeColumn()
    added_by = TextField()
    taken = JsonColumn(null=True)
    made_of = TupleColumn(default=())

    class Meta:
        """Where it lies."""

        table_name = "materials"
        primary_key = CompositeKey("case_number", "material", "page")
