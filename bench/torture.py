"""The long reliability run: `python -m bench.torture [--kills 200] [--minutes 30] [--copies 40] [--seeds 50000] [--only-proof]`.

First it proves that it can find what it looks for: stations that answer before they have kept what they answer for
(`bench/hasty.py`) must lose cases. Then come the real ones. Exits 1 when anything was lost or came twice, or the faulty ones lost nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.kills import run_kills, run_kills_of_a_faulty_one
from bench.simulated import run_seeds

ROUND = 50
"""Kills on one county before the next, fresh one: so that what is wrong shows early, and with a seed that repeats it."""


PROOF_KILLS, PROOF_TRIES = 30, 3
"""Kills of faulty stations, and on how many counties at most: with most seeds the first is enough."""


def main() -> int:
    """The proof, then rounds of kills until there were enough or the time is over; what is wrong is printed."""
    asked = _arguments()
    if not _finds_a_fault(asked.seed):
        return 1
    if asked.only_proof:
        return 0
    left, left_s, seed, faults, cases = asked.kills, asked.minutes * 60.0, asked.seed, 0, 0
    while left > 0 and left_s > 0:
        with tempfile.TemporaryDirectory(prefix="yizhan-torture-") as folder:
            run = run_kills(Path(folder), min(ROUND, left), seed, left_s)
        done = sum(run.kills.values())
        left, left_s, faults, cases = left - done, left_s - run.took_s, faults + len(run.faults), cases + len(run.acknowledged)
        killed = ", ".join(f"{name} {times}" for name, times in run.kills.items())
        print(
            f"seed {seed}: killed {killed}; {len(run.acknowledged)} cases and {len(run.acts)} acts acknowledged; "
            f"{len(run.faults)} faults; {run.took_s:.0f} s",
            flush=True,
        )
        for fault in run.faults:
            print(f"  {fault}", flush=True)
        seed += 1
    print(f"{asked.kills - left} kills, {cases} acknowledged, {faults} faults")
    whole = _old_copies_do_no_harm(asked.seed, asked.copies) and _nothing_spoilt_is_believed() and run_seeds(asked.seed, asked.seeds)
    return 1 if faults or not whole else 0


def _old_copies_do_no_harm(seed: int, count: int) -> bool:
    """Whether old copies of stations that come back under load lose nothing, with so many seeds."""
    seeds = " ".join(str(each) for each in range(seed, seed + count))
    command = [sys.executable, "-m", "pytest", "-q", "tests/journeys/test_restored_under_load.py"]
    return subprocess.run(command, env={**os.environ, "YIZHAN_SEEDS": seeds}, cwd=Path(__file__).parent.parent).returncode == 0


def _nothing_spoilt_is_believed() -> bool:
    """Whether nothing that has any byte spoilt is believed, or ends in an error that its reader does not declare."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/fuzz", "tests/journeys/test_usb_hostile.py"]
    return subprocess.run(command, env={**os.environ, "YIZHAN_EVERY_BYTE": "1"}, cwd=Path(__file__).parent.parent).returncode == 0


def _finds_a_fault(seed: int) -> bool:
    """Whether stations that have a fault are found out."""
    for each in range(seed, seed + PROOF_TRIES):
        with tempfile.TemporaryDirectory(prefix="yizhan-torture-") as folder:
            run = run_kills_of_a_faulty_one(Path(folder), PROOF_KILLS, each)
        lost = [fault for fault in run.faults if fault.endswith("not here")]
        print(
            f"seed {each}, answered before kept: {len(run.acknowledged)} acknowledged; {len(lost)} found lost; {run.took_s:.0f} s",
            flush=True,
        )
        if lost:
            return True
    print("a fault that must be found was not found")
    return False


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=50_000, help="of the simulated county")
    parser.add_argument("--only-proof", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
