"""A backup is whole and read back, or it is not there; it can be made while others write."""

import errno
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.errors import DiskFullError, NotAllowedError, RequestError, StoreError
from node.upkeep.archive import check_outside, read_header
from node.upkeep.backup import Backup, written_beside
from node.upkeep.contents import FILE_PATH
from node.upkeep.restore import restore
from tests.fakes import SetClock

STEPS = ("rows", "enclosures", "reading")


class CutError(Exception):
    """Something goes wrong in the middle."""


def ready(node: Node) -> str:
    """The recovery code of a village that can make backups from now on."""
    return node.backups.backup.keys.renew("test")


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_a_backup_holds_every_key_scan_and_row(suite: str, open_village: Callable[..., Node], tmp_path: Path) -> None:
    node = open_village(suite)
    ready(node)
    report = node.backups.backup.write(tmp_path / "a.backup")
    place = tmp_path / f"village-{suite}"
    carried = {name for name in files_of(place) if FILE_PATH.fullmatch(name)}
    assert {name for name in files_of(place) if not name.startswith(("yizhan.db", "enclosures/"))} == {
        name for name in carried if not name.startswith("enclosures/")
    }
    assert report.enclosures == node.store.dump.whole_bytes()[0] > 0 and report.missing == 0
    assert report.files + report.enclosures == len(carried)
    assert report.size_bytes == (tmp_path / "a.backup").stat().st_size
    assert check_outside(tmp_path / "a.backup").station == node.station.station
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_without_a_recovery_code_there_is_no_backup(village: Node, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError, match="no_recovery_code"):
        village.backups.backup.write(tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


def test_another_file_is_never_overwritten(village: Node, tmp_path: Path) -> None:
    ready(village)
    (tmp_path / "a.backup").write_bytes(b"something else")
    with pytest.raises(RequestError, match="backup_exists"):
        village.backups.backup.write(tmp_path / "a.backup")
    assert (tmp_path / "a.backup").read_bytes() == b"something else"


def test_a_file_that_came_meanwhile_is_not_overwritten_either(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="backup_exists"), written_beside(tmp_path / "a") as (file, _):
        file.write(b"ours")
        (tmp_path / "a").write_bytes(b"theirs")
    assert (tmp_path / "a").read_bytes() == b"theirs" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_told(village: Node, tmp_path: Path) -> None:
    ready(village)
    with pytest.raises(RequestError, match="backup_folder"):
        village.backups.backup.write(tmp_path / "gone" / "a.backup")


@pytest.mark.parametrize("step", STEPS)
def test_one_that_is_stopped_at_any_step_leaves_nothing(step: str, village: Node, tmp_path: Path) -> None:
    ready(village)
    village.backups.backup.write(tmp_path / "before.backup")
    before = (tmp_path / "before.backup").read_bytes()

    def stop(at: str, _done: int, _total: int) -> None:
        if at == step:
            raise CutError

    with pytest.raises(CutError):
        village.backups.backup.write(tmp_path / "a.backup", stop)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["before.backup"]
    assert (tmp_path / "before.backup").read_bytes() == before


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_is_killed_at_any_step_leaves_no_file_of_that_name(step: str, village: Node, tmp_path: Path) -> None:
    ready(village)
    target = tmp_path / "a.backup"
    killed = (
        "import os, sys\nfrom pathlib import Path\nfrom node.assemble import assemble\nfrom node.clock import SystemClock\n"
        "node = assemble(Path(sys.argv[1]), SystemClock())\n"
        "node.backups.backup.write(Path(sys.argv[2]), lambda step, done, total: os._exit(9) if step == sys.argv[3] else None)\n"
    )
    place = str(tmp_path / "village-p256")
    assert subprocess.run([sys.executable, "-c", killed, place, str(target), step], check=False).returncode == 9
    assert not target.exists()
    village.backups.backup.write(target)
    check_outside(target)


def test_a_disk_that_becomes_full_keeps_nothing(village: Node, tmp_path: Path) -> None:
    ready(village)
    writing = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom node.assemble import assemble\nfrom node.clock import SystemClock\n"
        "from node.errors import RequestError\n"
        "node = assemble(Path(sys.argv[1]), SystemClock())\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "try:\n    node.backups.backup.write(Path(sys.argv[2]))\nexcept RequestError as error:\n    print(error.code)\n"
    )
    target = tmp_path / "out" / "a.backup"
    target.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", writing, str(tmp_path / "village-p256"), str(target)], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "backup_file_limit"
    assert list(target.parent.iterdir()) == []


