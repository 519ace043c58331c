"""The version is told in two places, and they agree."""

from pathlib import Path

from node.version import VERSION

SETUP = Path(__file__).resolve().parents[2] / "setup.py"


def test_the_packages_version_is_the_programs() -> None:
    assert f'version="{VERSION}"' in SETUP.read_text(encoding="utf-8")
