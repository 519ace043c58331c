"""What is taken back is obeyed: people, stations, a township; lists that are forged, old or late; a stolen station's keys."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.assemble import Node, assemble
from node.cli import main
from node.enrolment.authority import LIST_LASTS, REISSUE_BEFORE_END
from node.enrolment.wiping import MARKER, Wiper
from node.errors import NotAllowedError, StoreError
from node.store import open_store
from signing.algorithms import Suite
from signing.certificates import Certificate, CertificateProfile
from signing.issuing import issue_revocations
from signing.keys import FileSigner
from signing.revocations import Revocation
from tests.journeys.world import World


def certificate_of(world: World, name: str) -> str:
    record = world.node_of(name).store.people.get(name)
    assert record is not None and record.certificate is not None
    return record.certificate


def revoke_person(world: World, name: str, issuer: str, reason: str = "key_compromise", hours_ago: float = 0) -> None:
    at = world.clock.now() - timedelta(hours=hours_ago)
    world.nodes[issuer].bureau.authority.revoke([certificate_of(world, name)], reason, at, by="test")


def revoke_station(world: World, name: str, issuer: str, reason: str = "key_compromise", *, with_people: bool = False) -> None:
    authority, station = world.nodes[issuer].bureau.authority, world.nodes[name].station.station
    digests = authority.of_station(station, with_people=with_people)
    assert digests
    authority.revoke(digests, reason, by="test")


def outcomes(world: World, number: str) -> dict[str, list[tuple[str, str]]]:
    rows = {name: node.store.letters.of_case(number) for name, node in world.nodes.items()}
    return {name: [(row.kind, row.outcome) for row in letters] for name, letters in rows.items() if letters}


def lists_known(node: Node) -> list[int]:
    return sorted(one.number for one in node.station.trust.lists())


def test_a_revoked_person_can_seal_no_more_and_what_was_sealed_before_stands(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.clock.move(hours=1)
    revoke_person(world, "agent1", "township")
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    assert {outcome for rows in outcomes(world, number).values() for _, outcome in rows} == {"admitted"}
    case = world.filled()
    with pytest.raises(NotAllowedError) as refused:
        world.act("agent1", case.line.case_number, "submitted")
    assert refused.value.code == "key_revoked"
    assert world.act("reviewer", number, "accepted").line.state == "accepted"


def test_a_revocation_list_reaches_every_station_once(world: World) -> None:
    revoke_person(world, "agent1", "township")
    world.settle()
    assert {name: lists_known(node) for name, node in world.nodes.items()} == {name: [1] for name in world.nodes}
    for node in world.nodes.values():
        assert len(node.store.certificates.all("revocations")) == 1
    ids = {name: node.station.station for name, node in world.nodes.items()}
    sent = {(one, other): world.nodes[one].store.counters.peek(f"to:{ids[other]}") for one in ids for other in ids if one != other}
    assert {pair for pair, number in sent.items() if number} == {("township", other) for other in ids if other != "township"}
    waiting = [node.store.outbox.waiting().queued for node in world.nodes.values()]
    assert waiting == [0, 0, 0, 0]
    revoke_person(world, "reviewer", "county")
    world.settle()
    assert {name: len(node.store.certificates.all("revocations")) for name, node in world.nodes.items()} == dict.fromkeys(world.nodes, 2)


def test_a_letter_first_received_after_its_key_was_revoked_is_set_aside_everywhere_and_can_be_sealed_again(world: World) -> None:
    number = world.filled().line.case_number
    world.clock.move(hours=1)
    revoke_person(world, "agent1", "township")
    world.clock.move(minutes=1)
    world.weather.down = {"village1"}
    world.act("agent1", number, "submitted")  # honestly: the village has not heard of it
    world.weather.down = set()
    world.settle()
    for name in ("township", "county"):
        row = world.nodes[name].store.letters.of_case(number)[0]
        assert (row.outcome, row.reason) == ("set_aside", "revoked"), name
        assert world.nodes[name].store.cases.get(number) is None
    assert world.states(number) == {"village1": "draft"}
    view = world.nodes["village1"].desk.case(world.person("agent1"), number)
    assert view.answers["name"] and view.problems == ()
    give_new_certificate(world, "agent1", "township")
    world.clock.move(minutes=1)
    world.act("agent1", number, "submitted")
    world.settle()
    assert world.states(number) == {"village1": "submitted", "township": "submitted", "county": "submitted"}
    world.act("reviewer", number, "accepted")
    world.settle()
    assert set(world.states(number).values()) == {"accepted"}


def give_new_certificate(world: World, name: str, issuer: str) -> None:
    """A person comes to the key officer and gets a new certificate, here for the same key, and a seal for it."""
    node, above = world.node_of(name), world.nodes[issuer]
    old = node.station.trust.get(certificate_of(world, name))
    profile = CertificateProfile(usage="person", station=old.station, division=old.division, tier=old.tier, name=old.name, roles=old.roles)
    issuing = above.bureau.registrar._judges["person"]._bench.issuer  # type: ignore[attr-defined]
    certificates = issuing.certify([(profile, old.public_key)], world.clock.now())
    seals = issuing.personal_seals(certificates, world.clock.now())
    with above.store.transaction():
        for one in certificates:
            above.store.certificates.put(one.digest, one.der, "certificate")
            above.station.trust.add(one.der)
        above.bureau.notices.tell_issued(certificates, world.clock.now(), seals)
    world.settle()
    node.chores.run_due(all_of_them=True)
    assert certificate_of(world, name) == certificates[0].digest


def test_all_tiers_judge_by_the_first_receipt_however_late_the_letter_comes_to_them(world: World) -> None:
    number = world.submitted()
    world.weather.down = {"township"}
    world.carry("village1", rounds=2)  # the township has it in time
    world.clock.move(hours=2)
    revoke_person(world, "agent1", "township", hours_ago=1)
    world.clock.move(hours=2)
    world.weather.down = set()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    assert {outcome for rows in outcomes(world, number).values() for _, outcome in rows} == {"admitted"}


def test_a_late_list_takes_the_last_letter_out_again_at_every_tier_alike(world: World) -> None:
    earlier = world.submitted()
    world.settle()
    world.clock.move(hours=2)
    number = world.submitted()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    world.clock.move(hours=1)
    revoke_person(world, "agent1", "township", hours_ago=2)
    world.settle()
    assert world.states(number) == {"village1": "draft"}
    assert {outcome for rows in outcomes(world, number).values() for _, outcome in rows} == {"set_aside"}
    assert set(world.states(earlier).values()) == {"submitted"}


def test_what_others_have_acted_on_stays_and_is_flagged(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    world.settle()
    world.clock.move(hours=1)
    revoke_person(world, "agent1", "township", hours_ago=3)
    world.settle()
    assert set(world.states(number).values()) == {"accepted"}
    for node in (world.nodes["township"], world.nodes["county"], world.nodes["village1"]):
        first = node.store.letters.of_case(number)[0]
        assert (first.outcome, first.reason) == ("flagged", "revoked")
        record = node.store.cases.get(number)
        assert record is not None and "revoked" in record.flags


def test_a_revoked_station_is_refused_at_the_door_and_its_parcels_too(world: World) -> None:
    world.weather.down = {"village1"}
    world.submitted()
    parcel = world.nodes["village1"].outgoing.due(world.nodes["township"].station.station, 1 << 30)[0].data
    revoke_station(world, "village1", "township", "cessation_of_operation")
    world.weather.down = set()
    village = world.nodes["village1"]
    assert village.courier is not None
    report = village.courier.carry_once()
    assert report.failure is not None
    taken = world.nodes["township"].mailroom.take_in([parcel], village.station.station, "network")
    assert [why for _, why in taken.refused] == ["certificate"]
    assert world.nodes["township"].store.letters.outcomes() == {}
    assert village.standing.state() == "revoked"
    with pytest.raises(NotAllowedError) as refused:
        village.standing.check_may_seal()
    assert refused.value.code == "standing_revoked"
    assert (world.place / "village1" / "machine.secret").exists()


def test_a_list_with_an_older_number_changes_nothing(world: World) -> None:
    revoke_person(world, "agent1", "township")
    old = world.nodes["township"].store.certificates.all("revocations")[0].der
    world.clock.move(hours=1)
    revoke_person(world, "agent2", "township", "superseded")
    world.settle()
    county = world.nodes["county"]
    county.mailroom.learn((), [old])
    assert lists_known(county) == [2]
    assert len(county.store.certificates.all("revocations")) == 1
    second = county.station.trust.lists()[0]
    assert len(second.revoked) == 2


def forged_list(suite: Suite, world: World, victim: str, *, issuer: str = "stranger") -> bytes:
    """A list that takes a station's certificate back, signed by a key that is not its authority's."""
    node = world.nodes[victim]
    own = node.station.signer.certificate
    authority = node.station.trust.path(own)[1]
    private = suite.generate()
    signer = FileSigner(suite, private, _with_key(authority, private.public))
    now = world.clock.now()
    return issue_revocations(suite, signer, 9, [Revocation(own.serial, now - timedelta(days=1), "key_compromise")], now, now + LIST_LASTS)


def _with_key(certificate: Certificate, public_key: bytes) -> Certificate:
    return replace(certificate, public_key=public_key)


def test_a_forged_or_foreign_list_wipes_nothing(world: World, make_world: Callable[..., World]) -> None:
    node = world.nodes["village1"]
    node.mailroom.learn((), [forged_list(node.station.suite, world, "village1")])
    other = make_world("p256")
    revoke_station(other, "village1", "township")
    foreign = other.nodes["township"].store.certificates.all("revocations")[0].der
    node.mailroom.learn((), [foreign])
    assert lists_known(node) == [] and not node.restart.is_set()
    assert not (world.place / "village1" / MARKER).exists()
    assert "revocations_refused" in [row.what for row in node.store.audit.page()]
    assert world.start("village1").station.station == node.station.station


def test_a_stolen_station_wipes_its_keys_at_the_next_contact_and_its_data_is_unreadable(world: World) -> None:
    number = world.submitted()
    place = world.place / "village1"
    revoke_station(world, "village1", "township")
    village = world.nodes["village1"]
    assert village.courier is not None
    village.courier.carry_once()
    assert village.restart.is_set()
    assert (place / MARKER).exists() and not (place / "machine.secret").exists()
    assert list((place / "keys").iterdir()) == []
    village.close()
    del world.nodes["village1"]
    with pytest.raises(NotAllowedError) as refused:
        assemble(place, world.clock)
    assert refused.value.code == "station_wiped"
    with pytest.raises(StoreError):
        open_store(place / "yizhan.db", os.urandom(32), digest=village.station.suite.digest)
    for path in place.rglob("*"):
        if path.is_file():
            assert number.encode() not in path.read_bytes()


@pytest.mark.parametrize("survives", (0, 1, 4))
def test_a_power_cut_in_the_middle_of_wiping_is_made_good_at_the_next_start(world: World, survives: int) -> None:
    class PowerCut(BaseException):
        pass

    left = survives

    def until_the_cut(path: Path) -> None:
        nonlocal left
        if left == 0:
            raise PowerCut
        left -= 1
        path.unlink()

    village, place = world.nodes["village1"], world.place / "village1"
    revoke_station(world, "village1", "township")
    listed = world.nodes["township"].store.certificates.all("revocations")[0].der
    village.station.trust.add_revocations(listed)
    with pytest.raises(PowerCut):
        Wiper(village.bureau.wiper.folder, village.config, until_the_cut).wipe_if_stolen(village.station, village.store, world.clock.now())
    village.close()
    del world.nodes["village1"]
    assert any((place / "keys").iterdir())
    with pytest.raises(NotAllowedError):
        assemble(place, world.clock)
    assert list((place / "keys").iterdir()) == [] and not (place / "machine.secret").exists()


def test_a_power_cut_before_the_wiping_began_is_made_good_at_the_next_start(world: World) -> None:
    revoke_station(world, "village1", "township")
    listed = world.nodes["township"].store.certificates.all("revocations")[0]
    village, place = world.nodes["village1"], world.place / "village1"
    village.store.certificates.put(listed.digest, listed.der, "revocations")
    village.close()
    del world.nodes["village1"]
    with pytest.raises(NotAllowedError) as refused:
        assemble(place, world.clock)
    assert refused.value.code == "station_wiped"
    assert not (place / "machine.secret").exists()


def test_the_list_is_made_anew_before_it_goes_stale(world: World) -> None:
    revoke_person(world, "agent1", "township")
    authority = world.nodes["township"].bureau.authority
    authority.keep_fresh(world.clock.now())
    first = authority.newest_list()
    assert first is not None and first.number == 1
    world.clock.at = first.next_update - REISSUE_BEFORE_END
    authority.keep_fresh(world.clock.now())
    second = authority.newest_list()
    assert second is not None
    assert (second.number, second.revoked) == (2, first.revoked)
    world.settle()
    assert lists_known(world.nodes["village2"]) == [2]


def test_nobody_seals_with_a_seal_whose_maker_was_taken_back(world: World) -> None:
    """Others would set it aside: it is said before, not after."""
    case = world.filled()
    stolen = world.nodes["township"].station.station
    county = world.nodes["county"]
    county.bureau.authority.revoke(county.bureau.authority.of_station(stolen), "key_compromise", by="test")
    listed = county.store.certificates.all("revocations")[0].der
    world.nodes["village1"].mailroom.learn((), [listed])
    with pytest.raises(NotAllowedError) as refused:
        world.act("agent1", case.line.case_number, "submitted")
    assert refused.value.code == "seal_revoked"


def test_nothing_new_is_encrypted_for_a_stolen_station(world: World) -> None:
    number = world.submitted()
    world.settle()
    village, county = world.nodes["village1"], world.nodes["county"]
    stolen = world.nodes["township"].station.station
    make = [held.certificate.digest for held in county.bureau.authority.known() if held.certificate.station == stolen]
    keys = [one for one in make if county.station.trust.get(one).usage in ("station_sign", "station_encrypt")]
    county.bureau.authority.revoke(keys, "key_compromise", by="test")
    before = county.store.counters.peek(f"to:{stolen}")
    village.mailroom.learn((), [county.store.certificates.all("revocations")[0].der])
    sent = village.store.counters.peek(f"to:{stolen}")
    world.act("agent1", number, "message", text="示例")
    assert village.store.counters.peek(f"to:{stolen}") == sent
    assert county.store.counters.peek(f"to:{stolen}") == before


def test_a_request_that_is_none_takes_nothing_else_with_it(world: World) -> None:
    village, township = world.nodes["village1"], world.nodes["township"]
    with village.store.transaction():
        village.bureau.notices.send_document(township.station.station, world.clock.now(), request=b"yizhan request 1\nnonsense\n")
    number = world.submitted()
    world.settle()
    assert world.states(number)["township"] == "submitted"
    assert [row.detail for row in township.store.audit.page() if row.what == "request_not_taken"] == [{"why": "document_damaged"}]


def test_a_wiped_station_says_in_words_what_happened(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    revoke_station(world, "village1", "township")
    world.carry("village1")
    world.nodes.pop("village1").close()
    assert main(["serve", str(world.place / "village1")]) == 2
    assert "本站密钥已被报失" in capsys.readouterr().err


def test_a_list_that_another_process_kept_is_believed_soon(world: World) -> None:
    township = world.nodes["township"]
    other = assemble(world.place / "township", world.clock)
    other.bureau.authority.revoke([certificate_of(world, "agent1")], "superseded", by="test")
    other.close()
    assert lists_known(township) == []
    township.chores.run_due(all_of_them=True)
    assert lists_known(township) == [1]


def test_one_authority_cannot_take_back_what_another_issued_nor_a_station_itself(world: World) -> None:
    for issuer, digest, code in (
        ("township", certificate_of(world, "reviewer"), "not_issuer"),
        ("village1", certificate_of(world, "agent1"), "no_authority"),
        ("county", world.nodes["county"].station.signer.certificate.digest, "revoke_own"),
    ):
        with pytest.raises(NotAllowedError) as refused:
            world.nodes[issuer].bureau.authority.revoke([digest], "superseded", by="test")
        assert refused.value.code == code
        assert world.nodes[issuer].store.certificates.all("revocations") == []
