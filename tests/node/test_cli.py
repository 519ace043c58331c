"""The command line: the table, exit codes, and the administration commands on real stations."""

import importlib
import json
import re
from pathlib import Path

import pytest

from forms.errors import AnswerError, SchemaError
from node import errors
from node.cli import DONE, KEY_OR_SEAL, SOMETHING_WAITS, USER_MUST_ACT, exit_code, main, make_parser, meant
from node.commands.table import COMMANDS
from node.commands.wording import ROLES, SENTENCES, say_error
from node.config import load_config
from node.roles import Role
from signing.errors import (
    BadSignatureError,
    CertificateError,
    DecryptionError,
    KeyFileError,
    NoSm2Error,
    PinError,
    PinLockedError,
    TokenError,
)
from sync.errors import BundleError, LinkDownError, ParcelRefusedError

COUNTY = ["--tier", "county", "--name", "示例县", "--division", "131025000000", "--suite", "p256"]
TOWNSHIP = ["--tier", "township", "--name", "示例镇", "--division", "131025105000"]
VILLAGE = ["--tier", "village", "--name", "示例一村", "--division", "131025105201"]


def test_every_command_of_the_table_names_a_function_that_is_there() -> None:
    for command in COMMANDS:
        module, _, function = command.run.partition(":")
        assert callable(getattr(importlib.import_module(module), function)), command.name


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (errors.ConfigError("listen.prot", "unknown"), USER_MUST_ACT, "listen.prot"),
        (errors.ConfigError("station.name", "missing"), USER_MUST_ACT, "station.name"),
        (errors.ConfigError("listen.port", "bad"), USER_MUST_ACT, "listen.port"),
        (errors.RequestError("port_taken", address="127.0.0.1:1"), USER_MUST_ACT, "127.0.0.1:1"),
        (errors.RequestError("something_new", why=1), USER_MUST_ACT, "something_new"),
        (errors.NotAllowedError("plain_lan"), USER_MUST_ACT, "plain_lan"),
        (errors.NotFoundError("person", "zhang"), USER_MUST_ACT, "zhang"),
        (errors.CaseNotFoundError("1122-07"), USER_MUST_ACT, "1122-07"),
        (errors.DiskFullError("x"), USER_MUST_ACT, "磁盘满"),
        (errors.BusyError("x"), USER_MUST_ACT, "正忙"),
        (errors.CorruptError("x"), USER_MUST_ACT, "打不开"),
        (errors.StoreError("no such table"), USER_MUST_ACT, "no such table"),
        (AnswerError([]), USER_MUST_ACT, "表单"),
        (SchemaError("fields.x", "kind"), USER_MUST_ACT, "fields.x"),
        (PinError(3), KEY_OR_SEAL, "3"),
        (PinLockedError(), KEY_OR_SEAL, "锁定"),
        (KeyFileError("damaged", "authority.key"), KEY_OR_SEAL, "authority.key"),
        (CertificateError("expired"), KEY_OR_SEAL, "expired"),
        (TokenError("gone"), KEY_OR_SEAL, "中途拔出"),
        (NoSm2Error("none"), KEY_OR_SEAL, "SM2"),
        (BadSignatureError(), KEY_OR_SEAL, "签名"),
        (DecryptionError(), KEY_OR_SEAL, "签名"),
        (PermissionError(13, "denied", "/x"), USER_MUST_ACT, "/x"),
        (LinkDownError("timeout"), DONE, "timeout"),
        (ParcelRefusedError("header"), SOMETHING_WAITS, "header"),
        (BundleError("signature"), SOMETHING_WAITS, "签名不对"),
    ],
)
def test_each_error_has_an_exit_code_and_a_chinese_sentence_with_its_facts(error: Exception, code: int, told: str) -> None:
    assert exit_code(error) == code
    sentence = say_error(error)
    assert told in sentence and re.search("[\u4e00-\u9fff]", sentence)


def test_every_sentence_that_is_no_mere_layout_is_chinese() -> None:
    layout = {"person_line", "demo_station", "verified", "verified_seal", "verified_step", "verified_note", "keys_line", "seal_line"}
    assert [code for code, sentence in SENTENCES.items() if code not in layout and not re.search("[\u4e00-\u9fff]", sentence)] == []
    assert set(ROLES) == {str(role) for role in Role}


