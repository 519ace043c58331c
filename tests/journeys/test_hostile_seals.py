"""Unit seals under attack: two hands at once, old copies, a clock that was ahead, names of people who never signed, stolen machines."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from node.config import load_config
from node.enrolment.documents import read_request
from node.enrolment.registrar import MOST_WAITING_OF_STATION
from node.enrolment.wiping import Wiper
from node.errors import EnrolmentError, NodeError, NotAllowedError
from node.folder import StationFolder
from node.seals.making import WANTED
from node.seals.register import IN_USE, LOST, REFUSED, STOPPED
from node.seals.status import AGAINST, Entry, make_list, read_list
from node.store.records.enrolment import RequestRecord
from node.store.records.seals import SealRecord
from signing.custody import custodians
from signing.errors import KeyFileError, SigningError
from signing.keys import Signer
from signing.seal import parse_seal
from signing.seal_image import Picture, round_sample
from tests.journeys.test_unit_seals import NAME, Forged, asked, drawn, made, newest, opened, states, waiting
from tests.journeys.world import World

OTHER = round_sample("另一幅图样")
Act = Callable[[], object]


@dataclass
class Meanwhile:
    """A clock that, when it is asked for the so-manyth time, first lets somebody else do something."""

    world: World
    place: int
    act: Act
    asked: int = 0

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == self.place:
            # Another hand, in a thread of its own: it waits for this one only where this one keeps the store for itself.
            other = threading.Thread(target=self._quietly)
            other.start()
            other.join(0.1)
            self.other = other
        return self.world.clock.at

    def _quietly(self) -> None:
        try:
            self.act()
        except (NodeError, SigningError):
            pass


def interleaved(world: World, place: int, act: Act, meanwhile: Act, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Do one thing, and the other at the so-manyth look at the clock; False when the clock is not looked at so often."""
    clock = Meanwhile(world, place, meanwhile)
    with monkeypatch.context() as patch:
        patch.setattr(world.clock, "now", clock, raising=False)
        try:
            act()
        except (NodeError, SigningError):
            pass
    if clock.asked < place:
        return False
    clock.other.join()
    return True


def picture_of(world: World, line: SealRecord) -> Picture:
    der = world.nodes["county"].store.certificates.get(line.seal or "", "seal")
    assert der is not None
    return parse_seal(world.nodes["county"].station.suite, der).picture


def maker_of(world: World) -> Signer:
    """The county's seal maker, as a copy of the county out of a backup has it."""
    return world.nodes["county"].bureau.registrar._issuer._keys.seal_maker()


def entry(world: World, name: str, kind: str, state: str, since: datetime) -> Entry:
    seal = newest(world, name, kind)
    return Entry(seal.digest, seal.seal_id, state, since, None, "示例")


def test_a_seal_is_made_with_the_picture_that_was_looked_at_whoever_draws_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    register, officer = world.nodes["county"].seals.register, opened(world, "keyofficer")
    outcomes = []
    for place in range(1, 20):
        request = register.take(Forged(who="head1").data(world))
        seen = register.picture_digest(drawn(world, request))
        goes_on = interleaved(
            world,
            place,
            partial(register.make, request, officer, "新设", enable=True, seen=seen),
            partial(register.draw, request, "另一枚（样章）", OTHER, "another"),
            monkeypatch,
        )
        line, answered = register.get(request), register.has_answer(request)
        assert answered == (line.seal is not None) == (line.state == IN_USE), (place, line)
        if answered:
            assert picture_of(world, line) == round_sample(NAME), place
        else:
            assert line.state == WANTED
            register.refuse(request, officer, "不做了")
        outcomes.append(answered)
        if not goes_on:
            break
    assert not goes_on and outcomes[-1] and False in outcomes


def test_two_officers_who_decide_at_once_make_one_seal_or_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    register, officer = world.nodes["county"].seals.register, opened(world, "keyofficer")
    make, refuse = partial(register.make, enable=True), register.refuse
    for other in (make, refuse):
        for place in range(1, 20):
            request = register.take(Forged(who="head1").data(world))
            drawn(world, request)
            act, meanwhile = partial(make, request, officer, "新设"), partial(other, request, officer, "重复")
            goes_on = interleaved(world, place, act, meanwhile, monkeypatch)
            line, record = register.get(request), world.nodes["county"].store.requests.get(request)
            assert record is not None
            assert (record.state, line.state, line.seal is not None) in (("granted", IN_USE, True), ("refused", REFUSED, False)), place
            assert [step.state for step in register.history(request)] in (["made", IN_USE], [REFUSED])
            if not goes_on:
                break
        assert not goes_on
    numbers = [line.seal_id for line in register.lines() if line.seal_id]
    assert len(numbers) == len(set(numbers))


