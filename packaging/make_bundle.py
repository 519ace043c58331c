"""Makes the folder for a USB stick: wheels for every platform, the program, the installer, checksums, and the county's signature.

Needs the network, to fetch the pinned packages. `make bundle [OUT=…] [COUNTY=DIR] [UPDATE=FILE]` calls this.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from node.upkeep.releases import RELEASE, SIGNATURE, Release, ReleaseFile
from node.version import VERSION

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PINS = ("requirements.txt", "requirements-authoring.txt", "requirements-tokens.txt", "requirements-scan.txt", "requirements-test.txt")
SOURCES = ("forms", "signing", "sync", "node", "run_node.py", "setup.py", "pyproject.toml", *PINS)
INSTALLER = ("install.py", "install.sh", "安装.cmd", "先读我.txt", "installer")
EMPTY = ("invitations", "requests", "answers", "extras")
SUMS = "SHA256SUMS"
PYTHONS = ("3.11", "3.12", "3.13")
LEAST = "0.1.0"
"""The oldest version whose database and keeper this one can follow."""
PIP_PIN = "pip==26.3"
AUTHORING = ("et_xmlfile", "openpyxl", "pypinyin")
"""What a county writes items with. It lies apart from what every station installs."""


@dataclass(frozen=True)
class Platform:
    """A system that stations run on: its name, the tags of wheels that fit, and what only it needs."""

    name: str
    tags: tuple[str, ...]
    marker: str


def _linux(processor: str) -> Platform:
    # glibc 2.28 is what Kylin V10, UOS 20 and everything since has.
    minors = (28, 27, 26, 24, 17)
    tags = (*(f"manylinux_2_{minor}_{processor}" for minor in minors), f"manylinux2014_{processor}")
    return Platform(f"linux-{processor}", tags, "linux")


PLATFORMS = (_linux("x86_64"), _linux("aarch64"), Platform("win64", ("win_amd64",), "win32"))


class MissingError(Exception):
    """A package has no wheel for a platform and Python; the text names them."""


def main(arguments: Sequence[str]) -> int:
    """Make the folder, and an update file where one is asked for; the exit code."""
    options = read_arguments(arguments)
    out: Path = options.out
    shutil.rmtree(out / "wheels", ignore_errors=True)
    (out / "wheels").mkdir(parents=True)
    build_program(out / "wheels")
    try:
        for platform in PLATFORMS:
            for python in PYTHONS:
                fetch(platform, python, out / "wheels")
    except MissingError as error:
        print(error, file=sys.stderr)
        return 2
    pip("download", "--no-deps", "--only-binary", ":all:", PIP_PIN, "-d", str(out / "wheels"))
    fetch_authoring(out / "authoring")
    copy_installer(out)
    now = datetime.now(UTC).replace(microsecond=0)
    release = write_lists(out, VERSION, options.sequence or int(now.strftime("%Y%m%d%H%M")), now)
    if options.county is not None:
        subprocess.run([sys.executable, "-m", "run_node", "sign-bundle", str(options.county), str(out)], check=True, cwd=ROOT)
    if options.update is not None:
        write_update(out, release, options.update, known_files(options.since))
        print(f"{options.update}: {options.update.stat().st_size / 1e6:.1f} MB")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    signed = "signed" if (out / SIGNATURE).exists() else "not signed (COUNTY=DIR names the county's station)"
    print(f"{out}: {VERSION}, sequence {release.sequence}, {len(release.files)} files, {size / 1e6:.0f} MB, {signed}")
    return 0


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="Make the folder for a USB stick.")
    parser.add_argument("--out", type=Path, default=Path("dist/yizhan-usb"))
    parser.add_argument("--county", type=Path, default=None, help="the folder of the county's station, which signs")
    parser.add_argument("--sequence", type=int, default=None, help="a number above every earlier one; by default the minute")
    parser.add_argument("--update", type=Path, default=None, help="also write an update file")
    parser.add_argument(
        "--since", type=Path, default=None, help="bundle.json of the version before: its packages are left out of the update"
    )
    options = parser.parse_args(arguments)
    options.out = options.out.resolve()
    return options


def pip(*arguments: str) -> None:
    """Run pip, showing only what it warns of when it fails.

    Raises:
        MissingError: it failed.
    """
    call = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MissingError(done.stderr.strip()[-2000:])


def build_program(wheels: Path) -> None:
    """The program as a wheel, built from a copy: what an earlier build left in the tree is not in it."""
    with tempfile.TemporaryDirectory() as place:
        for name in SOURCES:
            source, target = ROOT / name, Path(place) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copyfile(source, target)
        pip("wheel", "--no-deps", "--wheel-dir", str(wheels), place)


def wheel_options(platform: Platform, python: str) -> list[str]:
    """What makes pip fetch wheels for another system."""
    version = python.replace(".", "")
    tags = [part for tag in platform.tags for part in ("--platform", tag)]
    abis = [part for abi in (f"cp{version}", "abi3", "none") for part in ("--abi", abi)]
    return ["--only-binary", ":all:", *tags, "--python-version", version, "--implementation", "cp", *abis]


def fetch(platform: Platform, python: str, wheels: Path) -> None:
    """Fetch everything that a station needs there. What the running Python would not need is asked for by name.

    Raises:
        MissingError: a wheel is missing; which.
    """
    extra = [line.partition(" ;")[0] for line in pinned("constraints.txt") if f"sys_platform == '{platform.marker}'" in line]
    options = [*wheel_options(platform, python), "-c", str(ROOT / "constraints.txt"), "-d", str(wheels)]
    try:
        pip("download", *options, "-r", str(ROOT / "requirements.txt"), *extra)
    except MissingError as error:
        missing = [line for line in pinned("requirements.txt") if not _is_there(line, options)]
        raise MissingError(f"{platform.name}, Python {python}: no wheel for {', '.join(missing)}\n{error}") from error


def fetch_authoring(folder: Path) -> None:
    """Fetch what a county may add by hand to write items. These wheels fit every platform."""
    shutil.rmtree(folder, ignore_errors=True)
    wanted = [line for line in pinned("constraints.txt") if line.partition("==")[0] in AUTHORING]
    pip("download", "--no-deps", "--only-binary", ":all:", *wanted, "-d", str(folder))


def _is_there(requirement: str, options: Sequence[str]) -> bool:
    try:
        pip("download", "--no-deps", *options, requirement)
    except MissingError:
        return False
    return True


def pinned(file_name: str) -> list[str]:
    """The requirement lines of a pins file."""
    lines = (ROOT / file_name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def copy_installer(out: Path) -> None:
    """The installer and the folders for what people put on the stick."""
    shutil.rmtree(out / "installer", ignore_errors=True)
    for name in INSTALLER:
        source = HERE / name
        if source.is_dir():
            shutil.copytree(source, out / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, out / name)
    for name in EMPTY:
        (out / name).mkdir(exist_ok=True)


def package_of(wheel: str) -> str:
    """The name of the package in a wheel, as pins compare it."""
    return re.sub(r"[-_.]+", "-", wheel.partition("-")[0]).lower()


def pins_for(wheels: Iterable[str], constraints: Iterable[str], version: str) -> tuple[str, ...]:
    """The pins of what `wheels` hold, the program's own last; pip itself is none."""
    held = {package_of(wheel) for wheel in wheels}
    found = [line for line in constraints if re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() in held]
    return (*found, f"yizhan=={version}")


