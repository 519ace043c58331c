"""Memory of the serving process, which an old PC is short of: what the C library would keep for itself is asked back.

Where the C library is not GNU's, nothing happens.
"""

import ctypes
import sys
from contextlib import suppress
from datetime import datetime

M_ARENA_MAX = -8
"""`mallopt` of the GNU C library: how many heaps threads may spread over."""


def use_few_heaps() -> None:
    """One heap for all threads: one for each wastes memory."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def give_back(_now: datetime | None = None) -> None:
    """A chore: pages of the heap on which nothing lies go back to the system. Takes about a millisecond."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
