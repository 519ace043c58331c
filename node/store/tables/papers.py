"""Tables of what is done on paper at the counter. Unbound; `tables.tables` binds them to one database."""

from peewee import CompositeKey, IntegerField, Model, TextField

from node.store.columns import JsonColumn, TimeColumn, TupleColumn


class MandateTable(Model):
    """Mandates of a case, numbered from 1; `begins` and `ends` are ISO days."""

    case_number = TextField()
    number = IntegerField()
    principal = TextField()
    principal_id = TextField()
    powers = TupleColumn()
    begins = TextField()
    ends = TextField()
    witness = TextField()
    witness_phone = TextField()
    signed = TextField()
    pages = TupleColumn()
    made_at = TimeColumn()
    made_by = TextField()
    revoked_at = TimeColumn(null=True)
    revoked_by = TextField(null=True)
    reason = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "mandates"
        primary_key = CompositeKey("case_number", "number")


class OriginalTable(Model):
    """Who held which material's pages against the original."""

    case_number = TextField()
    material = TextField()
    pages = TupleColumn()
    ticked_by = TextField()
    ticked_name = TextField()
    ticked_at = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "originals"
        primary_key = CompositeKey("case_number", "material")


class PrintedFormTable(Model):
    """The application form of a case as it was printed last."""

    case_number = TextField(primary_key=True)
    digest = TextField()
    answers = JsonColumn()
    printed_at = TimeColumn()
    printed_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "printed_forms"


class SignedPageTable(Model):
    """Pages that bear the applicant's signature, by their content, and which answers it is under."""

    case_number = TextField()
    plain_digest = TextField()
    way = TextField()
    digest = TextField()
    answers = JsonColumn()
    signed_at = TimeColumn()
    signed_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "signed_pages"
        primary_key = CompositeKey("case_number", "plain_digest")


class StandbyTable(Model):
    """Standby receipts by the station that printed them and their number."""

    station = TextField()
    number = IntegerField()
    state = TextField(index=True)
    printed_at = TimeColumn()
    printed_by = TextField()
    case_number = TextField(null=True, index=True)
    written_at = TimeColumn(null=True)
    reason = TextField(null=True)
    changed_at = TimeColumn(null=True)
    changed_by = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "standby_receipts"
        primary_key = CompositeKey("station", "number")
