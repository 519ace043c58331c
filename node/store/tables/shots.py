"""The table of pictures that wait to become pages. Unbound; `tables.tables` binds it to one database."""

from peewee import BigIntegerField, BlobField, IntegerField, Model, TextField

from node.store.columns import JsonColumn, TimeColumn


class ShotTable(Model):
    """Shots by their random name, each with the key of its file."""

    shot = TextField(primary_key=True)
    case_number = TextField(index=True)
    material = TextField()
    source = TextField()
    taken_at = TimeColumn()
    taken_by = TextField()
    file_id = TextField(unique=True)
    key = BlobField()
    plain_digest = TextField()
    size_bytes = BigIntegerField()
    width = IntegerField()
    height = IntegerField()
    look = JsonColumn()
    plan = JsonColumn()

    class Meta:
        """Where it lies."""

        table_name = "shots"
