"""A bad line for tests. The proxy itself has no types: it is loaded so that the type checker does not look into it."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

shaped_proxy: Any = importlib.import_module("tests.tools.shaped_proxy")


@contextmanager
def bad_line(port: int, **shape: Any) -> Iterator[Any]:
    """A line to a port on loopback; `listen[0]` is where to call, the rest as `ShapedProxy`."""
    proxy = shaped_proxy.ShapedProxy([("127.0.0.1:0", f"127.0.0.1:{port}")], **shape).start()
    try:
        yield proxy
    finally:
        proxy.stop()


def url_of(line: Any) -> str:
    """Where to call it over HTTP."""
    host, port = line.listen[0]
    return f"http://{host}:{port}"
