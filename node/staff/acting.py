"""Which villages people act for: their own, and further ones of the same township for which they hold a certificate.

One machine may so serve several village rooms, and one person several villages. Nothing is chosen where there is one village only.
"""

from dataclasses import dataclass

from node.errors import RequestError
from node.staff.people import Person
from node.station import Station
from node.store import Store
from signing.certificates import parse_certificate

VILLAGE_NAME = "village_name:"
"""In `store.meta`: the name of a village that has no station of its own, by division."""


@dataclass(frozen=True)
class Village:
    """A village (村) by its 12-digit division code (区划代码) and its name, which is the code where none is known."""

    division: str
    name: str


class Acting:
    """The villages of the people of one station."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    @property
    def own(self) -> str:
        """The division of this station."""
        return self._station.station[:12]

    def villages(self, person: Person) -> tuple[Village, ...]:
        """The villages that the person may open cases for, the one of the person's own certificate first."""
        divisions = [self._home(person), *self._store.person_certificates.of(person.name)]
        return tuple(Village(one, self.name_of(one)) for one in dict.fromkeys(divisions))

    def chosen(self, person: Person, division: str | None) -> str:
        """The division of a new case as its record holds it: empty for the station's own. With one village there is nothing to choose.

        Raises:
            RequestError: `division_needed` there are several and none was named; `division_wrong` the person does not act for it.
        """
        known = [one.division for one in self.villages(person)]
        if not division and len(known) > 1:
            raise RequestError("division_needed")
        wanted = division or known[0]
        if wanted not in known:
            raise RequestError("division_wrong", division=wanted)
        return "" if wanted == self.own else wanted

    def name_of(self, division: str) -> str:
        """The name of a division: of its station where it has one, else as it was given with a certificate, else its code."""
        if division in ("", self.own):
            return self._station.name
        stations = (one.name for one in self._station.directory.entries() if one.station[:12] == division and one.successor is None)
        return next(stations, None) or self._store.meta.get(VILLAGE_NAME + division) or division

    def _home(self, person: Person) -> str:
        """The division of the person's own certificate; the station's where there is none."""
        record = self._store.people.get(person.name)
        digest = record.certificate if record else None
        der = None if digest is None else self._store.certificates.get(digest, "certificate")
        return self.own if der is None else parse_certificate(self._station.suite, der).division
