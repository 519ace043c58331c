"""Unit seals from the request at a village to the loss: made by the county alone, heeded everywhere, by line and by USB file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from node.enrolment.documents import Answer, Request, RequestKey, SealWish, to_bytes
from node.errors import EnrolmentError, NotAllowedError, RequestError
from node.mail.packing import Contents
from node.seals.cabinet import HeldSeal
from node.seals.register import LOST, STOPPED
from node.seals.status import make_list, read_list
from node.staff.keyring import OpenKey
from node.store.records.seals import SealRecord
from signing.algorithms import PrivateKey
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.keys import FileSigner
from signing.seal import parse_seal
from signing.seal_image import round_sample
from tests.journeys.world import World

NAME = "示例一村村民委员会"


_OPENED: dict[str, OpenKey] = {}
"""Keys that were opened before, by their certificate: all worlds are copies of one county, and each PIN costs a fifth of a second."""


def opened(world: World, name: str) -> OpenKey:
    """Somebody's key, opened with the PIN."""
    record = world.node_of(name).store.people.get(name)
    assert record is not None and record.certificate is not None
    if record.certificate not in _OPENED:
        _OPENED[record.certificate] = world.node_of(name).keyring.open(world.person(name), world.pin(name), keep=False)
    return _OPENED[record.certificate]


def asked(world: World, name: str = "head1", kind: str = "unit", **more: Any) -> bytes:
    """A village asks for a seal; nothing has been carried."""
    node = world.node_of(name)
    return node.seals.asking.ask(opened(world, name), kind, NAME, **more)


def drawn(world: World, request: str) -> SealRecord:
    """The key officer has looked at the request and chosen a picture."""
    return world.nodes["county"].seals.register.draw(request, f"{NAME}（样章）", round_sample(NAME), "keyofficer")


def made(world: World, request: str, *, enable: bool = True) -> bytes:
    """The county makes the seal."""
    drawn(world, request)
    return world.nodes["county"].seals.register.make(request, opened(world, "keyofficer"), "新设村委会", enable=enable)


def waiting(world: World) -> SealRecord:
    """The one request that waits at the county."""
    (line,) = world.nodes["county"].seals.register.lines(state="wanted")
    return line


def newest(world: World, name: str = "village1", kind: str = "unit") -> HeldSeal:
    """The newest seal of a kind at a station."""
    return next(one for one in world.nodes[name].seals.cabinet.all() if one.kind == kind)


def states(world: World, seal_id: str) -> dict[str, str]:
    """What each station's list says of a seal."""
    county = world.nodes["county"]
    record = county.store.seals.by_seal_id(seal_id)
    assert record is not None and record.seal is not None
    der = county.store.certificates.get(record.seal, "seal")
    assert der is not None
    seal = parse_seal(county.station.suite, der)
    found = {name: node.seals.statuses.status(seal) for name, node in world.nodes.items()}
    return {name: status.state if status.stands(world.clock.now()) else "" for name, status in found.items() if status is not None}


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_a_village_asks_the_county_makes_and_the_loss_reaches_everybody(make_world: Callable[..., World], suite: str) -> None:
    world = make_world(suite)
    before = newest(world)
    asked(world, replaces=before.seal_id, remark="原章磨损")
    world.settle()
    line = waiting(world)
    assert (line.station, line.kind, line.name, line.asked_by, line.replaces) == (
        world.nodes["village1"].station.station,
        "unit",
        NAME,
        "示例村主任甲",
        before.seal_id,
    )
    made(world, line.request)
    world.settle()
    seal = newest(world)
    assert (seal.seal_id, seal.state, seal.custodians) == (f"{seal.certificate.station}-unit-2", "in_use", ("head1",))
    assert states(world, before.seal_id) == dict.fromkeys(world.nodes, "replaced")
    village = world.nodes["village1"].seals
    head = opened(world, "head1")
    with pytest.raises(NotAllowedError) as refused:
        village.cabinet.open(before, head)
    assert refused.value.code == "unit_seal_replaced"
    assert village.cabinet.open(seal, head).signer.certificate == seal.certificate

    county = world.nodes["county"].seals.register
    world.clock.move(hours=3)
    county.change(seal.seal_id, LOST, opened(world, "keyofficer"), "村里报告丢失", world.clock.now() - timedelta(hours=1))
    assert village.cabinet.open(seal, head)
    world.settle()
    assert states(world, seal.seal_id) == dict.fromkeys(world.nodes, "lost")
    with pytest.raises(NotAllowedError) as refused:
        village.cabinet.open(seal, head)
    assert refused.value.code == "unit_seal_lost"
    assert [event.state for event in county.history(line.request)] == ["made", "in_use", "lost"]


