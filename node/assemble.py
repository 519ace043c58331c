"""Puts a station together from its folder. The only place where the parts of a node meet; nothing here decides anything."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from node.assembly.cataloguing import Cataloguing, cataloguing_of, stock_of
from node.assembly.certifying import Certifying, certifying_of
from node.assembly.counter import Counter, counter_of
from node.assembly.evidence import Proving, proving_of
from node.assembly.keeping import Keeping, keeping_of
from node.assembly.opening import open_station
from node.assembly.pages import WsgiApp, app_of
from node.assembly.places import places_of
from node.assembly.post import Post, courier_of, door_of, post_of, road_desk_of, usb_desk_of
from node.assembly.rounds import chores_of
from node.assembly.updating import Updating
from node.casework.batch import Batches
from node.casework.calendars import Calendars
from node.casework.desk import Desk
from node.chores import Chores
from node.clock import Clock
from node.config import Config
from node.documents.sealing import Documents
from node.drawing.process import DrawingProcess
from node.enrolment.bureau import Bureau
from node.enrolment.reception import Reception
from node.evidence.desk import VerificationDesk
from node.evidence.exports import Exports
from node.mail.bundles import Bundles
from node.mail.mailroom import Mailroom
from node.mail.outgoing import Outgoing
from node.mail.queue import MailQueue
from node.mail.road_desk import RoadDesk
from node.mail.usb_desk import UsbDesk
from node.paper.road import PaperRoad
from node.scanning.intake import IntakeProcess
from node.seals.desk import SealDesk
from node.staff.holders import Holders
from node.staff.keyring import Keyring
from node.staff.kin import Kinship
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
from node.staff.unlocking import Unlocking
from node.station import Station
from node.store import Store
from node.succession.numbers import Numbers
from node.succession.register import Register
from node.succession.standing import Standing
from node.upkeep.backup_schedule import Backups
from node.upkeep.report import ReportBook
from sync.courier import Courier
from sync.door import Door
from sync.http import HttpWire
from sync.wire import ParentWire

if TYPE_CHECKING:
    from node.catalogue.publishing import Publisher


@dataclass
class Node:
    """A station that is ready to serve and to carry. `wake` makes the courier look at once; `restart` asks to be put together anew."""

    config: Config
    clock: Clock
    station: Station
    store: Store
    counter: Counter
    people: People
    keyring: Keyring
    desk: Desk
    post: Post
    road: RoadDesk
    usb: UsbDesk
    sealed: Documents
    proving: Proving
    door: Door
    courier: Courier | None
    make_app: Callable[[], WsgiApp]
    intake: IntakeProcess
    drawing: DrawingProcess
    wake: threading.Event
    chores: Chores
    restart: threading.Event
    standing: Standing
    calendars: Calendars
    register: Register
    numbers: Numbers
    certifying: Certifying
    keeping: Keeping
    cataloguing: Cataloguing

    @cached_property
    def app(self) -> WsgiApp:
        """The pages and the API, put together when first asked for: commands and journeys of parcels need none."""
        return self.make_app()

    @property
    def publisher(self) -> "Publisher":
        """Who publishes what all stations of the county work with."""
        return self.cataloguing.county.publisher

    @property
    def bundles(self) -> Bundles:
        """Written and read by hand."""
        return self.usb.bundles

    @property
    def exports(self) -> Exports:
        """Makes a case one file."""
        return self.proving.exports

    @property
    def verification(self) -> VerificationDesk:
        """Checks what people bring."""
        return self.proving.verification

    @property
    def bureau(self) -> Bureau:
        """Certificates: asked for, issued, renewed, taken back."""
        return self.certifying.bureau

    @property
    def reception(self) -> Reception:
        """Receives stations that would join."""
        return self.certifying.reception

    @property
    def seals(self) -> SealDesk:
        """Everything about unit seals."""
        return self.certifying.seals

    @property
    def kinship(self) -> Kinship:
        """Whose cases a person seals nothing in."""
        return self.counter.kinship

    @property
    def batches(self) -> Batches:
        """Several acts in one go."""
        return self.counter.batches

    @property
    def paper(self) -> PaperRoad:
        """Parcels on paper."""
        return self.counter.paper

    @property
    def leaving(self) -> Leaving:
        """People who leave hand over."""
        return self.counter.leaving

    @property
    def roster(self) -> Roster:
        """Who looks after accounts."""
        return self.counter.roster

    @property
    def unlocking(self) -> Unlocking:
        """Locked keys, opened again."""
        return self.counter.unlocking

    @property
    def mailroom(self) -> Mailroom:
        """Takes in what the road brings."""
        return self.post.mailroom

    @property
    def outgoing(self) -> Outgoing:
        """What leaves, packed when a road is open."""
        return self.post.outgoing

    @property
    def queue(self) -> MailQueue:
        """What waits to leave, as people see it."""
        return self.post.queue

    @property
    def reports(self) -> ReportBook:
        """How this station and those below are."""
        return self.keeping.reports

    @property
    def backups(self) -> Backups:
        """Written each day."""
        return self.keeping.backups

    @property
    def updating(self) -> Updating:
        """How new versions come and are applied."""
        return self.keeping.updating

    @property
    def holders(self) -> Holders:
        """Where people's keys are: in files and on tokens."""
        return self.unlocking.holders

    def close(self) -> None:
        """Close what the calling thread holds open, the courier's threads, and the child processes for pictures and documents."""
        if self.courier is not None:
            self.courier.close()
        self.backups.close()
        self.usb.close()
        self.counter.capture.scanners.close()
        self.intake.close()
        self.counter.phone.close()
        self.counter.capture.eyes.close()
        self.drawing.close()
        self.store.close()


