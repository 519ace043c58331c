"""Files that are no plain workbook, or want too much: one clear fault each, before much is read."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl.drawing.image import Image
from PIL import Image as Picture

from forms.authoring.workbook import container, read_workbook, rules
from forms.authoring.workbook.choices import read_choices
from forms.authoring.workbook.faults import Faults
from forms.authoring.workbook.grid import Cell, GridRow, Sheet
from forms.authoring.workbook.profile import CHOICES
from forms.authoring.workbook.table import Table
from forms.choice_lists import MAX_LIST_ROWS
from tests.forms.authoring.workbook.books import item_workbook, read, small, written

SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


def code(data: bytes) -> str:
    """The only fault of a file that is not read at all."""
    result = read_workbook(data)
    assert result.package is None and len(result.faults) == 1
    return result.faults[0].code


def repacked(changes: Mapping[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The small workbook with parts changed, added, or (None) taken out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written(small()))) as old, zipfile.ZipFile(packed, "w", compression) as new:
        parts: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
        for name, part in (parts | dict(changes)).items():
            if part is not None:
                new.writestr(name, part)
    return packed.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(written(small()))) as archive:
        return archive.read(name)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not_a_workbook"),
        ("编号,名称\nname,姓名\n".encode("gbk"), "not_a_workbook"),
        (b"PK\x03\x04 but nothing more", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old_format"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\0" * (container.MAX_FILE_BYTES + 1), "file_too_large"),
    ],
    ids=["empty", "csv", "half_a_zip", "xls", "encrypted", "large"],
)
def test_what_is_no_workbook_is_told_by_what_it_is(data: bytes, expected: str) -> None:
    assert code(data) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"xl/vbaProject.bin": b"macro"}, "macros"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macros"),
        ({"[Content_Types].xml": part("[Content_Types].xml").replace(b"sheet.main", b"sheet.macroEnabled.main")}, "macros"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_links"),
        ({"xl/connections.xml": b"<x/>"}, "external_links"),
        ({"xl/media/image1.png": b"\x89PNG"}, "images"),
        ({"xl/embeddings/oleObject1.bin": b"ole"}, "objects"),
        ({"xl/workbook.xml": None}, "not_a_workbook"),
        ({SHEET: None}, "damaged"),
        ({"xl/styles.xml": b"<styleSheet"}, "damaged"),
        ({SHEET: part(SHEET).replace(b'r="A1"', b'r="!!"', 1)}, "damaged"),
        ({SHEET: BOMB}, "declares_entities"),
        ({"xl/workbook.xml": BOMB.replace(b"DOCTYPE", b"doctype")}, "declares_entities"),
        ({"docProps/hidden.bin": b"  " + BOMB}, "declares_entities"),
        ({"xl/sharedStrings.xml": BOMB.decode().encode("utf-16-le")}, "damaged"),
        ({"docProps/hidden.bin": BOMB.decode().encode("utf-16")}, "damaged"),
        ({SHEET: b'<?xml version="1.0" encoding="utf-7"?>' + part(SHEET)}, "damaged"),
        ({f"xl/extra{n}.xml": b"<x/>" for n in range(container.MAX_ENTRIES)}, "too_many_parts"),
    ],
    ids=lambda one: one if isinstance(one, str) else "+".join(list(one)[:2]),
)  # fmt: skip
def test_a_workbook_with_parts_that_have_no_place_in_one_is_refused(changes: dict[str, bytes | None], expected: str) -> None:
    assert code(repacked(changes)) == expected


def test_a_zip_bomb_is_refused_by_what_its_directory_says() -> None:
    assert code(repacked({"xl/worksheets/sheet9.xml": b" " * (container.MAX_PART_BYTES + 1)})) == "too_large_unpacked"
    many = {f"xl/worksheets/sheet{n}.xml": b" " * (container.MAX_PART_BYTES // 2) for n in range(20, 24)}
    assert code(repacked(many)) == "too_large_unpacked"


def test_a_directory_that_lies_about_a_size_gives_nothing_more() -> None:
    data = repacked({"xl/worksheets/sheet9.xml": b" " * 3_000_000})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.getinfo("xl/worksheets/sheet9.xml").file_size
    assert code(data.replace(struct.pack("<I", real), struct.pack("<I", 10))) == "damaged"


def test_a_part_that_is_there_twice_or_packed_in_another_way_is_refused() -> None:
    packed = io.BytesIO(repacked({}))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(SHEET, b"<x/>")
    assert code(packed.getvalue()) == "not_a_workbook"
    assert code(repacked({}, zipfile.ZIP_BZIP2)) == "not_a_workbook"


def test_a_picture_is_refused() -> None:
    def change(book: Any) -> None:
        picture = io.BytesIO()
        Picture.new("RGB", (4, 4)).save(picture, "PNG")
        book.worksheets[0].add_image(Image(picture), "A20")

    assert [one.code for one in read(small(), change).faults] == ["images"]


def test_a_sheet_that_claims_every_row_is_read_by_what_it_has() -> None:
    whole = part(SHEET).replace(b'<dimension ref="A1:I10"', b'<dimension ref="A1:XFD1048576"')
    assert b"XFD1048576" in whole
    assert read_workbook(repacked({SHEET: whole})).faults == ()


def test_a_row_beyond_the_last_that_there_is_ends_the_reading() -> None:
    name = "xl/worksheets/sheet8.xml"
    assert b'<row r="1"' in part(name)
    assert code(repacked({name: part(name).replace(b'<row r="1"', b'<row r="999999999999"', 1)})) == "too_many_rows"


def test_a_cell_in_the_last_row_or_column_is_refused_with_its_row() -> None:
    def low(book: Any) -> None:
        book["rules"].cell(1_048_576, 1, "x")

    def wide(book: Any) -> None:
        book["rules"].cell(5, 16_384, "x")

    assert [(one.sheet, one.code) for one in read(small(), wide).faults] == [("rules", "too_many_columns")]
    faults = read(small(), low).faults
    assert [(one.sheet, one.code) for one in faults] == [("rules", "too_many_rows")]


def test_a_hundred_thousand_choices_are_refused() -> None:
    cell = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = [f'<row r="{n}">{cell.format("A", n, "kin")}{cell.format("B", n, n)}</row>' for n in range(4, 100_004)]
    name = "xl/worksheets/sheet2.xml"
    assert code(repacked({name: part(name).replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")})) == "too_many_rows"


def test_more_cells_than_can_be_read_soon_are_refused_though_they_are_blank() -> None:
    blank = b"<row>" + b"<c/>" * 200_000 + b"</row>"
    name = "xl/worksheets/sheet2.xml"
    assert code(repacked({name: part(name).replace(b"</sheetData>", blank * 2 + b"</sheetData>")})) == "too_many_cells"


@pytest.mark.parametrize(
    ("name", "before", "added", "expected"),
    [
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * container.MAX_TAGS_BESIDE, "too_many_parts"),
        ("xl/styles.xml", b"</styleSheet>", b"<!--" + b"<" * container.MAX_TAGS_BESIDE + b"-->", "too_many_parts"),
        (SHEET, b"</sheetData>", b'<row x="' + b">" * container.MAX_TOKEN_BYTES + b'"/>', "damaged"),
        (SHEET, b"</sheetData>", b"<!--" + b"<" * container.MAX_TOKEN_BYTES + b"-->", "damaged"),
        (SHEET, b"</sheetData>", b"<?" + b"<" * container.MAX_TOKEN_BYTES + b"?>", "damaged"),
        (SHEET, b"</sheetData>", b"<!--" * (container.MAX_TOKEN_BYTES // 4 + 1), "damaged"),
        (SHEET, b"</sheetData>", b"<row>" + b"<c\t/>" * 400_001 + b"</row>", "too_many_cells"),
        (SHEET, b"</sheetData>", b"<row />" * 400_001, "too_many_cells"),
    ],
    ids=["styles", "in_comment", "attribute", "comment", "instruction", "open_comment", "cells_with_tabs", "rows"],
)
def test_what_takes_a_parser_long_is_refused_before_it_is_parsed(name: str, before: bytes, added: bytes, expected: str) -> None:
    whole = part(name)
    assert before in whole
    assert code(repacked({name: whole.replace(before, added + before)})) == expected


def test_cells_merged_over_and_over_are_filled_down_once() -> None:
    merges = [b'<mergeCell ref="A2:A1048576"/>', b'<mergeCell ref="A5:A7"/>', b'<mergeCell ref="C6:C8"/>']
    name = "xl/worksheets/sheet2.xml"
    whole = part(name).replace(b"</sheetData>", b"</sheetData><mergeCells>" + b"".join(merges * 600) + b"</mergeCells>")
    value = package_of(repacked({name: whole}))
    assert value == package_of(written(small()))


def test_an_archive_that_shows_the_library_other_sheets_than_are_counted_is_refused() -> None:
    links, book, kinds = part("xl/_rels/workbook.xml.rels"), part("xl/workbook.xml"), part("[Content_Types].xml")
    twice = book.replace(b'name="rules"', b'name="limits"')
    elsewhere = kinds.replace(b'"/xl/workbook.xml"', b'"/xl/worksheets/other.xml"')
    chart = links.replace(b"relationships/worksheet", b"relationships/chartsheet", 1)
    assert twice != book and elsewhere != kinds and chart != links
    assert code(repacked({"xl/workbook.xml": twice})) == "damaged"
    assert code(repacked({"xl/_rels/workbook.xml.rels": chart})) == "damaged"
    moved = {"[Content_Types].xml": elsewhere, "xl/worksheets/other.xml": book, "xl/worksheets/_rels/other.xml.rels": links}
    assert code(repacked(moved)) == "damaged"


def package_of(data: bytes) -> Any:
    result = read_workbook(data)
    assert result.faults == ()
    return result.package


def test_more_rules_than_can_be_read_soon_are_refused_at_the_first_that_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_ALL_CHARACTERS", 100)
    sheets = small()
    sheets["rules"] += [["age", ". >= 18", "warn", "核对"] for _ in range(40)]
    faults = read(sheets).faults
    assert [(one.sheet, one.row, one.code) for one in faults] == [("rules", 2 + 100 // len(". >= 18") - 1, "rules_too_long")]


def test_a_list_of_more_choices_than_a_package_may_hold_is_refused_with_its_row() -> None:
    table = Table(Sheet("choices", tuple(_choice(n) for n in range(1, MAX_LIST_ROWS + 3))), CHOICES, faults := Faults())
    assert len(read_choices(table, faults)["kin"].rows) == MAX_LIST_ROWS
    assert [(one.row, one.code) for one in faults.all()] == [(2, "too_many_choices")]


def _choice(number: int) -> GridRow:
    texts = ("list_name", "label") if number == 1 else ("kin", f"v{number}")
    return GridRow(number, {place: Cell(one, "AB"[place]) for place, one in enumerate(texts)})


def test_no_cut_or_changed_byte_is_answered_with_anything_but_a_fault() -> None:
    data = item_workbook("village_note")
    for at in range(0, len(data), 997):
        result = read_workbook(data[:at])
        assert result.package is None and result.faults
        changed = bytearray(data)
        changed[at] ^= 0x55
        result = read_workbook(bytes(changed))
        assert (result.package is None) == bool(result.faults)
