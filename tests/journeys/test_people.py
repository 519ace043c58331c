"""People of one machine: several villages, somebody who leaves, and somebody who practises and whose cases never leave."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.casework.acts import Act
from node.casework.letter import read_frame
from node.casework.views import CaseView
from node.enrolment.founding import Above, NewPerson, enrol_person
from node.errors import CaseNotFoundError, NotAllowedError, RequestError
from node.staff.acting import Village
from node.staff.people import Person
from node.staff.villages import Filing, appoint, ask
from node.store.records import CaseFilter
from signing.seal import parse_seal
from tests.journeys.world import World, picture

THIRD = Village("131025105203", "示例三村")
PRACTICE = "示例练习员"


def above(world: World) -> Above:
    return Above(world.place / "township", world.place / "county")


def appointed(world: World) -> None:
    """The first village's agent acts for the third village too."""
    appoint(world.place / "village1", "agent1", THIRD, world.pin("agent1"), above(world), world.clock)


def filled(world: World, person: Person, station: str = "village1", division: str | None = None) -> CaseView:
    desk = world.nodes[station].desk
    case = desk.open_case(person, "gaoling", division)
    _, form = desk.item("gaoling")
    assert case.version is not None
    desk.save_answers(person, case.line.case_number, case.version, dict(form.sample))
    for material in form.sample_materials:
        desk.attach(person, case.line.case_number, material, 1, picture(f"{material} {case.line.case_number}"))
    return desk.case(person, case.line.case_number)


def sealed_by(world: World, station: str, number: str) -> list[tuple[str, str]]:
    """(division of the signer's certificate, name of the seal) of each letter of a case at a station."""
    node = world.nodes[station]
    found = []
    for row in node.store.letters.of_case(number):
        seal = read_frame(row.frame, node.station.suite.digest).seals[0]
        der = node.store.certificates.get(seal.seal, "seal")
        assert der is not None
        found.append((node.station.trust.get(seal.signer).division, parse_seal(node.station.suite, der).name))
    return found


def practising(world: World) -> Person:
    """Somebody who practises at the first village."""
    people = world.nodes["village1"].people
    person = people.add("lianxi", PRACTICE, ("agent",), None, practice=True)
    return replace(person, session_id="session of lianxi")


def test_one_person_acts_for_two_villages_and_each_case_is_sealed_for_its_own(world: World) -> None:
    appointed(world)
    agent, desk = world.person("agent1"), world.nodes["village1"].desk
    with pytest.raises(RequestError) as caught:
        desk.open_case(agent, "gaoling")
    assert caught.value.code == "division_needed"
    own = filled(world, agent, division="131025105201")
    other = filled(world, agent, division=THIRD.division)
    assert [one.village_name for one in (own, other)] == ["示例一村便民服务室", "示例三村"]
    for view in (own, other):
        world.act("agent1", view.line.case_number, "submitted")
    world.settle()
    numbers = [view.line.case_number for view in (own, other)]
    assert [world.states(number) for number in numbers] == [dict.fromkeys(("village1", "township", "county"), "submitted")] * 2
    assert [sealed_by(world, "county", number)[0][0] for number in numbers] == ["131025105201", THIRD.division]
    rows = {name: node.store.cases.get(numbers[1]) for name, node in world.nodes.items()}
    kept = {name: row.division for name, row in rows.items() if row}
    assert kept == dict.fromkeys(("county", "township", "village1"), THIRD.division)


def test_one_window_of_ten_minutes_is_enough_for_both_villages(world: World) -> None:
    appointed(world)
    agent, node = world.person("agent1"), world.nodes["village1"]
    first = node.keyring.open(agent, world.pin("agent1")).signer.certificate
    second = node.keyring.open(agent, None, THIRD.division).signer.certificate
    assert (first.division, second.division) == ("131025105201", THIRD.division)
    assert first.public_key == second.public_key


def test_one_machine_serves_two_villages_and_neither_agent_seals_for_the_others(world: World) -> None:
    new = NewPerson("agent3", "示例代办员丙", ("agent",), "shanpo-6620-lu", "640183", THIRD.division)
    enrol_person(world.place / "village1", new, above(world), world.clock)
    world.nodes["village1"].store.meta.set(f"village_name:{THIRD.division}", THIRD.name)
    third, first = replace(world.nodes["village1"].people.person("agent3"), session_id="three"), world.person("agent1")
    desk = world.nodes["village1"].desk
    case = filled(world, third)
    assert case.line.division == THIRD.division and case.village_name == THIRD.name and "示例代办员丙" in case.seal
    seen = desk.case(first, case.line.case_number)
    assert seen.seal == ""
    with pytest.raises(NotAllowedError) as caught:
        desk.act(first, case.line.case_number, "submitted", pin=world.pin("agent1"), shown=seen.shown)
    assert caught.value.code == "no_seal"
    desk.act(third, case.line.case_number, "submitted", pin="640183", shown=case.shown)
    mine = filled(world, first)
    assert mine.line.division == ""
    with pytest.raises(NotAllowedError):
        desk.act(third, mine.line.case_number, "submitted", pin="640183", shown=desk.case(third, mine.line.case_number).shown)
    world.settle()
    assert world.states(case.line.case_number)["county"] == "submitted"
    assert world.states(mine.line.case_number) == {"village1": "draft"}


