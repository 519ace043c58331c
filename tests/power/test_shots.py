"""The power is cut while pages are taken in: what was answered for is there, and every step is done or not, never by halves."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from node.capture.keeping import Side, Wish
from node.scanning.shot import Look, Plan
from tests.journeys.world import picture
from tests.power.county import RecordedCounty
from tests.power.disk import Played, Told, put

SIZE, SEEDS, VILLAGE = (360, 240), range(150), "village1"
State = tuple[tuple[str, ...], tuple[tuple[int, str], ...]]
"""The shots that lie on the tray, and the pages with their digests."""


def state_of(folder: Path) -> State:
    """What a disk holds; a file that a row names must be whole."""
    with closing(sqlite3.connect(folder / "yizhan.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        shots = database.execute("SELECT shot, file_id FROM shots ORDER BY shot").fetchall()
        pages = database.execute("SELECT page, plain_digest, enclosure_id, preview FROM materials ORDER BY page").fetchall()
    previews = [("enclosures", json.loads(row[3])["id"]) for row in pages if row[3] and row[3] != "null"]
    for kind, file_id in [*(("shots", row[1]) for row in shots), *(("enclosures", row[2]) for row in pages), *previews]:
        name = file_id.partition(":")[2]
        assert hashlib.sha256((folder / kind / name[:2] / name).read_bytes()).hexdigest() == name
    return tuple(row[0] for row in shots), tuple((row[0], row[1]) for row in pages)


def work(county: RecordedCounty) -> Iterator[State]:
    """Shots are taken, kept, changed, put in order and thrown away; what the station holds after each step."""
    world = county.world
    node, agent = world.nodes[VILLAGE], world.person("agent1")
    capture, number = node.counter.capture, node.desk.open_case(agent, "gaoling").line.case_number
    names: list[str] = []

    def take(text: str) -> None:
        names.append(capture.tray.take(agent, number, "mat_bank", "camera", picture(text, SIZE)).record.shot)

    def keep(index: int, turn: int, page: int | None = None) -> None:
        capture.keeping.keep(agent, number, Wish(Side(names[index], Plan(turn=turn)), page=page))

    steps: list[Callable[[], object]] = [
        lambda: take("a"), lambda: keep(0, 0), lambda: take("b"), lambda: keep(1, 0), lambda: keep(0, 180, 1),
        lambda: capture.keeping.order(agent, number, "mat_bank", [2, 1]), lambda: capture.tray.discard(agent, number, names[0]),
        lambda: node.desk.detach(agent, number, "mat_bank", 2), lambda: node.desk.discard(agent, number),
    ]  # fmt: skip
    for step in steps:
        step()
        rows = node.store.materials.list(number)
        state = tuple(sorted(one.shot for one in node.store.shots.of_case(number))), tuple((row.page, row.plain_digest) for row in rows)
        county.told(VILLAGE, ("state", str(len(steps))))
        yield state


def test_after_a_cut_the_tray_and_the_pages_are_as_they_were_answered_for_or_one_step_on(
    tmp_path_factory: pytest.TempPathFactory, plain_county: Path, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        county = RecordedCounty(tmp_path_factory.mktemp("power"), plain_county, patch, {})
        tray = county.world.nodes[VILLAGE].counter.capture.tray
        patch.setattr(tray, "_look", lambda picture, wanted, quick: Look(*SIZE, (), 0.0, (), None))
        patch.setattr(county.world.nodes[VILLAGE].counter.capture.keeping, "_judge", lambda picture, plan: ())
        begun = len(county.disk.ops)
        states: list[State] = [((), ()), *work(county)]
        ops = list(county.disk.ops)
        county.close()
    played, done, told = Played(county.base), 0, 0
    chances = [(seed, Random(seed)) for seed in SEEDS]
    for at, _, chance in sorted((one.randrange(begun, len(ops)), seed, one) for seed, one in chances):
        played.go(ops[done:at])
        told += sum(isinstance(op, Told) for op in ops[done:at])
        done = at
        put(played.station(VILLAGE, chance), tmp_path / "cut")
        assert state_of(tmp_path / "cut" / VILLAGE) in states[told : told + 2]
        shutil.rmtree(tmp_path / "cut")
