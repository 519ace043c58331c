"""What the pages and the API of a county call about the catalogue and the calendar (县级目录柜台)."""

from dataclasses import dataclass

from node.catalogue.calendar_desk import CalendarDesk
from node.catalogue.item_desk import ItemDesk


@dataclass(frozen=True)
class CountyDesks:
    """The two desks of a county; other tiers have none."""

    items: ItemDesk
    calendar: CalendarDesk
