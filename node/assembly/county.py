"""What only a county has: who publishes, its desks of the catalogue and the calendar, and their pages.

Loaded by its name where it is needed, see `node.assembly.cataloguing`: no village holds the lint and these pages in memory.
"""

from dataclasses import dataclass

from forms.authoring.lint import lint
from forms.catalogue import Catalogue
from forms.shipped import Shipped
from node.assembly.opening import Opening
from node.assembly.places import Places
from node.casework.calendars import Calendars
from node.catalogue.book import ReleaseBook
from node.catalogue.calendar_desk import CalendarDesk
from node.catalogue.county import CountyDesks
from node.catalogue.item_desk import ItemDesk
from node.catalogue.publishing import Publisher
from node.catalogue.sending import ReleaseSender
from node.web.county import county_blueprints
from node.web.parts import CountyPages


@dataclass(frozen=True)
class County:
    """The publisher, who refuses where this is no county, and the desks."""

    publisher: Publisher
    desks: CountyDesks

    def pages(self) -> CountyPages:
        """What they look like."""
        return CountyPages(lambda parts: county_blueprints(parts, self.desks), self.desks.calendar.missing_year)


def county_of(
    opening: Opening,
    places: Places,
    book: ReleaseBook,
    sender: ReleaseSender,
    catalogue: Catalogue,
    shipped: Shipped,
    calendars: Calendars,
) -> County:
    """The same of a station."""
    station, store, clock, may_send = opening.station, opening.store, opening.clock, places.standing.check_may_seal
    publisher = Publisher(station, store, book, catalogue, shipped, clock, lint, may_send, places.refilled.awaited)
    items = ItemDesk(publisher, sender, catalogue, station, clock)
    return County(publisher, CountyDesks(items, CalendarDesk(calendars, publisher, sender, clock)))
