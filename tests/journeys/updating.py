"""Stations as the installer puts them there, and update files that the county of a world has signed."""

import random
import shutil
from pathlib import Path

from make_bundle import write_lists, write_update
from node.assemble import Node
from node.upkeep.releases import RELEASE, SIGNATURE, read_release, sign_release
from node.upkeep.versions import Entry, Versions
from tests.fakes import START
from tests.journeys.world import World
from tests.packaging.fake_program import make_stick, make_wheel

BULKY_BYTES = 300_000
"""So that a file goes in many pieces."""


def installed(world: World, name: str) -> Versions:
    """Move a station into an installation where version 0.1.0 is in use, and start it there."""
    world.nodes[name].close()
    versions = Versions(world.place / f"installed-{name}")
    versions.root.mkdir()
    shutil.move(world.place / name, versions.station)
    (world.place / name).symlink_to(versions.station, target_is_directory=True)
    versions.use("0.1.0-10")
    versions.note(Entry("0.1.0", 10, "2026-11-01T00:00:00Z", "installed"))
    world.start(name)
    return versions


def sign(county: Node, folder: Path, data: bytes) -> None:
    """The county's signature on a bundle folder."""
    signer, trust = county.station.signer, county.station.trust
    (folder / RELEASE).write_bytes(data)
    (folder / SIGNATURE).write_bytes(sign_release(data, signer, trust.path(signer.certificate)))


def update_file(world: World, sequence: int, version: str = "0.2.0") -> Path:
    """A small update file, signed by the county; nothing of it runs. Asked for again it is the same."""
    folder = world.place / f"stick-{version}-{sequence}"
    if (path := world.place / f"{version}-{sequence}.yzu").exists():
        return path
    noise = random.Random(sequence).randbytes(BULKY_BYTES).hex()
    make_wheel(folder / "wheels", "yizhan", version, {"noise.py": f"NOISE = {noise!r}\n"})
    release = write_lists(folder, version, sequence, START)
    return _written(world, folder, path, release.to_bytes())


def running_update_file(world: World, pip_from: Path, sequence: int) -> Path:
    """An update file with a program that can be installed."""
    folder = world.place / f"stick-{sequence}"
    release = make_stick(folder, pip_from, "0.2.0", sequence, schema=2)
    return _written(world, folder, world.place / f"running-{sequence}.yzu", release.to_bytes())


def _written(world: World, folder: Path, path: Path, data: bytes) -> Path:
    sign(world.nodes["county"], folder, data)
    write_update(folder, read_release(data), path, frozenset())
    return path
