"""The installer as it runs from the stick, with real environments and a small program; each run may be repeated."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from installer.machine import Machine, this_machine
from installer.run import run, source_for
from installer.starting import Starting
from installer.stick import Stick
from node.upkeep.environment import InstallError
from node.upkeep.versions import Versions
from tests.packaging.fake_program import make_stick, pip_wheel
from tests.packaging.test_stick import VILLAGES, invite


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stick:
    place = tmp_path_factory.mktemp("usb")
    make_stick(place / "usb", pip_wheel(place), "0.1.0", 10)
    stick = Stick(place / "usb")
    for station, name in VILLAGES:
        invite(stick, station, name)
    (place / "usb" / "answers.json").write_text(json.dumps({"village": VILLAGES[2][0]}), encoding="utf-8")
    return stick


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    found = this_machine()
    return replace(found, home=tmp_path / "home", desktop=tmp_path / "home" / "Desktop", is_root=False, has_systemd=False)


def install(stick: Stick, machine: Machine, *more: str) -> tuple[int, list[str]]:
    said: list[str] = []
    arguments = ["--target", str(machine.home / "yizhan"), "--answers", str(stick.root / "answers.json"), *more]
    return run(stick, arguments, machine, said.append), said


def test_a_dry_run_lists_every_step_and_does_nothing(made: Stick, machine: Machine) -> None:
    code, said = install(made, machine, "--dry-run")
    assert code == 0
    steps = [line for line in said if line.startswith("[")]
    assert [line.split("] ")[0] for line in steps] == [f"[{number}/6" for number in range(1, 7)]
    assert "示例河湾村" in "".join(said)
    assert not machine.home.exists()


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program has told every Python of the machine to look in its folder first, and modules with our names lie there."""
    for name in ("run_node.py", "sqlcipher3.py"):
        (tmp_path / "foreign").mkdir(exist_ok=True)
        (tmp_path / "foreign" / name).write_text("raise SystemExit(7)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "foreign"))


@pytest.mark.usefixtures("foreign")
def test_it_installs_asks_by_file_joins_with_the_answer_and_is_left_alone_after_that(made: Stick, machine: Machine) -> None:
    (machine.home / "Desktop").mkdir(parents=True)
    root, station = machine.home / "yizhan", VILLAGES[2][0]
    code, said = install(made, machine)
    assert (code, made.request(station).exists()) == (4, True), said
    assert f"requests/{station}.request" in said[-1]
    assert not (machine.home / ".config").exists()
    made.answer(station).write_text("granted", encoding="utf-8")
    code, said = install(made, machine)
    assert code == 0, said
    assert (root / "station" / "node.toml").exists()
    assert Versions(root).current() == "0.1.0-10"
    assert (machine.home / "Desktop" / "yizhan.desktop").exists()
    assert str(root) in (machine.home / ".config" / "autostart" / "yizhan.desktop").read_text(encoding="utf-8")
    calls = (root / "calls.txt").read_text(encoding="utf-8").splitlines()
    assert calls == ["0.1.0-10 join"] * 2
    assert install(made, machine)[0] == 0
    assert (root / "calls.txt").read_text(encoding="utf-8").splitlines() == calls
    assert len(Versions(root).history()) == 1
    _check_removal(made, machine, root)


def _check_removal(made: Stick, machine: Machine, root: Path) -> None:
    """What was installed goes, what was filed stays."""
    said: list[str] = []
    assert run(made, ["--target", str(root), "--uninstall"], machine, said.append) == 0
    assert str(root / "station") in said[-1]
    assert (root / "station" / "node.toml").exists()
    assert not (root / "versions").exists()
    assert not (machine.home / "Desktop" / "yizhan.desktop").exists()


def test_an_older_stick_does_not_replace_what_is_installed(made: Stick, machine: Machine, tmp_path: Path) -> None:
    versions = Versions(machine.home / "yizhan")
    versions.station.mkdir(parents=True)
    (versions.station / "node.toml").write_text("", encoding="utf-8")
    (versions.root / "updates.json").write_text(
        json.dumps([{"version": "0.2.0", "sequence": 20, "at": "2026-11-01T00:00:00Z", "result": "installed", "why": ""}]), encoding="utf-8"
    )
    versions.use("0.2.0-20")
    code, said = install(made, machine)
    assert code == 2
    assert "不比U盘上的旧" in said[-1]
    assert versions.current() == "0.2.0-20"


def test_an_answer_that_fits_two_villages_is_refused(made: Stick, machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"village": "高岭"}', encoding="utf-8")
    said: list[str] = []
    assert run(made, ["--target", str(tmp_path / "x"), "--answers", str(tmp_path / "a.json")], machine, said.append) == 2
    assert "高岭" in said[-1]
    assert not (tmp_path / "x").exists()


def test_the_script_on_the_stick_needs_nothing_but_python(made: Stick, tmp_path: Path) -> None:
    call = [sys.executable, "-E", "-s", "-S", str(made.root / "install.py"), "--dry-run", "--target", str(tmp_path / "t")]
    done = subprocess.run([*call, "--answers", str(made.root / "answers.json")], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "示例河湾村" in done.stdout
    assert not list(made.root.rglob("*.pyc"))


class Calls:
    """What would have been run; some of it fails."""

    def __init__(self, *failing: str) -> None:
        self.made: list[list[str]] = []
        self._failing = failing

    def __call__(self, arguments: object) -> None:
        call = [str(part) for part in arguments]  # type: ignore[attr-defined]
        self.made.append(call)
        if call[0] in self._failing:
            raise InstallError("no such user")


def started(machine: Machine, root: Path, calls: Calls, unit: Path) -> list[str]:
    (root / "station").mkdir(parents=True)
    (root / "station" / "node.toml").write_text("[listen]\nport = 8601\n", encoding="utf-8")
    starting = Starting(machine, Versions(root), calls, lambda _: None, unit)
    steps = starting.steps()
    for step in steps:
        if "启动站点" not in step.what:
            step.do()
    return [step.what for step in steps]


def test_as_root_a_user_and_a_unit_are_made(tmp_path: Path, machine: Machine) -> None:
    calls, unit = Calls("id"), tmp_path / "units" / "yizhan.service"
    started(replace(machine, is_root=True, has_systemd=True), tmp_path / "opt", calls, unit)
    assert [call[0] for call in calls.made] == ["id", "useradd", "chown", "chmod"]
    assert f"ExecStart={tmp_path / 'opt'}/start.sh" in unit.read_text(encoding="utf-8")
    assert (tmp_path / "opt" / "start.sh").stat().st_mode & 0o111 == 0o111


def test_a_user_that_is_there_is_not_made_again(tmp_path: Path, machine: Machine) -> None:
    calls = Calls()
    started(replace(machine, is_root=True), tmp_path / "opt", calls, tmp_path / "unit")
    assert "useradd" not in {call[0] for call in calls.made}
    assert not (tmp_path / "unit").exists()


def test_on_windows_rights_a_task_and_a_shortcut_are_made(tmp_path: Path, machine: Machine) -> None:
    calls, desktop = Calls(), tmp_path / "Desktop"
    desktop.mkdir()
    root = tmp_path / "Yizhan"
    started(replace(machine, windows=True, desktop=desktop), root, calls, tmp_path / "unit")
    assert [call[0] for call in calls.made] == ["icacls", "schtasks"]
    assert (root / "start.cmd").read_bytes().count(b"\r\n") == 6
    assert (root / "task.xml").read_bytes()[:2] == b"\xff\xfe"
    assert "URL=http://127.0.0.1:8601/" in (desktop / "驿站.url").read_text(encoding="utf-8")


def test_a_windows_machine_installs_below_program_data() -> None:
    environment = {"USERPROFILE": r"C:\Users\a", "ProgramData": r"D:\Data", "PUBLIC": r"C:\Users\Public"}
    machine = this_machine("nt", environment)
    assert (machine.windows, machine.has_systemd) == (True, False)
    assert str(machine.target) == str(Path(r"D:\Data") / "Yizhan")
    assert str(machine.desktop) == str(Path(r"C:\Users\Public") / "Desktop")


@pytest.mark.parametrize(("user_id", "target"), [(0, "/opt/yizhan"), (1000, "/x/yizhan")])
def test_a_linux_machine_installs_for_everybody_or_at_home(user_id: int, target: str) -> None:
    assert this_machine("posix", {"HOME": "/x"}, user_id=user_id).target == Path(target)


def test_an_update_by_root_is_made_by_the_services_user_from_a_copy_that_it_can_read(made: Stick, machine: Machine, tmp_path: Path) -> None:
    calls, versions = Calls(), Versions(tmp_path / "opt")
    with source_for(made, versions, replace(machine, is_root=True), 1000, calls) as (before, source):
        assert before == ["runuser", "-u", "yizhan", "--"]
        assert calls.made == [["chown", "-R", "yizhan:yizhan", str(source)]]
        assert {path.name for path in (source / "wheels").iterdir()} == {path.name for path in made.wheels.iterdir()}
        assert (source / "bundle.json").read_bytes() == (made.root / "bundle.json").read_bytes()
    assert not source.exists()


@pytest.mark.parametrize(("windows", "is_root", "owner_id"), [(True, True, 1000), (False, False, 1000), (False, True, 0)])
def test_elsewhere_an_update_is_read_from_the_stick(
    made: Stick, machine: Machine, tmp_path: Path, windows: bool, is_root: bool, owner_id: int
) -> None:
    with source_for(made, Versions(tmp_path), replace(machine, windows=windows, is_root=is_root), owner_id, Calls()) as found:
        assert found == ([], made.root)
