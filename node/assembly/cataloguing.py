"""The catalogue, joined: how releases come in, what the shelf is, and at a county how they are published and sent."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from forms.catalogue import Catalogue
from forms.shipped import Shipped
from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.casework.calendars import Calendars, shipped_calendar
from node.catalogue.arrivals import ReleaseArrivals
from node.catalogue.book import ReleaseBook
from node.catalogue.sending import ReleaseSender
from node.catalogue.shelf import CountyShelf
from node.chores import Chore

if TYPE_CHECKING:
    from node.assembly.county import County
    from node.catalogue.county import CountyDesks
    from node.web.parts import CountyPages

COUNTY = "node.assembly.county"
"""Loaded where a county works, and where a command asks for what a county has."""


@dataclass(frozen=True)
class Cataloguing:
    """What a station does with releases."""

    book: ReleaseBook
    arrivals: ReleaseArrivals
    sender: ReleaseSender
    is_county: bool
    new_county: Callable[[], "County"]

    @cached_property
    def county(self) -> "County":
        """What a county does with releases, loaded when first asked for; elsewhere it refuses."""
        return self.new_county()

    @property
    def desks(self) -> "CountyDesks | None":
        """The desks of a county; other tiers have none."""
        return self.county.desks if self.is_county else None

    def pages(self) -> "CountyPages | None":
        """The pages that only a county has."""
        return self.county.pages() if self.is_county else None

    def chores(self) -> tuple[Chore, ...]:
        """What comes round."""
        return (
            Chore("catalogue out", timedelta(seconds=20), self.sender.send),
            Chore("catalogue wanted", timedelta(minutes=5), self.sender.ask_if_lacking),
        )


def stock_of(opening: Opening) -> tuple[Shipped, Catalogue, Calendars]:
    """What the program ships, the shelf of this station, and its calendars."""
    store, digest = opening.store, opening.suite.digest
    shipped = Shipped(digest)
    return shipped, Catalogue(CountyShelf(store, shipped), digest), Calendars(store, digest, shipped_calendar(), opening.clock)


def cataloguing_of(
    opening: Opening, post: Post, places: Places, catalogue: Catalogue, shipped: Shipped, calendars: Calendars
) -> Cataloguing:
    """The catalogue of a station, which hears of releases from its mailroom."""
    station, store, clock, may_send = opening.station, opening.store, opening.clock, places.standing.check_may_seal
    book = ReleaseBook(station.suite, store, shipped, calendars.take)
    sender = ReleaseSender(station, store, post.dispatch, may_send)
    arrivals = ReleaseArrivals(station, store, book, clock, sender.ask, places.refilled.awaited)
    post.mailroom.on_record("catalogue", arrivals.note)
    post.mailroom.on_record("package", arrivals.note_package)
    post.mailroom.on_record("calendar", arrivals.note_calendar)
    post.mailroom.on_record("catalogue_came", arrivals.go_on)
    post.mailroom.on_record("catalogue_wanted", lambda maker, data: sender.note_wanted(maker, data, clock.now()))
    places.refill.on_finish(sender.give_back)
    calendars.begin()
    book.read_again()

    def new_county() -> "County":
        made: County = importlib.import_module(COUNTY).county_of(opening, places, book, sender, catalogue, shipped, calendars)
        return made

    return Cataloguing(book, arrivals, sender, station.is_county(station.station), new_county)
