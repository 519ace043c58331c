"""Checks of the machine: room on the disk, who may read the folder, memory."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from node.enrolment.office import enclosure_folder
from node.upkeep.findings import Finding, Subject, bad, good, note

MIB = 1024 * 1024
LOW_DISK = 1024 * MIB
"""Above the reserve; a village's scans of some weeks."""
LOW_MEMORY = 150 * MIB
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def disk(subject: Subject) -> tuple[Finding, ...]:
    """The room left, the reserve that no scan may touch, and what the station itself takes."""
    reserve = subject.config.limits.free_disk_mib * MIB
    folders = {subject.folder.root, enclosure_folder(subject.folder, subject.config)}
    left = min(subject.free(folder) for folder in folders if folder.exists())
    facts = {
        "free_mib": left // MIB,
        "reserve_mib": reserve // MIB,
        "enclosures_mib": subject.store.enclosures.bytes_here() // MIB,
        "database_mib": _size(subject.folder.database) // MIB,
    }
    if left < reserve:
        return (bad("disk_full", **facts),)
    return (note("disk_low", **facts) if left < reserve + LOW_DISK else good("disk_room", **facts),)


def modes(subject: Subject, system: str = os.name) -> tuple[Finding, ...]:
    """Whether only the station's own user can read its folder; Windows has other means, which its installer sets."""
    if system == "nt":
        return ()
    open_to_others = sum(1 for path in _private(subject) if stat.S_IMODE(path.stat().st_mode) & OTHERS)
    return (bad("folder_open", count=open_to_others) if open_to_others else good("folder_private"),)


def _private(subject: Subject) -> Iterator[Path]:
    folder = subject.folder
    for path in (folder.root, folder.keys, folder.enclosures, folder.database, folder.machine_secret):
        if path.exists():
            yield path
    if folder.keys.is_dir():
        yield from (path for path in folder.keys.iterdir() if path.is_file())


def memory(subject: Subject) -> tuple[Finding, ...]:
    """What the machine has left for programs."""
    found = subject.memory()
    if found is None:
        return ()
    facts = {"available_mib": found.available // MIB, "total_mib": found.total // MIB}
    return (note("memory_low", **facts) if found.available < LOW_MEMORY else good("memory", **facts),)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
