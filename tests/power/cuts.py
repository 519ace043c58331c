"""Cuts of the power in a recorded piece of work, and what is found after them."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from node.casework.letter import read_frame
from node.casework.ownership import ids_of
from tests.journeys.world import World, plainly_cleaned
from tests.power.county import PARENTS, RecordedCounty
from tests.power.disk import Played, Told, put
from tests.power.facts import faults_of


@dataclass(frozen=True)
class Cut:
    """The power of a station is cut; `files` are what its disk has then, `others` what the disks of the others have."""

    seed: int
    station: str
    files: dict[str, bytes]
    played: Played
    told: dict[str, list[tuple[str, ...]]]


def cuts(county: RecordedCounty, seeds: Sequence[int]) -> Iterator[Cut]:
    """One for each seed, in the order of their moments."""
    ops = county.disk.ops
    played, done = Played(county.base), 0
    told: dict[str, list[tuple[str, ...]]] = {name: [] for name in PARENTS}
    chances = [(seed, Random(seed)) for seed in seeds]
    for at, seed, chance in sorted((chance.randrange(1, len(ops)), seed, chance) for seed, chance in chances):
        played.go(ops[done:at])
        for op in ops[done:at]:
            if isinstance(op, Told):
                told[op.station].append(op.fact)
        done = at
        # Mostly of the station that was at work.
        station = county.disk.station_of(ops[at - 1]) if chance.random() < 0.8 else chance.choice(list(PARENTS))
        yield Cut(seed, station, played.station(station, chance), played, told)


def faults_after(cut: Cut, place: Path) -> list[str]:
    """What is wrong with the disk of the station that was cut."""
    put(cut.files, place)
    try:
        return [f"seed {cut.seed}, {cut.station}: {fault}" for fault in faults_of(place / cut.station, cut.told[cut.station])]
    finally:
        shutil.rmtree(place)


def faults_of_going_on(cut: Cut, place: Path) -> list[str]:
    """What is wrong when all stations go on, the one that was cut with what its disk has, the others as they were."""
    for name in PARENTS:
        put(cut.files if name == cut.station else cut.played.station(name, None), place / "disks")
        with closing(sqlite3.connect(place / "disks" / name / "yizhan.db")) as database, database:
            # It is the same machine, though the files of this test lie somewhere else.
            database.execute("DELETE FROM meta WHERE name = 'machine_marks'")
    world = World(place / "again", place / "disks")
    try:
        # What a courier that was struck down had leased is free again.
        world.clock.move(minutes=5)
        for node in world.nodes.values():
            node.desk._drafts._clean = plainly_cleaned
        world.settle()
        numbers = [world.submitted()]
        world.settle()
        world.approve(numbers[0])
        return [f"seed {cut.seed}, {cut.station}: {fault}" for fault in differences(world, cut.told)]
    finally:
        world.close()
        shutil.rmtree(place)


def differences(world: World, told: Mapping[str, Sequence[tuple[str, ...]]]) -> Iterator[str]:
    """Where stations do not have the same, or lack what somebody was told."""
    county = world.nodes["county"]
    for village in ("village1", "village2"):
        for record in world.nodes[village].store.cases.page(limit=1000):
            if record.state == "draft":
                continue
            number = record.case_number
            letters = world.letters(number)
            if not letters[village] == letters.get("township") == letters.get("county"):
                yield f"{number}: {letters}"
            if any(outcome != "admitted" for _, outcome in letters[village]):
                yield f"{number}: {letters[village]}"
            if len(set(world.states(number).values())) > 1:
                yield f"{number}: {world.states(number)}"
            frames = [read_frame(row.frame, county.station.suite.digest) for row in county.store.letters.of_case(number)]
            scans = {one for frame in frames for one in ids_of(frame.letter.enclosures)}
            if county.store.enclosures.whole_of(scans) != scans:
                yield f"{number}: the county has not all scans"
    for name, node in world.nodes.items():
        letters_told = [fact[1] for fact in told.get(name, ()) if fact[0] == "letter"]
        yield from (f"{name}: {letter} is lost" for letter in letters_told if not node.store.letters.exists(letter))
