"""Sticks that somebody made in bad faith: a stranger's, an insider's, and ones that were spoilt, against a real station."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.mail.bundles import identity_of
from sync.bundle import CONTEXT, Entry, Manifest
from sync.bundle_writing import EnclosureSource, Load, write_bundle
from sync.errors import BundleError
from sync.handover import BundleReport
from sync.records import Record, write_records
from sync.wire import Identity
from tests.fuzz.damage import damaged
from tests.journeys.world import ORDER, World

MADE_AT = "2026-11-22T01:00:00Z"
STRIDE = 499


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A county of suite gm whose lines are dead."""
    world = make_world()
    world.weather.down = set(ORDER)
    return world


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick.yzb"


def me(node: Node) -> Identity:
    return identity_of(node.station, node.store)


def waiting(node: Node) -> tuple[list[bytes], list[EnclosureSource]]:
    """What a village's stick would hold."""
    load = node.bundles.preview().choice.load
    return list(load.parcels), list(load.enclosures)


def written(node: Node, stick: Path, load: Load, identity: Identity | None = None) -> Path:
    write_bundle(stick, identity or me(node), MADE_AT, node.station.suite.digest, load)
    return stick


def read_at_township(world: World, stick: Path) -> BundleReport:
    return world.nodes["township"].bundles.read_from(stick)


def is_untouched(world: World) -> bool:
    """Nothing came to the township."""
    store = world.nodes["township"].store
    return store.outbox.counts() == {} and store.enclosures.bytes_here() == 0 and not store.cases.get(numbers(world))


def numbers(world: World) -> str:
    return world.nodes["village1"].desk.cases(world.person("agent1"), box="all")[0].case_number


def code_of(world: World, stick: Path) -> str:
    with pytest.raises(BundleError) as caught:
        read_at_township(world, stick)
    return caught.value.code


def test_a_bundle_in_anothers_name_is_not_opened(world: World, stick: Path) -> None:
    world.submitted()
    village, other = world.nodes["village1"], world.nodes["village2"]
    parcels, scans = waiting(village)
    forged = replace(me(other), station=village.station.station)
    written(other, stick, Load((), parcels, scans), forged)
    assert code_of(world, stick) == "signature" and is_untouched(world)


def test_the_manifest_of_one_bundle_over_the_contents_of_another_gives_nothing(world: World, stick: Path, tmp_path: Path) -> None:
    world.submitted()
    village = world.nodes["village1"]
    parcels, scans = waiting(village)
    first = written(village, stick, Load((), parcels, scans[:1])).read_bytes()
    second = written(village, tmp_path / "second", Load((), (), scans)).read_bytes()
    head = first[: first.index(b"\nparcel ") + 1]
    stick.write_bytes(head + second[second.index(b"\nenclosure ") + 1 :])
    report = read_at_township(world, stick)
    assert (report.new, report.enclosures, len(report.damaged) + len(report.missing)) == (0, 0, 2)
    assert is_untouched(world)


def test_a_parcel_that_was_changed_by_who_carries_it_is_refused_and_the_good_ones_come(world: World, stick: Path) -> None:
    """An insider may sign any manifest; each parcel stands on its own."""
    world.submitted()
    world.submitted()
    village, carrier = world.nodes["village1"], world.nodes["village2"]
    first = waiting(village)[0][0]
    changed = first[:-1] + bytes((first[-1] ^ 1,))
    report = read_at_township(world, written(carrier, stick, Load((), [changed, b"no parcel at all", first])))
    assert sorted(one.why for one in report.refused) == ["malformed", "signature"]
    assert (report.new, report.is_whole) == (1, False)


def test_the_same_parcel_from_two_carriers_and_twice_on_one_stick_is_taken_once(world: World, stick: Path) -> None:
    number = world.submitted()
    village, carrier = world.nodes["village1"], world.nodes["village2"]
    parcels, scans = waiting(village)
    assert read_at_township(world, written(carrier, stick, Load((), parcels, scans))).new == 1
    again = read_at_township(world, written(village, stick, Load((), parcels, scans)))
    assert (again.new, again.known, again.new_enclosures) == (0, 1, 0)
    assert world.letters(number)["township"] == [("submitted", "admitted")]
    written(village, stick, Load((), [*parcels, *parcels]))
    assert code_of(world, stick) == "manifest"


