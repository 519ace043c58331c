"""Nothing but sticks: decisions and sealed documents come back; sticks are lost, read twice, late, cut, mixed up; disks are full."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from node.errors import DiskFullError, NotAllowedError
from sync.errors import BundleError
from sync.handover import BundleReport
from tests.journeys.world import ORDER, World

WAYS = (("village1", "township"), ("township", "county"), ("county", "township"), ("township", "village1"))
EACH_WAY = ("up", "up", "down", "down")


def station(world: World, name: str) -> str:
    return world.nodes[name].station.station


def carry(world: World, sender: str, receiver: str, stick: Path) -> BundleReport:
    """A stick that is written, carried and read."""
    world.nodes[sender].bundles.write_to(stick, station(world, receiver))
    return world.nodes[receiver].bundles.read_from(stick)


def round_trip(world: World, stick: Path) -> None:
    for sender, receiver in WAYS:
        assert carry(world, sender, receiver, stick).is_whole


def nothing_waits(world: World) -> bool:
    """Whether nobody would put anything but receipts on a stick."""
    return not any(world.nodes[sender].bundles.preview(station(world, receiver)).choice.waiting for sender, receiver in WAYS)


def scans_of(world: World, name: str) -> set[str]:
    """What is whole at a station."""
    return {row["enclosure_id"] for row in world.nodes[name].store.enclosures._all_in_state("whole").rows()}


def test_decisions_and_sealed_documents_come_back_by_stick_alone(founded: Callable[[str], Path], tmp_path: Path) -> None:
    world, stick = World(tmp_path / "world", founded("gm"), documents=True), tmp_path / "stick.yzb"
    world.weather.down = set(ORDER)
    try:
        number = world.submitted()
        round_trip(world, stick)
        world.act("reviewer", number, "accepted")
        world.act("reviewer", number, "forwarded")
        round_trip(world, stick)
        world.act("approver", number, "approved")
        round_trip(world, stick)
        round_trip(world, stick)
        assert world.states(number) == {"village1": "approved", "township": "approved", "county": "approved"}
        files = [world.nodes[name].sealed.assemble(number) for name in ("village1", "township", "county")]
        assert {"form.pdf", "acceptance.pdf", "result.pdf", "result.ofd"} <= set(files[0])
        assert files[0] == files[1] == files[2]
        assert nothing_waits(world)
    finally:
        world.close()


@pytest.mark.parametrize("seed", range(2))
def test_sticks_that_are_lost_doubled_late_cut_and_mixed_up_lose_nothing_and_do_nothing_twice(
    make_world: Callable[..., World], tmp_path: Path, seed: int
) -> None:
    world, chance = make_world(), random.Random(seed)
    world.weather.down = set(ORDER)
    numbers = [world.submitted(), world.submitted()]
    sticks: list[tuple[str, Path]] = []
    for turn in range(14):
        sender, receiver = chance.choice(WAYS)
        path = tmp_path / f"{turn}.yzb"
        most = chance.choice((30_000, 80_000, 1 << 30))
        try:
            world.nodes[sender].bundles.write_to(path, station(world, receiver), most)
        except BundleError as error:
            assert error.code == "no_room"
        else:
            sticks.append((receiver, path))
        if chance.random() < 0.2 and sticks:
            sticks.remove(chance.choice(sticks))
        for reader, late in chance.sample(sticks, min(len(sticks), chance.randrange(3))):
            if chance.random() < 0.3:
                data = late.read_bytes()
                late.write_bytes(data[: chance.randrange(len(data))])
            wrong = chance.random() < 0.2
            try:
                world.nodes["village2" if wrong else reader].bundles.read_from(late)
            except BundleError as error:
                assert error.code in {"not_a_bundle", "manifest"}
        if turn == 8 and "township" in world.states(numbers[0]):
            with suppress(NotAllowedError):  # its scans are not all there yet
                world.act("reviewer", numbers[0], "accepted")
    for _ in range(4):
        round_trip(world, tmp_path / "good.yzb")
    assert nothing_waits(world)
    for number in numbers:
        states = world.states(number)
        assert set(states) == {"village1", "township", "county"} and len(set(states.values())) == 1
        chains = world.letters(number)
        assert len({tuple(chain) for chain in chains.values()}) == 1
        assert all(outcome == "admitted" for _, outcome in chains["county"])
    scans = [scans_of(world, name) for name in ("village1", "township", "county")]
    assert len(scans[0]) == 16 and scans[0] == scans[1] == scans[2]


def test_the_same_by_line_and_by_stick_at_the_same_moment_is_taken_once(world: World, tmp_path: Path) -> None:
    numbers = [world.submitted() for _ in range(3)]
    world.nodes["village1"].bundles.write_to(tmp_path / "stick.yzb")
    reports: list[BundleReport] = []

    def read() -> None:
        reports.append(world.nodes["township"].bundles.read_from(tmp_path / "stick.yzb"))
        world.nodes["township"].store.close_thread()

    reader = threading.Thread(target=read)
    reader.start()
    world.carry("village1")
    reader.join()
    world.settle()
    assert reports[0].is_whole
    for number in numbers:
        assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}
    parcels = world.nodes["township"].store.outbox
    assert parcels.gaps(station(world, "village1")) == []
    assert world.nodes["township"].store.meta.get(f"doubled:{station(world, 'village1')}") is None
    world.weather.down = set(ORDER)
    assert nothing_waits(world)


def test_only_what_is_not_known_to_be_there_is_put_on_a_stick(world: World, tmp_path: Path) -> None:
    """By line or by stick, the receipt and the waybill tell what is there."""
    stick = tmp_path / "stick.yzb"
    world.submitted()
    world.settle()
    assert nothing_waits(world)
    assert world.nodes["village1"].bundles.preview().choice.load.held == (), "what it made itself it need not name"
    world.weather.down = set(ORDER)
    world.submitted()
    report = world.nodes["village1"].bundles.write_to(stick)
    assert (report.parcels, report.enclosures) == (1, 8)
    world.nodes["township"].bundles.read_from(stick)
    assert world.nodes["village1"].bundles.preview().choice.again == 9
    carry(world, "township", "village1", stick)
    assert not world.nodes["village1"].bundles.preview().choice.waiting


def test_a_disk_too_full_for_scans_takes_the_letters_and_says_so(world: World, tmp_path: Path) -> None:
    world.weather.down = set(ORDER)
    number = world.submitted()
    world.nodes["village1"].bundles.write_to(tmp_path / "stick.yzb")
    township = world.nodes["township"]
    files = township.store.enclosures._files
    free, files._free = files._free, lambda folder: 0
    report = township.bundles.read_from(tmp_path / "stick.yzb")
    assert (report.new, len(report.no_room), report.enclosures, report.is_whole) == (1, 8, 0, False)
    assert world.states(number)["township"] == "submitted"
    files._free = free
    report = township.bundles.read_from(tmp_path / "stick.yzb")
    assert (report.known, report.new_enclosures, report.is_whole) == (1, 8, True)


def test_a_database_without_room_takes_nothing_and_all_of_it_later(world: World, tmp_path: Path) -> None:
    world.weather.down = set(ORDER)
    number = world.submitted()
    world.nodes["village1"].bundles.write_to(tmp_path / "stick.yzb")
    connection = world.nodes["township"].store._connection
    pages = connection.run("PRAGMA page_count")[0][0]
    connection.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        world.nodes["township"].bundles.read_from(tmp_path / "stick.yzb")
    assert "township" not in world.states(number)
    connection.run("PRAGMA max_page_count = 4000000")
    report = world.nodes["township"].bundles.read_from(tmp_path / "stick.yzb")
    assert (report.new, report.enclosures, report.is_whole) == (1, 8, True)


def test_a_bundle_down_that_another_village_reads_is_left_alone(world: World, tmp_path: Path) -> None:
    """It has no way on from there, and must not be swallowed as if it had come to where it was going."""
    stick = tmp_path / "stick.yzb"
    number = world.submitted()
    world.settle()
    world.weather.down = set(ORDER)
    world.act("reviewer", number, "accepted")
    world.nodes["township"].bundles.write_to(stick, station(world, "village1"))
    report = world.nodes["village2"].bundles.read_from(stick)
    assert report.elsewhere and report.new == 0 and not report.is_whole
    assert {reader for one in report.elsewhere for reader in one.readers} >= {station(world, "village1")}
    assert world.nodes["village2"].store.outbox.counts() == {}
    assert world.nodes["village1"].bundles.read_from(stick).is_whole
    assert world.states(number)["village1"] == "accepted"


def test_a_stick_says_of_itself_from_whom_and_for_whom_it_is(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick.yzb"
    world.submitted()
    world.nodes["village1"].bundles.write_to(stick)
    for name, is_for_here, is_own in (("township", True, False), ("village2", False, False), ("village1", False, True)):
        found = world.nodes[name].bundles.look(stick)
        assert (found.from_station, found.to) == (station(world, "village1"), station(world, "township"))
        assert (found.parcels, found.enclosures, found.is_short) == (1, 8, False)
        assert (found.is_for_here, found.is_own) == (is_for_here, is_own)
    assert world.nodes["township"].store.outbox.counts() == {}