def test_all_of_it_goes_by_usb_too(world: World, tmp_path: Path) -> None:
    world.weather.down = {"village1", "village2", "township"}
    village, county = world.nodes["village1"], world.nodes["county"]
    data = asked(world)
    assert world.nodes["county"].seals.register.lines(state="wanted") == ()
    request = county.seals.register.take(data)
    assert county.seals.register.take(data) == request
    answer = made(world, request)
    assert village.seals.asking.take(answer) and village.seals.asking.take(answer)
    seal = newest(world)
    assert seal.state == "in_use" and seal.seal_id.endswith("-unit-2")
    county.seals.register.change(seal.seal_id, STOPPED, opened(world, "keyofficer"), "换届")
    stick = tmp_path / "stick.yzb"
    for upper, lower in (("county", "township"), ("township", "village1")):
        world.nodes[upper].bundles.write_to(stick, world.nodes[lower].station.station)
        world.nodes[lower].bundles.read_from(stick)
    assert newest(world).state == "stopped"


def test_a_stopped_seal_counts_for_what_was_sealed_before_and_after_the_stop(world: World) -> None:
    seal, county = newest(world), world.nodes["county"].seals.register
    officer, start = opened(world, "keyofficer"), world.clock.now()
    for state in (STOPPED, "in_use", STOPPED, "in_use"):
        world.clock.move(hours=2)
        county.change(seal.seal_id, state, officer, "换届")
    world.settle()
    der = world.nodes["village1"].store.certificates.get(seal.digest, "seal")
    assert der is not None
    for node in world.nodes.values():
        status = node.seals.statuses.status(parse_seal(node.station.suite, der))
        assert status is not None
        told = [status.stands(start + timedelta(hours=hours)) for hours in (1, 3, 5, 7, 9)]
        assert told == [False, True, False, True, False]
    assert newest(world).state == "in_use"
    with pytest.raises(NotAllowedError) as refused:
        county.change(seal.seal_id, "in_use", officer, "再启用")
    assert refused.value.code == "seal_step"


def test_a_seal_that_was_made_and_not_put_in_use_may_not_be_used(world: World) -> None:
    asked(world)
    world.settle()
    request = waiting(world).request
    made(world, request, enable=False)
    world.settle()
    seal = newest(world)
    assert seal.state == "made"
    world.clock.move(hours=1)
    world.nodes["county"].seals.register.change(seal.seal_id, "in_use", opened(world, "keyofficer"), "已公告")
    world.settle()
    assert newest(world).state == "in_use"


def test_a_refused_request_is_told_with_its_reason_and_can_be_made_anew(world: World) -> None:
    asked(world)
    world.settle()
    world.nodes["county"].seals.register.refuse(waiting(world).request, opened(world, "keyofficer"), "名称不对")
    world.settle()
    (row,) = world.nodes["village1"].seals.asking.pending()
    assert (row.state, row.reason) == ("refused", "名称不对")
    asked(world)
    world.settle()
    assert waiting(world).state == "wanted"


def test_a_seal_lies_in_the_hands_of_its_custodians_alone(world: World) -> None:
    seal, village = newest(world, kind="service"), world.nodes["village1"].seals
    assert seal.custodians == ("agent1", "head1")
    agent, head = opened(world, "agent1"), opened(world, "head1")
    village.asking.remove_custodian(seal.key_name, agent.signer.certificate.key_id, head)
    with pytest.raises(NotAllowedError) as refused:
        village.cabinet.open(seal, agent)
    assert refused.value.code == "not_custodian"
    with pytest.raises(NotAllowedError) as refused:
        village.asking.add_custodian(seal.key_name, agent, agent)
    assert refused.value.code == "not_custodian"
    village.asking.add_custodian(seal.key_name, head, agent)
    assert village.cabinet.open(seal, agent)
    with pytest.raises(NotAllowedError) as refused:
        village.asking.add_custodian(newest(world).key_name, head, agent)
    assert refused.value.code == "seal_role"
    world.nodes["village1"].people.disable("agent1")
    with pytest.raises(NotAllowedError) as refused:
        village.cabinet.open(seal, agent)
    assert refused.value.code == "not_custodian"


