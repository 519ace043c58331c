"""DER, exactly: a writer of the few types that certificates and seals need, and a reader that keeps the original slices.

Own code rather than `cryptography.hazmat.asn1`, for three reasons: signatures are verified over the bytes as they came, and a slice per
element is what a hand reader gives; that module is marked unstable, while these forms must read the same for decades; and nothing
needs importing that a village machine would have to keep in memory. The tests hold it against `cryptography.x509` and openssl.

The reader refuses every second spelling of a value: long lengths where short ones do, padded integers, trailing bytes.

Source: ITU-T X.690 (02/2021), clauses 8, 10 and 11.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from signing.errors import MalformedError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
ENUMERATED, UTF8, PRINTABLE, IA5 = 0x0A, 0x0C, 0x13, 0x16
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_PRINTABLE_CHARS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def tlv(tag: int, *contents: bytes) -> bytes:
    """One element: `tag` (one octet), length, contents."""
    body = b"".join(contents)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*elements: bytes) -> bytes:
    """SEQUENCE of elements already encoded."""
    return tlv(SEQUENCE, *elements)


def explicit(number: int, element: bytes) -> bytes:
    """`element` under the context tag [number] EXPLICIT."""
    return tlv(0xA0 | number, element)


def integer(value: int, tag: int = INTEGER) -> bytes:
    """INTEGER (or ENUMERATED) in the fewest octets."""
    return tlv(tag, value.to_bytes((value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER, from `1.2.840...`."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    """BIT STRING with so many unused bits at its end."""
    return tlv(BIT_STRING, bytes((unused,)), value)


def boolean(value: bool) -> bytes:
    """BOOLEAN."""
    return tlv(BOOLEAN, b"\xff" if value else b"\x00")


def utf8(value: str) -> bytes:
    """UTF8String."""
    return tlv(UTF8, value.encode())


def ia5(value: str) -> bytes:
    """IA5String; ASCII only, else `ValueError`."""
    return tlv(IA5, value.encode("ascii"))


def printable(value: str) -> bytes:
    """PrintableString; letters, digits and few marks, else `ValueError`."""
    if not _PRINTABLE_CHARS.issuperset(value):
        raise ValueError(value)
    return tlv(PRINTABLE, value.encode("ascii"))


def generalized_time(moment: datetime) -> bytes:
    """GeneralizedTime in UTC, whole seconds: `20261122030405Z`."""
    return tlv(GENERALIZED_TIME, f"{moment.astimezone(UTC):%Y%m%d%H%M%SZ}".encode().rjust(15, b"0"))


def x509_time(moment: datetime) -> bytes:
    """UTCTime up to 2049, GeneralizedTime after. Source: RFC 5280, 4.1.2.5."""
    moment = moment.astimezone(UTC)
    return tlv(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode()) if 1950 <= moment.year < 2050 else generalized_time(moment)


class Reader:
    """Reads elements one after another from `data[start:end]`; hostile bytes end in `MalformedError`, which names `what`."""

    def __init__(self, what: str, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._what = what
        self._data = data
        self._at = start
        self._end = len(data) if end is None else end

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self._at < self._end

    def fault(self, why: str) -> MalformedError:
        """The error to raise for a fault found in this thing."""
        return MalformedError(self._what, why)

    def done(self) -> None:
        """Refuse what is left."""
        if self.more:
            raise self.fault("trailing bytes")

    def next_tag(self) -> int | None:
        """The next element's tag, or `None` at the end."""
        return self._data[self._at] if self.more else None

    def _element(self, tag: int) -> tuple[int, int, int]:
        """Where the next element starts, where its contents start and where both end; moves past it."""
        start, data = self._at, self._data
        if self._end - start < 2 or data[start] != tag:
            raise self.fault(f"tag {tag:02x} expected")
        size, body = data[start + 1], start + 2
        if size >= 128:
            count = size & 0x7F
            size = int.from_bytes(data[body : body + count], "big")
            if not 1 <= count <= 4 or body + count > self._end or size < 128 or size >> (8 * (count - 1)) == 0:
                raise self.fault("length")
            body += count
        if body + size > self._end:
            raise self.fault("truncated")
        self._at = body + size
        return start, body, body + size

    def slice(self, tag: int) -> bytes:
        """The next element as it came, tag and length included."""
        start, _, end = self._element(tag)
        return self._data[start:end]

    def contents(self, tag: int) -> bytes:
        """The next element's contents."""
        _, body, end = self._element(tag)
        return self._data[body:end]

    def enter(self, tag: int = SEQUENCE) -> "Reader":
        """A reader of the next element's contents."""
        _, body, end = self._element(tag)
        return Reader(self._what, self._data, body, end)

    def each(self, tag: int) -> Iterator["Reader"]:
        """A reader into each element that is left, all of the same tag."""
        while self.more:
            yield self.enter(tag)

    def integer(self, tag: int = INTEGER) -> int:
        """INTEGER (or ENUMERATED)."""
        body = self.contents(tag)
        if not body or (len(body) > 1 and ((body[0] == 0 and body[1] < 128) or (body[0] == 255 and body[1] >= 128))):
            raise self.fault("integer")
        return int.from_bytes(body, "big", signed=True)

    def oid(self) -> bytes:
        """The OBJECT IDENTIFIER's element, to be compared with what `oid` makes."""
        return self.slice(OID)

    def octets(self) -> bytes:
        """OCTET STRING."""
        return self.contents(OCTET_STRING)

    def bits(self) -> bytes:
        """BIT STRING of whole octets."""
        body = self.contents(BIT_STRING)
        if not body or body[0] != 0:
            raise self.fault("bit string")
        return body[1:]

    def boolean(self) -> bool:
        """BOOLEAN."""
        body = self.contents(BOOLEAN)
        if body not in (b"\x00", b"\xff"):
            raise self.fault("boolean")
        return body == b"\xff"

    def text(self, tag: int) -> str:
        """UTF8String, PrintableString or IA5String."""
        try:
            value = self.contents(tag).decode("utf-8" if tag == UTF8 else "ascii")
        except UnicodeDecodeError as error:
            raise self.fault("text") from error
        if tag == PRINTABLE and not _PRINTABLE_CHARS.issuperset(value):
            raise self.fault("text")
        return value

    def generalized_time(self) -> datetime:
        """GeneralizedTime in UTC, whole seconds."""
        return self._moment(self.contents(GENERALIZED_TIME))

    def x509_time(self) -> datetime:
        """UTCTime or GeneralizedTime, each where RFC 5280 wants it."""
        if self.next_tag() == GENERALIZED_TIME:
            moment = self.generalized_time()
            if 1950 <= moment.year < 2050:
                raise self.fault("time form")
            return moment
        body = self.contents(UTC_TIME)
        century = b"19" if body[:1] >= b"5" else b"20"
        return self._moment(century + body)

    def _moment(self, body: bytes) -> datetime:
        try:
            if len(body) != 15 or not body[:-1].isdigit() or not body.endswith(b"Z"):
                raise ValueError(body)
            # By hand: `strptime` takes ten times as long, and a certificate has two of these, a revocation list hundreds.
            month, day, hour, minute, second = (int(body[at : at + 2]) for at in range(4, 14, 2))
            return datetime(int(body[:4]), month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as error:
            raise self.fault("time") from error
