"""How far letters have come (在途): a reading of the signs that receipts and bundles left. Where a case stands in law is not here."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.casework.history import COUNTED
from node.casework.views import Road
from node.station import Station
from node.store import Store
from node.store.records import RoadMark


@dataclass(frozen=True)
class Sent:
    """A letter on the road: its id, where it was made, its case, and what became of it here."""

    letter_id: str
    origin: str
    case_number: str
    outcome: str


class Roads:
    """Reads road states, for many letters in one question to the store."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def of(self, letters: Sequence[Sent]) -> dict[str, Road]:
        """The road of each letter, by its id."""
        marks = self._store.letters.roads([one.letter_id for one in letters])
        return {one.letter_id: self._road(one, marks.get(one.letter_id, [])) for one in letters}

    def _road(self, one: Sent, marks: Sequence[RoadMark]) -> Road:
        station = self._station
        path = station.path_of(one.case_number[:14])
        marks = [mark for mark in marks if station.current(mark.station) in path]
        signs = tuple((station.name_of(mark.station), station.tier_of(mark.station), mark.mark, mark.at) for mark in marks)
        return Road(self._state(one, marks), signs)

    def _state(self, one: Sent, marks: Sequence[RoadMark]) -> str:
        """`arrived` is the far end's: the county's for what the village wrote, the village's for what was written above."""
        if not self._station.is_me(one.origin):
            return "arrived" if one.outcome in COUNTED else "set_aside"
        here = self._station
        origin, village = here.current(one.origin), here.current(one.case_number[:14])
        others = [station for station in here.path_of(village) if station != origin]
        arrived = {here.current(mark.station) for mark in marks if mark.mark == "arrived"}
        if any(mark.outcome in ("set_aside", "refused") for mark in marks):
            return "set_aside"
        if not others or (others[-1] if origin == village else others[0]) in arrived:
            return "arrived"
        kinds = {mark.mark for mark in marks}
        if kinds & {"stored", "arrived"}:
            return "stored"
        return "handed_over" if "handed_over" in kinds else "queued"
