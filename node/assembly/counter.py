"""The counter (柜台): what people at this station do and see, joined."""

from dataclasses import dataclass
from datetime import timedelta

from forms.catalogue import Catalogue
from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.casework.acts import Acts
from node.casework.calendars import Calendars
from node.casework.desk import Desk
from node.casework.drafts import Drafts
from node.casework.filling_help import FillingHelp
from node.casework.offering import Offering
from node.casework.reading import Reading
from node.casework.reuse import Reuse
from node.casework.versions import Versions
from node.chores import Chore
from node.enrolment.authority import Authority
from node.mail.line import Line
from node.paperwork.desk import PaperDesk
from node.roles import Tier
from node.scanning.intake import IntakeProcess
from node.staff.keyring import Keyring
from node.staff.leaving import Leaving
from node.staff.people import People
from node.staff.roster import Roster


@dataclass(frozen=True)
class Counter:
    """The desk and the people at it."""

    desk: Desk
    reading: Reading
    people: People
    keyring: Keyring
    roster: Roster
    leaving: Leaving
    reuse: Reuse
    tier: Tier

    def chores(self) -> tuple[Chore, ...]:
        """What comes round: only who fills in asks for answers of earlier cases."""
        return (Chore("reuse", timedelta(minutes=1), self.reuse.catch_up),) if self.tier is Tier.VILLAGE else ()


def counter_of(
    opening: Opening,
    post: Post,
    places: Places,
    catalogue: Catalogue,
    calendars: Calendars,
    intake: IntakeProcess,
    authority: Authority,
) -> Counter:
    """The counter of a station."""
    station, store, clock, config, trust = opening.station, opening.store, opening.clock, opening.config, opening.trust
    drafts = Drafts(station, store, catalogue, post.casebook, clock, intake.clean, places.standing.check_may_seal, config.policy)
    keyring = Keyring(opening.folder, opening.suite, store, clock, config.policy, lambda one: trust.revoked(one) is not None)
    acts = Acts(station, store, post.casebook, drafts, keyring, post.dispatch, clock, places.may_seal)
    reading = Reading(station, store, post.casebook, drafts, acts, post.admission, calendars, clock)
    people = People(store, clock, station.tier, config.policy)
    people.on_logout(keyring.lock)
    roster = Roster(store, people, drafts.acting, clock)
    leaving = Leaving(station, store, opening.folder, post.casebook, reading, drafts.acting, authority, clock)
    reuse = Reuse(station, store, post.casebook, drafts, clock)
    filling = FillingHelp(post.casebook, drafts, reuse, Versions(store, catalogue, post.casebook, drafts, clock))
    papers = PaperDesk(station, store, drafts, post.casebook, clock)
    desk = Desk(Offering(station, store, catalogue), post.casebook, drafts, acts, reading, Line(station, store, config), filling, papers)
    return Counter(desk, reading, people, keyring, roster, leaving, reuse, station.tier)
