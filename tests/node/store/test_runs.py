"""Arithmetic of runs, against sets of numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from node.store.runs import merged, missing, total

RUNS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=8)


def numbers(runs: list[tuple[int, int]]) -> set[int]:
    return {number for start, length in runs for number in range(start, start + length)}


@given(RUNS)
def test_merged_runs_hold_the_same_numbers_and_do_not_touch(runs: list[tuple[int, int]]) -> None:
    found = merged(runs)
    assert numbers(found) == numbers(runs)
    assert all(sum(one) < other[0] for one, other in pairwise(found))
    assert total(runs) == len(numbers(runs))


@given(RUNS, st.integers(0, 30), st.integers(0, 30))
def test_what_is_missing_is_what_no_run_holds(runs: list[tuple[int, int]], start: int, length: int) -> None:
    assert numbers(missing(runs, start, start + length)) == set(range(start, start + length)) - numbers(runs)
