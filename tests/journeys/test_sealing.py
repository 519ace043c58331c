"""Seals of units under letters: which go under an act, who opens them, what stations above make of it, and what is written down."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from node.assemble import Node
from node.casework.acts import HeadPin
from node.casework.case import Desk, Event, Holder
from node.casework.history import COUNTED
from node.casework.letter import CONTEXT, EnclosureEntry, Letter, SealedLetter, make_frame, read_frame
from node.casework.sealing import HeadPinError
from node.casework.views import CaseView, LetterLine
from node.commands.demo_county import PEOPLE
from node.config import load_config, write_config
from node.errors import NotAllowedError, NotFoundError, RequestError, StaleError
from node.folder import StationFolder
from node.mail.packing import Contents
from node.seals.cabinet import Cabinet, OpenSeal
from node.seals.status import StatusBook
from node.staff.keyring import OpenKey
from signing.errors import PinError
from signing.seal import sign_compact
from tests.journeys.test_admission_table import letter_from, parcel_of
from tests.journeys.world import World, picture

COMMITTEES = "land_protect"
"""An item that asks for the village committee's own seal when it is handed in."""


def last(node: Node, world: World, number: str) -> LetterLine:
    return node.desk.letters(world.person("agent1"), number)[-1]


def kinds(line: LetterLine) -> list[tuple[str, str]]:
    return [(one.kind, one.verdict) for one in line.seals]


def handed_in(world: World, view: CaseView, **more: object) -> CaseView:
    """The agent submits a draft as the page shows it."""
    node, person = world.nodes["village1"], world.person("agent1")
    seen = node.desk.case(person, view.line.case_number)
    return node.desk.act(person, view.line.case_number, "submitted", pin=world.pin("agent1"), shown=seen.shown, **more)  # type: ignore[arg-type]


def head_pin(world: World, name: str = "head1") -> HeadPin:
    return HeadPin(name, world.pin(name))


def assert_untouched(world: World, number: str) -> None:
    node = world.nodes["village1"]
    record = node.store.cases.get(number)
    assert record is not None and record.state == "draft" and record.head is None
    assert node.store.letters.of_case(number) == [] and node.store.seal_uses.days() == {}


def test_each_tier_puts_the_seal_of_its_unit_beside_the_persons(world: World) -> None:
    number = world.submitted("gaoling")
    world.settle()
    world.approve(number)
    for name in ("village1", "township", "county"):
        node = world.nodes[name]
        lines = node.desk.letters(world.person("agent1"), number)
        assert [(line.event, [one.kind for one in line.seals], line.lacking) for line in lines] == [
            ("submitted", ["person", "service"], ""),
            ("accepted", ["person", "unit"], ""),
            ("forwarded", ["person", "unit"], ""),
            ("approved", ["person", "unit"], ""),
        ], name
        assert {one.verdict for line in lines for one in line.seals} == {"valid"}
        assert {line.outcome for line in lines} == {"admitted"}
    uses = world.nodes["township"].store.seal_uses.of_day("2026-11-22")
    assert [(one.event, one.person, one.how) for one in uses] == [("accepted", "reviewer", "own"), ("forwarded", "reviewer", "own")]
    assert uses[0].case_number == number and uses[0].title == "示例甲" and uses[0].seal_id.startswith("13102510500001-unit-")
    audit = world.nodes["township"].store.audit
    used = [line for line in audit.page() if line.what == "seal_used"]
    assert {line.detail["letter"] for line in used} == {one.letter_id for one in uses} and audit.first_broken() is None


