"""Which piece goes next: what may wait lets everything else pass, also what was named after it, and takes one place."""

from collections.abc import Callable

import pytest

from sync.boxes import Piece
from sync.caller import Caller
from sync.chunks import FIRST_BYTES
from sync.freight import OPEN_AT_ONCE, Freight, Task
from sync.mailbag import Tally
from sync.wire import EnclosureState
from tests.sync.fakes import TOWN, DoorWire, FakeClock, FakeShelf, Station, digest, identity

LARGE = 40 * FIRST_BYTES


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture
def freight(shelf: FakeShelf) -> Freight:
    clock = FakeClock()
    caller = Caller(DoorWire(Station(TOWN, clock)), identity(), TOWN)
    made = Freight(TOWN, shelf, caller, clock.now)
    made.start(Tally())
    return made


def expect(shelf: FakeShelf, name: str, *, bulk: bool = False) -> str:
    """A large enclosure that is to come down."""
    enclosure_id = digest(name.encode())
    shelf.expect(enclosure_id, LARGE)
    if bulk:
        shelf.bulk.add(enclosure_id)
    return enclosure_id


def is_there(freight: Freight, task: Task | None) -> None:
    """The parent has all of it."""
    assert task is not None and task.piece is None
    freight.done(task, EnclosureState(LARGE, ()))


def ids(next_task: Callable[[], Task | None], count: int) -> list[str]:
    return [task.load.enclosure_id for _ in range(count) if (task := next_task()) is not None]


def test_a_scan_that_is_named_later_overtakes_an_update_on_its_way(shelf: FakeShelf, freight: Freight) -> None:
    update = expect(shelf, "update", bulk=True)
    is_there(freight, freight.next_task())
    assert ids(freight.next_task, 3) == [update] * 3
    scan = expect(shelf, "scan")
    freight.look_again()
    is_there(freight, freight.next_task())
    assert ids(freight.next_task, 4) == [scan] * 4


def test_the_update_goes_on_where_a_scan_leaves_a_hand_idle(shelf: FakeShelf, freight: Freight) -> None:
    update, scan = expect(shelf, "update", bulk=True), expect(shelf, "scan")
    asked = freight.next_task()
    assert asked is not None and asked.load.enclosure_id == scan
    assert ids(freight.next_task, 1) == [update]


def test_of_several_updates_one_is_open_so_that_scans_keep_their_places(shelf: FakeShelf, freight: Freight) -> None:
    bulky = {expect(shelf, f"update {number}", bulk=True) for number in range(OPEN_AT_ONCE)}
    opened = ids(freight.next_task, OPEN_AT_ONCE)
    assert len(opened) == 1 and set(opened) <= bulky
    scans = {expect(shelf, f"scan {number}") for number in range(OPEN_AT_ONCE - 1)}
    freight.look_again()
    assert set(ids(freight.next_task, OPEN_AT_ONCE)) == scans


def give(shelf: FakeShelf, name: str, size: int = LARGE) -> str:
    """An enclosure that is to go up."""
    enclosure_id = shelf.put(name.encode().ljust(size, b"."))
    shelf.send(TOWN, enclosure_id)
    return enclosure_id


def lacks_all(freight: Freight, task: Task | None) -> None:
    """The parent has none of it."""
    assert task is not None and task.piece is None
    freight.done(task, EnclosureState(LARGE, (Piece(0, LARGE),)))


def test_a_preview_that_comes_later_passes_scans_that_are_half_done_though_all_places_are_taken(shelf: FakeShelf, freight: Freight) -> None:
    scans = [give(shelf, f"scan {number}") for number in range(OPEN_AT_ONCE)]
    freight.look_again()
    lacks_all(freight, freight.next_task())
    under_way = next(task for _ in range(3) if (task := freight.next_task(may_ask=False)) is not None)
    assert under_way.load.enclosure_id == scans[0]
    preview = shelf.put(b"preview".ljust(FIRST_BYTES, b"."))
    shelf.outgoing[TOWN].insert(0, preview)
    freight.look_again()
    assert ids(lambda: freight.next_task(may_ask=False), 2) == [preview, scans[0]]
    freight.done(under_way, None)


def test_what_people_put_first_goes_next_and_what_they_set_aside_goes_no_more(shelf: FakeShelf, freight: Freight) -> None:
    one, two = give(shelf, "one"), give(shelf, "two")
    freight.look_again()
    lacks_all(freight, freight.next_task())
    assert ids(freight.next_task, 2) == [one, one]
    shelf.outgoing[TOWN] = [two, one]
    freight.look_again()
    lacks_all(freight, freight.next_task())
    assert ids(freight.next_task, 2) == [two, two]
    shelf.outgoing[TOWN] = [one]
    freight.look_again()
    assert ids(freight.next_task, 3) == [one] * 3
