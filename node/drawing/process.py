"""The drawing process: layouts become PDF files, and organs' names become pictures of seals.

It is another child than the one that opens scans: what decodes files from outside never touches what is going to be sealed.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from node.documents.layout import Layout, QrCode
from node.drawing.carrying import layout_out
from node.drawing.specs import SealSpec
from node.errors import DrawingError, GlyphError, NodeError
from node.scanning.child import ChildProcess
from node.scanning.limits import IDLE_S
from signing.seal_image import Picture

TIMEOUT_S = 20.0
_CHILD = (sys.executable, "-m", "node.drawing.worker")


class DrawingProcess:
    """Work for the drawing child, one piece at a time; the child starts when needed and goes when idle."""

    def __init__(self, timeout_s: float = TIMEOUT_S, idle_s: float = IDLE_S, command: tuple[str, ...] = _CHILD) -> None:
        self._child = ChildProcess(command, timeout_s, idle_s, _error)

    def render_pdf(self, layout: Layout) -> bytes:
        """The layout as a PDF file; the same layout gives the same bytes.

        Raises:
            GlyphError: the fonts lack a character.
            DrawingError: `drawing_slow` or `drawing_failed`.
        """
        head, pieces = layout_out(layout)
        return self._child.ask({"do": "pdf"}, json.dumps(head, ensure_ascii=False).encode(), *pieces)[1][0]

    def qr(self, text: str) -> QrCode:
        """The QR code of `text`.

        Raises:
            DrawingError: `drawing_slow` or `drawing_failed`.
        """
        made, (runs,) = self._child.ask({"do": "qr"}, text.encode())
        return QrCode(made["size"], tuple((x, y, length) for x, y, length in json.loads(runs)))

    def seal_picture(self, spec: SealSpec) -> Picture:
        """A picture of a seal, PNG of at most 5 KB on a transparent ground.

        Raises:
            GlyphError: the font lacks a character of the name.
            DrawingError: `seal_name` or `seal_size` it cannot be drawn legibly, `drawing_slow` or `drawing_failed`.
        """
        return Picture("PNG", self._child.ask({"do": "seal", "spec": asdict(spec)}, b"")[1][0], spec.width_mm, spec.height_mm)

    def clean_picture(self, png: bytes, width_mm: int, height_mm: int) -> Picture:
        """An imported picture of a seal, encoded anew as PNG.

        Raises:
            DrawingError: `picture_kind` no PNG, `picture_large` too many bytes or pixels, `picture_damaged`, `seal_size`,
                `drawing_slow` or `drawing_failed`.
        """
        made = self._child.ask({"do": "clean_seal", "width_mm": width_mm, "height_mm": height_mm}, png)[1][0]
        return Picture("PNG", made, width_mm, height_mm)

    def close(self) -> None:
        """End the child, if there is one."""
        self._child.close()


def _error(code: str, facts: Mapping[str, Any]) -> NodeError:
    if code == "glyph":
        return GlyphError(str(facts["characters"]))
    return DrawingError({"too_slow": "drawing_slow", "damaged": "drawing_failed"}.get(code, code), **facts)
