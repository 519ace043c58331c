"""What is done to signed PDF files: each is refused, or seen at the seal that it breaks.

Source: Mladenov et al., "1 Trillion Dollar Refund" (2019); Mainka et al., "Shadow Attacks" (2021); Rohlmann et al., "Breaking the
Specification" (2021).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signing.algorithms import suite
from signing.cms import AttachedSeal, parse_cms, sign_cms
from signing.errors import DocumentError, MalformedError, SigningError
from signing.issuing import enrol
from signing.ofd import seal_files
from signing.pdf import read_pdf, seal_pdf
from signing.pdf.base import read_base
from signing.pdf.reading import read_state
from signing.pdf.revision import Head, news, packed_news, written
from signing.seal import parse_seal, sign_compact
from signing.stamps import MOST_AUTHORITIES
from tests.signing.county import END, NOW, START, SUITES, county
from tests.signing.papers import offices, plain_ofd_files, sealed_once, sealed_pdf
from tests.signing.pdf.test_sealing import judged


def refused(data: bytes, name: str = "gm") -> bool:
    """Whether the file is refused as a whole; else every seal and signature must hold, or one of them be reported."""
    try:
        reading = read_pdf(suite(name), data)
    except SigningError:
        return True
    return any(one.cms.code for one in reading.revisions) or set(judged(name, reading)) != {"valid"}


def update(data: bytes, *objects: tuple[int, bytes], more: bytes = b"", marked: bool = False) -> bytes:
    """An incremental update as anybody can append it: objects by number, an xref, a trailer. `marked`: with the mark of ours."""
    out, offsets = bytearray(data), []
    for number, body in objects:
        offsets.append((number, len(out)))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(out)
    previous = re.findall(rb"startxref\n(\d+)", data)[-1]
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % each for each in offsets)
    mark = b"%%yizhan seal begins at %d\n" % len(data) if marked else b""
    out += b"trailer\n<</Size 90/Root 1 0 R/Prev %b%b>>\n%bstartxref\n%d\n%%%%EOF\n" % (previous, more, mark, xref)
    return bytes(out)


def body_of(data: bytes, number: int) -> bytes:
    """The newest value of an object."""
    found: list[bytes] = re.findall(rb"(?:^|\n)%d 0 obj\n(.*?)\nendobj" % number, data, re.DOTALL)
    return found[-1]


TEXT = b"<</Length 32>>\nstream\nBT /F1 12 Tf 72 720 Td (x) Tj ET\nendstream"
UPDATES: dict[str, Callable[[bytes], bytes]] = {
    "contents of the page replaced": lambda data: update(data, (5, TEXT)),
    "page replaced": lambda data: update(data, (4, body_of(data, 4).replace(b"/Contents 5", b"/Contents 7"))),
    "annotation over the text": lambda data: update(
        data, (80, b"<</Type/Annot/Subtype/FreeText/Rect[0 0 600 800]/F 4>>"), (4, body_of(data, 4)[:-2] + b"/Annots[80 0 R]>>")
    ),
    "catalog replaced": lambda data: update(data, (80, b"<</Type/Catalog/Pages 2 0 R>>"), more=b"/Root 80 0 R"),
    "field of the seal filled anew": lambda data: update(data, (1, body_of(data, 1).replace(b"/SigFlags 3", b"/SigFlags 0"))),
    "second field on one signature": lambda data: update(
        data, (80, body_of(data, 11).replace(b"(seal-1)", b"(seal-9)")), (1, body_of(data, 1).replace(b"/Fields[", b"/Fields[80 0 R "))
    ),
    "document security store": lambda data: update(data, (80, b"<</Type/DSS>>"), (1, body_of(data, 1)[:-2] + b"/DSS 80 0 R>>")),
    "font replaced": lambda data: update(data, (3, b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")),
    "nothing but a trailer": lambda data: update(data),
}


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("attack", UPDATES)
@pytest.mark.parametrize("tiers", [1, 3])
def test_an_update_that_is_no_seal_is_refused(attack: str, tiers: int, marked: bool) -> None:
    attacked = UPDATES[attack](sealed_pdf("gm", tiers))
    if marked:
        before = sealed_pdf("gm", tiers)
        attacked = attacked.replace(b"startxref", b"%%yizhan seal begins at %d\nstartxref" % len(before))
    with pytest.raises(DocumentError):
        read_pdf(suite("gm"), attacked)


@pytest.mark.parametrize("attack", UPDATES)
def test_an_update_between_base_and_seal_is_refused(attack: str) -> None:
    """Shadow attacks are prepared before the first seal: such a base is not sealed to begin with."""
    prepared = UPDATES[attack](sealed_pdf("gm", 0)) if attack not in NEEDS_A_SEAL else update(sealed_pdf("gm", 0), (80, b"(x)"))
    with pytest.raises(DocumentError):
        sealed_once("gm", "village", prepared)


NEEDS_A_SEAL = {"field of the seal filled anew", "second field on one signature"}


@pytest.mark.parametrize("more", [b"\n", b" ", b"%comment\n", b"%%EOF\n", b"\x00", b"PK\x03\x04"])
def test_bytes_after_the_last_revision_are_refused(more: bytes) -> None:
    with pytest.raises(DocumentError):
        read_pdf(suite("gm"), sealed_pdf("gm") + more)


def test_a_revision_left_out_is_refused_or_an_earlier_state() -> None:
    one, two, three = (sealed_pdf("gm", tiers) for tiers in (1, 2, 3))
    for changed in (one + three[len(two) :], sealed_pdf("gm", 0) + two[len(one) :], three[len(one) :]):
        with pytest.raises(DocumentError):
            read_pdf(suite("gm"), changed)
    assert len(read_pdf(suite("gm"), two).revisions) == 2


def test_a_revision_of_another_document_is_refused() -> None:
    base = sealed_pdf("gm", 0)
    other = sealed_once("gm", "village", base.replace(b"sample form", b"sample farm"))
    assert refused(base + other[len(base) :])


REWRITES: dict[str, tuple[bytes, bytes]] = {
    "text on the page": (b"sample form", b"sample farm"),
    "range begins later": (b"/ByteRange[0 ", b"/ByteRange[1 "),
    "another filter": (b"/Adobe.PPKLite", b"/Adobe.PPKLits"),
    "another subfilter": (b"adbe.pkcs7.detached", b"ETSI.CAdES.detached"),
    "moved on the page": (b"/Rect[110.55", b"/Rect[210.55"),
    "not printed": (b"/F 132", b"/F 130"),
    "name of the field": (b"/T(seal-1)", b"/T(seal-2)"),
    "picture upside down": (b" cm/S0 Do", b" cm/S1 Do"),
    "time in the dictionary": (b"/M(D:20261122", b"/M(D:20271122"),
    "time in the head": (b'"at":"20261122', b'"at":"20271122'),
    "room": (b'"room":', b'"room":1'),
    "length of the new seals": (b'"packed":', b'"packed":1'),
    "place in the head": (b'"places":[[0,600', b'"places":[[0,601'),
    "size of the file": (b"/Size 14", b"/Size 15"),
    "the xref before": (b"/Prev 590", b"/Prev 591"),
    "fields": (b"/SigFlags 3", b"/SigFlags 1"),
    "picture of the seal": (b"<ffffffc8102e>", b"<ffffffc8102f>"),
    "colour that is clear": (b"/Mask[0 0]", b"/Mask[1 1]"),
}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_revision_written_otherwise_is_refused(rewrite: str) -> None:
    before, after = REWRITES[rewrite]
    data = sealed_pdf("gm", 1)
    changed = data.replace(before, after, 1)
    assert changed != data and refused(changed)


def test_digits_in_capitals_are_refused() -> None:
    data = sealed_pdf("gm", 1)
    at = data.index(b"/Contents<") + len(b"/Contents<")
    end = data.index(b">", at)
    with pytest.raises(DocumentError) as error:
        read_pdf(suite("gm"), data[:at] + data[at:end].upper() + data[end:])
    assert error.value.code == "signature"


def test_trailing_data_behind_the_signature_is_refused() -> None:
    data = sealed_pdf("gm", 1)
    end = data.index(b">", data.index(b"/Contents<"))
    for more in (b"01", b"ff"):
        with pytest.raises(DocumentError):
            read_pdf(suite("gm"), data[: end - 2] + more + data[end:])


def test_the_signature_of_another_revision_is_refused() -> None:
    data = sealed_pdf("gm", 2)
    found = list(re.finditer(rb"/Contents<([0-9a-f]+)>", data))
    size = min(len(one[1]) for one in found)
    swapped = found[0][1][:size].ljust(len(found[1][1]), b"0")
    with pytest.raises(SigningError):
        read_pdf(suite("gm"), data[: found[1].start(1)] + swapped + data[found[1].end(1) :])


def test_the_national_seals_of_another_document_are_seen() -> None:
    """The attribute is not signed, so it can be taken from elsewhere: the seals in it then do not hold."""
    data = sealed_pdf("gm", 1)
    other = sealed_once("gm", "village", sealed_pdf("gm", 0).replace(b"sample form", b"sample farm"))
    (mine,), (theirs,) = (re.findall(rb"/Contents<([0-9a-f]+)>", one) for one in (data, other))
    cms, foreign = (parse_cms(bytes.fromhex(one.decode()).rstrip(b"\0")) for one in (mine, theirs))
    office = offices("gm")["village"]
    content = data.replace(b"<" + mine + b">", b"")
    mixed = sign_cms(office.document, content, cms.at, foreign.seals)
    changed = data.replace(mine, mixed.hex().encode().ljust(len(mine), b"0"))
    reading = read_pdf(suite("gm"), changed)
    assert reading.revisions[0].cms.code == "" and judged("gm", reading) == ["3 bad_signature"] * 2


def resigned(tier: str, at: datetime) -> bytes:
    """The village's document with a sound signature for ordinary readers in the place of its own."""
    data = sealed_pdf("gm", 1)
    (digits,) = re.findall(rb"/Contents<([0-9a-f]+)>", data)
    seals = parse_cms(bytes.fromhex(digits.decode()).rstrip(b"\0")).seals
    content = data.replace(b"<" + digits + b">", b"")
    made = sign_cms(offices("gm")[tier].document, content, at, seals).hex().encode()
    assert len(made) <= len(digits)
    return data.replace(digits, made.ljust(len(digits), b"0"))


