"""Tables of the catalogue: releases, what they name, and the shelf that they add up to. Unbound; `tables.tables` binds them."""

from peewee import BigIntegerField, BlobField, CompositeKey, IntegerField, Model, TextField

from node.store.columns import FlagColumn, JsonColumn, TimeColumn


class ReleaseTable(Model):
    """The county's catalogue releases by digest; `state` is `applied` or `waiting`, `brought_by` the maker of the parcel."""

    digest = TextField(primary_key=True)
    number = BigIntegerField()
    state = TextField()
    data = BlobField()
    received_at = TimeColumn()
    brought_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "catalogue_releases"
        indexes = ((("state", "number"), False),)


class ContentTable(Model):
    """What releases name, by digest: form packages and calendars. `entry` is how a package stands in a list.

    A calendar, and a package that this program cannot read, has an empty `item`.
    """

    digest = TextField(primary_key=True)
    kind = TextField()
    item = TextField(index=True)
    entry = JsonColumn(null=True)
    data = BlobField()

    class Meta:
        """Where it lies."""

        table_name = "catalogue_contents"


class ShelfItemTable(Model):
    """Items that a release has named; `closed` once one was withdrawn with all its versions, `since` when that was."""

    item = TextField(primary_key=True)
    closed = FlagColumn()
    since = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "catalogue_items"


class ShelfVersionTable(Model):
    """Versions that a release has named; `place` rises with each publication, `standing` is as it is `since` then."""

    item = TextField()
    package = TextField()
    place = IntegerField()
    standing = TextField(index=True)
    initials = TextField()
    since = TimeColumn()

    class Meta:
        """Where it lies."""

        table_name = "catalogue_versions"
        primary_key = CompositeKey("item", "package")


class ImportTable(Model):
    """At a county: the package of each item that was imported last; it is on no shelf before it is published."""

    item = TextField(primary_key=True)
    package = TextField()
    initials = TextField()
    imported_at = TimeColumn()
    imported_by = TextField()

    class Meta:
        """Where it lies."""

        table_name = "catalogue_imports"
