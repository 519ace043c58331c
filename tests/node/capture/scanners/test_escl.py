"""The eSCL client against a device that behaves, and against each that does not."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

import pytest

from node.capture.scanners.escl import ESCL, Escl
from node.capture.scanners.escl_line import Times
from node.capture.scanners.values import DUPLEX, FEEDER, FLATBED, MOST_PAGES, Device, ScanWish, StoppedError, Watch
from node.errors import RequestError, ScannerError
from tests.tools.escl_device import NAME, EsclDevice, listening, page

QUICK = Times(connect=1.0, answer=1.0, quiet=0.4, page=3.0, grace=0.5, again=0.02, busy=0.06)
SMALL = (240, 340)
SHEETS = tuple(page(f"sheet {number}", SMALL) for number in range(1, 4))


@dataclass
class Desk:
    """A device, and the client that was told of it."""

    device: EsclDevice
    address: str
    escl: Escl
    told: list[int | None] = field(default_factory=list)

    @property
    def watch(self) -> Watch:
        return Watch(self.told.append)

    @property
    def listed(self) -> Device:
        return self.escl.devices()[0]

    def scan(self, source: str = FEEDER, **wish: object) -> list[bytes]:
        return list(self.escl.pages(Device(ESCL, self.address, NAME), ScanWish(source, **wish), self.watch))  # type: ignore[arg-type]

    def until_refused(self, source: str = FEEDER) -> tuple[int, str]:
        """How many pages came before it failed, and how."""
        came = 0
        with pytest.raises(ScannerError) as caught:
            for _ in self.escl.pages(Device(ESCL, self.address, NAME), ScanWish(source), self.watch):
                came += 1
        return came, caught.value.code


@pytest.fixture
def desk() -> Iterator[Desk]:
    device = EsclDevice(SHEETS, page("glass", SMALL))
    with listening(device) as address:
        yield Desk(device, address, Escl(lambda: [address], QUICK))


def test_a_scanner_is_listed_by_its_own_name_with_what_it_can(desk: Desk) -> None:
    found = desk.listed
    assert (found.way, found.place, found.problem) == (ESCL, desk.address, "")
    assert found.name == f"{NAME}（127.0.0.1）" and found.sources == (FLATBED, FEEDER) and found.has_colour
    desk.device.duplex = True
    assert desk.listed.sources == (FLATBED, FEEDER, DUPLEX)


def test_all_sheets_of_the_feeder_come_in_order_and_the_job_ends_by_itself(desk: Desk) -> None:
    assert desk.scan() == list(SHEETS)
    assert desk.device.asked("DELETE") == [] and len(desk.device.asked("POST")) == 1
    assert any(desk.told)


def test_the_glass_gives_one_page_and_the_job_is_let_go(desk: Desk) -> None:
    assert desk.scan(FLATBED) == [desk.device.glass]
    assert len(desk.device.asked("DELETE")) == 1 and desk.device.job == ""


def test_what_is_wished_is_what_the_device_is_told(desk: Desk) -> None:
    desk.scan(FLATBED, colour="bw", dpi=220)
    told = desk.device.settings[0]
    assert (told["InputSource"], told["ColorMode"], told["XResolution"]) == ("Platen", "Grayscale8", "300")
    assert (told["Width"], told["Height"], told["DocumentFormat"], told["Version"]) == ("2480", "3508", "image/jpeg", "2.63")
    desk.device.duplex = True
    desk.scan(DUPLEX, dpi=150)
    assert (desk.device.settings[1]["Duplex"], desk.device.settings[1]["ColorMode"]) == ("true", "RGB24")


def test_a_source_that_the_device_has_not_is_refused_before_anything_moves(desk: Desk) -> None:
    with pytest.raises(RequestError) as caught:
        desk.scan(DUPLEX)
    assert caught.value.code == "scanner_source" and desk.device.asked("POST") == []


def test_an_empty_feeder_is_told_and_the_glass_does_not_mind_it(desk: Desk) -> None:
    desk.device.feeder.clear()
    assert desk.until_refused() == (0, "no_paper")
    assert desk.scan(FLATBED) == [desk.device.glass]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("jam", "jam"), ("hatch", "cover_open"), ("gone", "aborted"), ("no_picture", "nothing"), ("half_picture", "lost"),
        ("cut", "lost"), ("stall", "slow"), ("silent", "slow"), ("huge", "page_large"),
    ],
)  # fmt: skip
def test_what_fails_in_the_middle_is_told_and_what_came_before_is_whole(desk: Desk, fault: str, code: str) -> None:
    desk.device.fault, desk.device.at = fault, 2
    begun = monotonic()
    assert desk.until_refused() == (1, code)
    assert monotonic() - begun < 10


def test_a_device_that_is_not_ready_yet_is_asked_again(desk: Desk) -> None:
    desk.device.fault, desk.device.at = "later", 2
    assert desk.scan() == list(SHEETS)


def test_a_device_that_works_for_somebody_else_is_busy(desk: Desk) -> None:
    desk.device.fault = "busy"
    assert desk.until_refused() == (0, "busy")
    assert 2 <= len(desk.device.asked("POST")) < 10


def test_a_feeder_without_an_end_is_ended(desk: Desk) -> None:
    desk.device.fault = "endless"
    assert desk.until_refused() == (MOST_PAGES, "endless")
    assert len(desk.device.asked("DELETE")) == 1


@pytest.mark.parametrize("fault", ["wrong_xml", "other_xml", "bomb", "entity", "many_elements", "deep_xml", "long_xml", "redirect"])
def test_what_is_no_scanner_is_called_so_and_leads_nowhere(desk: Desk, fault: str) -> None:
    desk.device.fault = fault
    assert desk.listed.problem == "not_scanner"
    assert desk.until_refused() == (0, "not_scanner")


def test_a_page_that_drips_is_not_waited_for_though_bytes_come(desk: Desk) -> None:
    desk.device.fault, desk.device.at = "drip", 1
    begun = monotonic()
    assert desk.until_refused() == (0, "slow")
    assert monotonic() - begun < QUICK.page


def test_a_head_that_drips_is_not_waited_for(desk: Desk) -> None:
    desk.device.fault = "drip_header"
    begun = monotonic()
    assert desk.until_refused() == (0, "slow")
    assert monotonic() - begun < 3 * QUICK.answer


def test_a_location_elsewhere_is_asked_for_at_the_checked_address_alone(desk: Desk) -> None:
    desk.device.fault = "elsewhere"
    assert desk.until_refused() == (0, "nothing")
    assert ("GET", "/steal/NextDocument") in desk.device.calls


def test_a_device_that_is_off_is_listed_and_said_to_be_unreachable() -> None:
    device = EsclDevice()
    with listening(device) as address:
        pass
    escl = Escl(lambda: [address], QUICK)
    (found,) = escl.devices()
    assert (found.problem, found.name) == ("unreachable", address.removeprefix("http://"))


@pytest.mark.parametrize("fault", ["stall", "silent"])
def test_to_cancel_breaks_off_a_call_that_waits_and_lets_the_job_go(desk: Desk, fault: str) -> None:
    desk.device.fault, desk.device.at = fault, 2
    escl, watch, came = Escl(lambda: [desk.address]), desk.watch, 0
    begun = monotonic()
    with pytest.raises(StoppedError):
        for _ in escl.pages(Device(ESCL, desk.address, NAME), ScanWish(FEEDER), watch):
            came += 1
            threading.Timer(0.1, watch.stop).start()
    assert came == 1 and monotonic() - begun < 5
    assert len(desk.device.asked("DELETE")) == 1


def test_to_leave_the_pages_lets_the_job_go(desk: Desk) -> None:
    pages = desk.escl.pages(Device(ESCL, desk.address, NAME), ScanWish(FEEDER), desk.watch)
    next(pages)
    pages.close()
    assert len(desk.device.asked("DELETE")) == 1
