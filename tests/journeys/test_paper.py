"""A case carried on paper: printed, photographed, taken in once beside every other road; the receipt comes back on paper too."""

from collections.abc import Callable
from pathlib import Path

import pytest

from node.errors import NotFoundError, RequestError
from node.paper.codes import PARCEL, RECEIPT, texts_of
from node.paper.road import CodeRead
from tests.journeys.world import ORDER, World

SUITES = ("gm", "p256")


@pytest.fixture(params=SUITES)
def dead(request: pytest.FixtureRequest, make_world: Callable[..., World]) -> World:
    """A county whose stations have heard of each other; then every line dies."""
    world: World = make_world(request.param)
    world.submitted()
    world.settle()
    world.weather.down = set(ORDER)
    return world


def printed(world: World, name: str, number: str) -> bytes:
    """The sheet of a case as somebody prints it."""
    paper, person = world.node_of(name).paper, world.person(name)
    paper.make(person, number)
    return paper.written(paper.sheet(person, number))


def read(world: World, name: str, data: bytes) -> list[CodeRead]:
    """What a printed page brings at the station of a person."""
    return world.node_of(name).paper.read_picture(world.person(name), data)


def road_of(world: World, number: str) -> str:
    return world.nodes["village1"].desk.case(world.person("agent1"), number).roads.state


def test_a_case_goes_up_on_paper_its_receipt_comes_back_on_paper_and_scans_follow_by_network(dead: World) -> None:
    number = dead.submitted()
    sheet = printed(dead, "agent1", number)
    assert road_of(dead, number) == "handed_over"
    (last,) = read(dead, "reviewer", sheet)
    assert (last.state, last.of) == ("taken", 2)
    assert dead.states(number)["township"] == "submitted"
    here = dead.nodes["township"].paper.parcel(last.parcel_id)
    assert [(one.case_number, one.outcome) for one in here.letters] == [(number, "admitted")]
    assert (here.scans, here.scans_here) == (4, 0)

    answer = dead.nodes["township"].paper
    (back,) = read(dead, "agent1", answer.written(answer.answer_sheet(last.parcel_id)))
    assert (back.state, back.parcels) == ("acknowledged", (last.parcel_id,))
    assert road_of(dead, number) == "stored"

    dead.weather.down = set()
    dead.settle()
    assert dead.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}
    here = dead.nodes["township"].paper.parcel(last.parcel_id)
    assert here.scans_here == here.scans
    dead.approve(number)
    assert set(dead.states(number).values()) == {"approved"}


