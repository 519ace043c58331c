"""A sheet on which things are set one below the other, going on to a new page where one is full."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from node.documents.layout import (
    HEIGHT_MM,
    MM_PER_PT,
    WIDTH_MM,
    Box,
    Layout,
    Line,
    Page,
    PlacedPicture,
    PlacedQr,
    QrCode,
    SealPlace,
    Text,
    Thing,
)  # fmt: skip
from node.documents.measure import lines_of, width_of
from node.documents.wording import PAGE_FOOT

LEFT = 18.0
RIGHT = WIDTH_MM - LEFT
WIDTH = RIGHT - LEFT
TOP = 16.0
BOTTOM = HEIGHT_MM - 20.0
BODY = 10.5
"""The smallest text: what a weak printer still prints legibly."""
TITLE = 20.0
HEADING = 12.0
QR_SIDE = 26.0
_LINE_MM = 5.4
_PAD = 1.6
_WATERMARK = 120.0


@dataclass(frozen=True)
class Cell:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass
class Sheet:
    """Collects things; `y` is where the next goes."""

    y: float = TOP
    pages: list[list[Thing]] = field(default_factory=lambda: [[]])

    def put(self, *things: Thing) -> None:
        """Set things on the page as they are."""
        self.pages[-1].extend(things)

    def room(self, height: float) -> None:
        """Go on to a new page where `height` mm are no longer there."""
        if self.y + height > BOTTOM:
            self.pages.append([])
            self.y = TOP

    def centred(self, text: str, size: float, below: float = 3.0, left: float = LEFT, width: float = WIDTH) -> None:
        """Lines of text in the middle."""
        for line in lines_of(text, size, width):
            high = size * MM_PER_PT * 1.35
            self.room(high)
            self.put(Text(left + (width - width_of(line, size)) / 2, self.y + high * 0.78, size, line))
            self.y += high
        self.y += below

    def head(self, title: str, notice: str, code: QrCode, caption: str) -> None:
        """The title in the middle, the notice under it, and the QR code in the corner with its caption."""
        corner = RIGHT - QR_SIDE
        self.put(PlacedQr(corner, TOP - 2, QR_SIDE, code))
        self.put(*_centred_at(corner + QR_SIDE / 2, TOP - 2 + QR_SIDE + 4, caption))
        beside = WIDTH - 2 * (QR_SIDE + 3)
        self.y = TOP + 2
        self.centred(title, TITLE if width_of(title, TITLE) <= beside else TITLE - 4, 2.0, LEFT + QR_SIDE + 3, beside)
        self.centred(notice, BODY, 0.0, LEFT + QR_SIDE + 3, beside)
        self.y = max(self.y + 3, TOP + QR_SIDE + 6)

    def heading(self, text: str) -> None:
        """The title of a part, kept with what follows."""
        self.room(22)
        self.y += 2
        self.put(Text(LEFT, self.y + 5, HEADING, text))
        self.y += 7.5

    def paragraph(self, text: str, size: float = BODY, indent: float = 0.0, below: float = 2.0) -> None:
        """Lines of text from the left; the first of each paragraph is moved in by `indent` mm."""
        for part in text.split("\n"):
            first, *more = _indented(part, size, indent)
            for index, line in enumerate((first, *more)):
                step = size * MM_PER_PT * 1.55
                self.room(step)
                self.put(Text(LEFT + (indent if index == 0 else 0), self.y + step * 0.75, size, line))
                self.y += step
        self.y += below

    def table(self, cells: Sequence[Cell], label_width: float = 36.0) -> None:
        """Rows of label and value in a frame; two short ones share a row."""
        waiting = list(cells)
        while waiting:
            pair = _pair(waiting, label_width)
            del waiting[: len(pair)]
            self._row(pair, label_width)

    def _row(self, pair: Sequence[Cell], label_width: float) -> None:
        width = WIDTH / len(pair)
        columns: list[tuple[float, float, list[str]]] = []
        for index, cell in enumerate(pair):
            left = LEFT + index * width
            columns.append((left, label_width, lines_of(cell.label, BODY, label_width - 2 * _PAD)))
            columns.append((left + label_width, width - label_width, lines_of(cell.value or "—", BODY, width - label_width - 2 * _PAD)))
        while columns:
            self.room(min(max(len(lines) for *_place, lines in columns) * _LINE_MM + _PAD, BOTTOM - TOP))
            most = int((BOTTOM - self.y - _PAD) // _LINE_MM)
            high = min(max(len(lines) for *_place, lines in columns), most) * _LINE_MM + _PAD
            for left, wide, lines in columns:
                self.put(Box(left, self.y, wide, high))
                self.put(*(Text(left + _PAD, self.y + (at + 0.78) * _LINE_MM, BODY, line) for at, line in enumerate(lines[:most]) if line))
            self.y += high
            left_over = [(left, wide, lines[most:]) for left, wide, lines in columns]
            columns = left_over if any(lines for *_place, lines in left_over) else []

    def lines(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Labels with room to write on, or with what is already known, side by side as they fit."""
        wide = WIDTH / max(1, min(3, len(pairs)))
        for start in range(0, len(pairs), 3):
            self.room(12)
            for index, (label, value) in enumerate(pairs[start : start + 3]):
                left = LEFT + index * wide
                text = f"{label}：{value}"
                self.put(Text(left, self.y + 7, BODY, text))
                if not value:
                    self.put(Line(left + width_of(text, BODY), self.y + 7.8, left + wide - 4, self.y + 7.8))
            self.y += 12

    def picture(self, media: str, data: bytes, width: float, height: float, left: float = LEFT) -> None:
        """A picture."""
        self.room(height + 2)
        self.put(PlacedPicture(left, self.y, width, height, media, data))
        self.y += height + 2

    def layout(self, kind: str, title: str, subject: str, seals: Sequence[SealPlace] = (), watermark: str = "") -> Layout:
        """What was set, with page numbers, and a mark across each page where there is one."""
        total = len(self.pages)
        done = [(*_marked(watermark), *things, *_foot(subject, at + 1, total)) for at, things in enumerate(self.pages)]
        return Layout(kind, title, subject, tuple(map(Page, done)), tuple(seals))


def _indented(text: str, size: float, indent: float) -> list[str]:
    first, *_more = lines_of(text, size, WIDTH - indent)
    rest = text[len(first) :].lstrip()
    return [first, *(lines_of(rest, size, WIDTH) if rest else [])]


def _pair(cells: Sequence[Cell], label_width: float) -> Sequence[Cell]:
    """The first cell, and the second beside it when both are short."""
    if len(cells) > 1 and all(_is_short(one, label_width) for one in cells[:2]):
        return cells[:2]
    return cells[:1]


def _is_short(cell: Cell, label_width: float) -> bool:
    room = WIDTH / 2 - label_width - 2 * _PAD
    return "\n" not in cell.value and width_of(cell.value, BODY) <= room and width_of(cell.label, BODY) <= label_width - 2 * _PAD


def _centred_at(x: float, y: float, text: str) -> list[Thing]:
    return [Text(x - width_of(text, BODY) / 2, y, BODY, text)] if text else []


def _marked(watermark: str) -> list[Thing]:
    """A word across the page, edges only, so that what is printed over it stays readable."""
    if not watermark:
        return []
    return [Text(52, 210, _WATERMARK, watermark, angle=35, outline=True)]


def _foot(subject: str, page: int, pages: int) -> list[Thing]:
    text = PAGE_FOOT.format(subject=subject, page=page, pages=pages)
    return [Text(WIDTH_MM / 2 - width_of(text, BODY) / 2, HEIGHT_MM - 12, BODY, text)]
