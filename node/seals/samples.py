"""Pictures of seals that need no drawing: the same two for everybody, with 示例 and 样章 in them.

For founding an example county, and where a name cannot be drawn. They were drawn once by `node.drawing` and lie with the program.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import node
from node.drawing.specs import SealSpec, person_spec, unit_spec
from node.errors import DrawingError
from signing.seal_image import Picture

Draw = Callable[[SealSpec], Picture]
"""Draws a seal; raises `DrawingError` where it cannot."""
DrawName = Callable[[str], Picture]
"""The picture of a seal, by the name on it."""

_FOLDER = Path(node.__file__).parent / "data"
UNIT_MM, PERSON_MM = 42, 20


@cache
def unit_sample() -> Picture:
    """A round seal with a star."""
    return Picture("PNG", (_FOLDER / "seal_unit.png").read_bytes(), UNIT_MM, UNIT_MM)


@cache
def person_sample() -> Picture:
    """A square seal of a person."""
    return Picture("PNG", (_FOLDER / "seal_person.png").read_bytes(), PERSON_MM, PERSON_MM)


def sample_for(_name: str) -> Picture:
    """The sample of a person's seal, whatever the name."""
    return person_sample()


def unit_sample_for(_name: str) -> Picture:
    """The sample of a unit's seal, whatever the name."""
    return unit_sample()


def drawn_or_sample(draw: Draw) -> DrawName:
    """Draws people's names; a name that cannot be drawn stops nobody's certificate, and gets the sample."""

    def picture(name: str) -> Picture:
        try:
            return draw(person_spec(name))
        except DrawingError:
            return person_sample()

    return picture


def drawn_unit(draw: Draw) -> DrawName:
    """Draws units' names in the usual way."""
    return lambda name: draw(unit_spec(name))
