"""One seal revision of a PDF, octet for octet. There is only one way to write it, and the reader compares.

```
%yizhan seal 1 {...}                 what the rest follows from: `Head`
n 0 obj <</Type/YZSeals ...>> stream what the file does not have yet, deflated after what it had: seals (DER), their pictures' rows left
                                     out, and the authorities' certificates over signers and makers
n 0 obj <<...>> stream               each certificate over the document key's, where ordinary readers look for it (/DSS)
n 0 obj <</Type/XObject ...>> stream each of those pictures as an image
n 0 obj <</Type/XObject ...>> stream the appearance: the pictures where they are seen
n 0 obj <</Type/Annot ...>>          field and widget in one
n 0 obj <</Type/Sig ...>>            the signature, its /Contents the only bytes that it does not cover
                                     then the page and the catalog of the base with what is new in them
xref, trailer, startxref, %%EOF
```

Source: ISO 32000-1:2008, 7.5.6 (incremental updates), 12.7.4.5 (signature fields), 12.8; ETSI EN 319 142-1, 5.4.2 (/DSS).
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from signing.algorithms import suite
from signing.canonical import canonical_bytes
from signing.cms import SUITE
from signing.errors import DocumentError
from signing.pdf.base import Base
from signing.pdf.picture import picture_rows
from signing.seal import Seal
from signing.stamps import MOST_AUTHORITIES

FORMAT = b"%yizhan seal 1 "
PROPERTY = "pdf:"
MOST_REVISIONS = 20
Tenths = tuple[int, int, int]
"""Page, and the middle in tenths of a millimetre from its upper left corner."""
MOST_SEALS = 4
_POINTS_PER_MM = 72 / 25.4
_PRINTED_AND_LOCKED = 132


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a revision follows from, as its first line says it.

    `certificates` are the digests of the document key's certificate and of those over it, so that the national seals stand for them too;
    `room` is the octets kept for the signature. `places` are those of `seals`. `new` tells, of each seal that the file did not have yet,
    how many octets of it stand in the stream, after how many of them its picture's rows were left out, and how many those are;
    `authorities` how many octets each certificate has that stands there behind them; `packed` is the length of that stream.
    """

    at: datetime
    authorities: tuple[int, ...]
    certificates: tuple[str, ...]
    room: int
    seals: tuple[str, ...]
    places: tuple[Tenths | None, ...]
    new: tuple[tuple[int, int, int], ...]
    packed: int

    def line(self) -> bytes:
        """The first line of the revision."""
        members = {
            "at": digits(self.at).decode(),
            "authorities": self.authorities,
            "certificates": self.certificates,
            "new": self.new,
            "packed": self.packed,
            "places": self.places,
            "room": self.room,
            "seals": self.seals,
        }
        return FORMAT + canonical_bytes(members) + b"\n"


@dataclass(frozen=True)
class SealObjects:
    """The objects of a seal in the file: its stream, and its picture where that was shown."""

    seal: Seal = field(repr=False)
    picture: int | None = None


@dataclass(frozen=True)
class State:
    """What is known of a file before its next revision: its bytes so far end at `length`, its newest xref stands at `xref`."""

    base: Base
    length: int
    size: int
    xref: int
    seals: dict[str, SealObjects] = field(default_factory=dict)
    authorities: tuple[bytes, ...] = ()
    stores: tuple[tuple[str, int], ...] = ()
    """Digest and object number of each certificate that ordinary readers find."""
    unpacked: bytes = field(default=b"", repr=False)
    """What stands in the streams so far, from which the next one is deflated on."""
    widgets: tuple[tuple[int, int], ...] = ()
    """Page and object number of each field."""

    @property
    def field_name(self) -> str:
        """The name of the next field."""
        return f"seal-{len(self.widgets) + 1}"


@dataclass(frozen=True)
class Written:
    """A revision with room for its signature: `before` and `after` are what stands around the digits of /Contents."""

    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    state: State


def start(base: Base, length: int) -> State:
    """The state of a base without seals."""
    return State(base, length, base.size, base.xref)


@dataclass(frozen=True)
class News:
    """What a file does not have yet: `Head.new`, its authorities' certificates, and all of it as it stands in the stream, not packed."""

    seals: tuple[tuple[int, int, int], ...]
    authorities: tuple[bytes, ...]
    unpacked: bytes = field(repr=False)


