"""The post (收发): what comes in and goes out, joined to the register of stations, to revocation and to the peers' door."""

from collections.abc import Callable
from dataclasses import dataclass

from forms.catalogue import Catalogue
from node.assembly.opening import Opening
from node.casework.casebook import Casebook
from node.enrolment.notices import Notices
from node.mail.admission import Admission
from node.mail.bundles import Bundles, identity_of
from node.mail.dispatch import Dispatch
from node.mail.lacking import Lacking
from node.mail.line import Line
from node.mail.line_settings import LineSettings
from node.mail.mailroom import Mailroom
from node.mail.outgoing import Outgoing
from node.mail.queue import MailQueue
from node.mail.quotas import Quotas
from node.mail.receipts import ReceiptBook
from node.mail.revoked import RevokedLetters
from node.mail.road_desk import RoadDesk
from node.mail.usb_desk import UsbDesk
from node.seals.status import StatusBook
from node.station import FOREVER, Station
from node.store import Store
from node.succession.greeting import Greetings
from node.succession.standing import Standing
from node.upkeep.drives import readable_drives
from node.upkeep.report import ReportBook
from signing.errors import SigningError
from sync.courier import Courier
from sync.door import Door
from sync.http import HttpWire
from sync.wire import ParentWire, StationCheck

MOST_AT_BELL = 32
"""So many stations below may wait at the door at once, each on a thread of the server; the rest comes by and asks."""


@dataclass(frozen=True)
class Post:
    """The mailroom and what it works with."""

    casebook: Casebook
    dispatch: Dispatch
    outgoing: Outgoing
    queue: MailQueue
    admission: Admission
    mailroom: Mailroom
    lacking: Lacking
    notices: Notices
    revoked: RevokedLetters
    pace: LineSettings
    line: Line


def post_of(opening: Opening, catalogue: Catalogue) -> Post:
    """The post of a station; nobody has been told of it yet."""
    station, store = opening.station, opening.store
    receipts = ReceiptBook(station, store)
    dispatch = Dispatch(station, store, receipts)
    casebook = Casebook(station, store, catalogue)
    register = StatusBook(store, opening.suite, opening.trust)
    admission = Admission(station, store, catalogue, casebook, register.status)
    may_pack, quotas = Standing(station, store).may_pack, Quotas(station, store, opening.config.limits)
    lacking = Lacking(station, store, dispatch, opening.clock, may_pack)
    mailroom = Mailroom(station, store, admission, dispatch, receipts, quotas, lacking, opening.clock)
    revoked = RevokedLetters(station, store, casebook, admission)
    mailroom.on_revocations(revoked.judge_again)
    pace = LineSettings(store, opening.config.link, opening.clock)
    outgoing = Outgoing(station, store, dispatch, opening.clock, may_pack)
    line = Line(station, store, opening.config, opening.clock)
    queue = MailQueue(station, store, outgoing, line, opening.clock)
    notices = Notices(station, store, dispatch)
    return Post(casebook, dispatch, outgoing, queue, admission, mailroom, lacking, notices, revoked, pace, line)


def door_of(opening: Opening, post: Post, greetings: Greetings, reports: ReportBook) -> Door:
    """The door where stations below knock."""
    station, store = opening.station, opening.store
    return Door(
        station.station,
        post.outgoing,
        store.enclosures,
        post.mailroom,
        _check_station(station),
        opening.clock,
        introduce=greetings.introduce,
        is_welcome=welcome(station, store),
        reports=reports,
        meet=post.mailroom.learn,
        bell_places=min(MOST_AT_BELL, len(station.directory.children(station.station))),
        on_handed_in=_goes_on_up(station, store),
    )


def _goes_on_up(station: Station, store: Store) -> Callable[[str], None]:
    """What a child has handed in goes on to the parent. It is queued already, but for a station that lost its disk before it went on.

    Such a one was told of the enclosure from above, by copies of letters that had gone ahead of their scans.
    """

    def queue(enclosure_id: str) -> None:
        parent = station.directory.parent_of(station.station)
        if parent is not None:
            store.enclosures.queue(parent, [enclosure_id])

    return queue


def courier_of(
    opening: Opening, post: Post, greetings: Greetings, reports: ReportBook, new_wire: Callable[[str], ParentWire]
) -> Courier | None:
    """The courier to the parent; None at a county, and where no parent's address is set."""
    station, store, url = opening.station, opening.store, opening.config.parent.url
    parent = station.directory.parent_of(station.station)
    if parent is None or url is None:
        return None
    return Courier(
        identity=identity_of(station, store),
        parent=parent,
        outbox=post.outgoing,
        shelf=store.enclosures,
        receiver=post.mailroom,
        new_wire=lambda: _knowing(new_wire(url), station.suite.digest),
        lease=store.leases,
        clock=opening.clock,
        digest=station.suite.digest,
        link_log=store.link,
        meet=greetings.learn,
        echo=greetings.echo,
        reports=reports,
        pace=post.pace,
    )


def _knowing(wire: ParentWire, digest: Callable[[bytes], str]) -> ParentWire:
    """A wire over HTTP folds with the suite's digest; others put no bytes on a line."""
    return wire.knows(digest) if isinstance(wire, HttpWire) else wire


def road_desk_of(opening: Opening, post: Post, courier: Courier | None, wake: Callable[[], None]) -> RoadDesk:
    """What pages and API ask of the road."""
    station, store = opening.station, opening.store
    return RoadDesk(station, store, post.casebook, post.line, post.queue, post.pace, courier, opening.clock, wake)


def usb_desk_of(opening: Opening, post: Post) -> UsbDesk:
    """The desk for sticks."""
    station, store = opening.station, opening.store
    bundles = Bundles(station, store, post.dispatch, post.outgoing, post.mailroom, opening.clock, _goes_on_up(station, store))
    return UsbDesk(bundles, opening.store, readable_drives, opening.folder.usb, opening.clock)


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


def welcome(here: Station, store: Store) -> Callable[[str], bool]:
    """Whether a station that has a session may go on: its certificate has not been taken back since."""

    def ask(station: str) -> bool:
        record = store.stations.get(station)
        if record is None or record.sign_certificate is None:
            return False
        return here.trust.revoked_before(here.trust.get(record.sign_certificate), FOREVER) is None

    return ask
