"""The order in which fields are settled."""

from collections.abc import Sequence


def dependency_order(needs: Sequence[set[int]]) -> tuple[int, ...]:
    """Places 0 … n-1, each after those it needs, otherwise as they stand.

    Raises:
        ValueError: some need each other in a circle, or one needs itself.
    """
    order: list[int] = []
    settled: set[int] = set()
    waiting = list(range(len(needs)))
    while waiting:
        ready = next((place for place in waiting if needs[place] <= settled), None)
        if ready is None:
            raise ValueError(f"in a circle: {waiting}")
        order.append(ready)
        settled.add(ready)
        waiting.remove(ready)
    return tuple(order)
