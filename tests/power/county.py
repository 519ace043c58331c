"""A county whose stations lie on a recorded disk; what a station answers for is written into the record at that moment."""

import gc
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from node.commands.demo_county import STATIONS
from node.config import load_config, write_config
from node.errors import StoreError
from node.folder import StationFolder
from node.mail.receipts import read_receipt
from node.staff.keyring import database_key
from node.store.database import PRAGMAS
from sync.door import Door
from sync.errors import DoorError
from sync.exchange import Letterbag
from sync.wire import EnclosureState
from tests.journeys import world as journeys
from tests.journeys.world import Answer, DoorWire, World, plainly_cleaned
from tests.power.disk import Disk, Told
from tests.power.vfs import RecordedDatabase, RecordingVfs, as_plain_file
from tests.power.watching import Watch

PARENTS = {station.folder: station.parent for station in STATIONS}
_numbers = count()


def opened_up(founded: Path, place: Path) -> None:
    """A copy of a county with databases that are not encrypted."""
    shutil.copytree(founded, place)
    for station in STATIONS:
        folder = StationFolder(place / station.folder)
        as_plain_file(folder.database, database_key(folder))
        config = load_config(place / station.folder)
        write_config(place / station.folder, replace(config, database=replace(config.database, encrypted=False)))


class RecordedCounty:
    """A world on a disk that keeps a record, from the moment it is made; `base` is how the disk was before."""

    def __init__(self, place: Path, plain: Path, patch: pytest.MonkeyPatch, pragmas: Mapping[str, str | int]) -> None:
        self.base = place / "base"
        shutil.copytree(plain, self.base)
        shutil.copytree(plain, place / "county")
        self.disk = Disk(place / "county")
        name = f"recorded-{next(_numbers)}"
        # SQLite knows it as long as this object lives.
        self._vfs = RecordingVfs(name, self.disk)
        Watch(self.disk, patch)
        settings = {**PRAGMAS, **pragmas}
        patch.setattr("node.store.store.make_database", lambda address, key: RecordedDatabase(address, name, settings))
        patch.setattr(journeys, "DoorWire", partial(RecordedWire, self))
        self.world = World(place / "county", self.base)
        self.stations = {node.station.station: name for name, node in self.world.nodes.items()}
        for node in self.world.nodes.values():
            node.desk._drafts._clean = plainly_cleaned

    def close(self) -> None:
        """Ends the record: the couriers' threads too have let go of their connections then."""
        self.world.close()
        for thread in threading.enumerate():
            if thread.name.startswith("courier-hand"):
                thread.join(10)
        gc.collect()

    def told(self, station: str, *facts: tuple[str, ...]) -> None:
        """A station has answered for these."""
        for fact in facts:
            self.disk.note(Told(station, fact))

    def receipts(self, receipts: Iterable[bytes]) -> None:
        """Receipts have left the stations that signed them."""
        digest = self.world.nodes["county"].station.suite.digest
        for receipt in (read_receipt(data, digest) for data in receipts):
            facts = [("parcel", parcel) for parcel in receipt.parcels] + [("letter", one.letter_id) for one in receipt.letters]
            self.told(self.stations[receipt.station], ("receipt", receipt.receipt_id), *facts)

    def acted(self, who: str, number: str, event: str, **more: Any) -> None:
        """Somebody seals, and is told that it is done."""
        view = self.world.act(who, number, event, **more)
        name = next(name for name, node in self.world.nodes.items() if node is self.world.node_of(who))
        self.told(name, ("letter", str(view.head)))

    def submitted(self, agent: str = "agent1") -> str:
        """The number of a case that was filled in, with its scans, and submitted; each step is answered for."""
        case = self.world.filled(agent=agent)
        number = case.line.case_number
        name = next(name for name, node in self.world.nodes.items() if node is self.world.node_of(agent))
        shelf = self.world.nodes[name].store.materials.list(number)
        self.told(name, ("draft", number), *(("whole", row.enclosure_id) for row in shelf))
        self.acted(agent, number, "submitted")
        return number


class RecordedWire(DoorWire):
    """A wire that writes down what was answered for on it."""

    def __init__(self, county: RecordedCounty, name: str, *more: Any) -> None:
        super().__init__(name, *more)
        self._county = county
        self._child, self._parent = name, str(PARENTS[name])

    def exchange(self, token: str, body: bytes) -> bytes | None:
        bag = Letterbag.from_bytes(body)
        self._county.receipts(bag.receipts)
        self._county.told(self._child, *(("whole", enclosure_id) for enclosure_id in bag.held))
        answer = super().exchange(token, body)
        if answer is not None:
            self._county.receipts(Letterbag.from_bytes(answer).receipts)
        return answer

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        state = super().put_piece(token, enclosure_id, offset, data)
        fact = ("piece", enclosure_id, str(offset), str(len(data)), hashlib.sha256(data).hexdigest())
        self._county.told(self._parent, fact)
        return state

    def _through(self, call: Callable[[Door], Answer], may_double: bool = False) -> Answer:
        """What a door of HTTP says when its disk is in trouble."""
        try:
            return super()._through(call, may_double)
        except StoreError as error:
            raise DoorError("busy") from error