@dataclass(frozen=True)
class Forged:
    """A request as somebody makes it who has a station's key, a person's, and new keys of his own; as much of it as a test wants wrong."""

    station: str = "village1"
    claimed: str = "village1"
    who: str = "agent1"
    kind: str = "service"
    division: str = "131025105201"
    replaces: str | None = None
    organ: PrivateKey | None = None
    without: str = ""
    roles: tuple[str, ...] = ()
    also_named: Certificate | None = None
    wish: SealWish | None = None

    def data(self, world: World) -> bytes:
        own, person = world.nodes[self.station].station, opened(world, self.who).signer
        organ, document = self.organ or own.suite.generate(), suite_of("p256").generate()
        keys = (
            RequestKey(usage="organ", public=organ.public, name=NAME, division=self.division, roles=self.roles),
            RequestKey(usage="document", public=document.public, name=NAME, division=self.division),
        )
        proofs = tuple(one.der for one in world.node_of(self.who).station.trust.path(person.certificate) if one.usage != "root")
        content = Request(
            kind="seal",
            station=world.nodes[self.claimed].station.station,
            keys=keys,
            program="test",
            made_at=world.clock.now().replace(microsecond=0),
            seal=self.wish or SealWish(kind=self.kind, name=NAME, replaces=self.replaces, certificates=proofs),
        )
        signers = {
            "organ": (None, lambda message: own.suite.sign(organ, message)),
            "document": (None, lambda message: suite_of("p256").sign(document, message)),
            "station": (own.signer.certificate.digest, own.signer.sign),
            "person": (person.certificate.digest, person.sign),
        }
        if self.also_named is not None:
            # A document has room for four signatures: this one takes the place of the key for documents.
            content = replace(content, keys=keys[:1])
            signers["document"] = (self.also_named.digest, person.sign)
        return to_bytes(content, [signer for name, signer in signers.items() if name != self.without])


def test_what_nobody_may_ask_for_is_refused(world: World) -> None:
    county, own = world.nodes["county"].seals, newest(world, kind="service")
    agent = opened(world, "agent1")
    with pytest.raises(NotAllowedError) as told:
        asked(world, "agent1")
    assert told.value.code == "seal_role"
    used = world.nodes["village1"].seals.cabinet.keys_of(own.key_name, agent.custodian or PrivateKey("", b"", None, None)).organ
    assert isinstance(used, PrivateKey)
    wrong = {
        "request_signature": [
            Forged(claimed="village2"),
            Forged(without="station"),
            Forged(without="organ"),
            Forged(without="document"),
        ],
        "request_custodian": [
            Forged(without="person"),
            Forged(who="agent2"),
            Forged(who="reviewer"),
            Forged(kind="unit"),
            Forged(station="township", claimed="township", who="agent1", division="131025105000"),
        ],
        "request_keys": [Forged(division="131025105202"), Forged(organ=used), Forged(roles=("agent",))],
        "request_seal": [
            Forged(kind="approval"),
            Forged(replaces=newest(world, "village2", "service").seal_id),
            Forged(replaces=newest(world).seal_id),
        ],
    }
    for code, requests in wrong.items():
        for request in requests:
            with pytest.raises(EnrolmentError) as refused:
                county.register.take(request.data(world))
            assert (request, refused.value.code) == (request, code)
    assert county.register.lines(state="wanted") == ()
    with pytest.raises(EnrolmentError) as refused:
        world.nodes["township"].seals.register.take(Forged().data(world))
    assert refused.value.code == "request_not_county"
    world.nodes["township"].bureau.authority.revoke([agent.signer.certificate.digest], "cessation_of_operation", by="test")
    world.settle()
    with pytest.raises(EnrolmentError) as refused:
        county.register.take(Forged().data(world))
    assert refused.value.code == "request_custodian"
    assert county.register.take(Forged(who="head1").data(world))


