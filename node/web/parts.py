"""What the pages are given when a station is put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint

from node.casework.desk import Desk
from node.catalogue.county import CountyDesks
from node.clock import Clock
from node.enrolment.bureau import Bureau
from node.enrolment.reception import Reception
from node.scanning.intake import IntakeProcess
from node.staff.key_desk import KeyDesk
from node.staff.keyring import Keyring
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
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
class Parts:
    """All collaborators of the pages. `door` is the peers' door, which checks its callers itself.

    `host_names` are the names beside addresses and `localhost` by which browsers may call this station. `county` is for a county alone.
    """

    desk: Desk
    people: People
    keyring: Keyring
    images: IntakeProcess
    clock: Clock
    station: Station
    backups: Backups
    health: Health
    reception: Reception
    roster: Roster
    leaving: Leaving
    bureau: Bureau
    key_desk: KeyDesk
    numbers: Numbers
    updates: UpdateDesk | None = None
    county: CountyDesks | None = None
    host_names: tuple[str, ...] = ()
    door: Blueprint | None = None
    log: Callable[[str, Mapping[str, str]], None] = no_log
