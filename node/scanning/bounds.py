"""A child process bounds its own memory, where the system lets it: what a decoder asks for beyond that is refused to it.

What pictures take is worked out before they are decoded (`opening`); this is for what cannot be known before, such as the insides of a PDF.
"""

import ctypes
import sys
from contextlib import suppress

_RLIMIT_DATA = 2
"""Of Linux: memory of a process's own that it may write to. Source: getrlimit(2)."""
_M_MMAP_THRESHOLD = -3
"""Of the GNU C library, which by itself raises it to 32 MB and then keeps what pictures leave behind. Source: mallopt(3)."""
_LARGE_BYTES = 1 << 20


def bound_own_memory(most_bytes: int) -> None:
    """Let this process have no more than so much memory of its own from now on, and give back at once what large pieces took.

    Does nothing where the system knows no such bound.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            system = ctypes.CDLL(None)
            system.setrlimit(_RLIMIT_DATA, (ctypes.c_ulong * 2)(most_bytes, most_bytes))
            system.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
