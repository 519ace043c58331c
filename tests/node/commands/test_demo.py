"""The demo: its folder, its index, and the real command with its four processes."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli import main
from node.commands.demo import MARKER, RUN_NODE, is_up, prepare, write_index
from node.commands.demo_county import PEOPLE, STATIONS
from node.config import load_config
from node.errors import RequestError
from node.roles import Role
from tests.founding import prepared_demo

PORTS = range(18600, 18604)


def free_ports() -> int:
    """The first of four ports in a row that nobody holds."""
    for first in range(18700, 19700, 4):
        try:
            for port in range(first, first + 4):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
    raise RuntimeError("no four ports in a row")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place") / "demo"
    shutil.copytree(prepared_demo(tmp_path_factory), folder)
    write_index(folder, PORTS)
    return folder


def test_the_index_has_what_scripts_rely_on(demo: Path) -> None:
    index = json.loads((demo / "demo.json").read_text(encoding="utf-8"))
    assert set(index) == {"stations", "people"}
    assert all(set(station) == {"name", "tier", "url", "dir", "parent"} for station in index["stations"])
    assert all(set(person) == {"station", "name", "display_name", "role", "password", "pin", "practice"} for person in index["people"])
    names = {station["name"]: station for station in index["stations"]}
    assert [station["tier"] for station in index["stations"]] == ["county", "township", "village", "village"]
    assert [station["url"] for station in index["stations"]] == [f"http://127.0.0.1:{port}" for port in PORTS]
    assert all(station["parent"] is None or station["parent"] in names for station in index["stations"])
    for station in index["stations"]:
        config = load_config(Path(station["dir"]))
        above = names[station["parent"]]["url"] if station["parent"] else None
        assert (config.station.name, config.parent.url, config.database.encrypted) == (station["name"], above, True)


def test_the_demo_has_the_people_that_are_promised() -> None:
    tiers = {station.folder: str(station.tier) for station in STATIONS}
    held = {(tiers[person.station], person.role) for person in PEOPLE}
    agents = {person.station for person in PEOPLE if person.role is Role.AGENT and not person.practice}
    assert agents == {"village1", "village2"}
    assert {person.role for person in PEOPLE if person.practice} == {Role.AGENT}
    assert {(tier, Role.ADMIN) for tier in ("county", "township", "village")} <= held
    assert {("township", Role.REVIEWER), ("township", Role.LEADER)} <= held
    assert {("county", role) for role in (Role.APPROVER, Role.KEY_OFFICER, Role.SUPERVISOR, Role.ADMIN)} <= held
    assert all(person.display_name.startswith("示例") for person in PEOPLE)
    assert all(station.name.startswith("示例") for station in STATIONS)


def test_other_ports_are_written_into_every_station_and_nothing_else_changes(demo: Path) -> None:
    before = (demo / "village1" / "root.der").read_bytes()
    prepare(demo)
    write_index(demo, range(18650, 18654))
    assert load_config(demo / "village2").listen.port == 18653
    assert load_config(demo / "village2").parent.url == "http://127.0.0.1:18651"
    assert (demo / "village1" / "root.der").read_bytes() == before
    write_index(demo, PORTS)


def test_a_folder_with_something_else_in_it_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    for reset in (False, True):
        with pytest.raises(RequestError) as caught:
            prepare(tmp_path, reset=reset)
        assert caught.value.code == "demo_not_a_demo"
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_half_made_demo_is_made_again(tmp_path: Path) -> None:
    (tmp_path / MARKER).touch()
    (tmp_path / "county").mkdir()
    prepare(tmp_path)
    assert load_config(tmp_path / "village2").station.name == "示例二村便民服务室"


def test_a_reset_makes_a_new_county(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    shutil.copytree(prepared_demo(tmp_path_factory), tmp_path / "demo")
    root, old = tmp_path / "demo" / "county" / "root.der", tmp_path / "demo" / "county" / "old"
    before = root.read_bytes()
    old.touch()
    prepare(tmp_path / "demo", reset=True)
    assert root.read_bytes() != before and not old.exists()


def test_a_port_in_use_is_named_before_anything_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = free_ports()
    with socket.create_server(("127.0.0.1", first + 2)):
        assert main(["demo", "--dir", str(tmp_path / "demo"), "--port", str(first)]) == 2
    assert str(first + 2) in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def start(folder: Path, port: int) -> tuple["subprocess.Popen[str]", str]:
    """A running demo and what it has said until it is ready."""
    command = [sys.executable, str(RUN_NODE), "demo", "--dir", str(folder), "--port", str(port)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    return process, said


def log_in(port: int, name: str, password: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = json.dumps({"name": name, "password": password})
    line.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
    status = line.getresponse().status
    line.close()
    return status


def test_the_command_starts_four_stations_stops_them_and_goes_on_where_it_was(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_ports()
    process, said = start(folder, port)
    try:
        assert all(f"http://127.0.0.1:{port + place}/" in said for place in range(4))
        assert all(person.password in said for person in PEOPLE)
        assert all(is_up(port + place) for place in range(4))
        ports = {station.folder: port + place for place, station in enumerate(STATIONS)}
        assert {log_in(ports[person.station], person.name, person.password) for person in PEOPLE} == {200}
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not any(is_up(port + place) for place in range(4))
    root = (folder / "county" / "root.der").read_bytes()

    process, said = start(folder, port)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "正在建立" not in said and (folder / "county" / "root.der").read_bytes() == root


def test_a_station_that_does_not_start_stops_the_demo_and_shows_why(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, port = tmp_path / "demo", free_ports()
    shutil.copytree(prepared_demo(tmp_path_factory), folder)
    (folder / "village1" / "machine.secret").unlink()
    assert main(["demo", "--dir", str(folder), "--port", str(port)]) == 2
    told = capfd.readouterr().err
    assert "示例一村便民服务室" in told and "machine.secret" in told
    assert not any(is_up(port + place) for place in range(4))
