"""What measurements stand on: a county that is founded once and copied, and one whose village has many cases."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.county import County, wait_for
from bench.visitor import Visitor, picture
from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.demo import prepare
from node.commands.demo_county import PEOPLE
from node.staff.people import Person
from sync.http import HttpWire
from sync.wire import ParentWire

STOCK = 200
ITEM = "pension_enrol"
MATERIALS = 3


@dataclass
class Ground:
    """Folders below `root`; a copy of the founded county for whoever asks."""

    root: Path
    _copies: int = field(default=0)

    @cached_property
    def founded(self) -> Path:
        """A county that nobody has used yet."""
        place = self.root / "founded"
        with redirect_stdout(StringIO()):
            prepare(place)
        return place

    @cached_property
    def stocked(self) -> Path:
        """One where 200 cases were submitted and have come to township and county; none is running."""
        with self.county() as county:
            county.start()
            county.wait_up()
            agent, approver = county.visitor("agent1"), county.visitor("approver")
            agent.log_in()
            approver.log_in()
            scan = picture("stock")
            numbers = [submitted(agent, scan) for _ in range(STOCK)]
            reached(approver, numbers[-1], 60)
            wait_for(lambda: not agent.get("/api/v1/status")["bytes_waiting"], 120, 0.5)
        return county.folder

    def fresh_folder(self) -> Path:
        """A folder for one more copy."""
        self._copies += 1
        return self.root / f"county{self._copies}"

    @cached_property
    def as_installed(self) -> dict[str, str]:
        """The environment of a station that has only what a village installs: no PostgreSQL driver, which tests bring along."""
        hidden = self.root / "hidden"
        for name in ("psycopg", "psycopg2", "psycopg2cffi"):
            (hidden / name).mkdir(parents=True)
            (hidden / name / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PYTHONPATH": str(hidden)}

    def county(self, like: Path | None = None) -> County:
        """A county of its own, by default one that nobody has used."""
        founded = like or self.founded
        with redirect_stdout(StringIO()):
            return County(self.fresh_folder(), founded)


@contextmanager
def ground() -> Iterator[Ground]:
    """The ground, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as folder:
        yield Ground(Path(folder))


@contextmanager
def station(county: County, name: str, new_wire: Callable[[str], ParentWire] = HttpWire) -> Iterator[Node]:
    """A station in this process, to be driven call by call; its own process must not be running."""
    node = assemble(county.place(name), SystemClock(), new_wire)
    try:
        yield node
    finally:
        if node.courier is not None:
            node.courier.close()
        node.close()


def person(name: str) -> Person:
    """Somebody of the demo at a desk of this process."""
    demo = next(one for one in PEOPLE if one.name == name)
    return Person(demo.name, demo.display_name, (str(demo.role),), session_id=f"bench {name}")


def pin(name: str) -> str:
    """The PIN of somebody of the demo."""
    return next(one.pin for one in PEOPLE if one.name == name)


def filled_at(node: Node, materials: Mapping[str, bytes] | bytes, item: str = ITEM) -> str:
    """A draft of a village in this process, ready to be submitted; its number."""
    agent = person("agent1")
    _, form = node.desk.item(item)
    case = node.desk.open_case(agent, item)
    assert case.version is not None
    node.desk.save_answers(agent, case.line.case_number, case.version, dict(form.sample))
    for material in form.sample_materials:
        data = materials if isinstance(materials, bytes) else materials[material]
        node.desk.attach(agent, case.line.case_number, material, 1, data)
    return case.line.case_number


def submit_at(node: Node, number: str, **more: Any) -> None:
    """Submit it there; `pin` goes along only when it is given."""
    node.desk.act(person("agent1"), number, "submitted", **more)


def submitted(agent: Visitor, materials: Mapping[str, bytes] | bytes, item: str = ITEM) -> str:
    """Fill in a case through the API and submit it; its number."""
    number = agent.filled(item, materials)
    agent.act(number, "submitted")
    return number


def reached(approver: Visitor, number: str, within_s: float, every_s: float = 0.005) -> float:
    """Seconds until the county shows the case.

    Raises:
        RuntimeError: it does not in time.
    """
    began = perf_counter()

    def is_there() -> bool:
        status, _, _ = approver.send("GET", f"/api/v1/cases/{number}", None, {})
        return status == 200

    if not wait_for(is_there, within_s, every_s):
        raise RuntimeError(f"{number} has not come to the county")
    return perf_counter() - began
