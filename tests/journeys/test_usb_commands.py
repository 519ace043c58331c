"""The commands for sticks: onto the one that is plugged in and from it, bounded, looked at only, and what they say of trouble."""

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import main
from node.upkeep.drives import Drive
from tests.journeys.world import World


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One stick is plugged in."""
    (tmp_path / "UPAN").mkdir()
    monkeypatch.setattr("node.assembly.post.readable_drives", lambda: [Drive(tmp_path / "UPAN", "UPAN", 1 << 30)])
    return tmp_path / "UPAN"


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def place(world: World, name: str) -> str:
    return str(world.place / name)


def test_a_stick_that_is_plugged_in_is_written_and_read_without_naming_a_file(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = world.submitted()
    assert main(["bundle-out", place(world, "village1"), "--drive", "--json"]) == 0
    assert Path(told(capsys)["file"]).parent == stick
    assert main(["bundle-in", place(world, "township"), "--drive", "UPAN", "--json"]) == 0
    assert told(capsys)["new_enclosures"] == 8
    assert world.states(number)["township"] == "submitted"
    assert main(["bundle-in", place(world, "village1"), "--drive"]) == 2
    assert "没有给本站的U盘包" in capsys.readouterr().err


def test_a_small_bound_takes_the_letters_and_says_what_is_left(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submitted()
    monkeypatch.setattr("node.commands.bundles.MAX_BUNDLE_BYTES", 60_000)
    assert main(["bundle-out", place(world, "village1"), str(tmp_path / "a.yzb"), "--max-mib", "1"]) == 4
    assert "装不下" in capsys.readouterr().out
    assert (tmp_path / "a.yzb").stat().st_size <= 60_000


def test_looking_takes_nothing_in(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = world.submitted()
    file = tmp_path / "a.yzb"
    assert main(["bundle-out", place(world, "village1"), str(file)]) == 0
    capsys.readouterr()
    assert main(["bundle-look", place(world, "township"), str(file), "--json"]) == 0
    shown = told(capsys)
    assert (shown["from_name"], shown["parcels"], shown["is_for_here"], shown["is_short"]) == ("示例一村便民服务室", 1, True, False)
    file.write_bytes(file.read_bytes()[:-9_000])
    assert main(["bundle-look", place(world, "township"), str(file)]) == 0
    assert "不完整" in capsys.readouterr().out
    assert "township" not in world.states(number)


def test_trouble_is_told_with_what_to_do(world: World, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, command in (
        ("请写文件名", ["bundle-out", place(world, "village1")]),
        ("没有找到这个U盘", ["bundle-out", place(world, "village1"), "--drive", "OTHER"]),
        ("没有这个相邻站点：X。可以是：示例镇便民服务中心", ["bundle-out", place(world, "village1"), "a.yzb", "--to", "X"]),
        ("文件打不开", ["bundle-look", place(world, "village1"), str(tmp_path / "none.yzb")]),
    ):
        assert main(command) == 2
        assert words in capsys.readouterr().err
    world.submitted()
    assert main(["bundle-out", place(world, "village1"), str(tmp_path / "gone" / "a.yzb")]) == 4
    assert "不在了" in capsys.readouterr().err