def write_lists(out: Path, version: str, sequence: int, made_at: datetime) -> Release:
    """`bundle.json` and `SHA256SUMS` over what lies in `out`; an older signature goes."""
    (out / SIGNATURE).unlink(missing_ok=True)
    files = tuple(_entry(out, path) for path in sorted(out.rglob("*")) if _belongs(out, path))
    pins = pins_for((Path(one.name).name for one in files if one.name.startswith("wheels/")), pinned("constraints.txt"), version)
    release = Release(version=version, sequence=sequence, made_at=made_at, least=LEAST, pins=pins, files=files)
    (out / RELEASE).write_bytes(release.to_bytes())
    listed = [*files, _entry(out, out / RELEASE)]
    (out / SUMS).write_text("".join(f"{one.sha256}  {one.name}\n" for one in listed), encoding="utf-8", newline="\n")
    return release


def _belongs(out: Path, path: Path) -> bool:
    name = path.relative_to(out)
    return path.is_file() and name.parts[0] not in EMPTY and name.as_posix() not in (RELEASE, SIGNATURE, SUMS)


def _entry(out: Path, path: Path) -> ReleaseFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ReleaseFile(path.relative_to(out).as_posix(), path.stat().st_size, digest)


def known_files(since: Path | None) -> frozenset[str]:
    """The packages of an earlier release: an update may leave them out. Its own program is always brought."""
    if since is None:
        return frozenset()
    return frozenset(one["name"] for one in json.loads(since.read_text(encoding="utf-8"))["files"])


def write_update(out: Path, release: Release, target: Path, known: frozenset[str]) -> None:
    """The update file: the lists, the signature, and the packages that the version before does not have."""
    names = [one.name for one in release.wheels() if one.name not in known or Path(one.name).name.startswith("yizhan-")]
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in (RELEASE, SIGNATURE, *names):
            if (out / name).exists():
                archive.write(out / name, name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
