"""Puts a station together from its folder. The only place where the parts of a node meet; nothing here decides anything."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from node.assembly.cataloguing import Cataloguing, cataloguing_of, stock_of
from node.assembly.counter import counter_of
from node.assembly.opening import Opening, open_station
from node.assembly.pages import WsgiApp, app_of
from node.assembly.places import Places, places_of
from node.assembly.post import courier_of, door_of, post_of
from node.assembly.updating import Updating, updating_of
from node.casework.calendars import Calendars
from node.casework.desk import Desk
from node.catalogue.publishing import Publisher
from node.chores import Chore, Chores
from node.clock import Clock
from node.config import Config
from node.enrolment.bureau import Bureau, bureau_of
from node.enrolment.invitations import Inviting
from node.enrolment.reception import CatchingUp, Reception
from node.enrolment.wiping import check_not_wiped
from node.evidence.exports import Exports
from node.mail.bundles import Bundles
from node.mail.mailroom import Mailroom
from node.scanning.intake import IntakeProcess
from node.staff.keyring import Keyring
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
from node.staff.villages import Filing
from node.station import Station
from node.store import Store
from node.succession.numbers import Numbers
from node.succession.register import Register
from node.succession.standing import Standing
from node.upkeep.backup import Backup
from node.upkeep.backup_schedule import Backups
from node.upkeep.doctor import Doctor
from node.upkeep.drives import removable_drives
from node.upkeep.recovery import RecoveryKeys
from node.upkeep.report import ReportBook
from sync.courier import Courier
from sync.door import Door
from sync.http import HttpWire
from sync.wire import ParentWire


@dataclass
class Node:
    """A station that is ready to serve and to carry. `wake` makes the courier look at once; `restart` asks to be put together anew."""

    config: Config
    clock: Clock
    station: Station
    store: Store
    people: People
    keyring: Keyring
    desk: Desk
    mailroom: Mailroom
    bundles: Bundles
    exports: Exports
    door: Door
    courier: Courier | None
    make_app: Callable[[], WsgiApp]
    intake: IntakeProcess
    wake: threading.Event
    chores: Chores
    restart: threading.Event
    reports: ReportBook
    standing: Standing
    calendars: Calendars
    register: Register
    numbers: Numbers
    backups: Backups
    bureau: Bureau
    leaving: Leaving
    roster: Roster
    reception: Reception
    updating: Updating
    cataloguing: Cataloguing

    @cached_property
    def app(self) -> WsgiApp:
        """The pages and the API, put together when first asked for: commands and journeys of parcels need none."""
        return self.make_app()

    @property
    def publisher(self) -> Publisher:
        """Who publishes what all stations of the county work with."""
        return self.cataloguing.publisher

    def close(self) -> None:
        """Close what the calling thread holds open, the courier's threads, and the child process that cleans pictures."""
        if self.courier is not None:
            self.courier.close()
        self.backups.close()
        self.intake.close()
        self.store.close()


def assemble(place: Path, clock: Clock, new_wire: Callable[[str], ParentWire] = HttpWire) -> Node:
    """The node in the folder `place`.

    Raises:
        ConfigError, StoreError, SigningError: something in the folder cannot be used.
        NotAllowedError, EnrolmentError: it has not joined yet, or was wiped.
    """
    opening = open_station(place, clock)
    config, station, store, register = opening.config, opening.station, opening.store, opening.register
    shipped, catalogue, calendars = stock_of(opening)
    restart, wake = threading.Event(), threading.Event()
    post = post_of(opening, catalogue)
    places = places_of(opening, post, new_wire, restart.set)
    bureau = bureau_of(opening.folder, config, station, store, register, post.mailroom, post.notices, clock, restart.set)
    bureau.heed()
    check_not_wiped(opening.folder, config)
    reception = Reception(bureau.registrar, Inviting(station, store, clock))
    cataloguing = cataloguing_of(opening, post, places, catalogue, shipped, calendars)
    post.mailroom.look_again()
    intake = IntakeProcess()
    counter = counter_of(opening, post, places, catalogue, calendars, intake, bureau.authority)
    doctor = Doctor(opening.folder, config, store, opening.trust, station, lambda: len(catalogue.entries()), calendars, clock)
    reports = ReportBook(station.station, doctor, store, station, clock)
    door = door_of(opening, post, places.greetings, reports)
    backups = _backups(opening)
    updating = updating_of(place, opening, post, places, backups)
    store.on_queued(wake.set)
    return Node(
        config=config,
        clock=clock,
        station=station,
        store=store,
        people=counter.people,
        keyring=counter.keyring,
        desk=counter.desk,
        mailroom=post.mailroom,
        bundles=Bundles(station, store, post.mailroom, clock),
        exports=Exports(station, store, post.casebook, catalogue, counter.reading, clock),
        door=door,
        courier=courier_of(opening, post, places.greetings, reports, new_wire),
        make_app=lambda: app_of(
            opening, counter, intake, door, reports, backups, reception, updating.desk, bureau, places.numbers, cataloguing.desks
        ),
        intake=intake,
        wake=wake,
        chores=Chores((*_chores(opening, places, reports, backups, bureau, updating, cataloguing), *counter.chores()), clock),
        restart=restart,
        reports=reports,
        standing=places.standing,
        calendars=calendars,
        register=register,
        numbers=places.numbers,
        backups=backups,
        bureau=bureau,
        leaving=counter.leaving,
        roster=counter.roster,
        reception=reception,
        updating=updating,
        cataloguing=cataloguing,
    )


def _chores(
    opening: Opening, places: Places, reports: ReportBook, backups: Backups, bureau: Bureau, updating: Updating, cataloguing: Cataloguing
) -> tuple[Chore, ...]:
    """What comes round at this station, in this order."""
    station, store = opening.station, opening.store
    return (
        CatchingUp(store, opening.trust, places.look_again).chore(),
        Chore("refill", timedelta(seconds=5), places.refill.run),
        Chore("number", timedelta(seconds=10), places.errand.run),
        Chore("health", timedelta(minutes=10), reports.make),
        Chore("backup", timedelta(minutes=1), backups.run_if_due),
        *bureau.chores(),
        Chore("villages", timedelta(minutes=1), Filing(station, store).run),
        *updating.chores(),
        *cataloguing.chores(),
    )


def _backups(opening: Opening) -> Backups:
    station, store, folder, config, clock = opening.station, opening.store, opening.folder, opening.config, opening.clock
    backup = Backup(station, folder, store, RecoveryKeys(station, store, clock), clock, config.limits.free_disk_mib << 20)
    return Backups(backup, store, config.backup, folder, clock, removable_drives)
