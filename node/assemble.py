"""Puts a station together from its folder. The only place where the parts of a node meet; nothing here decides anything."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import node
from forms.catalogue import Catalogue, load_shipped
from node.casework.acts import Acts
from node.casework.casebook import Casebook
from node.casework.deadlines import read_calendar
from node.casework.desk import Desk
from node.casework.drafts import Drafts
from node.casework.reading import Reading
from node.chores import Chore, Chores
from node.clock import Clock
from node.config import Config, load_config, write_config
from node.enrolment.bureau import Bureau, bureau_of
from node.enrolment.door import EnrolDoor, Turns
from node.enrolment.invitations import Inviting
from node.enrolment.issuing import OWN, Issuer, IssuingKeys
from node.enrolment.joining import check_not_joining
from node.enrolment.notices import Notices
from node.enrolment.office import open_store_of
from node.enrolment.reception import CatchingUp, Reception
from node.enrolment.wiping import check_not_wiped
from node.evidence.exports import Exports
from node.folder import StationFolder
from node.mail.admission import Admission
from node.mail.bundles import Bundles
from node.mail.dispatch import Dispatch
from node.mail.line import Line
from node.mail.mailroom import Mailroom
from node.mail.receipts import ReceiptBook
from node.mail.revoked import RevokedLetters
from node.roles import Tier
from node.scanning.intake import IntakeProcess
from node.staff.keyring import Keyring, unattended_key, unattended_signer
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
from node.staff.villages import Filing
from node.station import FOREVER, Station
from node.store import Store
from node.succession.errand import NumberErrand
from node.succession.greeting import Greetings
from node.succession.marks import MachineMarks
from node.succession.numbers import Numbers
from node.succession.refill import Refill
from node.succession.refilled import Refilled
from node.succession.register import Register
from node.succession.renumber import Renumbering
from node.succession.standing import Standing
from node.succession.successions import Successions
from node.upkeep.backup import Backup
from node.upkeep.backup_schedule import Backups
from node.upkeep.doctor import Doctor
from node.upkeep.drives import removable_drives
from node.upkeep.health import Health
from node.upkeep.recovery import RecoveryKeys
from node.upkeep.report import ReportBook
from node.upkeep.update_desk import UpdateDesk, update_desk_of
from node.web.app import create_app
from node.web.parts import Parts
from node.web.parts import Station as StationFacts
from node.web.peer import peer_blueprint
from signing.algorithms import PrivateKey
from signing.algorithms import suite as suite_of
from signing.errors import SigningError
from signing.trust import TrustStore
from sync.courier import Courier
from sync.door import Door
from sync.http import HttpWire
from sync.wire import Identity, ParentWire, StationCheck

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""What a server calls."""