def test_a_loss_is_never_undone_by_who_took_another_step_meanwhile_and_no_number_is_used_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, officer = world.nodes["county"], opened(world, "keyofficer")
    register = county.seals.register
    for place in range(1, 20):
        request = register.take(Forged(who="head1").data(world))
        made(world, request)
        seal = register.get(request).seal_id or ""
        goes_on = interleaved(
            world,
            place,
            partial(register.change, seal, STOPPED, officer, "换届"),
            partial(register.change, seal, LOST, officer, "丢失"),
            monkeypatch,
        )
        steps = [step.state for step in register.history(request)]
        assert register.get(request).state == steps[-1], (place, steps)
        assert STOPPED not in steps or LOST not in steps or steps.index(STOPPED) < steps.index(LOST)
        if not goes_on:
            break
    assert not goes_on
    published = [row.detail["number"] for row in county.store.audit.page(limit=500) if row.what == "seals_published"]
    assert len(published) == len(set(published)) > 2
    world.settle()
    mine = county.seals.statuses.newest()
    assert mine is not None and {node.seals.statuses.newest() for node in world.nodes.values()} == {mine}


def test_a_step_back_in_the_same_minute_really_is_one(world: World) -> None:
    register, officer, seal = world.nodes["county"].seals.register, opened(world, "keyofficer"), newest(world)
    world.clock.move(minutes=5)
    typed = world.clock.now().replace(second=0)
    register.change(seal.seal_id, STOPPED, officer, "按错了", typed)
    world.settle()
    assert newest(world).state == "stopped"
    register.change(seal.seal_id, IN_USE, officer, "按错了，恢复", typed)
    world.settle()
    assert newest(world).is_in_use


def test_a_step_that_was_taken_with_a_clock_ten_years_ahead_stops_no_later_one(world: World) -> None:
    county, officer, seal = world.nodes["county"].seals.register, opened(world, "keyofficer"), newest(world)
    world.clock.move(days=3650)
    county.change(seal.seal_id, STOPPED, officer, "换届")
    world.settle()
    world.clock.move(days=-3650)
    # What is dated ahead is believed at once.
    assert newest(world).state == "stopped"
    county.change(seal.seal_id, IN_USE, officer, "时间不对")
    world.settle()
    assert newest(world).is_in_use
    world.clock.move(minutes=5)
    county.change(seal.seal_id, LOST, officer, "丢失")
    world.settle()
    assert newest(world).state == "lost" and states(world, seal.seal_id) == dict.fromkeys(world.nodes, "lost")


def test_a_lost_seal_stays_lost_at_a_county_that_hears_its_own_list_again(world: World) -> None:
    county, officer, seal = world.nodes["county"], opened(world, "keyofficer"), newest(world)
    world.clock.move(hours=5)
    county.seals.register.change(seal.seal_id, STOPPED, officer, "换届")
    county.seals.register.change(seal.seal_id, LOST, officer, "早就丢了", world.clock.now() - timedelta(hours=2))
    world.settle()
    line = county.store.seals.by_seal_id(seal.seal_id)
    assert line is not None and newest(world).state == "lost"
    county.store.seals.put(replace(line, state=IN_USE, since=line.asked_at))
    county.seals.register.heed()
    assert county.seals.register.get(seal.seal_id).state == LOST
    lighter = entry(world, "village1", "unit", STOPPED, world.clock.now() - timedelta(hours=1))
    assert county.seals.lists.take(make_list(1, world.clock.now(), (lighter,), maker_of(world)))
    assert (county.seals.register.get(seal.seal_id).state, newest(world).state) == (LOST, "lost")
    with pytest.raises(NotAllowedError) as refused:
        county.seals.register.change(seal.seal_id, IN_USE, officer, "找到了")
    assert refused.value.code == "seal_step"


def test_what_a_county_out_of_an_old_copy_has_forgotten_is_not_forgotten_anywhere(world: World) -> None:
    county, village, officer = world.nodes["county"], world.nodes["village1"], opened(world, "keyofficer")
    # In the time that was lost the county had said number 1, of one seal; out of the old copy it says number 1 and 2 of another.
    told = make_list(1, world.clock.now(), (entry(world, "village1", "unit", LOST, world.clock.now()),), maker_of(world))
    assert village.seals.lists.take(told)
    stopped = newest(world, "village2").seal_id
    world.clock.move(minutes=5)
    world.weather.down.add("village1")
    county.seals.register.change(newest(world, "township").seal_id, STOPPED, officer, "换届")
    county.seals.register.change(stopped, STOPPED, officer, "换届")
    world.settle()
    world.weather.down.clear()
    world.settle()
    assert (newest(world).state, newest(world, "village2").state) == ("lost", "stopped")
    village.seals.run(world.clock.now())
    world.settle()
    assert county.seals.register.get(newest(world).seal_id).state == LOST
    county.seals.run(world.clock.now())
    world.settle()
    lists = {name: node.seals.statuses.kept() for name, node in world.nodes.items()}
    assert {len(kept) for kept in lists.values()} == {1} and {kept[0] for kept in lists.values()} == {lists["county"][0]}
    assert {one.state for one in lists["county"][0].entries} == {"lost", "stopped"}
    # An old list brings nothing back, and fills nothing up.
    assert village.seals.lists.take(told) is False
    assert all(one.state in AGAINST for one in read_list(told).entries)


