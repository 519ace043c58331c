"""The road on paper: how large the parcels of real submissions are, and which codes a camera reads of a printed sheet.

`python -m bench paper`. Each of the shipped items is filled in with its sample and submitted, with one picture a material. Sheets are laid
out and drawn as the program does it, printed at 300 dpi, then photographed by `bench.camera`; read as the scanning child does it.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import process_time

import pypdfium2
import qrcode
from PIL import Image
from qrcode.util import MODE_ALPHA_NUM, QRData

import forms
from bench.camera import photograph, soiled
from bench.ground import Ground, filled_at, person, pin, station, submit_at
from bench.table import Row
from bench.visitor import picture
from node.drawing.process import DrawingProcess
from node.paper import base45
from node.paper.codes import PARCEL, SHARE_BYTES, START, texts_of
from node.paper.sheet import sheet_layout
from node.scanning.codes import codes_in

SHOTS = 15
CAMERAS = {
    "page, scanner 200 dpi": (1654, 2339), "page, camera 1920×1080": (1920, 1080), "page, document camera 3264×2448": (3264, 2448),
    "page, phone 4000×3000": (4000, 3000), "page, camera 1280×720": (1280, 720),
}  # fmt: skip
ALONE = 0.85
"""How much of the picture's height a single code takes: held askew, all of it is still in the picture."""
LEVELS = {"L": qrcode.ERROR_CORRECT_L, "M": qrcode.ERROR_CORRECT_M}


def measure(ground: Ground) -> Iterator[Row]:
    yield from _sizes(ground)
    drawing = DrawingProcess()
    try:
        page = _printed(drawing)
        for name, (wide, high) in CAMERAS.items():
            yield _read(name, page, wide, high)
    finally:
        drawing.close()
    for version in (20, 30, 40):
        for side_px in (480, 720, 1080):
            yield _alone(version, side_px)
    for level in LEVELS:
        for share in (0.02, 0.04, 0.06, 0.08):
            yield _spoilt(level, share)


def _sizes(ground: Ground) -> Iterator[Row]:
    """Bytes of the parcels that sheets carry, and how many codes they are; the first mail of a village brings its certificates apart."""
    items = sorted(path.name for path in (Path(forms.__file__).parent / "items").iterdir() if path.is_dir())
    with ground.county() as county, station(county, "village1") as village:
        scan, agent = picture("paper"), person("agent1")
        plain, codes = [], Counter[int]()
        for item in items:
            number = filled_at(village, scan, item)
            submit_at(village, number, pin=pin("agent1"))
            made = village.paper.make(agent, number)
            parcel = village.store.outbox.get(made.parcel_id)
            assert parcel is not None
            plain.append((len(parcel.data), sum(len(text) - len(START) for text in made.texts) * 2 // 3))
            codes[len(made.texts)] += 1
    whole, packed = zip(*sorted(plain), strict=True)
    told = ", ".join(f"{count} in {of} code{'s' * (of > 1)}" for of, count in sorted(codes.items()))
    yield Row(f"paper: parcels of {len(items)} items", "1 or 2 codes", "", told)
    for name, sizes in (("parcel", whole), ("in codes", packed)):
        yield Row(f"paper: bytes {name}", "", "", f"{min(sizes)}, median {median(sizes):.0f}, {max(sizes)}")


def _printed(drawing: DrawingProcess) -> Image.Image:
    """A sheet with two of the largest codes."""
    data = b"yizhan parcel 1\n{}\n" + random.Random(1).randbytes(2 * SHARE_BYTES - 60)
    texts = texts_of(PARCEL, "sm3:" + "0" * 64, data)
    rows = [
        ("办件编号", "1310251052010126112200029"),
        ("事项", "高龄津贴申请"),
        ("申请人", "示例"),
        ("短号", "1122-02"),
        ("送到", "示例镇"),
    ]
    layout = sheet_layout("纸上带件单", "示例", rows, [drawing.qr(text) for text in texts], "0", "示例")
    document = pypdfium2.PdfDocument(drawing.render_pdf(layout))
    printed: Image.Image = document[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L")
    document.close()
    return printed


def _read(name: str, page: Image.Image, wide: int, high: int) -> Row:
    chance = random.Random(7)
    found: Counter[int] = Counter()
    spent = []
    for _ in range(SHOTS):
        shot = photograph(page, wide, high, chance)
        begun = process_time()
        found[len(codes_in(shot))] += 1
        spent.append(process_time() - begun)
    told = f"both codes {found[2]}, one {found[1]}, none {found[0]} of {SHOTS}; {median(spent) * 1000:.0f} ms CPU"
    return Row(f"paper: {name}", "", "", told)


def _largest(version: int, level: str, chance: random.Random) -> tuple[str, Image.Image]:
    """A code of a version, full to the last character, with its picture of eight pixels a module."""
    code = qrcode.QRCode(version=version, error_correction=LEVELS[level], border=4, box_size=8, mask_pattern=3)
    bits = sum(block.data_count for block in qrcode.base.rs_blocks(version, LEVELS[level])) * 8
    text = "".join(chance.choices(base45.ALPHABET, k=(bits - 17) * 2 // 11))
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    rows = code.get_matrix()
    small = Image.new("L", (len(rows), len(rows)))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    return text, small.resize((len(rows) * 8, len(rows) * 8), Image.Resampling.NEAREST)


def _shots(codes: Sequence[tuple[str, Image.Image]], side_px: int, chance: random.Random) -> int:
    return sum(text in codes_in(photograph(image, side_px * 4 // 3, side_px, chance, share=ALONE), 1) for text, image in codes)


def _alone(version: int, side_px: int) -> Row:
    """One code before a camera of so many lines."""
    chance = random.Random(version)
    code = _largest(version, "M", chance)
    found = _shots([code] * SHOTS, side_px, chance)
    pixels = side_px * ALONE / (17 + 4 * version + 8)
    return Row(f"paper: version {version} M alone, {side_px} lines", "", "", f"{found} of {SHOTS}, {pixels:.1f} pixels a module")


def _spoilt(level: str, share: float) -> Row:
    """One code with spots on it, at 1080 lines."""
    chance = random.Random(11)
    text, image = _largest(36, level, chance)
    found = _shots([(text, soiled(image, share, chance)) for _ in range(SHOTS)], 1080, chance)
    return Row(f"paper: version 36 {level}, {share:.0%} of it soiled", "", "", f"{found} of {SHOTS}")
