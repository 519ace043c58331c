"""Power cuts: a station ends in the middle of what it does, right before or right after it has kept something."""

from collections.abc import Callable
from typing import Any, NoReturn

from node.store import Store


class PowerCut(BaseException):
    """A station has no power any more; nothing of it goes on, so nothing may catch this but the world."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


def cut_at_commit(store: Store, station: str, commits: int, *, is_before: bool) -> None:
    """Let the power go at one of the next commits of a store: then nothing more is written."""
    database: Any = store._connection.database
    left = commits
    commit: Callable[[], Any] = database.commit

    def dead(*_args: Any, **_more: Any) -> NoReturn:
        raise PowerCut(station)

    def count() -> Any:
        nonlocal left
        left -= 1
        if left > 0:
            return commit()
        if not is_before:
            commit()
        database.begin = dead
        database.commit = dead
        raise PowerCut(station)

    database.commit = count
