"""Slips (凭单): what is printed beside the documents of a case, as values for pages and for what writes files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """A sheet to print: title, a notice under it, labelled lines, paragraphs, what is signed below, and a QR code's text.

    `watermark` is written large across each page. `hidden` are the (label, text) of rows that a screen shows so and paper in
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
