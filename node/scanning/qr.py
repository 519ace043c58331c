"""QR codes are worked out here. Runs only inside the child process, so that the node itself never loads the library."""

from collections.abc import Sequence

import qrcode

from node.documents.layout import QrCode

_QUIET_MODULES = 2


def qr_code(text: str) -> QrCode:
    """The QR code of `text`, error correction M."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET_MODULES)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return QrCode(len(rows), tuple((x, y, length) for y, row in enumerate(rows) for x, length in _runs(row)))


def _runs(row: Sequence[bool | None]) -> list[tuple[int, int]]:
    """(start, length) of the dark modules that lie side by side."""
    runs: list[tuple[int, int]] = []
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs
