"""What stands where on A4 pages: runs of text, lines, boxes, pictures, QR codes, and the places of seals. Pure values.

All lengths are millimetres from the page's upper left corner, sizes of text are points. The same layout is written as PDF (`node.drawing`)
and as OFD (`node.documents.ofd_pages`).
"""

from dataclasses import dataclass, field

WIDTH_MM = 210.0
HEIGHT_MM = 297.0
MM_PER_PT = 25.4 / 72
_SCREEN_PX = 6
"""Pixels of a QR code's module, where a page does not say how large the picture is."""


@dataclass(frozen=True)
class QrCode:
    """A QR code: `size` is its side in modules, quiet zone included; `runs` are (x, y, length) of the dark ones in each row."""

    size: int
    runs: tuple[tuple[int, int, int], ...]

    def svg(self) -> str:
        """A picture of it that grows and shrinks with the page."""
        path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in self.runs)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}" '
            f'width="{self.size * _SCREEN_PX}" height="{self.size * _SCREEN_PX}" '
            f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{self.size}v{self.size}h-{self.size}z"/><path d="{path}"/></svg>'
        )


@dataclass(frozen=True)
class Text:
    """One run of text: `x` is where it begins, `y` its base line. `angle` turns it upwards; `outline` draws its edges only."""

    x: float
    y: float
    size: float
    text: str
    angle: float = 0.0
    outline: bool = False


@dataclass(frozen=True)
class Line:
    """A straight line of `thickness` mm."""

    x: float
    y: float
    to_x: float
    to_y: float
    thickness: float = 0.25


@dataclass(frozen=True)
class Box:
    """The outline of a rectangle."""

    x: float
    y: float
    width: float
    height: float
    thickness: float = 0.25


@dataclass(frozen=True)
class PlacedPicture:
    """A picture at its size on paper; `media` is `image/png` or `image/jpeg`."""

    x: float
    y: float
    width: float
    height: float
    media: str
    data: bytes


@dataclass(frozen=True)
class PlacedQr:
    """A QR code, `side` mm wide and high."""

    x: float
    y: float
    side: float
    code: QrCode


Thing = Text | Line | Box | PlacedPicture | PlacedQr


@dataclass(frozen=True)
class SealPlace:
    """Where a tier's seals go: on page `page` (from 0) the middle of the unit's seal, of the row of persons' seals, and the room for all.

    `tier` is `village`, `township` or `county`. Neither seal stands on the other: on a black-and-white print both must be read.
    """

    tier: str
    page: int
    x: float
    y: float
    persons_x: float
    persons_y: float
    width: float = 50.0
    height: float = 50.0


@dataclass(frozen=True)
class Page:
    """The things of one A4 page, drawn in this order."""

    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Layout:
    """A whole document. `kind` is its name in addresses (`form` ...); `title` and `subject`, a case number, stand in the file's data."""

    kind: str
    title: str
    subject: str
    pages: tuple[Page, ...]
    seals: tuple[SealPlace, ...] = field(default=())

    def texts(self) -> str:
        """All characters that are printed, in order: what the fonts must have."""
        return "".join(thing.text for page in self.pages for thing in page.things if isinstance(thing, Text))