@pytest.mark.parametrize("line", [[], ["sreve", "x"], ["serve"], ["init", "x", "--tier", "province"], ["people"], ["demo", "--port", "x"]])
def test_a_wrong_command_line_ends_with_two_and_a_chinese_sentence(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(line)
    assert caught.value.code == USER_MUST_ACT
    assert "命令写得不对" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["bundle-out", "x", "y", "--max-mib", "big"], "--max-mib 要填整数，收到的是 'big'。"),
        (["bundle-out"], "还缺少 DIR。"),
        (["bundle-in", "x", "y", "z"], "不认识 z。"),
        (["bundle-out", "x", "--to"], "--to 后面还要写一个值。"),
        (["init", "x", "--tier", "province"], "--tier 没有 'province'，可以是"),
    ],
    ids=["no number", "missing", "too many", "no value", "no such choice"],
)
def test_a_wrong_command_line_names_what_to_change(line: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(line)
    assert told in capsys.readouterr().err


def test_commands_of_two_words_are_found(tmp_path: Path) -> None:
    arguments = make_parser().parse_args(["people", "list", str(tmp_path), "--json"])
    assert (arguments.run, arguments.json) == ("node.commands.people:list_all", True)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (["serve", "x"], ["serve"]),
        (["people", "list", "x"], ["people list"]),
        (["people"], [command.name for command in COMMANDS]),
        (["people", "lsit"], [command.name for command in COMMANDS]),
        (["--help"], [command.name for command in COMMANDS]),
        ([], [command.name for command in COMMANDS]),
    ],
    ids=["one word", "two words", "a group", "wrong", "help", "nothing"],
)
def test_only_the_command_that_a_line_begins_with_is_made_ready(line: list[str], names: list[str]) -> None:
    assert [command.name for command in meant(line)] == names


def test_each_command_is_read_alone_as_among_all(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        line = [*command.name.split(), "--help"]
        with pytest.raises(SystemExit):
            make_parser().parse_args(line)
        among_all = capsys.readouterr().out
        with pytest.raises(SystemExit):
            main(line)
        assert capsys.readouterr().out == among_all


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["init", str(tmp_path / "file" / "c"), *COUNTY]) == USER_MUST_ACT
    assert "file" in capsys.readouterr().err


def test_a_folder_without_a_station_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "none", tmp_path / "file"):
        assert main(["bundle-look", str(place), "x.yzb"]) == USER_MUST_ACT
        assert "这里没有站点（没有 node.toml）" in capsys.readouterr().err


def secret(path: Path, text: str) -> str:
    path.write_text(text + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    assert main(["init", str(tmp_path / "c"), *COUNTY]) == DONE
    return tmp_path / "c"


def test_a_county_is_made_and_people_are_added_listed_changed_and_disabled(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    word, pin = secret(tmp_path / "word", "xiancheng-1694-nan"), secret(tmp_path / "pin", "862409")
    add = ["people", "add", str(county), "approver", "--display-name", "示例审批员", "--role", "approver"]
    assert main([*add, "--password-file", word, "--pin-file", pin]) == DONE
    assert "示例审批员" in capsys.readouterr().out
    assert main([*add, "--password-file", word, "--pin-file", pin]) == USER_MUST_ACT
    assert "已有人使用" in capsys.readouterr().err

    assert main(["people", "list", str(county), "--json"]) == DONE
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["roles"], row["disabled"]) == ("approver", ["approver"], False)
    assert row["certificate"].startswith("sha256:") and "password_hash" not in row

    assert main(["people", "roles", str(county), "approver", "supervisor"]) == DONE
    assert main(["people", "disable", str(county), "approver"]) == DONE
    assert main(["people", "disable", str(county), "nobody"]) == USER_MUST_ACT
    capsys.readouterr()
    assert main(["people", "list", str(county)]) == DONE
    assert capsys.readouterr().out.split("\t") == ["approver", "示例审批员", "监察", "有密钥", "停用\n"]


def test_townships_and_villages_are_made_under_their_parents(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    township, village = tmp_path / "t", tmp_path / "v"
    assert main(["init", str(township), *TOWNSHIP]) == USER_MUST_ACT
    assert main(["init", str(township), *TOWNSHIP, "--under", str(county)]) == DONE
    assert main(["init", str(village), *VILLAGE, "--under", str(township)]) == USER_MUST_ACT
    assert "--county" in capsys.readouterr().err
    assert main(["init", str(village), *VILLAGE, "--under", str(township), "--county", str(county)]) == DONE
    assert load_config(village).station.id == "13102510520101"

    word, pin = secret(tmp_path / "word", "qinghe-7315-du"), secret(tmp_path / "pin", "482913")
    add = ["people", "add", str(village), "agent1", "--display-name", "示例", "--role", "agent", "--password-file", word, "--pin-file", pin]
    assert main([*add, "--under", str(township), "--county", str(county)]) == DONE
    capsys.readouterr()
    assert main(["people", "list", str(village)]) == DONE
    assert "有密钥" in capsys.readouterr().out


def test_a_villager_added_without_an_authority_at_hand_has_no_key_and_is_told(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    township = tmp_path / "t"
    main(["init", str(township), *TOWNSHIP, "--under", str(county)])
    word = secret(tmp_path / "word", "zhenjie-5570-bei")
    assert (
        main(["people", "add", str(township), "reviewer", "--display-name", "示例", "--role", "reviewer", "--password-file", word]) == DONE
    )
    assert "暂无密钥" in capsys.readouterr().out


def test_a_second_init_leaves_the_first_station_alone(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in county.rglob("*") if path.is_file()}
    assert main(["init", str(county), *COUNTY]) == USER_MUST_ACT
    assert "不覆盖" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in county.rglob("*") if path.is_file()} == before


def test_a_setting_that_is_unknown_stops_the_start_with_its_name(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (county / "node.toml").open("a", encoding="utf-8") as file:
        file.write("\n[listen]\nprot = 1\n")
    assert main(["serve", str(county)]) == USER_MUST_ACT
    assert "listen.prot" in capsys.readouterr().err
