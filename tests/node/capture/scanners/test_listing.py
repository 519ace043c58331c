"""The list of scanners: searched in the background, once at a time, and again when somebody asks in the middle of it."""

import threading
from collections.abc import Generator
from dataclasses import dataclass, field

from node.capture.scanners.listing import ScannerList
from node.capture.scanners.values import Device, ScanWish, Watch

GLASS = Device("fake", "a", "示例a", ("flatbed",))


@dataclass
class Way:
    """Finds what `found` holds when it is let go."""

    found: list[Device] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    searches: int = 0
    error: Exception | None = None
    is_there: bool = True

    def devices(self) -> list[Device]:
        self.searches += 1
        found = list(self.found)
        self.go.wait(10)
        if self.error is not None:
            raise self.error
        return found

    def pages(self, device: Device, wish: ScanWish, watch: Watch) -> Generator[bytes, None, None]:
        yield from ()


def listing(way: Way, done: list[int]) -> ScannerList:
    return ScannerList((way,), lambda: way.is_there, lambda: done.append(threading.get_ident()))


def settled(scanners: ScannerList) -> None:
    while scanners.now().is_looking:
        scanners.wait(1)


def test_one_search_at_a_time_and_none_while_the_list_is_fresh() -> None:
    way, done = Way([GLASS]), list[int]()
    scanners = listing(way, done)
    scanners.look()
    scanners.look()
    assert scanners.now().is_looking and scanners.now().devices == () and scanners.get(GLASS.id) is None
    way.go.set()
    settled(scanners)
    scanners.look()
    assert (scanners.now().devices, scanners.get(GLASS.id), way.searches, len(done)) == ((GLASS,), GLASS, 1, 1)
    assert scanners.get("fake:b") is None


def test_what_was_added_during_a_search_is_found_by_the_next_one_which_comes_by_itself() -> None:
    way, done = Way(), list[int]()
    scanners = listing(way, done)
    scanners.look()
    while way.searches == 0:
        scanners.wait(0.01)
    way.found.append(GLASS)
    scanners.look(again=True)
    way.go.set()
    settled(scanners)
    assert way.searches == 2 and scanners.now().devices == (GLASS,)


def test_a_search_that_breaks_ends_all_the_same() -> None:
    way, done = Way([GLASS], error=OSError("no bus")), list[int]()
    way.go.set()
    scanners = listing(way, done)
    before, threading.excepthook = threading.excepthook, lambda _told: None
    try:
        scanners.look()
        settled(scanners)
    finally:
        threading.excepthook = before
    assert scanners.now().devices == () and len(done) == 1
