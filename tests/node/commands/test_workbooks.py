"""`catalogue import` and `catalogue export-workbook` on a county's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli import main
from node.commands.opened import opened_node
from tests.forms.authoring.workbook.books import item, item_workbook, small, written


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = str(tmp_path_factory.mktemp("county") / "station")
    assert main(["init", folder, "--tier", "county", "--name", "示例县", "--division", "131025000000", "--suite", "p256"]) == 0
    yield folder


def imported(county: str) -> dict[str, bytes]:
    with opened_node(county) as node:
        return {one.entry.id: node.publisher.imported_package(one.entry.id) for one in node.publisher.imported()}


def test_a_workbook_with_faults_is_told_line_by_line_and_nothing_is_kept(
    county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = small()
    sheets["survey"][3][5] = "age_between(., 16"
    del sheets["limits"]
    before = imported(county)
    good, bad, odd = tmp_path / "good.xlsx", tmp_path / "bad.xlsx", tmp_path / "odd.xlsx"
    good.write_bytes(item_workbook("village_note"))
    bad.write_bytes(written(sheets))
    odd.write_bytes(b"a,b\n")
    assert main(["catalogue", "import", county, str(good), str(bad), str(odd)]) == 2
    told = capsys.readouterr().out
    assert f"{bad}：有 2 处要改" in told and f"{odd}：有 1 处要改" in told
    assert "工作表“survey”第 4 行 F 列：规则没有写完" in told and "工作簿：缺工作表“时限”（limits）" in told and "不是 Excel 工作簿" in told
    assert imported(county) == before


def test_good_workbooks_are_kept_to_be_published_with_what_the_lint_says(
    county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, kept = tmp_path / "own.xlsx", tmp_path / "kept.xlsx"
    sheets = small()
    sheets["materials"] += [["mat_more", "其他材料", "原件", "申请人自备"]]
    own.write_bytes(written(sheets))
    kept.write_bytes(item_workbook("village_note"))
    assert main(["catalogue", "import", county, str(own), str(kept)]) == 0
    told = capsys.readouterr().out
    assert "已导入 示例事项（sample_item）" in told and "请写出材料的具体名称" in told
    found = imported(county)
    assert found["village_note"] == item("village_note") and b'"divisions"' in found["sample_item"]


def test_the_list_tells_an_import_that_changes_nothing_from_one_that_does(
    county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "same.xlsx"
    file.write_bytes(item_workbook("utility_pay"))
    assert main(["catalogue", "import", county, str(file)]) == 0
    capsys.readouterr()
    assert main(["catalogue", "list", county]) == 0
    assert "已导入（与在用的一样）\tutility_pay\t" in capsys.readouterr().out


def test_two_files_of_one_item_are_refused(county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        (tmp_path / name).write_bytes(item_workbook("old_soldier"))
    assert main(["catalogue", "import", county, str(tmp_path / "one.xlsx"), str(tmp_path / "two.xlsx")]) == 2
    assert "old_soldier" in capsys.readouterr().err and "old_soldier" not in imported(county)


def test_an_item_on_the_shelf_is_written_as_a_workbook_and_never_over_a_file(
    county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "gaoling.xlsx"
    assert main(["catalogue", "export-workbook", county, "gaoling", str(target)]) == 0
    assert target.read_bytes() == item_workbook("gaoling")
    target.write_bytes(b"mine")
    assert main(["catalogue", "export-workbook", county, "gaoling", str(target)]) == 2
    assert target.read_bytes() == b"mine" and "不覆盖" in capsys.readouterr().err
    assert main(["catalogue", "export-workbook", county, "nothing", str(tmp_path / "x.xlsx")]) == 2
