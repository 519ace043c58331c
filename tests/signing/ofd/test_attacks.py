"""What can be done to a sealed OFD: each change is refused, or seen at the seals that it breaks."""

import base64
from collections.abc import Callable

import pytest

from signing import der
from signing.algorithms import suite
from signing.errors import DocumentError, MalformedError, SigningError
from signing.ofd import new_ofd, read_ofd
from signing.packages import read_package, write_package
from tests.signing.county import SUITES, county
from tests.signing.ofd.test_sealing import ROOM, judged
from tests.signing.papers import plain_ofd_files, sealed_ofd

PAGE, LIST = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Signs/Signatures.xml"
SIGN = "Doc_0/Signs/Sign_{}/"
Files = dict[str, bytes]


def changed(change: Callable[[Files], None], tiers: int = 2, name: str = "gm") -> bytes:
    files = read_package(sealed_ofd(name, tiers), ROOM)
    before = dict(files)
    change(files)
    assert files != before or list(files) != list(before)
    return write_package(files, packed=True)


def put(name: str, before: bytes, after: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert before in files[name], name
        files[name] = files[name].replace(before, after, 1)

    return change


def swapped(one: str, other: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[one], files[other] = files[other], files[one]

    return change


def without(begin: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in [name for name in files if name.startswith(begin)]:
            del files[name]

    return change


REFUSED: dict[str, Callable[[Files], None]] = {
    "a file more": lambda files: files.update({"Doc_0/Attachs/other.xml": b"<ofd:Page/>"}),
    "a picture more": lambda files: files.update({"Doc_0/Res/hidden.png": b"\x89PNG"}),
    "a file less": without("Doc_0/PublicRes.xml"),
    "a file in a signature's folder": lambda files: files.update({SIGN.format(1) + "more.xml": b"<a/>"}),
    "a signature that is not listed": put(LIST, b"<ofd:MaxSignId>4</ofd:MaxSignId>", b"<ofd:MaxSignId>3</ofd:MaxSignId>"),
    "a list in another form": put(LIST, b"<ofd:MaxSignId>", b" <ofd:MaxSignId>"),
    "no list": without(LIST),
    "the last signature taken off the list alone": put(LIST, b'<ofd:Signature ID="4"', b'<ofd:Signature ID="5"'),
    "a signature in the middle taken out": without(SIGN.format(2)),
    "the last signature's seal taken out": without(SIGN.format(4) + "Seal.esl"),
    "another seal beside the signature": swapped(SIGN.format(3) + "Seal.esl", SIGN.format(4) + "Seal.esl"),
    "a reference taken out": put(SIGN.format(2) + "Signature.xml", b'FileRef="/OFD.xml"', b'FileRef="/ofd.xml"'),
    "another algorithm": put(SIGN.format(1) + "Signature.xml", b"1.2.156.10197.1.401", b"1.2.156.10197.1.402"),
    "another time": put(SIGN.format(1) + "Signature.xml", b"20261122030405Z", b"20271122030405Z"),
    "a picture of another size": put(SIGN.format(2) + "Signature.xml", b" 42 42", b" 92 92"),
    "a seal on a page that is not": put(SIGN.format(2) + "Signature.xml", b'PageRef="1"', b'PageRef="7"'),
    "a remark in a signature": put(SIGN.format(1) + "Signature.xml", b"<ofd:SignedInfo>", b"<!-- --><ofd:SignedInfo>"),
    "a stamp more": put(
        SIGN.format(1) + "Signature.xml", b"<ofd:Seal>", b'<ofd:StampAnnot ID="9" PageRef="1" Boundary="1 1 1 1"/><ofd:Seal>'
    ),
    "the document's list elsewhere": put("OFD.xml", b"Doc_0/Signs/Signatures.xml", b"Doc_0/Signs/Others.xml"),
    "two documents": put("OFD.xml", b"</ofd:DocBody>", b"</ofd:DocBody><ofd:DocBody></ofd:DocBody>"),
}

OTHERS = {
    # certificates that a signature may not bring: what is refused of them
    "of no authority": lambda of: der.sequence(of["agent"].der),
    "the root": lambda of: der.sequence(of["root"].der),
    "twice": lambda of: der.sequence(of["township"].der, of["township"].der),
    "none": lambda of: der.sequence(),
    "and more": lambda of: der.sequence(of["township"].der) + b"\0",
    "other things": lambda of: der.sequence(der.sequence(der.integer(1))),
}


@pytest.mark.parametrize("which", OTHERS)
def test_only_authorities_are_brought_once_each_and_in_one_form(which: str) -> None:
    brought = OTHERS[which](county("gm").certificates)
    with pytest.raises(SigningError) as error:
        read_ofd(suite("gm"), changed(lambda files: files.update({SIGN.format(1) + "Authorities.der": brought})))
    assert isinstance(error.value, MalformedError if which == "other things" else DocumentError)
    assert getattr(error.value, "code", "certificate") == "certificate"


def test_certificates_that_the_signature_is_not_over_are_refused() -> None:
    again = SIGN.format(2) + "Authorities.der"
    with pytest.raises(DocumentError, match="unaccounted"):
        read_ofd(suite("gm"), changed(lambda files: files.update({again: files[SIGN.format(1) + "Authorities.der"]})))


XML: dict[str, tuple[str, bytes, bytes]] = {
    "a document type": (PAGE, b"<ofd:Page ", b'<!DOCTYPE a [<!ENTITY b "c">]><ofd:Page '),
    "an outside entity": (PAGE, b"<ofd:Page ", b'<!DOCTYPE a SYSTEM "http://sample.invalid/"><ofd:Page '),
    "an instruction": (PAGE, b"<ofd:Page ", b"<?run this?><ofd:Page "),
    "an action": (PAGE, b"<ofd:Content>", b"<ofd:Actions/><ofd:Content>"),
    "an annotation": ("Doc_0/Document.xml", b"<ofd:Pages>", b"<ofd:Annotations>Annots.xml</ofd:Annotations><ofd:Pages>"),
    "an attachment": ("Doc_0/Document.xml", b"<ofd:Pages>", b"<ofd:Attachments>A.xml</ofd:Attachments><ofd:Pages>"),
    "versions": ("OFD.xml", b"</ofd:DocBody>", b"<ofd:Versions/></ofd:DocBody>"),
    "an invisible object": (PAGE, b'<ofd:TextObject ID="4"', b'<ofd:TextObject Visible="false" ID="4"'),
    "another name space": (PAGE, b"http://www.ofdspec.org/2016", b"http://sample.invalid/2016"),
    "no end": (PAGE, b"</ofd:Page>", b""),
    "an element in itself, over and over": (PAGE, b"<ofd:Content>", b"<ofd:Content>" + b"<ofd:Layer>" * 20 + b"</ofd:Layer>" * 20),
    "no page": ("Doc_0/Document.xml", b'<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>', b""),
    "a page that is not there": ("Doc_0/Document.xml", b"Page_0", b"Page_9"),
    "a page outside": ("Doc_0/Document.xml", b"Pages/Page_0/Content.xml", b"../OFD.xml"),
    "a page without a number": ("Doc_0/Document.xml", b'ID="1"', b'ID="x"'),
    "a page without a size": ("Doc_0/Document.xml", b"0 0 210 297", b"all of it"),
    "not in utf-8": (PAGE, "示例".encode(), b"\xff\xfe"),
}


@pytest.mark.parametrize("attack", REFUSED)
def test_what_no_seal_accounts_for_is_refused(attack: str) -> None:
    with pytest.raises(DocumentError):
        read_ofd(suite("gm"), changed(REFUSED[attack]))


@pytest.mark.parametrize("attack", XML)
def test_xml_that_does_more_than_show_is_not_even_sealed(attack: str) -> None:
    part, before, after = XML[attack]
    files = plain_ofd_files()
    assert before in files[part]
    with pytest.raises(DocumentError):
        new_ofd(files | {part: files[part].replace(before, after, 1)})
    with pytest.raises(DocumentError):
        read_ofd(suite("gm"), changed(put(part, before, after)))


@pytest.mark.parametrize("name", SUITES)
def test_a_changed_page_is_seen_at_every_seal(name: str) -> None:
    data = changed(put(PAGE, "示例".encode(), "样例".encode()), 2, name)
    reading = read_ofd(suite(name), data)
    assert judged(name, reading) == ["changed"] * 4 and reading.signs[0].seal.changed == (PAGE,)


def test_a_changed_earlier_seal_is_seen_at_the_later_ones() -> None:
    def change(files: Files) -> None:
        value = SIGN.format(1) + "SignedValue.dat"
        files[value] = files[value][:-1] + bytes((files[value][-1] ^ 1,))

    reading = read_ofd(suite("gm"), changed(change))
    assert judged("gm", reading) == ["3 bad_signature", "changed", "changed", "changed"]


def test_new_digests_for_a_changed_page_break_the_seals_themselves() -> None:
    def change(files: Files) -> None:
        old, new = files[PAGE], files[PAGE].replace("示例".encode(), "样例".encode())
        files[PAGE] = new
        was, is_now = (base64.b64encode(suite("gm").hash(one)) for one in (old, new))
        for number in (1, 2, 3, 4):
            part = SIGN.format(number) + "Signature.xml"
            files[part] = files[part].replace(was, is_now)

    reading = read_ofd(suite("gm"), changed(change))
    assert judged("gm", reading) == ["9 other_content", "changed", "changed", "changed"]


def test_a_seal_moved_on_the_page_breaks_it() -> None:
    data = changed(put(SIGN.format(4) + "Signature.xml", b'Boundary="89 219', b'Boundary="19 219'))
    assert judged("gm", read_ofd(suite("gm"), data))[-1] == "9 other_content"


def test_signatures_in_another_order_are_refused() -> None:
    def change(files: Files) -> None:
        for one in ("Signature.xml", "Seal.esl", "SignedValue.dat"):
            first, second = SIGN.format(1) + one, SIGN.format(2) + one
            files[first], files[second] = files[second], files[first]

    with pytest.raises(DocumentError):
        read_ofd(suite("gm"), changed(change))


def test_the_signature_of_another_document_does_not_hold() -> None:
    other = new_ofd(plain_ofd_files("样例申请表"))
    files = read_package(sealed_ofd("gm", 1), ROOM)
    moved = read_package(other, ROOM) | {"OFD.xml": files["OFD.xml"]}
    moved |= {name: data for name, data in files.items() if name.startswith("Doc_0/Signs/")}
    assert judged("gm", read_ofd(suite("gm"), write_package(moved, packed=True))) == ["changed", "changed"]


@pytest.mark.parametrize("name", SUITES)
def test_every_byte_of_a_part_changed_is_refused_or_seen(name: str) -> None:
    files = read_package(sealed_ofd(name, 1), ROOM)
    for part, data in files.items():
        for place in range(0, len(data), 23):
            wrong = files | {part: data[:place] + bytes((data[place] ^ 1 << place % 8,)) + data[place + 1 :]}
            try:
                found = judged(name, read_ofd(suite(name), write_package(wrong, packed=False)))
            except SigningError:
                continue
            assert set(found) != {"valid"}, (part, place)