CALENDAR = Path(node.__file__).parent / "data" / "calendar.json"
log = logging.getLogger(__name__)


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
    app: WsgiApp
    intake: IntakeProcess
    wake: threading.Event
    chores: Chores
    restart: threading.Event
    reports: ReportBook
    standing: Standing
    register: Register
    numbers: Numbers
    backups: Backups
    bureau: Bureau
    leaving: Leaving
    roster: Roster
    reception: Reception

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
    """
    check_not_joining(place)
    folder, config = StationFolder(place), load_config(place)
    check_not_wiped(folder, config)
    suite = suite_of(config.station.suite)
    store = open_store_of(folder, config, clock)
    trust = TrustStore(suite, folder.root_certificate.read_bytes(), lambda digest: store.certificates.get(digest, "certificate"))
    _fill(trust, store)
    register = Register(store, trust)
    station = _station(folder, config, register, trust, store)
    catalogue = Catalogue(load_shipped(), suite.digest)
    calendar = read_calendar(CALENDAR)
    receipts = ReceiptBook(station, store)
    dispatch = Dispatch(station, store, receipts)
    casebook = Casebook(station, store, catalogue)
    admission = Admission(station, store, catalogue, casebook)
    mailroom = Mailroom(station, store, admission, dispatch, receipts, clock)
    restart = threading.Event()
    standing, refilled = Standing(station, store), Refilled(station, store)
    refill = Refill(station, store, dispatch, refilled)
    notices = Notices(station, store, dispatch)
    _succeed(folder, register, station, store, mailroom, standing, refilled, refill, notices, clock, restart)
    mailroom.on_revocations(RevokedLetters(station, store, casebook, admission).judge_again)
    bureau = bureau_of(folder, config, station, store, register, mailroom, notices, clock, restart.set)
    reception = Reception(bureau.registrar, Inviting(station, store, clock))
    catching_up = CatchingUp(store, trust, register.look_again)
    bureau.heed()
    check_not_wiped(folder, config)
    greetings = Greetings(station, store, mailroom, standing, clock)
    mailroom.on_record("own_receipt", greetings.heed_own_receipt)
    mailroom.look_again()
    intake = IntakeProcess()
    drafts = Drafts(station, store, catalogue, casebook, clock, intake.clean, standing.check_may_seal)
    keyring = Keyring(folder, suite, store, clock, config.policy, lambda one: trust.revoked(one) is not None)

    def may_seal(case_number: str) -> None:
        standing.check_may_seal()
        refilled.check_case(case_number)

    acts = Acts(station, store, casebook, drafts, keyring, dispatch, calendar, clock, may_seal)
    reading = Reading(station, store, casebook, drafts, acts, admission, calendar, clock)
    people = People(store, clock, station.tier, config.policy)
    people.on_logout(keyring.lock)
    roster = Roster(store, people, drafts.acting, clock)
    leaving = Leaving(station, store, folder, casebook, reading, drafts.acting, bureau.authority, clock)
    desk = Desk(catalogue, casebook, drafts, acts, reading, Line(station, store, config))
    doctor = Doctor(folder, config, store, trust, station, len(catalogue.items()), calendar, clock)
    reports = ReportBook(station.station, doctor, store, station, clock)
    door = Door(
        station.station,
        store.outbox,
        store.enclosures,
        mailroom,
        _check_station(station),
        clock,
        introduce=greetings.introduce,
        is_welcome=_is_welcome(station, store),
        reports=reports,
    )
    numbers = Numbers(
        station,
        store,
        standing,
        Renumbering(folder, station, store, register, standing, clock, restart.set),
        refilled,
        Issuer(IssuingKeys(folder, suite, store)),
    )
    errand = NumberErrand(numbers.renumbering, standing, store, _parent_wire(config, new_wire))
    backups = _backups(folder, config, station, store, clock)
    updates = update_desk_of(place, station, store, clock, backups)
    wake = threading.Event()
    store.on_queued(wake.set)
    return Node(
        config=config,
        clock=clock,
        station=station,
        store=store,
        people=people,
        keyring=keyring,
        desk=desk,
        mailroom=mailroom,
        bundles=Bundles(station, store, mailroom, clock),
        exports=Exports(station, store, casebook, catalogue, reading, clock),
        door=door,
        courier=_courier(config, station, store, mailroom, clock, new_wire, greetings, reports),
        app=_app(
            config,
            station,
            desk,
            people,
            keyring,
            intake,
            clock,
            door,
            store,
            reports,
            backups,
            roster,
            leaving,
            reception,
            updates,
            bureau,
            numbers,
        ),
        intake=intake,
        wake=wake,
        chores=Chores(
            (
                *_chores(refill, reports, backups, errand),
                *bureau.chores(),
                _filing(station, store),
                catching_up.chore(),
            ),
            clock,
        ),
        restart=restart,
        reports=reports,
        standing=standing,
        register=register,
        numbers=numbers,
        backups=backups,
        bureau=bureau,
        leaving=leaving,
        roster=roster,
        reception=reception,
    )


def _succeed(
    folder: StationFolder,
    register: Register,
    station: Station,
    store: Store,
    mailroom: Mailroom,
    standing: Standing,
    refilled: Refilled,
    refill: Refill,
    notices: Notices,
    clock: Clock,
    restart: threading.Event,
) -> None:
    """Join what has to do with stations that stand in each other's place; and see whether this is still the machine it was."""
    successions = Successions(station, store, refill, notices, clock, restart.set)
    register.on_succession(successions.happened)
    mailroom.on_certificates(register.learn_all)
    mailroom.on_record("refill", refilled.note)
    successions.catch_up()
    refilled.begin()
    if MachineMarks(store, folder.machine_secret).are_others():
        standing.mark_restored("machine")


def _chores(refill: Refill, reports: ReportBook, backups: Backups, errand: NumberErrand) -> tuple[Chore, ...]:
    """What comes round at this station, in this order."""
    return (
        Chore("refill", timedelta(seconds=10), refill.run),
        Chore("number", timedelta(seconds=20), errand.run),
        Chore("health", timedelta(minutes=10), reports.make),
        Chore("backup", timedelta(minutes=1), backups.run_if_due),
    )


def _filing(station: Station, store: Store) -> Chore:
    return Chore("villages", timedelta(minutes=1), Filing(station, store).run)


def _parent_wire(config: Config, new_wire: Callable[[str], ParentWire]) -> Callable[[], ParentWire] | None:
    url = config.parent.url
    return None if url is None else lambda: new_wire(url)


def _fill(trust: TrustStore, store: Store) -> None:
    """Give the trust store every authority and revocation list that is here, so that issuers are found by key."""
    for record in store.certificates.all("certificate"):
        trust.add(record.der)
    for record in store.certificates.all("revocations"):
        trust.add_revocations(record.der, is_kept=True)


