"""Reads sealed PDF files, strictly: every revision is written again from what its first line says, and must come out octet for octet.

So there is no revision but ours, none without a signature over the whole file until then, and nothing in one that a seal does not need:
whatever else an incremental update can do to a signed PDF has no place to stand.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from signing.algorithms import Suite, suite
from signing.canonical import parse_canonical
from signing.certificates import Certificate, parse_certificate
from signing.cms import SUITE, AttachedSeal, Cms, check_cms, digests, parse_cms
from signing.errors import DocumentError, MalformedError
from signing.pdf.base import MAX_BYTES, read_base
from signing.pdf.revision import FORMAT, MOST_REVISIONS, PROPERTY, Head, State, Tenths, Written, seals_stream, start, written
from signing.seal import CompactSeal, Seal, parse_seal, rebuild_signature
from signing.stamps import CARRIED, CmsFinding, DocumentSeal, StampPlace

_BEGINS = re.compile(rb"\n%yizhan seal begins at ([0-9]{1,8})\nstartxref\n[0-9]{1,8}\n%%EOF\n\Z")
_MOMENT = re.compile(r"[0-9]{14}")
_MEMBERS = {"at", "authorities", "certificates", "new", "packed", "places", "room", "seals"}
_IMAGE_HEAD = 4096
_MOST_ROOM = 65536


@dataclass(frozen=True, kw_only=True)
class PdfRevision:
    """What one revision added: its seals in order (the person's first), the signature for ordinary readers, and its time as claimed.

    `start` and `end` say where its bytes lie in the file; what follows `end` was added after it.
    """

    field: str
    at: datetime
    seals: tuple[DocumentSeal, ...]
    cms: CmsFinding
    start: int
    end: int


@dataclass(frozen=True)
class PdfReading:
    """A sealed PDF taken apart. Nothing in it is believed before each seal has been judged."""

    base: bytes = field(repr=False)
    revisions: tuple[PdfRevision, ...]
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    """Of authorities over the signers, for whoever has only the root. Each has to prove itself."""


def read_pdf(algorithms: Suite, data: bytes) -> PdfReading:
    """Take a PDF (not trusted) apart: a base that only shows pages, and seal revisions of ours, nothing else. Without seals: no revisions.

    Raises:
        DocumentError: it is no PDF of ours, or anything was changed or added that is not a seal revision.
        SigningError: a certificate or seal in it cannot be read.
    """
    state, base, revisions = read_state(algorithms, data)
    return PdfReading(base, revisions, state.authorities)


@dataclass(frozen=True)
class OpenPdf:
    """A PDF that was read and is to be sealed: its bytes, what its next revision needs to know of them, and the base."""

    data: bytes = field(repr=False)
    state: State = field(repr=False)
    base: bytes = field(repr=False)


def open_pdf(algorithms: Suite, data: bytes) -> OpenPdf:
    """Read a PDF (not trusted) that is to be sealed later.

    Raises:
        DocumentError, SigningError: as `read_pdf`.
    """
    state, base, _ = read_state(algorithms, data)
    return OpenPdf(data, state, base)


def read_state(algorithms: Suite, data: bytes) -> tuple[State, bytes, tuple[PdfRevision, ...]]:
    """What the next revision needs to know of a PDF (not trusted), its base, and its revisions.

    Raises:
        DocumentError, SigningError: as `read_pdf`.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError("size")
    ends = list(_ends(data))
    base = data[: ends[0]]
    state = start(read_base(base), len(base))
    revisions = []
    for end in ends[1:]:
        revision, state = _Reader(algorithms, data[:end], state).read()
        revisions.append(revision)
    return state, base, tuple(revisions)


def _ends(data: bytes) -> list[int]:
    """Where the base and each revision end, found from the last back."""
    ends = [len(data)]
    while found := _BEGINS.search(data, max(0, ends[0] - 80), ends[0]):
        begins = int(found[1])
        if begins >= ends[0] or len(ends) > MOST_REVISIONS:
            raise DocumentError("revision", "begins")
        ends.insert(0, begins)
    return ends


class _Reader:
    """Reads the last revision of `data`."""

    def __init__(self, algorithms: Suite, data: bytes, state: State) -> None:
        self._suite = algorithms
        self._data = data
        self._state = state

    def read(self) -> tuple[PdfRevision, State]:
        """The revision, and the state after it."""
        line = self._data.find(b"\n", self._state.length) + 1
        if not line or not self._data.startswith(FORMAT, self._state.length):
            raise DocumentError("revision", "head")
        head = _read_head(self._data[self._state.length + len(FORMAT) : line - 1])
        seals, authorities, packed = self._news(head, line)
        revision = written(self._state, head, seals, authorities, packed)
        signature = self._signature(revision, head.room)
        cms = _parse_padded(signature)
        chain = self._chain(head, revision.state)
        if digests(cms.signer, chain) != head.certificates or cms.at != head.at or len(cms.seals) != len(seals):
            raise DocumentError("signature", "not of this revision")
        content = self._data[: self._state.length] + revision.before + revision.after
        property_info = PROPERTY + self._state.field_name
        found = tuple(
            self._document_seal(seal, attached, place, content, head.at, property_info)
            for seal, attached, place in zip(seals, cms.seals, head.places, strict=True)
        )
        finding = CmsFinding(check_cms(cms, content), cms.signer, chain, cms.at)
        begins, ends = self._state.length, len(self._data)
        return PdfRevision(field=self._state.field_name, at=head.at, seals=found, cms=finding, start=begins, end=ends), revision.state

    def _news(self, head: Head, at: int) -> tuple[list[Seal], list[bytes], bytes]:
        """The seals of the revision, its new authorities, and the stream of what is new, which stands right after its first line."""
        known = {digest: one.seal for digest, one in self._state.seals.items()}
        missing = [digest for digest in dict.fromkeys(head.seals) if digest not in known]
        if len(missing) != len(head.new):
            raise DocumentError("revision", "new seals")
        packed, rests = b"", b""
        if missing or head.authorities:
            begins = at + len(b"%d 0 obj\n" % self._state.size) + seals_stream(bytes(head.packed)).index(bytes(head.packed))
            packed = self._data[begins : begins + head.packed]
            size = sum(one[0] for one in head.new) + sum(head.authorities)
            rests, at = _unpacked(packed, size, self._state.unpacked), begins + head.packed
        for digest, (size, cut, left_out) in zip(missing, head.new, strict=True):
            rest, rests, rows = rests[:size], rests[size:], b""
            if left_out:
                # The image's own head follows from the picture, which is not known before its rows are.
                image = self._data.find(b"/Predictor 15", at, at + _IMAGE_HEAD)
                image = self._data.find(b"\nstream\n", image, image + _IMAGE_HEAD) + len(b"\nstream\n")
                rows, at = self._data[image : image + left_out], image + left_out
            seal = parse_seal(self._suite, rest[:cut] + rows + rest[cut:])
            if seal.digest != digest:
                raise DocumentError("revision", "another seal")
            known[digest] = seal
        authorities = _cut(rests, head.authorities)
        for each in authorities:
            _check_carried(self._suite, each)
        return [known[digest] for digest in head.seals], authorities, packed

    def _chain(self, head: Head, state: State) -> tuple[Certificate, ...]:
        """The certificates over the document key's, as they stand for ordinary readers."""
        here = {suite(SUITE).digest(one): one for one in state.authorities}
        return tuple(parse_certificate(suite(SUITE), here[digest]) for digest in head.certificates[1:])

    def _signature(self, revision: Written, room: int) -> bytes:
        """The octets of /Contents, after everything around them has been compared."""
        gap = self._state.length + len(revision.before)
        text = self._data[gap : gap + 2 + 2 * room]
        around = self._data[self._state.length : gap], self._data[gap + 2 + 2 * room :]
        if around != (revision.before, revision.after):
            raise DocumentError("revision", "not as our writer makes it")
        if text[:1] != b"<" or text[-1:] != b">":
            raise DocumentError("signature", "brackets")
        try:
            signature = bytes.fromhex(text[1:-1].decode("ascii"))
        except ValueError as error:
            raise DocumentError("signature", "digits") from error
        if signature.hex().encode() != text[1:-1]:
            raise DocumentError("signature", "digits")
        return signature

    def _document_seal(
        self, seal: Seal, attached: AttachedSeal, place: Tenths | None, content: bytes, at: datetime, property_info: str
    ) -> DocumentSeal:
        holder = next((each for each in seal.holders if self._suite.hash(each) == attached.signer), None)
        if holder is None or self._suite.hash(seal.der) != attached.seal:
            raise DocumentError("signature", "another seal or holder")
        compact = CompactSeal(self._suite.digest(holder), seal.digest, at, attached.signature)
        signature = rebuild_signature(self._suite, seal.der, holder, compact, content, property_info)
        where = StampPlace(place[0], place[1] / 10, place[2] / 10) if place else None
        return DocumentSeal(property_info=property_info, content=content, signature=signature, place=where)


def _cut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    ends = list(accumulate(sizes))
    return [data[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _check_carried(algorithms: Suite, data: bytes) -> None:
    """Return when it is an authority's certificate, of the county's suite or for ordinary readers."""
    try:
        found = parse_certificate(algorithms, data)
    except MalformedError:
        found = parse_certificate(suite(SUITE), data)
    if found.usage not in CARRIED:
        raise DocumentError("certificate", found.digest)


def _unpacked(packed: bytes, size: int, dictionary: bytes) -> bytes:
    unpacker = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, size + 1) if size <= MAX_BYTES else b""
    except zlib.error as error:
        raise DocumentError("revision", "new seals") from error
    if len(data) != size or not unpacker.eof or unpacker.unused_data:
        raise DocumentError("revision", "new seals")
    return data


def _parse_padded(data: bytes) -> Cms:
    """A signature and the zeros after it: no more than its room, no other bytes."""
    size = _der_size(data)
    if data[size:].strip(b"\0"):
        raise DocumentError("signature", "trailing data")
    return parse_cms(data[:size])


def _der_size(data: bytes) -> int:
    octets = data[1] & 0x7F if len(data) > 1 and data[1] >= 128 else 0
    return 2 + octets + (int.from_bytes(data[2 : 2 + octets], "big") if octets else data[1] if len(data) > 1 else 0)


def _read_head(text: bytes) -> Head:
    try:
        members = parse_canonical(text)
        if not isinstance(members, dict) or members.keys() != _MEMBERS or not _is_plain(members):
            raise DocumentError("revision", "head")
        at = datetime.strptime(members["at"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except (MalformedError, ValueError) as error:
        raise DocumentError("revision", "head") from error
    return Head(
        at=at,
        authorities=tuple(members["authorities"]),
        certificates=tuple(members["certificates"]),
        room=members["room"],
        seals=tuple(members["seals"]),
        places=tuple(None if place is None else (place[0], place[1], place[2]) for place in members["places"]),
        new=tuple((one[0], one[1], one[2]) for one in members["new"]),
        packed=members["packed"],
    )


def _is_plain(members: dict[str, Any]) -> bool:
    texts, names, rows, places = (members[name] for name in ("seals", "certificates", "new", "places"))
    return (
        all(isinstance(one, list) for one in (texts, names, rows, places))
        and all(isinstance(one, str) for one in (members["at"], *names, *texts))
        and _MOMENT.fullmatch(members["at"]) is not None
        and all(_is_row(one) for one in rows)
        and isinstance(members["authorities"], list)
        and all(_is_row([size, 0, 0]) and size > 0 for size in members["authorities"])
        and all(one is None or _is_row(one) for one in places)
        and _is_row([members["packed"], members["room"], 0])
        and 0 < members["room"] <= _MOST_ROOM
    )


def _is_row(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 3 and all(type(number) is int and 0 <= number <= MAX_BYTES for number in one)
