"""Certificates and keys as a technician types them: a lost key taken back and made anew by files, a PIN changed."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.cli import main
from node.clock import SystemClock
from node.config import KeySettings, load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.enrolment.issuing import YEARS
from node.roles import Tier
from tests.fakes import SetClock
from tests.signing.tokens import softhsm

PIN, OTHER = "739164", "482917"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("keys")
    county, township, village = place / "county", place / "township", place / "village"
    # Founded so long ago that the stations' certificates end in a month.
    founded = SetClock(SystemClock().now().replace(microsecond=0) - timedelta(days=365 * YEARS["station_sign"] - 30))
    found_station(county, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, founded)
    found_station(township, NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), Above(county, county), founded)
    above = Above(township, county)
    found_station(village, NewStation("示例一村", Tier.VILLAGE, "131025105201"), above, founded)
    enrol_person(village, NewPerson("agent", "示例代办员", ("agent",), "qinghe-7315-du", PIN), above, SystemClock())
    (place / "pin").write_text(PIN + "\n")
    (place / "other").write_text(OTHER + "\n")
    return place


def listed(place: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["keys", "list", str(place), "--json"]) == 0
    rows: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return rows


def test_a_lost_key_is_taken_back_and_made_anew_by_files(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    township, village = places / "township", places / "village"
    request, answer, stick = str(places / "r"), str(places / "a"), str(places / "stick.yzb")
    assert main(["keys", "new", str(village), "agent", "--pin-file", str(places / "other"), "--out", request]) == 2
    assert "先吊销旧证书" in capsys.readouterr().err
    (mine,) = (row for row in listed(township, capsys) if row["usage"] == "person")
    assert main(["keys", "revoke", str(township), mine["digest"], "--reason", "because"]) == 2
    assert main(["keys", "revoke", str(township), mine["digest"], "--reason", "key_compromise", "--at", "yesterday"]) == 2
    assert main(["keys", "revoke", str(township), "--reason", "superseded"]) == 2
    assert main(["keys", "revoke", str(township), mine["digest"], "--reason", "key_compromise"]) == 0
    assert main(["bundle-out", str(township), stick, "--to", "13102510520101"]) == 0
    assert main(["bundle-in", str(village), stick]) == 0
    assert {row["state"] for row in listed(village, capsys) if row["usage"] == "person"} == {"revoked"}
    assert main(["keys", "new", str(village), "agent", "--pin-file", str(places / "other"), "--out", request]) == 0
    code = capsys.readouterr().out.split("核对码 ")[1][:7]
    assert main(["keys", "certify", str(township), request, answer]) == 4
    assert code in capsys.readouterr().out and not Path(answer).exists()
    assert main(["keys", "certify", str(township), request, answer, "--yes"]) == 0
    assert main(["keys", "install", str(village), answer]) == 0
    assert sorted(row["state"] for row in listed(village, capsys) if row["usage"] == "person") == ["good", "revoked"]
    assert main(["keys", "pin", str(village), "agent", "--pin-file", str(places / "pin"), "--new-pin-file", str(places / "pin")]) == 3
    assert main(["keys", "pin", str(village), "agent", "--pin-file", str(places / "other"), "--new-pin-file", str(places / "pin")]) == 0
    assert main(["keys", "pin", str(village), "agent", "--pin-file", str(places / "other"), "--new-pin-file", str(places / "pin")]) == 3


def test_a_renewal_goes_by_files_and_is_granted_at_once(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    township, village = places / "township", places / "village"
    request, answer = str(places / "renew"), str(places / "renewed")
    before = {row["digest"] for row in listed(village, capsys) if row["station"] == "13102510520101" and row["usage"] == "station_sign"}
    assert main(["keys", "request", str(village), request]) == 0
    assert main(["keys", "request", str(village), request]) == 2
    assert main(["keys", "certify", str(township), request, answer]) == 0
    assert main(["keys", "install", str(village), answer]) == 0
    after = {row["digest"] for row in listed(village, capsys) if row["station"] == "13102510520101" and row["usage"] == "station_sign"}
    assert len(after - before) == 1


def test_what_is_no_request_or_answer_is_said_in_words(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (places / "nonsense").write_bytes(b"nonsense")
    for command in ("certify", "install"):
        assert main(["keys", command, str(places / "township"), str(places / "nonsense")]) == 2
    assert main(["keys", "recertify", str(places / "county"), "13102510500001"]) == 2
    assert main(["keys", "new", str(places / "village"), "nobody", "--pin-file", str(places / "pin")]) == 2
    assert main(["keys", "install", str(places / "village"), str(places / "missing")]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told and "没有找到" in told and "文件打不开" in told


@pytest.fixture
def second(places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The village can speak with PKCS#11 tokens, one is plugged in, and there are two more people; where secrets lie as files."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    softhsm.make_token(tmp_path)
    village = places / "village"
    write_config(village, replace(load_config(village), keys=KeySettings(pkcs11=softhsm.library())))
    for name, text in (
        ("password", "qinghe-7315-du"),
        ("token-pin", softhsm.PIN),
        ("code", softhsm.CODE),
        ("fresh", "911842"),
        ("wrong", "000001"),
    ):
        (tmp_path / name).write_text(text + "\n")
    for name, role in (("second", "agent"), ("boss", "admin")):
        account = [
            "people",
            "add",
            str(village),
            name,
            "--display-name",
            "示例乙",
            "--role",
            role,
            "--password-file",
            str(tmp_path / "password"),
        ]
        assert main(account) == 0
    return tmp_path


def test_a_key_is_made_on_a_token_used_unlocked_and_unblocked(places: Path, second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    village, township, place = str(places / "village"), str(places / "township"), f"pkcs11:{softhsm.LABEL}/second"
    request, answer, pin = str(second / "r"), str(second / "a"), str(second / "token-pin")
    assert main(["keys", "tokens", village]) == 0
    assert "没有看到" in capsys.readouterr().out
    new = ["keys", "new", village, "second", "--holder", place, "--out", request, "--pin-file"]
    assert main([*new, str(second / "wrong")]) == 3
    assert "PIN 不对，还可以试 4 次" in capsys.readouterr().err
    assert main([*new, pin]) == 0
    assert main(["keys", "certify", township, request, answer, "--yes"]) == 0
    assert main(["keys", "install", village, answer]) == 0
    capsys.readouterr()
    assert main(["keys", "tokens", village]) == 0
    assert capsys.readouterr().out.strip() == place
    change = ["keys", "pin", village, "second", "--new-pin-file", str(second / "fresh"), "--pin-file"]
    for left in (4, 3, 2, 1, 0):
        assert main([*change, str(second / "wrong")]) == 3
        assert (f"还可以试 {left} 次" if left else "已锁定") in capsys.readouterr().err
    assert main([*change, pin]) == 3
    assert "已锁定" in capsys.readouterr().err
    proof = ["--by", "boss", "--reason", "本人到场", "--password-file"]
    assert main(["keys", "unlock", village, "second", *proof, str(second / "wrong")]) == 2
    assert main(["keys", "unlock", village, "boss", *proof, str(second / "password")]) == 2
    assert main(["keys", "unlock", village, "second", *proof, str(second / "password")]) == 0
    assert main([*change, pin]) == 0
    unblock = ["keys", "unblock", village, "second", *proof, str(second / "password"), "--new-pin-file", pin, "--code-file"]
    assert main([*unblock, str(second / "wrong")]) == 2
    assert "解锁码不对" in capsys.readouterr().err
    assert main([*unblock, str(second / "code")]) == 0
    assert main([*change, pin]) == 0
    softhsm.pull_out(second)
    assert main([*change, str(second / "fresh")]) == 3
    assert "没有插入 UKey" in capsys.readouterr().err
