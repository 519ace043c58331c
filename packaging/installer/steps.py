"""The steps of an installation, each of which may be repeated: what is done already is found and left alone."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from installer.machine import Machine
from installer.stick import Place, Stick
from installer.words import say
from node.clock import SystemClock, to_text
from node.upkeep.environment import InstallError, make_environment, run_program
from node.upkeep.versions import Entry, Versions, name_of

COMPLETE = "complete"
RUN_NODE = ("-P", "-m", "node.cli")


class StepError(Exception):
    """A step cannot be done; the text says why and what to do."""


class WaitsError(Exception):
    """The installation goes on when something has been carried to the parent and back; the text says what."""


@dataclass(frozen=True)
class Step:
    """One thing to do: what is said of it, and the doing."""

    what: str
    do: Callable[[], None]


class Installation:
    """Puts the program of a stick into `versions` and makes the station join."""

    def __init__(self, stick: Stick, machine: Machine, versions: Versions, place: Place | None, tell: Callable[[str], None]) -> None:
        self._stick = stick
        self._machine = machine
        self._versions = versions
        self._place = place
        self._tell = tell
        release = stick.release()
        self._release = release
        self._name = name_of(str(release["version"]), int(release["sequence"]))

    def steps(self) -> list[Step]:
        """The program, and a station that has joined."""
        found = [Step(say("environment", place=self._versions.folder(self._name)), self._make)]
        if self._place is not None:
            found.append(Step(say("check_signature"), self._check_signature))
        found.append(Step(say("use_program"), self._use))
        if self._place is not None:
            found.append(Step(say("join", file=self._place.path.name), self._join))
        return found

    @property
    def _python(self) -> str:
        return str(self._versions.python(self._name))

    def _make(self) -> None:
        folder = self._versions.folder(self._name)
        if (folder / COMPLETE).exists():
            self._tell(say("already"))
            return
        try:
            make_environment(folder, self._stick.wheels, self._stick.pip_wheel(), self._release["pins"], base=self._machine.python)
        except InstallError as error:
            python = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise StepError(say("platform", system=self._machine.kind, python=python, why=error.output[-500:])) from error
        try:
            run_program([self._python, "-c", "import sqlcipher3.dbapi2"])
        except InstallError as error:
            raise StepError(say("no_cipher", why=error.output[-200:])) from error
        (folder / COMPLETE).touch()

    def _check_signature(self) -> None:
        if self._place is None:
            return
        call = [self._python, *RUN_NODE, "check-bundle", str(self._stick.root), "--invitation", str(self._place.path)]
        code, said = call_program(call)
        self._tell("  " + said)
        if code not in (0, 4):
            raise StepError(said)

    def _use(self) -> None:
        if self._versions.current() is not None:
            return
        shutil.copyfile(self._stick.pip_wheel(), self._versions.pip)
        made = Entry(str(self._release["version"]), int(self._release["sequence"]), to_text(SystemClock().now()), "installed")
        self._versions.note(made)
        self._versions.use(self._name)

    def _join(self) -> None:
        place, station = self._place, self._versions.station
        if place is None or (station / "node.toml").exists():
            self._tell(say("joined_already", place=station))
            return
        call = [self._python, *RUN_NODE, "join", str(station), "--invitation", str(place.path)]
        answer, request = self._stick.answer(place.station), self._stick.request(place.station)
        if answer.exists():
            code, said = call_program([*call, "--answer", str(answer)])
        else:
            code, said = call_program(call)
            if code != 0:
                self._tell("  " + said)
                request.parent.mkdir(exist_ok=True)
                code, said = call_program([*call, "--request", str(request)])
                if code in (0, 4) and request.exists():
                    raise WaitsError(say("waits", file=f"requests/{request.name}", parent=place.parent))
        if code != 0:
            raise StepError(said)
        self._tell(say("joined"))


def call_program(arguments: Sequence[str]) -> tuple[int, str]:
    """Run a command of the program: its exit code and what it said."""
    done = subprocess.run(
        list(arguments),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return done.returncode, (done.stdout + done.stderr).strip()
