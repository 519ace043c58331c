"""The health check of unit seals: what ends, what is gone from the disk, what was lost and not replaced."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.enrolment.office import opened
from node.seals.status import Entry, StatusBook, make_list
from node.upkeep.findings import Grade
from tests.founding import founded_county
from tests.node.upkeep.patients import Patient


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded_county(tmp_path_factory, "p256")


@pytest.fixture
def village(tmp_path: Path, founded: Path) -> Patient:
    return Patient(Path(shutil.copytree(founded / "village1", tmp_path / "village1")))


def told(village: Patient) -> dict[str, Grade]:
    with village.doctor() as (doctor, _):
        return {one.code: one.grade for one in doctor.examine() if one.code.startswith("seal")}


def test_seals_are_counted_and_those_that_end_are_told_in_time(village: Patient) -> None:
    assert told(village) == {"seals": Grade.GOOD}
    start = village.clock.now()
    for days, found in ((-50, {"seals_ends": Grade.NOTE}), (-10, {"seals_ends_soon": Grade.BAD}), (5, {"seals_ended": Grade.BAD})):
        village.clock.at = start + timedelta(days=5 * 365 + days)
        assert told(village) == found


def test_a_key_file_that_is_gone_is_told(village: Patient) -> None:
    next(village.folder.keys.glob("seal-*.key")).unlink()
    assert told(village) == {"seal_key_missing": Grade.BAD}


def test_a_lost_seal_is_told_until_another_takes_its_place(village: Patient, founded: Path) -> None:
    with opened(founded / "county", village.clock) as county, opened(village.place, village.clock) as office:
        trust, _ = office.register()
        maker = county.keys.own_certificate("seal_maker")
        trust.add(maker.der)
        office.keep(maker)
        row = next(one for one in office.store.held_seals.all() if one.kind == "unit")
        entry = Entry(row.seal or "", row.seal_id or "", "lost", village.clock.now(), None, "丢失")
        book = StatusBook(office.store, office.suite, trust)
        listed = book.check(make_list(1, village.clock.now(), (entry,), county.seal_maker()))
        assert listed is not None
        book.keep(listed)
    assert told(village) == {"seals_lost": Grade.NOTE}
    with village.store() as store:
        store.held_seals.put(replace(row, key_name="seal-new", seal=None))
    assert told(village) == {"seal_key_missing": Grade.BAD}