def test_a_signature_by_another_key_than_the_seals_name_is_refused() -> None:
    assert not refused(resigned("village", NOW))
    for wrong in (resigned("county", NOW), resigned("village", NOW + timedelta(seconds=1))):
        with pytest.raises(DocumentError) as error:
            read_pdf(suite("gm"), wrong)
        assert error.value.code == "signature"


def test_a_seal_under_another_ones_digest_is_refused() -> None:
    """Who seals may not name a seal by a digest that is not its own: a later revision would take it for that."""
    office, gm = offices("gm")["village"], suite("gm")
    base = sealed_pdf("gm", 0)
    state = read_state(gm, base)[0]
    seals = [parse_seal(gm, one.seal) for one in office.seals()]
    found = news(state, seals, (None, None), ())
    packed, digest = packed_news(state, found), suite("p256").digest(office.document.certificate.der)

    def made(*names: str) -> bytes:
        head = Head(
            at=NOW, authorities=(), certificates=(digest,), room=2000, seals=names, places=(None, None), new=found.seals,
            packed=len(packed),
        )  # fmt: skip
        revision = written(state, head, seals, (), packed)
        content = base + revision.before + revision.after
        compact = [sign_compact(gm, one.signer, one.seal, content, NOW, "pdf:seal-1") for one in office.seals()]
        named = zip(office.seals(), compact, strict=True)
        attached = [AttachedSeal(gm.hash(one.signer.certificate.der), gm.hash(one.seal), value.signature) for one, value in named]
        signature = sign_cms(office.document, content, NOW, attached).ljust(2000, b"\0").hex().encode()
        return base + revision.before + b"<" + signature + b">" + revision.after

    assert not refused(made(*[one.digest for one in seals]))
    with pytest.raises(DocumentError) as error:
        read_pdf(gm, made(seals[0].digest, "sm3:" + "0" * 64))
    assert error.value.part == "another seal"


