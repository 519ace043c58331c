"""Windows is not in CI. Every line that means something else there is in docs/platforms.md, and its Windows branch runs on fakes."""

import ast
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from node.store import files
from node.succession.marks import network_cards
from node.upkeep import processes
from node.upkeep.environment import base_python, make_environment, packages_in
from node.upkeep.versions import Versions, python_in
from signing import libcrypto

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
PLACES = ("forms", "signing", "sync", "node", "packaging", "run_node.py")

NAMES = {
    # name in the code: the kind of difference, as the page calls it
    "os.name": "system",
    "sys.platform": "system",
    "platform.system": "system",
    "platform.machine": "system",
    "ctypes.CDLL": "ctypes",
    "os.chmod": "file modes",
    "os.link": "links",
    "os.symlink": "links",
    "os.fork": "processes",
    "os.kill": "processes",
    "os.getuid": "system",
    "signal.signal": "signals",
    "signal.raise_signal": "signals",
    "signal.SIGTERM": "signals",
    "signal.SIGINT": "signals",
    "subprocess.Popen": "processes",
    "subprocess.run": "processes",
    "os.startfile": "processes",
}
METHODS = {"chmod": "file modes", "symlink_to": "links", "hardlink_to": "links", "is_symlink": "links", "st_ino": "file numbers",
           "terminate": "processes", "kill": "processes", "send_signal": "processes", "lchmod": "file modes"}  # fmt: skip
ASKED = {"windll", "O_BINARY", "posix_fadvise", "geteuid", "getuid", "WinDLL", "fchmod"}
PATHS = re.compile(r"^(/proc|/sys|/dev|/etc|/run|/opt|/media|/mnt)(/|$)|^[A-Z]:\\|systemctl|schtasks|icacls|useradd|chown")


def sources() -> Iterator[Path]:
    for name in PLACES:
        place = ROOT / name
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))


def kinds_in(path: Path) -> Iterator[tuple[int, str]]:
    """(line, kind) of everything in a file that depends on the system."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if kind := NAMES.get(text) or (METHODS.get(node.attr) if isinstance(node.value, ast.Name | ast.Attribute | ast.Call) else None):
                yield node.lineno, kind
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and len(node.args) > 1:
            asked = node.args[1]
            if isinstance(asked, ast.Constant) and asked.value in ASKED:
                yield node.lineno, "asked for"
        elif (
            isinstance(node, ast.keyword)
            and node.arg == "mode"
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, int)
        ):
            yield node.value.lineno, "file modes"
        elif isinstance(node, ast.Constant) and id(node) not in told and isinstance(node.value, str) and PATHS.search(node.value):
            yield node.lineno, "paths"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "os.open":
            yield node.lineno, "file modes" if len(node.args) > 2 else "folders"


def found() -> set[tuple[str, str]]:
    return {(path.relative_to(ROOT).as_posix(), kind) for path in sources() for _, kind in kinds_in(path)}


def listed() -> set[tuple[str, str]]:
    rows = re.findall(r"^\| `([\w/.]+\.py)` \| ([a-z ,]+) \|", PAGE, flags=re.MULTILINE)
    return {(path, kind.strip()) for path, kinds in rows for kind in kinds.split(",")}


def test_every_line_that_depends_on_the_system_is_on_the_page_and_no_other() -> None:
    assert found() - listed() == set()
    assert listed() - found() == set()


def test_each_row_says_what_is_otherwise_on_windows() -> None:
    rows = re.findall(r"^\| `[\w/.]+\.py` \| [^|]+\| ([^|]*)\| ([^|]*)\|", PAGE, flags=re.MULTILINE)
    assert len(rows) == len({path for path, _ in listed()})
    assert all(windows.strip() and proof.strip() for windows, proof in rows)


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_rename_is_not_synced_by_its_folder_on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[object] = []
    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt", open=lambda *a: opened.append(a)))
    files.sync_folder(tmp_path)
    assert opened == []


@pytest.mark.parametrize(
    ("system", "python", "packages"),
    [("nt", "Scripts/python.exe", "Lib/site-packages"), ("posix", "bin/python", "lib/python3")],
)
def test_an_environment_is_laid_out_as_its_system_does(tmp_path: Path, system: str, python: str, packages: str) -> None:
    assert python_in(tmp_path, system) == tmp_path / python
    assert packages_in(tmp_path, system).relative_to(tmp_path).as_posix().startswith(packages)
    assert Versions(tmp_path).python("0.1.0-1", system) == tmp_path / "versions" / "0.1.0-1" / python


def test_the_machines_own_python_is_found_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", "/venv")
    monkeypatch.setattr("sys.base_prefix", "/base")
    assert Path(base_python("nt")) == Path("/base/python.exe")


def test_the_calls_that_make_an_environment_are_the_same_everywhere(tmp_path: Path) -> None:
    calls: list[list[str]] = []
    make_environment(
        tmp_path / "v", tmp_path / "wheels", tmp_path / "pip.whl", ("a==1", "yizhan==1"), base="python", run=lambda a: calls.append([*a])
    )
    assert calls[0] == ["python", "-m", "venv", "--without-pip", str(tmp_path / "v")]
    assert calls[1][:2] == ["python", f"{tmp_path / 'pip.whl'}/pip"]
    assert calls[1][-1] == "a==1"
    assert calls[2][-1] == "yizhan==1"


@pytest.mark.parametrize(
    ("platform", "name"), [("win32", "libcrypto-3-x64.dll"), ("linux", "libcrypto.so.3"), ("darwin", "libcrypto.3.dylib")]
)
def test_libcrypto_has_its_name_on_each_system(monkeypatch: pytest.MonkeyPatch, platform: str, name: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert name in libcrypto.candidates()


def test_on_windows_the_libcrypto_that_comes_with_python_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert Path(libcrypto.candidates()[0]).parent == Path(sys.base_prefix) / "DLLs"


def test_without_a_list_of_network_cards_none_is_compared(tmp_path: Path) -> None:
    assert network_cards(tmp_path / "no such folder") == frozenset()


def test_a_station_that_does_not_end_kindly_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOPS_WITHIN_S", 0.01)
    asked: list[str] = []

    class Deaf:
        def terminate(self) -> None:
            asked.append("terminate")

        def kill(self) -> None:
            asked.append("kill")

        def wait(self, timeout: float | None = None) -> int:
            if timeout is not None:
                raise subprocess.TimeoutExpired("x", timeout)
            return 1

    processes.Child(Deaf()).stop()  # type: ignore[arg-type]
    assert asked == ["terminate", "kill"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_where_there_are_file_modes_a_private_file_is_private(tmp_path: Path) -> None:
    files.write_file(tmp_path / "x", b"x")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600
