"""Runs the program as on a machine whose loader finds no libcrypto: `python without_libcrypto.py run_node.py ARGUMENT…`.

What is taken away is the operating system's: `ctypes` is told that there is no such library.
"""

import ctypes
import ctypes.util
import runpy
import sys
from typing import Any

_LOAD = ctypes.CDLL.__init__
_FIND = ctypes.util.find_library


def _load(self: ctypes.CDLL, name: str | None, *arguments: Any, **named: Any) -> None:
    if name and "crypto" in name:
        raise OSError(f"{name}: cannot open shared object file")
    _LOAD(self, name, *arguments, **named)


if __name__ == "__main__":
    ctypes.CDLL.__init__ = _load  # type: ignore[method-assign]
    ctypes.util.find_library = lambda name: None if name == "crypto" else _FIND(name)
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
