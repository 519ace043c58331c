"""What scanners, those who ask them, and the pages say to each other. Values only."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from node.errors import ScannerError
from node.scanning.limits import MAX_INPUT_BYTES

FLATBED, FEEDER, DUPLEX = "flatbed", "feeder", "duplex"
SOURCES = (FLATBED, FEEDER, DUPLEX)
"""The glass; a stack of sheets, their fronts; the same, both sides."""
RESOLUTIONS = (150, 200, 300)
"""Dots per inch that are offered; pages are kept at fewer, and more only takes time."""
USUAL_DPI = 200
A4_MM = (210.0, 297.0)
MOST_PAGES = 100
"""Of one job."""
MOST_PAGE_BYTES = MAX_INPUT_BYTES
MOST_NAME = 60
END_OF_JPEG = b"\xff\xd9"
END_WITHIN = 4096
"""Some scanners pad a picture after its end."""


@dataclass(frozen=True)
class Device:
    """One scanner. `way` is how it is reached, `place` its address or name there; `problem` is a code of `ScannerError`, or empty.

    `colours` are those of a plan; black-white is made here of grey, which is finer than what scanners make.
    """

    way: str
    place: str
    name: str
    sources: tuple[str, ...] = ()
    has_colour: bool = True
    problem: str = ""

    @property
    def id(self) -> str:
        """Its name towards pages and callers, who may only name what was listed."""
        return f"{self.way}:{self.place}"


@dataclass(frozen=True)
class ScanWish:
    """How to scan: from where, in which colours (of a plan), how fine."""

    source: str = FLATBED
    colour: str = "colour"
    dpi: int = USUAL_DPI


class StoppedError(Exception):
    """A job was cancelled; what came before stays."""


class Watch:
    """Between a job's thread and who looks after it: whether to stop, and how far the page is."""

    def __init__(self, told: Callable[[int | None], None] = lambda percent: None) -> None:
        self._told = told
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._aborts: list[Callable[[], None]] = []

    def tell(self, percent: int | None) -> None:
        """So much of the present page is there; None when nobody can say."""
        self._told(percent)

    def stop(self) -> None:
        """Stop what is under way; what waits for a device is woken."""
        with self._guard:
            self._stopped.set()
            aborts = tuple(self._aborts)
        for abort in aborts:
            abort()

    @property
    def is_stopped(self) -> bool:
        """Whether to stop."""
        return self._stopped.is_set()

    def check(self) -> None:
        """Go on.

        Raises:
            StoppedError: no.
        """
        if self.is_stopped:
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Wait, unless stopped.

        Raises:
            StoppedError: in the meantime.
        """
        self._stopped.wait(seconds)
        self.check()

    @contextmanager
    def aborting(self, abort: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `stop` calls `abort`.

        Raises:
            StoppedError: it has come before.
        """
        with self._guard:
            self.check()
            self._aborts.append(abort)
        try:
            yield
        finally:
            with self._guard:
                self._aborts.remove(abort)


class Way(Protocol):
    """How scanners of one kind are reached."""

    @property
    def is_there(self) -> bool:
        """Whether this machine has what it takes."""

    def devices(self) -> Sequence[Device]:
        """Those that can be found now."""

    def pages(self, device: Device, wish: ScanWish, watch: Watch) -> Generator[bytes, None, None]:
        """Scan; each page as a JPEG, when it is whole. To close the iterator ends the job.

        Raises:
            ScannerError: what the device says, or that it says nothing. Pages that came before are whole.
            StoppedError: `watch` said so.
        """


def checked_page(page: bytes) -> bytes:
    """A page that is whole.

    Raises:
        ScannerError: `page_large`, `nothing` it is no JPEG, `lost` its end is missing.
    """
    if len(page) > MOST_PAGE_BYTES:
        raise ScannerError("page_large", most=MOST_PAGE_BYTES >> 20)
    if not page.startswith(b"\xff\xd8"):
        raise ScannerError("nothing")
    if END_OF_JPEG not in page[-END_WITHIN:]:
        raise ScannerError("lost")
    return page


def shown_name(*parts: str) -> str:
    """What a device calls itself, as one line that can be shown."""
    text = "".join(one if one.isprintable() else " " for one in " ".join(parts))
    return " ".join(text.split())[:MOST_NAME]
