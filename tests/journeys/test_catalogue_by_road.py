"""The county's catalogue goes down the road: published once, relayed, applied in order, at stations that come later too."""

import json
import zipfile
from pathlib import Path

import pytest

from node.casework.calendars import shipped_calendar
from node.catalogue.sending import ASK, MOST_CONTENT_BYTES
from node.errors import NotAllowedError, RequestError
from node.web.wording import FLAGS
from sync.parcel import MAX_PARCEL_BYTES, MAX_READERS
from tests.fakes import START
from tests.journeys.publishing import numbers, package, publish, refusals, send
from tests.journeys.replacing import go_on, put_back, replaced, restart, saved
from tests.journeys.world import World

NEW = "不收费（新版）"


def charge(world: World, name: str) -> str:
    """What the shelf of a station says an item costs."""
    return world.nodes[name].desk.item("gaoling")[1].charge


def test_what_the_county_publishes_is_on_every_shelf_after_one_round_of_each_courier(world: World) -> None:
    county, village = world.nodes["county"], world.nodes["village1"]
    made = publish(county, package(charge=NEW), package("dibao", charge=NEW))
    members = json.loads(shipped_calendar())
    members["years"]["2027"] = {"holidays": ["2027-01-01"], "makeup_workdays": [], "status": "official"}
    data = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    county.publisher.publish_calendar(data, "国办通知", "示例")
    send(world)
    world.carry("township", "village1")
    assert numbers(world) == {"county": 2, "township": 2, "village1": 2, "village2": 0}
    digest, form = village.desk.item("gaoling")
    assert (form.charge, digest) == (NEW, made.release.changes[0].package)
    assert [one.id for one in village.desk.items("xb")] == ["dibao", "gaoling"], "the initials came with the release"
    assert village.calendars.newest().version == village.station.suite.digest(data)
    assert village.cataloguing.book.state() == county.cataloguing.book.state()
    assert village.cataloguing.book.head() == county.cataloguing.book.head()
    send(world)
    assert county.store.outbox.waiting().queued == 0, "nobody is sent it twice"


def test_it_comes_by_usb_too_and_what_is_known_comes_to_nothing(world: World, tmp_path: Path) -> None:
    publish(world.nodes["county"], package(charge=NEW))
    send(world)
    stick = tmp_path / "stick.yzb"
    for sender, receiver in (("county", "township"), ("township", "village1"), ("township", "village1")):
        world.nodes[sender].bundles.write_to(stick, world.nodes[receiver].station.station)
        assert world.nodes[receiver].bundles.read_from(stick).is_whole
    assert charge(world, "village1") == NEW
    world.settle()
    assert numbers(world) == dict.fromkeys(world.nodes, 1)
    assert refusals(world.nodes["village1"]) == []


