"""All tables, bound to one database, so that one process can hold several stations."""

from dataclasses import dataclass, fields
from types import new_class
from typing import TypeVar, cast

from peewee import Database, Model, SqliteDatabase

from node.store import tables_cases, tables_people, tables_road

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Tables:
    """The tables of one database, in the order in which they are made."""

    counters: type[tables_cases.CounterTable]
    meta: type[tables_cases.MetaTable]
    letters: type[tables_cases.LetterTable]
    needs: type[tables_cases.NeedTable]
    roads: type[tables_cases.RoadTable]
    cases: type[tables_cases.CaseTable]
    drafts: type[tables_cases.DraftTable]
    materials: type[tables_cases.MaterialTable]
    stations: type[tables_road.StationTable]
    certificates: type[tables_road.CertificateTable]
    certificates_sent: type[tables_road.CertificateSentTable]
    enclosures: type[tables_road.EnclosureTable]
    enclosure_keys: type[tables_road.EnclosureKeyTable]
    enclosure_hops: type[tables_road.EnclosureHopTable]
    parcels: type[tables_road.ParcelTable]
    queue: type[tables_road.QueueTable]
    parcel_letters: type[tables_road.ParcelLetterTable]
    numbers: type[tables_road.NumberTable]
    receipts: type[tables_road.ReceiptTable]
    receipt_parcels: type[tables_road.ReceiptParcelTable]
    arrivals: type[tables_road.ArrivalTable]
    people: type[tables_people.PersonTable]
    sessions: type[tables_people.SessionTable]
    login_attempts: type[tables_people.LoginAttemptTable]
    pin_attempts: type[tables_people.PinAttemptTable]
    leases: type[tables_people.LeaseTable]
    audit: type[tables_people.AuditTable]

    def all(self) -> tuple[type[Model], ...]:
        """Every table."""
        return tuple(getattr(self, member.name) for member in fields(self))


def tables(database: Database) -> Tables:
    """The tables of `database`: fresh classes, shared with no other database."""

    def bound(model: type[M]) -> type[M]:
        """A subclass of `model` that belongs to this database."""
        meta = {"database": database, "table_name": model._meta.table_name, "strict_tables": isinstance(database, SqliteDatabase)}
        return cast(type[M], new_class(model.__name__, (model,), exec_body=lambda body: body.update(Meta=type("Meta", (), meta))))

    return Tables(
        counters=bound(tables_cases.CounterTable),
        meta=bound(tables_cases.MetaTable),
        letters=bound(tables_cases.LetterTable),
        needs=bound(tables_cases.NeedTable),
        roads=bound(tables_cases.RoadTable),
        cases=bound(tables_cases.CaseTable),
        drafts=bound(tables_cases.DraftTable),
        materials=bound(tables_cases.MaterialTable),
        stations=bound(tables_road.StationTable),
        certificates=bound(tables_road.CertificateTable),
        certificates_sent=bound(tables_road.CertificateSentTable),
        enclosures=bound(tables_road.EnclosureTable),
        enclosure_keys=bound(tables_road.EnclosureKeyTable),
        enclosure_hops=bound(tables_road.EnclosureHopTable),
        parcels=bound(tables_road.ParcelTable),
        queue=bound(tables_road.QueueTable),
        parcel_letters=bound(tables_road.ParcelLetterTable),
        numbers=bound(tables_road.NumberTable),
        receipts=bound(tables_road.ReceiptTable),
        receipt_parcels=bound(tables_road.ReceiptParcelTable),
        arrivals=bound(tables_road.ArrivalTable),
        people=bound(tables_people.PersonTable),
        sessions=bound(tables_people.SessionTable),
        login_attempts=bound(tables_people.LoginAttemptTable),
        pin_attempts=bound(tables_people.PinAttemptTable),
        leases=bound(tables_people.LeaseTable),
        audit=bound(tables_people.AuditTable),
    )