def news(state: State, seals: Sequence[Seal], places: Sequence[Tenths | None], authorities: Iterable[bytes]) -> News:
    """Of these seals and certificates (each once, ordered by their bytes) what the file does not have.

    Raises:
        DocumentError: `picture`, one that is to be shown cannot be; `revision`, too many certificates.
    """
    found, unpacked = {}, bytearray()
    for seal, place in zip(seals, places, strict=True):
        if seal.digest not in state.seals and seal.digest not in found:
            rows = picture_rows(seal.picture).rows if place else b""
            cut = seal.der.index(rows) if rows else 0
            found[seal.digest] = (len(seal.der) - len(rows), cut, len(rows))
            unpacked += seal.der[:cut] + seal.der[cut + len(rows) :]
    more = tuple(sorted(set(authorities) - set(state.authorities)))
    if len(more) > MOST_AUTHORITIES:
        raise DocumentError("revision", "authorities")
    return News(tuple(found.values()), more, bytes(unpacked) + b"".join(more))


def packed_news(state: State, found: News) -> bytes:
    """What is new as it stands in its stream: deflated with what the file has already as the dictionary; nothing where nothing is new."""
    if not found.unpacked:
        return b""
    packer = zlib.compressobj(9, zdict=state.unpacked) if state.unpacked else zlib.compressobj(9)
    return packer.compress(found.unpacked) + packer.flush()


def written(state: State, head: Head, seals: Sequence[Seal], authorities: Sequence[bytes], packed: bytes) -> Written:
    """The revision that `head` says, with these seals (in the order of `head.seals`), the new ones and `authorities` `packed` in a stream.

    Raises:
        DocumentError: `place`, a seal stands on no page or two on different ones; `picture`; `revision`, too many of them, or others.
    """
    if len(state.widgets) >= MOST_REVISIONS or not 0 < len(seals) <= MOST_SEALS or len(head.places) != len(seals):
        raise DocumentError("revision", "too many")
    if len({place[0] for place in head.places if place}) > 1:
        raise DocumentError("place", "on two pages")
    page = next((place[0] for place in head.places if place), 0)
    if not 0 <= page < len(state.base.pages):
        raise DocumentError("place", f"page {page}")
    found = news(state, seals, head.places, authorities)
    if found.seals != head.new or found.authorities != tuple(authorities) or tuple(map(len, authorities)) != head.authorities:
        raise DocumentError("revision", "new seals")
    if len(packed) != head.packed:
        raise DocumentError("revision", "packed")
    return _Writer(state, head, seals, found, packed, page).write()


