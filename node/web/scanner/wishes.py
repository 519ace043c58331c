"""How somebody wants to scan, as it was posted."""

from collections.abc import Mapping
from typing import Any

from node.capture.scanners.values import FLATBED, USUAL_DPI, ScanWish
from node.errors import RequestError


def wish_of(form: Mapping[str, Any]) -> ScanWish:
    """The wish of a form or of a JSON object; what is not said is as usual.

    Raises:
        RequestError: `scanner_wish`.
    """
    source, colour, dpi = form.get("source", FLATBED), form.get("colour", "colour"), form.get("dpi", USUAL_DPI)
    if isinstance(dpi, str) and dpi.isascii() and dpi.isdigit() and len(dpi) < 5:
        dpi = int(dpi)
    if not isinstance(source, str) or not isinstance(colour, str) or type(dpi) is not int:
        raise RequestError("scanner_wish")
    return ScanWish(source, colour, dpi)
