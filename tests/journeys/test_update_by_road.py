"""A new version goes down the road: published once at the county, relayed, offered where it can be applied; what is refused."""

import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.cli import main
from node.config import UpdateSettings, load_config, write_config
from node.errors import RequestError
from node.mail.cargo import MAX_BULK_BYTES
from node.mail.packing import Addressee, Contents, pack
from node.upkeep.arrivals import COMING, READY, REFUSED, USED, announced
from node.upkeep.published import Published
from node.upkeep.releases import SIGNATURE
from node.upkeep.versions import Entry, Versions
from sync.errors import LinkDownError
from sync.parcel import NamedEnclosure
from tests.fakes import START
from tests.journeys.replacing import replaced
from tests.journeys.updating import installed, running_update_file, update_file
from tests.journeys.world import ORDER, DoorWire, World
from tests.packaging.fake_program import pip_wheel

HALF = 4
"""So many pieces come through before the line goes."""


def publish(world: World, sequence: int = 20, version: str = "0.2.0") -> Published:
    """The county publishes a small update, and its chore puts it on the road."""
    publisher = world.nodes["county"].updating.publisher
    made = publisher.publish(update_file(world, sequence, version), "admin")
    publisher.send(world.clock.now())
    return made


def look(world: World, *names: str) -> None:
    for name in names:
        world.nodes[name].updating.arrivals.look(world.clock.now())


def states(world: World) -> dict[str, str]:
    """How far the newest update that was announced is, at each station that heard of one."""
    found = {name: announced(node.store) for name, node in world.nodes.items()}
    return {name: one.state for name, one in found.items() if one is not None}


def refusals(node: Node) -> list[str]:
    return [str(line.detail["why"]) for line in node.store.audit.page() if line.what == "update_refused"]


def offered(node: Node) -> list[tuple[str, bool]]:
    """Versions that the page of updates offers from the road, and whether they may be taken."""
    return [(one.version, one.refused is None) for one in node.updating.desk.offers() if one.by_road]


def parcel_of(maker: Node, to: Node, contents: Contents, named: tuple[NamedEnclosure, ...], parcel_class: str = "catalogue") -> bytes:
    """A parcel that says what it likes, signed by its maker."""
    record = maker.store.stations.get(to.station.station)
    assert record is not None and record.encrypt_certificate is not None
    trust, now = maker.station.trust, maker.clock.now()
    reader = Addressee(maker.store.counters.next(f"to:{to.station.station}"), trust.get(record.encrypt_certificate))
    return pack(maker.station, contents, parcel_class=parcel_class, readers=[reader], urgent=False, made_at=now, enclosures=named)


def waiting(node: Node, to: Node) -> list[bytes]:
    """The parcels that wait at a station for another, oldest first."""
    return [one.data for one in node.outgoing.due(to.station.station, 1 << 30)]


def test_what_the_county_publishes_is_offered_at_every_station_that_can_apply_it(world: World) -> None:
    installed(world, "village1")
    made = publish(world)
    world.settle()
    assert all(node.store.enclosures.whole(made.enclosure_id) for node in world.nodes.values())
    look(world, *ORDER)
    assert states(world) == {"village1": READY, "village2": COMING, "township": COMING}
    assert offered(world.nodes["village1"]) == [("0.2.0", True)]
    path = world.nodes["village1"].updating.arrivals.ready()
    assert path is not None and path.read_bytes() == (world.place / "0.2.0-20.yzu").read_bytes()


def test_the_health_check_says_that_a_new_version_has_come(world: World) -> None:
    installed(world, "village1")
    publish(world)
    world.settle()
    look(world, "village1")
    node = world.nodes["village1"]
    node.reports.make(world.clock.now())
    report = next(one for one in node.reports.to_tell(1 << 20))
    assert b'"update_ready"' in report and b'"0.2.0"' in report


