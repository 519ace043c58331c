"""The steps after the program is there: whose it is, what starts it at boot, and starting it now."""

import os
import stat
import threading
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.error import URLError

from installer import services
from installer.machine import Machine
from installer.steps import Step, StepError
from installer.words import say
from node.upkeep.environment import InstallError
from node.upkeep.processes import health_url
from node.upkeep.versions import Versions

UP_WITHIN_S = 60
Run = Callable[[Sequence[str]], None]


class Starting:
    """Makes a station start by itself: a systemd unit, an autostart entry, or a scheduled task."""

    def __init__(self, machine: Machine, versions: Versions, run: Run, tell: Callable[[str], None], units: Path = services.UNIT) -> None:
        self._machine = machine
        self._versions = versions
        self._target = versions.root
        self._run = run
        self._tell = tell
        self._unit = units

    @property
    def url(self) -> str:
        """Where the station's page is."""
        return health_url(self._versions.station).removesuffix("healthz")

    @property
    def command(self) -> str:
        """What starts the station by hand."""
        return str(self._target / ("start.cmd" if self._machine.windows else "start.sh"))

    def steps(self, *, at_boot: bool = True) -> list[Step]:
        """What this system needs; not `at_boot`, only the script that starts the station by hand."""
        if not at_boot:
            return [Step(say("script"), self._script)]
        if self._machine.windows:
            return [
                Step(say("task_rights"), self._windows_rights),
                Step(say("service"), self._windows_service),
                Step(say("shortcut"), self._shortcut),
                Step(say("start"), self._windows_start),
            ]
        if self._machine.is_root:
            return [
                Step(say("service"), self._unit_and_script),
                Step(say("user", user=services.USER), self._user),
                Step(say("rights"), self._rights),
                Step(say("start"), self._enable),
            ]
        return [Step(say("service"), self._autostart), Step(say("shortcut"), self._shortcut)]

    def _script(self) -> None:
        if self._machine.windows:
            _write(self._target / "start.cmd", services.start_command(), newline="")
            return
        path = self._target / "start.sh"
        _write(path, services.start_script())
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def _unit_and_script(self) -> None:
        self._script()
        if self._machine.has_systemd:
            _write(self._unit, services.unit(self._target))

    def _user(self) -> None:
        try:
            self._run(["id", services.USER])
            self._tell(say("already"))
        except InstallError:
            home = ["--home-dir", str(self._target), "--no-create-home"]
            self._run(["useradd", "--system", "--user-group", *home, "--shell", "/usr/sbin/nologin", services.USER])

    def _rights(self) -> None:
        self._run(["chown", "-R", f"{services.USER}:{services.USER}", str(self._target)])
        self._run(["chmod", "go-w", str(self._target)])

    def _enable(self) -> None:
        if not self._machine.has_systemd:
            self._tell(say("no_systemd", command=f"runuser -u {services.USER} -- {self.command}"))
            return
        self._run(["systemctl", "daemon-reload"])
        self._run(["systemctl", "enable", "--now", self._unit.name])
        self._await("journalctl -u yizhan")

    def _autostart(self) -> None:
        self._script()
        _write(self._machine.home / ".config" / "autostart" / "yizhan.desktop", services.autostart(self._target))

    def _shortcut(self) -> None:
        if not self._machine.desktop.is_dir():
            return
        if self._machine.windows:
            _write(self._machine.desktop / "驿站.url", services.shortcut(self.url))
        else:
            path = self._machine.desktop / "yizhan.desktop"
            _write(path, services.desktop_entry(self.url))
            path.chmod(0o755)

    def _windows_rights(self) -> None:
        self._run(services.windows_rights(self._target))

    def _windows_service(self) -> None:
        self._script()
        description = self._target / "task.xml"
        _write(description, services.task(self._target), encoding="utf-16")
        self._run(services.windows_task(description))

    def _windows_start(self) -> None:
        self._run(services.windows_start())
        self._await(str(self._target / "keeper.log"))

    def _await(self, log: str) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(UP_WITHIN_S):
            try:
                with opener.open(health_url(self._versions.station), timeout=2):
                    self._tell(say("started"))
                    return
            except (URLError, OSError):
                threading.Event().wait(1)
        raise StepError(say("not_up", log=log))

    def removal(self) -> list[Sequence[str]]:
        """The calls that stop the station and take it out of the start-up."""
        if self._machine.windows:
            return list(services.windows_stop())
        if self._machine.is_root and self._machine.has_systemd:
            return [["systemctl", "disable", "--now", self._unit.name]]
        return []

    def leftovers(self) -> list[Path]:
        """The files outside of the versions that a removal deletes."""
        scripts = [self._target / name for name in ("start.sh", "start.cmd", "task.xml", "current", "staged.json", "pip.whl")]
        home, desktop = self._machine.home / ".config" / "autostart" / "yizhan.desktop", self._machine.desktop
        return [*scripts, self._unit, home, desktop / "驿站.url", desktop / "yizhan.desktop"]


def _write(path: Path, text: str, newline: str | None = "\n", encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline=newline) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
