"""Counties founded once for a whole run of tests, whichever of its processes asks first; tests take copies of them."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bench.county import wait_for
from node.commands.demo import prepare
from node.commands.demo_county import found_demo_county
from tests.fakes import SetClock

WITHIN_S = 240.0


def founded_county(factory: pytest.TempPathFactory, suite: str, which: str = "") -> Path:
    """The four stations of the demo in a suite, founded at the first moment of tests; another county for each `which`."""
    return made_once(factory, f"county-{suite}{which}", lambda place: found_demo_county(place, SetClock(), suite))


def prepared_demo(factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that nobody has started, founded by the clock of this machine."""
    return made_once(factory, "demo", prepare)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills. The first process of the run that asks makes it; the others wait until it is whole."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    place, begun = shared / name, shared / f"{name}.begun"
    while not place.exists():
        try:
            begun.mkdir()
        except FileExistsError:
            assert wait_for(lambda: place.exists() or not begun.exists(), WITHIN_S), f"nobody made {name}"
            continue
        try:
            # Whoever was first may have ended between the two looks.
            if not place.exists():
                make(begun / name)
                (begun / name).rename(place)
        finally:
            with suppress(OSError):
                shutil.rmtree(begun)
    return place