def _station(folder: StationFolder, config: Config, register: Register, trust: TrustStore, store: Store) -> Station:
    suite = suite_of(config.station.suite)
    certificate = trust.get(store.meta.get(OWN + "station_sign") or "")
    number = certificate.station
    if number != config.station.id:
        # A new number was given and the power went before the settings were written: the certificate says who this is.
        write_config(folder.root, replace(config, station=replace(config.station, id=number)))
    station = Station(
        station=number,
        name=config.station.name,
        tier=Tier(config.station.tier),
        suite=suite,
        trust=trust,
        stations=register,
        signer=unattended_signer(folder, suite, folder.key_of("station_sign", number), certificate.der),
        encryption_key=unattended_key(folder, suite, folder.key_of("station_encrypt", number)),
    )
    return replace(station, earlier_keys=_earlier_keys(folder, station))


def _earlier_keys(folder: StationFolder, station: Station) -> dict[str, PrivateKey]:
    """What opens mail for the numbers that this station had itself; of one that it replaces on another machine there is no key."""
    current = folder.key_of("station_encrypt", station.station)
    paths = {number: folder.key_of("station_encrypt", number) for number in station.numbers[1:]}
    return {number: unattended_key(folder, station.suite, path) for number, path in paths.items() if path.exists() and path != current}


def _check_station(here: Station) -> StationCheck:
    """Whether a caller at the peers' door is a station right below this one. One that was replaced may still hand over what it has."""

    def check(station: str, signer: str, message: bytes, signature: bytes) -> bool:
        entry = here.directory.entry(station)
        if entry is None or entry.parent is None or not here.is_me(entry.parent):
            return False
        try:
            here.check_station(signer, station, message, signature)
        except SigningError:
            return False
        return True

    return check


def _is_welcome(here: Station, store: Store) -> Callable[[str], bool]:
    """Whether a station that has a session may go on: its certificate has not been taken back since."""

    def ask(station: str) -> bool:
        record = store.stations.get(station)
        if record is None or record.sign_certificate is None:
            return False
        return here.trust.revoked_before(here.trust.get(record.sign_certificate), FOREVER) is None

    return ask


def _courier(
    config: Config,
    station: Station,
    store: Store,
    mailroom: Mailroom,
    clock: Clock,
    new_wire: Callable[[str], ParentWire],
    greetings: Greetings,
    reports: ReportBook,
) -> Courier | None:
    """The courier to the parent; None at a county."""
    parent, url = station.directory.parent_of(station.station), config.parent.url
    if parent is None or url is None:
        return None
    return Courier(
        identity=Identity(station.station, station.signer.certificate.digest, station.signer.sign),
        parent=parent,
        outbox=store.outbox,
        shelf=store.enclosures,
        receiver=mailroom,
        new_wire=lambda: new_wire(url),
        lease=store.leases,
        clock=clock,
        digest=station.suite.digest,
        link_log=store.link,
        meet=greetings.learn,
        echo=greetings.echo,
        reports=reports,
    )


def _app(
    config: Config,
    station: Station,
    desk: Desk,
    people: People,
    keyring: Keyring,
    intake: IntakeProcess,
    clock: Clock,
    door: Door,
    store: Store,
    reports: ReportBook,
    backups: Backups,
    roster: Roster,
    leaving: Leaving,
    reception: Reception,
    updates: UpdateDesk,
    bureau: Bureau,
    numbers: Numbers,
) -> WsgiApp:
    facts = StationFacts(station.station, station.name, station.tier.value, _divisions(station))
    app = create_app(
        Parts(
            desk=desk,
            people=people,
            keyring=keyring,
            images=intake,
            clock=clock,
            station=facts,
            roster=roster,
            leaving=leaving,
            backups=backups,
            health=Health(station.station, reports, store, station, clock),
            host_names=config.listen.host_names,
            reception=reception,
            bureau=bureau,
            updates=updates,
            numbers=numbers,
            door=peer_blueprint(door, EnrolDoor(reception.registrar, Turns(clock))),
            log=_log,
        )
    )
    return app


def _backups(folder: StationFolder, config: Config, station: Station, store: Store, clock: Clock) -> Backups:
    floor_bytes = config.limits.free_disk_mib << 20
    backup = Backup(station, folder, store, RecoveryKeys(station, store, clock), clock, floor_bytes)
    return Backups(backup, store, config.backup, folder, clock, removable_drives)


def _divisions(station: Station) -> tuple[tuple[str, str], ...]:
    return tuple((entry.station[:12], entry.name) for entry in station.directory.entries())


def _log(event: str, facts: Mapping[str, str]) -> None:
    """Events of the pages: kinds and places, never values. A programmer's mistake is an error, the rest is for the curious."""
    level = logging.ERROR if event == "bug" else logging.INFO
    log.log(level, "%s %s", event, " ".join(f"{name}={value}" for name, value in facts.items()))
