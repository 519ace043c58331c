"""Eyes: a child of their own that no file breaks for the next one, within its memory, and of use without OpenCV."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from node.errors import MaterialError
from node.scanning.finding.eyes import Eyes
from node.scanning.limits import CHILD_BYTES, MAX_INPUT_BYTES
from tests.node.scanning import hostile
from tests.node.scanning.files import encoded, pdf, picture
from tests.node.scanning.finding.photographs import Quad, as_jpeg, desk, jaccard, with_card

ROOT = Path(__file__).resolve().parents[4]

REFUSED = {
    "empty": (b"", "empty"),
    "forty megabytes": (b"\xff\xd8\xff" + bytes(MAX_INPUT_BYTES), "too_large"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_kind"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(64), "unknown_kind"),
    "pdf": (pdf(1), "unknown_kind"),
    "bomb of png": (hostile.png(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "bomb of jpeg": (hostile.jpeg(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "bomb of tiff": (hostile.tiff(hostile.SIDE, hostile.SIDE), "too_many_pixels"),
    "bomb of webp": (hostile.webp(16_000, 16_000), "too_many_pixels"),
    "much of png": (hostile.png(7000, 7000, rows=7000), "too_many_pixels"),
    "cut off": (encoded(picture())[:20_000], "damaged"),
    "no picture": (b"\x89PNG\r\n\x1a\n" + bytes(400), "damaged"),
}


@pytest.fixture(scope="module")
def eyes() -> Iterator[Eyes]:
    looking = Eyes()
    yield looking
    looking.close()


@pytest.fixture(scope="module")
def card() -> tuple[bytes, Quad]:
    image = desk(1200, 900, (60, 60, 64))
    corners = with_card(image, (600, 450), 640, 5)
    return as_jpeg(image), corners


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_reason_and_the_next_is_looked_at(eyes: Eyes, card: tuple[bytes, Quad], name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(MaterialError) as refused:
        eyes.look(data)
    assert refused.value.code == code
    assert jaccard(eyes.look(card[0], "card").sheets[0], card[1]) > 0.98


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WEBP"])
def test_a_card_is_found_in_every_kind_of_file(eyes: Eyes, card: tuple[bytes, Quad], kind: str) -> None:
    image = desk(1200, 900, (60, 60, 64))
    corners = with_card(image, (600, 450), 640, 5)
    assert jaccard(eyes.look(encoded(image, kind), "card").sheets[0], corners) > 0.98


def test_pictures_of_sixteen_bits_and_animated_ones_are_looked_at(eyes: Eyes) -> None:
    for data in (hostile.sixteen_bits("PNG"), hostile.sixteen_bits("TIFF"), hostile.animated("WEBP"), hostile.animated("PNG")):
        assert eyes.look(data).width == 1200


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_the_child_stays_within_its_memory_whatever_comes(tmp_path: Path) -> None:
    large = Image.new("RGB", (8000, 6200), (90, 90, 94))
    large.paste((240, 240, 240), (900, 700, 7000, 5200))
    heavy = [
        encoded(large, quality=60), encoded(large, quality=60, progressive=True), encoded(large.resize((3264, 2448)), quality=95),
        hostile.png(4200, 4200, rows=4200), hostile.png(9000, 5500, 8, 6, rows=5500), hostile.png(64, 64, words=hostile.words(40)),
        encoded(Image.new("RGB", (2000, 2000), "white"), "WEBP"), encoded(Image.new("CMYK", (2800, 3000)), "TIFF"),
    ]  # fmt: skip
    command = [sys.executable, "-c", PEAK, *_kept(tmp_path, heavy)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    looked, peak = int(told[0]), int(told[1])
    assert looked >= 4  # they are not simply refused
    assert peak < CHILD_BYTES


PEAK = """
import sys
from pathlib import Path
from node.scanning.finding.worker import answer
looked = 0
for name in sys.argv[1:]:
    looked += "ok" in answer({"wanted": "page", "quick": False}, Path(name).read_bytes())
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()
print(looked, int(peak[1]) * 1024)
"""


def test_two_who_look_at_once_each_get_their_own_answer(eyes: Eyes, card: tuple[bytes, Quad]) -> None:
    empty = as_jpeg(desk(800, 600, (40, 88, 66)))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: eyes.look(card[0] if number % 2 else empty, quick=True), range(8)))
    assert [(look.width, len(look.sheets)) for look in found] == [(800, 0), (1200, 1)] * 4


def test_a_child_that_has_ended_is_begun_anew(card: tuple[bytes, Quad]) -> None:
    eyes = Eyes()
    first = eyes.look(card[0])
    eyes.close()
    assert eyes.look(card[0]) == first
    eyes.close()


def test_without_opencv_the_picture_is_looked_at_all_the_same(card: tuple[bytes, Quad], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['cv2'] = None\n")
    (tmp_path / "card.jpg").write_bytes(card[0])
    told = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path / "card.jpg")], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert told.stdout.strip() == "False Look(width=1200, height=900, sheets=(), score=0.0, quality=(), dpi=None)"


LOOK = """
import sys
from pathlib import Path
from node.scanning.finding.eyes import Eyes
eyes = Eyes()
print(eyes.available(), eyes.look(Path(sys.argv[1]).read_bytes()))
eyes.close()
"""


def test_with_opencv_sheets_can_be_found() -> None:
    assert Eyes.available()


def test_the_node_itself_never_loads_opencv() -> None:
    code = "import sys, node.scanning.finding.eyes; print('cv2' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "False"


def _kept(folder: Path, files: list[bytes]) -> list[str]:
    names = [folder / f"{number}.bin" for number in range(len(files))]
    for name, data in zip(names, files, strict=True):
        name.write_bytes(data)
    return [str(name) for name in names]
