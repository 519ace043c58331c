"""The real `scanimage` with SANE's test backend: a glass, a feeder of ten sheets, and every complaint that a scanner can have."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from PIL import Image

from node.capture.scanners import sane
from node.capture.scanners.sane import Sane, Times
from node.capture.scanners.sane_options import SANE, order, read_devices, read_options
from node.capture.scanners.values import DUPLEX, FEEDER, FLATBED, Device, ScanWish, StoppedError, Watch
from node.errors import RequestError, ScannerError
from tests.tools.sane_test import DEVICE, SHEETS, sane_config

ONE = Device(SANE, DEVICE, "test")

EPSON = """
All options specific to device `epson2:libusb:001:004':
  Scan Mode:
    --mode Lineart|Gray|Color [Lineart]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --resolution 75|100|150|300|600dpi [75]
    --source Flatbed|ADF Simplex|ADF Duplex [Flatbed]
    --duplex[=(yes|no)] [inactive]
  Geometry:
    -l 0..215.9mm [0]
    -x 0..215.9mm [215.9]
    -y 0..355.6mm (in steps of 0.1) [297.18]
"""


@pytest.fixture
def scanners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that sets the test backend."""
    monkeypatch.setenv("SANE_CONFIG_DIR", sane_config(tmp_path / "sane"))
    return tmp_path / "sane"


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Every process that is started; all must have ended when the test has."""
    started, start = list[subprocess.Popen[bytes]](), sane._started

    def watched(arguments: list[str]) -> "subprocess.Popen[bytes]":
        started.append(start(arguments))
        return started[-1]

    monkeypatch.setattr(sane, "_started", watched)
    yield started
    still = [one for one in started if one.poll() is None]
    for one in still:
        one.kill()
        one.wait()
    assert started != [] and still == []


def left_over() -> list[Path]:
    return sorted(sane.IN_MEMORY.glob(f"{sane.FOLDER}*"))


def until_refused(source: str, way: Sane) -> tuple[int, str]:
    came = 0
    with pytest.raises(ScannerError) as caught:
        for _ in way.pages(ONE, ScanWish(source, dpi=75), Watch()):
            came += 1
    return came, caught.value.code


def test_the_devices_that_sane_knows_are_listed_with_what_they_can(scanners: Path) -> None:
    (found,) = Sane().devices()
    assert (found.id, found.name, found.problem) == (f"sane:{DEVICE}", "Noname frontend-tester", "")
    assert found.sources == (FLATBED, FEEDER) and found.has_colour


def test_a_page_on_the_glass_comes_as_it_was_wished(scanners: Path) -> None:
    told: list[int | None] = []
    (page,) = Sane().pages(ONE, ScanWish(FLATBED, "colour", 150), Watch(told.append))
    image = Image.open(BytesIO(page))
    assert (image.format, image.mode, image.size, image.info["dpi"]) == ("JPEG", "RGB", (1181, 1181), (150, 150))
    (grey,) = Sane().pages(ONE, ScanWish(FLATBED, "bw", 75), Watch())
    assert (Image.open(BytesIO(grey)).mode, Image.open(BytesIO(grey)).width) == ("L", 590)
    assert any(told) and all(one is None or 0 <= one <= 100 for one in told)


def test_all_sheets_of_the_feeder_come_and_nothing_is_left_behind(scanners: Path) -> None:
    before, count = left_over(), 0
    for _ in Sane().pages(ONE, ScanWish(FEEDER, "grey", 75), Watch()):
        count += 1
        (folder,) = set(left_over()) - set(before)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not (folder / f"{count}.jpg").exists()
    assert count == SHEETS and left_over() == before


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("JAMMED", "jam"), ("NO_DOCS", "no_paper"), ("COVER_OPEN", "cover_open"), ("DEVICE_BUSY", "busy"), ("IO_ERROR", "lost"),
        ("ACCESS_DENIED", "denied"), ("NO_MEM", "aborted"),
    ],
)  # fmt: skip
def test_what_the_scanner_complains_of_is_told(scanners: Path, status: str, code: str) -> None:
    sane_config(scanners, read_status_code=f'"SANE_STATUS_{status}"')
    assert until_refused(FEEDER, Sane()) == (0, code)


@pytest.mark.usefixtures("children")
def test_to_cancel_ends_the_program_at_once_and_the_pages_before_are_whole(scanners: Path) -> None:
    sane_config(scanners, read_delay="true", read_delay_duration="20000")
    watch, came, begun = Watch(), 0, 0.0
    with pytest.raises(StoppedError):
        for _ in Sane().pages(ONE, ScanWish(FEEDER, "colour", 100), watch):
            came, begun = came + 1, monotonic()
            threading.Timer(0.05, watch.stop).start()
    assert came == 1 and monotonic() - begun < 2
    assert left_over() == []


@pytest.mark.usefixtures("children")
def test_a_program_that_says_nothing_is_ended(scanners: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scanimage").write_text("#!/bin/sh\ntrap '' INT\necho >&2 started\nexec sleep 60\n", encoding="ascii")
    (tmp_path / "scanimage").chmod(0o755)
    way = Sane(Times(options=0.2, sign=0.2, end=0.2))
    way._options[DEVICE] = read_options(EPSON)
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / name))
    begun = monotonic()
    assert until_refused(FLATBED, way) == (0, "slow")
    with pytest.raises(ScannerError):
        list(Sane(Times(options=0.2)).pages(ONE, ScanWish(), Watch()))
    assert monotonic() - begun < 5


@pytest.mark.usefixtures("children")
def test_a_page_without_an_end_is_ended_before_it_fills_the_memory(scanners: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane_config(scanners, read_delay="true", read_delay_duration="5000", picture='"Color pattern"')
    monkeypatch.setattr(sane, "MOST_PAGE_BYTES", 20_000)
    told: list[int | None] = []
    with pytest.raises(ScannerError) as caught:
        list(Sane().pages(ONE, ScanWish(FLATBED, "colour", 150), Watch(told.append)))
    assert caught.value.code == "page_large" and max(one or 0 for one in told) < 95


def test_where_the_program_is_missing_there_is_nothing_to_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not Sane().is_there and Sane().devices() == []
    with pytest.raises(ScannerError) as caught:
        list(Sane().pages(ONE, ScanWish(), Watch()))
    assert caught.value.code == "unreachable"


def test_a_source_that_the_device_has_not_is_refused(scanners: Path) -> None:
    with pytest.raises(RequestError) as caught:
        list(Sane().pages(ONE, ScanWish(DUPLEX), Watch()))
    assert caught.value.code == "scanner_source"


def test_a_device_that_is_gone_is_unreachable(scanners: Path) -> None:
    with pytest.raises(ScannerError) as caught:
        list(Sane().pages(Device(SANE, "test:7", "gone"), ScanWish(), Watch()))
    assert caught.value.code == "unreachable"


def test_options_of_other_makers_are_understood() -> None:
    options = read_options(EPSON)
    assert options.sources == {FLATBED: "Flatbed", FEEDER: "ADF Simplex", DUPLEX: "ADF Duplex"}
    assert [options.nearest(dpi) for dpi in (50, 150, 200, 1200)] == ["75", "150", "300", "600"]
    told = order(Device(SANE, "epson2:libusb:001:004", "x"), options, ScanWish(DUPLEX, "bw", 200), "%d.jpg")
    assert told[:2] == ["-d", "epson2:libusb:001:004"]
    assert told[-10:] == ["--source", "ADF Duplex", "--mode", "Gray", "--resolution", "300", "-x", "210", "-y", "297"]
    assert read_options("no options at all").sources == {FLATBED: ""}


def test_cameras_and_lines_that_are_no_device_are_passed_over() -> None:
    listed = "epson2:1\tEpson\tV39\tflatbed scanner\nv4l:/dev/video0\tNoname\tCam\tvirtual device\n--batch=x\ta\tb\tc\nnonsense\n"
    assert [one.place for one in read_devices(listed)] == ["epson2:1"]
