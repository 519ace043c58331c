"""The XML parts of an OFD, read strictly: only elements that show something, no document type, entity or instruction.

Not among them are annotations, attachments, actions, versions, extensions and objects that are marked invisible: what could be made to
appear, or to vanish, after sealing.

Source: GB/T 33190-2016, 7 and 8 (elements).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from signing.errors import DocumentError

SPACE = "http://www.ofdspec.org/2016"
_KNOWN = (
    "OFD DocBody DocInfo DocID Title Author Subject Abstract CreationDate ModDate Creator CreatorVersion Keywords Keyword DocRoot"
    " Signatures Document CommonData MaxUnitID PageArea PhysicalBox ApplicationBox ContentBox PublicRes DocumentRes Pages Page"
    " Res ColorSpaces ColorSpace Fonts Font FontFile MultiMedias MultiMedia MediaFile DrawParams DrawParam"
    " Area Content Layer PageBlock TextObject TextCode CGTransform Glyphs PathObject AbbreviatedData ImageObject FillColor StrokeColor"
)
_ELEMENTS = frozenset(_KNOWN.split())
_REFUSED_ATTRIBUTES = frozenset({"Visible", "visible"})
_DEEPEST = 12
_MOST_ELEMENTS = 100_000


@dataclass
class Element:
    """An element, its attributes, what is in it, and its text."""

    name: str
    attributes: Mapping[str, str]
    inside: list["Element"] = field(default_factory=list)
    text: str = ""

    def only(self, name: str) -> "Element":
        """The one element of this name in it.

        Raises:
            DocumentError: `structure`, there is none, or more than one.
        """
        found = [one for one in self.inside if one.name == name]
        if len(found) != 1:
            raise DocumentError("structure", name)
        return found[0]


def read_element(data: bytes, part: str) -> Element:
    """The outermost element of an XML part (not trusted).

    Raises:
        DocumentError: `xml`, it is not well formed or has what is not allowed.
    """
    builder = _Builder(part)
    parser = expat.ParserCreate("UTF-8", " ")
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = builder.refuse
    parser.CommentHandler = parser.ExternalEntityRefHandler = parser.SkippedEntityHandler = builder.refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeError, ValueError) as error:
        raise DocumentError("xml", part) from error
    if builder.root is None:
        raise DocumentError("xml", part)
    return builder.root


class _Builder:
    def __init__(self, part: str) -> None:
        self._part = part
        self._open: list[Element] = []
        self._count = 0
        self.root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._count += 1
        if space != SPACE or local not in _ELEMENTS or len(self._open) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise DocumentError("xml", f"{self._part}: {local}")
        if _REFUSED_ATTRIBUTES & attributes.keys():
            raise DocumentError("xml", f"{self._part}: invisible")
        element = Element(local, attributes)
        if self._open:
            self._open[-1].inside.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].text += text

    def refuse(self, *_: object) -> NoReturn:
        raise DocumentError("xml", self._part)
