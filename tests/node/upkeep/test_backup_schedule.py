"""Backups that come round: at their time, after it when the machine was off, as many as are kept, and onto the stick that is there."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from node.assemble import Node
from node.config import BackupSettings
from node.errors import NotAllowedError, RequestError
from node.upkeep.archive import check_outside
from node.upkeep.backup import Backup
from node.upkeep.backup_schedule import Backups
from node.upkeep.drives import Drive
from tests.fakes import SetClock

NOON = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""Half past twelve in the county."""


@pytest.fixture
def make(village: Node, tmp_path: Path) -> Iterator[Callable[..., tuple[Backups, SetClock]]]:
    """Backups of a village that has a recovery code, on a clock of one's own."""
    village.backups.backup.keys.renew("test")
    made: list[Backups] = []

    def get(drives: tuple[Drive, ...] = (), **settings: object) -> tuple[Backups, SetClock]:
        clock = SetClock(NOON)
        folder = village.backups.backup._folder
        chosen = BackupSettings(folder=str(tmp_path / "kept"), **settings)  # type: ignore[arg-type]
        made.append(Backups(village.backups.backup, village.store, chosen, folder, clock, lambda: list(drives)))
        return made[-1], clock

    yield get
    for one in made:
        one.close()


def run(backups: Backups, clock: SetClock) -> int:
    """What the chore does now; how many backups there are then."""
    backups.run_if_due(clock.now())
    backups.wait()
    return len(backups.kept())


def test_it_is_made_at_its_time_once_a_day(make: Callable[..., tuple[Backups, SetClock]]) -> None:
    backups, clock = make()
    assert run(backups, clock) == 1
    for minutes in (1, 60, 1300):
        clock.at = NOON + timedelta(minutes=minutes)
        assert run(backups, clock) == 1
    clock.at = NOON + timedelta(days=1)
    assert run(backups, clock) == 2
    last = backups.last()
    assert last is not None and last.verified and last.error is None and last.at == clock.now()
    assert check_outside(Path(last.path)).made_at


def test_one_that_was_missed_is_made_after_the_next_start(make: Callable[..., tuple[Backups, SetClock]]) -> None:
    backups, clock = make()
    run(backups, clock)
    clock.at = NOON + timedelta(days=1, hours=-2)
    assert run(backups, clock) == 1
    later, clock = make()
    clock.at = NOON + timedelta(days=3, hours=5)
    assert run(later, clock) == 2


def test_the_time_is_the_countys(make: Callable[..., tuple[Backups, SetClock]]) -> None:
    backups, clock = make(at=time(2, 0))
    clock.at = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert run(backups, clock) == 1
    clock.at += timedelta(minutes=59)
    assert run(backups, clock) == 1
    clock.at += timedelta(minutes=2)
    assert run(backups, clock) == 2


def test_a_clock_that_was_far_ahead_does_not_stop_backups(make: Callable[..., tuple[Backups, SetClock]]) -> None:
    backups, clock = make()
    clock.at = NOON + timedelta(days=4000)
    assert run(backups, clock) == 1
    again, clock = make()
    assert run(again, clock) == 2


def test_only_the_newest_are_kept(make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path) -> None:
    backups, clock = make(keep=3)
    for day in range(5):
        clock.at = NOON + timedelta(days=day)
        run(backups, clock)
    (tmp_path / "kept" / "mine.backup").write_text("not ours")
    assert [one.made_at for one in backups.kept()] == [NOON + timedelta(days=day) for day in (4, 3, 2)]
    assert len(list((tmp_path / "kept").iterdir())) == 4


def test_a_failure_is_remembered_leaves_the_earlier_and_is_tried_again_after_an_hour(
    make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path
) -> None:
    backups, clock = make()
    run(backups, clock)
    earlier = backups.kept()[0].path.read_bytes()
    clock.at = NOON + timedelta(days=1)
    # Somebody has put a file of this name there.
    blocked = tmp_path / "kept" / f"yizhan-{backups.backup.station}-20261124-123000.backup"
    blocked.write_text("")
    run(backups, clock)
    last = backups.last()
    assert last is not None and (last.error, last.verified) == ("backup_exists", False)
    blocked.unlink()
    clock.move(minutes=30)
    assert run(backups, clock) == 1
    clock.move(minutes=31)
    assert run(backups, clock) == 2
    assert backups.kept()[1].path.read_bytes() == earlier


def test_what_is_kept_is_what_the_health_page_reads(make: Callable[..., tuple[Backups, SetClock]], village: Node) -> None:
    backups, clock = make()
    run(backups, clock)
    kept = json.loads(village.store.meta.get("backup_last") or "")
    assert kept["at"] == "2026-11-23T04:30:00Z" and kept["verified"] is True and kept["error"] is None and kept["size"] > 1000


