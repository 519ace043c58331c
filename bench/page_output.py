"""Developed pages: bytes, what tesseract reads of them, skew that is left, size of cards, redness of seals.

`python -m bench page_output`. The photographs are made by `tests/tools/make_scans.py` with true corners, in 8 million dots, so that 150
dots per inch are there to be kept. Tesseract with `chi_sim` reads what is kept (letters; tables upset it) and is compared with the text
that was printed, without white space and punctuation. Needs numpy and Noto CJK for the photographs, and tesseract for reading; without
tesseract the reading is left out and says so.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from colorsys import rgb_to_hsv
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import mean

import pypdfium2
from PIL import Image

from bench.ground import Ground
from bench.table import Row
from node.scanning.developing.card import card_sheet
from node.scanning.developing.page import developed
from node.scanning.developing.skew import skew_of
from node.scanning.developing.sources import opened_shot
from node.scanning.developing.straight import laid_flat, laying
from node.scanning.developing.target import KEPT
from node.scanning.joining import joined
from node.scanning.shot import Plan

TOOL = Path(__file__).resolve().parent.parent / "tests" / "tools" / "make_scans.py"
LETTERS = 12
SEED = 9107
A4_DOTS = (1240, 1754)
ANGLES = (-5.0, -3.1, -1.4, -0.6, -0.2, 0.0, 0.3, 0.9, 1.7, 2.8, 4.4)
WHITE_SPACE = re.compile(r"[\s,，。．.、:：;；\-—_|]")


@dataclass(frozen=True)
class Shot:
    """One photograph with its truth and the flat page that was photographed."""

    raw: bytes
    plan: Plan
    text: str
    flat: Image.Image


def measure(ground: Ground) -> Iterator[Row]:
    letters = _shots(ground.root / "letters", LETTERS, "letter", "a4")
    yield from _read(letters)
    yield from _straight(letters)
    yield from _red(letters)
    yield from _cards(_shots(ground.root / "cards", 6, "idfront,idback", "id_card"))


def _shots(folder: Path, count: int, kinds: str, paper: str) -> list[Shot]:
    size = ["--size", "3264x2448", "--kinds", kinds, "--seed", str(SEED), "--n", str(count), "--save-flat", "--profile", "mixed"]
    subprocess.run([sys.executable, str(TOOL), "--out", str(folder), *size], check=True, stdout=subprocess.DEVNULL)
    return [_shot(folder, told, paper) for told in json.loads((folder / "truth.json").read_text(encoding="utf-8"))]


def _shot(folder: Path, told: dict[str, object], paper: str) -> Shot:
    file = str(told["file"])
    with Image.open(folder / "flat" / f"{file[:4]}.png") as flat:
        plan = Plan.from_json({"corners": told["corners"], "paper": paper})
        return Shot((folder / file).read_bytes(), plan, "".join(told["text"]), flat.convert("RGB"))  # type: ignore[arg-type]


def _read(letters: Sequence[Shot]) -> Iterator[Row]:
    """Bytes, and characters read wrongly, of each way to keep a letter."""
    ways: dict[str, Callable[[Shot], bytes]] = {
        "flat original as PNG": lambda shot: _saved(_at_150(shot.flat), "PNG"),
        "flat original, JPEG q50": lambda shot: _saved(_at_150(shot.flat), "JPEG", quality=50),
        "photograph as it is, JPEG q50": lambda shot: _saved(opened_shot(shot.raw, lambda width, height: 1).image, "JPEG", quality=50),
        "photograph straightened only, JPEG q50": lambda shot: _saved(_straightened(shot), "JPEG", quality=50),
        "developed, colour": lambda shot: _kept(shot, "colour"),
        "developed, grey": lambda shot: _kept(shot, "grey"),
        "developed, black and white": lambda shot: _kept(shot, "bw"),
    }
    can_read = shutil.which("tesseract") is not None
    for name, make in ways.items():
        made = [make(shot) for shot in letters]
        sizes = [len(data) / 1024 for data in made]
        wrong = [_wrong(data, shot.text) for data, shot in zip(made, letters, strict=True)] if can_read else []
        told = f"{mean(wrong):.1%}" if wrong else "tesseract is not installed"
        target = "≤ 150 KB; ≤ JPEG q50" if name.startswith("developed") else ""
        yield Row(f"letter, {name}: mean, largest; characters wrong", target, "–", f"{mean(sizes):.0f} KB, {max(sizes):.0f} KB; {told}")


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _at_150(flat: Image.Image) -> Image.Image:
    return flat.resize(A4_DOTS, Image.Resampling.LANCZOS)


def _straightened(shot: Shot) -> Image.Image:
    found = opened_shot(shot.raw, lambda width, height: 1)
    return laid_flat(found, shot.plan, laying(found.width, found.height, shot.plan, 150))


def _kept(shot: Shot, colour: str) -> bytes:
    return developed(shot.raw, Plan(shot.plan.corners, colour=colour), KEPT).data


def _wrong(data: bytes, text: str) -> float:
    """The share of characters read wrongly."""
    asked = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "--psm", "6", "--dpi", "150"]
    read = subprocess.run(asked, input=data, capture_output=True, check=True).stdout.decode()
    given = WHITE_SPACE.sub("", text)
    return min(1.0, _apart(WHITE_SPACE.sub("", read), given) / len(given))


def _apart(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for done, character in enumerate(one, 1):
        above, row = row, [done]
        for place, wanted in enumerate(other, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (character != wanted)))
    return row[-1]


def _straight(letters: Sequence[Shot]) -> Iterator[Row]:
    """Pages turned by known angles, and what the photographs' pages have left."""
    off = []
    for shot in letters[:4]:
        flat = _at_150(shot.flat)
        off += [abs(skew_of(flat.rotate(-angle, Image.Resampling.BICUBIC, fillcolor="white")) - angle) for angle in ANGLES]
    left = [abs(skew_of(_straightened(shot))) for shot in letters]
    yield Row("deskew: error on pages turned by up to 5°, mean and largest; left on photographs", "≤ 0.3°", "–",
              f"{mean(off):.2f}°, {max(off):.2f}°; {max(left):.1f}°")  # fmt: skip