def sealed_with(*certificates: bytes, twice: bool = False) -> bytes:
    """A file as a writer makes it who brings whatever certificates he likes; `twice`: in a second revision once more."""
    office, gm, data = offices("gm")["village"], suite("gm"), sealed_pdf("gm", 0)
    seals, digest = [parse_seal(gm, one.seal) for one in office.seals()], suite("p256").digest(office.document.certificate.der)
    for number in range(1, 3 if twice else 2):
        state = replace(read_state(gm, data)[0], authorities=())
        found = news(state, seals, (None, None), certificates)
        packed, names = packed_news(state, found), tuple(one.digest for one in seals)
        head = Head(
            at=NOW, authorities=tuple(map(len, found.authorities)), certificates=(digest,), room=2000, seals=names, places=(None, None),
            new=found.seals, packed=len(packed),
        )  # fmt: skip
        revision = written(state, head, seals, found.authorities, packed)
        content = data + revision.before + revision.after
        values = [sign_compact(gm, one.signer, one.seal, content, NOW, f"pdf:seal-{number}").signature for one in office.seals()]
        named = zip(office.seals(), values, strict=True)
        attached = [AttachedSeal(gm.hash(one.signer.certificate.der), gm.hash(one.seal), value) for one, value in named]
        signature = sign_cms(office.document, content, NOW, attached).ljust(2000, b"\0").hex().encode()
        data += revision.before + b"<" + signature + b">" + revision.after
    return data


