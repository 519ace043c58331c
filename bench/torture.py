"""The long reliability run: `python -m bench.torture [--kills 500] [--seed 1] [--minutes 20]`.

Exits 1 when anything was lost or came twice.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.kills import run_kills

ROUND = 50
"""Kills on one county before the next, fresh one: so that what is wrong shows early, and with a seed that repeats it."""


def main() -> int:
    """Rounds of kills until there were enough or the time is over; what is wrong is printed."""
    asked = _arguments()
    left, left_s, seed, faults, cases = asked.kills, asked.minutes * 60.0, asked.seed, 0, 0
    while left > 0 and left_s > 0:
        with tempfile.TemporaryDirectory(prefix="yizhan-torture-") as folder:
            run = run_kills(Path(folder), min(ROUND, left), seed, left_s)
        done = sum(run.kills.values())
        left, left_s, faults, cases = left - done, left_s - run.took_s, faults + len(run.faults), cases + len(run.acknowledged)
        killed = ", ".join(f"{name} {times}" for name, times in run.kills.items())
        print(
            f"seed {seed}: killed {killed}; {len(run.acknowledged)} acknowledged; {len(run.faults)} faults; {run.took_s:.0f} s", flush=True
        )
        for fault in run.faults:
            print(f"  {fault}", flush=True)
        seed += 1
    print(f"{asked.kills - left} kills, {cases} acknowledged, {faults} faults")
    return 1 if faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