def test_a_large_catalogue_goes_in_several_parcels_and_comes_into_force_when_it_is_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.catalogue.sending.MOST_CARRIED_BYTES", 6000)
    items, digest = ("gaoling", "tekun", "orphan", "elder_card"), world.nodes["county"].station.suite.digest
    # One is as large as the road allows: half of what stands in hexadecimal digits is left when it is deflated.
    noise = "".join(digest(b"%d" % number)[4:] for number in range(MOST_CONTENT_BYTES * 3 // 4 // 32))
    publish(world.nodes["county"], *(package(item, charge=noise if item == "orphan" else NEW) for item in items))
    send(world)
    queued = [len(one.data) for one in world.nodes["county"].outgoing.due(world.nodes["township"].station.station, 1 << 30)]
    assert MOST_CONTENT_BYTES * 2 // 3 < max(queued) < MAX_PARCEL_BYTES - 600 * MAX_READERS
    world.carry("township")
    township, village = world.nodes["township"], world.nodes["village1"]
    due = [one.data for one in township.outgoing.due(village.station.station, 1 << 30)]
    assert len(due) > 2
    for parcel in reversed(due):
        assert numbers(world)["village1"] == 0
        assert charge(world, "village1") == "不收费"
        village.mailroom.take_in([parcel], township.station.station, "network")
    assert numbers(world)["village1"] == 1
    assert {village.desk.item(item)[1].charge for item in items} == {NEW, noise}


def test_a_release_that_comes_before_the_one_before_it_waits(world: World) -> None:
    for text in ("一", "二", "三"):
        publish(world.nodes["county"], package(charge=text))
        send(world)
    world.carry("township")
    township, village = world.nodes["township"], world.nodes["village1"]
    due = [one.data for one in township.outgoing.due(village.station.station, 1 << 30)]
    seen = []
    for parcel in (due[2], due[0], due[0], due[1]):
        village.mailroom.take_in([parcel], township.station.station, "network")
        seen.append((numbers(world)["village1"], charge(world, "village1")))
    assert seen == [(0, "不收费"), (1, "一"), (1, "一"), (3, "三")]
    village.reports.make(world.clock.now())
    assert refusals(village) == []


def test_what_is_withheld_is_seen_and_asked_for_after_a_day(world: World) -> None:
    """A township that lets a parcel of the catalogue vanish stops what follows it, and not for long."""
    county, township, village = (world.nodes[name] for name in ("county", "township", "village1"))
    for text in ("一", "二"):
        publish(county, package(charge=text))
        send(world)
    world.carry("township")
    first, _ = township.outgoing.due(village.station.station, 1 << 30)
    township.store.outbox.mark_stored([first.parcel_id], village.station.station, None, world.clock.now())
    world.settle()
    assert numbers(world)["village1"] == 0
    assert [one.facts for one in village.reports.examine().findings if one.code == "catalogue_waits"] == [{"number": 0, "next": 2}]
    for _ in range(2):
        village.cataloguing.sender.ask_if_lacking(world.clock.now())
        world.clock.move(hours=23)
    world.settle()
    assert county.cataloguing.sender.waiting() == {}, "a day has not gone by"
    village.cataloguing.sender.ask_if_lacking(world.clock.now())
    world.settle()
    assert county.cataloguing.sender.waiting() == {village.station.station: 0}
    send(world)
    world.settle()
    assert numbers(world)["village1"] == 2 and charge(world, "village1") == "二"


def test_a_station_whose_program_did_not_know_releases_asks_for_them_once(world: World) -> None:
    county, village = world.nodes["county"], world.nodes["village1"]
    publish(county, package(charge=NEW))
    send(world)
    # What a program of before made of the parcel: it took it in and passed the releases over.
    world.carry("township")
    for parcel in world.nodes["township"].outgoing.due(village.station.station, 1 << 30):
        world.nodes["township"].store.outbox.mark_stored([parcel.parcel_id], village.station.station, None, world.clock.now())
    village.store.meta.set(ASK, "1")
    for _ in range(2):
        village.cataloguing.sender.ask_if_lacking(world.clock.now())
    world.settle()
    send(world)
    world.settle()
    assert numbers(world)["village1"] == 1
    village.cataloguing.sender.note_wanted(county.station.station, b"{}", world.clock.now())
    assert village.store.meta.get(ASK) is None


def test_a_station_whose_clock_is_years_wrong_takes_releases_in_all_the_same(world: World) -> None:
    for number, year in enumerate((2011, 2090), start=1):
        publish(world.nodes["county"], package(charge=str(year)))
        send(world)
        world.clock.at = START.replace(year=year)
        world.settle()
        assert numbers(world) == dict.fromkeys(world.nodes, number) and charge(world, "village1") == str(year)
        world.clock.at = START


def test_a_draft_stays_with_its_version_and_a_withdrawn_one_is_flagged_where_it_was_known(world: World, tmp_path: Path) -> None:
    county, village = world.nodes["county"], world.nodes["village1"]
    publish(county, package(charge=NEW))
    send(world)
    world.settle()
    early, draft, late = (world.filled().line.case_number for _ in range(3))
    publish(county, package(charge="三"))
    send(world)
    world.settle()
    used = village.store.cases.get(draft)
    assert used is not None and charge(world, "village1") == "三"
    assert village.desk.form_of(draft).charge == NEW
    world.weather.down = {"village1"}
    world.act("agent1", early, "submitted")
    county.publisher.withdraw_version("gaoling", used.package, "有错", "示例")
    send(world)
    world.settle()
    world.clock.move(hours=2)
    # The village has not heard of it: what it files now is admitted above, and the reviewer sees that it was too late.
    world.act("agent1", late, "submitted")
    world.weather.down = set()
    world.settle()
    told = {name: outcome for name, [(_, outcome)] in world.letters(late).items()}
    assert told == {"village1": "admitted", "township": "flagged", "county": "flagged"}
    row = county.store.letters.of_case(late)[0]
    assert row.reason == "withdrawn_version" and row.reason in FLAGS
    assert world.nodes["township"].desk.case(world.person("reviewer"), late).line.flags == ("withdrawn_version",)
    with pytest.raises(NotAllowedError) as refused:
        world.act("agent1", draft, "submitted")
    assert refused.value.code == "version_withdrawn"
    # What was filed before, and came after, goes on as if nothing had happened, and can be shown with its form.
    world.approve(early)
    assert {outcome for _, outcome in world.letters(early)["county"]} == {"admitted"}
    export = tmp_path / "case.zip"
    county.exports.write(early, export)
    with zipfile.ZipFile(export) as opened:
        name = next(one for one in opened.namelist() if one.endswith("package.json"))
        assert county.station.suite.digest(opened.read(name)) == used.package


def test_a_letter_that_comes_before_its_form_waits_for_it(world: World) -> None:
    county, township, village = (world.nodes[name] for name in ("county", "township", "village1"))
    publish(county, package(charge=NEW))
    send(world)
    world.settle()
    digest = village.desk.item("gaoling")[0]
    township.store.catalogue.drop_content(digest)
    township = world.start("township")
    number = world.submitted()
    world.carry("village1")
    row = township.store.letters.of_case(number)[0]
    assert (row.outcome, township.store.letters.needs(row.letter_id)) == ("waiting", [f"package:{digest}"])
    sender = county.cataloguing.sender
    for asked in (1, 0):
        sender.note_wanted(township.station.station, b'{"have":0}', world.clock.now())
        assert len(sender.waiting()) == asked, "nobody is given it again and again"
        send(world)
    world.settle()
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_a_station_that_replaces_another_gets_the_whole_chain(world: World) -> None:
    for text in ("一", "二"):
        publish(world.nodes["county"], package(charge=text))
        send(world)
    world.settle()
    number = world.submitted()
    world.settle()
    publish(world.nodes["county"], package(charge="三"))
    replaced(world, "village1", "township")
    go_on(world)
    assert numbers(world) == dict.fromkeys(world.nodes, 3) and charge(world, "village1") == "三"
    assert world.states(number) == dict.fromkeys(("village1", "township", "county"), "submitted")
    assert world.letters(number)["village1"] == [("submitted", "admitted")], "a letter under an older version is judged by that one"


def test_a_county_out_of_a_backup_gets_its_chain_back_and_forks_nothing(world: World) -> None:
    county = world.nodes["county"]
    publish(county, package(charge="一"))
    send(world)
    world.settle()
    old = saved(world, "county")
    for text in ("二", "三"):
        publish(world.nodes["county"], package(charge=text))
        send(world)
    world.settle()
    head = world.nodes["village1"].cataloguing.book.head()
    county = put_back(world, "county", old)
    assert county.publisher.head().number == 1
    county.numbers.number_itself()
    restart(world)
    with pytest.raises(RequestError) as behind:
        publish(world.nodes["county"], package(charge="四"))
    assert behind.value.code == "catalogue_behind"
    go_on(world)
    go_on(world)
    assert world.nodes["county"].cataloguing.book.head() == head
    made = publish(world.nodes["county"], package(charge="五"))
    assert (made.release.number, made.release.before) == (4, head.digest)
    send(world)
    go_on(world)
    assert numbers(world) == dict.fromkeys(world.nodes, 4)
    assert {charge(world, name) for name in world.nodes} == {"五"}
