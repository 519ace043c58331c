"""A machine without SM2: a station of suite gm says so in a sentence and does not start; one of suite p256 is none the worse."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from node.cli import DONE, KEY_OR_SEAL
from node.commands.wording import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = [sys.executable, str(ROOT / "tests" / "tools" / "without_libcrypto.py"), str(ROOT / "run_node.py")]
COUNTY = ["--tier", "county", "--name", "示例县", "--division", "131025000000", "--suite", "gm"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run([*WITHOUT, *arguments], capture_output=True, text=True, env=environment, check=False, timeout=60, cwd=ROOT)


@pytest.fixture
def village(tmp_path: Path, founded: Callable[[str], Path]) -> Callable[[str], Path]:
    def of(suite: str) -> Path:
        return Path(shutil.copytree(founded(suite) / "village1", tmp_path / suite))

    return of


@pytest.mark.parametrize("command", ["serve", "check-start"])
def test_a_station_of_suite_gm_does_not_start_and_says_why(village: Callable[[str], Path], command: str) -> None:
    done = run(command, str(village("gm")))
    assert done.returncode == KEY_OR_SEAL
    assert done.stderr.strip().endswith(SENTENCES["no_sm2"])
    assert "Traceback" not in done.stderr


def test_no_county_of_suite_gm_is_founded(tmp_path: Path) -> None:
    done = run("init", str(tmp_path / "county"), *COUNTY)
    assert done.returncode == KEY_OR_SEAL
    assert SENTENCES["no_sm2"] in done.stderr
    assert not (tmp_path / "county" / "node.toml").exists()


def test_a_station_of_suite_p256_starts_without_it(village: Callable[[str], Path]) -> None:
    done = run("check-start", str(village("p256")))
    assert done.returncode == DONE, done.stderr