class _Writer:
    """Writes one revision, object by object."""

    def __init__(self, state: State, head: Head, seals: Sequence[Seal], found: News, packed: bytes, page: int) -> None:
        self._before = state
        self._head = head
        self._seals = seals
        self._news = found
        self._packed = packed
        self._page = page
        self._out = bytearray(head.line())
        self._at = state.length
        self._offsets: dict[int, int] = {}
        self._size = state.size
        self._known = dict(state.seals)
        self._stores = dict(state.stores)

    def write(self) -> Written:
        """The whole revision; the signature's digits are left out."""
        self._add_news()
        appearance, rect = self._add_appearance()
        widget, signature = self._size, self._size + 1
        page = self._before.base.pages[self._page].number
        shown = b"/AP<</N %d 0 R>>" % appearance if appearance else b""
        members = (self._before.field_name.encode(), _PRINTED_AND_LOCKED, rect, page, signature, shown)
        self._add(b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/F %d/Rect[%b]/P %d 0 R/V %d 0 R%b>>" % members)
        opening = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/M(D:%bZ)" % (signature, digits(self._head.at))
        opening += b"/ByteRange[0 %-8d %-8d %-8d]/Contents"
        self._offsets[signature] = len(self._out)
        self._size += 1
        gap = self._at + len(self._out) + len(opening % (0, 0, 0))
        widgets = (*self._before.widgets, (self._page, widget))
        after, xref = self._rest(gap + 2 + 2 * self._head.room, widgets)
        self._out += opening % (gap, gap + 2 + 2 * self._head.room, len(after))
        length = gap + 2 + 2 * self._head.room + len(after)
        state = replace(
            self._before,
            length=length,
            size=self._size,
            xref=xref,
            seals=self._known,
            authorities=(*self._before.authorities, *self._news.authorities),
            stores=tuple(self._stores.items()),
            unpacked=self._before.unpacked + self._news.unpacked,
            widgets=widgets,
        )
        return Written(bytes(self._out), after, state)

    def _add(self, body: bytes) -> int:
        """One more object; its number."""
        number = self._size
        self._offsets[number] = len(self._out)
        self._out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._size += 1
        return number

    def _add_news(self) -> None:
        """The stream of what is new, the certificates for ordinary readers, then the pictures that are shown for the first time."""
        if self._packed:
            self._add(seals_stream(self._packed))
        known = {suite(SUITE).digest(one): one for one in (*self._before.authorities, *self._news.authorities)}
        for digest in self._head.certificates[1:]:
            if digest not in known:
                raise DocumentError("revision", "certificates")
            if digest not in self._stores:
                self._stores[digest] = self._add(stream(b"", known[digest]))
        for seal, place in zip(self._seals, self._head.places, strict=True):
            objects = self._known.get(seal.digest, SealObjects(seal))
            if place and objects.picture is None:
                image = picture_rows(seal.picture)
                objects = SealObjects(seal, self._add(stream(image.members, image.rows)))
            self._known[seal.digest] = objects

    def _add_appearance(self) -> tuple[int, bytes]:
        """The pictures where they are seen, and the rectangle that holds them all; number 0 and an empty one where none is seen."""
        shown = [(seal, place) for seal, place in zip(self._seals, self._head.places, strict=True) if place]
        if not shown:
            return 0, b"0 0 0 0"
        high = self._before.base.pages[self._page].height
        boxes = [_box(seal, place, high) for seal, place in shown]
        left, low = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
        drawn, names = bytearray(), bytearray()
        for place, ((seal, _), (x, y, width, height)) in enumerate(zip(shown, boxes, strict=True)):
            drawn += b"q %.2f 0 0 %.2f %.2f %.2f cm/S%d Do Q\n" % (width, height, x - left, y - low, place)
            names += b"/S%d %d 0 R" % (place, self._known[seal.digest].picture or 0)
        members = b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</XObject<<%b>>>>" % (right - left, top - low, bytes(names))
        return self._add(stream(members, bytes(drawn))), b"%.2f %.2f %.2f %.2f" % (left, low, right, top)

    def _rest(self, resumes: int, widgets: Sequence[tuple[int, int]]) -> tuple[bytes, int]:
        """What follows the signature's digits, from `resumes` on, and where its xref stands."""
        base, out = self._before.base, bytearray(b">>\nendobj\n")
        page = base.pages[self._page]
        annotations = b" ".join(b"%d 0 R" % number for on, number in widgets if on == self._page)
        fields = b" ".join(b"%d 0 R" % number for _, number in widgets)
        stores = b" ".join(b"%d 0 R" % number for number in self._stores.values())
        store = b"/DSS<</Certs[%b]>>" % stores if stores else b""
        offsets = {number: self._at + at for number, at in self._offsets.items()}
        for number, raw, more in (
            (page.number, page.raw, b"/Annots[%b]" % annotations),
            (base.root, base.catalog, b"/AcroForm<</Fields[%b]/SigFlags 3>>%b" % (fields, store)),
        ):
            offsets[number] = resumes + len(out)
            out += b"%d 0 obj\n%b%b>>\nendobj\n" % (number, raw[:-2], more)
        xref = resumes + len(out)
        out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (number, offsets[number]) for number in sorted(offsets))
        info = b"/Info %d 0 R" % base.info if base.info else b""
        identity = b"/ID" + base.identity if base.identity else b""
        out += b"trailer\n<</Size %d/Root %d 0 R%b%b/Prev %d>>\n" % (self._size, base.root, info, identity, self._before.xref)
        out += b"%%yizhan seal begins at %d\nstartxref\n%d\n%%%%EOF\n" % (self._at, xref)
        return bytes(out), xref


def stream(members: bytes, data: bytes) -> bytes:
    """A stream's object, between `obj` and `endobj`."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (members, len(data), data)


def seals_stream(packed: bytes) -> bytes:
    """The object of what is new. It names no filter: without what stood in the file before nobody can unpack it."""
    return stream(b"/Type/YZSeals", packed)


def digits(moment: datetime) -> bytes:
    """A moment in UTC as fourteen digits."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}".rjust(14, "0").encode()


def _box(seal: Seal, place: Tenths, page_height: float) -> tuple[float, float, float, float]:
    """A picture's lower left corner, width and height in points."""
    width, height = seal.picture.width_mm * _POINTS_PER_MM, seal.picture.height_mm * _POINTS_PER_MM
    x, y = place[1] / 10 * _POINTS_PER_MM, page_height - place[2] / 10 * _POINTS_PER_MM
    return x - width / 2, y - height / 2, width, height
