"""The work calendar as a clerk types it on the command line: checked, refused by row, published, listed."""

import json
from pathlib import Path

import pytest

from node.cli import main
from node.clock import SystemClock
from node.enrolment.founding import NewStation, found_station
from node.roles import Tier

TABLE = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-09,上班,元旦调休\n"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("calendar") / "county"
    found_station(place, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, SystemClock())
    return place


def listed(place: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert main(["calendar", "list", str(place), "--json"]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_a_year_is_checked_published_and_listed(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = tmp_path / "2027.csv"
    arguments = ["calendar", "import", str(county), str(typed), "--reason", "样例通知"]
    typed.write_text("日期,类型\n2027-02-30,放假\n2027-03-05,上班\n", encoding="gb18030")
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "日历有 2 处不对" in said and "第 2 行，日期：“2027-02-30”不是日期" in said and "第 3 行，日期：2027-03-05 是周一至周五" in said
    typed.write_text(TABLE, encoding="utf-8-sig")
    assert main(arguments[:-2]) == 2
    assert "理由" in capsys.readouterr().err
    assert main([*arguments, "--check"]) == 0
    said = capsys.readouterr().out
    assert "2027 年：暂定 → 正式" in said and "2027 年没有写 5月1日至5月2日" in said
    assert [one["by"] for one in listed(county, capsys)["kept"]] == ["program"]  # type: ignore[attr-defined]
    assert main(arguments) == 0
    assert "工作日历已发布，目录第 1 号" in capsys.readouterr().out
    assert main(arguments) == 2
    assert "完全一样" in capsys.readouterr().err
    told = listed(county, capsys)
    assert [one["by"] for one in told["kept"]] == ["program", "county"]  # type: ignore[attr-defined]
    assert main(["calendar", "list", str(county)]) == 0
    said = capsys.readouterr().out
    assert "2027 年\t正式\t放假 1 天\t调休上班 1 天" in said and "县里发布" in said


def test_an_official_year_is_replaced_only_when_that_is_said(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(json.dumps(listed(county, capsys)["calendar"]))
    document["years"] = {"2026": {**document["years"]["2026"], "makeup_workdays": []}}
    given = tmp_path / "2026.json"
    given.write_text(json.dumps(document, indent=2), encoding="utf-8")
    arguments = ["calendar", "import", str(county), str(given), "--reason", "样例更正"]
    assert main(arguments) == 2
    assert "2026 年的日历已经是正式的" in capsys.readouterr().err
    assert main([*arguments[:-2], "--replace"]) == 0
    assert listed(county, capsys)["calendar"]["years"]["2026"]["makeup_workdays"] == []  # type: ignore[index]
    assert main(["calendar", "import", str(county), str(tmp_path / "none"), "--reason", "x"]) == 2
