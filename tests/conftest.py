"""What every test gets: hypothesis without luck, so that a run today is a run tomorrow; slow things that never differ, done once."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from argon2.low_level import verify_secret
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser
from werkzeug.routing import Rule

from tests import lending
from tests.node.web.chromium import chromium
from tests.signing.tokens.stub import Drawer

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")


FIRST = ("simulation", "power")
"""Folders whose files take longest: begun last, one process would still be at them when the others have nothing left to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; the rest stays in its order."""
    items.sort(key=lambda item: item.path.parent.name not in FIRST)


class Compiled(BytecodeCache):
    """Templates that this process has compiled, by name and content."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


Builder = Callable[..., tuple[str, str]]


def built_once(compile_builder: Callable[[Rule, bool], Builder]) -> Callable[[Rule, bool], Builder]:
    """What makes addresses out of a rule, compiled once for each rule; it is given the rule itself at each call."""
    kept: dict[Any, Builder] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return compiled


@pytest.fixture(scope="session", autouse=True)
def done_once() -> Iterator[None]:
    """What costs most where hundreds of stations are put together in one process, and comes out the same each time.

    scrypt is a pure function that is slow on purpose: each PIN with its salt is stretched once, however many tests open that key. Other
    PINs, salts and parameters are other calls. A password that was right for a hash is right again; a wrong one is tried each time.
    A page's template is compiled once, and so is what makes the address of each route, the most of what it takes to put an app
    together. The children that open scans and draw pages go from one station to the next. Processes that tests start know nothing of this.
    """
    # What is loaded by now stays; journeys that collect garbage before they remove a folder need not look at it each time.
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", lru_cache(maxsize=None)(hashlib.scrypt))
        patch.setattr("argon2._password_hasher.verify_secret", lru_cache(maxsize=None)(verify_secret))
        patch.setattr(Rule, "_compile_builder", built_once(Rule._compile_builder))
        for module in ("node.scanning.intake", "node.drawing.process"):
            patch.setattr(f"{module}.ChildProcess", lending.LentChild)
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Compiled()})
        yield
        lending.end_all()


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Browser]:
    """The Chromium of this process, which only the first test that looks at pages has to start."""
    with chromium() as one:
        yield one


@pytest.fixture
def browser(one_chromium: Browser) -> Iterator[Browser]:
    """Chromium, for a test that looks at pages as people do; nothing that it has opened goes on after it."""
    yield one_chromium
    for window in one_chromium.contexts:
        window.close()


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """Where USB keys are plugged in; none is yet."""
    folder = tmp_path / "usb"
    folder.mkdir()
    monkeypatch.setenv("SKF_STUB", str(folder))
    return Drawer(folder)
