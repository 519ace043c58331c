"""The steps of an installation, each of which may be repeated: what is done already is found and left alone."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from installer.machine import Machine
from installer.stick import Place, Stick
from installer.words import say
from node.clock import SystemClock, to_text
from node.upkeep.environment import InstallError, make_environment, own_environment, run_program
from node.upkeep.versions import Entry, Versions, name_of

COMPLETE = "complete"
RUN_NODE = ("-P", "-m", "run_node")
SOMETHING_WAITS = 4
CONNECTS_WITHIN_S = 5.0
PARENT_ANSWERS_WITHIN_S = 900.0
"""How long somebody at the parent has to say yes before the request goes by file."""


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
        place = self._place
        if place is None or has_joined(self._versions):
            self._tell(say("joined_already", place=self._versions.station))
            return
        call = [self._python, *RUN_NODE, "join", str(self._versions.station), "--invitation", str(place.path)]
        answer = self._stick.answer(place.station)
        if answer.exists():
            code, said = call_program([*call, "--answer", str(answer)])
        elif answers(place.url):
            self._tell(say("join_by_line", parent=place.parent))
            code, said = call_in_view(call, PARENT_ANSWERS_WITHIN_S), ""
        else:
            code, said = SOMETHING_WAITS, ""
        if code == SOMETHING_WAITS:
            self._ask_by_file(place, call)
        if code != 0 or not has_joined(self._versions):
            raise StepError(said or say("not_joined"))
        self._tell("  " + said)
        self._tell(say("joined"))

    def _ask_by_file(self, place: Place, call: list[str]) -> None:
        request = self._stick.request(place.station)
        request.parent.mkdir(exist_ok=True)
        code, said = call_program([*call, "--request", str(request)])
        if code != 0 or not request.exists():
            raise StepError(said)
        raise WaitsError(
            said + "\n" + say("waits", file=f"requests/{request.name}", answer=f"answers/{place.station}.answer", parent=place.parent)
        )


def has_joined(versions: Versions) -> bool:
    """Whether there is a station: its settings come last, and then the sign goes that it is being made."""
    return (versions.station / "node.toml").exists() and not (versions.station / "joining").exists()


def answers(url: str | None) -> bool:
    """Whether somebody listens at the parent's address."""
    parts = urlsplit(url or "")
    if not parts.hostname:
        return False
    try:
        with socket.create_connection((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)), CONNECTS_WITHIN_S):
            return True
    except OSError:
        return False


def call_in_view(arguments: Sequence[str], wait_s: float) -> int:
    """Run a command of the program that waits for somebody, showing what it says; its exit code, or that it waits still."""
    try:
        return subprocess.run(list(arguments), check=False, timeout=wait_s, env=own_environment()).returncode
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        return SOMETHING_WAITS


def call_program(arguments: Sequence[str]) -> tuple[int, str]:
    """Run a command of the program: its exit code and what it said."""
    done = subprocess.run(
        list(arguments),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**own_environment(), "PYTHONUTF8": "1"},
    )
    return done.returncode, (done.stdout + done.stderr).strip()
