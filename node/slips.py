"""Slips (凭单): what is printed from a case, and its QR, as pictures for pages and as small PDF files.

The PDF names the standard Chinese font STSong-Light instead of carrying one, as every PDF reader of the region has a font for it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

_A4 = (595, 842)
_MARGIN = 56
_QR_SIDE = 96
_SCREEN_PX = 6
"""Pixels of a module, where a page does not say how large the picture is."""
_BODY_SIZE = 11
_LINE = 19
_MARK_SIZE = 170


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
class Slip:
    """A sheet to print: title, a notice under it, labelled lines, paragraphs, what is signed below, and a QR code's text.

    `watermark` is written large and grey across each page. `hidden` are the (label, text) of rows that a screen shows so and paper in
    full, `caption` stands under the QR code, `heed` is for the screen only.
    """

    title: str
    notice: str
    rows: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]
    qr_text: str
    watermark: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    caption: str = ""
    heed: str = ""


def slip_pdf(slip: Slip, qr: QrCode) -> bytes:
    """The slip as an A4 PDF of one or more pages; `qr` is the code of its text."""
    mark = [_watermark(slip.watermark)] if slip.watermark else []
    pages: list[list[str]] = [[*mark]]
    y = _A4[1] - _MARGIN - 10
    pages[0].append(_text(slip.title, 20, _A4[0] / 2 - 10 * len(slip.title), y))
    y -= 34
    pages[0].extend(_qr_marks(qr))
    for line in _lines(slip):
        if y < _MARGIN:
            pages.append([*mark])
            y = _A4[1] - _MARGIN
        pages[-1].append(_text(line, _BODY_SIZE, _MARGIN, y))
        y -= _LINE
    return _assembled(["\n".join(marks) for marks in pages])


def _lines(slip: Slip) -> list[str]:
    """All lines in order; the first ones are kept short, beside the QR code."""
    lines: list[str] = []
    rows, signatures = ([f"{label}:{value}" for label, value in some] for some in (slip.rows, slip.signatures))
    for text in (slip.notice, "", *rows, "", *slip.paragraphs, "", *signatures):
        rest = text
        while True:
            width = 30 if len(lines) < 6 else 42
            cut = _cut(rest, width)
            lines.append(rest[:cut])
            rest = rest[cut:]
            if not rest:
                break
    return lines


def _cut(text: str, width: int) -> int:
    """How many characters of `text` fit into `width` full-width columns; Latin ones count half."""
    used = 0.0
    for index, character in enumerate(text):
        used += 0.55 if ord(character) < 0x100 else 1.0
        if used > width:
            return index
    return len(text)


def _text(text: str, size: float, x: float, y: float) -> str:
    return f"BT /F1 {size} Tf {x:.1f} {y:.1f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _watermark(text: str) -> str:
    """Grey, large, slanting upwards across the page; drawn first, so that what is printed stays readable."""
    return f"q 0.82 g BT /F1 {_MARK_SIZE} Tf 0.87 0.5 -0.5 0.87 130 300 Tm <{text.encode('utf-16-be').hex()}> Tj ET Q"


def _qr_marks(qr: QrCode) -> list[str]:
    module = _QR_SIDE / qr.size
    left, top = _A4[0] - _MARGIN - _QR_SIDE + 10, _A4[1] - _MARGIN - 24
    return [f"{left + x * module:.2f} {top - (y + 1) * module:.2f} {length * module:.2f} {module:.2f} re f" for x, y, length in qr.runs]


def _assembled(contents: Sequence[str]) -> bytes:
    """A PDF file: catalogue, page tree, font, then a page and its content in turn."""
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 "
        b"/W [1 95 500 814 907 500] /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for index, content in enumerate(contents):
        packed = zlib.compress(content.encode("ascii"))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_A4[0]} {_A4[1]}] /Contents {7 + 2 * index} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
