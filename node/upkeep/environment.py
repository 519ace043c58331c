"""Makes the environment (venv) of one version out of wheels, without a network. Standard library only, like `versions`.

pip itself is not installed: it runs from its wheel, and installs into the environment that it is pointed at.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from node.upkeep.versions import python_in

Run = Callable[[Sequence[str]], None]
"""Runs a program to its end."""

PIP = ("--isolated", "--disable-pip-version-check", "--no-cache-dir", "--quiet")
PROGRAM = "yizhan"
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")


class InstallError(Exception):
    """A program that was run failed; `output` is the end of what it said."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def own_environment() -> dict[str, str]:
    """What a child of ours gets of this process's environment: not where another program has told every Python to look.

    Mapping programs set `PYTHONPATH` for a whole machine; modules from there would stand in for ours.
    """
    return {name: value for name, value in os.environ.items() if name.upper() not in FOREIGN}


def run_program(arguments: Sequence[str]) -> None:
    """Run a program to its end, quietly.

    Raises:
        InstallError: it failed, or there is none.
    """
    try:
        done = subprocess.run(
            list(arguments), capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, env=own_environment()
        )
    except OSError as error:
        raise InstallError(str(error)) from error
    if done.returncode != 0:
        raise InstallError((done.stdout + done.stderr)[-2000:].strip())


def base_python(system: str = os.name) -> str:
    """The interpreter that environments are made with: the machine's, also when this one is inside an environment."""
    inside = sys.prefix != sys.base_prefix
    if not inside:
        return sys.executable
    name = "python.exe" if system == "nt" else f"bin/python{sys.version_info.major}.{sys.version_info.minor}"
    return str(Path(sys.base_prefix) / name)


def make_environment(
    place: Path, wheels: Path, pip: Path, pins: Sequence[str], like: Path | None = None, *, base: str = "", run: Run = run_program
) -> None:
    """Make the environment of a version in `place`, anew if something half done is there.

    `pins` are `name==version` lines, the program's own last. Those that `wheels` does not hold are taken from the environment `like`.

    Raises:
        InstallError: no wheel fits this system and Python, one is missing, or the disk would not.
    """
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        run([base or base_python(), "-m", "venv", "--without-pip", str(place)])
        if like is not None:
            shutil.copytree(packages_in(like), packages_in(place), dirs_exist_ok=True)
    except OSError as error:
        raise InstallError(str(error)) from error
    pip_in = [base or base_python(), f"{pip}/pip", *PIP, "--python", str(python_in(place)), "install", "--no-index"]
    pip_in += ["--find-links", str(wheels), "--only-binary", ":all:"]
    others = [pin for pin in pins if not pin.startswith(PROGRAM + "==")]
    if others:
        run([*pip_in, "--no-deps", *others])
    run([*pip_in, "--no-deps", "--force-reinstall", *(pin for pin in pins if pin.startswith(PROGRAM + "=="))])


def packages_in(place: Path, system: str = os.name) -> Path:
    """Where an environment keeps its packages."""
    if system == "nt":
        return place / "Lib" / "site-packages"
    return place / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
