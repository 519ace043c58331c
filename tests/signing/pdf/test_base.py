"""The base of a sealed PDF: plain pages are read, and everything that could do something is refused."""

import zlib

import pytest

from signing.errors import DocumentError
from signing.pdf import same_pages
from signing.pdf.base import read_base
from tests.signing.papers import pdf_of, plain_pdf, plain_pdf_objects

PAGES = plain_pdf("sample form", "second page")
OBJECTS = plain_pdf_objects("sample form")
CATALOG, TREE, FONT, PAGE, TEXT = OBJECTS


def with_catalog(more: bytes, *objects: bytes) -> bytes:
    return pdf_of(CATALOG.replace(b">>", more + b">>"), TREE, FONT, PAGE, TEXT, *objects)


def with_page(more: bytes, *objects: bytes) -> bytes:
    return pdf_of(CATALOG, TREE, FONT, PAGE.replace(b"/Type/Page/", b"/Type/Page" + more + b"/", 1), TEXT, *objects)


def test_plain_pages_are_read() -> None:
    base = read_base(PAGES)
    assert [(one.number, one.width, one.height) for one in base.pages] == [(4, 595.28, 841.89), (6, 595.28, 841.89)]
    assert (base.size, base.root, base.info, base.catalog) == (8, 1, None, CATALOG)
    assert base.pages[0].raw.startswith(b"<</Type/Page/Parent 2 0 R")


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        (b"/OpenAction 6 0 R", b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        (b"/AA 6 0 R", b"<</O 6 0 R>>"),
        (b"/AcroForm 6 0 R", b"<</Fields[]>>"),
        (b"/OCProperties 6 0 R", b"<</OCGs[]/D<<>>>>"),
        (b"/Names 6 0 R", b"<</EmbeddedFiles<<>>>>"),
        (b"/Metadata 6 0 R", b"<</Length 0>>\nstream\n\nendstream"),
        (b"/Perms 6 0 R", b"<<>>"),
        (b"/Extensions<</ADBE<</BaseVersion/1.7>>>>", b""),
        (b"/Pages2 6 0 R", TREE),
    ],
)
def test_a_catalog_that_does_something_is_refused(more: bytes, extra: bytes) -> None:
    with pytest.raises(DocumentError) as refused:
        read_base(with_catalog(more, *([extra] if extra else [])))
    assert refused.value.code in ("key", "pages")


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        (b"/Annots[6 0 R]", b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(no)>>"),
        (b"/AA 6 0 R", b"<<>>"),
        (b"/Rotate 90", b""),
        (b"/Tabs/S", b""),
        (b"/B[]", b""),
        (b"/UserUnit 2.0", b""),
        (b"/CropBox[0 0 10 10]", b""),
        (b"/Trans<</S/Fly>>", b""),
        (b"/Trans<</Length 1>>", b""),
    ],
)
def test_a_page_with_more_than_it_needs_is_refused(more: bytes, extra: bytes) -> None:
    with pytest.raises(DocumentError) as refused:
        read_base(with_page(more, *([extra] if extra else [])))
    assert refused.value.code in ("key", "pages")


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        (4, b"/Length", b"/F(other.pdf)/Length"),  # a stream in another file
        (3, b"/Contents", b"/Resources2 1 0 R/Contents"),
        (2, b"/Type1", b"/Type3"),
        (2, b"/Type/Font", b"/Type/Sig"),
        (2, b"/Type/Font", b"/Type/ObjStm"),
        (2, b"/Type/Font", b"/Type[/Font]"),
        (1, b"/Count 1", b"/Count 2"),
        (1, b"[4 0 R]", b"[4 0 R 4 0 R]"),
        (1, b"[4 0 R]", b"[]"),
        (1, b"[4 0 R]", b"[(x)]"),
        (3, b"[0 0 595.28 841.89]", b"[0 0 595.28]"),
        (3, b"[0 0 595.28 841.89]", b"[1 0 595.28 841.89]"),
        (3, b"/Parent 2 0 R", b"/Parent 1 0 R"),
        (0, b"/Pages 2 0 R", b"/Pages 9 0 R"),
        (0, b"/Pages 2 0 R", b"/Pages 2 0 R/PageMode/UseAttachments"),
    ],
)
def test_an_odd_object_is_refused(place: int, before: bytes, after: bytes) -> None:
    objects = list(OBJECTS)
    objects[place] = objects[place].replace(before, after)
    assert objects != OBJECTS
    with pytest.raises(DocumentError):
        read_base(pdf_of(*objects))