def test_what_the_page_said_would_be_put_on_is_part_of_what_is_sealed(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    number = world.filled().line.case_number
    seen = node.desk.case(agent, number)
    assert seen.offer.name == "示例一村便民服务专用章（样章）" and not seen.offer.heads
    row = next(one for one in node.store.held_seals.all("held") if one.kind == "service")
    node.store.held_seals.put(replace(row, state="refused"))  # the cabinet has lost it since the page was drawn
    with pytest.raises(StaleError) as refused:
        node.desk.act(agent, number, "submitted", pin=world.pin("agent1"), shown=seen.shown)
    assert refused.value.code == "shown"
    assert_untouched(world, number)
    again = node.desk.case(agent, number)
    assert (again.offer.name, again.offer.lacking) == ("", "no_seal")
    node.desk.act(agent, number, "submitted", pin=world.pin("agent1"), shown=again.shown)
    assert last(node, world, number).lacking == "unit_seal"
    world.settle()
    line = last(world.nodes["county"], world, number)
    assert (line.lacking, line.outcome, kinds(line)) == ("unit_seal", "admitted", [("person", "valid")])


def test_the_committees_seal_is_put_on_by_the_head_at_the_agents_page(world: World) -> None:
    node = world.nodes["village1"]
    draft = world.filled(COMMITTEES)
    number = draft.line.case_number
    offer = node.desk.case(world.person("agent1"), number).offer
    assert [one.name for one in offer.heads] == ["head1"] and offer.on_paper and not offer.lacking
    with pytest.raises(HeadPinError) as wrong:
        handed_in(world, draft, head=HeadPin("head1", "000000"))
    assert wrong.value.attempts_left == 4
    for name in ("agent1", "head2"):
        with pytest.raises(NotAllowedError) as refused:
            handed_in(world, draft, head=HeadPin(name, world.pin(name)))
        assert refused.value.code == "not_head"
    with pytest.raises(PinError) as agents:
        node.desk.act(world.person("agent1"), number, "submitted", pin="000000", head=head_pin(world))
    assert not isinstance(agents.value, HeadPinError)
    assert_untouched(world, number)
    handed_in(world, draft, head=head_pin(world))
    assert not node.keyring.is_open(replace(world.person("head1"), session_id="")), "no window is left open by a PIN on another's page"
    world.settle()
    for name in ("village1", "township", "county"):
        line = last(world.nodes[name], world, number)
        assert kinds(line) == [("person", "valid"), ("person", "valid"), ("unit", "valid")], name
        assert [one.signer for one in line.seals[:2]] == ["示例代办员甲", "示例村主任甲"] and line.lacking == ""
    uses = node.store.seal_uses.of_day("2026-11-22")
    assert [(one.person, one.how, one.seal_id.split("-")[1]) for one in uses] == [("head1", "head", "person"), ("head1", "head", "unit")]


def test_the_head_may_approve_on_paper_and_everybody_sees_that_it_was_so(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    draft = world.filled(COMMITTEES)
    number = draft.line.case_number
    with pytest.raises(RequestError) as refused:
        handed_in(world, draft, seal_approval="示例村主任甲")
    assert refused.value.code == "seal_approval_scan"
    node.desk.attach(agent, number, "seal_approval", 1, picture("seal approval"))
    with pytest.raises(RequestError) as refused:
        handed_in(world, draft, seal_approval=" ")
    assert refused.value.code == "seal_approval_by"
    with pytest.raises(RequestError) as refused:
        handed_in(world, draft, seal_approval="示例村主任甲", head=head_pin(world))
    assert refused.value.code == "seal_approval_twice"
    assert_untouched(world, number)
    handed_in(world, draft, seal_approval="示例村主任甲")
    world.settle()
    for name in ("village1", "township", "county"):
        line = last(world.nodes[name], world, number)
        assert (kinds(line), line.lacking) == ([("person", "valid")], "on_paper"), name
        assert line.body["seal_approval"] == {"by": "示例村主任甲", "paper": True}
        assert "seal_approval" in {one.material for one in world.nodes[name].desk.case(agent, number).attachments}
    assert node.store.seal_uses.days() == {}


def test_an_item_that_asks_for_no_committees_seal_takes_neither_a_head_nor_an_approval_on_paper(world: World) -> None:
    draft = world.filled("gaoling")
    with pytest.raises(RequestError) as refused:
        handed_in(world, draft, head=head_pin(world))
    assert refused.value.code == "head_other"
    with pytest.raises(RequestError) as refused:
        handed_in(world, draft, seal_approval="示例村主任甲")
    assert refused.value.code == "seal_approval_other"
    for material in ("seal_approval", "documents"):
        with pytest.raises(NotFoundError):
            world.nodes["village1"].desk.attach(world.person("agent1"), draft.line.case_number, material, 1, picture("approval"))
    assert_untouched(world, draft.line.case_number)


def required(world: World) -> None:
    folder = world.place / "village1"
    config = load_config(folder)
    write_config(folder, replace(config, policy=replace(config.policy, unit_seal="required")))
    world.start("village1")


def test_where_the_policy_asks_for_it_nothing_goes_without_the_units_seal(world: World) -> None:
    required(world)
    draft = world.filled(COMMITTEES)
    with pytest.raises(NotAllowedError) as refused:
        handed_in(world, draft)
    assert refused.value.code == "unit_seal_needed"
    assert_untouched(world, draft.line.case_number)
    handed_in(world, draft, head=head_pin(world))
    other = world.filled(COMMITTEES)
    world.nodes["village1"].desk.attach(world.person("agent1"), other.line.case_number, "seal_approval", 1, picture("approval"))
    assert handed_in(world, other, seal_approval="示例村主任甲").line.state == "submitted"


def test_where_it_is_only_offered_the_letter_goes_without_and_the_township_sees_that(world: World) -> None:
    draft = world.filled(COMMITTEES)
    handed_in(world, draft)
    world.settle()
    line = last(world.nodes["township"], world, draft.line.case_number)
    assert (line.outcome, line.lacking, kinds(line)) == ("admitted", "unit_seal", [("person", "valid")])


def test_what_the_village_head_decides_bears_the_committees_seal_at_the_decision(world: World) -> None:
    node = world.nodes["village1"]
    number = world.submitted("village_note")
    assert (kinds(last(node, world, number)), last(node, world, number).lacking) == ([("person", "valid")], "")
    world.act("head1", number, "approved")
    line = last(node, world, number)
    assert (kinds(line), line.lacking) == ([("person", "valid"), ("unit", "valid")], "")
    today = node.store.seal_uses.of_day(next(iter(node.store.seal_uses.days())))
    assert [(one.person, one.how) for one in today if one.letter_id == line.letter_id] == [("head1", "own")]


def test_who_keeps_the_own_key_on_a_token_is_asked_for_the_seals_own_pin(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    number = world.filled().line.case_number
    assert not node.desk.case(agent, number).offer.seal_pin
    record = node.store.people.get("agent1")
    assert record is not None
    node.store.people.put(replace(record, key_name="pkcs11:token/agent1"))
    assert node.desk.case(agent, number).offer.seal_pin
    node.batches.seen.saw(agent, node.desk.case(agent, number))
    assert [one.state for one in node.batches.standing(agent, Event.SUBMITTED)] == ["seal_pin"], "not in one go with others"


# What stations above make of seals that should not stand together.


def unit_of(world: World, name: str, kind: str) -> OpenSeal:
    """A unit's seal, opened by a custodian of its station."""
    node = world.node_of(name)
    folder = StationFolder(world.place / next(one.station for one in PEOPLE if one.name == name))
    station = node.station
    cabinet = Cabinet(folder, station, node.store, StatusBook(node.store, station.suite, station.trust), world.clock, node.holders.tokens)
    held = next(one for one in cabinet.held() if one.kind == kind)
    return cabinet.open(held, node.keyring.open(world.person(name), world.pin(name)))


def own_of(world: World, name: str) -> OpenKey:
    return world.node_of(name).keyring.open(world.person(name), world.pin(name))


def sealed_with(node: Node, letter: Letter, seals: Sequence[OpenKey | OpenSeal]) -> SealedLetter:
    payload = letter.payload()
    made = [sign_compact(node.station.suite, one.signer, one.seal, CONTEXT + payload, letter.at) for one in seals]
    return read_frame(make_frame(payload, made), node.station.suite.digest)


def brought(world: World, sealed: SealedLetter, seals: Sequence[OpenKey | OpenSeal]) -> tuple[str, str | None]:
    """What the township makes of a letter that village 1 brings with all its credentials."""
    maker, reader = world.nodes["village1"], world.nodes["township"]
    trust = world.nodes["county"].station.trust
    found = {one.der: None for seal in seals for one in trust.path(seal.signer.certificate) if one.usage != "root"}
    contents = Contents(letters=[sealed.frame], certificates=list(found), seals=[one.seal for one in seals])
    reader.mailroom.take_in([parcel_of(maker, reader, contents)], maker.station.station, "network")
    row = reader.store.letters.get(sealed.letter_id)
    return (row.outcome, row.reason) if row else ("refused", None)


STANDING = {
    "agent service": None,
    "agent head unit": None,
    "service": "seals_first_not_person",
    "service agent": "seals_first_not_person",
    "agent unit": "seals_head_missing",
    "agent service agent": "seals_seal_order",
    "agent service service": "seals_seal_order",
    "agent agent service": "seals_seal_order",
    "agent head head unit": "seals_seal_order",
    "agent service2": "seals_unit_of_other_organ",
    "agent township": "seals_unit_of_other_organ",
    "agent head2 unit": "signer_station",
}
"""Seals under a submission of village 1, and why they may not stand together."""


def test_seals_that_may_not_stand_together_are_set_aside(world: World) -> None:
    node = world.nodes["village1"]
    keys: dict[str, OpenKey | OpenSeal] = {
        "agent": own_of(world, "agent1"),
        "head": own_of(world, "head1"),
        "head2": own_of(world, "head2"),
        "service": unit_of(world, "agent1", "service"),
        "unit": unit_of(world, "head1", "unit"),
        "service2": unit_of(world, "agent2", "service"),
        "township": unit_of(world, "reviewer", "unit"),
    }
    found = {}
    for names in STANDING:
        view = node.desk.open_case(world.person("agent1"), "gaoling")
        holder = Holder(world.nodes["township"].station.station, Desk.REVIEW)
        letter = letter_from(node, view.line.case_number, "submitted", holder, {"answers": dict(view.answers)}, after=None)
        seals = [keys[name] for name in names.split()]
        outcome, reason = brought(world, sealed_with(node, letter, seals), seals)
        found[names] = reason if outcome == "set_aside" else None
    assert found == STANDING


def test_what_a_letter_names_as_its_documents_rides_behind_all_scans_unless_it_is_anothers(world: World) -> None:
    node, township = world.nodes["village1"], world.nodes["township"]
    agent = own_of(world, "agent1")
    ids = {name: node.station.suite.digest(name.encode()) for name in ("scan", "documents", "of another")}
    for name, one in ids.items():
        maker = node.station.station if name != "of another" else world.nodes["village2"].station.station
        township.store.enclosures.expect(one, 100, "full", maker)
    entries = tuple(
        EnclosureEntry("mat_id" if name == "scan" else "documents", 1, one, one, 100, "application/zip") for name, one in ids.items()
    )
    view = node.desk.open_case(world.person("agent1"), "gaoling")
    holder = Holder(township.station.station, Desk.REVIEW)
    body = {"answers": dict(view.answers)}
    letter = letter_from(node, view.line.case_number, "submitted", holder, body, after=None, enclosures=entries)
    assert brought(world, sealed_with(node, letter, [agent]), [agent])[0] in COUNTED
    ranks = {name: township.store.enclosures.get(one) for name, one in ids.items()}
    assert {name: row.rank for name, row in ranks.items() if row} == {"scan": "full", "documents": "late", "of another": "full"}
    seen = township.desk.case(world.person("reviewer"), view.line.case_number)
    assert {one.material for one in seen.attachments} == {"mat_id"}


def test_a_letter_under_a_seal_stopped_before_it_was_received_is_put_aside_everywhere_and_can_be_sealed_anew(world: World) -> None:
    village, county, agent = world.nodes["village1"], world.nodes["county"], world.person("agent1")
    before = world.submitted()
    world.settle()
    world.weather.down.add("village1")
    world.clock.move(hours=1)
    seal_id = village.desk.case(agent, world.filled().line.case_number).offer.seal_id
    county.seals.register.change(seal_id, "stopped", own_of(world, "keyofficer"), "换届")
    world.settle()
    world.clock.move(hours=1)
    number = world.submitted()
    assert kinds(last(village, world, number)) == [("person", "valid"), ("service", "valid")], "the village has not heard of it"
    world.weather.down.clear()
    world.settle()
    rows = {name: [(row.outcome, row.reason) for row in node.store.letters.of_case(number)] for name, node in world.nodes.items()}
    assert rows == {"village1": [("set_aside", "revoked")], "township": [("set_aside", "revoked")], "county": [("set_aside", "revoked")],
                    "village2": []}  # fmt: skip
    assert last(county, world, before).outcome == "admitted", "what was received before the stop stands"
    view = village.desk.case(agent, number)
    assert (view.line.state, view.offer.name, view.offer.lacking) == ("draft", "", "stopped")
    people = {"village1": "agent1", "township": "reviewer", "county": "approver"}
    waiting = {name: world.nodes[name].desk.counts(world.person(who))["set_aside"] for name, who in people.items()}
    assert waiting == dict.fromkeys(people, 1)
    world.act("agent1", number, "submitted")
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    lines = county.desk.letters(agent, number)
    assert [(one.outcome, one.lacking) for one in lines] == [("admitted", "unit_seal"), ("set_aside", "")]
    row = county.store.letters.get(lines[0].letter_id)
    assert row is not None and read_frame(row.frame, county.station.suite.digest).letter.instead_of == lines[1].letter_id
    waiting = {name: world.nodes[name].desk.counts(world.person(who))["set_aside"] for name, who in people.items()}
    assert waiting == dict.fromkeys(people, 0), "nobody need look at what was sealed again"


# Own and kin's cases.


def test_nobody_seals_the_own_case_or_kins_and_no_head_puts_the_seal_on_kins(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    draft = world.filled(COMMITTEES)
    number = draft.line.case_number
    applicant = next(str(draft.answers[one.id]) for one in node.desk.form_of(number).fields() if one.kind == "id_no")
    node.kinship.declare(world.person("head1"), "head1", "示例", f" {applicant.lower()}", "sibling")
    assert node.desk.case(agent, number).offer.lacking == "no_head"
    with pytest.raises(NotAllowedError) as refused:
        handed_in(world, draft, head=head_pin(world))
    assert refused.value.code == "head_kin"
    node.kinship.declare(agent, "agent1", "", applicant, "")
    assert node.desk.case(agent, number).recusal == "own_case"
    with pytest.raises(NotAllowedError) as refused:
        handed_in(world, draft)
    assert refused.value.code == "own_case"
    assert_untouched(world, number)
    with pytest.raises(NotAllowedError):
        node.kinship.remove(agent, "agent1", applicant)
    node.kinship.remove(world.person("head1"), "agent1", applicant)
    node.kinship.declare(agent, "agent1", "示例", applicant, "parent")
    with pytest.raises(NotAllowedError) as refused:
        handed_in(world, draft)
    assert refused.value.code == "kin_case"


def test_an_approver_decides_nothing_for_kin(world: World) -> None:
    number = world.submitted("gaoling")
    world.settle()
    world.act("reviewer", number, "accepted")
    world.act("reviewer", number, "forwarded")
    world.settle()
    node, approver = world.nodes["county"], world.person("approver")
    node.kinship.declare(approver, "approver", "示例甲", str(node.desk.case(approver, number).answers["id_no"]), "parent")
    assert node.desk.case(approver, number).recusal == "kin_case"
    with pytest.raises(NotAllowedError) as refused:
        world.act("approver", number, "approved")
    assert refused.value.code == "kin_case" and world.states(number)["county"] == "forwarded"
