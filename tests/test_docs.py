"""The docs against the tree and the code: links lead somewhere, drawings are drawn, every command, setting and term is told."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from node.casework.case import CaseState, Desk, Event, SideEvent, Until, Whose
from node.cli import DONE, KEY_OR_SEAL, SOMETHING_WAITS, USER_MUST_ACT
from node.commands.table import COMMANDS
from node.config import READERS, ListenSettings
from node.roles import Role, Tier
from node.serve import _proxy
from node.web.security import UPLOAD_BYTES
from sync.exchange import MAX_EXCHANGE_BYTES
from tests.drawing import PAGE as CASE_PAGE
from tests.drawing import draw

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURES = ("agent-home", "fill", "scan", "check", "receipt", "reviewer", "county", "phone", "station", "stations", "road", "usb")
IMAGES = {f"docs/images/{name}.png" for name in PICTURES}
"""Pictures that the browser test makes."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def plain(text: str) -> str:
    """A page without its code blocks, where brackets are no links."""
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def links(page: Path) -> Iterator[str]:
    """Targets of relative links and pictures, without their anchors."""
    for target in re.findall(r"\]\(([^)\s]+)\)", plain(page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file_or_a_listed_picture(page: Path) -> None:
    for target in links(page):
        place = (page.parent / target).resolve()
        assert place.exists() or place.relative_to(ROOT).as_posix() in IMAGES, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_names_a_path_of_somebodys_machine(page: Path) -> None:
    assert not re.findall(r"(?<![\w.])/(?:work|tmp|home|root|Users|private|var/folders)/|[A-Za-z]:\\", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_both_readmes_show_every_picture_and_the_two_commands(name: str) -> None:
    text = read(name)
    assert {target for target in links(ROOT / name) if target.endswith(".png")} == IMAGES
    assert "make demo" in text
    assert "make test" in text
    assert {target for target in links(ROOT / name) if target.startswith("docs/") and not target.endswith(".png")} == {
        f"docs/{page}"
        for page in (
            "architecture.md", "glossary.md", "case.md", "formats.md", "operations.md", "configuration.md", "threats.md", "decisions",
            "dependencies.md", "performance.md", "signing.md",
        )
    }  # fmt: skip


def test_every_page_is_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [(page.parent / target).resolve() for target in links(page)]
        todo += [place for target in targets for place in (target.glob("*.md") if target.is_dir() else [target]) if place.suffix == ".md"]
    assert {page.name for page in PAGES if page not in reached} <= {"roadmap.md", "performance.md"}


def test_the_page_of_states_is_the_drawing_of_the_table() -> None:
    assert CASE_PAGE.read_text(encoding="utf-8") == draw()


def test_every_command_is_in_the_operations_page_and_no_other() -> None:
    told = re.findall(r"^\| `([a-z -]+)` \|", read("docs/operations.md"), flags=re.MULTILINE)
    assert told == list(dict.fromkeys(told))
    assert set(told) == {command.name for command in COMMANDS}


def test_every_exit_code_is_in_the_operations_page() -> None:
    told = re.findall(r"^\| (\d) \|", read("docs/operations.md"), flags=re.MULTILINE)
    assert [int(code) for code in told] == sorted({DONE, USER_MUST_ACT, KEY_OR_SEAL, SOMETHING_WAITS})


def test_every_setting_is_told_and_every_setting_told_exists() -> None:
    known = {f"{section}.{key}" for section, keys in READERS.items() for key in keys}
    text = read("docs/operations.md") + read("docs/configuration.md")
    sections = "|".join(READERS)
    told = set(re.findall(rf"`((?:{sections})\.[a-z_0-9]+)", text))
    assert told == known


def test_the_nginx_example_passes_on_what_the_server_behind_it_believes() -> None:
    example = re.search(r"```nginx\n(.*?)```", read("docs/operations.md"), flags=re.DOTALL)
    assert example is not None
    settings = ListenSettings(behind_proxy=True)
    for block in re.findall(r"location [^{]*\{([^}]*proxy_pass[^}]*)\}", example[1]):
        assert f"proxy_pass http://{settings.host}:{settings.port};" in block
        set_headers = {name.lower() for name in re.findall(r"proxy_set_header (\S+)", block)}
        assert set_headers == {"host", *_proxy(settings)["trusted_proxy_headers"]}
    pages, door = (int(size) << 20 for size in re.findall(r"client_max_body_size (\d+)m;", example[1]))
    assert pages >= UPLOAD_BYTES
    assert door > MAX_EXCHANGE_BYTES


@pytest.mark.parametrize("words", [CaseState, Event, SideEvent, Desk, Whose, Until, Role, Tier])
def test_every_state_event_desk_role_and_tier_is_in_the_glossary(words: type[StrEnum]) -> None:
    firsts = [row.split("|")[1] for row in read("docs/glossary.md").splitlines() if row.startswith("| ")]
    told = {name for first in firsts for name in re.findall(r"`([a-z_]+)`", first)}
    assert {str(word) for word in words} <= told


def docstrings() -> Iterator[str]:
    for package in ("forms", "signing", "sync", "node"):
        for path in (ROOT / package).rglob("*.py"):
            for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str):
                    yield part.value.value


def test_every_chinese_term_that_a_docstring_puts_in_brackets_is_in_the_glossary() -> None:
    glossary = read("docs/glossary.md")
    terms = {term for text in docstrings() for term in re.findall(r"\(([A-Z]?[\u4e00-\u9fff][\u4e00-\u9fff/]*)\)", text)}
    assert len(terms) > 40
    assert {term for term in terms if term not in glossary} == set()


def test_every_module_that_the_architecture_page_names_exists() -> None:
    text = read("docs/architecture.md")
    tree = text.split("## The tree")[1].split("```")[1]
    package = ""
    for line in tree.splitlines():
        package = match[1] if (match := re.match(r"([a-z]+(?:/[a-z]+)*)/ ", line)) else package
        for name in re.findall(r"\b([a-z_0-9]+\.py)\b", line):
            assert (ROOT / package / name).is_file(), f"{package}/{name}"
    for name in set(re.findall(r"`((?:node|sync|forms|signing)/[a-z_/]+(?:\.py)?)`", text)):
        assert (ROOT / name).exists(), name


def test_the_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
