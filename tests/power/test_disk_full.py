"""The disk of a station is full: a clear word, nothing half done, and the work goes on when there is room again.

The disks are the recorded ones, which take so many bytes more and then no other: for the database the way SQLite meets a full disk, for
files the system's own error. That needs no rights and no file system of one's own.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.config import load_config, write_config
from node.errors import DiskFullError
from tests.journeys.world import World, picture, plainly_cleaned
from tests.power.county import RecordedCounty
from tests.power.cuts import differences
from tests.power.disk import Played, Told, put
from tests.power.facts import faults_of

ROOMS = (0, 3_000, 12_000, 40_000, 90_000)
"""Bytes that are left: nothing, less than a page, a few pages, a case without its scans, some of the scans."""

Step = Callable[[], object]


class FullDay:
    """Work at a county of which one station's disk is full; every step is tried once, and again when there is room."""

    def __init__(self, county: RecordedCounty, full: str) -> None:
        self.county = county
        self.full = full
        self.refused = 0
        self._undone: list[Step] = []

    def do(self, step: Step) -> None:
        """A person's step: it is done, or refused in the words for a full disk; nothing else."""
        try:
            step()
        except DiskFullError:
            self.refused += 1
            self._undone.append(step)

    def carry(self) -> None:
        """Couriers go as in a running station: what fails is told and tried again."""
        for _ in range(4):
            for node in self.county.world.nodes.values():
                if node.courier is not None:
                    self.refused += node.courier._carry_or_log(threading.Event()).failure is not None

    def make_room(self) -> None:
        """The disk takes everything again, and what was refused is tried again."""
        del self.county.disk.room[self.full]
        undone, self._undone = self._undone, []
        for step in undone:
            step()
        self.county.world.clock.move(minutes=5)
        self.county.world.settle()

    def faults(self, place: Path) -> list[str]:
        """What is wrong with the full disk as it lies there."""
        played = Played(self.county.base)
        played.go(self.county.disk.ops)
        put(played.station(self.full, None), place)
        told = [op.fact for op in self.county.disk.ops if isinstance(op, Told) and op.station == self.full]
        return faults_of(place / self.full, told)


@pytest.mark.parametrize("full", ["village1", "township", "county"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_full_disk_refuses_in_its_words_and_goes_on_when_there_is_room(
    full: str, room: int, plain_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = RecordedCounty(tmp_path, plain_county, monkeypatch, {})
    world, day = county.world, FullDay(county, full)
    first, second = county.submitted(), county.submitted("agent2")
    world.settle()
    county.disk.room[full] = room

    day.do(lambda: county.submitted())
    day.do(lambda: county.acted("reviewer", first, "accepted"))
    day.do(lambda: county.acted("reviewer", second, "returned", reason="示例"))
    day.carry()

    assert day.refused > 0
    assert day.faults(tmp_path / "full") == []
    assert not list((county.disk.place / full).rglob("*.*.part")), "what could not be written whole leaves nothing"
    day.make_room()
    told = {full: [op.fact for op in county.disk.ops if isinstance(op, Told) and op.station == full]}
    assert list(differences(world, told)) == []
    assert {first: "accepted", second: "returned"} == {one: world.states(one)["county"] for one in (first, second)}
    assert day.faults(tmp_path / "again") == []
    county.close()


def test_on_a_villages_disk_at_its_floor_no_scan_is_taken_and_forms_still_come_and_go(plain_county: Path, tmp_path: Path) -> None:
    world = World(tmp_path / "county", plain_county)
    for node in world.nodes.values():
        node.desk._drafts._clean = plainly_cleaned
    number, draft = world.submitted(), world.filled().line.case_number
    config = load_config(world.place / "village1")
    write_config(world.place / "village1", replace(config, limits=replace(config.limits, free_disk_mib=999_999)))
    village, agent = world.start("village1"), world.person("agent1")
    village.desk._drafts._clean = plainly_cleaned

    material = village.store.materials.list(draft)[0].material
    with pytest.raises(DiskFullError):
        village.desk.attach(agent, draft, material, 2, picture("no room"))

    assert not any(page.page == 2 for page in village.store.materials.list(draft))
    world.act("agent1", draft, "submitted")
    world.settle()
    world.act("reviewer", number, "returned", reason="示例")
    world.settle()
    assert world.states(draft)["county"] == "submitted" and world.states(number)["village1"] == "returned"
    world.close()
