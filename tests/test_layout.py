"""Which way imports point, and what is kept behind one place. Deferred imports count like any other."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

OURS: dict[str, set[str]] = {
    # package: what of ours it may import
    "forms": set(),
    "signing": set(),
    "sync": set(),
    "node": {"forms", "signing", "sync"},
    "run_node": {"node"},
    "setup": set(),
}

BEHIND: dict[str, tuple[str, ...]] = {
    # outside package: the only places that may import it
    "flask": ("node/web/",),
    "werkzeug": ("node/web/",),
    "jinja2": ("node/web/",),
    "markupsafe": ("node/web/",),
    "waitress": ("node/serve.py", "node/capture/listener.py"),  # a door that is opened while the station runs
    "peewee": ("node/store/",),
    "playhouse": ("node/store/",),
    "sqlcipher3": ("node/store/",),
    "sqlite3": ("node/store/",),
    "psycopg": ("node/store/",),
    "requests": ("sync/http.py",),
    "urllib3": ("sync/http.py",),
    "cryptography": ("signing/",),
    "qrcode": ("node/scanning/",),
    "PIL": ("node/scanning/", "node/drawing/"),
    "reportlab": ("node/drawing/",),
    "pypdfium2": ("node/scanning/",),
    "argon2": ("node/staff/people.py",),
    "pkcs11": ("signing/tokens/",),
    "yaml": ("forms/authoring/",),
    "openpyxl": ("forms/authoring/workbook/",),
    "pypinyin": ("forms/authoring/",),
    "setuptools": ("setup.py",),
    "zxingcpp": ("node/scanning/",),
    "cv2": ("node/scanning/finding/",),
    "numpy": ("node/scanning/finding/",),
}

NOT_ON_WINDOWS = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
BANNED_FOLDERS = {"utils", "util", "common", "helpers", "core", "services", "models", "misc", "lib"}
LONGEST_MODULE = 400


@cache
def sources() -> tuple[Path, ...]:
    """Our modules, tests and bench left out."""
    found = [ROOT / "run_node.py", ROOT / "setup.py"]
    for package in OURS:
        found += sorted((ROOT / package).rglob("*.py"))
    return tuple(found)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    return place(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of every import anywhere in the file; `from a import b` gives `a` and `a.b`."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(path, node)
            found.append((node.lineno, base))
            found += [(node.lineno, f"{base}.{name.name}") for name in node.names]
    return tuple(found)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module_name(path).split(".")
    keep = len(parts) - node.level + (1 if path.name == "__init__.py" else 0)
    return ".".join([*parts[:keep], *([node.module] if node.module else [])])


def calls(path: Path) -> list[tuple[int, str]]:
    """(line, dotted text) of every attribute or name used in the file."""
    return [(node.lineno, ast.unparse(node)) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)]


def test_our_packages_import_only_downwards() -> None:
    wrong = [
        f"{place(path)}:{line} imports {name}"
        for path in sources()
        for line, name in imports(path)
        if (top := name.split(".")[0]) in OURS and top != (own := place(path).split("/")[0].removesuffix(".py")) and top not in OURS[own]
    ]
    assert wrong == []


def test_each_outside_package_lives_behind_one_place() -> None:
    wrong = [
        f"{place(path)}:{line} imports {name}"
        for path in sources()
        for line, name in imports(path)
        if (allowed := BEHIND.get(name.split(".")[0])) and not place(path).startswith(allowed)
    ]
    assert wrong == []


def test_every_outside_package_has_its_place() -> None:
    known = set(sys.stdlib_module_names) | set(OURS) | set(BEHIND)
    strange = {
        f"{place(path)}:{line} imports {name}" for path in sources() for line, name in imports(path) if name.split(".")[0] not in known
    }
    assert strange == set()


def test_nothing_of_ours_imports_tests_or_bench() -> None:
    wrong = [f"{place(path)}:{line}" for path in sources() for line, name in imports(path) if name.split(".")[0] in {"tests", "bench"}]
    assert wrong == []


def graph() -> dict[str, set[str]]:
    modules = {module_name(path): path for path in sources()}
    return {name: {target for _, target in imports(path) if target in modules and target != name} for name, path in modules.items()}


def reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(edges[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += edges[name]
    return seen


def test_no_module_reaches_itself() -> None:
    edges = graph()
    assert sorted(name for name in edges if name in reachable(edges, name)) == []


def test_imports_stand_at_the_top() -> None:
    deferred = [
        f"{place(path)}:{node.lineno}"
        for path in sources()
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert deferred == []


def test_no_module_is_longer_than_it_should_be() -> None:
    assert [place(path) for path in sources() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE] == []


def test_no_function_runs_past_sixty_lines() -> None:
    long = [
        f"{place(path)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_folder_names_can_refuse_things() -> None:
    assert [place(path) for path in sources() if BANNED_FOLDERS & set(path.relative_to(ROOT).parts[:-1])] == []
    assert [place(path) for path in sources() if path.stem in BANNED_FOLDERS] == []


def test_nothing_sleeps() -> None:
    asleep = [f"{place(path)}:{line}" for path in sources() for line, text in calls(path) if text == "time.sleep"]
    asleep += [f"{place(path)}:{line}" for path in sources() for line, name in imports(path) if name == "time.sleep"]
    assert asleep == []


@pytest.mark.parametrize("asking", ["now", "utcnow", "today", "fromtimestamp"])
def test_only_the_clock_asks_the_machine_for_the_time(asking: str) -> None:
    direct = re.compile(rf"\b(datetime|date)\.{asking}$")
    wrong = [
        f"{place(path)}:{line} {text}"
        for path in sources()
        if place(path) != "node/clock.py"
        for line, text in calls(path)
        if direct.search(text)
    ]
    assert wrong == []


def test_no_module_of_one_system_only() -> None:
    wrong = [f"{place(path)}:{line} {name}" for path in sources() for line, name in imports(path) if name.split(".")[0] in NOT_ON_WINDOWS]
    wrong += [
        f"{place(path)}:{line} {text}" for path in sources() for line, text in calls(path) if text in {"os.fork", "os.getuid", "os.geteuid"}
    ]
    assert wrong == []


def test_every_module_says_what_it_is() -> None:
    assert [place(path) for path in sources() if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))] == []


def pins(file_name: str) -> list[str]:
    lines = (ROOT / file_name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def test_every_requirement_is_pinned_and_in_the_constraints() -> None:
    held = {line.lower().split(" ;")[0] for line in pins("constraints.txt")}
    names = ("requirements.txt", "requirements-authoring.txt", "requirements-tokens.txt", "requirements-scan.txt", "requirements-test.txt")
    wanted = [line for name in names for line in pins(name)]
    assert [line for line in wanted if "==" not in line] == []
    assert [line for line in wanted if re.sub(r"\[.*]", "", line).lower() not in held] == []


def test_every_requirement_of_a_station_is_accounted_for() -> None:
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [line for line in pins("requirements.txt") if f"| {line.replace('==', ' | ')} |" not in told] == []
