"""The demo's four stations behind real Flask clients; the same county for all tests of a module is founded once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from node.assemble import Node
from tests import founding
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of, logged_in


@pytest.fixture(scope="session")
def founded_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a county of suite gm."""
    return founding.founded_county(tmp_path_factory, "gm")


@pytest.fixture
def county(tmp_path: Path, founded_county: Path) -> Iterator[World]:
    """A county of one's own."""
    world = World(tmp_path / "county", founded_county)
    yield world
    world.close()


@pytest.fixture
def browse(county: World) -> Callable[[str], Browsing]:
    """Log a person of the demo in at their station."""
    return lambda name: logged_in(county, name)


@contextmanager
def listening(node: Node) -> Iterator[str]:
    """A station on a port of its own; its address."""
    server = make_server("127.0.0.1", 0, app_of(node.app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def served(county: World) -> Iterator[dict[str, str]]:
    """Each station on a port of its own: name to address."""
    with ExitStack() as open_ports:
        yield {name: open_ports.enter_context(listening(node)) for name, node in county.nodes.items()}
