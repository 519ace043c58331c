"""The county of the simulation (示例数据): one county, three townships, twelve villages, one person at each, founded once."""

from dataclasses import dataclass, replace
from pathlib import Path

from node.config import ParentSettings, load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Role, Tier
from node.staff.people import Person
from tests.fakes import SetClock
from tests.simulation.chance import seed_all
from tests.simulation.suite import suite_name

PIN = "482913"
PASSWORD = "qinghe-7315-du"
ROLES = {Tier.COUNTY: Role.APPROVER, Tier.TOWNSHIP: Role.REVIEWER, Tier.VILLAGE: Role.AGENT}
FOUNDING_SEED = 20261122


@dataclass(frozen=True)
class Site:
    """A station; `parent` is the name of the one above."""

    name: str
    tier: Tier
    division: str
    parent: str | None

    @property
    def person(self) -> Person:
        """Who works there."""
        return Person(f"p-{self.name}", f"示例{self.name}", (str(ROLES[self.tier]),), session_id=f"session of {self.name}")


def _sites() -> dict[str, Site]:
    rows = [Site("county", Tier.COUNTY, "131025000000", None)]
    for t in range(1, 4):
        rows.append(Site(f"town{t}", Tier.TOWNSHIP, f"13102510{t}000", "county"))
        rows += [Site(f"village{t}{v}", Tier.VILLAGE, f"13102510{t}20{v}", f"town{t}") for v in range(1, 5)]
    return {row.name: row for row in rows}


SITES = _sites()
VILLAGES = tuple(name for name, site in SITES.items() if site.tier is Tier.VILLAGE)
BOTTOM_UP = (*VILLAGES, *(name for name, site in SITES.items() if site.tier is Tier.TOWNSHIP), "county")


def found(folder: Path, suite: str) -> None:
    """Make the sixteen stations below `folder`: the same ones each time, unless the suite is `gm`."""
    seed_all(FOUNDING_SEED)
    clock = SetClock()
    for site in SITES.values():
        place = folder / site.name
        above = Above(folder / site.parent, folder / "county") if site.parent else None
        found_station(place, NewStation(f"示例{site.name}", site.tier, site.division, suite=suite_name(suite)), above, clock)
        enrol_person(place, NewPerson(site.person.name, site.person.display_name, site.person.roles, PASSWORD, PIN), above, clock)
    for site in SITES.values():
        config = load_config(folder / site.name)
        parent = ParentSettings(f"http://{site.parent}.invalid" if site.parent else None)
        # Documents take a child process, and are not what is looked at here.
        write_config(folder / site.name, replace(config, parent=parent, policy=replace(config.policy, sealed_documents=False)))