def test_what_came_on_paper_and_comes_by_usb_and_by_network_too_is_taken_in_once(world: World, tmp_path: Path) -> None:
    world.submitted()
    world.settle()
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    sheet = printed(world, "agent1", number)
    village.bundles.write_to(tmp_path / "stick.yzb")
    assert township.bundles.read_from(tmp_path / "stick.yzb").new == 1
    assert [one.state for one in read(world, "reviewer", sheet)] == ["known"]
    world.settle()
    assert [one.state for one in read(world, "reviewer", sheet)] == ["known"]
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_the_first_mail_of_a_village_waits_at_the_township_for_the_seals_that_paper_cannot_carry(world: World) -> None:
    world.weather.down = set(ORDER)
    number = world.submitted()
    (last,) = read(world, "reviewer", printed(world, "agent1", number))
    here = world.nodes["township"].paper.parcel(last.parcel_id)
    assert (last.state, [one.outcome for one in here.letters]) == ("taken", ["waiting"])
    world.weather.down = set()
    world.settle()
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_a_decision_comes_down_on_paper(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    world.settle()
    world.weather.down = set(ORDER)
    world.act("reviewer", number, "returned", reason="请补一张照片", marks=[])
    (last,) = read(world, "agent1", printed(world, "reviewer", number))
    assert last.state == "taken"
    assert world.states(number)["village1"] == "returned"
    world.weather.down = set()
    world.settle()
    assert set(world.states(number).values()) == {"returned"}


def test_the_same_sheet_is_printed_again_until_something_new_waits_and_nothing_is_printed_when_all_has_arrived(world: World) -> None:
    number = world.submitted()
    paper, agent = world.nodes["village1"].paper, world.person("agent1")
    with pytest.raises(NotFoundError):
        paper.made(agent, number)
    first = paper.make(agent, number)
    assert paper.make(agent, number) == first == paper.made(agent, number)
    township = world.nodes["township"].station.station
    assert world.nodes["village1"].store.outbox.hops_of(first.parcel_id) == {township: "handed_over"}
    world.settle()
    assert not paper.waits(agent, number)
    with pytest.raises(RequestError, match="paper_nothing"):
        paper.make(agent, number)
    with pytest.raises(NotFoundError):
        paper.made(agent, number)


def test_letters_of_other_cases_are_left_where_they_are_and_what_was_set_aside_is_not_printed(world: World) -> None:
    one, other = world.submitted(), world.submitted()
    village = world.nodes["village1"]
    made = village.paper.make(world.person("agent1"), one)
    letters = village.store.outbox.letters_of([made.parcel_id])[made.parcel_id]
    assert letters == [row.letter_id for row in village.store.letters.of_case(one)]
    assert [row.case_number for row in village.store.unpacked.all(9)] == [other]
    village.store.unpacked.set_aside(other, True)
    with pytest.raises(RequestError, match="paper_held"):
        village.paper.make(world.person("agent1"), other)
    assert [row.case_number for row in village.store.unpacked.all(9)] == [other]


def test_a_sheet_is_nothing_new_at_its_maker_and_is_left_alone_by_a_village_that_does_not_know_its_maker(world: World) -> None:
    world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    number = world.submitted()
    sheet = printed(world, "agent1", number)
    assert [one.state for one in read(world, "agent1", sheet)] == ["own"]
    (taken,) = read(world, "agent2", sheet)
    assert (taken.state, taken.why) == ("refused", "no_route")
    assert not world.nodes["village2"].store.outbox.known(taken.parcel_id)
    world.settle()
    assert list(world.letters(number)) == ["village1"]
    assert [one.state for one in read(world, "reviewer", sheet)] == ["taken"]


def test_a_township_passes_on_what_came_on_paper(world: World) -> None:
    world.submitted()
    world.settle()
    world.weather.down = {"village1", "township"}
    number = world.submitted()
    sheet = printed(world, "agent1", number)
    assert [one.state for one in read(world, "approver", sheet)] == ["taken"], "carried right to the county"
    read(world, "reviewer", sheet)
    world.weather.down = {"village1"}
    world.settle()
    once = [("submitted", "admitted")]
    assert world.letters(number) == {"village1": once, "township": once, "county": once}


def test_a_receipt_says_nothing_where_it_is_forged_or_foreign(make_world: Callable[..., World]) -> None:
    world = make_world("p256")
    number = world.submitted()
    township, village = world.nodes["township"], world.nodes["village1"]
    (last,) = read(world, "reviewer", printed(world, "agent1", number))
    receipt = township.store.receipts.get_for_parcel(last.parcel_id)
    assert receipt is not None
    forged = receipt.data.replace(b'"number":1', b'"number":2')
    (text,) = texts_of(RECEIPT, village.station.suite.digest(forged), forged)
    with pytest.raises(RequestError, match="paper_receipt"):
        village.paper.read_code(world.person("agent1"), text)
    assert road_of(world, number) == "handed_over"
    (good,) = texts_of(RECEIPT, receipt.receipt_id, receipt.data)
    assert township.paper.read_code(world.person("reviewer"), good).state == "own"
    other = world.nodes["village2"].paper.read_code(world.person("agent2"), good)
    assert (other.state, other.parcels) == ("acknowledged", ())
    assert village.paper.read_code(world.person("agent1"), good).parcels == (last.parcel_id,)
    assert road_of(world, number) == "stored"


def test_a_sheet_whose_codes_are_whole_but_belong_to_nothing_is_refused_and_forgotten(world: World) -> None:
    township, reviewer = world.nodes["township"], world.person("reviewer")
    data = b"yizhan parcel 1\n{}\n" + bytes(range(256)) * 20
    first, second, third = texts_of(PARCEL, township.station.suite.digest(b"something else"), data)
    assert [township.paper.read_code(reviewer, text).state for text in (first, second)] == ["more", "more"]
    with pytest.raises(RequestError, match="paper_damaged"):
        township.paper.read_code(reviewer, third)
    assert township.paper.read_code(reviewer, first).missing == (2, 3)
    whole = texts_of(PARCEL, township.station.suite.digest(data), data)
    with pytest.raises(RequestError, match="paper_damaged"):
        [township.paper.read_code(reviewer, text) for text in whole]


def test_codes_of_two_sheets_may_be_read_in_any_order_and_twice(world: World) -> None:
    world.submitted()
    world.settle()
    village, township = world.nodes["village1"], world.nodes["township"]
    numbers = [world.submitted("medical_aid"), world.submitted("medical_aid")]
    (a1, a2), (b1, b2) = (village.paper.make(world.person("agent1"), one).texts for one in numbers)
    states = [township.paper.read_code(world.person("reviewer"), text).state for text in (a1, b2, a1, b1, b1, a2, a2)]
    assert states == ["more", "more", "more", "taken", "known", "taken", "known"]
    assert [world.letters(one)["township"] for one in numbers] == [[("submitted", "admitted")]] * 2


def test_no_byte_of_a_parcel_can_be_changed_under_codes_that_are_whole(make_world: Callable[..., World]) -> None:
    world = make_world("p256")
    number = world.submitted("utility_pay")
    village, township, reviewer = world.nodes["village1"], world.nodes["township"], world.person("reviewer")
    parcel = village.store.outbox.get(village.paper.make(world.person("agent1"), number).parcel_id)
    assert parcel is not None
    begins = parcel.data.index(b"\n", 16) + 1
    ends: set[str] = set()
    for at in [*range(0, begins, 23), *range(begins, len(parcel.data), 41), len(parcel.data) - 1]:
        changed = parcel.data[:at] + bytes([parcel.data[at] ^ 1]) + parcel.data[at + 1 :]
        name = township.station.suite.digest(changed)
        try:
            (text,) = texts_of(PARCEL, name, changed)
            came = township.paper.read_code(reviewer, text)
        except (RequestError, ValueError):
            continue
        ends.add(came.why or came.state)
        assert came.state == "refused", at
    assert {"signature"} <= ends <= {"signature", "certificate", "malformed", "no_route", "not_a_reader", "dictionary", "unknown_maker"}
    assert world.letters(number).keys() == {"village1"}
