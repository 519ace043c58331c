"""A few threads that make calls while the courier's own thread keeps the boxes. They never keep a process from ending."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Hands:
    """Daemon threads that run functions. The standard pool's threads are waited for at exit, and a dead line can hold one for minutes."""

    def __init__(self, count: int) -> None:
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"courier-hand-{number}", daemon=True) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[[], Any]) -> "Future[Any]":
        """Run it soon; the future holds what it gives or raises."""
        future: Future[Any] = Future()
        self._tasks.put((future, function))
        return future

    def close(self) -> None:
        """No more work; threads end when they are done with what they have."""
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, function = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # whoever waits for the future gets it
                future.set_exception(error)
