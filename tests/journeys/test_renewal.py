"""Certificates are renewed before they end, by the road or by files, and made again after their township's authority was stolen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.assemble import Node
from node.config import ParentSettings, load_config, write_config
from node.enrolment.documents import read_answer, read_request, to_bytes
from node.enrolment.invitations import Inviting, Wanted
from node.enrolment.joining import begin, finish
from node.errors import EnrolmentError, NotAllowedError
from signing.certificates import Certificate
from sync.courier import Courier
from tests.journeys.replacing import go_on, restart
from tests.journeys.world import World

LAST_WEEKS = timedelta(days=30)


def own_certificate(node: Node, usage: str = "station_sign") -> Certificate:
    return node.station.trust.get(node.store.meta.get(f"own:{usage}") or "")


def persons(world: World, name: str) -> Certificate:
    node = world.node_of(name)
    record = node.store.people.get(name)
    assert record is not None and record.certificate is not None
    return node.station.trust.get(record.certificate)


def test_a_station_renews_its_peoples_certificates_over_the_road_before_they_end(world: World) -> None:
    number = world.submitted()
    world.settle()
    before = persons(world, "agent1")
    world.clock.at = before.not_after - LAST_WEEKS
    go_on(world)
    after = persons(world, "agent1")
    assert after.digest != before.digest and after.public_key == before.public_key and after.roles == before.roles
    assert after.not_after > before.not_after + timedelta(days=900)
    again = world.submitted()
    world.settle()
    assert set(world.states(again).values()) == {"submitted"} == set(world.states(number).values())
    for name in ("township", "county"):
        rows = [*world.nodes[name].store.letters.of_case(number), *world.nodes[name].store.letters.of_case(again)]
        assert [row.outcome for row in rows] == ["admitted", "admitted"]
    asked = [row for row in world.nodes["township"].store.requests.decided() if row.kind == "renew"]
    assert {row.station for row in asked} >= {world.nodes["village1"].station.station}
    assert persons(world, "reviewer").not_after > before.not_after + timedelta(days=900)
    assert persons(world, "approver").not_after > before.not_after + timedelta(days=900)


def test_a_stations_own_certificates_are_renewed_and_used_from_the_next_start_on(world: World) -> None:
    before = {name: own_certificate(node) for name, node in world.nodes.items()}
    world.clock.at = persons(world, "agent1").not_after - LAST_WEEKS
    go_on(world)
    world.clock.at = before["village1"].not_after - LAST_WEEKS
    go_on(world)
    for name, node in world.nodes.items():
        after = own_certificate(node)
        assert after.digest != before[name].digest and after.public_key == before[name].public_key, name
        assert node.station.signer.certificate.digest == after.digest
        record = world.nodes["county"].store.stations.get(node.station.station)
        assert record is not None and record.sign_certificate == after.digest
    number = world.submitted()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"} and len(world.states(number)) == 3


def test_a_station_whose_certificates_have_ended_can_still_renew_within_the_grace(world: World) -> None:
    before = persons(world, "agent1")
    world.clock.at = before.not_after + timedelta(days=59)
    go_on(world)
    assert persons(world, "agent1").not_after > before.not_after


def test_what_ended_longer_ago_than_the_grace_is_not_renewed(world: World) -> None:
    before = persons(world, "agent1")
    world.clock.at = before.not_after + timedelta(days=59)
    village, township = world.nodes["village1"], world.nodes["township"]
    request = village.bureau.renewal.request(world.clock.now())
    world.clock.move(days=2)
    with pytest.raises(EnrolmentError) as refused:
        township.bureau.incoming.take_request(request, None)
    assert refused.value.code == "renew_late"


def test_a_renewal_goes_by_two_files_where_there_is_no_line(world: World) -> None:
    world.weather.down = {"village1", "village2", "township"}
    before = persons(world, "agent1")
    world.clock.at = before.not_after - LAST_WEEKS
    village, township = world.nodes["village1"], world.nodes["township"]
    request = village.bureau.renewal.request(world.clock.now())
    answer = township.bureau.incoming.take_request(request, None)
    assert answer is not None
    assert township.bureau.incoming.take_request(request, None) == answer
    assert village.bureau.incoming.take_answer(answer)
    assert persons(world, "agent1").not_after > before.not_after
    world.act("agent1", world.filled().line.case_number, "submitted")


def test_nothing_is_asked_for_twice_in_a_week(world: World) -> None:
    world.clock.at = persons(world, "agent1").not_after - LAST_WEEKS
    village = world.nodes["village1"]
    village.bureau.renewal.run(world.clock.now())
    village.bureau.renewal.run(world.clock.now())
    assert village.store.outbox.waiting().queued == 1
    world.clock.move(days=8)
    village.bureau.renewal.run(world.clock.now())
    assert village.store.outbox.waiting().queued == 2


def test_a_renewal_may_ask_for_nothing_but_what_the_station_has(world: World) -> None:
    """More roles, another name, another's key, or a key that was taken back: each is refused."""
    township, village = world.nodes["township"], world.nodes["village1"]
    world.clock.at = persons(world, "agent1").not_after - LAST_WEEKS
    for change, code in (("roles", "renew_other"), ("name", "renew_other"), ("station", "request_signature")):
        with pytest.raises(EnrolmentError) as refused:
            township.bureau.incoming.take_request(changed_request(world, change), None)
        assert refused.value.code == code, change
    request = village.bureau.renewal.request(world.clock.now())
    township.bureau.authority.revoke([persons(world, "agent1").digest], "superseded", by="test")
    with pytest.raises(EnrolmentError) as refused:
        township.bureau.incoming.take_request(request, None)
    assert refused.value.code == "renew_revoked"