def test_a_line_that_dies_in_the_middle_costs_a_few_pieces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(world, "village1")
    made = publish(world)
    world.carry("township")
    came: list[int] = []
    guard, whole_line = threading.Lock(), DoorWire.get_piece

    def cut(wire: DoorWire, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        with guard:
            if len(came) >= HALF:
                raise LinkDownError("unreachable")
            came.append(length)
        return whole_line(wire, token, enclosure_id, offset, length)

    monkeypatch.setattr(DoorWire, "get_piece", cut)
    world.carry("village1")
    half = world.nodes["village1"].store.enclosures.get(made.enclosure_id)
    assert half is not None and half.state == "partial" and 0 < half.received_bytes < half.size_bytes
    monkeypatch.setattr(DoorWire, "get_piece", whole_line)
    courier = world.start("village1").courier
    assert courier is not None
    assert courier.carry_once().bytes_down == half.size_bytes - half.received_bytes
    look(world, "village1")
    assert states(world)["village1"] == READY


def test_a_bundle_on_a_stick_carries_it_too(world: World, tmp_path: Path) -> None:
    installed(world, "village1")
    world.weather.down = set(ORDER)
    publish(world)
    stick = tmp_path / "stick.yzb"
    for sender, receiver in (("county", "township"), ("township", "village1")):
        world.nodes[sender].bundles.write_to(stick, world.nodes[receiver].station.station)
        assert world.nodes[receiver].bundles.read_from(stick).is_whole
    look(world, "village1")
    assert offered(world.nodes["village1"]) == [("0.2.0", True)]


def test_a_township_relays_what_it_cannot_read(world: World) -> None:
    installed(world, "village1")
    county, township = world.nodes["county"], world.nodes["township"]
    made = county.updating.publisher.publish(update_file(world, 20), "admin")
    mark = county.station.suite.digest(made.to_bytes())
    county.store.certificates.mark_sent(township.station.station, [mark])
    county.updating.publisher.send(world.clock.now())
    world.settle()
    assert township.store.enclosures.whole(made.enclosure_id)
    assert township.store.enclosures.key(made.enclosure_id) is None
    assert announced(township.store) is None
    look(world, "village1")
    assert states(world) == {"village1": READY, "village2": COMING}


def test_a_station_that_has_lost_everything_is_sent_it_again_and_nobody_else(world: World) -> None:
    publish(world)
    county, village = world.nodes["county"], world.nodes["village2"]
    assert county.updating.publisher.waiting() == []
    county.store.certificates.forget_sent(village.station.station)
    assert county.updating.publisher.waiting() == [village.station.station]
    before = len(waiting(county, world.nodes["township"]))
    county.updating.publisher.send(world.clock.now())
    county.updating.publisher.send(world.clock.now())
    assert len(waiting(county, world.nodes["township"])) == before + 1


def test_a_station_that_joins_later_is_sent_it_too(world: World) -> None:
    made = publish(world)
    world.settle()
    node = replaced(world, "village2", "township")
    world.settle()
    publisher = world.nodes["county"].updating.publisher
    assert publisher.waiting() == [node.station.station]
    publisher.send(world.clock.now())
    world.settle()
    found = announced(node.store)
    assert found is not None and found.update == made
    assert node.store.enclosures.whole(made.enclosure_id)


def test_the_command_publishes_and_sends(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    path = update_file(world, 20)
    world.nodes["county"].close()
    assert main(["publish-update", str(world.place / "county"), str(path)]) == 0
    assert "发给 3 个站点" in capsys.readouterr().out
    assert main(["publish-update", str(world.place / "county"), str(world.place / "none.yzu")]) == 2
    world.start("county")
    world.settle()
    assert states(world) == dict.fromkeys(ORDER, COMING)


def test_a_damaged_file_is_not_published(world: World) -> None:
    path = update_file(world, 20)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(next(one for one in archive.namelist() if one.endswith(".whl")), b"something else")
    publisher = world.nodes["county"].updating.publisher
    with pytest.raises(RequestError, match="update_damaged"):
        publisher.publish(path, "admin")
    assert publisher.newest() is None


def test_without_room_for_the_file_it_is_made_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(world, "village1")
    publish(world)
    world.settle()
    monkeypatch.setattr("node.assembly.updating.free_bytes", lambda _: 200 << 20)
    look(world, "village1")
    assert states(world)["village1"] == COMING
    monkeypatch.undo()
    look(world, "village1")
    assert states(world)["village1"] == READY


def test_an_older_one_that_comes_later_changes_nothing_and_is_not_asked_for(world: World) -> None:
    county, township = world.nodes["county"], world.nodes["township"]
    first = publish(world, 20)
    older = waiting(county, township)
    second = publish(world, 30, "0.3.0")
    newer = [one for one in waiting(county, township) if one not in older]
    for parcels in (newer, older, newer):
        assert township.mailroom.take_in(parcels, county.station.station, "network").refused == ()
    found = announced(township.store)
    assert found is not None and (found.update, found.state) == (second, COMING)
    assert township.store.enclosures.wanted(county.station.station, 10) == [second.enclosure_id]
    assert county.store.enclosures.size_bytes(first.enclosure_id) is None


def test_a_newer_one_takes_the_place_of_one_that_was_offered(world: World) -> None:
    installed(world, "village1")
    publish(world, 20)
    world.settle()
    look(world, "village1")
    publish(world, 30, "0.3.0")
    world.settle()
    look(world, "village1")
    assert offered(world.nodes["village1"]) == [("0.3.0", True)]
    assert [path.name for path in (world.place / "village1" / "updates").iterdir()] == ["0.3.0-30.yzu"]


def test_what_is_in_use_already_is_not_offered_and_its_file_goes(world: World) -> None:
    versions = installed(world, "village1")
    made = publish(world)
    world.settle()
    look(world, "village1")
    versions.note(Entry("0.2.0", 20, "2026-11-22T00:00:00Z", "applied"))
    look(world, "village1")
    village = world.nodes["village1"]
    assert (states(world)["village1"], offered(village)) == (USED, [])
    assert list((world.place / "village1" / "updates").iterdir()) == []
    assert village.store.enclosures.size_bytes(made.enclosure_id) is None
    assert world.nodes["township"].store.enclosures.whole(made.enclosure_id)


def test_a_rollback_is_relayed_and_never_offered(world: World) -> None:
    versions = installed(world, "township")
    versions.note(Entry("0.9.0", 90, "2026-11-22T00:00:00Z", "applied"))
    made = publish(world)
    world.settle()
    look(world, "township")
    assert (states(world)["township"], offered(world.nodes["township"])) == (USED, [])
    assert world.nodes["village1"].store.enclosures.whole(made.enclosure_id)


def test_another_stations_update_is_refused_audited_and_not_asked_for(world: World) -> None:
    made = publish(world)
    village, other = world.nodes["village1"], world.nodes["township"]
    named = (NamedEnclosure(made.enclosure_id, made.enclosure_bytes, "full"),)
    data = parcel_of(other, village, Contents(updates=[made.to_bytes()], keys={made.enclosure_id: bytes(16)}), named)
    assert village.mailroom.take_in([data], other.station.station, "network").refused == ()
    assert (refusals(village), announced(village.store)) == (["not_county"], None)
    assert village.store.enclosures.get(made.enclosure_id) is None
    world.settle()
    assert village.store.enclosures.whole(made.enclosure_id)


def test_a_record_in_a_parcel_of_another_class_is_not_heard(world: World) -> None:
    county, village = world.nodes["county"], world.nodes["village1"]
    made = county.updating.publisher.publish(update_file(world, 20), "admin")
    named = (NamedEnclosure(made.enclosure_id, made.enclosure_bytes, "full"),)
    data = parcel_of(county, village, Contents(updates=[made.to_bytes()]), named, "letters")
    assert village.mailroom.take_in([data], county.station.station, "network").refused == ()
    assert (announced(village.store), refusals(village)) == (None, [])


def test_the_first_to_name_its_enclosure_blocks_it_only_until_the_county_publishes_again(world: World) -> None:
    installed(world, "village1")
    village, other = world.nodes["village1"], world.nodes["township"]
    made = publish(world)
    named = (NamedEnclosure(made.enclosure_id, 9, "full"),)
    village.mailroom.take_in([parcel_of(other, village, Contents(), named, "letters")], other.station.station, "network")
    world.settle()
    assert (refusals(village), announced(village.store)) == (["size"], None)
    world.clock.move(minutes=1)
    publish(world)
    world.settle()
    look(world, "village1")
    assert states(world)["village1"] == READY


Spoil = Callable[[Published], Published]


@pytest.mark.parametrize(
    ("spoil", "why", "state"),
    [
        (lambda made: replace(made, digest="sm3:" + "0" * 64), ["digest"], REFUSED),
        (lambda made: replace(made, version="0.2.1"), ["another"], REFUSED),
        (lambda made: replace(made, sequence=21), ["another"], REFUSED),
        (lambda made: replace(made, size_bytes=made.size_bytes - 1), ["size"], None),
        (lambda made: replace(made, size_bytes=MAX_BULK_BYTES), ["form"], None),
        (lambda made: replace(made, version="0.2.0 "), ["form"], None),
    ],
    ids=["digest", "version", "sequence", "size", "huge", "form"],
)
def test_a_record_that_does_not_fit_its_file_is_refused_and_letters_go_on(
    world: World, spoil: Spoil, why: list[str], state: str | None
) -> None:
    installed(world, "village1")
    county, village = world.nodes["county"], world.nodes["village1"]
    made = county.updating.publisher.publish(update_file(world, 20), "admin")
    key = county.store.enclosures.key(made.enclosure_id)
    assert key is not None
    contents = Contents(updates=[spoil(made).to_bytes()], keys={made.enclosure_id: key})
    data = parcel_of(county, village, contents, (NamedEnclosure(made.enclosure_id, made.enclosure_bytes, "full"),))
    assert village.mailroom.take_in([data], county.station.station, "network").refused == ()
    village.store.enclosures.put_whole(made.enclosure_id, county.store.enclosures.read(made.enclosure_id))
    look(world, "village1")
    look(world, "village1")
    assert refusals(village) == why
    assert states(world).get("village1") == state
    assert offered(village) == []
    assert not list((world.place / "village1").glob("updates/*"))
    number = world.submitted()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}


def with_the_signature_of(signed: Path, other: Path) -> Path:
    """The other update file, under the signature of the first."""
    with zipfile.ZipFile(signed) as first, zipfile.ZipFile(other) as second:
        files = {name: (first if name == SIGNATURE else second).read(name) for name in second.namelist()}
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return other


def test_a_file_that_the_county_did_not_sign_is_refused(world: World) -> None:
    installed(world, "village1")
    county, village = world.nodes["county"], world.nodes["village1"]
    made = county.updating.publisher.publish(update_file(world, 20), "admin")
    plain = with_the_signature_of(world.place / "0.2.0-20.yzu", update_file(world, 21)).read_bytes()
    key = bytes(16)
    cipher = county.station.suite.encrypt(key, plain, b"yizhan enclosure 1\n")
    digest = county.station.suite.digest
    told = replace(made, sequence=21, digest=digest(plain), enclosure_id=digest(cipher))
    named = (NamedEnclosure(told.enclosure_id, told.enclosure_bytes, "full"),)
    data = parcel_of(county, village, Contents(updates=[told.to_bytes()], keys={told.enclosure_id: key}), named)
    village.mailroom.take_in([data], county.station.station, "network")
    village.store.enclosures.put_whole(told.enclosure_id, cipher)
    look(world, "village1")
    assert refusals(village) == ["update_signature"]
    assert states(world)["village1"] == REFUSED


def test_a_huge_enclosure_is_not_asked_for(world: World) -> None:
    county, village = world.nodes["county"], world.nodes["village1"]
    huge = "sm3:" + "ab" * 32
    data = parcel_of(county, village, Contents(), (NamedEnclosure(huge, MAX_BULK_BYTES + 1, "full"),))
    assert village.mailroom.take_in([data], county.station.station, "network").refused == ()
    assert village.store.enclosures.get(huge) is None


def test_a_full_disk_lets_letters_and_scans_through_and_the_update_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = publish(world)
    world.carry("township")
    # Room for a scan, and not for an update twice.
    free = (200 << 20) + made.size_bytes
    monkeypatch.setattr(world.nodes["village1"].store.enclosures._files, "_free", lambda _: free)
    number = world.submitted()
    world.settle()
    village = world.nodes["village1"]
    assert set(world.states(number).values()) == {"submitted"}
    assert announced(village.store) is not None
    assert not village.store.enclosures.whole(made.enclosure_id)
    monkeypatch.undo()
    world.settle()
    assert village.store.enclosures.whole(made.enclosure_id)


@pytest.mark.parametrize(
    ("name", "sequence", "code"), [("village1", 20, "publish_county"), ("county", 19, "publish_older"), ("county", 30, None)]
)
def test_only_a_county_publishes_and_nothing_older(world: World, name: str, sequence: int, code: str | None) -> None:
    publish(world, 20)
    publisher = world.nodes[name].updating.publisher
    path = update_file(world, sequence, "0.4.0")
    if code is None:
        assert publisher.publish(path, "admin").sequence == sequence
        return
    with pytest.raises(RequestError) as refused:
        publisher.publish(path, "admin")
    assert refused.value.code == code


def test_another_file_under_the_same_sequence_is_not_published(world: World) -> None:
    made = publish(world, 20)
    path = update_file(world, 20, "0.2.1")
    publisher = world.nodes["county"].updating.publisher
    with pytest.raises(RequestError, match="publish_older"):
        publisher.publish(path, "admin")
    assert publisher.newest() == made


def automatic(world: World, name: str) -> Versions:
    """An installed station that applies updates by itself at noon."""
    versions = installed(world, name)
    config = load_config(world.place / name)
    write_config(world.place / name, replace(config, updates=UpdateSettings(automatic=True)))
    world.start(name)
    return versions


def applied(world: World, name: str, hours: float) -> list[str]:
    """Who began updates at a station until so many hours after nine."""
    node = world.nodes[name]
    world.clock.at = START
    world.clock.move(hours=hours)
    node.updating.by_itself.run(world.clock.now())
    node.updating.desk.wait()
    return [line.who for line in node.store.audit.page() if line.what == "update_begun"]


def test_a_station_updates_by_itself_at_noon_where_its_settings_say_so(world: World, tmp_path: Path) -> None:
    versions = automatic(world, "village1")
    publisher = world.nodes["county"].updating.publisher
    publisher.publish(running_update_file(world, pip_wheel(tmp_path / "pip"), 20), "admin")
    publisher.send(world.clock.now())
    world.settle()
    look(world, "village1")
    me = world.nodes["village1"].station.station
    assert applied(world, "village1", 1) == []
    assert applied(world, "village1", 3.5) == [me]
    staged = versions.staged()
    assert staged is not None and staged.name == "0.2.0-20"
    assert applied(world, "village1", 3.6) == [me]


def test_an_update_that_was_undone_is_not_tried_again_by_itself(world: World) -> None:
    versions = automatic(world, "village1")
    publish(world)
    world.settle()
    look(world, "village1")
    versions.note(Entry("0.2.0", 20, "2026-11-22T00:00:00Z", "undone", "unhealthy"))
    assert applied(world, "village1", 3.5) == []
    assert offered(world.nodes["village1"]) == [("0.2.0", True)]


def test_without_the_setting_nothing_is_applied_by_itself(world: World) -> None:
    installed(world, "village1")
    publish(world)
    world.settle()
    look(world, "village1")
    assert applied(world, "village1", 3.5) == []