def _red(letters: Sequence[Shot]) -> Iterator[Row]:
    """The red of seals: hue and chroma kept beside the flat original, as the median of what is clearly red there."""
    hues, chromas = [], []
    for shot in letters:
        with Image.open(BytesIO(_kept(shot, "colour"))) as page:
            kept = page.convert("RGB").reduce(2)
        flat = shot.flat.resize(kept.size, Image.Resampling.LANCZOS)
        pairs = zip(_pixels(flat), _pixels(kept), strict=True)
        red = [(rgb_to_hsv(*was), rgb_to_hsv(*now)) for was, now in pairs if was[0] - max(was[1:]) > 0.5]
        hues.append(mean(abs((now[0] - was[0] + 0.5) % 1 - 0.5) * 360 for was, now in red))
        chromas.append(mean(now[1] * now[2] for _, now in red) / mean(was[1] * was[2] for was, _ in red))
    yield Row("red seals: hue moved by; chroma kept, least", "stay red", "–", f"{mean(hues):.1f}°; {min(chromas):.0%}")


def _pixels(image: Image.Image) -> Iterator[tuple[float, float, float]]:
    data = image.tobytes()
    return ((data[at] / 255, data[at + 1] / 255, data[at + 2] / 255) for at in range(0, len(data), 3))


def _cards(shots: Sequence[Shot]) -> Iterator[Row]:
    """Width and height, in the PDF, of what is not white."""
    off, sizes = [], []
    for front, back in zip(shots[::2], shots[1::2], strict=True):
        page = card_sheet(front.raw, front.plan, back.raw, back.plan, KEPT)
        sizes.append(len(page.data) / 1024)
        with pypdfium2.PdfDocument(joined([page.data])) as document:
            drawn = document[0].render(scale=254 / 72).to_pil().convert("L")
        for half in (drawn.crop((0, 0, drawn.width, drawn.height // 2)), drawn.crop((0, drawn.height // 2, *drawn.size))):
            left, top, right, bottom = half.point([255] * 240 + [0] * 16).getbbox() or (0, 0, 0, 0)
            off += [abs((right - left) / 10 - 85.6), abs((bottom - top) / 10 - 54.0)]
    yield Row("ID card on A4: side off its true size by at most; bytes", "≤ 1 mm; ≤ 150 KB", "–", f"{max(off):.1f} mm; {max(sizes):.0f} KB")
