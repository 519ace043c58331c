"""The table of whose answers the reviewed cases hold. Unbound; `tables.tables` binds it to one database."""

from peewee import CompositeKey, Model, TextField


class ReuseTable(Model):
    """Which cases speak of a person; derived from letters, and to be rebuilt from them.

    `person` is a digest of the citizen number, `part` what the ids of that person's fields begin with. The row of a case with an empty
    `person` says up to which `head` its letters were read.
    """

    case_number = TextField()
    person = TextField(index=True)
    part = TextField()
    head = TextField()

    class Meta:
        """Where it lies."""

        table_name = "reuse"
        primary_key = CompositeKey("case_number", "person", "part")
