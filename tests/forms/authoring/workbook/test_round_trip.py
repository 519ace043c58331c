"""Package → workbook → package is the same package, also when a spreadsheet program has saved it anew."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from forms.authoring.lint import lint_package
from forms.authoring.workbook import UnwritableError, read_workbook, write_workbook
from forms.authoring.workbook.__main__ import main
from forms.authoring.workbook.grid import read_sheets
from tests.forms.authoring.workbook.books import field, item, item_names, item_workbook, package, read, small
from tests.items import ITEMS

KEPT = Path(__file__).parents[4] / "forms" / "workbooks"


@pytest.mark.parametrize("name", item_names())
def test_every_item_comes_back_byte_for_byte(name: str) -> None:
    # `write_workbook` reads what it wrote and refuses when another package comes out; the damaged one below shows that it looks.
    assert read_workbook(item_workbook(name)).package == item(name)


def test_the_same_package_gives_the_same_bytes() -> None:
    assert write_workbook(item("old_soldier")) == item_workbook("old_soldier")


@pytest.mark.parametrize("name", ["dibao"])
def test_another_program_may_save_it_anew(name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(item_workbook(name)))
    saved = io.BytesIO()
    book.save(saved)
    assert read_workbook(saved.getvalue()).package == item(name)


@pytest.mark.parametrize("name", ["gaoling", "dibao", "village_note"])
def test_the_kept_workbooks_are_the_items_on_the_shelf(name: str) -> None:
    data = (KEPT / f"{name}.xlsx").read_bytes()
    assert read_workbook(data).package == item(name)
    assert data == item_workbook(name)


@pytest.mark.parametrize("name", ["gaoling", "dibao", "village_note"])
def test_another_reader_of_xlsform_takes_the_kept_workbooks(name: str) -> None:
    found = convert(xlsform=io.BytesIO((KEPT / f"{name}.xlsx").read_bytes()), validate=False)
    assert f'id="{name}"' in found.xform
    assert not [one for one in found.warnings if "max-pixels" not in one]


def test_texts_kept_apart_as_excel_keeps_them_and_formatted_in_parts_are_read() -> None:
    data, shared = io.BytesIO(), []

    def moved(match: re.Match[bytes]) -> bytes:
        shared.append(b"<si><r><t>" + match[2][:1] + b"</t></r><r><t>" + match[2][1:] + b"</t></r></si>")
        return b"<c" + match[1].replace(b'"inlineStr"', b'"s"') + b"><v>%d</v></c>" % (len(shared) - 1)

    with zipfile.ZipFile(io.BytesIO(item_workbook("village_note"))) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = re.sub(rb"<c([^>]*)><is><t[^>]*>([ -~]+?)</t></is></c>", moved, old.read(name))
            part = part.replace(b"</Types>", _TYPE + b"</Types>") if name.startswith("[Content") else part
            new.writestr(
                name, part.replace(b"</Relationships>", _LINK + b"</Relationships>") if name.endswith("workbook.xml.rels") else part
            )
        new.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (_MAIN, b"".join(shared)))
    assert len(shared) > 100
    assert read_workbook(data.getvalue()).package == item("village_note")


_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_LINK = (
    b'<Relationship Id="rId999" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)


def test_a_package_that_no_workbook_can_say_is_not_written() -> None:
    value = json.loads(item("village_note"))
    value["sections"][0]["fields"][0]["label"] += " "
    with pytest.raises(UnwritableError) as caught:
        write_workbook(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    assert caught.value.where == "sections.0.fields.0.label"


def test_choice_lists_and_their_filters_come_back() -> None:
    sheets = small()
    sheets["choices"] = [
        ["list_name", "name", "label", "town"],
        *[["towns", f"t{n}", f"示例镇{n}"] for n in range(20)],
        *[["villages", f"v{n}", f"示例村{n}", f"t{n % 20}"] for n in range(400)],
        *[["kin", "本人", "本人"], ["kin", "子女", "子女"]],
    ]
    sheets["survey"] += [
        ["select_one towns", "town", "镇"],
        ["select_one villages", "village", "村", "no", None, None, None, "town = ${town}"],
    ]
    value = package(read(sheets))
    assert list(value["lists"]) == ["towns", "villages"] and len(value["lists"]["villages"]["rows"]) == 400
    assert value["lists"]["villages"]["columns"] == ["value", "label", "town"] and value["lists"]["towns"]["columns"] == ["value", "label"]
    data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert read_workbook(write_workbook(data)).package == data


def test_what_differs_from_what_a_rule_or_name_says_by_itself_is_written_beside_it() -> None:
    sheets = small()
    sheets["rules"] += [["kin", "inform_if(., '子女')", "不通过"], ["age", "gt(., 1)", "提醒"]]
    sheets["choices"] += [["other", "甲", "甲"]]
    sheets["survey"] += [["begin_repeat", "r", "表"], ["select_one other", "kin", "题"], ["text", "name", "名"], ["end_repeat"]]
    value = package(read(sheets))
    value["sections"][0]["fields"][0]["relevant"] = ["!=", ["form", "age"], ""]
    assert [field(value, "kin")["choices"], field(value, "r.kin")["choices"]] == [["本人", "子女"], ["甲"]]
    assert "level" not in field(value, "kin")["constraints"][0] and field(value, "age")["constraints"][1]["level"] == "warn"
    data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert read_workbook(write_workbook(data)).package == data


def test_the_example_of_a_special_network_is_whole_and_on_no_shelf() -> None:
    result = read_workbook((KEPT / "examples" / "example_hukou_move.xlsx").read_bytes())
    value = package(result)
    assert "示例" in value["name"] and value["id"] not in item_names() and value["sections"] == []
    assert [one.code for one in lint_package(result.package or b"")] == []
    assert value["more"]["special_network"]["system"] and len(value["more"]["special_network"]["guidance"]) > 1
    assert result.package is not None and write_workbook(result.package) == (KEPT / "examples" / "example_hukou_move.xlsx").read_bytes()


def test_the_kept_workbooks_are_written_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ITEMS), str(tmp_path), "village_note"]) == 0
    assert (tmp_path / "village_note.xlsx").read_bytes() == item_workbook("village_note")
    assert main([]) == 2 and "ITEMS_DIR" in capsys.readouterr().err


def test_rules_are_written_by_their_names() -> None:
    sheets = {one.name: one.rows for one in read_sheets(item_workbook("gaoling"))}
    told = {cell.value for name in ("survey", "规则") for row in sheets[name] for cell in row.cells.values()}
    assert {"gender_from_id(${id_no})", "age_from_birth(${birth})", "not_future(.)", "age_on_or_within_months(., 80, 1)"} <= told
    assert "not(${id_type} = '居民户口簿') or agrees_with_id(., ${id_no}, 'birth')" in told