def test_scans_that_no_letter_names_are_not_kept(world: World, stick: Path) -> None:
    world.submitted()
    village = world.nodes["village1"]
    parcels, scans = waiting(village)
    junk = os.urandom(5_000)
    unnamed = EnclosureSource(village.station.suite.digest(junk), len(junk), lambda offset, length: junk[offset : offset + length])
    report = read_at_township(world, written(village, stick, Load((), parcels, [unnamed, *scans])))
    assert (report.skipped, report.enclosures) == ((unnamed.enclosure_id,), len(scans))
    assert world.nodes["township"].store.enclosures.size_bytes(unnamed.enclosure_id) is None


def test_a_scan_of_another_size_than_its_letter_says_is_not_kept(world: World, stick: Path) -> None:
    world.submitted()
    village = world.nodes["village1"]
    parcels, scans = waiting(village)
    named, whole = scans[0], b"".join(scans[0].pieces()) + bytes(3_000)
    longer = EnclosureSource(named.enclosure_id, len(whole), lambda offset, length: whole[offset : offset + length])
    report = read_at_township(world, written(village, stick, Load((), parcels, [longer])))
    assert report.damaged == (named.enclosure_id,) and report.enclosures == 0


def test_receipts_in_anothers_name_take_nothing_out_of_the_queue(world: World, stick: Path) -> None:
    """A receipt is believed for who signed it, whoever carries it."""
    world.submitted()
    village, other = world.nodes["village1"], world.nodes["village2"]
    parcel_ids = [village.station.suite.digest(one) for one in waiting(village)[0]]
    with other.store.transaction():
        mine = other.mailroom._receipts.stored(parcel_ids, world.clock.now()).data
    forged = mine.replace(other.station.station.encode(), world.nodes["township"].station.station.encode())
    village.bundles.read_from(written(other, stick, Load([mine, forged, b"no receipt"])))
    assert village.bundles.preview().choice.waiting == 9
    assert not village.store.enclosures.held_with(other.station.station, 10)


def test_a_manifest_that_promises_gigabytes_costs_nothing(world: World, stick: Path) -> None:
    village = world.nodes["village1"]
    identity, digest = me(village), village.station.suite.digest
    huge = tuple(Entry(digest(f"{number}".encode()), 999_999_999) for number in range(2_000))
    manifest = Manifest(identity.station, MADE_AT, (), (), huge, identity.signer, identity.certificates).to_bytes()
    records = [Record("manifest", manifest), Record("signature", identity.sign(CONTEXT + manifest))]
    stick.write_bytes(CONTEXT + write_records(records))
    report = read_at_township(world, stick)
    assert len(report.missing) == 2_000 and is_empty(world)


def is_empty(world: World) -> bool:
    store = world.nodes["township"].store
    return store.outbox.counts() == {} and store.enclosures.bytes_here() == 0


def test_whatever_byte_is_spoilt_only_what_was_sent_arrives(world: World, stick: Path) -> None:
    """At a fixed distance here, every byte of it in the long run. What is whole afterwards is what was sent, and no more."""
    world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    parcels, scans = waiting(village)
    small = min(scans, key=lambda one: one.size_bytes)
    data = written(village, stick, Load((), parcels, [small], township.station.station)).read_bytes()
    sent = {village.station.suite.digest(one) for one in parcels} | {small.enclosure_id}
    for how, changed in damaged(data, STRIDE):
        stick.write_bytes(changed)
        try:
            report = read_at_township(world, stick)
        except BundleError as error:
            assert error.code in {"not_a_bundle", "manifest", "signature"}, how
            continue
        named = {*report.damaged, *report.missing, *report.skipped}
        assert named <= sent and not report.refused, how
        assert report.parcels + report.enclosures + len(named) == len(sent), how
    stick.write_bytes(data)
    assert read_at_township(world, stick).is_whole
    assert {row["enclosure_id"] for row in township.store.enclosures._all_in_state("whole").rows()} == {small.enclosure_id}


@pytest.mark.parametrize("made_at", ["2026-13-40T25:61:61Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_moment_that_no_calendar_has_takes_no_page_with_it(world: World, stick: Path, made_at: str) -> None:
    """A station that is known signs what it likes; whoever puts the stick in must still see what else lies on it."""
    world.submitted()
    parcels, _ = waiting(world.nodes["village1"])
    identity, township = me(world.nodes["village1"]), world.nodes["township"]
    write_bundle(stick, identity, made_at, township.station.suite.digest, Load((), parcels, []))
    for work in (township.bundles.look, township.bundles.read_from):
        with pytest.raises(BundleError, match="manifest"):
            work(stick)
    assert is_untouched(world)
