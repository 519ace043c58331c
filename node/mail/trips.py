"""What became of the latest bundles that were written and read here, so that a report can be looked at again."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from node.clock import from_text, to_text
from node.store.counters import Meta
from sync.handover import BundleReport

NAME, KEPT = "usb_trips", 20
"""In `store.meta`, as JSON; so many are kept."""

NAMED = 50
"""Ids named in a report: more help nobody, the counts are whole."""


@dataclass(frozen=True)
class Outcome:
    """A bundle's report as it is kept. Of what was not taken, the first ids are named; `counts()` counts all."""

    parcels: int
    enclosures: int
    size_bytes: int
    new: int
    known: int
    new_enclosures: int
    receipts: int
    learned: int
    left_parcels: int
    left_enclosures: int
    left_bytes: int
    damaged: int
    missing: int
    lost_enclosures: int
    skipped: int
    no_room: int
    refused: int
    elsewhere: int
    is_gone: bool
    from_station: str
    made_at: str
    named: Mapping[str, tuple[str, ...]]
    whys: Mapping[str, int]
    carry_to: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything that the bundle states came out of it."""
        return not (self.damaged or self.missing or self.skipped or self.no_room or self.refused or self.elsewhere)

    def counts(self) -> dict[str, int]:
        """Every number of it."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int) and not isinstance(value, bool)}


@dataclass(frozen=True)
class Trip:
    """One bundle written (`out`) or read (`in`) by a person. `station` is for whom, or from whom; `drive` the place that an answer goes to.

    `is_here`: the file waits for a browser. While `is_done` is false it is under way, or was when the station stopped.
    """

    trip_id: str
    direction: str
    at: datetime
    by: str
    station: str
    file: str
    place: str
    is_here: bool = False
    drive: str = ""
    is_done: bool = False
    error: str = ""
    answer_to: str = ""
    outcome: Outcome | None = None


def outcome_of(report: BundleReport) -> Outcome:
    """What is kept of a report."""
    lists = {
        "damaged": report.damaged,
        "missing": report.missing,
        "skipped": report.skipped,
        "no_room": report.no_room,
        "refused": tuple(one.parcel_id for one in report.refused),
        "elsewhere": tuple(one.parcel_id for one in report.elsewhere),
    }
    same = (
        "parcels enclosures size_bytes new known new_enclosures receipts learned left_parcels left_enclosures left_bytes"
        " lost_enclosures is_gone from_station made_at"
    )
    whys = [one.why for one in report.refused]
    values: dict[str, Any] = {name: getattr(report, name) for name in same.split()} | {name: len(ids) for name, ids in lists.items()}
    return Outcome(
        **values,
        named={name: ids[:NAMED] for name, ids in lists.items() if ids},
        whys={why: whys.count(why) for why in dict.fromkeys(whys)},
        carry_to=tuple(dict.fromkeys(reader for one in report.elsewhere for reader in one.readers))[:NAMED],
    )


class TripBook:
    """The latest trips, newest first."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    def latest(self) -> list[Trip]:
        """All that are kept."""
        return [_trip(value) for value in self._values()]

    def get(self, trip_id: str) -> Trip | None:
        """One of them."""
        return next((one for one in self.latest() if one.trip_id == trip_id), None)

    def add(self, trip: Trip) -> str:
        """Keep one that begins; its id."""
        named = replace(trip, trip_id=secrets.token_hex(8))
        self._keep([_value(named), *self._values()])
        return named.trip_id

    def finish(self, trip: Trip, outcome: Outcome | None, error: str, answer_to: str) -> Trip:
        """What became of it."""
        station = trip.station or (outcome.from_station if outcome else "")
        done = replace(trip, outcome=outcome, error=error, is_done=True, answer_to=answer_to, station=station)
        self._keep([_value(done) if value["trip_id"] == trip.trip_id else value for value in self._values()])
        return done

    def _values(self) -> list[dict[str, Any]]:
        return list(json.loads(self._meta.get(NAME) or "[]"))

    def _keep(self, values: list[dict[str, Any]]) -> None:
        self._meta.set(NAME, json.dumps(values[:KEPT], ensure_ascii=False))


def _value(trip: Trip) -> dict[str, Any]:
    return asdict(trip) | {"at": to_text(trip.at)}


def _trip(value: dict[str, Any]) -> Trip:
    outcome = value["outcome"]
    if outcome is not None:
        named = {name: tuple(ids) for name, ids in outcome["named"].items()}
        outcome = Outcome(**(outcome | {"named": named, "carry_to": tuple(outcome["carry_to"])}))
    return Trip(**(value | {"at": from_text(value["at"]), "outcome": outcome}))
