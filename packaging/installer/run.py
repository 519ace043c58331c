"""The installer from its first line to its last: install, go on after the answer came, update, or remove."""

import argparse
import io
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from installer import services
from installer.asking import NothingToChooseError, choose, given
from installer.machine import Machine, free_mb, this_machine
from installer.starting import Run, Starting
from installer.steps import RUN_NODE, Installation, Step, StepError, WaitsError, call_program, has_joined
from installer.stick import LIST, SIGNATURE, WHEELS, Place, Stick
from installer.words import say
from node.upkeep.environment import InstallError, run_program
from node.upkeep.versions import Versions, name_of

DONE, USER_MUST_ACT, SOMETHING_WAITS = 0, 2, 4
NEEDED_MB = 400
CASES = (InstallError, StepError, OSError)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """What the installer was called with."""
    parser = argparse.ArgumentParser(prog="install.py", description="安装驿站，不需要网络")
    parser.add_argument("--target", type=Path, default=None, metavar="DIR", help="装到哪里")
    parser.add_argument("--answers", type=Path, default=None, metavar="FILE", help='不提问，用文件里的回答：{"village": "编号"}')
    parser.add_argument("--dry-run", action="store_true", help="只列出步骤")
    parser.add_argument("--no-start", action="store_true", help="不设开机启动，也不启动")
    parser.add_argument("--uninstall", action="store_true", help="卸载程序，保留数据")
    return parser.parse_args(arguments)


def run(stick: Stick, arguments: list[str], machine: Machine | None = None, tell: Callable[[str], None] = print) -> int:
    """Do what was asked for; the exit code: 0 done, 2 somebody must change something, 4 the answer of the parent is waited for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options, machine = read_arguments(arguments), machine or this_machine()
    versions = Versions((options.target or machine.target).absolute())
    try:
        if options.uninstall:
            return remove(versions, Starting(machine, versions, run_program, tell), tell)
        return install(stick, options, machine, versions, tell)
    except NothingToChooseError as error:
        tell(str(error))
    except PermissionError:
        tell(say("no_rights", place=versions.root))
    return USER_MUST_ACT


def install(stick: Stick, options: argparse.Namespace, machine: Machine, versions: Versions, tell: Callable[[str], None]) -> int:
    """Install, go on where an earlier run ended, or update what is there.

    Raises:
        NothingToChooseError: no invitation fits.
        PermissionError: the target cannot be written.
    """
    begun, release = time.monotonic(), stick.release()
    tell(say("stick_checked", version=release["version"], made_at=release["made_at"]))
    newest = versions.newest()
    has_station = has_joined(versions)
    if newest is not None and has_station and int(release["sequence"]) != newest.sequence and versions.current() is not None:
        return update(stick, release, machine, versions, tell)
    place = None if has_station else _place(stick, options, tell)
    if place is not None:
        tell(say("chosen", label=place.label))
    if not options.dry_run and free_mb(versions.root) < NEEDED_MB:
        tell(say("no_room", place=versions.root, needed=NEEDED_MB))
        return USER_MUST_ACT
    starting = Starting(machine, versions, run_program, tell)
    steps = Installation(stick, machine, versions, place, tell).steps()
    steps += starting.steps(at_boot=not options.no_start)
    if options.dry_run:
        tell(say("dry_run"))
        for number, step in enumerate(steps, 1):
            tell(say("step", number=number, count=len(steps), what=step.what))
        return DONE
    code = take(steps, tell)
    if code == DONE:
        size = sum(path.lstat().st_size for path in (versions.root / "versions").rglob("*") if path.is_file()) // 1_000_000
        tell(say("size", size=size, seconds=round(time.monotonic() - begun)))
        running = not options.no_start and ((machine.has_systemd and machine.is_root) or machine.windows)
        tell(say("done" if running else "done_by_hand", url=starting.url, command=starting.command))
    return code


def take(steps: list[Step], tell: Callable[[str], None]) -> int:
    """Take the steps in their order; the exit code."""
    for number, step in enumerate(steps, 1):
        tell(say("step", number=number, count=len(steps), what=step.what))
        try:
            step.do()
        except WaitsError as waits:
            tell(str(waits))
            return SOMETHING_WAITS
        except PermissionError:
            raise
        except CASES as error:
            tell(say("failed", what=step.what, why=error))
            return USER_MUST_ACT
    return DONE


@contextmanager
def source_for(stick: Stick, versions: Versions, machine: Machine, owner_id: int, run: Run) -> Iterator[tuple[list[str], Path]]:
    """What comes before a command of the program so that its files stay the service's, and where it finds the release.

    The service's user may not be able to read a stick that the desktop has mounted for somebody else: the release is copied for it.

    Raises:
        InstallError: the copy cannot be given to that user.
    """
    if machine.windows or not machine.is_root or owner_id == 0:
        yield [], stick.root
        return
    copied = versions.root / "from-stick"
    shutil.rmtree(copied, ignore_errors=True)
    try:
        shutil.copytree(stick.wheels, copied / WHEELS)
        for name in (LIST, SIGNATURE):
            if (stick.root / name).exists():
                shutil.copyfile(stick.root / name, copied / name)
        run(["chown", "-R", f"{services.USER}:{services.USER}", str(copied)])
        yield ["runuser", "-u", services.USER, "--"], copied
    finally:
        shutil.rmtree(copied, ignore_errors=True)


def update(stick: Stick, release: dict[str, Any], machine: Machine, versions: Versions, tell: Callable[[str], None]) -> int:
    """Give the newer program of the stick to the station that is installed; its own program checks and stages it."""
    current, new = str(versions.current()), name_of(str(release["version"]), int(release["sequence"]))
    newest = versions.newest()
    if newest is not None and int(release["sequence"]) < newest.sequence:
        tell(say("older", current=current))
        return USER_MUST_ACT
    tell(say("updating", current=current, new=new))
    owner_id = versions.root.stat().st_uid
    with source_for(stick, versions, machine, owner_id, run_program) as (before, source):
        code, said = call_program([*before, str(versions.python(current)), *RUN_NODE, "update", str(versions.station), str(source)])
    tell(said)
    if code == DONE:
        tell(say("update_running"))
    return code


def remove(versions: Versions, starting: Starting, tell: Callable[[str], None]) -> int:
    """Take the program away and leave the data.

    Raises:
        PermissionError: this needs an administrator.
    """
    if versions.current() is None:
        tell(say("not_there", place=versions.root))
        return USER_MUST_ACT
    for call in starting.removal():
        try:
            run_program(call)
        except InstallError as error:
            tell(str(error))
    shutil.rmtree(versions.root / "versions")
    for path in starting.leftovers():
        path.unlink(missing_ok=True)
    tell(say("removed", place=versions.station))
    return DONE


def _place(stick: Stick, options: argparse.Namespace, tell: Callable[[str], None]) -> Place:
    if options.answers is not None:
        return given(stick, str(json.loads(options.answers.read_text(encoding="utf-8"))["village"]))
    return choose(stick, input, tell)
