"""Real processes of all three tiers are killed at random while letters and scans flow up and decisions flow down.

Nothing acknowledged is lost, nothing comes twice, and the chains have no gap.

`python -m bench.torture` does the same for longer; it also proves that such a run finds a mailroom that answers before it commits.
"""

from pathlib import Path

import pytest

from bench.kills import run_kills
from tests.founding import prepared_demo

KILLS, SEED = 20, 3


def test_what_was_acknowledged_survives_twenty_kills_and_arrives_once(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run = run_kills(tmp_path / "county", KILLS, SEED, founded=prepared_demo(tmp_path_factory))
    assert run.faults == ()
    assert sum(run.kills.values()) == KILLS
    assert min(run.kills.values()) > 0
    assert len(run.acknowledged) >= KILLS
    assert {event for _, event in run.acts} == {"accepted", "forwarded", "approved"}
