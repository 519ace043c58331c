"""What is spoilt, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Subject:
    """Genuine bytes, and how they are read: `read` raises, or answers False, unless it takes what it is given for genuine.

    `same` says that other bytes are the same thing to everybody: a packed file can be packed in several ways.
    """

    data: bytes
    read: Callable[[bytes], object]
    same: Callable[[bytes], bool] = lambda data: False


@dataclass(frozen=True)
class Target:
    """A kind of thing: its name, how far apart its places are in the short run, the errors it is allowed, and how one is made.

    `stride` is set so that a target costs a few tenths of a second in a suite. With `open_end`, bytes behind the end are
    nobody's.
    """

    name: str
    stride: int
    errors: tuple[type[Exception], ...]
    prepare: Callable[[str, Path], Subject]
    open_end: bool = False
