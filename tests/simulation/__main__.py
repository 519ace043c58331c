"""Runs seeds of the simulation: `python -m tests.simulation --seed N [--count K] [--suite fast|gm] [--mutant NAME] [--log]`."""

import argparse
import gc
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import sync.courier
from tests.simulation.county import found
from tests.simulation.hands import SpotHands
from tests.simulation.mutants import MUTANTS
from tests.simulation.run import Outcome, run_seed
from tests.simulation.stand_ins import stand_in
from tests.simulation.suite import leave_unencrypted, make_cheap

MEMORY = Path("/dev/shm")


def main() -> int:
    """Run the seeds that are asked for; 1 when one of them fails."""
    asked = _arguments()
    make_cheap(asked.suite)
    if asked.suite != "gm":
        leave_unencrypted()
    stand_in(sync.courier, "Hands", SpotHands)
    if asked.mutant:
        MUTANTS[asked.mutant]()
    with tempfile.TemporaryDirectory(prefix="yizhan-simulation-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        founded = asked.founded or Path(folder) / "founded"
        if not founded.exists():
            found(founded, asked.suite)
        if asked.only_found:
            return 0
        return _run(asked, founded, Path(folder))


def _run(asked: argparse.Namespace, founded: Path, folder: Path) -> int:
    counts: Counter[str] = Counter()
    failed, began_s = 0, time.process_time()
    # Much is made and little of it goes in circles: looking for those after each seed is enough.
    gc.freeze()
    gc.disable()
    for seed in range(asked.seed, asked.seed + asked.count):
        gc.collect(1)
        outcome = run_seed(founded, folder / "world", seed)
        counts += outcome.counts
        if asked.log:
            print("\n".join(outcome.lines))
        if asked.digests:
            print(f"seed {seed}: {outcome.digest}")
        if outcome.faults:
            failed += 1
            _tell(asked, outcome)
            if asked.stop:
                break
    done = seed - asked.seed + 1
    facts = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
    print(f"{done} seeds, {failed} failed, {time.process_time() - began_s:.1f} s of processor; {facts}")
    return 1 if failed else 0


def _tell(asked: argparse.Namespace, outcome: Outcome) -> None:
    for fault in outcome.faults[:12]:
        print(f"seed {outcome.seed}: {fault}")
    mutant = f" --mutant {asked.mutant}" if asked.mutant else ""
    print(f"replay: python -m tests.simulation --seed {outcome.seed} --suite {asked.suite}{mutant} --log", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--suite", choices=("fast", "gm"), default="fast")
    parser.add_argument("--mutant", choices=sorted(MUTANTS))
    parser.add_argument("--log", action="store_true", help="print all that happened")
    parser.add_argument("--digests", action="store_true", help="print the digest of what happened, seed by seed")
    parser.add_argument("--stop", action="store_true", help="end at the first seed that fails")
    parser.add_argument("--founded", type=Path, help="a county that was founded before, or where to found one")
    parser.add_argument("--only-found", action="store_true", help="found it and run nothing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
