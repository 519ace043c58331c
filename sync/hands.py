"""A few threads that make calls while the courier's own thread keeps the boxes. They never keep a process from ending."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Hands:
    """Daemon threads that run functions. The standard pool's threads are waited for at exit, and a dead line can hold one for minutes.

    A thread is started when there is more to do than there are threads: an idle station has one.
    """

    def __init__(self, count: int) -> None:
        self._most = count
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._to_do = 0

    def submit(self, function: Callable[[], Any]) -> "Future[Any]":
        """Run it soon; the future holds what it gives or raises."""
        future: Future[Any] = Future()
        with self._lock:
            self._to_do += 1
            if len(self._threads) < min(self._most, self._to_do):
                self._threads.append(threading.Thread(target=self._work, name=f"courier-hand-{len(self._threads)}", daemon=True))
                self._threads[-1].start()
        self._tasks.put((future, function))
        return future

    def close(self) -> None:
        """No more work; threads end when they are done with what they have."""
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, function = task
            if future.set_running_or_notify_cancel():
                # Counted before the answer is known: whoever waits for it may ask for the next thing at once.
                _run(future, function, self._is_done)
            else:
                self._is_done()

    def _is_done(self) -> None:
        with self._lock:
            self._to_do -= 1


def _run(future: "Future[Any]", function: Callable[[], Any], done: Callable[[], None]) -> None:
    try:
        result = function()
    except BaseException as error:  # whoever waits for the future gets it
        done()
        future.set_exception(error)
    else:
        done()
        future.set_result(result)
