"""Hostile files through the real child: each is handled or refused with its reason, and the child's peak memory stays bounded."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from node.errors import MaterialError
from node.scanning.intake import IntakeProcess
from node.scanning.limits import CHILD_BYTES, OWN_BYTES
from node.scanning.shot import Plan
from node.web.wording import WARNINGS, error_text
from tests.node.scanning import files, hostile
from tests.node.scanning.files import encoded, picture

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "png of 50,000 a side": (lambda: hostile.png(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "png of 48 million colours": (lambda: hostile.png(8000, 6000), "too_many_pixels"),
    "jpeg of 50,000 a side": (lambda: hostile.jpeg(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "progressive jpeg of 48 million": (lambda: hostile.jpeg(8000, 6000, progressive=True, subsampling=0), "too_many_pixels"),
    "bmp of 50,000 a side": (lambda: hostile.bmp(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "tiff of 50,000 a side": (lambda: hostile.tiff(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "tiff of one strip": (lambda: hostile.tiff(8000, 6000), "too_many_pixels"),
    "webp of 16,000 a side": (lambda: hostile.webp(16_000, 16_000), "too_many_pixels"),
    "png with 60 MB of words": (lambda: hostile.png(64, 64, rows=64, words=hostile.words(60)), "damaged"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown_kind"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(100), "unknown_kind"),
    "animated gif": (lambda: hostile.animated("GIF"), "unknown_kind"),
    "nothing": (lambda: b"", "empty"),
    "40 MB": (lambda: b"\xff\xd8\xff" + bytes(40 << 20), "too_large"),
    "jpeg cut short": (lambda: encoded(picture())[:9000], "damaged"),
    "tiff cut short": (lambda: encoded(picture(), "TIFF")[:9000], "damaged"),
    "webp cut short": (lambda: encoded(picture(), "WEBP")[:3000], "damaged"),
    "pdf of 5,000 pages": (lambda: hostile.many_pages(5000), "too_many_pages"),
    "pdf with a picture of 50,000 a side": (lambda: hostile.deep_picture(hostile.SIDE, 1), "heavy_pdf"),
    "pdf with a mask of 20,000 a side": (lambda: hostile.deep_picture(20_000, mask=True), "heavy_pdf"),
    "pdf with three photographs of 12 million": (lambda: photographs(3), "heavy_pdf"),
    "pdf with a gigabyte of spaces": (lambda: hostile.deep_content(250) if sys.platform == "linux" else b"%PDF-", "damaged"),
}
HANDLED: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "png of 49 million greys": (lambda: hostile.png(7000, 7000, 8, 0, 7000), ()),
    "png of 18 million colours": (lambda: hostile.png(4300, 4300, 8, 2, 4300), ()),
    "jpeg of 49 million": (lambda: hostile.jpeg(8160, 6100), ()),
    "progressive jpeg of 24 million": (lambda: hostile.jpeg(5712, 4284, progressive=True), ()),
    "webp of 6 million": (lambda: encoded(Image.new("RGB", (2450, 2450), "red"), "WEBP", method=0), ()),
    "bilevel tiff of 600 dpi": (lambda: encoded(Image.new("1", (4960, 7016), 1), "TIFF", compression="group4"), ()),
    "jpeg of 20 MB": (lambda: encoded(picture()) + bytes((20 << 20) - 200_000), ()),
    "jpeg that is a zip too": (lambda: encoded(picture()) + b"PK\x03\x04" + files.MARKER, ()),
    "jpeg of four inks": (lambda: encoded(picture().convert("CMYK")), ()),
    "animated png": (lambda: hostile.animated("PNG"), ("first_page_only",)),
    "animated webp": (lambda: hostile.animated("WEBP"), ("first_page_only",)),
    "tiff of three pages": (lambda: hostile.animated("TIFF"), ("first_page_only",)),
    "png of sixteen bits": (lambda: hostile.sixteen_bits("PNG"), ()),
    "pdf of a kilometre": (lambda: hostile.page(b"", b"0 0 2834645 2834645"), ()),
    "pdf with groups in groups": (hostile.transparent_groups, ()),
    "pdf with two photographs of 12 million": (lambda: photographs(2), ()),
}

DEVELOPED = {
    "png of 50,000 a side",
    "pdf with a mask of 20,000 a side",
    "png of 18 million colours",
    "jpeg of 49 million",
    "tiff of three pages",
}
"""Tried with a plan too; what opens the others is the same."""


def photographs(count: int) -> bytes:
    """A page on which somebody put so many pictures of a telephone."""
    head = b"/Type /XObject /Subtype /Image /Width 4000 /Height 3000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode"
    pictures = [hostile.stream(head, hostile.jpeg(4000, 3000)) for _ in range(count)]
    named = b" ".join(b"/P%d %d 0 R" % (number, 5 + number) for number in range(count))
    shown = b" ".join(b"q 500 0 0 250 40 %d cm /P%d Do Q" % (20 + 260 * number, number) for number in range(count))
    return hostile.page(b"/XObject << %b >>" % named, b"0 0 595 842", shown, *pictures)


@pytest.fixture(scope="module")
def intake() -> Iterator[IntakeProcess]:
    process = IntakeProcess()
    yield process
    process.close()


def told_by(intake: IntakeProcess, file: str, name: str) -> str:
    child = intake._child._child
    assert child is not None
    lines = Path(f"/proc/{child.pid}/{file}").read_text(encoding="ascii").splitlines()
    return next(line for line in lines if line.startswith(name))


def assert_bounded(intake: IntakeProcess) -> None:
    """The child's peak so far, where the system tells it and the child lives."""
    child = intake._child._child
    if sys.platform == "linux" and child is not None and child.poll() is None:
        assert int(told_by(intake, "status", "VmHWM").split()[1]) * 1024 <= CHILD_BYTES


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_reason_and_in_words(intake: IntakeProcess, name: str) -> None:
    make, code = REFUSED[name]
    data = make()
    with pytest.raises(MaterialError) as refused:
        intake.clean(data)
    assert refused.value.code == code and error_text(refused.value) != error_text(MaterialError("no such code"))
    assert_bounded(intake)
    if name in DEVELOPED:
        with pytest.raises(MaterialError) as refused:
            intake.develop(data, Plan())
        assert refused.value.code == code


@pytest.mark.parametrize("name", HANDLED)
def test_it_becomes_a_page_within_the_memory_of_a_child(intake: IntakeProcess, name: str) -> None:
    make, warnings = HANDLED[name]
    data = make()
    made = intake.clean(data)
    assert made.warnings == warnings and files.MARKER not in made.data
    assert_bounded(intake)
    if name in DEVELOPED:
        assert intake.develop(data, Plan()).warnings == warnings
        assert_bounded(intake)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told")
def test_the_child_is_given_no_more_memory_of_its_own(intake: IntakeProcess) -> None:
    intake.qr("示例")
    assert told_by(intake, "limits", "Max data size").split()[3] == str(OWN_BYTES)


def test_every_warning_has_its_sentence() -> None:
    assert {"low_resolution", "first_page_only", "ground", "few_bytes", "many_bytes"} <= set(WARNINGS)
