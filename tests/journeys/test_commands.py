"""The road and the evidence by command, as a technician types them."""

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import main
from tests.journeys.world import World


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_case_goes_by_commands_alone_and_is_verified(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = world.submitted()
    village, township, _county = (str(world.place / name) for name in ("village1", "township", "county"))
    stick, answer, case = (str(tmp_path / name) for name in ("up.yzb", "down.yzb", "case.zip"))

    assert main(["bundle-out", village, stick, "--json"]) == 0
    assert told(capsys)["parcels"] == 1
    assert main(["bundle-in", township, stick, "--json"]) == 0
    assert told(capsys) == {
        "file": stick, "parcels": 1, "enclosures": 8, "bytes": pytest.approx(Path(stick).stat().st_size, rel=0.1), "new": 1, "known": 0,
        "damaged": [], "missing": [], "skipped": [], "no_room": [], "refused": [], "elsewhere": [], "receipts": 0, "new_enclosures": 8,
        "left_parcels": 0, "left_enclosures": 0,
    }  # fmt: skip
    assert main(["bundle-in", township, stick]) == 0
    assert "已有的 1 个" in capsys.readouterr().out
    assert main(["bundle-out", township, answer, "--to", "示例一村便民服务室"]) == 0
    assert main(["bundle-in", village, answer]) == 0
    capsys.readouterr()
    root = str(world.place / "county" / "root.der")
    assert main(["export", township, number, case]) == 0
    capsys.readouterr()
    assert main(["verify", case, "--trust", root, "--json"]) == 0
    assert told(capsys)["verdict"] == "valid"
    assert main(["verify", case]) == 3
    said = capsys.readouterr().out
    assert "没有给出县根证书" in said and "第 1 枚　报送" in said


def test_a_seal_that_no_other_station_has_seen_has_no_proven_time(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number, case = world.submitted(), str(tmp_path / "case.zip")
    assert main(["export", str(world.place / "village1"), number, case]) == 0
    capsys.readouterr()
    assert main(["verify", case, "--trust", str(world.place / "county" / "root.der"), "--json"]) == 3
    found = told(capsys)
    assert found["verdict"] == "undetermined"
    assert [seal["kind"] for seal in found["seals"]] == ["person", "service"]
    for seal in found["seals"]:
        assert [step["number"] for step in seal["steps"] if step["verdict"] == "undetermined"] == [8]


def test_carry_says_what_waits_and_why(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.submitted()
    assert main(["carry", str(world.place / "village1"), "--json"]) == 4
    found = told(capsys)
    assert (found["sent"], found["received"], found["set_aside"]) == (0, 0, [])
    (waiting,) = found["waiting"]
    assert waiting["to"] == world.nodes["township"].station.station
    assert waiting["why"] == "unreachable"
    assert main(["carry", str(world.place / "village1")]) == 4
    assert "线路不通" in capsys.readouterr().out


def test_what_cannot_be_used_is_said_in_words(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    village, half = str(world.place / "village1"), tmp_path / "half.yzb"
    assert main(["bundle-in", village, str(tmp_path / "none.yzb")]) == 2
    half.write_bytes(b"yizhan bundle 1\nmanifest 999\n{")
    assert main(["bundle-in", village, str(half)]) == 4
    assert main(["export", village, "1122-99", str(tmp_path / "x.zip")]) == 2
    assert main(["verify", str(half)]) == 2
    assert main(["bundle-out", str(world.place / "township"), str(half), "--to", "示例三村"]) == 2
    said = capsys.readouterr().err
    for words in ("文件打不开", "清单坏了", "没有这个办件", "不是能核验的文件", "没有这个相邻站点"):
        assert words in said
