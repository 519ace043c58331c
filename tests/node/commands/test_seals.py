"""Unit seals as a technician types them, by files: asked for at the county's own station and at a township, made, stopped, lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import main
from node.clock import SystemClock
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Tier

PIN = "739164"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("seals")
    county, township, clock = place / "county", place / "township", SystemClock()
    found_station(county, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, clock)
    found_station(township, NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), Above(county, county), clock)
    enrol_person(county, NewPerson("officer", "示例密钥管理员", ("key_officer",), "tongyao-3058-shi", PIN), None, clock)
    enrol_person(township, NewPerson("leader", "示例镇负责人", ("leader",), "yizhan-8236-ma", PIN), Above(county, county), clock)
    (place / "pin").write_text(PIN + "\n")
    return place


def listed(place: Path, capsys: pytest.CaptureFixture[str], code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["seals", "list", str(place), "--json"]) == code
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


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
    assert main(["seals", "state", county, held["seal"], "in_use", *officer]) == 2
    assert main(["seals", "state", county, held["seal"], "lost", *officer, "--since", "tomorrow"]) == 2
    assert main(["seals", "state", county, held["seal"], "lost", *officer]) == 0
    (row,) = listed(places / "county", capsys)
    assert row["state"] == "lost"
    assert main(["seals", "import", township, asked]) == 2
    assert "只由县级制作" in capsys.readouterr().err