def changed_request(world: World, change: str) -> bytes:
    village = world.nodes["village1"]
    content = read_request(village.bureau.renewal.request(world.clock.now())).content
    first, *people = content.keys
    if change == "roles":
        people = [replace(one, roles=("agent", "village_head")) for one in people]
    if change == "name":
        people = [replace(one, name="示例别人") for one in people]
    if change == "station":
        content = replace(content, station=world.nodes["village2"].station.station)
    content = replace(content, keys=(first, *people))
    own = village.station.signer
    return to_bytes(content, [(None, own.sign), (own.certificate.digest, own.sign)])


def replace_township(world: World) -> Node:
    """A new machine takes the stolen township's place, under the next number and with an authority of its own."""
    old, county = world.nodes["township"], world.nodes["county"]
    place = world.place / "township-new"
    wanted = Wanted(old.station.name, old.station.tier.value, old.station.station[:12], replaces=old.station.station)
    (invited,) = Inviting(county.station, county.store, world.clock).invite([wanted], "admin")
    taken = county.bureau.registrar.take(begin(place, invited.data, world.clock).request)
    finish(place, county.bureau.registrar.confirm(taken.digest, "admin"), world.clock)
    old.close()
    (world.place / "township").rename(world.place / "township-stolen")
    place.rename(world.place / "township")
    write_parent(world.place / "township")
    return world.start("township")


def courier_of(world: World, name: str) -> Courier:
    courier = world.nodes[name].courier
    assert courier is not None
    return courier


def write_parent(place: Path) -> None:
    write_config(place, replace(load_config(place), parent=ParentSettings("http://county.invalid")))


def test_a_stolen_township_is_replaced_and_certifies_its_villages_again_for_the_same_keys(world: World) -> None:
    earlier = world.submitted()
    world.settle()
    county, village = world.nodes["county"], world.nodes["village1"]
    stolen = world.nodes["township"].station.station
    before, agent = own_certificate(village), persons(world, "agent1")
    world.clock.move(hours=1)
    county.bureau.authority.revoke(county.bureau.authority.of_station(stolen, with_people=True), "key_compromise", by="admin")
    township = replace_township(world)
    assert township.station.station == f"{stolen[:12]}02"
    between = world.submitted()  # sealed after the theft, under certificates that hang from the stolen authority
    report = courier_of(world, "village1").carry_once()
    assert report.failure is not None  # it waits: its own key was not stolen, and nobody stands for it yet
    world.weather.down = {"village1", "village2"}
    go_on(world)
    county.bureau.recertification.vouch(stolen, world.clock.now(), "admin")
    go_on(world)
    world.weather.down = set()
    go_on(world)
    township = world.nodes["township"]
    village = world.nodes["village1"]
    after = own_certificate(village)
    assert after.public_key == before.public_key and after.digest != before.digest and after.station == before.station
    assert village.station.trust.path(after)[1].digest == own_certificate(township, "authority").digest
    renewed = persons(world, "agent1")
    assert renewed.public_key == agent.public_key and renewed.digest != agent.digest
    assert world.states(between) == {"village1": "draft"}  # its seal was made with a stolen maker's key: it is sealed again
    world.act("agent1", between, "submitted")
    number = world.submitted()
    go_on(world)
    for one in (between, number):
        assert world.states(one) == {"village1": "submitted", "township": "submitted", "county": "submitted"}
    assert [row.outcome for row in world.nodes["county"].store.letters.of_case(earlier)] == ["admitted"]