def test_an_object_that_nothing_leads_to_is_refused() -> None:
    for hidden in (b"<</Type/Catalog/Pages 2 0 R>>", b"(hidden)"):
        with pytest.raises(DocumentError) as refused:
            read_base(pdf_of(*OBJECTS, hidden))
        assert refused.value.code in ("structure", "pages")


def test_a_second_catalog_or_page_dressed_up_as_a_font_is_refused() -> None:
    for hidden in (b"<</Type/Catalog/Pages 2 0 R>>", PAGE):
        with pytest.raises(DocumentError) as refused:
            read_base(pdf_of(CATALOG, TREE, FONT, PAGE.replace(b"/F1 3 0 R", b"/F1 3 0 R/F9 6 0 R"), TEXT, hidden))
        assert refused.value.code == "pages"


@pytest.mark.parametrize("hidden", [b"9 0 obj\n1\nendobj\n", b"<script>", b"%PDF-1.4\n\x00garbage"])
def test_bytes_between_objects_are_refused(hidden: bytes) -> None:
    at = PAGES.index(b"3 0 obj")
    moved = PAGES[:at] + hidden + PAGES[at:]
    with pytest.raises(DocumentError):
        read_base(moved)
    with pytest.raises(DocumentError):
        read_base(PAGES + hidden)
    with pytest.raises(DocumentError):
        read_base(hidden + PAGES)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_an_object_that_the_xref_does_not_know_is_refused(place: int) -> None:
    """Every offset is right; between two objects, or before the xref, stands one more."""
    objects = list(OBJECTS)
    objects[place] += b"\nendobj\n9 0 obj\n(hidden)"
    with pytest.raises(DocumentError) as refused:
        read_base(pdf_of(*objects))
    assert refused.value.code == "structure"


def test_xref_tricks_are_refused() -> None:
    lines = PAGES.split(b"\n")
    table = lines.index(b"xref")
    wrong = list(lines)
    # Two texts, each under the number of the other.
    wrong[table + 7], wrong[table + 9] = wrong[table + 9], wrong[table + 7]
    for data in (
        b"\n".join(wrong),
        PAGES.replace(b"0000000000 65535 f", b"0000000001 65535 f"),
        PAGES.replace(b" 00000 n", b" 00001 n", 1),
        PAGES.replace(b" 00000 n", b" 00000 f", 1),
        PAGES.replace(b"trailer\n<<", b"trailer\n<</Prev 9"),
        PAGES.replace(b"trailer\n<<", b"trailer\n<</Encrypt 1 0 R"),
        PAGES.replace(b"trailer\n<<", b"trailer\n<</XRefStm 9"),
        PAGES.replace(b"/Size 8", b"/Size 9"),
        PAGES.replace(b"/Root 1 0 R", b"/Root 99 0 R"),
        PAGES.replace(b"/Root 1 0 R", b"/Root 1"),
        PAGES.replace(b"startxref\n", b"startxref\n9"),
        PAGES.replace(b"%PDF-1.4", b"%PDF-2.0"),
        b"",
        b"%PDF-1.4\n",
    ):
        assert data != PAGES
        with pytest.raises(DocumentError):
            read_base(data)


def test_the_same_pages_packed_in_another_way_are_the_same() -> None:
    text = TEXT.split(b"stream\n")[1].removesuffix(b"\nendstream")

    def packed(level: int) -> bytes:
        body = zlib.compress(text, level)
        return pdf_of(CATALOG, TREE, FONT, PAGE, b"<</Filter[/FlateDecode]/Length %d>>\nstream\n%b\nendstream" % (len(body), body))

    assert packed(0) != packed(9)
    assert same_pages(packed(0), packed(9)) and same_pages(packed(9), pdf_of(*OBJECTS))
    assert not same_pages(packed(9), plain_pdf("sample farm"))
    assert not same_pages(PAGES, plain_pdf("sample form"))


def test_a_stream_that_unpacks_to_too_much_is_refused() -> None:
    body = zlib.compress(bytes(9 << 20), 9)
    bomb = pdf_of(CATALOG, TREE, FONT, PAGE, b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(body), body))
    with pytest.raises(DocumentError) as refused:
        same_pages(bomb, bomb)
    assert refused.value.code == "size"
