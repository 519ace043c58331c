"""The browser's engine is plain JavaScript of 2017: old shells on village PCs run it as it stands."""

import re

import pytest

from forms.expressions.scripts import SCRIPTS, browser_script

TOO_NEW = {
    "optional chaining": r"\?\.[A-Za-z_(\[]",
    "nullish coalescing": r"\?\?",
    "big integers": r"\bBigInt\b|\b[0-9]+n\b",
    "classes": r"\bclass\s+\w",
    "modules": r"^\s*(?:import|export)\b",
    "object spread": r"\{\s*\.\.\.|,\s*\.\.\.\w+\s*\}",
    "catch without a name": r"\bcatch\s*\{",
    "flat and its kin": r"\.(?:flat|flatMap|at|replaceAll|matchAll|fromEntries|trimStart|trimEnd)\(",
    "lookbehind and named groups": r"\(\?<",
    "code from text": r"\beval\b|new Function\b",
}


@pytest.mark.parametrize("feature", TOO_NEW)
def test_no_script_uses_what_old_browsers_lack(feature: str) -> None:
    for path in SCRIPTS:
        assert re.search(TOO_NEW[feature], path.read_text(encoding="utf-8"), re.MULTILINE) is None, path.name


def test_the_one_script_holds_every_file_in_order() -> None:
    whole = browser_script()
    places = [whole.index(path.read_text(encoding="utf-8")) for path in SCRIPTS]
    assert places == sorted(places)
    assert {path.name for path in SCRIPTS} == {path.name for path in SCRIPTS[0].parent.glob("*.js")}
    assert len(whole.encode()) < 115_000
