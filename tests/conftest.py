"""What every test gets: hypothesis without luck, so that a run today is a run tomorrow; slow things that never differ, done once."""

import gc
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tests.signing.tokens.stub import Drawer

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")


class Compiled(BytecodeCache):
    """Templates that this process has compiled, by name and content."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def done_once() -> Iterator[None]:
    """What costs most where hundreds of stations are put together in one process, and comes out the same each time.

    scrypt is a pure function that is slow on purpose: each PIN with its salt is stretched once, however many tests open that key. Other
    PINs, salts and parameters are other calls. A page's template is compiled once. Processes that tests start know nothing of this.
    """
    # What is loaded by now stays; journeys that collect garbage before they remove a folder need not look at it each time.
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", lru_cache(maxsize=None)(hashlib.scrypt))
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Compiled()})
        yield


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """Where USB keys are plugged in; none is yet."""
    folder = tmp_path / "usb"
    folder.mkdir()
    monkeypatch.setenv("SKF_STUB", str(folder))
    return Drawer(folder)
