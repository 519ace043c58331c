"""Removable drives (U盘) that are in the machine now: where they are, what they are called, and how much room they have.

Linux tells by its files, Windows by two calls; both are given, so that each branch runs anywhere.
"""

import ctypes
import os
import re
import string
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.store.files import free_bytes

DRIVE_REMOVABLE = 2
WHERE_USERS_MOUNT = ("/media/", "/run/media/", "/mnt/")
"""Places for what people plug in. A drive that says that it is removable counts wherever it is."""

_ESCAPED = re.compile(r"\\([0-7]{3})")
_DEVICE = re.compile(r"/dev/(sd[a-z]+|mmcblk\d+|nvme\d+n\d+|vd[a-z]+)(p?\d+)?")
READ_ONLY = {"iso9660", "udf", "squashfs"}


@dataclass(frozen=True)
class Drive:
    """One drive: the folder where it is, its name for people, its free bytes, and whether it can only be read."""

    place: Path
    name: str
    free: int
    read_only: bool = False


def removable_drives() -> list[Drive]:
    """The drives of this machine that can be written to, by name."""
    return [drive for drive in readable_drives() if not drive.read_only]


def readable_drives() -> list[Drive]:
    """The drives of this machine, by name, also those whose switch stands on read only."""
    windll: Any = getattr(ctypes, "windll", None)
    places = linux_places(also_read_only=True) if windll is None else windows_places(windll.kernel32)
    return sorted(_looked_at(places), key=lambda drive: drive.name)


def linux_places(mounts: Path = Path("/proc/mounts"), block: Path = Path("/sys/block"), *, also_read_only: bool = False) -> Iterator[Path]:
    """Where Linux has removable drives mounted, for writing or also for reading alone."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        device, place, kind, options = (line.split(" ") + [""] * 4)[:4]
        place = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), place)
        can_write = "rw" in options.split(",") and kind not in READ_ONLY
        if not device.startswith("/dev/") or not (can_write or also_read_only):
            continue
        if place.startswith(WHERE_USERS_MOUNT) or _is_removable(device, block):
            yield Path(place)


def _is_removable(device: str, block: Path) -> bool:
    found = _DEVICE.fullmatch(device)
    if found is None:
        return False
    with suppress(OSError):
        return (block / found[1] / "removable").read_text(encoding="ascii").strip() == "1"
    return False


def windows_places(kernel: Any) -> Iterator[Path]:
    """The letters of removable drives; `kernel` is kernel32, or what a test puts in its place."""
    letters = int(kernel.GetLogicalDrives())
    for place, letter in enumerate(string.ascii_uppercase):
        if letters >> place & 1 and kernel.GetDriveTypeW(f"{letter}:\\") == DRIVE_REMOVABLE:
            yield Path(f"{letter}:\\")


def _looked_at(places: Iterator[Path], free: Callable[[Path], int] = free_bytes) -> Iterator[Drive]:
    for place in places:
        # A reader without a card, or a drive that was just pulled out.
        with suppress(OSError):
            if os.access(place, os.R_OK):
                yield Drive(place, place.name or str(place), free(place), not os.access(place, os.W_OK))
