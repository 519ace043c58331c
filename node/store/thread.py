"""What a thread is in the middle of: its transaction, and what it was answered lately."""

import threading
from collections.abc import Callable
from typing import Any

MOST_REMEMBERED = 128
"""Answers in a task or a transaction."""


class Thread(threading.local):
    """What a thread is in the middle of. `answers` is None outside of tasks; `version` is of the database when the last one began."""

    def __init__(self) -> None:
        self.inside = False
        self.failure: BaseException | None = None
        self.afterwards: list[Callable[[], None]] = []
        self.done: set[str] = set()
        self.steady: dict[tuple[str, ...], Any] = {}
        self.answers: dict[tuple[Any, ...], list[tuple[Any, ...]]] | None = None
        self.version: int | None = None

    def begin_task(self, version: int | None) -> None:
        """Keep the answers of the task before this one only if the database is still of that version; None says that nobody knows."""
        if self.answers and (version is None or version != self.version or len(self.answers) > MOST_REMEMBERED // 2):
            self.answers.clear()
        self.version = version
