"""USB disks in pockets: bundles written and carried in any order, lost, read twice, cut off, spoilt, or read at the wrong place."""

from dataclasses import dataclass
from pathlib import Path

from sync.handover import BundleReport
from tests.simulation.county import SITES
from tests.simulation.weather import cut, spoilt
from tests.simulation.world import World


@dataclass(frozen=True)
class Bundle:
    """A file and whom it is for."""

    path: Path
    reader: str


class Pockets:
    """All bundles under way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bundles: list[Bundle] = []
        self._count = 0

    def write_one(self) -> None:
        """A station writes a bundle for one of its neighbours."""
        world = self._world
        name = world.chance.choice(world.known or ("county",))
        near = [other for other in world.known if SITES[other].parent == name or SITES[name].parent == other]
        if not near:
            return
        reader = world.chance.choice(near)
        self._count += 1
        path = world.place / f"bundle {self._count}"

        def write() -> BundleReport:
            return world.node(name).bundles.write_to(path, world.node(reader).station.station)

        report = world.do(name, "writing a bundle", write)
        if report is not None:
            world.counts["bundles written"] += 1
            self._bundles.append(Bundle(path, reader))
            if report.parcels or report.enclosures or report.receipts:
                world.schedule.after(world.chance.uniform(60, 4 * 3600), self.read_one)
            world.say(name, f"bundle {self._count} for {reader}: {report.parcels}/{report.enclosures}")

    def read_one(self) -> None:
        """Some bundle is read; it may be damaged, brought to the wrong place, kept for another time."""
        world, chance = self._world, self._world.chance
        if not self._bundles:
            return
        bundle = chance.choice(self._bundles)
        if chance.random() < 0.6:
            self._bundles.remove(bundle)
        path, mood = bundle.path, chance.random()
        if mood < 0.3:
            path = world.place / "damaged bundle"
            path.write_bytes((cut if mood < 0.15 else spoilt)(bundle.path.read_bytes(), chance))
        name = bundle.reader if mood < 0.9 else chance.choice(world.known)
        report = world.do(name, "reading a bundle", lambda: world.node(name).bundles.read_from(path))
        if report is not None:
            world.counts["bundles read"] += 1
            bad = len(report.damaged) + len(report.missing)
            world.say(name, f"read {path.name}: new {report.new} known {report.known} bad {bad} refused {len(report.refused)}")