def test_an_answer_that_is_not_the_countys_changes_nothing(world: World) -> None:
    village, township = world.nodes["village1"], world.nodes["township"].station
    asked(world)
    (row,) = village.seals.asking.pending()
    now = world.clock.now().replace(microsecond=0)
    content = Answer(request=row.request, verdict="refused", reason="不给", station=village.station.station, made_at=now)
    forged = to_bytes(content, [(township.signer.certificate.digest, township.signer.sign)])
    with pytest.raises(EnrolmentError) as refused:
        village.seals.asking.take(forged)
    assert refused.value.code == "answer_signature"
    village.bureau.incoming.take_answer(forged)
    assert [one.state for one in village.seals.asking.pending()] == ["asked"]
    other = replace(content, request=content.request[:-1] + ("0" if content.request[-1] != "0" else "1"))
    with pytest.raises(EnrolmentError) as refused:
        village.seals.asking.take(to_bytes(other, [(township.signer.certificate.digest, township.signer.sign)]))
    assert refused.value.code == "answer_other"


def test_only_the_key_officer_takes_a_step(world: World) -> None:
    register, seal = world.nodes["county"].seals.register, newest(world)
    with pytest.raises(NotAllowedError) as refused:
        register.change(seal.seal_id, LOST, opened(world, "approver"), "丢失")
    assert refused.value.code == "seal_officer"
    asked(world)
    world.settle()
    request = waiting(world).request
    with pytest.raises(EnrolmentError) as unseen:
        register.make(request, opened(world, "keyofficer"), "新设", enable=True)
    assert unseen.value.code == "seal_not_drawn"
    for since in (world.clock.now() + timedelta(hours=1), world.clock.now() - timedelta(days=1)):
        with pytest.raises(RequestError) as dated:
            register.change(seal.seal_id, STOPPED, opened(world, "keyofficer"), "换届", since)
        assert dated.value.code == "seal_since"
    drawn(world, request)
    with pytest.raises(NotAllowedError) as refused:
        register.make(request, opened(world, "keyofficer"), "新设", enable=True, seen="sm3:00")
    assert refused.value.code == "seal_other_picture"


def test_a_list_is_taken_from_the_countys_seal_maker_alone_and_never_an_older_one(world: World) -> None:
    seal, county, village = newest(world), world.nodes["county"], world.nodes["village1"]
    officer = opened(world, "keyofficer")
    county.seals.register.change(seal.seal_id, STOPPED, officer, "换届")
    first = county.seals.statuses.newest()
    world.clock.move(hours=1)
    county.seals.register.change(seal.seal_id, "in_use", officer, "换届结束")
    world.clock.move(hours=1)
    county.seals.register.change(seal.seal_id, LOST, officer, "丢失")
    world.settle()
    third = village.seals.statuses.newest()
    assert first is not None and third is not None and (first.number, third.number) == (1, 3)
    assert village.seals.lists.take(first.data) is False
    assert village.seals.statuses.newest() == third

    now, entries = world.clock.now(), third.entries
    station = village.station.signer
    with pytest.raises(EnrolmentError) as refused:
        village.seals.lists.take(make_list(9, now, (), station))
    assert refused.value.code == "seals_signer"
    township = world.nodes["township"].bureau.registrar._issuer._keys.seal_maker()
    with pytest.raises(EnrolmentError) as refused:
        village.seals.lists.take(make_list(9, now, (), township))
    assert refused.value.code == "seals_signer"
    maker = county.bureau.registrar._issuer._keys.seal_maker()
    with pytest.raises(EnrolmentError) as refused:
        village.seals.lists.take(make_list(3, now, entries[:1], maker))
    assert refused.value.code == "seals_forked"
    changed = third.data.replace(b'"number":3', b'"number":4')
    with pytest.raises(EnrolmentError) as refused:
        village.seals.lists.take(changed)
    assert refused.value.code == "seals_signer"
    assert village.seals.statuses.newest() == third
    # One that comes in a parcel is noted, and takes nothing else of the parcel with it.
    dispatch, at = world.nodes["township"].bureau.notices._dispatch, world.clock.now()
    with world.nodes["township"].store.transaction():
        contents = Contents(requests=[b"none"], seal_lists=[changed, b"none", first.data])
        dispatch.send(contents, "certificates", [village.station.station], urgent=True, at=at)
    world.settle()
    noted = [(row.what, row.detail["why"]) for row in village.store.audit.page(limit=20) if row.what.endswith(("refused", "not_taken"))]
    refused_lists = [("seals_refused", "document_other"), ("seals_refused", "seals_signer")]
    assert sorted(noted) == [("request_not_taken", "document_other"), *refused_lists]
    assert village.seals.statuses.newest() == third
    # A list that never came leaves no gap: each is whole.
    assert village.seals.lists.take(make_list(7, now, entries, maker))
    assert isinstance(maker, FileSigner)


