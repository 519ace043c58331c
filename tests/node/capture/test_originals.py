"""What becomes of originals: by policy, and never while somebody may still need them."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.config import ScanningSettings
from node.scanning.shot import Plan
from node.upkeep.restore import restore
from tests.node.capture.conftest import Bench
from tests.node.paperwork.conftest import Villages, with_plain_pictures


def left(bench: Bench) -> list[str]:
    """Sweep; the shots that are still here with their files."""
    bench.originals.sweep(bench.world.clock.now())
    files = bench.files("shots")
    rows = bench.store.shots.of_case(bench.number)
    for row in rows:
        name = row.file_id.partition(":")[2]
        assert f"{name[:2]}/{name}" in files
    return [row.shot for row in rows]


@pytest.fixture
def shots(bench: Bench) -> tuple[str, str]:
    """One that a page was made of, and one that waits."""
    kept, waits = bench.take("kept"), bench.take("waits")
    bench.keep(kept)
    return kept.record.shot, waits.record.shot


@pytest.mark.parametrize("policy", ["until_submitted", "days"])
def test_while_a_case_is_filled_in_nothing_of_it_goes(bench: Bench, shots: tuple[str, str], policy: str) -> None:
    bench.policy = ScanningSettings(originals=policy, originals_days=1)
    bench.world.clock.move(days=400)
    assert set(left(bench)) == set(shots)
    bench.world.clock.move(days=-400)


def test_with_the_submission_all_go(bench: Bench, shots: tuple[str, str]) -> None:
    before = bench.files("shots")
    bench.submit()
    assert left(bench) == [] and len(bench.files("shots")) == len(before) - 2


def test_originals_of_kept_pages_stay_for_so_many_days_and_what_became_no_page_does_not(bench: Bench, shots: tuple[str, str]) -> None:
    bench.policy = ScanningSettings(originals="days", originals_days=7)
    bench.submit()
    assert left(bench) == [shots[0]]
    bench.world.clock.move(days=6)
    assert left(bench) == [shots[0]]
    bench.world.clock.move(days=1)
    assert left(bench) == []
    bench.world.clock.move(days=-7)


def test_where_originals_never_stay_a_power_cut_after_the_page_is_made_up_for(bench: Bench, shots: tuple[str, str]) -> None:
    bench.policy = ScanningSettings(originals="never")
    assert left(bench) == [shots[1]]


def test_shots_of_a_case_that_is_not_there_any_more_go(bench: Bench, shots: tuple[str, str]) -> None:
    bench.policy = ScanningSettings(originals="days")
    bench.store.cases.delete(bench.number)
    assert left(bench) == []


def test_practice_that_is_wiped_takes_its_shots_along(bench: Bench) -> None:
    learner = replace(bench.agent, practice=True)
    number = bench.node.desk.open_case(learner, "gaoling").line.case_number
    files = bench.files("shots")
    practice = replace(bench, number=number)
    bench.tray.take(learner, number, "mat_bank", "camera", b"\xff\xd8\xff practice")
    bench.node.desk.wipe_practice(learner)
    assert practice.store.shots.of_case(number) == [] and bench.files("shots") == files


def test_a_station_sweeps_by_itself(bench: Bench, shots: tuple[str, str]) -> None:
    bench.submit()
    bench.node.chores.run_due(all_of_them=True, without=("backup", "health"))
    assert bench.store.shots.of_case(bench.number) == []


def test_a_backup_holds_the_shots_and_a_restored_village_makes_pages_of_them(bench: Bench, shots: tuple[str, str], tmp_path: Path) -> None:
    lost = bench.take("lost")
    bench.store.shots.drop(lost.record.file_id)
    backup = bench.node.backups.backup
    code = backup.keys.renew("test")
    backup.write(tmp_path / "a.backup")
    again = Villages(tmp_path, tmp_path)
    restore(tmp_path / "a.backup", tmp_path / "village1", code, bench.world.clock)
    again.start("village1")
    try:
        there = replace(bench, world=with_plain_pictures(again))
        found = there.tray.shots(there.agent, there.number)
        assert {one.record.shot for one in found} == set(shots), "a row without its file does not come back"
        assert [there.tray.raw(one) for one in found] == [bench.tray.raw(one) for one in found]
        assert there.keeping.reopen(there.agent, there.number, "mat_bank", 1).front.shot == shots[0]
        there.keep(found[1] if found[0].page else found[0], Plan(turn=90))
        assert len(there.pages()) == 2
    finally:
        again.close()
        bench.tray.discard(bench.agent, bench.number, lost.record.shot)
