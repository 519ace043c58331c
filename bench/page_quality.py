"""What the quality gate catches of spoiled photographs, and what it stops of good ones. And its processor time.

`python -m bench page_quality`. The photographs are those of `tests/tools/make_scans.py`, of seeds that nothing was tuned on, each
spoiled by `tests/tools/spoil.py` with one fault of any strength. They are looked at as the child looks at them, decoding and page
finding included. Cards are wanted as cards; good ones are looked at once more as if a slot for pages had been given them. Only what lies
on its head or its side is judged by its true corners, for page finding would put it right. A picture counts as caught when the fault is
called by its name; in brackets, when anything at all was said of it. The memory of the child, with the gate in it, is a row of
`page_finding`.
"""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from PIL import Image

from bench.ground import Ground
from bench.page_finding import MAKER
from bench.table import Row
from node.scanning.finding.looking import ENOUGH_PX, MOST_PX, look_at
from node.scanning.opening import opened
from node.scanning.quality.judge import judge
from node.scanning.shot import Corners, Finding
from tests.tools.spoil import FAULTS, Photo, spoiled

SEED = 47_000
COUNT, FAULTS_EACH = 30, 5
HARD_COUNT = 10
SIZES = {"1920x1080": COUNT, "2592x1944": COUNT // 5}
LARGE, LARGE_COUNT = "3264x2448", 4


@dataclass
class Told:
    """Of the pictures with one fault: how many, of how many it was said, of how many anything was said."""

    pictures: int = 0
    caught: int = 0
    stopped: int = 0

    def add(self, findings: tuple[Finding, ...], code: str) -> None:
        codes = {one.code for one in findings}
        self.pictures += 1
        self.caught += code in codes
        self.stopped += bool(codes)


def measure(ground: Ground) -> Iterator[Row]:
    told: dict[str, Told] = defaultdict(Told)
    spoken: Counter[str] = Counter()
    for profile in ("doccam", "phone", "hard"):
        for size, count in SIZES.items():
            for index, photo in enumerate(_photographs(ground.fresh_folder(), profile, size, HARD_COUNT if profile == "hard" else count)):
                codes = _good(told[f"good, {profile}"], photo, _wanted(photo))
                if _wanted(photo) == "card":
                    _good(told["good cards, wanted as pages"], photo, "page")
                if profile != "hard":
                    spoken.update(codes)
                    _spoil(told, photo, index)
    for name in FAULTS:
        one = told[name]
        yield Row(
            f"page quality, {name}: caught",
            "≥ 95 %",
            "—",
            f"{one.caught / one.pictures:.0%} ({one.stopped / one.pictures:.0%}) of {one.pictures}",
        )
    for profile in ("doccam", "phone", "hard"):
        one = told[f"good, {profile}"]
        yield Row(
            f"page quality, good, {profile}: stopped",
            "—" if profile == "hard" else "≤ 3 %",
            "—",
            f"{one.stopped / one.pictures:.1%} of {one.pictures}",
        )
    one = told["good cards, wanted as pages"]
    yield Row(
        "page quality, good cards, all profiles, wanted as pages: stopped", "—", "—", f"{one.stopped / one.pictures:.1%} of {one.pictures}"
    )
    yield Row("  for", "", "", ", ".join(f"{code} {count}" for code, count in sorted(spoken.items())) or "nothing")
    for size, target in (("1920x1080", "≤ 60 ms"), (LARGE, "≤ 150 ms")):
        spent = _costs(_photographs(ground.fresh_folder(), "mixed", size, LARGE_COUNT))
        yield Row(f"page quality, {size}: the gate alone", target, "—", f"{spent:.0f} ms")


def _good(told: Told, photo: Photo, wanted: str) -> list[str]:
    findings = look_at(_jpeg(photo.image), wanted, False).quality
    told.add(findings, "")
    return [one.code for one in findings]


def _spoil(told: dict[str, Told], photo: Photo, index: int) -> None:
    """Some of the faults, one after the other; after two photographs all have had their turn."""
    names = list(FAULTS)
    for turn in range(FAULTS_EACH):
        name = names[(2 * turn + index) % len(names)]
        chance = np.random.default_rng([SEED, index, turn, photo.image.width])
        made = spoiled(photo, name, float(chance.random()), chance)
        told[name].add(_judged(made, name), FAULTS[name][0])


def _judged(made: Photo, fault: str) -> tuple[Finding, ...]:
    data = _jpeg(made.image)
    if fault != "upended":
        return look_at(data, _wanted(made), False).quality
    return judge(_opened(data), made.corners, _paper(made), size=made.image.size)


def _opened(data: bytes) -> Image.Image:
    return opened(data, "jpeg", lambda width, height: max(width, height) / ENOUGH_PX).upright(MOST_PX)


def _paper(photo: Photo) -> str:
    return "id_card" if photo.kind.startswith("id") else "a4"


def _wanted(photo: Photo) -> str:
    return "card" if photo.kind.startswith("id") else "page"


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _costs(photos: list[Photo]) -> float:
    """Milliseconds of the gate alone."""
    spent = []
    for photo in photos:
        picture = _opened(_jpeg(photo.image))
        begun = process_time()
        judge(picture, photo.corners, _paper(photo), size=photo.image.size)
        spent.append((process_time() - begun) * 1000)
    return median(spent)


def _photographs(folder: Path, profile: str, size: str, count: int) -> list[Photo]:
    folder.mkdir(parents=True, exist_ok=True)
    seed = SEED + sum(map(ord, profile + size))
    options = ["--out", str(folder), "--seed", str(seed), "--profile", profile, "--size", size, "--n", str(count)]
    subprocess.run([sys.executable, str(MAKER), *options], check=True, stdout=subprocess.DEVNULL)
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [_photo(folder, one) for one in told]


def _photo(folder: Path, one: dict[str, list[list[float]]]) -> Photo:
    first, second, third, fourth = ((x, y) for x, y in one["corners"])
    corners: Corners = (first, second, third, fourth)
    wide, high = one["page_mm"]
    with Image.open(folder / str(one["file"])) as image:
        return Photo(image.convert("RGB"), corners, (float(str(wide)), float(str(high))), str(one["kind"]))
