"""The simulation finds the faults that are put into the real code: else it would prove nothing."""

import pytest

from tests.simulation.conftest import simulate
from tests.simulation.mutants import MUTANTS

SEEDS = 150
"""Each is found within the first of them, far fewer than are run without a fault."""


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_fault_in_the_code_is_found(fast: str, name: str) -> None:
    run = simulate("--seed", "1", "--count", str(SEEDS), "--mutant", name, "--stop", "--founded", fast)

    assert run.returncode == 1, run.stdout + run.stderr
    assert f" --mutant {name} " in run.stdout