def test_what_a_thief_certified_afterwards_is_not_certified_again(world: World) -> None:
    county, stolen = world.nodes["county"], world.nodes["township"]
    stolen.chores.run_due(all_of_them=True)  # the county is told of everybody whom the township has certified
    world.settle()
    thief = stolen.station.suite.generate()
    county.bureau.authority.revoke(county.bureau.authority.of_station(stolen.station.station), "key_compromise", by="admin")
    issuer = stolen.bureau.registrar._judges["person"]._bench.issuer  # type: ignore[attr-defined]
    held = persons(world, "agent1")
    (forged,) = issuer.certify([(held.profile, thief.public)], world.clock.now())
    township = replace_township(world)
    county.mailroom.learn([forged.der])
    township.mailroom.learn([forged.der])
    world.weather.down = {"village1", "village2"}
    go_on(world)
    county.bureau.recertification.vouch(stolen.station.station, world.clock.now(), "admin")
    go_on(world)
    mine = own_certificate(township, "authority").key_id
    keys = {one.public_key for one in township.bureau.authority.certificates() if one.issuer_key_id == mine}
    assert held.public_key in keys and thief.public not in keys


def test_only_the_county_can_say_whom_to_certify_again(world: World) -> None:
    township, village = world.nodes["township"], world.nodes["village1"]
    with pytest.raises(EnrolmentError) as refused:
        township.bureau.recertification.take(b"yizhan vouch 1\n{}\nAAAA\n", world.clock.now())
    assert refused.value.code == "vouch_bad"
    assert village.bureau.authority.certificate is None


def test_an_answer_gives_nobody_a_certificate_of_anothers_key(world: World) -> None:
    world.weather.down = {"village1", "village2", "township"}
    world.clock.at = persons(world, "agent1").not_after - LAST_WEEKS
    one, other, township = world.nodes["village1"], world.nodes["village2"], world.nodes["township"]
    answer = township.bureau.incoming.take_request(one.bureau.renewal.request(world.clock.now()), None)
    assert answer is not None and read_answer(answer).content.certificates
    before = persons(world, "agent2")
    other.bureau.incoming.take_answer(answer)
    assert persons(world, "agent2").digest == before.digest
    restart(world)
    assert other.station.signer.certificate.station == other.station.station


def test_a_township_that_was_replaced_can_take_back_what_the_old_one_certified_once_it_has_certified_it_again(world: World) -> None:
    county, old = world.nodes["county"], world.nodes["township"]
    old.chores.run_due(all_of_them=True)
    world.settle()
    dead = old.station.station
    township = replace_township(world)
    county = world.nodes["county"]
    county.bureau.authority.revoke(county.bureau.authority.of_station(dead), "superseded", by="admin")
    county.bureau.recertification.vouch(dead, world.clock.now(), "admin")
    go_on(world)
    township = world.nodes["township"]
    agent = persons(world, "agent1")
    assert world.nodes["village1"].station.trust.path(agent)[1].digest == own_certificate(township, "authority").digest
    sealed_before = world.submitted()
    go_on(world)
    world.clock.move(minutes=5)
    township.bureau.authority.revoke([agent.digest], "key_compromise", by="admin")
    go_on(world)
    assert set(world.states(sealed_before).values()) == {"submitted"}
    with pytest.raises(NotAllowedError, match="key_revoked"):
        world.submitted()


def test_a_renewal_that_is_asked_for_too_early_is_refused_since_nobody_would_be_asked(world: World) -> None:
    village, registrar = world.nodes["village1"], world.nodes["township"].bureau.registrar
    with pytest.raises(EnrolmentError) as caught:
        registrar.take(village.bureau.renewal.request(world.clock.now()))
    assert caught.value.code == "renew_early"
    world.clock.at = own_certificate(village).not_after - timedelta(days=45)
    assert registrar.take(village.bureau.renewal.request(world.clock.now())).answer is not None
