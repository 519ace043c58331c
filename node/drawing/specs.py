"""What a drawn seal shall show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SealSpec:
    """A seal to be drawn: `shape` is `round` or `square` (also for oblong ones); the size is data, as it differs from organ to organ.

    `name` stands round the ring, or fills the square. `centre` is `star`, `none` or a short line of text. `sample` writes 样章 below.
    """

    shape: str
    name: str
    width_mm: int
    height_mm: int
    centre: str = "star"
    sample: bool = True


def unit_spec(name: str, diameter_mm: int = 42, centre: str = "star") -> SealSpec:
    """The usual round seal of an organ.

    Source: 国发〔1999〕25号 (diameters; names run left to right round the centre).
    """
    return SealSpec("round", name, diameter_mm, diameter_mm, centre)


def person_spec(name: str, width_mm: int = 20, height_mm: int = 20) -> SealSpec:
    """The square seal of a person's name."""
    return SealSpec("square", name, width_mm, height_mm, "none")
