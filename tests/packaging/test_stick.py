"""The folder on the stick: what is checked before anything runs, and the one question."""

import json
from pathlib import Path

import pytest

from install import main
from installer.asking import NothingToChooseError, choose, given
from installer.stick import Place, Stick, read_place
from tests.packaging.fake_program import make_stick, pip_wheel

VILLAGES = (("53092310220101", "示例高岭村"), ("53092310220201", "示例下高岭村"), ("53092310220301", "示例河湾村"))


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    make_stick(tmp_path / "usb", pip_wheel(tmp_path), "0.1.0", 1)
    return Stick(tmp_path / "usb")


def invite(stick: Stick, station: str, name: str) -> Path:
    path = stick.root / "invitations" / f"{station}.invitation"
    said = {
        "station": station,
        "name": name,
        "division": station[:12],
        "parent": {"station": "53092310200001", "name": "示例镇", "url": None},
    }
    path.write_text(f"yizhan invitation 1\n{json.dumps(said, ensure_ascii=False)}\n[]\n", encoding="utf-8")
    return path


@pytest.fixture
def invited(stick: Stick) -> Stick:
    for station, name in VILLAGES:
        invite(stick, station, name)
    return stick


def test_a_stick_as_it_was_made_is_whole(stick: Stick) -> None:
    assert stick.wrong_files() == []


@pytest.mark.parametrize("name", ["installer/steps.py", "bundle.json", "wheels/sqlcipher3-0.6.4-py3-none-any.whl", "install.sh"])
def test_a_changed_byte_or_a_missing_file_is_found(stick: Stick, name: str) -> None:
    path = stick.root / name
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert stick.wrong_files() == [name]
    path.unlink()
    assert stick.wrong_files() == [name]


def test_a_package_that_nobody_listed_is_found(stick: Stick) -> None:
    (stick.wheels / "yizhan-0.1.0-9-py3-none-any.whl").write_bytes(b"")
    assert stick.wrong_files() == ["yizhan-0.1.0-9-py3-none-any.whl"]


def test_without_checksums_nothing_is_trusted(stick: Stick) -> None:
    (stick.root / "SHA256SUMS").unlink()
    assert stick.wrong_files() == ["SHA256SUMS"]


def test_a_damaged_stick_ends_before_anything_of_it_runs(
    stick: Stick, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (stick.root / "installer" / "run.py").write_text("raise SystemExit(99)\n", encoding="utf-8")
    monkeypatch.setattr("install.HERE", stick.root)
    assert main([]) == 2
    assert "installer/run.py" in capsys.readouterr().err


def test_invitations_are_found_by_part_of_a_name_or_number(invited: Stick) -> None:
    assert [one.name for one in invited.invitations("高岭")] == ["示例高岭村", "示例下高岭村"]
    assert [one.name for one in invited.invitations("0301")] == ["示例河湾村"]
    assert invited.invitations("没有") == []


@pytest.mark.parametrize(
    "data", [b"", b"yizhan invitation 1\n", b"yizhan invitation 1\n[]\n[]\n", b"\xff\xfe", b"yizhan answer 1\n{}\n[]\n"]
)
def test_a_file_that_is_no_invitation_is_not_offered(stick: Stick, data: bytes) -> None:
    path = stick.root / "invitations" / "x.invitation"
    path.write_bytes(data)
    assert read_place(path) is None
    assert stick.invitations() == []


def chosen(stick: Stick, *typed: str) -> Place:
    lines = iter(typed)
    return choose(stick, lambda _: next(lines), lambda _: None)


@pytest.mark.parametrize("typed", [("河湾",), ("2",), ("高岭", "2"), ("没有", "高岭", "下高"), ("53092310220201",)])
def test_the_question_ends_with_one_village(invited: Stick, typed: tuple[str, ...]) -> None:
    assert chosen(invited, *typed).name == ("示例河湾村" if typed == ("河湾",) else "示例下高岭村")


def test_answers_name_exactly_one_village(invited: Stick) -> None:
    assert given(invited, "示例高岭村").station == "53092310220101"
    for search in ("高岭", "没有"):
        with pytest.raises(NothingToChooseError, match=search):
            given(invited, search)


def test_a_stick_without_invitations_says_what_to_do(stick: Stick) -> None:
    with pytest.raises(NothingToChooseError, match="run-node invite"):
        chosen(stick)
