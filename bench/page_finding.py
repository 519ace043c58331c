"""Pages found on photographs with known corners, beside the two recipes that are everywhere; accuracy, processor time, memory.

`python -m bench page_finding`. The photographs are those of `tests/tools/make_scans.py`, of seeds that nothing was tuned on: near overhead
on a document camera, from the hand, and hard ones (white desk, checked cloth, clutter, shadows, a finger on a corner). The measure is
Jaccard's: the area that found and true page share, of the area that either has. All run in this process, one after the other on each
picture, decoding included; the last rows are of the child process as the node starts it, from its start to its end, imports included.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Any

import cv2
import numpy as np
from PIL import Image

from bench.ground import Ground
from bench.table import Row
from node.scanning.finding.found import found_on
from node.scanning.finding.looking import ENOUGH_PX, MOST_PX
from node.scanning.opening import opened
from node.scanning.wire import read_message, write_message

MAKER = Path(__file__).resolve().parent.parent / "tests" / "tools" / "make_scans.py"
COUNT, SEED = 45, 100
LARGE, LARGE_COUNT = "3264x2448", 3
GOOD = 0.95
TARGETS = {"doccam": "≥ .993, 100 %", "phone": "≥ .98", "hard": "≥ .98"}

Quad = Any
Recipe = Callable[[bytes], Quad | None]


@dataclass(frozen=True)
class Photograph:
    data: bytes
    corners: Quad
    profile: str


def measure(ground: Ground) -> Iterator[Row]:
    shots = _photographs(ground.fresh_folder(), "--n", str(COUNT))
    recipes: dict[str, Recipe] = {"ours": ours, "tutorial": tutorial, "jscanify": jscanify}
    found = {name: [_tried(recipe, shot) for shot in shots] for name, recipe in recipes.items()}
    for profile, target in TARGETS.items():
        of_profile = [index for index, shot in enumerate(shots) if shot.profile == profile]
        told = {name: _accuracy([tries[index] for index in of_profile]) for name, tries in found.items()}
        yield Row(f"page finding, {profile}: Jaccard, ≥ {GOOD}", target, _peers(told), told["ours"])
    times = {name: f"{median(spent for _, spent in tries):.0f} ms" for name, tries in found.items()}
    yield Row("page finding, 1920×1080: CPU", "≤ 150 ms", _peers(times), times["ours"])
    frames = [_tried(lambda data: ours(data, is_quick=True), _smaller(shot)) for shot in shots]
    yield Row("page finding, live frame 640×360", "≤ 40 ms", "—", f"{median(spent for _, spent in frames):.0f} ms, {_accuracy(frames)}")
    yield from _child(_photographs(ground.fresh_folder(), "--n", str(LARGE_COUNT), "--size", LARGE))


def _photographs(folder: Path, *options: str) -> list[Photograph]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, str(MAKER), "--out", str(folder), "--seed", str(SEED), *options], check=True, stdout=subprocess.DEVNULL)
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [Photograph((folder / one["file"]).read_bytes(), np.array(one["corners"]), one["profile"]) for one in told]


def _smaller(shot: Photograph) -> Photograph:
    image = Image.open(BytesIO(shot.data))
    out = BytesIO()
    image.resize((640, 360), Image.Resampling.BOX).save(out, "JPEG", quality=80)
    return Photograph(out.getvalue(), shot.corners * 640 / image.width, shot.profile)


def _tried(recipe: Recipe, shot: Photograph) -> tuple[float, float]:
    """Jaccard's measure, and the milliseconds of processor time."""
    begun = process_time()
    found = recipe(shot.data)
    spent = (process_time() - begun) * 1000
    return (0.0 if found is None else _jaccard(found, shot.corners)), spent


def _jaccard(found: Quad, true: Quad) -> float:
    one, other = (cv2.convexHull(np.asarray(quad, np.float32)) for quad in (found, true))
    shared = cv2.intersectConvexConvex(one, other)[0]
    return float(shared / (cv2.contourArea(one) + cv2.contourArea(other) - shared))


def _accuracy(tries: list[tuple[float, float]]) -> str:
    return f"{mean(one for one, _ in tries):.3f}, {mean(one >= GOOD for one, _ in tries):.0%}"


def _peers(told: dict[str, str]) -> str:
    return f"tutorial {told['tutorial']}; jscanify {told['jscanify']}"


def ours(data: bytes, is_quick: bool = False) -> Quad | None:
    """As the child looks at a picture, without its judgement of the quality."""
    file = opened(data, "jpeg", lambda width, height: max(width, height) / ENOUGH_PX)
    found = found_on(file.upright(MOST_PX), (file.width, file.height), "page", is_quick)
    return np.array(found.sheets[0]) if found.sheets else None


def tutorial(data: bytes) -> Quad | None:
    """The recipe of most tutorials: shrink to 500 rows, blur, Canny 75/200, the largest of five contours that has four corners."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    scale = picture.shape[0] / 500
    small = cv2.resize(picture, (round(picture.shape[1] / scale), 500), interpolation=cv2.INTER_AREA)
    edges = cv2.Canny(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0), 75, 200)
    outlines = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:5]:
        simple = cv2.approxPolyDP(outline, 0.02 * cv2.arcLength(outline, True), True)
        if len(simple) == 4:
            return simple[:, 0] * scale
    return None


def jscanify(data: bytes) -> Quad | None:
    """The recipe of jscanify 1.4: Canny 50/200, blur, Otsu, the largest contour, its farthest point in each quarter around the middle."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    blurred = cv2.GaussianBlur(cv2.Canny(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 50, 200), (3, 3), 0)
    mask = cv2.threshold(blurred, 0, 255, cv2.THRESH_OTSU)[1]
    outlines = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[0]
    if not outlines:
        return None
    largest = max(outlines, key=cv2.contourArea)
    points = largest[:, 0].astype(float)
    off = points - np.array(cv2.minAreaRect(largest)[0])
    corners = []
    for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        quarter = (off[:, 0] * across > 0) & (off[:, 1] * down > 0)
        if not quarter.any():
            return None
        corners.append(points[quarter][np.argmax(np.hypot(*off[quarter].T))])
    return np.array(corners)


def _child(shots: list[Photograph]) -> Iterator[Row]:
    """One child for each photograph."""
    spent, peaks = zip(*(_one_child(shot.data) for shot in shots), strict=True)
    yield Row(f"page finding, {LARGE}: CPU of the whole child", "≤ 300 ms", "—", f"{median(spent):.0f} ms")
    yield Row(f"page finding, {LARGE}: peak of the child", "≤ 160 MB", "—", f"{max(peaks):.0f} MB")


def _one_child(data: bytes) -> tuple[float, float]:
    """Milliseconds of processor time and megabytes at the peak, of a child that looks at one picture."""
    command = [sys.executable, "-m", "node.scanning.finding.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        write_message(child.stdin, {"wanted": "page", "quick": False}, data)
        read_message(child.stdout)
        told = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")  # what the system counts at the end began with our own size
        child.stdin.close()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    peak_kib = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM"))
    return (used.ru_utime + used.ru_stime) * 1000, peak_kib * 1024 / 1e6
