"""The power is cut at any moment of a day's work: what was answered for is there, once, and the mailroom goes on.

A day at two villages, a township and a county is recorded: what each disk was told, and when somebody was answered. Each seed then takes
a moment of it and a station, undoes or tears what that station's disk was told and had not synced, and opens what is left.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from node.mail.mailroom import Mailroom
from sync.boxes import TakenIn
from tests.power.county import PARENTS, RecordedCounty
from tests.power.cuts import cuts, faults_after, faults_of_going_on
from tests.power.disk import Played, files_below

SEEDS, EVERY = range(300), 30
"""Seeds of cuts; of how many of them one goes on."""

NewCounty = Callable[..., RecordedCounty]
Look = Callable[..., Iterator[str]]


@pytest.fixture(scope="module")
def new_county(tmp_path_factory: pytest.TempPathFactory, plain_county: Path) -> NewCounty:
    """Make a county on a recorded disk, with settings of SQLite; the record ends when the patches are taken back."""
    return lambda patch, **pragmas: RecordedCounty(tmp_path_factory.mktemp("power"), plain_county, patch, pragmas)


@pytest.fixture(scope="module")
def day(new_county: NewCounty) -> RecordedCounty:
    """A day's work, as the program does it."""
    with pytest.MonkeyPatch.context() as patch:
        county = new_county(patch)
        work(county)
        county.close()
    return county


def work(county: RecordedCounty) -> None:
    """Letters and scans go up, decisions come down; one village is off the line for a while, one case is returned and comes again."""
    world = county.world
    first = county.submitted()
    world.settle()
    world.weather.down.add("village1")
    second, third = county.submitted(), county.submitted()
    county.acted("reviewer", first, "accepted")
    world.weather.down.clear()
    other = county.submitted("agent2")
    world.settle()
    county.acted("reviewer", first, "forwarded")
    county.acted("reviewer", second, "returned", reason="示例")
    county.acted("reviewer", other, "accepted")
    county.acted("reviewer", other, "forwarded")
    world.settle()
    county.acted("approver", first, "approved")
    county.acted("approver", other, "approved")
    county.acted("agent1", second, "submitted")
    county.acted("reviewer", third, "accepted")
    world.settle()


@pytest.fixture
def look(new_county: NewCounty, tmp_path: Path) -> Look:
    """What is found wrong after cuts in a short piece of work of a program that is given a fault once all stations stand."""

    def found(patch: pytest.MonkeyPatch, fault: Callable[[RecordedCounty], None] = lambda county: None, **pragmas: str) -> Iterator[str]:
        county = new_county(patch, **pragmas)
        fault(county)
        number = county.submitted()
        county.world.settle()
        county.acted("reviewer", number, "accepted")
        county.world.settle()
        county.close()
        patch.undo()
        for cut in cuts(county, SEEDS):
            yield from faults_after(cut, tmp_path / "cut")

    return found


def test_the_record_played_to_its_end_is_the_folder(day: RecordedCounty) -> None:
    played = Played(day.base)
    played.go(day.disk.ops)
    files = {name: data for station in PARENTS for name, data in played.station(station, None).items()}
    assert files == {day.disk.name(path): path.read_bytes() for path in files_below(day.disk.place)}


def test_after_a_cut_all_that_was_answered_for_is_there(day: RecordedCounty, tmp_path: Path) -> None:
    seen: set[str] = set()
    for cut in cuts(day, SEEDS):
        seen.add(cut.station)
        assert faults_after(cut, tmp_path / "cut") == []
    assert seen == set(PARENTS)


def test_after_a_cut_the_mailroom_goes_on_and_everything_arrives_once(day: RecordedCounty, tmp_path: Path) -> None:
    for cut in cuts(day, SEEDS[::EVERY]):
        assert faults_of_going_on(cut, tmp_path / "on") == []


@pytest.mark.parametrize("synchronous", ["normal", "off"])
def test_a_database_that_does_not_sync_at_each_commit_is_found_out(look: Look, monkeypatch: pytest.MonkeyPatch, synchronous: str) -> None:
    assert any("lost: parcel" in fault for fault in look(monkeypatch, synchronous=synchronous))


def test_a_mailroom_that_answers_before_it_has_kept_is_found_out(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in = Mailroom.take_in

    def give_fault(county: RecordedCounty) -> None:
        def hastily(mailroom: Mailroom, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
            with mailroom._store.transaction():
                taken = take_in(mailroom, parcels, came_from, road)
                county.receipts(taken.receipts)
            return taken

        monkeypatch.setattr(Mailroom, "take_in", hastily)

    assert any("lost: parcel" in fault for fault in look(monkeypatch, give_fault))


@pytest.mark.parametrize("place", ["file", "folder"])
def test_scans_of_which_the_bytes_or_the_name_are_not_synced_are_found_out(look: Look, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def give_fault(county: RecordedCounty) -> None:
        real = os.fsync
        is_folder = place == "folder"

        def lazily(handle: int) -> None:
            if stat.S_ISDIR(os.fstat(handle).st_mode) != is_folder:
                real(handle)

        monkeypatch.setattr(os, "fsync", lazily)

    found = look(monkeypatch, give_fault)
    assert any("lost: piece" in fault for fault in found)