def test_without_a_recovery_code_nothing_is_tried(village: Node, tmp_path: Path) -> None:
    backups = village.backups
    backups.run_if_due(NOON)
    backups.wait()
    assert backups.last() is None and not backups.folder.exists()
    with pytest.raises(NotAllowedError, match="no_recovery_code"):
        backups.start(None)


def stick(tmp_path: Path, name: str = "STICK") -> Drive:
    (tmp_path / name).mkdir()
    return Drive(tmp_path / name, name, 1 << 30)


def test_a_stick_with_the_folder_gets_a_copy_that_is_read_back(make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path) -> None:
    other, ours = stick(tmp_path, "OTHER"), stick(tmp_path)
    (ours.place / "驿站备份").mkdir()
    backups, clock = make(drives=(other, ours), usb="驿站备份")
    run(backups, clock)
    last = backups.last()
    assert last is not None and (last.usb, last.usb_error) == ("STICK", None)
    (copy,) = (ours.place / "驿站备份").iterdir()
    assert copy.read_bytes() == backups.kept()[0].path.read_bytes()
    assert not list(other.place.iterdir())


def test_a_copy_that_fails_does_not_undo_the_backup(make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path) -> None:
    ours = stick(tmp_path)
    folder = ours.place / "驿站备份"
    folder.mkdir()
    backups, clock = make(drives=(ours,), usb="驿站备份")
    (folder / f"yizhan-{backups.backup.station}-20261123-123000.backup").write_text("there before")
    assert run(backups, clock) == 1
    last = backups.last()
    assert last is not None and (last.verified, last.usb, last.usb_error) == (True, None, "backup_exists")


def test_one_can_be_made_onto_a_drive_by_hand(make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path) -> None:
    backups, clock = make(drives=(stick(tmp_path),))
    backups.start("STICK")
    backups.wait()
    (written,) = (tmp_path / "STICK").iterdir()
    check_outside(written)
    assert backups.kept() == []
    # The day's backup into the folder is made all the same.
    clock.move(hours=2)
    assert run(backups, clock) == 1
    with pytest.raises(RequestError, match="drive_gone"):
        backups.start("GONE")


def test_while_one_is_made_another_is_refused_and_closing_stops_it(
    make: Callable[..., tuple[Backups, SetClock]], village: Node, tmp_path: Path
) -> None:
    for _ in range(30):
        data = os.urandom(1 << 20)
        village.store.enclosures.put_whole(village.station.suite.digest(data), data)
    backups, _ = make()
    backups.start(None)
    with pytest.raises(RequestError, match="backup_running"):
        backups.start(None)
    assert backups.running() is not None
    backups.close()
    assert backups.running() is None and backups.kept() == [] and backups.last() is None
    assert not list((tmp_path / "kept").iterdir())


class FullDisk:
    """A disk that has just too little room for one more, until something on it goes; it lacks `missing` files' worth."""

    def __init__(self, missing: float) -> None:
        self.missing = missing
        self.full = 0

    def free(self, folder: Path) -> int:
        size = sum(path.stat().st_size for path in folder.glob("*.backup"))
        self.full = self.full or size
        needed = 1 << 20
        return needed + self.full - size - int(self.missing * self.full / 4)


@pytest.mark.parametrize(("missing", "left"), [(0.5, 4), (1.5, 3), (9, 4)])
def test_old_ones_make_room_when_that_is_enough_but_never_the_newest(
    missing: float, left: int, make: Callable[..., tuple[Backups, SetClock]], village: Node
) -> None:
    backups, clock = make()
    for day in range(4):
        clock.at = NOON + timedelta(days=day)
        run(backups, clock)
    newest, keys = backups.kept()[0].path, backups.backup.keys
    floor_bytes = (1 << 20) - backups.backup.needed_bytes()
    backups.backup = Backup(village.station, backups.backup._folder, village.store, keys, clock, floor_bytes, free=FullDisk(missing).free)
    clock.at = NOON + timedelta(days=9)
    run(backups, clock)
    last = backups.last()
    assert last is not None and last.error == (None if missing < 4 else "disk_full")
    assert len(backups.kept()) == left and newest in [one.path for one in backups.kept()]


def test_what_a_power_cut_left_is_swept_away(make: Callable[..., tuple[Backups, SetClock]], tmp_path: Path) -> None:
    backups, clock = make()
    (tmp_path / "kept").mkdir()
    left = tmp_path / "kept" / "yizhan-13102510520101-20261101-123000.backup.0a1b2c3d.part"
    left.write_text("half")
    os.utime(left, (0, 0))
    run(backups, clock)
    assert not left.exists()