def test_a_letter_that_names_another_village_than_its_signer_is_set_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    acts = world.nodes["village1"].desk._acts
    number = world.filled().line.case_number
    monkeypatch.setattr(acts._seeing, "division", lambda _record: THIRD.division)
    monkeypatch.setattr(acts._keyring, "open", _own_key(acts._keyring.open))
    world.act("agent1", number, "submitted")
    world.settle()
    (letter,) = world.nodes["township"].store.letters.of_case(number)
    assert (letter.outcome, letter.reason) == ("set_aside", "signer_division")


def _own_key(opened: Callable[..., Any]) -> Callable[..., Any]:
    """A station that seals with the seal of its own village whatever the letter says."""
    return lambda person, pin, _division="": opened(person, pin)


def test_a_later_letter_of_the_village_for_another_village_is_set_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    appointed(world)
    number = filled(world, world.person("agent1"), division="131025105201").line.case_number
    world.act("agent1", number, "submitted")
    world.settle()
    world.act("reviewer", number, "returned", reason="请核对")
    world.settle()
    monkeypatch.setattr(world.nodes["village1"].desk._acts._seeing, "division", lambda _record: THIRD.division)
    world.act("agent1", number, "submitted")
    world.settle()
    last = world.nodes["township"].store.letters.of_case(number)[-1]
    assert (last.kind, last.outcome, last.reason) == ("submitted", "set_aside", "division")


def test_a_village_asked_for_by_a_parcel_is_there_once_the_parent_has_confirmed(world: World) -> None:
    village, township = world.nodes["village1"], world.nodes["township"]
    request = ask(village.holders, village.station, village.store, "agent1", THIRD, world.pin("agent1"), world.clock)
    village.bureau.incoming.ask(request, world.clock.now())
    world.settle()
    (waiting,) = township.bureau.registrar.waiting()
    township.bureau.registrar.confirm(waiting.digest, "leader")
    world.settle()
    Filing(village.station, village.store).run(world.clock.now())
    assert [one.name for one in village.desk.villages(world.person("agent1"))] == ["示例一村便民服务室", THIRD.name]
    case = filled(world, world.person("agent1"), division=THIRD.division)
    assert case.seal
    world.act("agent1", case.line.case_number, "submitted")
    world.settle()
    assert world.states(case.line.case_number)["county"] == "submitted"


def test_a_leavers_cases_go_to_the_successor_who_needs_no_pin_of_the_leaver(world: World) -> None:
    village = world.nodes["village1"]
    enrol_person(
        world.place / "village1", NewPerson("agent9", "示例代办员壬", ("agent",), "songlin-3381-he", "552907"), above(world), world.clock
    )
    draft = world.filled().line.case_number
    sent = world.submitted()
    record = village.store.people.get("agent1")
    assert record is not None and record.key_name is not None
    key_file = world.place / "village1" / "keys" / f"{record.key_name}.key"
    token, _ = village.people.login("agent1", "qinghe-7315-du")
    assert key_file.is_file()
    head = world.person("head1")
    lists = village.leaving.prepare("agent1", "agent9")
    assert {one.case_number for one in lists.cases} == {draft, sent} and lists.papers and len(lists.certificates) == 1
    done = village.leaving.confirm(head, "agent1", "agent9", "affiliation_changed")
    assert village.leaving.done("agent1") == done and done.confirmed_by == "示例村主任甲"
    assert village.people.session(token) is None and village.store.sessions.get(token, world.clock.now()) is None
    assert not key_file.exists()
    with pytest.raises(NotAllowedError):
        village.keyring.open(world.person("agent1"), world.pin("agent1"))
    assert {one.case_number for one in village.store.cases.page(CaseFilter(opened_by="agent9"))} == {draft, sent}
    wanted = [line.detail for line in village.store.audit.page(about="agent1") if line.what == "revocation_wanted"]
    assert [one["reason"] for one in wanted] == ["affiliation_changed"]
    successor = replace(village.people.person("agent9"), session_id="nine")
    view = village.desk.case(successor, draft)
    assert view.answers["name"] and view.attachments and "submitted" in view.events
    village.desk.act(successor, draft, "submitted", pin="552907", shown=view.shown)
    world.settle()
    assert world.states(draft)["county"] == "submitted"


def test_certificates_are_taken_back_at_once_where_the_leavers_station_issued_them(world: World) -> None:
    county = world.nodes["county"]
    record = county.store.people.get("supervisor")
    assert record is not None and record.certificate is not None
    certificate = county.station.trust.get(record.certificate)
    county.leaving.confirm(world.person("admin"), "supervisor", "approver", "cessation_of_operation")
    revocation = county.station.trust.revoked(certificate)
    assert revocation is not None and revocation.reason == "cessation_of_operation"
    world.settle()
    at_village = world.nodes["village1"].station.trust
    assert at_village.lists() and at_village.revoked(certificate) is not None


