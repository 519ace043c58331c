"""Unit seals as a technician types them, by files: asked for at the county's own station and at a township, made, stopped, lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import main
from node.clock import SystemClock
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Tier
from node.web.wording.errors import ERRORS

PIN = "739164"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("seals")
    county, township, clock = place / "county", place / "township", SystemClock()
    found_station(county, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, clock)
    found_station(township, NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), Above(county, county), clock)
    enrol_person(county, NewPerson("officer", "示例密钥管理员", ("key_officer",), "tongyao-3058-shi", PIN), None, clock)
    enrol_person(township, NewPerson("leader", "示例镇负责人", ("leader",), "yizhan-8236-ma", PIN), Above(county, county), clock)
    enrol_person(township, NewPerson("deputy", "示例副镇长", ("leader",), "yizhan-5173-lu", PIN), Above(county, county), clock)
    (place / "pin").write_text(PIN + "\n")
    return place


def listed(place: Path, capsys: pytest.CaptureFixture[str], code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["seals", "list", str(place), "--json"]) == code
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def new_key_is_let_open_what_the_old_one_opened(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The leader, who alone keeps the seal, is given a new key: told what follows without the old PIN, and asked for the right one."""
    county, township, stick = str(places / "county"), str(places / "township"), str(places / "stick.yzb")
    capsys.readouterr()
    assert main(["keys", "list", county, "--json"]) == 0
    digest = next(row["digest"] for row in json.loads(capsys.readouterr().out) if row["name"] == "示例镇负责人")
    assert main(["keys", "revoke", county, digest, "--reason", "superseded"]) == 0
    assert main(["bundle-out", county, stick, "--to", "13102510500001"]) == 0
    assert main(["bundle-in", township, stick]) == 0
    (places / "other").write_text("482917\n")
    new = ["keys", "new", township, "leader", "--pin-file", str(places / "other"), "--out"]
    assert main([*new, str(places / "key1")]) == 0
    assert "只有 leader 一个保管人：示例镇人民政府" in capsys.readouterr().out
    assert main([*new, str(places / "key2"), "--old-pin-file", str(places / "other")]) == 3
    assert "还可以试 4 次" in capsys.readouterr().err and not (places / "key2").exists()
    assert main([*new, str(places / "key2"), "--old-pin-file", str(places / "pin")]) == 0
    assert "保管人" not in capsys.readouterr().out


def test_a_seal_is_asked_for_made_and_lost_by_files(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    county, township, pin = str(places / "county"), str(places / "township"), ["--pin-file", str(places / "pin")]
    asked, answer = str(places / "seal.request"), str(places / "seal.answer")
    assert main(["seals", "ask", township, "leader", "unit", "示例镇人民政府", "--out", asked, *pin]) == 0
    assert main(["seals", "ask", township, "leader", "unit", "示例镇人民政府", *pin]) == 2
    assert "正在等县里制作" in capsys.readouterr().err
    assert [row["state"] for row in listed(places / "township", capsys)] == ["asked"]
    assert main(["seals", "import", county, asked]) == 0
    (row,) = listed(places / "county", capsys, code=4)
    officer = ["--by", "officer", "--reason", "新设", *pin]
    assert main(["seals", "make", county, row["seal"], "--name", "𬱖𬱖", *officer]) == 2
    assert "𬱖" in capsys.readouterr().err
    assert main(["seals", "make", county, row["seal"], "--size", "38", "--out", answer, *officer]) == 0
    assert main(["seals", "import", township, answer]) == 0
    (held,) = listed(places / "township", capsys)
    assert (held["state"], held["name"], held["custodians"]) == ("in_use", "示例镇人民政府（样章）", "leader")
    assert held["seal"] == "13102510500001-unit-1"
    new_key_is_let_open_what_the_old_one_opened(places, capsys)
    assert main(["seals", "state", county, held["seal"], "in_use", *officer]) == 2
    assert main(["seals", "state", county, held["seal"], "lost", *officer, "--since", "tomorrow"]) == 2
    assert main(["seals", "state", county, held["seal"], "lost", *officer]) == 0
    (row,) = listed(places / "county", capsys)
    assert row["state"] == "lost"
    assert main(["seals", "import", township, asked]) == 2
    assert "只由县级制作" in capsys.readouterr().err


def test_a_refusal_and_its_reason_are_in_the_list_and_a_search_leaves_the_others_out(
    places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, township, pin = str(places / "county"), str(places / "township"), ["--pin-file", str(places / "pin")]
    asked, answer = str(tmp_path / "seal.request"), str(tmp_path / "seal.answer")
    assert main(["seals", "ask", township, "deputy", "service", "示例便民服务专用章", "--out", asked, *pin]) == 0
    assert main(["seals", "import", county, asked]) == 0
    (row,) = (one for one in listed(places / "county", capsys, code=4) if one["kind"] == "service")
    assert main(["seals", "state", county, row["seal"], "refused", "--by", "officer", "--reason", "名称不对", "--out", answer, *pin]) == 0
    assert main(["seals", "import", township, answer]) == 0
    capsys.readouterr()
    assert main(["seals", "list", township, "--find", "便民"]) == 0
    line = capsys.readouterr().out
    assert "名称不对" in line and line.count("\n") == 1
    assert main(["seals", "list", township, "--find", "没有这个名称"]) == 0
    assert capsys.readouterr().out == ""


def test_what_only_pages_have_a_sentence_for_is_told_by_commands_too(
    places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").write_text("")
    assert main(["seals", "ask", str(places / "township"), "deputy", "unit", "示例镇人民政府", "--pin-file", str(tmp_path / "empty")]) == 2
    assert ERRORS["NotAllowedError", "pin_needed"] in capsys.readouterr().err
