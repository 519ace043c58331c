"""Tables of stations, parcels, enclosures and receipts. Unbound; `tables.tables` binds them to one database."""

from peewee import SQL, AutoField, BigIntegerField, BlobField, CompositeKey, IntegerField, Model, TextField

from node.store.columns import FlagColumn, JsonColumn, TimeColumn, TupleColumn


class StationTable(Model):
    """The stations this one knows."""

    station = TextField(primary_key=True)
    name = TextField()
    tier = TextField()
    parent = TextField(null=True, index=True)
    successor = TextField(null=True)
    sign_certificate = TextField(null=True)
    encrypt_certificate = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "stations"


class CertificateTable(Model):
    """Certificates, seals and revocation lists by digest."""

    digest = TextField(primary_key=True)
    kind = TextField(index=True)
    der = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "certificates"


class CertificateSentTable(Model):
    """Which reader has been sent which of them."""

    reader = TextField()
    digest = TextField()

    class Meta:
        """Where it lies."""

        table_name = "certificates_sent"
        primary_key = CompositeKey("reader", "digest")


class EnclosureTable(Model):
    """Enclosures by id; `received` lists the runs of bytes that are here, `[[offset, length], ...]`."""

    seq = AutoField()
    enclosure_id = TextField(unique=True)
    size_bytes = BigIntegerField()
    state = TextField()
    rank = TextField()
    received = JsonColumn()
    damaged = IntegerField()
    touched_at = TimeColumn()
    maker = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "enclosures"
        indexes = ((("state", "rank", "seq"), False),)


class EnclosureKeyTable(Model):
    """The key of each enclosure that this station may read."""

    enclosure_id = TextField(primary_key=True)
    key = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "enclosure_keys"


class EnclosureHopTable(Model):
    """Which enclosures a next hop is to get, and which it holds."""

    next_hop = TextField()
    enclosure_id = TextField()
    urgent = FlagColumn()
    held = FlagColumn()

    class Meta:
        """Where it lies."""

        table_name = "enclosure_hops"
        primary_key = CompositeKey("next_hop", "enclosure_id")
        indexes = ((("next_hop", "held"), False),)


class ParcelTable(Model):
    """Every parcel ever admitted or made; its bytes go when nobody needs them, its id stays for good."""

    parcel_id = TextField(primary_key=True)
    data = BlobField()
    from_station = TextField()
    parcel_class = TextField()
    urgent = FlagColumn()
    made_at = TimeColumn()
    received_at = TimeColumn()
    from_hop = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "parcels"


class QueueTable(Model):
    """Parcels by the hop they go to next; `state` is `queued`, `handed_over` or `stored`."""

    seq = AutoField()
    parcel_id = TextField(constraints=[SQL("REFERENCES parcels (parcel_id)")])
    next_hop = TextField()
    state = TextField()
    urgent = FlagColumn()
    size_bytes = BigIntegerField()
    queued_at = TimeColumn()
    tries = IntegerField()
    why = TextField(null=True)
    tried_at = TimeColumn(null=True)
    stored_at = TimeColumn(null=True)
    receipt_id = TextField(null=True)

    class Meta:
        """Where it lies."""

        table_name = "queue"
        indexes = ((("parcel_id", "next_hop"), True), (("state", "next_hop"), False))


class ParcelLetterTable(Model):
    """Which letters travelled in which parcel."""

    parcel_id = TextField(constraints=[SQL("REFERENCES parcels (parcel_id)")])
    letter_id = TextField(index=True)

    class Meta:
        """Where it lies."""

        table_name = "parcel_letters"
        primary_key = CompositeKey("parcel_id", "letter_id")


class NumberTable(Model):
    """Parcel numbers seen by maker; `seen` lists runs, `[[first, length], ...]`."""

    from_station = TextField(primary_key=True)
    seen = JsonColumn()

    class Meta:
        """Where it lies."""

        table_name = "numbers_seen"


class ReceiptTable(Model):
    """Receipts, ours and others'."""

    receipt_id = TextField(primary_key=True)
    station = TextField()
    number = BigIntegerField()
    kind = TextField()
    at = TimeColumn()
    data = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "receipts"
        indexes = ((("station", "number"), False),)


class ReceiptParcelTable(Model):
    """Our own `stored` receipt for each parcel."""

    parcel_id = TextField(primary_key=True)
    receipt_id = TextField(constraints=[SQL("REFERENCES receipts (receipt_id)")])

    class Meta:
        """Where it lies."""

        table_name = "receipt_parcels"


class ArrivalTable(Model):
    """What the next `arrived` receipt has to say."""

    seq = AutoField()
    letter_id = TextField()
    outcome = TextField()
    reason = TextField(null=True)
    readers = TupleColumn()

    class Meta:
        """Where it lies."""

        table_name = "pending_arrivals"
