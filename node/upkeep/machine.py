"""The machine's memory: one answer, found in another way on each system."""

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMINFO = Path("/proc/meminfo")
WINDLL: Any = getattr(ctypes, "windll", None)
"""The calls of Windows; None on other systems."""


@dataclass(frozen=True)
class Memory:
    """Of the whole machine, in bytes."""

    total: int
    available: int


class WindowsMemory(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("total_page_file", ctypes.c_uint64),
        ("available_page_file", ctypes.c_uint64),
        ("total_virtual", ctypes.c_uint64),
        ("available_virtual", ctypes.c_uint64),
        ("available_extended", ctypes.c_uint64),
    ]


def memory(meminfo: Path = MEMINFO, windll: Any = WINDLL) -> Memory | None:
    """The machine's memory; None where the system does not tell it."""
    if windll is not None:
        status = WindowsMemory(length=ctypes.sizeof(WindowsMemory))
        found = windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return Memory(status.total, status.available) if found else None
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        facts = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines) if rest.strip()}
    except (OSError, ValueError):
        return None
    if "MemTotal" not in facts or "MemAvailable" not in facts:
        return None
    return Memory(facts["MemTotal"], facts["MemAvailable"])
