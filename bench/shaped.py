"""A line of a chosen badness in front of a station, from `tests/tools/shaped_proxy.py`, and what was seen on it."""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from node.commands.demo import HOST

_PROXY: Any = importlib.import_module("tests.tools.shaped_proxy")
"""Kept as it came, without types; so it is only seen here."""


class Link:
    """A line that is up; it counts what goes over it."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to call in place of the station's own."""
        host, port = self._proxy.listen[0]
        return str(host), int(port)

    def stats(self) -> Mapping[str, Any]:
        """Counts since it came up: `up_bytes`, `down_bytes`, `total_bytes`, `accepted`, `resets`, `timer_late_max_ms` and more."""
        found: Mapping[str, Any] = self._proxy.stats()
        return found


@contextmanager
def shaped_link(port: int, **shape: float) -> Iterator[Link]:
    """A line to a port of this machine; `shape` are arguments of the proxy (`kbit`, `latency_ms`, `reset_every_kb`, `seed` ...)."""
    with _PROXY.ShapedProxy([(f"{HOST}:0", f"{HOST}:{port}")], **shape) as proxy:
        yield Link(proxy)
