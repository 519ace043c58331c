"""Ours on a stick: a bundle of which only 60 % is there, and a case that comes by the network and on a stick as well."""

import subprocess
import sys
from pathlib import Path

from bench.county import County, wait_for
from bench.ground import Ground, filled_at, pin, station, submit_at
from node.commands.demo import RUN_NODE

CASES = 3
ARRIVES_WITHIN_S = 60.0


def bundle_cut(ground: Ground, scan: bytes) -> str:
    """Exit code, whether it said something, and how many cases were taken in of so many."""
    with ground.county() as county:
        bundle = _written(county, scan, CASES)
        data = bundle.read_bytes()
        bundle.write_bytes(data[: len(data) * 6 // 10])
        read = _command("bundle-in", county.place("township"), bundle)
        said = "a message" if (read.stdout + read.stderr).strip() else "no message"
        return f"exit {read.returncode}, {said}, {_cases(county)} of {CASES} cases taken in"


def twice(ground: Ground, scan: bytes) -> int:
    """How often one case is there after it came both ways.

    Raises:
        RuntimeError: it did not come by the network.
    """
    with ground.county() as county:
        bundle = _written(county, scan, 1)
        county.start("township", "village1")
        county.wait_up("township", "village1")
        if not wait_for(lambda: _cases(county) == 1, ARRIVES_WITHIN_S, 0.2):
            raise RuntimeError("the case did not come by the network")
        read = _command("bundle-in", county.place("township"), bundle)
        if read.returncode != 0:
            raise RuntimeError(f"the bundle was not read: {read.stderr!r}")
        county.stop()
        with station(county, "township") as township:
            outcomes = township.store.letters.outcomes()
        return sum(outcomes.values())


def _written(county: County, scan: bytes, cases: int) -> Path:
    """A bundle of cases that were submitted without a line."""
    with station(county, "village1") as village:
        for _ in range(cases):
            submit_at(village, filled_at(village, scan, "pension_alive"), pin=pin("agent1"))
    bundle = county.folder / "stick.yzb"
    written = _command("bundle-out", county.place("village1"), bundle)
    if written.returncode != 0 or not bundle.exists():
        raise RuntimeError(f"no bundle was written: {written.stdout!r} {written.stderr!r}")
    return bundle


def _command(name: str, place: Path, bundle: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([sys.executable, str(RUN_NODE), name, str(place), str(bundle)], capture_output=True)


def _cases(county: County) -> int:
    """Cases at the township, which may be running."""
    with station(county, "township") as township:
        return township.store.cases.count()
