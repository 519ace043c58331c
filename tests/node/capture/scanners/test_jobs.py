"""Jobs: each page on the tray the moment it is whole; one job a device and a slot; what ends a job, and what stays."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from node.capture.scanners.jobs import CANCELLED, DONE, FAILED, MOST_JOBS, Job, ScanJobs
from node.capture.scanners.values import FEEDER, FLATBED, Device, ScanWish, Watch
from node.errors import DiskFullError, MaterialError, NodeError, NotAllowedError, NotFoundError, RequestError, ScannerError
from tests.journeys.world import picture
from tests.node.capture.conftest import SHEET, SIZE, Bench

PAGES = tuple(picture(f"scanned {number}", SIZE) for number in range(1, 5))
ONE, OTHER, THIRD = (Device("fake", name, f"示例{name}", (FLATBED, FEEDER)) for name in "abc")


@dataclass
class Scanner:
    """A way with scanners that give what they are told; each page waits for `ready`, and `fails` after the last."""

    sheets: Sequence[bytes] = PAGES[:2]
    fails: Exception | None = None
    is_held: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    before_page: Callable[[int], None] = lambda number: None
    is_there: bool = True

    def devices(self) -> list[Device]:
        return [ONE, OTHER, THIRD]

    def pages(self, device: Device, wish: ScanWish, watch: Watch) -> Generator[bytes, None, None]:
        try:
            for number, sheet in enumerate(self.sheets, 1):
                self.before_page(number)
                watch.check()
                watch.tell(50)
                yield sheet
            if self.is_held:
                watch.wait(20)
            if self.fails is not None:
                raise self.fails
        finally:
            self.ended.set()


@dataclass
class Room:
    """The agent's bench with scanners beside it."""

    bench: Bench
    way: Scanner
    jobs: ScanJobs
    threads: list[int] = field(default_factory=list)

    def scan(self, material: str = "mat_bank", device: Device = ONE, **wish: Any) -> Job:
        return self.jobs.scan(self.bench.agent, self.bench.number, material, device, ScanWish(**wish))

    def done(self, job: Job) -> Job:
        self.jobs.wait(job.id, 20)
        found = self.jobs.get(self.bench.agent, self.bench.number, job.id)
        assert not found.is_running
        return found

    def shots(self, material: str = "mat_bank") -> list[tuple[str, bytes]]:
        tray = self.bench.tray
        found = tray.shots(self.bench.agent, self.bench.number, material)
        return [(one.record.source, tray.raw(one)) for one in found]

    def refused(self, call: Callable[[], object]) -> str:
        with pytest.raises(RequestError) as caught:
            call()
        return caught.value.code


@pytest.fixture
def room(bench: Bench) -> Iterator[Room]:
    way, threads = Scanner(), list[int]()
    room = Room(bench, way, ScanJobs({"fake": way}, bench.tray, bench.keeping, lambda: threads.append(threading.get_ident())), threads)
    yield room
    room.jobs.close()


def test_every_page_is_on_the_tray_and_the_job_says_so(room: Room) -> None:
    job = room.done(room.scan(colour="grey"))
    assert (job.state, job.count, job.same, job.error, job.device) == (DONE, 2, 0, None, "示例a")
    assert room.shots() == [("scanner", PAGES[0]), ("scanner", PAGES[1])]
    assert room.way.ended.is_set() and len(room.threads) == 1


def test_a_page_is_on_the_tray_before_the_next_one_is_asked_for(room: Room) -> None:
    seen: list[int] = []
    room.way.before_page = lambda number: seen.append(len(room.shots()))
    room.done(room.scan())
    assert seen == [0, 1]


def test_a_scanned_page_fills_its_picture_and_takes_the_colour_that_was_wished(room: Room) -> None:
    room.bench.eye.sheets, room.bench.eye.found = (SHEET,), ("no_page", "dark", "cut_edge")
    room.done(room.scan(colour="bw"))
    shot = room.bench.tray.shots(room.bench.agent, room.bench.number)[0]
    assert (shot.plan.corners, shot.plan.colour, shot.look.sheets) == (None, "bw", ())
    assert [one.code for one in shot.look.quality] == ["dark"]


def test_a_card_on_the_glass_is_found_as_on_any_picture(room: Room) -> None:
    room.bench.eye.sheets, room.bench.eye.found = (SHEET,), ("cut_edge",)
    room.done(room.scan("mat_id"))
    shot = room.bench.tray.shots(room.bench.agent, room.bench.number)[0]
    assert shot.plan.corners == SHEET and [one.code for one in shot.look.quality] == ["cut_edge"]


def test_the_same_sheet_twice_is_one_shot_and_is_counted(room: Room) -> None:
    room.way.sheets = (PAGES[0], PAGES[0], PAGES[1])
    job = room.done(room.scan())
    assert (job.count, job.same) == (3, 1) and len(room.shots()) == 2
    again = room.done(room.scan())
    assert (again.count, again.same) == (3, 3) and len(room.shots()) == 2


@pytest.mark.parametrize("error", [ScannerError("jam"), DiskFullError("full"), RuntimeError("a bug")], ids=["jam", "disk", "bug"])
def test_what_fails_is_told_and_the_pages_that_came_stay(room: Room, error: Exception) -> None:
    room.way.fails = error
    job = room.done(room.scan())
    assert (job.state, job.count) == (FAILED, 2) and len(room.shots()) == 2
    assert isinstance(job.error, NodeError)
    assert job.error is error or getattr(job.error, "code", "") == "failed"


