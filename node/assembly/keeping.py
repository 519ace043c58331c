"""Keeping the station, joined: reports of its health, backups and updates."""

from dataclasses import dataclass
from pathlib import Path

from forms.catalogue import Catalogue
from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.assembly.updating import Updating, updating_of
from node.casework.calendars import Calendars
from node.upkeep.backup import Backup
from node.upkeep.backup_schedule import Backups
from node.upkeep.doctor import Doctor
from node.upkeep.drives import removable_drives
from node.upkeep.recovery import RecoveryKeys
from node.upkeep.report import ReportBook


@dataclass(frozen=True)
class Keeping:
    """What looks after the station."""

    reports: ReportBook
    backups: Backups
    updating: Updating


def keeping_of(place: Path, opening: Opening, post: Post, places: Places, catalogue: Catalogue, calendars: Calendars) -> Keeping:
    """The same of the station in the folder `place`."""
    backups = _backups(opening)
    return Keeping(_reports(opening, catalogue, calendars), backups, updating_of(place, opening, post, places, backups))


def _reports(opening: Opening, catalogue: Catalogue, calendars: Calendars) -> ReportBook:
    station, store, clock, trust = opening.station, opening.store, opening.clock, opening.trust
    doctor = Doctor(opening.folder, opening.config, store, trust, station, lambda: len(catalogue.entries()), calendars, clock)
    return ReportBook(station.station, doctor, store, station, clock)


def _backups(opening: Opening) -> Backups:
    station, store, folder, config, clock = opening.station, opening.store, opening.folder, opening.config, opening.clock
    backup = Backup(station, folder, store, RecoveryKeys(station, store, clock), clock, config.limits.free_disk_mib << 20)
    return Backups(backup, store, config.backup, folder, clock, removable_drives)
