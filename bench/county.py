"""The demo's stations as processes of their own on free ports."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.processes import Processes, free_ports, wait_for
from bench.visitor import Visitor
from node.commands.demo import HOST, RUN_NODE, prepare, write_index
from node.commands.demo_county import PEOPLE, STATIONS

__all__ = ["NAMES", "County", "free_ports", "wait_for"]

NAMES = ("county", "township", "village1")
"""Stations that are started, from the top down; the demo's second village is left out."""


class County(Processes):
    """A county, a township and a village in `folder`, founded when they are not there, each a process of its own."""

    def __init__(self, folder: Path, founded: Path | None = None, program: Sequence[str] = (str(RUN_NODE),)) -> None:
        if founded is not None:
            shutil.copytree(founded, folder, dirs_exist_ok=True)
        prepare(folder)
        ports = dict(zip((station.folder for station in STATIONS), free_ports(len(STATIONS)), strict=True))
        write_index(folder, list(ports.values()))
        super().__init__(folder, ports, NAMES, program)

    def visitor(self, person: str) -> Visitor:
        """Somebody of the demo at the station where they work; not logged in yet."""
        who = next(one for one in PEOPLE if one.name == person)
        return Visitor(HOST, self.ports[who.station], who.name, who.password, who.pin)
