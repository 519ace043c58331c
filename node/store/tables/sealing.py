"""Tables of who used which seal, and of whose cases are a person's own. Unbound; `tables.tables` binds them to one database."""

from peewee import AutoField, CompositeKey, Model, TextField

from node.store.columns import FlagColumn, TimeColumn


class SealUseTable(Model):
    """Uses of seals (用印) at this station, each written with the letter that it was for."""

    seq = AutoField()
    day = TextField(index=True)
    at = TimeColumn()
    person = TextField()
    person_name = TextField()
    how = TextField()
    seal_id = TextField()
    seal_name = TextField()
    letter_id = TextField(index=True)
    event = TextField()
    case_number = TextField()
    item_id = TextField()
    item_name = TextField()
    title = TextField()
    documents = FlagColumn(default=False)

    class Meta:
        """Where it lies."""

        table_name = "seal_uses"


class KinTable(Model):
    """Citizen numbers whose cases a person does not seal: the person's own (`relation` empty) and declared kin's."""

    person = TextField()
    id_no = TextField()
    name = TextField()
    relation = TextField()
    declared_at = TimeColumn()
    declared_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "kin"
        primary_key = CompositeKey("person", "id_no")
