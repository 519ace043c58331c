"""A thousand seeds of everything that can go wrong: nothing acknowledged is lost, nothing is there twice, all agree in the end."""

import pytest

from tests.simulation.conftest import simulate

SEEDS, BLOCK = 1000, 125
GM_SEEDS = 30
SAME_SEEDS = "8"


@pytest.mark.parametrize("first", range(1, SEEDS, BLOCK))
def test_whatever_goes_wrong_everything_arrives_once_when_it_is_healed(fast: str, first: int) -> None:
    run = simulate("--seed", str(first), "--count", str(BLOCK), "--founded", fast)

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith(f"{BLOCK} seeds, 0 failed")
    for what in ("calm", "lose", "double", "late", "lie", "spoil_up", "spoil_down"):
        assert f"together {what} " in run.stdout, "the first exchange rides with the session in all weathers"


def test_the_same_holds_with_the_curves_and_the_encrypted_databases_of_suite_gm(gm: str) -> None:
    run = simulate("--suite", "gm", "--seed", "5001", "--count", str(GM_SEEDS), "--founded", gm)

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith(f"{GM_SEEDS} seeds, 0 failed")


def test_a_seed_is_the_same_again_in_another_process_with_another_order_of_sets_and_another_founding(fast: str) -> None:
    once = simulate("--seed", "2001", "--count", SAME_SEEDS, "--digests", "--founded", fast, hash_seed="1")
    again = simulate("--seed", "2001", "--count", SAME_SEEDS, "--digests", hash_seed="2")

    digests = [line for line in once.stdout.splitlines() if line.startswith("seed ")]
    assert len(set(digests)) == int(SAME_SEEDS)
    assert digests == [line for line in again.stdout.splitlines() if line.startswith("seed ")]


def test_a_seed_that_fails_says_how_to_see_it_again(fast: str) -> None:
    run = simulate("--seed", "1", "--count", "60", "--mutant", "no-dedup", "--stop", "--founded", fast)
    line = next(line for line in run.stdout.splitlines() if line.startswith("replay: "))

    again = simulate(*line.removeprefix("replay: python -m tests.simulation ").split(), "--founded", fast)

    assert run.returncode == again.returncode == 1
    assert set(faults(run.stdout)) == set(faults(again.stdout))


def faults(said: str) -> list[str]:
    """The lines that say what is wrong."""
    return [line for line in said.splitlines() if line.startswith("seed ")]