def test_a_station_that_has_joined_since_and_one_that_was_restored_get_the_list(world: World) -> None:
    seal, county = newest(world), world.nodes["county"]
    county.seals.register.change(seal.seal_id, LOST, opened(world, "keyofficer"), "丢失")
    world.settle()
    listed = county.seals.statuses.newest()
    village = world.nodes["village1"]
    assert listed is not None
    # What a restored station has forgotten, and its neighbour remembers to have sent.
    village.store.certificates.delete(village.station.suite.digest(listed.data))
    assert newest(world).state == "in_use"
    township = world.nodes["township"]
    township.store.certificates.forget_sent(village.station.station)
    township.seals.run(world.clock.now())
    world.settle()
    assert newest(world).state == "lost"


def test_a_restored_county_learns_what_it_said(world: World) -> None:
    seal, county = newest(world), world.nodes["county"]
    county.seals.register.change(seal.seal_id, LOST, opened(world, "keyofficer"), "丢失")
    world.settle()
    listed = county.seals.statuses.newest()
    line = county.store.seals.by_seal_id(seal.seal_id)
    assert listed is not None and line is not None
    county.store.certificates.delete(county.station.suite.digest(listed.data))
    county.store.seals.put(replace(line, state="in_use", since=line.asked_at))
    world.nodes["township"].store.certificates.forget_sent(county.station.station)
    world.nodes["township"].seals.run(world.clock.now())
    world.settle()
    assert county.seals.register.get(seal.seal_id).state == "lost"
    world.clock.move(hours=1)
    other = newest(world, kind="service")
    county.seals.register.change(other.seal_id, STOPPED, opened(world, "keyofficer"), "换届")
    again = county.seals.statuses.newest()
    assert again is not None and again.number == 2
    assert {(one.seal_id, one.state) for one in read_list(again.data).entries} == {(seal.seal_id, "lost"), (other.seal_id, "stopped")}


def test_a_request_is_sent_again_until_it_is_answered(world: World) -> None:
    village, county = world.nodes["village1"], world.nodes["county"]
    asked(world)
    world.settle()
    made(world, waiting(world).request)
    # The answer is lost with the county's outbox; the village only knows that nothing came.
    for parcel in county.outgoing.due(world.nodes["township"].station.station, 1 << 20):
        county.store.outbox.forget(parcel.parcel_id)
    world.settle()
    assert [row.state for row in village.seals.asking.pending()] == ["asked"]
    world.clock.move(days=8)
    village.seals.run(world.clock.now())
    world.settle()
    assert newest(world).seal_id.endswith("-unit-2")
    assert village.seals.asking.pending() == ()


def test_an_expired_seal_and_one_of_a_revoked_certificate_are_not_used(world: World) -> None:
    seal, village, head = newest(world), world.nodes["village1"], opened(world, "head1")
    world.nodes["county"].bureau.authority.revoke([seal.certificate.digest], "key_compromise", by="test")
    world.settle()
    with pytest.raises(NotAllowedError) as refused:
        village.seals.cabinet.open(seal, head)
    assert refused.value.code == "unit_seal_revoked"
    service = newest(world, kind="service")
    world.clock.move(days=5 * 366)
    with pytest.raises(NotAllowedError) as refused:
        village.seals.cabinet.open(service, head)
    assert refused.value.code == "unit_seal_expired"
    ending = [line.seal_id for line in world.nodes["county"].seals.register.ending(world.clock.now())]
    assert service.seal_id in ending


def test_a_seal_key_of_another_machine_opens_nothing(world: World) -> None:
    seal, village = newest(world), world.nodes["village1"]
    head = opened(world, "head1")
    secret = world.place / "village1" / "machine.secret"
    secret.write_bytes(bytes(32))
    with pytest.raises(SigningError):
        village.seals.cabinet.open(seal, head)
