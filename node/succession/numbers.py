"""What the page and the command about this station's number call."""

from dataclasses import dataclass

from node.enrolment.issuing import Issuer
from node.station import Station
from node.store import Store
from node.succession.refilled import Refilled
from node.succession.renumber import Renumbering
from node.succession.standing import Standing


@dataclass(frozen=True)
class Numbers:
    """Standing, the next number, and what is still to be given back."""

    station: Station
    store: Store
    standing: Standing
    renumbering: Renumbering
    refilled: Refilled
    issuer: Issuer

    @property
    def parent_name(self) -> str:
        """The name of the station above, empty at a county."""
        parent = self.station.directory.parent_of(self.station.station)
        return self.station.name_of(parent) if parent else ""

    def awaited_names(self) -> list[str]:
        """The names of the neighbours whose letters are not all here yet."""
        return [self.station.name_of(one) for one in self.refilled.awaited()]

    def number_itself(self) -> str:
        """The next number of a county.

        Raises:
            NotAllowedError: it is none, or needs none.
        """
        return self.renumbering.number_itself(self.issuer)
