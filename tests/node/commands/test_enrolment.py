"""Invitations, joining and requests as a technician types them, with the machine's own clock."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli import main
from node.clock import SystemClock
from node.commands.enrolment import wait_for_answer
from node.config import load_config
from node.enrolment.founding import NewStation, found_station
from node.errors import EnrolmentError
from node.roles import Tier
from sync.errors import EnrolRefusedError, LinkDownError
from sync.wire import EnrolState

LIST = "站点名称,层级,区划代码,上级网址\r\n示例镇,乡镇,131025105000,http://127.0.0.1:9\r\n示例一村,村,131025105201,\r\n".encode("gb18030")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("commands") / "county"
    found_station(place, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, SystemClock())
    return place


def join_by_files(parent: Path, place: Path, invitation: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The whole way with a stick; what was printed."""
    request, answer = (place.with_suffix(suffix) for suffix in (".request", ".answer"))
    assert main(["join", str(place), "--invitation", str(invitation), "--request", str(request)]) == 0
    assert main(["serve", str(place)]) == 2
    assert main(["requests", "answer", str(parent), str(request), str(answer)]) == 4
    assert not answer.exists()
    assert main(["requests", "answer", str(parent), str(request), str(answer), "--yes"]) == 0
    assert main(["join", str(place), "--answer", str(answer)]) == 0
    return capsys.readouterr().out


def test_a_county_is_enrolled_from_one_list_by_files(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "名单.csv", tmp_path / "invitations"
    table.write_bytes(LIST)
    assert main(["invite", str(county), "--from", str(table), "--out", str(out)]) == 0
    township, village = sorted(out.iterdir())
    assert [one.name for one in (township, village)] == ["13102510500001-示例镇.invitation", "13102510520101-示例一村.invitation"]
    told = join_by_files(county, tmp_path / "t", township, capsys)
    code = told.split("核对码：")[1][:7]
    assert told.count(code) >= 3 and "县根证书：sha256:" in told and "已入网：示例镇" in told
    join_by_files(tmp_path / "t", tmp_path / "v", village, capsys)
    assert load_config(tmp_path / "v").station.id == "13102510520101"
    assert load_config(tmp_path / "t").parent.url == "http://127.0.0.1:9"
    sheet = (tmp_path / "v" / "安装验收单.html").read_text(encoding="utf-8")
    assert all(part in sheet for part in ("13102510520101", "示例镇（13102510500001）", "磁盘", "时钟", "数据库", "□ 打印机", "□ 摄像头"))


def test_a_list_may_become_one_archive_and_nothing_is_written_over(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "a.csv", tmp_path / "a.zip"
    table.write_text("name,tier,division\n示例乙镇,township,131025106000\n", encoding="utf-8")
    assert main(["invite", str(county), "--from", str(table), "--out", str(out), "--days", "7"]) == 0
    assert zipfile.ZipFile(out).namelist() == ["13102510600001-示例乙镇.invitation"]
    assert main(["invite", str(county), "--from", str(table), "--out", str(out)]) == 2
    assert "已经有了" in capsys.readouterr().err


def test_every_fault_of_a_list_is_printed(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "a.csv"
    lines = ("name,tier,division", ",village,131025105209", "示例外镇,township,131026105000")
    table.write_text("\n".join(lines), encoding="utf-8")
    assert main(["invite", str(county), "--from", str(table), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "名单有 2 处不对" in told and "第 2 行，站点名称：没有填。" in told and "第 3 行，区划代码：不在本站的辖区内" in told
    assert not (tmp_path / "out").exists()


def test_a_request_is_listed_and_confirmed_or_refused_by_its_code(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, out = ["--tier", "township", "--name", "示例丙镇", "--division", "131025107000"], tmp_path / "c.invitation"
    assert main(["invite", str(county), *one, "--out", str(out)]) == 0
    assert main(["join", str(tmp_path / "c"), "--invitation", str(out), "--request", str(tmp_path / "c.request")]) == 0
    assert main(["requests", "answer", str(county), str(tmp_path / "c.request"), str(tmp_path / "c.answer")]) == 4
    capsys.readouterr()
    assert main(["requests", "list", str(county), "--json"]) == 0
    (waiting,) = json.loads(capsys.readouterr().out)
    assert main(["requests", "list", str(county)]) == 0
    assert f"{waiting['code']}\t新站入网\t示例丙镇" in capsys.readouterr().out
    assert main(["requests", "confirm", str(county), "000-00x"]) == 2
    assert main(["requests", "refuse", str(county), waiting["code"], "--reason", "核对码不一致"]) == 0
    assert main(["requests", "answer", str(county), str(tmp_path / "c.request"), str(tmp_path / "c.answer")]) == 0
    assert main(["join", str(tmp_path / "c"), "--answer", str(tmp_path / "c.answer")]) == 2
    assert "上级没有同意入网：核对码不一致" in capsys.readouterr().err
    assert main(["join", str(tmp_path / "c"), "--invitation", str(out), "--request", str(tmp_path / "c2.request")]) == 0
    assert main(["requests", "answer", str(county), str(tmp_path / "c2.request"), str(tmp_path / "c2.answer")]) == 4
    code = capsys.readouterr().out.split("核对码：")[1][:7]
    assert main(["requests", "confirm", str(county), code]) == 0
    assert main(["requests", "answer", str(county), str(tmp_path / "c2.request"), str(tmp_path / "c2.answer")]) == 0
    assert main(["join", str(tmp_path / "c"), "--answer", str(tmp_path / "c2.answer")]) == 0


def test_options_that_do_not_fit_are_told(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "x")
    for arguments, told in (
        (["invite", str(county), "--out", out], "--from"),
        (["invite", str(county), "--from", "a.csv", "--name", "x", "--out", out], "--from"),
        (["join", out], "邀请文件"),
        (["join", out, "--invitation", str(county / "node.toml")], "不是驿站的邀请"),
        (["join", out, "--invitation", "missing"], "文件打不开"),
        (["join", out, "--answer", str(county / "node.toml")], "还没有做过申请"),
    ):
        assert main(arguments) == 2
        assert told in capsys.readouterr().err


def test_a_dead_line_is_waited_for_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    says: Iterator[EnrolState | LinkDownError] = iter(
        [LinkDownError("unreachable"), LinkDownError("unreachable"), LinkDownError("busy"), EnrolState(), EnrolState(b"answer")]
    )
    pauses: list[float] = []

    def enrol(_request: bytes) -> EnrolState:
        said = next(says)
        if isinstance(said, LinkDownError):
            raise said
        return said

    assert wait_for_answer(enrol, b"", pauses.append) == b"answer"
    assert len(pauses) == 4 and pauses == sorted(pauses) and max(pauses) <= 10
    assert capsys.readouterr().out.count("线路暂时不通") == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [("invitation_used", "invitation_used"), ("invitation_other_parent", "parent_refused"), ("new_code", "parent_refused")],
)
def test_what_a_parent_refuses_is_told_in_words(said: str, code: str) -> None:
    def enrol(_request: bytes) -> EnrolState:
        raise EnrolRefusedError(said)

    with pytest.raises(EnrolmentError) as caught:
        wait_for_answer(enrol, b"", lambda _seconds: None)
    assert caught.value.code == code