def assemble(place: Path, clock: Clock, new_wire: Callable[[str], ParentWire] = HttpWire) -> Node:
    """The node in the folder `place`.

    Raises:
        ConfigError, StoreError, SigningError: something in the folder cannot be used.
        NotAllowedError, EnrolmentError: it has not joined yet, or was wiped.
    """
    opening = open_station(place, clock)
    shipped, catalogue, calendars = stock_of(opening)
    restart, wake = threading.Event(), threading.Event()
    intake, drawing = IntakeProcess(page_bytes=opening.config.scanning.page_kib * 1024), DrawingProcess()
    post = post_of(opening, catalogue)
    places = places_of(opening, post, new_wire, restart.set)
    certifying = certifying_of(opening, post, places, drawing, restart.set)
    cataloguing = cataloguing_of(opening, post, places, catalogue, shipped, calendars)
    post.mailroom.look_again()
    counter = counter_of(opening, post, places, catalogue, calendars, intake, drawing, certifying.bureau.authority)
    proving = proving_of(opening, post, counter, catalogue)
    keeping = keeping_of(place, opening, post, places, catalogue, calendars)
    door = door_of(opening, post, places.greetings, keeping.reports)
    courier = courier_of(opening, post, places.greetings, keeping.reports, new_wire)
    road = road_desk_of(opening, post, courier, wake.set)
    opening.store.on_queued(wake.set)
    opening.store.on_queued(door.rope.ring)
    usb = usb_desk_of(opening, post)
    rest = (usb, keeping, certifying, places.numbers)
    return Node(
        config=opening.config,
        clock=clock,
        station=opening.station,
        store=opening.store,
        counter=counter,
        people=counter.people,
        keyring=counter.keyring,
        desk=counter.desk,
        post=post,
        road=road,
        usb=usb,
        sealed=counter.sealed,
        proving=proving,
        door=door,
        courier=courier,
        make_app=lambda: app_of(opening, counter, proving.verification, intake, door, road, *rest, cataloguing.pages()),
        intake=intake,
        drawing=drawing,
        wake=wake,
        chores=chores_of(opening, places, certifying, keeping, cataloguing, counter),
        restart=restart,
        standing=places.standing,
        calendars=calendars,
        register=opening.register,
        numbers=places.numbers,
        certifying=certifying,
        keeping=keeping,
        cataloguing=cataloguing,
    )
