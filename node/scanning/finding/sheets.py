"""What finding gives, with OpenCV or without it."""

from dataclasses import dataclass

from node.scanning.shot import Corners


@dataclass(frozen=True)
class Found:
    """Sheets in pixels of the picture as it is stored, upright; the best first. `dpi` is of the first, where its size can be told.

    `is_searched` says that there was a search at all.
    """

    sheets: tuple[Corners, ...] = ()
    score: float = 0.0
    dpi: int | None = None
    is_searched: bool = True
