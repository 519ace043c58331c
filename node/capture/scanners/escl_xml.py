"""The documents of eSCL: what a scanner can do, how it is, and what it is asked. Read with care, since anything may answer at an address.

Source: Mopria Alliance, eSCL Technical Specification 2.97: ScannerCapabilities, ScannerStatus, ScanSettings.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from node.capture.scanners.values import DUPLEX, FEEDER, FLATBED, ScanWish, shown_name
from node.errors import ScannerError

MOST_ELEMENTS, MOST_DEPTH = 5000, 24
A4_UNITS = (2480, 3508)
"""In three-hundredths of an inch, as all lengths here."""
PLACES = {FLATBED: ("Platen", "PlatenInputCaps"), FEEDER: ("Adf", "AdfSimplexInputCaps"), DUPLEX: ("Adf", "AdfDuplexInputCaps")}
JPEG = "image/jpeg"
COLOUR, GREY = "RGB24", "Grayscale8"
STUCK = {
    "ScannerAdfJam": "jam",
    "ScannerAdfMispick": "jam",
    "ScannerAdfHatchOpen": "cover_open",
    "ScannerAdfInputTrayFailed": "jam",
    "ScannerAdfOutputTrayFull": "jam",
}
"""States of a feeder that stop it whatever is asked."""
EMPTY = {"ScannerAdfEmpty": "no_paper"}
STOPPED = {"Processing": "busy", "Testing": "busy", "Down": "failed", "StoppedError": "failed"}


@dataclass
class Element:
    """One element of a document: its name without the namespace, its own text, what lies in it.

    ElementTree would stay in the memory of every village, with a scanner or without.
    """

    tag: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def find(self, path: str) -> "Element | None":
        """The first one at names joined by `/`, or None."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.tag == name and (found := child.find(rest) if rest else child) is not None:
                return found
        return None

    def iter(self, tag: str) -> Iterator["Element"]:
        """All of that name in it and below, in order."""
        if self.tag == tag:
            yield self
        for child in self.children:
            yield from child.iter(tag)


@dataclass(frozen=True)
class Caps:
    """What one source can: its sheet in three-hundredths of an inch, colour modes, resolutions as single ones or from least to most."""

    size: tuple[int, int]
    modes: frozenset[str]
    single: tuple[int, ...]
    span: tuple[int, int] | None

    def nearest(self, dpi: int) -> int:
        """The least that it can of at least so many dots per inch, or the most that it can."""
        if self.span is not None:
            return max(self.span[0], min(dpi, self.span[1]))
        return min((one for one in self.single if one >= dpi), default=max(self.single, default=dpi))

    def mode(self, colour: str) -> str:
        """The mode for a plan's colour; the other when it has only that."""
        wanted, other = (COLOUR, GREY) if colour == "colour" else (GREY, COLOUR)
        return wanted if wanted in self.modes or other not in self.modes else other


@dataclass(frozen=True)
class Capabilities:
    """A scanner's name, version of the standard, and sources."""

    name: str
    version: str
    sources: Mapping[str, Caps]


def read_capabilities(data: bytes) -> Capabilities:
    """What a scanner says that it can.

    Raises:
        ScannerError: `not_scanner` this is no such document, or it names no source.
    """
    root = read_xml(data)
    if root.tag != "ScannerCapabilities":
        raise ScannerError("not_scanner")
    sources = {}
    for source, (outer, inner) in PLACES.items():
        found = root.find(f"{outer}/{inner}")
        if found is not None:
            sources[source] = _caps(found)
    if not sources:
        raise ScannerError("not_scanner")
    version = _text(root, "Version")
    return Capabilities(shown_name(_text(root, "MakeAndModel")), version if version.replace(".", "", 1).isdecimal() else "2.0", sources)


def cause_of(data: bytes, source: str, *, at_start: bool) -> str:
    """Why nothing comes, by the status of a scanner: a code of `ScannerError`, or empty.

    A feeder's state counts only when sheets come from it, and that it is empty, or the scanner at work, only `at_start`.
    """
    root = read_xml(data)
    adf, state = "" if source == FLATBED else _text(root, "AdfState"), _text(root, "State")
    if (stuck := STUCK.get(adf)) is not None:
        return stuck
    return (EMPTY.get(adf) or STOPPED.get(state) or "") if at_start else ""


def settings(wish: ScanWish, capabilities: Capabilities) -> bytes:
    """The order for one job: A4, or what the source can of it, as JPEG."""
    caps = capabilities.sources[wish.source]
    width, height = (min(whole, most) for whole, most in zip(A4_UNITS, caps.size, strict=True))
    dpi = caps.nearest(wish.dpi)
    duplex = "<scan:Duplex>true</scan:Duplex>" if wish.source == DUPLEX else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">'
        f"<pwg:Version>{capabilities.version}</pwg:Version><scan:Intent>Document</scan:Intent>"
        "<pwg:ScanRegions><pwg:ScanRegion><pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>"
        f"<pwg:Height>{height}</pwg:Height><pwg:Width>{width}</pwg:Width><pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>"
        "</pwg:ScanRegion></pwg:ScanRegions>"
        f"<pwg:DocumentFormat>{JPEG}</pwg:DocumentFormat><scan:DocumentFormatExt>{JPEG}</scan:DocumentFormatExt>"
        f"<pwg:InputSource>{'Platen' if wish.source == FLATBED else 'Feeder'}</pwg:InputSource>"
        f"<scan:ColorMode>{caps.mode(wish.colour)}</scan:ColorMode>"
        f"<scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>{duplex}</scan:ScanSettings>"
    ).encode()


def read_xml(data: bytes) -> Element:
    """The root of a document, names without their namespaces. A document type, and with it every entity of one's own, is refused.

    Raises:
        ScannerError: `not_scanner` it is not well-formed, has a document type, or is too large or too deep.
    """
    top, count = Element(""), 0
    open_ones = [top]

    def start(tag: str, _attributes: Mapping[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS or len(open_ones) > MOST_DEPTH:
            raise ScannerError("not_scanner")
        open_ones[-1].children.append(Element(tag.rpartition(" ")[2]))
        open_ones.append(open_ones[-1].children[-1])

    def end(_tag: str) -> None:
        open_ones.pop()

    def data_of(text: str) -> None:
        open_ones[-1].text += text

    def refuse(*_told: Any) -> int:
        raise ScannerError("not_scanner")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data_of
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ScannerError("not_scanner") from error
    return top.children[0]


def _caps(found: Element) -> Caps:
    profiles = found.iter("SettingProfile")
    modes = {_clean(one.text) for profile in profiles for one in profile.iter("ColorMode")}
    single = sorted({_number(_text(one, "XResolution")) for one in found.iter("DiscreteResolution")} - {0})
    spans = [_span(one) for one in found.iter("XResolutionRange")]
    size = (_number(_text(found, "MaxWidth")) or A4_UNITS[0], _number(_text(found, "MaxHeight")) or A4_UNITS[1])
    return Caps(size, frozenset(modes), tuple(single), _first(one for one in spans if 0 < one[0] <= one[1]) if not single else None)


def _first(spans: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    return next(iter(spans), None)


def _span(found: Element) -> tuple[int, int]:
    return _number(_text(found, "Min")), _number(_text(found, "Max"))


def _text(found: Element, name: str) -> str:
    there = found.find(name)
    return "" if there is None else _clean(there.text)


def _clean(text: str) -> str:
    return text.strip()[:200]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
