"""A program small enough to install in tests: it upgrades a file that stands for a database, serves `/healthz`, and can be made to fail."""

import base64
import hashlib
import json
import socket
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pip

from make_bundle import copy_installer, write_lists
from node.upkeep.releases import Release

PROGRAM = """
import http.server, json, pathlib, sys, tomllib
HOW, SCHEMA, NAME = {how!r}, {schema}, {name!r}

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if HOW != "mute" else 500)
        self.end_headers()
    def log_message(self, *_):
        pass

def main(argv):
    station = pathlib.Path(argv[1])
    with (station.parent / "calls.txt").open("a") as calls:
        calls.write(f"{{NAME}} {{argv[0]}}\\n")
    if argv[0] == "join" and "--request" in argv:
        pathlib.Path(argv[argv.index("--request") + 1]).write_text("request")
        return 0
    if argv[0] == "join":
        station.mkdir()
        (station / "node.toml").write_text('[listen]\\nport = 1\\n')
        return 0
    if argv[0] == "check-bundle":
        return 0
    database = station / "yizhan.db"
    held = json.loads(database.read_text())
    if held["schema"] > SCHEMA:
        return 2
    if held["schema"] < SCHEMA:
        database.write_text(json.dumps(held | {{"schema": SCHEMA}}))
    if argv[0] == "check-start":
        return 1 if HOW == "starts not" else 0
    if HOW in ("writes", "dies"):
        if HOW == "writes":
            database.write_text(json.dumps(held | {{"schema": SCHEMA, "letters": held["letters"] + 1}}))
        return 1
    port = tomllib.loads((station / "node.toml").read_text())["listen"]["port"]
    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def program(name: str, how: str = "good", schema: int = 1) -> str:
    """The source of a program of one module, `run_node`."""
    return PROGRAM.format(how=how, schema=schema, name=name)


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_station(root: Path) -> None:
    """A station's folder that the fake program takes for one."""
    (root / "station").mkdir(parents=True)
    (root / "station" / "node.toml").write_text(f"[listen]\nport = {free_port()}\n", encoding="utf-8")
    (root / "station" / "yizhan.db").write_text(json.dumps({"schema": 1, "letters": 7}), encoding="utf-8")


def put_version(root: Path, name: str, how: str = "good", schema: int = 1) -> None:
    """A version that lies there as if it had been installed; its interpreter is this one."""
    folder = root / "versions" / name
    (folder / "bin").mkdir(parents=True)
    (folder / "run_node.py").write_text(program(name, how, schema), encoding="utf-8")
    script = folder / "bin" / "python"
    # A child of ours is not told where another program's modules lie.
    script.write_text(f'#!/bin/sh\n[ -z "$PYTHONPATH" ] || exit 9\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)


def make_wheel(folder: Path, name: str, version: str, modules: dict[str, str], tag: str = "py3-none-any") -> Path:
    """A wheel with these modules."""
    info = f"{name}-{version}.dist-info"
    files = {
        **modules,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items()) + f"{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(place, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def pip_wheel(folder: Path) -> Path:
    """The pip that runs the tests, as the wheel that it came from: no network is needed to have one."""
    source = Path(pip.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pip-{pip.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(source.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                archive.write(file, Path("pip") / file.relative_to(source))
    return path


def make_stick(folder: Path, pip_from: Path, version: str, sequence: int, how: str = "good", schema: int = 1) -> Release:
    """A bundle folder of the fake program. The real installer is on it, and what it reads from the real program's wheel."""
    wheels = folder / "wheels"
    modules = {"run_node.py": program(f"{version}-{sequence}", how, schema)}
    for name in ("__init__", "clock", "upkeep/__init__", "upkeep/environment", "upkeep/versions", "upkeep/processes"):
        modules[f"node/{name}.py"] = (Path(__file__).parents[2] / "node" / f"{name}.py").read_text(encoding="utf-8")
    make_wheel(wheels, "yizhan", version, modules)
    make_wheel(wheels, "sqlcipher3", "0.6.4", {"sqlcipher3/__init__.py": "", "sqlcipher3/dbapi2.py": ""})
    (wheels / pip_from.name).write_bytes(pip_from.read_bytes())
    copy_installer(folder)
    return write_lists(folder, version, sequence, datetime(2026, 11, 22, tzinfo=UTC))
