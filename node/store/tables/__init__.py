"""All tables, as one kind of database has them; one process may hold several stations, each with a database of its own."""

from copy import copy
from dataclasses import dataclass, fields
from functools import cache, cached_property
from types import new_class
from typing import Any, cast, get_args, get_type_hints

from peewee import Database, Model, PostgresqlDatabase, SqliteDatabase

from node.store.tables.cards import CardTable
from node.store.tables.cases import (
    CaseTable,
    CounterTable,
    DraftTable,
    LetterTable,
    MaterialTable,
    MetaTable,
    NeedTable,
    RoadTable,
)
from node.store.tables.catalogue import ContentTable, ImportTable, ReleaseTable, ShelfItemTable, ShelfVersionTable
from node.store.tables.enrolment import InvitationTable, PersonCertificateTable, ReportTable, RequestTable
from node.store.tables.papers import MandateTable, OriginalTable, PrintedFormTable, SignedPageTable, StandbyTable
from node.store.tables.people import (
    AuditTable,
    LeaseTable,
    LoginAttemptTable,
    PersonTable,
    PinAttemptTable,
    SessionTable,
)
from node.store.tables.reuse import ReuseTable
from node.store.tables.road import (
    ArrivalTable,
    CertificateSentTable,
    CertificateTable,
    EnclosureHopTable,
    EnclosureKeyTable,
    EnclosureTable,
    NumberTable,
    ParcelLetterTable,
    ParcelTable,
    QueueTable,
    ReceiptParcelTable,
    ReceiptTable,
    StationTable,
    UnpackedReceiptTable,
    UnpackedTable,
)
from node.store.tables.sealing import KinTable, SealUseTable
from node.store.tables.seals import HeldSealTable, SealHistoryTable, SealTable
from node.store.tables.shots import ShotTable


@dataclass(frozen=True)
class Tables:
    """The tables of one kind of database, in the order in which they are made."""

    counters: type[CounterTable]
    meta: type[MetaTable]
    letters: type[LetterTable]
    needs: type[NeedTable]
    roads: type[RoadTable]
    cases: type[CaseTable]
    drafts: type[DraftTable]
    materials: type[MaterialTable]
    stations: type[StationTable]
    certificates: type[CertificateTable]
    certificates_sent: type[CertificateSentTable]
    enclosures: type[EnclosureTable]
    enclosure_keys: type[EnclosureKeyTable]
    enclosure_hops: type[EnclosureHopTable]
    parcels: type[ParcelTable]
    queue: type[QueueTable]
    unpacked: type[UnpackedTable]
    unpacked_receipts: type[UnpackedReceiptTable]
    parcel_letters: type[ParcelLetterTable]
    numbers: type[NumberTable]
    receipts: type[ReceiptTable]
    receipt_parcels: type[ReceiptParcelTable]
    arrivals: type[ArrivalTable]
    people: type[PersonTable]
    sessions: type[SessionTable]
    login_attempts: type[LoginAttemptTable]
    pin_attempts: type[PinAttemptTable]
    leases: type[LeaseTable]
    audit: type[AuditTable]
    invitations: type[InvitationTable]
    requests: type[RequestTable]
    reports: type[ReportTable]
    person_certificates: type[PersonCertificateTable]
    releases: type[ReleaseTable]
    contents: type[ContentTable]
    shelf_items: type[ShelfItemTable]
    shelf_versions: type[ShelfVersionTable]
    imports: type[ImportTable]
    reuse: type[ReuseTable]
    mandates: type[MandateTable]
    originals: type[OriginalTable]
    printed_forms: type[PrintedFormTable]
    signed_pages: type[SignedPageTable]
    standby_receipts: type[StandbyTable]
    seal_uses: type[SealUseTable]
    kin: type[KinTable]
    seals: type[SealTable]
    seal_history: type[SealHistoryTable]
    held_seals: type[HeldSealTable]
    shots: type[ShotTable]
    cards: type[CardTable]

    def all(self) -> tuple[type[Model], ...]:
        """Every table."""
        return tuple(getattr(self, member.name) for member in fields(self))

    @cached_property
    def questions(self) -> dict[Any, Any]:
        """What `prepared` keeps: the SQL of queries that are asked often."""
        return {}


def tables(database: Database) -> Tables:
    """The tables as this kind of database has them. They hold nothing of `database`: what is asked says where."""
    return _of_kind(isinstance(database, SqliteDatabase))


@cache
def _of_kind(is_sqlite: bool) -> Tables:
    """Making the classes takes longer than opening a file, so they are made once."""
    kind = SqliteDatabase(None) if is_sqlite else PostgresqlDatabase(None, prefer_psycopg3=True)
    classes: dict[str, Any] = {name: _bound(get_args(table)[0], kind) for name, table in get_type_hints(Tables).items()}
    return Tables(**classes)


def _bound(model: type[Model], kind: Database) -> type[Model]:
    """A subclass of `model` for this kind of database."""
    meta = {"database": kind, "table_name": model._meta.table_name, "strict_tables": isinstance(kind, SqliteDatabase)}
    # Without these peewee copies each column to its depth.
    columns = {name: copy(column) for name, column in model._meta.fields.items() if not column.primary_key}
    body = columns | {"Meta": type("Meta", (), meta)}
    return cast(type[Model], new_class(model.__name__, (model,), exec_body=lambda made: made.update(body)))
