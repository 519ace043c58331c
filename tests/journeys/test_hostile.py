"""What stations and people with valid keys try: it harms no other case, stops no road, and shows nobody what was not sealed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from node.casework.case import Desk, Holder
from node.casework.letter import EnclosureEntry, Letter
from node.errors import NotAllowedError, NotFoundError
from node.mail.packing import Contents
from tests.journeys.test_admission_table import bring, letter_from, parcel_of, sealed_by, stations
from tests.journeys.world import World


@pytest.fixture
def submitted(world: World) -> tuple[World, str]:
    number = world.submitted()
    world.settle()
    return world, number


def test_another_village_cannot_fork_a_case(submitted: tuple[World, str]) -> None:
    world, number = submitted
    record = world.nodes["township"].store.cases.get(number)
    assert record is not None
    now = world.clock.now().replace(microsecond=0)
    other, holder = world.nodes["village2"].station.station, Holder(stations(world)[1], Desk.REVIEW)
    letter = Letter("submitted", number, other, None, now, date(2026, 11, 22), record.item_id, record.package, holder, {"answers": {}})
    outcome, reason = bring(world, "agent2", "township", sealed_by(world, "agent2", letter))
    assert outcome == "set_aside" and str(reason).startswith("transition_")
    again = world.nodes["township"].store.cases.get(number)
    assert again is not None and not again.forked
    world.act("reviewer", number, "accepted")


def test_one_poison_parcel_does_not_stop_the_others(world: World) -> None:
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    good = village.store.outbox.due(township.station.station, 1 << 30)[0].data

    class Poison(Contents):
        def to_bytes(self) -> bytes:
            return b'key 40\n{"enclosure":null,"key":"AAAAAAAAAAAAAAAA"}\n'

    class Number(Contents):
        def to_bytes(self) -> bytes:
            line = b'{"after":null,"at":"2026-11-22T01:00:00Z","kind":"stored","letters":[],"number":"' + b"9" * 25
            receipt = b"yizhan receipt 1\n" + line + b'","parcels":[],"signer":"x","station":"x"}\nAAAA\n'
            return b"receipt %d\n" % len(receipt) + receipt + b"\n"

    bad = [parcel_of(village, township, kind()) for kind in (Poison, Number)]
    taken = township.mailroom.take_in([bad[0], good, bad[1]], village.station.station, "network")
    assert world.states(number)["township"] == "submitted"
    assert len(taken.refused) + len(taken.receipts) >= 2


def test_a_page_that_is_no_picture_is_not_given_to_a_browser(submitted: tuple[World, str]) -> None:
    world, number = submitted
    township = world.nodes["township"]
    sealed = township.store.letters.of_case(number)[0]
    assert sealed.outcome == "admitted"
    page = township.desk.case(world.person("reviewer"), number).attachments[0]
    entry = EnclosureEntry("extra", 1, page.plain_digest, page.enclosure_id, page.size_bytes, "text/html")
    letter = letter_from(world.nodes["village1"], number, "supplement", None, {"text": "x"}, enclosures=(entry,))
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter))[0] == "admitted"
    with pytest.raises(NotFoundError):
        township.desk.attachment(world.person("reviewer"), number, "extra", 1)


def test_a_page_that_is_not_what_was_sealed_is_not_shown(submitted: tuple[World, str]) -> None:
    world, number = submitted
    township = world.nodes["township"]
    page = township.desk.case(world.person("reviewer"), number).attachments[0]
    entry = EnclosureEntry("extra", 1, "sm3:" + "0" * 64, page.enclosure_id, page.size_bytes, "image/jpeg")
    letter = letter_from(world.nodes["village1"], number, "supplement", None, {"text": "x"}, enclosures=(entry,))
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter))[0] == "admitted"
    with pytest.raises(NotFoundError):
        township.desk.attachment(world.person("reviewer"), number, "extra", 1)


def test_what_was_submitted_is_not_taken_back_by_a_late_save(world: World) -> None:
    case = world.filled()
    number, desk, agent = case.line.case_number, world.nodes["village1"].desk, world.person("agent1")
    assert case.version is not None
    world.act("agent1", number, "submitted")
    for late in (
        lambda: desk.save_answers(agent, number, case.version or 0, {"name": "示例乙"}),
        lambda: desk.discard(agent, number),
        lambda: desk.detach(agent, number, "mat_id", 1),
    ):
        with pytest.raises(NotAllowedError):
            late()
    record = world.nodes["village1"].store.cases.get(number)
    assert record is not None and record.state == "submitted" and record.head is not None


def test_a_letter_that_claims_another_day_than_its_seal_is_flagged(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    old = world.clock.now().replace(microsecond=0) - timedelta(days=700)
    letter = letter_from(world.nodes["township"], number, "accepted", Holder(township, Desk.REVIEW), {}, checked_on=old.date())
    assert bring(world, "reviewer", "county", sealed_by(world, "reviewer", letter)) == ("flagged", "clock")


def test_a_returned_case_does_not_come_back_as_another_item(submitted: tuple[World, str]) -> None:
    world, number = submitted
    world.act("reviewer", number, "returned", reason="请补正")
    world.settle()
    _, township, _ = stations(world)
    package, form = world.nodes["village1"].desk.item("pension_enrol")
    body: dict[str, Any] = {"answers": dict(form.sample), "first_contact_at": "2026-11-22T01:00:00Z"}
    letter = letter_from(world.nodes["village1"], number, "submitted", Holder(township, Desk.REVIEW), body)
    letter = replace(letter, item_id="pension_enrol", package=package)
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter)) == ("set_aside", "item")


@pytest.mark.parametrize(
    ("kind", "body", "changes"),
    [
        ("returned", {"reason": "x", "marks": 5}, {}),
        ("returned", {"reason": "x", "marks": [{"field": [1], "comment": "x"}]}, {}),
        ("accepted", {"acceptance_number": 7}, {}),
        ("accepted", {}, {"checked_on": date(9999, 12, 31)}),
    ],
)
def test_odd_bodies_are_no_letters_and_the_pages_stay_up(
    submitted: tuple[World, str], kind: str, body: dict[str, Any], changes: dict[str, Any]
) -> None:
    world, number = submitted
    village, township, _ = stations(world)
    node, county = world.nodes["township"], world.nodes["county"]
    holder = Holder(township, Desk.REVIEW) if kind == "accepted" else Holder(village, Desk.AGENT)
    good = sealed_by(world, "reviewer", letter_from(node, number, "accepted", Holder(township, Desk.REVIEW), {}))
    odd = letter_from(node, number, kind, holder, body, **changes)
    frame = b"yizhan letter 1\n" + odd.payload() + b"\n" + good.frame.split(b"\n")[2] + b"\n"
    county.mailroom.take_in([parcel_of(node, county, Contents(letters=[frame]))], township, "network")
    assert world.letters(number)["county"] == [("submitted", "admitted")]
    assert "letter_refused" in {row.what for row in county.store.audit.page()}
    approver = world.person("approver")
    assert county.desk.case(approver, number).line.state == "submitted"
    assert len(county.desk.cases(approver)) == 1
