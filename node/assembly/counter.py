"""The counter (柜台): what people at this station do and see, joined."""

from dataclasses import dataclass
from datetime import timedelta

from forms.catalogue import Catalogue
from node.assembly.capturing import Capture, capture_of
from node.assembly.grounds import grounds_of
from node.assembly.opening import Opening
from node.assembly.phoning import doorway_of
from node.assembly.places import Places
from node.assembly.post import Post
from node.capture.door import Doorway
from node.casework.acts import Acts
from node.casework.attaching import Attaching
from node.casework.batch import Batches
from node.casework.calendars import Calendars
from node.casework.contents import Contents
from node.casework.desk import Desk
from node.casework.drafts import Drafts
from node.casework.filling_help import FillingHelp
from node.casework.offering import Offering
from node.casework.reading import Reading
from node.casework.reuse import Reuse
from node.casework.sealing import Sealing
from node.casework.use_list import UseLists
from node.casework.versions import Versions
from node.chores import Chore
from node.documents.desk import DocumentDesk
from node.documents.pages import CasePages
from node.documents.sealing import Documents
from node.drawing.process import DrawingProcess
from node.enrolment.authority import Authority
from node.evidence.standing import Standing, StationGrounds
from node.paper.packing import PaperPacking
from node.paper.road import PaperRoad
from node.paperwork.desk import PaperDesk
from node.roles import Tier
from node.scanning.intake import IntakeProcess
from node.seals.cabinet import Cabinet
from node.seals.status import StatusBook
from node.staff.keyring import Keyring
from node.staff.kin import Kinship
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster
from node.staff.unlocking import Unlocking
from node.succession.standing import Standing as RoadStanding
from node.web.masking import masked_answers


@dataclass(frozen=True)
class Counter:
    """The desk and the people at it."""

    desk: Desk
    documents: DocumentDesk
    sealed: Documents
    grounds: StationGrounds
    reading: Reading
    people: People
    keyring: Keyring
    kinship: Kinship
    batches: Batches
    use_lists: UseLists
    roster: Roster
    unlocking: Unlocking
    leaving: Leaving
    reuse: Reuse
    paper: PaperRoad
    capture: Capture
    phone: Doorway
    tier: Tier

    def chores(self) -> tuple[Chore, ...]:
        """What comes round: windows of keys end; only who fills in asks for answers of earlier cases, and has shots."""
        windows = Chore("windows", timedelta(seconds=30), self.keyring.sweep)
        village = (Chore("reuse", timedelta(minutes=1), self.reuse.catch_up), self.capture.originals.chore(), self.capture.cards.chore())
        return (windows, *village) if self.tier is Tier.VILLAGE else (windows,)


def counter_of(
    opening: Opening,
    post: Post,
    places: Places,
    catalogue: Catalogue,
    calendars: Calendars,
    intake: IntakeProcess,
    drawing: DrawingProcess,
    authority: Authority,
) -> Counter:
    """The counter of a station."""
    station, store, clock, config, trust = opening.station, opening.store, opening.clock, opening.config, opening.trust
    drafts = Drafts(station, store, catalogue, post.casebook, clock, intake.clean, places.standing.check_may_seal, config.policy)
    keyring = Keyring(opening.holders, opening.suite, store, clock, config.policy, lambda one: trust.revoked(one) is not None)
    cabinet = Cabinet(opening.folder, station, store, StatusBook(store, opening.suite, trust), clock, opening.holders.tokens)
    kinship = Kinship(store, clock)
    content = Contents(station, store).open
    pages = CasePages(station, post.casebook, drawing, content, drafts.acting.name_of)
    sealed = Documents(station, store, post.casebook, pages, drawing, content)
    sealing = Sealing(station, store, keyring, cabinet, kinship, config.policy)
    at_acts = sealed if config.policy.sealed_documents else None
    acts = Acts(station, store, post.casebook, drafts, keyring, sealing, post.dispatch, clock, places.may_seal, at_acts)
    reading = Reading(station, store, post.casebook, drafts, acts, post.admission, calendars, clock)
    people = People(store, clock, station.tier, config.policy)
    people.on_logout(keyring.lock)
    roster = Roster(store, people, drafts.acting, clock)
    unlocking = Unlocking(store, people, opening.holders, clock)
    leaving = Leaving(station, store, opening.folder, post.casebook, reading, drafts.acting, authority, clock, cabinet)
    reuse = Reuse(station, store, post.casebook, drafts, clock)
    filling = FillingHelp(post.casebook, drafts, reuse, Versions(store, catalogue, post.casebook, drafts, clock))
    attaching = Attaching(station, store, drafts, post.casebook, clock)
    papers = PaperDesk(station, store, drafts, post.casebook, clock, attaching)
    offering = Offering(station, store, catalogue)
    desk = Desk(offering, post.casebook, drafts, acts, reading, post.line, filling, papers, attaching)
    batches = Batches(desk, keyring, cabinet.keeping_open)
    people.on_logout(batches.seen.forget)
    grounds = grounds_of(opening, post, reading)
    documents = DocumentDesk(desk, post.casebook, pages, drawing, sealed, Standing(grounds).of, masked_answers)
    uses = UseLists(store, clock)
    packing = PaperPacking(station, store, post.dispatch, clock, RoadStanding(station, store).check_may_pack)
    paper = PaperRoad(station, store, post.mailroom, packing, drawing, intake, documents.facts, clock)
    capture = capture_of(opening, post.casebook, drafts, attaching, intake)
    return Counter(
        desk, documents, sealed, grounds, reading, people, keyring, kinship, batches, uses, roster, unlocking, leaving, reuse, paper,
        capture, doorway_of(opening, capture.tray, people), station.tier,
    )  # fmt: skip