def test_too_little_room_is_said_before_anything_is_written(village: Node, tmp_path: Path) -> None:
    ready(village)
    backup = village.backups.backup
    greedy = Backup(village.station, backup._folder, village.store, backup.keys, SetClock(), floor_bytes=1 << 62)
    with pytest.raises(DiskFullError):
        greedy.write(tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


def test_a_write_that_finds_no_space_is_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError), written_beside(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(StoreError), written_beside(tmp_path / "a"):
        raise OSError(errno.EIO, "Input/output error")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0.0, 0.005, 0.5, 0.9999])
def test_a_disk_that_gives_back_other_bytes_is_found_out(place: float, village: Node, tmp_path: Path) -> None:
    ready(village)

    def spoil(step: str, done: int, total: int) -> None:
        if step == "reading" and done == 0:
            (beside,) = tmp_path.glob("a.backup.*")
            with beside.open("r+b") as file:
                file.seek(int(total * place))
                file.write(b"\0\0\0\0")

    with pytest.raises(RequestError, match="backup_read_back"):
        village.backups.backup.write(tmp_path / "a.backup", spoil)
    assert not list(tmp_path.glob("a.backup*"))


def test_a_scan_that_is_damaged_is_counted_and_left_out(village: Node, tmp_path: Path) -> None:
    ready(village)
    scan = next(path for path in (tmp_path / "village-p256" / "enclosures").rglob("*") if path.is_file())
    data = scan.read_bytes()
    scan.write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
    report = village.backups.backup.write(tmp_path / "a.backup")
    assert report.missing == 1


def test_what_was_erased_is_in_no_later_backup(village: Node, tmp_path: Path) -> None:
    code = ready(village)
    ((_, gone),) = village.store.dump.whole(0, 1)
    village.store.enclosures.erase(gone)
    village.backups.backup.write(tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    name = gone.partition(":")[2]
    assert name not in {path.name for path in (tmp_path / "back" / "enclosures").rglob("*")}


def test_a_backup_made_while_others_write_never_holds_half_of_a_change(
    village: Node, open_village: Callable[..., Node], tmp_path: Path
) -> None:
    code, stop, pairs = ready(village), threading.Event(), 0

    def write() -> None:
        nonlocal pairs
        while not stop.is_set():
            with village.store.transaction():
                village.store.counters.next("left")
                village.store.meta.set("right", str(pairs + 1))
            pairs += 1
        village.store.close_thread()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            before = pairs
            village.backups.backup.write(tmp_path / f"{number}.backup")
            assert pairs > before or number == 0
    finally:
        stop.set()
        writer.join()
    seen = set()
    for number in range(8):
        restore(tmp_path / f"{number}.backup", tmp_path / f"back{number}", code, SetClock())
        back = open_village(place=tmp_path / f"back{number}")
        assert str(back.store.counters.peek("left")) == (back.store.meta.get("right") or "0")
        seen.add(back.store.counters.peek("left"))
    assert len(seen) > 1


def test_writers_do_not_wait_for_a_backup(village: Node, tmp_path: Path) -> None:
    ready(village)
    written = []

    def write(step: str, _done: int, _total: int) -> None:
        if step == "rows":
            other = threading.Thread(target=village.store.counters.next, args=("meanwhile",))
            other.start()
            other.join(5)
            written.append(not other.is_alive())

    village.backups.backup.write(tmp_path / "a.backup", write)
    assert written and all(written)


def test_it_needs_little_memory(village: Node, tmp_path: Path) -> None:
    ready(village)
    village.backups.backup.write(tmp_path / "warm.backup")
    for number in range(60):
        data = os.urandom(1 << 20)
        village.store.enclosures.put_whole(village.station.suite.digest(data), data)
        assert number is not None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = village.backups.backup.write(tmp_path / "a.backup")
    assert report.size_bytes > 60 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


def test_the_header_says_whose_it_is_and_nothing_of_the_code(village: Node, tmp_path: Path) -> None:
    code = ready(village)
    village.backups.backup.write(tmp_path / "a.backup")
    header = read_header(tmp_path / "a.backup")
    assert (header.station, header.suite) == (village.station.station, "p256")
    data = (tmp_path / "a.backup").read_bytes()
    assert code.encode() not in data and code.replace("-", "").encode() not in data
    assert replace(header, station="1").to_bytes() != header.to_bytes()
