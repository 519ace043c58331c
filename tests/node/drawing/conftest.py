"""One drawing child for all tests of this folder in a process."""

from collections.abc import Iterator

import pytest

from node.drawing.process import DrawingProcess


@pytest.fixture(scope="session")
def drawing() -> Iterator[DrawingProcess]:
    """The child, ended with the session."""
    process = DrawingProcess()
    yield process
    process.close()