def test_a_page_that_is_no_picture_ends_the_job_at_the_device(room: Room) -> None:
    def look() -> None:
        if len(room.shots()) == 1:
            raise MaterialError("unknown_kind")

    room.way.sheets, room.bench.eye.meanwhile = PAGES[:3], look
    job = room.done(room.scan())
    assert (job.state, job.count, getattr(job.error, "code", "")) == (FAILED, 1, "unknown_kind")
    assert room.way.ended.is_set() and len(room.shots()) == 1


def test_a_cancelled_job_keeps_what_came(room: Room) -> None:
    room.way.is_held = True
    came = threading.Event()
    room.way.before_page = lambda number: came.set() if number == 2 else None
    job = room.scan()
    assert came.wait(10)
    stopping = room.jobs.stop(room.bench.agent, room.bench.number, job.id)
    assert stopping.is_stopping or not stopping.is_running
    ended = room.done(job)
    assert ended.state == CANCELLED and ended.error is None and len(room.shots()) == ended.count >= 1
    assert room.jobs.stop(room.bench.agent, room.bench.number, job.id).state == CANCELLED


def test_one_job_a_slot_one_a_device_and_two_together(room: Room) -> None:
    room.way.is_held = True
    room.scan("mat_bank", ONE)
    assert room.refused(lambda: room.scan("mat_bank", OTHER)) == "scanner_slot"
    assert room.refused(lambda: room.jobs.keep(room.bench.agent, room.bench.number, "mat_bank")) == "scanner_slot"
    assert room.refused(lambda: room.scan("mat_id", ONE)) == "scanner_in_use"
    room.scan("mat_id", OTHER)
    assert MOST_JOBS == 2
    free = next(one.id for one in room.bench.node.desk.form_of(room.bench.number).materials if one.id not in ("mat_bank", "mat_id"))
    assert room.refused(lambda: room.scan(free, THIRD)) == "scanner_many"
    room.jobs.close()
    assert [room.jobs.of_slot(room.bench.agent, room.bench.number, one).state for one in ("mat_bank", "mat_id")] == [CANCELLED] * 2  # type: ignore[union-attr]
    room.way.is_held = False
    assert room.done(room.scan("mat_bank", ONE)).state == DONE


@pytest.mark.parametrize(
    "wish",
    [{"source": "moon"}, {"colour": "purple"}, {"dpi": 74}, {"dpi": 601}, {"source": "duplex"}],
    ids=["source", "colour", "coarse", "fine", "duplex"],
)
def test_a_wish_that_makes_no_sense_is_refused(room: Room, wish: dict[str, Any]) -> None:
    assert room.refused(lambda: room.scan(**wish)) in ("scanner_wish", "scanner_source")
    assert room.jobs.of_slot(room.bench.agent, room.bench.number, "mat_bank") is None


def test_only_who_may_change_the_case_begins_sees_and_ends(room: Room) -> None:
    room.way.is_held = True
    job = room.scan()
    stranger = room.bench.world.person("head1")
    calls: tuple[Callable[[], object], ...] = (
        lambda: room.jobs.scan(stranger, room.bench.number, "mat_id", OTHER, ScanWish()),
        lambda: room.jobs.of_slot(stranger, room.bench.number, "mat_bank"),
        lambda: room.jobs.get(stranger, room.bench.number, job.id),
        lambda: room.jobs.stop(stranger, room.bench.number, job.id),
    )
    for call in calls:
        with pytest.raises(NotAllowedError):
            call()
    other = room.bench.node.desk.open_case(room.bench.agent, "gaoling").line.case_number
    with pytest.raises(NotFoundError):
        room.jobs.get(room.bench.agent, other, job.id)
    with pytest.raises(NotFoundError):
        room.jobs.stop(room.bench.agent, other, job.id)
    with pytest.raises(NotFoundError):
        room.scan("nothing", OTHER)
    with pytest.raises(ScannerError):
        room.scan("mat_id", Device("fake", "off", "off", problem="unreachable"))


def test_a_case_that_goes_away_meanwhile_ends_the_job_in_words(room: Room) -> None:
    bench = room.bench
    room.way.before_page = lambda number: bench.node.desk.discard(bench.agent, bench.number) if number == 2 else None
    job = room.scan()
    room.jobs.wait(job.id, 20)
    run = room.jobs._runs[job.case_number, "mat_bank"]
    assert run.job.state == FAILED and run.job.count == 1 and isinstance(run.job.error, NodeError)


def test_all_pages_are_kept_as_they_are_in_their_order_and_faulty_ones_wait(room: Room) -> None:
    room.way.sheets = PAGES[:3]
    room.done(room.scan())
    room.bench.take("by camera")
    room.bench.eye.found = ("blurred",)
    room.way.sheets = PAGES[3:]
    room.done(room.scan())
    job = room.done(room.jobs.keep(room.bench.agent, room.bench.number, "mat_bank"))
    assert (job.state, job.count, job.left) == (DONE, 3, 1)
    shots = room.bench.tray.shots(room.bench.agent, room.bench.number, "mat_bank")
    assert [(one.record.source, one.page) for one in shots] == [
        ("scanner", 1), ("scanner", 2), ("scanner", 3), ("camera", None), ("scanner", None),
    ]  # fmt: skip
    assert [room.bench.tray.raw(one) for one in shots[:3]] == list(PAGES[:3])
    again = room.done(room.jobs.keep(room.bench.agent, room.bench.number, "mat_bank"))
    assert (again.count, again.left, len(room.bench.pages())) == (0, 1, 3)
