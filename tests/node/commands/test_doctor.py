"""The command `doctor`: words and exit codes; a station that does not open is told in one sentence, and nothing is made or changed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import run_node
from node.assemble import assemble
from node.cli import DONE, SOMETHING_WAITS, USER_MUST_ACT, main
from node.clock import SystemClock
from node.enrolment.founding import NewStation, found_station
from node.enrolment.wiping import MARKER
from node.folder import StationFolder
from node.roles import Tier
from node.web.wording.health import HEALTH

Said = tuple[int, str]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("doctor") / "county"
    found_station(place, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, SystemClock())
    return place


@pytest.fixture
def place(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded, tmp_path / "county"))


def doctor(place: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Said:
    code = main(["doctor", str(place), *more])
    return code, capsys.readouterr().out


def as_json(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code, said = doctor(place, capsys, "--json")
    return code, json.loads(said)


def test_a_new_county_is_told_in_chinese_line_by_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = doctor(place, capsys)
    assert code == DONE
    assert said.startswith("示例县（站点编号 13102500000001）体检")
    assert "[正常] 数据库：数据库完好" in said and "[留意] 备份：还没有做过备份。" in said
    assert "怎么办：请插上备份U盘" in said


def test_something_to_do_is_exit_code_4_in_words_and_as_json(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "keys" / "station_sign.key").unlink()
    code, said = doctor(place, capsys)
    assert code == SOMETHING_WAITS and "[要处理] 密钥文件：密钥文件不见了：站点签名。" in said
    code, found = as_json(place, capsys)
    assert code == SOMETHING_WAITS and found["grade"] == "bad"
    assert ["key_missing", "bad", {"usage": "station_sign"}] in found["findings"]


def test_a_broken_setting_is_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (place / "node.toml").open("a", encoding="utf-8") as file:
        file.write("\n[listen]\nprot = 1\n")
    code, said = doctor(place, capsys)
    assert code == USER_MUST_ACT and "listen.prot" in said and HEALTH["config_bad"][2] in said
    code, found = as_json(place, capsys)
    assert code == USER_MUST_ACT and [one[0] for one in found["findings"]] == ["config_bad"]


def test_a_folder_without_a_station_or_database_stays_as_it_was(tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(tmp_path / "none", capsys)[0] == USER_MUST_ACT
    assert not (tmp_path / "none").exists()
    (place / "yizhan.db").unlink()
    before = sorted(place.rglob("*"))
    code, said = doctor(place, capsys)
    assert code == USER_MUST_ACT and HEALTH["database_missing"][1] in said
    assert sorted(place.rglob("*")) == before


def test_a_database_that_is_none_is_told_and_left_alone(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "yizhan.db").write_bytes(b"x" * 8192)
    code, said = doctor(place, capsys)
    assert code == USER_MUST_ACT and HEALTH["database_closed"][1] in said and "不要删除" in said
    assert (place / "yizhan.db").read_bytes() == b"x" * 8192


@pytest.mark.parametrize("name", ["machine.secret", "keys/database.box"])
def test_a_missing_key_of_the_database_is_told_and_no_new_one_is_made(place: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (place / name).unlink()
    code, said = doctor(place, capsys)
    assert code == USER_MUST_ACT and HEALTH["database_key"][1] in said
    assert not (place / name).exists()


@pytest.mark.parametrize(("marker", "code"), [("joining", "joining"), (MARKER, "wiped")])
def test_a_folder_that_waits_for_its_answer_or_was_wiped_says_so(
    place: Path, capsys: pytest.CaptureFixture[str], marker: str, code: str
) -> None:
    path = StationFolder(place).joining if marker == "joining" else place / marker
    path.mkdir() if marker == "joining" else path.write_text("{}", encoding="utf-8")
    assert doctor(place, capsys)[0] == USER_MUST_ACT
    assert as_json(place, capsys)[1]["findings"] == [[code, "bad", {}]]


@pytest.mark.parametrize("data", [None, b"", b"x"])
def test_a_root_that_cannot_be_used_is_told(place: Path, capsys: pytest.CaptureFixture[str], data: bytes | None) -> None:
    (place / "root.der").unlink()
    if data is not None:
        (place / "root.der").write_bytes(data)
    code, said = doctor(place, capsys)
    assert code == USER_MUST_ACT and HEALTH["root_bad"][1] in said


def test_a_damaged_page_is_found_by_the_whole_check(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = place / "yizhan.db"
    data = bytearray(database.read_bytes())
    data[-4096:] = bytes(4096)
    database.write_bytes(data)
    code, found = as_json(place, capsys)
    assert code in (SOMETHING_WAITS, USER_MUST_ACT) and found["grade"] == "bad"
    assert {one[0] for one in found["findings"]} & {"database_damaged", "database_closed"}


def test_it_runs_as_a_command_beside_a_station_that_is_at_work(place: Path) -> None:
    program = [sys.executable, str(Path(run_node.__file__)), "doctor", str(place)]
    node = assemble(place, SystemClock())
    try:
        node.store.meta.set("written", "before")
        done = subprocess.run(program, check=False, capture_output=True, timeout=60)
        node.store.meta.set("written", "after")
    finally:
        node.close()
    assert done.returncode == DONE and "体检" in done.stdout.decode("utf-8")