def test_certificates_of_others_than_authorities_are_refused() -> None:
    """Only authorities help to prove anything; whatever else a file brings along could only be in the way of what is known."""
    of = county("gm").certificates
    assert read_pdf(suite("gm"), sealed_with(of["township"].der)).certificates == (of["township"].der,)
    for who in ("root", "agent", "township_maker", "station"):
        with pytest.raises(DocumentError) as error:
            read_pdf(suite("gm"), sealed_with(of[who].der))
        assert error.value.code == "certificate"
    with pytest.raises(MalformedError):
        read_pdf(suite("gm"), sealed_with(b"\x30\x03abc"))


def test_a_certificate_that_comes_again_is_refused() -> None:
    one = county("gm").certificates["township"].der
    with pytest.raises(DocumentError) as error:
        read_pdf(suite("gm"), sealed_with(one, twice=True))
    assert error.value.code == "revision"


def test_a_heap_of_certificates_is_refused() -> None:
    of = county("gm")
    profile = of.certificates["township"].profile
    heap = [enrol(of.suite, of.signer("root"), profile, START, END)[1] for _ in range(MOST_AUTHORITIES + 1)]
    office = offices("gm")["village"]
    with pytest.raises(DocumentError):
        seal_pdf(of.suite, sealed_pdf("gm", 0), seals=office.seals(), at=NOW, document=office.document, chain=(), authorities=heap)
    with pytest.raises(DocumentError):
        seal_files(of.suite, plain_ofd_files(), seals=office.seals(), at=NOW, authorities=heap)


@pytest.mark.parametrize("name", SUITES)
def test_every_ninth_byte_changed_is_refused_or_seen(name: str) -> None:
    data = sealed_pdf(name, 1)
    for place in range(0, len(data), 9):
        changed = data[:place] + bytes((data[place] ^ 1 << place % 8,)) + data[place + 1 :]
        assert refused(changed, name), place


def test_a_piece_of_a_file_is_refused_or_an_earlier_state() -> None:
    data = sealed_pdf("gm", 2)
    whole = {len(sealed_pdf("gm", tiers)) for tiers in (0, 1, 2)}
    for size in range(0, len(data), 61):
        if size not in whole:
            with pytest.raises(DocumentError):
                read_pdf(suite("gm"), data[:size])


def test_a_base_that_ends_like_a_revision_is_refused() -> None:
    base = sealed_pdf("gm", 0).replace(b"startxref", b"%yizhan seal begins at 9\nstartxref")
    for data in (base, base.replace(b"at 9", b"at 9999999"), base.replace(b"at 9", b"at 0")):
        with pytest.raises(DocumentError):
            read_pdf(suite("gm"), data)
    assert read_base(sealed_pdf("gm", 0)).size == 8
