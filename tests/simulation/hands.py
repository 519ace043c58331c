"""Hands without threads: a call is made at once, on the spot, so that a run can be repeated."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class SpotHands:
    """Stands in for `sync.hands.Hands`."""

    def __init__(self, _count: int) -> None:
        pass

    def submit(self, function: Callable[[], Any]) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Nothing to end."""
