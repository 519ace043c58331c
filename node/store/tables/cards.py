"""The table of cards that were read. Unbound; `tables.tables` binds it to one database."""

from peewee import BlobField, CompositeKey, Model, TextField

from node.store.columns import JsonColumn, TimeColumn


class CardTable(Model):
    """Cards by case and person of its form."""

    case_number = TextField()
    part = TextField()
    card = JsonColumn()
    photo = BlobField(null=True)
    read_at = TimeColumn()
    read_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "cards"
        primary_key = CompositeKey("case_number", "part")
