"""This machine, as far as the installer must know it: the only place that asks the system what it is."""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SYSTEMD = Path("/run/systemd/system")


@dataclass(frozen=True)
class Machine:
    """`is_root`: may install for everybody. `has_systemd`: it runs, not only lies there."""

    windows: bool
    is_root: bool
    has_systemd: bool
    home: Path
    everybody: Path
    desktop: Path
    python: str

    @property
    def kind(self) -> str:
        """System and processor, as a technician names them."""
        return f"{platform.system()} {platform.machine()}"

    @property
    def target(self) -> Path:
        """Where a station is installed when nothing else is said."""
        if self.windows:
            return self.everybody / "Yizhan"
        return self.everybody / "yizhan" if self.is_root else self.home / "yizhan"


def this_machine(
    system: str = os.name, environment: Mapping[str, str] = os.environ, systemd: Path = SYSTEMD, user_id: int | None = None
) -> Machine:
    """The machine that this runs on; every fact can be given, for tests."""
    windows = system == "nt"
    home = Path(environment.get("USERPROFILE" if windows else "HOME") or Path.home())
    if user_id is None:
        ask = getattr(os, "geteuid", None)
        user_id = ask() if ask else 0
    return Machine(
        windows=windows,
        # On Windows the scheduled task is made or refused by the system itself.
        is_root=windows or user_id == 0,
        has_systemd=not windows and systemd.is_dir(),
        home=home,
        everybody=Path(environment.get("ProgramData") or r"C:\ProgramData") if windows else Path("/opt"),
        desktop=Path(environment.get("PUBLIC") or home) / "Desktop" if windows else home / "Desktop",
        python=sys.executable,
    )


def free_mb(place: Path) -> int:
    """The room on the disk where `place` is or will be."""
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free // 1_000_000
