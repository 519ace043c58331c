"""What starts a station at boot, as text that the systems read."""

import configparser
import xml.etree.ElementTree as ElementTree
from pathlib import Path, PureWindowsPath

import pytest

from installer import services

SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def unit() -> dict[str, str]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(services.unit(Path("/opt/yizhan")))
    return dict(parser["Service"])


def test_the_unit_runs_unprivileged_and_can_write_only_its_own(unit: dict[str, str]) -> None:
    assert unit["User"] == "yizhan"
    assert unit["ProtectSystem"] == "strict"
    assert unit["ReadWritePaths"].split()[0] == "/opt/yizhan"
    # What else may be written is where drives are plugged in, and may be missing.
    assert {part[:1] for part in unit["ReadWritePaths"].split()[1:]} == {"-"}
    assert unit["CapabilityBoundingSet"] == ""
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictNamespaces", "RestrictSUIDSGID", "ProtectKernelTunables"):
        assert unit[name] == "yes"
    assert "AF_PACKET" not in unit["RestrictAddressFamilies"]


def test_the_unit_comes_back_whatever_happens(unit: dict[str, str]) -> None:
    assert unit["Restart"] == "always"
    assert "StartLimitIntervalSec=0" in services.unit(Path("/opt/yizhan"))


def test_the_windows_task_is_never_ended_by_the_clock_or_the_battery() -> None:
    task = ElementTree.fromstring(services.task(Path("C") / "a & b").encode("utf-16"))
    settings = task.find(f"{SPACE}Settings")
    assert settings is not None
    assert settings.findtext(f"{SPACE}ExecutionTimeLimit") == "PT0S"
    assert settings.findtext(f"{SPACE}DisallowStartIfOnBatteries") == "false"
    assert task.findtext(f".//{SPACE}UserId") == "S-1-5-19"
    assert task.find(f".//{SPACE}BootTrigger") is not None
    assert str(task.findtext(f".//{SPACE}Command")).endswith("start.cmd")


def test_the_windows_calls_name_nobody_by_a_translated_name() -> None:
    # "Administrators" has another name on a Chinese Windows; its number has not.
    calls = " ".join(services.windows_rights(Path(PureWindowsPath(r"C:\ProgramData\Yizhan").as_posix())))
    assert "*S-1-5-32-544:(OI)(CI)F" in calls
    assert "Administrators" not in calls


def test_both_start_scripts_run_the_version_that_current_names() -> None:
    assert 'versions/$(cat current)/bin/python" -P -m node.upkeep.keeper' in services.start_script()
    windows = services.start_command()
    assert r'versions\%CURRENT%\Scripts\python.exe" -P -m node.upkeep.keeper' in windows
    assert windows.count("\n") == windows.count("\r\n")


def test_both_start_scripts_forget_where_another_program_told_every_python_to_look() -> None:
    for script, forget in (
        (services.start_script(), ("unset PYTHONPATH PYTHONHOME",)),
        (services.start_command(), ("set PYTHONPATH=", "set PYTHONHOME=")),
    ):
        lines = script.splitlines()
        started = next(at for at, line in enumerate(lines) if "node.upkeep.keeper" in line)
        assert all(lines.index(line) < started for line in forget)
