"""Which drives are removable, as Linux and as Windows tell it; both run here on what those systems would say."""

import ctypes
import os
from pathlib import Path

import pytest

from node.upkeep.drives import Drive, linux_places, readable_drives, removable_drives, windows_places

MOUNTS = r"""
/dev/sda2 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
/dev/sdb1 /media/example/USB\040STICK vfat rw,nosuid 0 0
/dev/sdc1 /run/media/example/OTHER exfat rw 0 0
/dev/sdd1 /srv/plugged vfat rw 0 0
/dev/sde1 /srv/fixed ext4 rw 0 0
/dev/sdf1 /media/example/LOCKED vfat ro 0 0
/dev/sr0 /media/example/CDROM iso9660 rw 0 0
tmpfs /media/example/none tmpfs rw 0 0
/dev/mmcblk0p1 /srv/card vfat rw 0 0
""".strip()


@pytest.fixture
def block(tmp_path: Path) -> Path:
    for name, removable in (("sda", 0), ("sdd", 1), ("sde", 0), ("mmcblk0", 1)):
        (tmp_path / "block" / name).mkdir(parents=True)
        (tmp_path / "block" / name / "removable").write_text(f"{removable}\n")
    return tmp_path / "block"


def test_linux_has_what_people_plugged_in_and_what_says_that_it_is_removable(tmp_path: Path, block: Path) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert [str(place) for place in linux_places(tmp_path / "mounts", block)] == [
        "/media/example/USB STICK", "/run/media/example/OTHER", "/srv/plugged", "/srv/card",
    ]  # fmt: skip


def test_what_is_mounted_for_reading_alone_is_there_for_reading(tmp_path: Path, block: Path) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    found = [str(place) for place in linux_places(tmp_path / "mounts", block, also_read_only=True)]
    assert {"/media/example/LOCKED", "/media/example/CDROM"} == set(found) - {
        "/media/example/USB STICK", "/run/media/example/OTHER", "/srv/plugged", "/srv/card",
    }  # fmt: skip


def test_a_drive_that_may_not_be_written_to_is_offered_for_reading_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("node.upkeep.drives.linux_places", lambda **_: iter([tmp_path]))
    monkeypatch.setattr("node.upkeep.drives.os.access", lambda place, mode: mode == os.R_OK)
    assert [one.read_only for one in readable_drives()] == [True]
    assert removable_drives() == []


def test_where_mounts_are_not_told_there_are_no_drives(tmp_path: Path) -> None:
    assert list(linux_places(tmp_path / "gone", tmp_path)) == []


class Kernel32:
    """What Windows answers on a PC with C:, a stick at E: and a network drive at Z:."""

    def GetLogicalDrives(self) -> int:  # noqa: N802  # as Windows calls it
        return 1 << 2 | 1 << 4 | 1 << 25

    def GetDriveTypeW(self, root: str) -> int:  # noqa: N802  # as Windows calls it
        return {"C:\\": 3, "E:\\": 2, "Z:\\": 4}[root]


def test_windows_has_the_letters_of_removable_drives() -> None:
    assert [str(place) for place in windows_places(Kernel32())] == ["E:\\"]


def test_windows_is_asked_where_it_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Windll:
        kernel32 = Kernel32()

    monkeypatch.setattr(ctypes, "windll", Windll(), raising=False)
    monkeypatch.chdir(tmp_path)
    assert removable_drives() == []
    (tmp_path / "E:\\").mkdir()
    (found,) = removable_drives()
    assert isinstance(found, Drive) and found.name == "E:\\" and found.free > 0
