"""A station as a command opens it: put together, and closed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.assemble import Node, assemble
from node.clock import SystemClock


@contextmanager
def opened_node(folder: str) -> Iterator[Node]:
    """The node in a folder.

    Raises:
        ConfigError, StoreError, SigningError: something in the folder cannot be used.
        NotAllowedError, EnrolmentError: it has not joined yet, or was wiped.
    """
    node = assemble(Path(folder), SystemClock())
    try:
        yield node
    finally:
        node.close()
