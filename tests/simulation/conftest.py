"""The simulation runs in processes of its own: it changes what is chance in the process that it runs in."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.founding import made_once

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 400.0

Simulate = Callable[..., "subprocess.CompletedProcess[str]"]


def simulate(*arguments: str, hash_seed: str = "0") -> "subprocess.CompletedProcess[str]":
    """`python -m tests.simulation` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WITHIN_S,
        check=False,
    )


def founded(factory: pytest.TempPathFactory, suite: str) -> str:
    """The folder of the sixteen stations in a suite, founded once for all processes of a run of tests."""

    def make(place: Path) -> None:
        made = simulate("--suite", suite, "--founded", str(place), "--only-found")
        assert made.returncode == 0, made.stderr

    return str(made_once(factory, f"simulation-{suite}", make))


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The county of the fast suite."""
    return founded(tmp_path_factory, "fast")


@pytest.fixture(scope="session")
def gm(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The county of suite gm, with encrypted databases."""
    return founded(tmp_path_factory, "gm")
