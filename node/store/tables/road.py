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
    case_number = TextField(null=True, index=True)

    class Meta:
        """Where it lies."""

        table_name = "enclosures"
        indexes = ((("state", "rank", "seq"), False), (("maker", "state"), False))


class EnclosureKeyTable(Model):
    """The key of each enclosure that this station may read."""

    enclosure_id = TextField(primary_key=True)
    key = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "enclosure_keys"


class EnclosureHopTable(Model):
    """Which enclosures a next hop is to get, and which it holds.

    `first` and `set_aside` are what people said here; `turn` is where it stands among those of all makers, `maker` whose turn that is;
    `why` what was said last when it was not taken.
    """

    next_hop = TextField()
    enclosure_id = TextField()
    urgent = FlagColumn()
    held = FlagColumn()
    first = FlagColumn(default=False)
    set_aside = FlagColumn(default=False)
    maker = TextField(default="")
    turn = BigIntegerField(default=0)
    why = TextField(null=True)
    tried_at = TimeColumn(null=True)

    class Meta:
        """Where it lies."""

        table_name = "enclosure_hops"
        primary_key = CompositeKey("next_hop", "enclosure_id")
        indexes = ((("next_hop", "held", "turn"), False), (("next_hop", "maker", "held", "turn"), False))


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


class UnpackedTable(Model):
    """Letters of this station that lie in no parcel yet; they go along the path of `station`. `first` and `set_aside` people said."""

    seq = AutoField()
    letter_id = TextField(unique=True)
    case_number = TextField(index=True)
    station = TextField()
    urgent = FlagColumn()
    size_bytes = BigIntegerField()
    at = TimeColumn()
    first = FlagColumn(default=False)
    set_aside = FlagColumn(default=False)

    class Meta:
        """Where it lies."""

        table_name = "unpacked"


class UnpackedReceiptTable(Model):
    """Receipts of this station that lie in no parcel yet, and who is to read them."""

    seq = AutoField()
    receipt_id = TextField()
    readers = TupleColumn()

    class Meta:
        """Where it lies."""

        table_name = "unpacked_receipts"


class QueueTable(Model):
    """Parcels by the hop they go to next; `state` is `queued`, `handed_over`, `refused`, `held` or `stored`.

    `turn` is where it stands in its hop's queue, `place` the same as long as it is due, else nothing; `first` is what people said.
    """

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
    maker = TextField(default="")
    turn = BigIntegerField(default=0)
    place = BigIntegerField(null=True, default=0)
    first = FlagColumn(default=False)

    class Meta:
        """Where it lies."""

        table_name = "queue"
        indexes = (
            (("parcel_id", "next_hop"), True),
            (("state", "next_hop"), False),
            (("next_hop", "place"), False),
            (("next_hop", "maker", "place"), False),
            (("maker", "state"), False),
        )


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
