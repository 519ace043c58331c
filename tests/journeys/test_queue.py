"""The queue of mail as people work with it: seen by case, put first, tried again, set aside and taken up; nothing else is touched."""

from datetime import timedelta

import pytest

from node.assemble import Node
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.mail.queue import QueueItem
from node.staff.people import Person
from node.store.records import ParcelRecord
from tests.journeys.test_packing import classes
from tests.journeys.world import World

SUPERVISOR = Person("supervisor", "示例督查", ("supervisor",))


def item_of(node: Node, number: str, hop: str = "") -> QueueItem:
    (found,) = [one for one in node.queue.of_case(number) if hop in one.next_hop]
    return found


def test_a_case_that_waits_shows_what_of_it_waits_and_since_when(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"].station
    (item,) = village.queue.items().items
    record = village.store.cases.get(number)
    assert record is not None
    assert (item.case_number, item.short_number, item.applicant) == (number, record.short_number, record.title)
    assert (item.next_hop, item.next_hop_name, item.state, item.events) == (township.station, township.name, "unpacked", ("submitted",))
    assert (item.scans_total, item.scans_left, item.previews_left, item.scan_bytes_acknowledged) == (4, 4, 4, 0)
    assert item.letters_bytes > 500 and item.scan_bytes == village.store.enclosures.bytes_to_send()
    assert (item.since, item.tries, item.why, item.urgent, item.first) == (world.clock.now(), 0, None, False, False)
    world.weather.down = {"township"}
    world.carry("village1")
    assert village.queue.items().items == ()
    (above,) = world.nodes["township"].queue.items().items
    assert (above.case_number, above.next_hop, above.state) == (number, world.nodes["county"].station.station, "queued")
    assert (above.scans_left, above.previews_left) == (4, 4), "a relay knows whose scans it carries"
    world.weather.down = set()
    world.settle()
    assert all(node.queue.items().items == () for node in world.nodes.values())


def test_letters_that_are_there_while_scans_still_go_show_as_carried(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    parcels = [one.data for one in village.outgoing.due(township.station.station, 1 << 30)]
    taken = township.mailroom.take_in(parcels, village.station.station, "network")
    village.mailroom.take_receipts(taken.receipts, township.station.station)
    first = village.store.enclosures.to_send(township.station.station, 1)[0]
    village.store.enclosures.held_by(township.station.station, first)
    item = item_of(village, number)
    assert (item.state, item.letters_bytes, item.previews_left, item.scans_left) == ("carried", 0, 3, 4)
    assert 0 < item.scan_bytes_acknowledged < item.scan_bytes


def test_one_item_is_set_aside_and_taken_up_and_no_other_is_touched(world: World) -> None:
    world.weather.down = {"village1"}
    stays, goes = world.submitted(), world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    item = item_of(village, stays)
    held = village.queue.set_aside(agent, item.item_id, "示例：材料要换")
    assert held.state == "held" and item_of(village, goes).state == "unpacked"
    world.act("agent1", stays, "message", reason="示例")
    assert item_of(village, stays).state == "held", "what follows waits with it"
    world.weather.down = set()
    world.settle()
    assert set(world.states(goes).values()) == {"submitted"} and len(world.states(goes)) == 3
    assert world.states(stays) == {"village1": "submitted"}
    assert village.store.outbox.waiting().held == 2
    (left,) = village.queue.items().items
    assert (left.case_number, left.state, left.scans_left) == (stays, "held", 4)
    village.queue.take_up(agent, left.item_id)
    world.settle()
    assert len(world.states(stays)) == 3 and len(world.letters(stays)["county"]) == 2
    township = world.nodes["township"].store
    assert {one.damaged for one in map(township.enclosures.get, township.enclosures.whole_of(())) if one} <= {0}
    said = [(row.who, row.what, row.about) for row in village.store.audit.page() if row.what.startswith("queue_")]
    assert said == [(agent.name, "queue_take_up", stays), (agent.name, "queue_set_aside", stays)]


def test_an_item_that_is_packed_already_is_set_aside_too_and_no_bundle_takes_it(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    up = world.nodes["township"].station.station
    assert len(village.outgoing.due(up, 1 << 30)) == 1
    village.queue.set_aside(agent, item_of(village, number).item_id, "示例")
    assert classes(village, up) == ["certificates"], "others may need what rode in it"
    report = village.bundles.write_to(world.place / "stick.yzb")
    assert (report.parcels, report.enclosures) == (1, 0)
    world.weather.down = set()
    world.settle()
    assert world.states(number) == {"village1": "submitted"}
    village.queue.take_up(agent, item_of(village, number).item_id)
    world.settle()
    assert len(world.states(number)) == 3


def test_a_parcel_that_holds_others_too_is_not_stopped_for_one_of_them(world: World) -> None:
    world.settle()
    one, other = world.submitted(), world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    for number in (one, other):
        world.act("agent1", number, "message", reason="示例")
    village, agent = world.nodes["village1"], world.person("agent1")
    assert len(village.outgoing.due(world.nodes["township"].station.station, 1 << 30)) == 1
    item = item_of(village, one)
    assert item.is_shared
    with pytest.raises(RequestError) as refused:
        village.queue.set_aside(agent, item.item_id, "示例")
    assert refused.value.code == "packed_with_others"
    assert {row.state for row in village.queue.items().items} == {"queued"}
    assert not [row for row in village.store.audit.page() if row.what == "queue_set_aside"]


def test_what_is_put_first_leaves_before_what_came_before_it(world: World) -> None:
    world.weather.down = {"village1"}
    first, second = world.submitted(), world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    up = world.nodes["township"].station.station
    village.outgoing.due(up, 1 << 30)
    third = world.submitted()
    village.outgoing.due(up, 1 << 30)
    item = village.queue.send_first(agent, item_of(village, third).item_id)
    assert item.first and village.queue.items().items[0].case_number == third
    (one, two) = village.outgoing.due(up, 1 << 30)
    assert village.store.waiting.cases_of(one.parcel_id) == {third} and not one.urgent, "the parcel itself says what it said"
    assert village.store.waiting.cases_of(two.parcel_id) == {first, second}
    scans = {row["enclosure_id"]: row["case_number"] for row in village.store.enclosures.waiting_hops([first, second, third], 100)}
    assert {scans[one] for one in village.store.enclosures.to_send(up, 4)} == {third}
    village.queue.not_first(agent, item.item_id)
    assert village.outgoing.due(up, 1 << 30) == [two, one]
    fourth = world.submitted()
    village.queue.send_first(agent, item_of(village, fourth).item_id)
    assert village.store.waiting.cases_of(village.outgoing.due(up, 1 << 30)[0].parcel_id) == {fourth}


def test_what_the_parent_refused_is_tried_again_at_once_when_a_person_says_so(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    up = world.nodes["township"].station.station
    (parcel,) = village.outgoing.due(up, 1 << 30)
    village.outgoing.mark_refused(up, [(parcel.parcel_id, "quota")], world.clock.now())
    item = item_of(village, number)
    assert (item.state, item.why, item.tries) == ("refused", "quota", 1)
    assert not village.outgoing.has_due(up)
    item = village.queue.retry(agent, item.item_id)
    assert (item.state, item.why, item.tries) == ("queued", None, 0)
    world.weather.down = set()
    world.settle()
    assert len(world.states(number)) == 3


def test_only_who_works_here_may_change_the_queue_and_only_what_waits(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    item = item_of(village, number)
    with pytest.raises(NotAllowedError, match="role"):
        village.queue.send_first(SUPERVISOR, item.item_id)
    assert village.queue.items().items == (item,), "reading is for everybody at the station"
    for reason, code in (("  ", "reason_missing"), ("长" * 201, "reason_long")):
        with pytest.raises(RequestError, match=code):
            village.queue.set_aside(agent, item.item_id, reason)
    world.weather.down = set()
    world.settle()
    with pytest.raises(NotFoundError):
        village.queue.retry(agent, item.item_id)


def test_the_list_comes_in_pages_and_can_be_searched(world: World) -> None:
    world.weather.down = {"village1"}
    numbers = [world.submitted() for _ in range(3)]
    queue = world.nodes["village1"].queue
    page = queue.items(limit=2)
    assert (len(page.items), page.total) == (2, 3)
    rest = queue.items(limit=2, after=page.after)
    assert rest.after is None and {one.case_number for one in (*page.items, *rest.items)} == set(numbers)
    assert [one.case_number for one in queue.items(q=numbers[1]).items] == [numbers[1]]
    assert queue.items(q="没有这个").total == 0


def test_the_list_is_sorted_and_searched_over_all_that_waits_not_over_a_page(world: World) -> None:
    world.weather.down = {"village1", "township"}
    village, agent = world.nodes["village1"], world.person("agent1")
    numbers = []
    for _ in range(3):
        numbers.append(world.submitted())
        world.clock.move(minutes=1)
    village.queue.send_first(agent, item_of(village, numbers[2]).item_id)
    last, first, *_ = order = [numbers[2], numbers[0], numbers[1]]
    assert [one.case_number for one in village.queue.items().items] == order
    found, after = [], None
    for _ in order:
        page = village.queue.items(limit=1, after=after)
        found += [one.case_number for one in page.items]
        after = page.after
    assert (found, after) == (order, None)
    begun = village.queue.items(limit=1).after
    record = village.store.cases.get(first)
    assert record is not None and begun is not None and begun.endswith(last)
    assert [one.case_number for one in village.queue.items(q=record.short_number).items] == [first]
    assert village.queue.items(q=record.title).total == 3
    township, county, now = world.nodes["township"], world.nodes["county"].station.station, world.clock.now()
    for digit, at in (("7", now), ("8", now - timedelta(minutes=1))):
        parcel = ParcelRecord("sha256:" + digit * 64, b"x", village.station.station, "certificates", True, at, at)
        township.store.outbox.put(parcel)
        township.store.outbox.queue(parcel.parcel_id, county, at)
    by_maker = township.queue.items(q=village.station.name).items
    assert [one.item_id[-1] for one in by_maker] == ["8", "7"], "the oldest first"
    assert {(one.case_number, one.applicant, one.urgent) for one in by_maker} == {(None, village.station.name, True)}
    assert township.queue.item(by_maker[0].item_id) == by_maker[0]
    assert township.queue.items(q="没有这个").total == 0
