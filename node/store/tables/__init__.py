"""All tables, bound to one database, so that one process can hold several stations."""

from copy import copy
from dataclasses import dataclass, fields
from types import new_class
from typing import TypeVar, cast

from peewee import Database, Model, SqliteDatabase

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
)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Tables:
    """The tables of one database, in the order in which they are made."""

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

    def all(self) -> tuple[type[Model], ...]:
        """Every table."""
        return tuple(getattr(self, member.name) for member in fields(self))


def tables(database: Database) -> Tables:
    """The tables of `database`: fresh classes, shared with no other database."""

    def bound(model: type[M]) -> type[M]:
        """A subclass of `model` that belongs to this database."""
        meta = {"database": database, "table_name": model._meta.table_name, "strict_tables": isinstance(database, SqliteDatabase)}
        # Without these peewee copies each column to its depth, which takes longer than opening the file.
        columns = {name: copy(column) for name, column in model._meta.fields.items() if not column.primary_key}
        body = columns | {"Meta": type("Meta", (), meta)}
        return cast(type[M], new_class(model.__name__, (model,), exec_body=lambda made: made.update(body)))

    return Tables(
        counters=bound(CounterTable),
        meta=bound(MetaTable),
        letters=bound(LetterTable),
        needs=bound(NeedTable),
        roads=bound(RoadTable),
        cases=bound(CaseTable),
        drafts=bound(DraftTable),
        materials=bound(MaterialTable),
        stations=bound(StationTable),
        certificates=bound(CertificateTable),
        certificates_sent=bound(CertificateSentTable),
        enclosures=bound(EnclosureTable),
        enclosure_keys=bound(EnclosureKeyTable),
        enclosure_hops=bound(EnclosureHopTable),
        parcels=bound(ParcelTable),
        queue=bound(QueueTable),
        parcel_letters=bound(ParcelLetterTable),
        numbers=bound(NumberTable),
        receipts=bound(ReceiptTable),
        receipt_parcels=bound(ReceiptParcelTable),
        arrivals=bound(ArrivalTable),
        people=bound(PersonTable),
        sessions=bound(SessionTable),
        login_attempts=bound(LoginAttemptTable),
        pin_attempts=bound(PinAttemptTable),
        leases=bound(LeaseTable),
        audit=bound(AuditTable),
        invitations=bound(InvitationTable),
        requests=bound(RequestTable),
        reports=bound(ReportTable),
        person_certificates=bound(PersonCertificateTable),
        releases=bound(ReleaseTable),
        contents=bound(ContentTable),
        shelf_items=bound(ShelfItemTable),
        shelf_versions=bound(ShelfVersionTable),
        imports=bound(ImportTable),
        reuse=bound(ReuseTable),
        mandates=bound(MandateTable),
        originals=bound(OriginalTable),
        printed_forms=bound(PrintedFormTable),
        signed_pages=bound(SignedPageTable),
        standby_receipts=bound(StandbyTable),
    )
