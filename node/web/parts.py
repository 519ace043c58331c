"""What the pages are given when a station is put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint

from node.capture.card_desk import CardDesk
from node.capture.door import Doorway
from node.capture.keeping import Keeping
from node.capture.scanners.desk import ScannerDesk
from node.capture.tray import Tray
from node.casework.batch import Batches
from node.casework.desk import Desk
from node.casework.use_list import UseLists
from node.clock import Clock
from node.documents.desk import DocumentDesk
from node.enrolment.bureau import Bureau
from node.enrolment.reception import Reception
from node.evidence.desk import VerificationDesk
from node.mail.road_desk import RoadDesk
from node.mail.usb_desk import UsbDesk
from node.paper.road import PaperRoad
from node.scanning.intake import IntakeProcess
from node.seals.desk import SealDesk
from node.staff.key_desk import KeyDesk
from node.staff.keyring import Keyring
from node.staff.kin import Kinship
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
from node.staff.unlocking import Unlocking
from node.succession.numbers import Numbers
from node.upkeep.backup_schedule import Backups
from node.upkeep.health import Health
from node.upkeep.update_desk import UpdateDesk


@dataclass(frozen=True)
class Station:
    """Which station these pages belong to; `divisions` are the (code, name) pairs offered for region fields."""

    id: str
    name: str
    tier: str
    divisions: tuple[tuple[str, str], ...] = ()


def no_log(_event: str, _facts: Mapping[str, str]) -> None:
    """Writes nothing."""


@dataclass(frozen=True)
class CountyPages:
    """What only a county has: what makes its pages; the next year, while it has no calendar and somebody should see to it."""

    blueprints: Callable[["Parts"], Sequence[Blueprint]]
    missing_year: Callable[[], int | None]


@dataclass(frozen=True)
class Parts:
    """All collaborators of the pages. `door` is the peers' door, which checks its callers itself.

    `host_names` are the names beside addresses and `localhost` by which browsers may call this station. `county` is for a county alone.
    """

    desk: Desk
    people: People
    keyring: Keyring
    kinship: Kinship
    batches: Batches
    use_lists: UseLists
    images: IntakeProcess
    tray: Tray
    keeping: Keeping
    scanners: ScannerDesk
    cards: CardDesk
    phone: Doorway
    documents: DocumentDesk
    verification: VerificationDesk
    clock: Clock
    station: Station
    backups: Backups
    health: Health
    reception: Reception
    roster: Roster
    unlocking: Unlocking
    leaving: Leaving
    bureau: Bureau
    key_desk: KeyDesk
    numbers: Numbers
    seals: SealDesk
    paper: PaperRoad
    road: RoadDesk
    usb: UsbDesk
    updates: UpdateDesk | None = None
    county: CountyPages | None = None
    host_names: tuple[str, ...] = ()
    door: Blueprint | None = None
    log: Callable[[str, Mapping[str, str]], None] = no_log