def test_a_list_about_a_seal_of_a_lost_time_does_not_touch_the_seal_that_bears_its_number_now(world: World) -> None:
    county = world.nodes["county"]
    ghost = replace(entry(world, "village1", "unit", LOST, world.clock.now()), seal="sm3:" + "0" * 64)
    ghost_2 = replace(ghost, seal_id=ghost.seal_id[:-1] + "7")
    assert county.seals.lists.take(make_list(1, world.clock.now(), (ghost, ghost_2), maker_of(world)))
    assert county.seals.register.get(newest(world).seal_id).state == IN_USE
    request = county.seals.register.take(Forged(who="head1", kind="unit").data(world))
    made(world, request)
    assert (county.seals.register.get(request).seal_id or "").endswith("-unit-8")


def test_the_register_names_who_signed_and_nobody_else(world: World) -> None:
    county, head = world.nodes["county"], opened(world, "head1").signer.certificate
    honest = read_request(Forged().data(world))
    assert honest.content.seal is not None
    wish = replace(honest.content.seal, certificates=(head.der, *honest.content.seal.certificates))
    data = Forged(also_named=head, wish=wish).data(world)
    request = county.seals.register.take(data)
    assert county.seals.register.get(request).asked_by == opened(world, "agent1").signer.certificate.name


def test_a_name_that_the_key_officer_has_put_right_is_in_no_certificate_either(world: World) -> None:
    county, village = world.nodes["county"].seals, world.nodes["village1"].seals
    village.asking.ask(opened(world, "head1"), "unit", "示例县人民政府")
    world.settle()
    made(world, waiting(world).request)
    world.settle()
    seal = newest(world)
    assert (seal.name, seal.certificate.name) == (f"{NAME}（样章）", NAME)
    row = village.cabinet._store.held_seals.get(seal.key_name)
    assert row is not None and village.cabinet.documents_of(row)[0].name == NAME
    assert not any("县人民政府" in line.name for line in county.register.lines())


def test_a_request_that_the_county_itself_refuses_leaves_nothing_behind(world: World) -> None:
    county, now = world.nodes["county"], world.clock.now()
    keys = sorted((world.place / "county" / "keys").glob("seal-*"))
    for number in range(MOST_WAITING_OF_STATION):
        county.store.requests.add(RequestRecord(f"sm3:{number:064}", "person", county.station.station, "示例", b"none", now))
    with pytest.raises(EnrolmentError) as refused:
        asked(world, "approver", "service")
    assert refused.value.code == "requests_crowded"
    assert county.seals.asking.pending() == ()
    assert sorted((world.place / "county" / "keys").glob("seal-*")) == keys


def test_who_asks_twice_at_once_has_asked_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert interleaved(world, 1, lambda: asked(world), lambda: asked(world), monkeypatch)
    village = world.nodes["village1"]
    (row,) = village.seals.asking.pending()
    held = {one.key_name for one in village.seals.cabinet.all()}
    assert {path.stem for path in (world.place / "village1" / "keys").glob("seal-*.key")} == {row.key_name, *held}
    world.settle()
    assert waiting(world).request == row.request


def test_a_request_that_the_county_can_never_take_shuts_nobody_out_for_good(world: World) -> None:
    asked(world)
    head = opened(world, "head1").signer.certificate
    world.nodes["township"].bureau.authority.revoke([head.digest], "superseded", by="test")
    world.settle()
    assert world.nodes["county"].seals.register.lines(state=WANTED) == ()
    with pytest.raises(NotAllowedError) as again:
        asked(world)
    assert again.value.code == "seal_asked"
    world.clock.move(days=8)
    asked(world)
    assert len(world.nodes["village1"].seals.asking.pending()) == 2


def test_the_last_one_who_works_here_and_opens_a_seal_is_not_taken_away_from_it(world: World) -> None:
    village, seal = world.nodes["village1"], newest(world, kind="service")
    agent, head = opened(world, "agent1"), opened(world, "head1")
    village.people.disable("agent1")
    with pytest.raises(KeyFileError) as refused:
        village.seals.asking.remove_custodian(seal.key_name, head.signer.certificate.key_id, head)
    assert refused.value.code == "last_slot" and village.seals.cabinet.open(seal, head)
    village.seals.asking.remove_custodian(seal.key_name, agent.signer.certificate.key_id, head)
    assert newest(world, kind="service").custodians == ("head1",)


def test_a_stolen_machine_destroys_the_keys_of_its_seals_too(world: World) -> None:
    village, place = world.nodes["village1"], world.place / "village1"
    seals = [village.seals.cabinet.path(one.key_name) for one in village.seals.cabinet.all()]
    assert seals and all(custodians(path, village.station.suite) for path in seals)
    Wiper(StationFolder(place), load_config(place)).go_on()
    assert not any(path.exists() for path in seals)
    with pytest.raises((NotAllowedError, SigningError)):
        village.seals.cabinet.open(newest(world), opened(world, "head1"))
