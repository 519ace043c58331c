"""The post (收发): what comes in and goes out, joined to the register of stations, to revocation and to the peers' door."""

from collections.abc import Callable
from dataclasses import dataclass

from forms.catalogue import Catalogue
from node.assembly.opening import Opening
from node.casework.casebook import Casebook
from node.enrolment.notices import Notices
from node.mail.admission import Admission
from node.mail.bundles import identity_of
from node.mail.dispatch import Dispatch
from node.mail.mailroom import Mailroom
from node.mail.receipts import ReceiptBook
from node.mail.revoked import RevokedLetters
from node.seals.status import StatusBook
from node.station import FOREVER, Station
from node.store import Store
from node.succession.greeting import Greetings
from node.upkeep.report import ReportBook
from signing.errors import SigningError
from sync.courier import Courier
from sync.door import Door
from sync.wire import ParentWire, StationCheck


@dataclass(frozen=True)
class Post:
    """The mailroom and what it works with."""

    casebook: Casebook
    dispatch: Dispatch
    admission: Admission
    mailroom: Mailroom
    notices: Notices
    revoked: RevokedLetters


def post_of(opening: Opening, catalogue: Catalogue) -> Post:
    """The post of a station; nobody has been told of it yet."""
    station, store = opening.station, opening.store
    receipts = ReceiptBook(station, store)
    dispatch = Dispatch(station, store, receipts)
    casebook = Casebook(station, store, catalogue)
    register = StatusBook(store, opening.suite, opening.trust)
    admission = Admission(station, store, catalogue, casebook, register.status)
    mailroom = Mailroom(station, store, admission, dispatch, receipts, opening.clock)
    revoked = RevokedLetters(station, store, casebook, admission)
    mailroom.on_revocations(revoked.judge_again)
    return Post(casebook, dispatch, admission, mailroom, Notices(station, store, dispatch), revoked)


def door_of(opening: Opening, post: Post, greetings: Greetings, reports: ReportBook) -> Door:
    """The door where stations below knock."""
    station, store = opening.station, opening.store
    return Door(
        station.station,
        store.outbox,
        store.enclosures,
        post.mailroom,
        _check_station(station),
        opening.clock,
        introduce=greetings.introduce,
        is_welcome=welcome(station, store),
        reports=reports,
        meet=post.mailroom.learn,
    )


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
        outbox=store.outbox,
        shelf=store.enclosures,
        receiver=post.mailroom,
        new_wire=lambda: new_wire(url),
        lease=store.leases,
        clock=opening.clock,
        digest=station.suite.digest,
        link_log=store.link,
        meet=greetings.learn,
        echo=greetings.echo,
        reports=reports,
    )


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