def test_a_draft_opens_for_any_agent_of_the_station_without_anybodys_pin(world: World) -> None:
    enrol_person(world.place / "village1", NewPerson("agent9", "示例代办员壬", ("agent",), "songlin-3381-he", None), None, world.clock)
    other = world.nodes["village1"].people.person("agent9")
    draft = world.filled()
    desk, number = world.nodes["village1"].desk, draft.line.case_number
    view = desk.case(other, number)
    assert view.version is not None and dict(view.answers) == dict(draft.answers)
    desk.save_answers(other, number, view.version, {"note": "接着办"})
    page = view.attachments[0]
    assert desk.attachment(other, number, page.material, page.page)[1] == "image/jpeg"


def test_practice_is_checked_as_real_work_is_and_nothing_of_it_leaves_the_station(world: World, tmp_path: Path) -> None:
    learner, village = practising(world), world.nodes["village1"]
    empty = village.desk.open_case(learner, "gaoling")
    assert empty.line.short_number == "练习-0001" and empty.line.practice
    number = filled(world, learner).line.case_number
    view = village.desk.case(learner, number)
    done = village.desk.act(learner, number, "submitted", shown=view.shown)
    assert (done.line.state, done.line.mine, done.head, done.version, done.events) == ("submitted", True, None, None, ())
    assert [line.event for line in village.desk.letters(learner, number)] == ["submitted"]
    stick = tmp_path / "stick.yzb"
    written = village.bundles.write_to(stick)
    world.settle()
    assert (written.parcels, written.enclosures) == (0, 0)
    assert village.store.outbox.waiting().queued == 0 and village.store.enclosures.bytes_to_send() == 0
    assert village.store.letters.of_case(number) == [] and world.states(number) == {"village1": "submitted"}
    assert PRACTICE.encode() not in b"".join(path.read_bytes() for path in (world.place / "township").rglob("*") if path.is_file())
    real = world.filled()
    assert real.line.short_number == "1122-01"  # no real number was used up


def test_only_who_practises_sees_practice_cases_and_sees_no_others(world: World) -> None:
    learner, agent, desk = practising(world), world.person("agent1"), world.nodes["village1"].desk
    number, real = filled(world, learner).line.case_number, world.filled().line.case_number
    assert [line.case_number for line in desk.cases(agent)] == [real]
    assert [line.case_number for line in desk.cases(learner)] == [number]
    assert desk.counts(agent)["all"] == 1 and desk.counts(agent)["drafts"] == 1
    assert desk.counts(learner)["practice"] == 1
    for person, hidden in ((agent, number), (learner, real)):
        for ask_for in (desk.case, desk.letters, desk.reveal, desk.discard):
            with pytest.raises(CaseNotFoundError):
                ask_for(person, hidden)
        with pytest.raises(CaseNotFoundError):
            desk.save_answers(person, hidden, 1, {"note": "x"})
        with pytest.raises(CaseNotFoundError):
            desk.act(person, hidden, "submitted", pin=world.pin("agent1"))


def test_no_practice_case_becomes_a_letter_whoever_seals_it(world: World) -> None:
    """The last guard, behind the desk: an agent with a key and the right PIN."""
    village = world.nodes["village1"]
    number = filled(world, practising(world)).line.case_number
    before = village.store.changes()
    with pytest.raises(NotAllowedError) as caught:
        village.desk._acts.act(world.person("agent1"), number, Act("submitted", pin=world.pin("agent1")))
    assert caught.value.code == "practice"
    assert village.store.letters.of_case(number) == [] and village.store.changes() == before
    with pytest.raises(NotAllowedError):
        village.exports.to_bytes(number)


def test_who_practises_has_no_key_even_if_one_lies_here(world: World) -> None:
    village = world.nodes["village1"]
    record = village.store.people.get("agent1")
    assert record is not None
    village.store.people.put(replace(record, practice=True))
    with pytest.raises(NotAllowedError) as caught:
        village.keyring.open(world.person("agent1"), world.pin("agent1"))
    assert caught.value.code == "no_key"


def test_practice_cases_are_wiped_at_once_and_real_ones_stay(world: World) -> None:
    learner, village = practising(world), world.nodes["village1"]
    practice, real = filled(world, learner), world.filled()
    with pytest.raises(NotAllowedError):
        village.desk.wipe_practice(world.person("agent1"))
    assert village.desk.wipe_practice(learner) == 1
    assert village.store.cases.get(practice.line.case_number) is None
    assert village.store.materials.list(practice.line.case_number) == []
    ids = [one.enclosure_id for one in practice.attachments]
    assert [village.store.enclosures.key(one) for one in ids] == [None] * len(ids)
    assert village.desk.case(world.person("agent1"), real.line.case_number).attachments == real.attachments
    assert village.desk.open_case(learner, "gaoling").line.short_number == "练习-0002"
