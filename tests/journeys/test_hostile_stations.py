"""What a compromised station, a thief and a power cut try against joining, replacing and renumbering: others' stations stay up."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from node.casework.letter import Letter, SealedLetter, make_frame
from node.enrolment.invitations import Wanted
from node.enrolment.issuing import Issuer, IssuingKeys
from node.errors import EnrolmentError, NotAllowedError
from node.folder import StationFolder
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.mail.receipts import ReceiptBook
from signing.canonical import canonical_bytes
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.errors import UnknownSignerError
from signing.issuing import issue, issue_root
from signing.keys import FileSigner
from sync.records import Record, write_records
from tests.journeys.replacing import go_on, put_back, renumber, replaced, saved
from tests.journeys.test_admission_table import letter_from, sealed_by
from tests.journeys.test_revocation import certificate_of, revoke_person, revoke_station
from tests.journeys.world import World

NewWorld = Callable[..., World]


class PowerCutError(Exception):
    """The power goes here."""


def send(world: World, name: str, contents: Contents, *readers: str, parcel_class: str = "letters") -> None:
    """Queue a parcel as the station's own program would."""
    node = world.nodes[name]
    dispatch = Dispatch(node.station, node.store, ReceiptBook(node.station, node.store))
    with node.store.transaction():
        dispatch.send(contents, parcel_class, readers, urgent=False, at=node.clock.now())


def test_a_letter_of_an_unknown_signer_does_not_stop_the_refill_of_a_township(make_world: NewWorld) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    county = world.nodes["county"].station.station
    letter = letter_from(world.nodes["village1"], number, "message", None, {"text": "x"})
    good = sealed_by(world, "agent1", letter)
    stranger = replace(good.seals[0], signer=good.seals[0].signer[:-4] + "0000")
    send(world, "village1", Contents(letters=[make_frame(letter.payload(), (stranger,))]), county)
    world.settle()
    assert ("message", "waiting") in world.letters(number)["county"]

    node = replaced(world, "township", "county")
    go_on(world)
    assert node.numbers.awaited_names() == []
    world.act("reviewer", number, "accepted")
    go_on(world)
    assert set(world.states(number).values()) == {"accepted"}


def test_a_power_cut_while_a_county_numbers_itself_is_made_good_by_doing_it_again(
    make_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    node = put_back(world, "county", saved(world, "county"))
    renumbering = node.numbers.renumbering
    with monkeypatch.context() as cut:
        cut.setattr(type(renumbering), "_become", _cut)
        with pytest.raises(PowerCutError):
            node.numbers.number_itself()
    node = world.start("county")
    assert node.standing.state() == "restored"
    assert node.numbers.number_itself() == "13102500000002"
    go_on(world)
    assert node.station.station != world.nodes["county"].station.station
    assert world.states(number)["county"] == "submitted"


def _cut(*_args: object, **_more: object) -> None:
    raise PowerCutError


def test_a_power_cut_right_after_a_new_number_does_not_stand_in_the_way_of_the_next(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    world.nodes["village1"].standing.mark_restored("backup")
    request = world.place / "village1" / "renumber.request"
    world.nodes["village1"].numbers.renumbering.ask()
    kept = request.read_bytes()
    node = renumber(world, "village1", "township")
    request.write_bytes(kept)  # the power went before this file did
    node = world.start("village1")
    assert node.standing.state() == "active"
    node.standing.mark_restored("backup")
    node = renumber(world, "village1", "township")
    assert node.station.station == "13102510520103"


def test_numbers_under_the_old_name_are_not_given_twice_before_the_station_starts_anew(make_world: NewWorld) -> None:
    world = make_world()
    world.submitted()
    world.settle()
    node, village = world.nodes["township"], world.nodes["village1"]
    last = node.store.receipts.last(node.station.station)
    assert last is not None
    node.standing.mark_restored("backup")
    office = world.nodes["county"].bureau.registrar
    asked = office.take(node.numbers.renumbering.ask().data)
    world.submitted()
    (late,) = village.outgoing.due(node.station.station, 1 << 30)
    node.numbers.renumbering.take(office.confirm(asked.digest, "admin"))
    world.carry("village1")  # it runs on for a moment
    receipt = node.store.receipts.get_for_parcel(late.parcel_id)
    assert receipt is not None and (receipt.station, receipt.number) > (last.station, last.number)
    go_on(world)
    new = world.nodes["township"]
    assert new.station.station == "13102510500002"
    fresh = world.submitted()
    go_on(world)
    assert set(world.states(fresh).values()) == {"submitted"}
    assert world.nodes["county"].store.outbox.gaps(new.station.station) == []


def test_a_copy_of_a_stations_own_letter_is_not_received_before_it_came(make_world: NewWorld) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    agent = world.nodes["village1"].store.people.get("agent1")
    assert agent is not None and agent.certificate is not None
    letter = letter_from(world.nodes["village1"], number, "message", None, {"text": "x"})
    world.clock.move(hours=2)
    world.nodes["township"].bureau.authority.revoke([agent.certificate], "key_compromise", world.clock.now(), by="test")
    world.settle()
    world.clock.move(hours=1)
    sealed = sealed_by_thief(world, "agent1", letter)
    county = world.nodes["county"].station.station
    township = world.nodes["township"].station.station
    contents = Contents(letters=[sealed.frame], received={sealed.letter_id: letter.at + timedelta(minutes=1)})
    send(world, "village1", contents, township, county, parcel_class="copies")
    world.settle()
    for name in ("township", "county"):
        row = world.nodes[name].store.letters.get(sealed.letter_id)
        assert row is not None and (row.outcome, row.reason) == ("set_aside", "revoked"), name


def sealed_by_thief(world: World, name: str, letter: Letter) -> SealedLetter:
    """The station's program would not; whoever has the key and the PIN does."""
    node = world.node_of(name)
    node.keyring._is_revoked = lambda certificate: False
    return sealed_by(world, name, letter)


def certified_by(world: World, name: str, profile: CertificateProfile) -> Certificate:
    """What a station's authority key certifies, whatever its program would."""
    node = world.nodes[name]
    keys = IssuingKeys(StationFolder(world.place / name), node.station.suite, node.store)
    return Issuer(keys).certify([(profile, node.station.suite.generate().public)], world.clock.now() + timedelta(minutes=1))[0]


@pytest.mark.parametrize("replaces", [False, True])
def test_a_township_that_certifies_itself_changes_its_place_for_nobody(make_world: NewWorld, replaces: bool) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    village, township, county = (world.nodes[name].station.station for name in ("village1", "township", "county"))
    profile = CertificateProfile(
        usage="station_sign",
        station=township[:12] + "07" if replaces else township,
        division=township[:12],
        tier="township",
        name="示例镇",
        replaces=township if replaces else "",
    )
    forged = certified_by(world, "township", profile)
    send(world, "township", Contents(certificates=[forged.der]), county, village, parcel_class="certificates")
    world.settle()
    for name in ("county", "village1"):
        directory = world.nodes[name].station.directory
        assert directory.current(township) == township
        assert directory.parent_of(township) == county
        assert directory.path_of(village)[-2:] == (township, county)
    world.act("reviewer", number, "accepted")
    world.settle()
    assert set(world.states(number).values()) == {"accepted"}


def test_a_village_and_its_township_are_replaced_at_the_same_time(make_world: NewWorld) -> None:
    world = make_world()
    first, second = world.submitted(), world.submitted(agent="agent2")
    world.settle()
    world.act("reviewer", first, "accepted")
    world.act("reviewer", second, "returned", reason="示例")
    world.settle()
    late = world.submitted()
    world.carry("village1")

    replaced(world, "village1", "township")
    replaced(world, "township", "county")
    go_on(world)

    assert world.nodes["village1"].numbers.awaited_names() == []
    assert world.nodes["township"].numbers.awaited_names() == []
    assert set(world.states(first).values()) == {"accepted"} and len(world.states(first)) == 3
    assert set(world.states(second).values()) == {"returned"}
    world.act("reviewer", first, "returned", reason="示例")
    go_on(world)
    world.act("agent1", first, "submitted")
    go_on(world)
    assert set(world.states(first).values()) == {"submitted"} and len(world.states(first)) == 3
    assert late not in world.states(late)


def test_a_village_that_gives_nothing_does_not_keep_others_from_being_filled(make_world: NewWorld) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    replaced(world, "township", "county")
    world.weather.down = {"village2"}
    go_on(world)
    assert len(world.nodes["township"].numbers.awaited_names()) == 1
    village = replaced(world, "village1", "township")
    go_on(world)
    assert village.numbers.awaited_names() == []
    assert set(world.states(number).values()) == {"submitted"} and len(world.states(number)) == 3


def test_a_station_renewed_twice_gets_mail_for_both_its_earlier_numbers(make_world: NewWorld) -> None:
    world = make_world()
    number, other = world.submitted(), world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    first = world.place / "for-01.bundle"
    world.nodes["township"].bundles.write_to(first, to=world.nodes["village1"].station.station)
    world.nodes["village1"].standing.mark_restored("backup")
    renumber(world, "village1", "township")
    world.act("reviewer", other, "returned", reason="示例")
    second = world.place / "for-02.bundle"
    world.nodes["township"].bundles.write_to(second, to=world.nodes["village1"].station.station)
    world.nodes["village1"].standing.mark_restored("backup")
    node = renumber(world, "village1", "township")
    assert node.station.station == "13102510520103"
    for file in (second, first, second):
        world.nodes["village2"].bundles.read_from(file)
        node.bundles.read_from(file)
    assert world.states(number).keys() == {"village1", "township", "county"}
    assert world.states(number)["village1"] == "accepted"
    assert world.states(other)["village1"] == "returned"
    go_on(world)
    world.act("agent1", other, "submitted")
    go_on(world)
    assert set(world.states(other).values()) == {"submitted"}


def test_a_village_cannot_have_its_certificates_renewed_again_and_again(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    node, township = world.nodes["village1"], world.nodes["township"]
    before = township.store.certificates.count("certificate")
    for _ in range(3):
        world.clock.move(seconds=1)
        node.bureau.renewal._ask(node.bureau.renewal.request(world.clock.now()), world.clock.now())
        world.settle()
    assert township.store.certificates.count("certificate") == before


def test_a_certificate_of_nobody_does_not_keep_new_stations_out(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    village, township = world.nodes["village2"].station, world.nodes["township"].station
    forged = forged_certificate(world, replace_profile(township.signer.certificate))
    send(world, "village2", Contents(certificates=[forged]), township.station, parcel_class="certificates")
    world.settle()
    assert world.nodes["township"].store.certificates.get(village.suite.digest(forged), "certificate") is not None
    assert replaced(world, "village1", "township").station.station == "13102510520102"


def replace_profile(one: Certificate) -> CertificateProfile:
    """What a certificate says."""
    return CertificateProfile(usage=one.usage, station=one.station, division=one.division, tier=one.tier, name=one.name)


def forged_certificate(world: World, profile: CertificateProfile) -> bytes:
    """One by an authority that nobody knows."""
    suite, now = world.nodes["township"].station.suite, world.clock.now()
    private = suite.generate()
    above = CertificateProfile(usage="root", station="", division="131025000000", tier="county", name="示例")
    root = parse_certificate(suite, issue_root(suite, private, above, now, now + timedelta(days=900)))
    return issue(suite, FileSigner(suite, private, root), suite.generate().public, profile, now, now + timedelta(days=90))


@pytest.mark.parametrize(("name", "victim", "parent"), [("township", "agent1", "county"), ("county", "reviewer", None)])
def test_what_was_taken_back_after_the_backup_stays_taken_back(make_world: NewWorld, name: str, victim: str, parent: str | None) -> None:
    world = make_world()
    world.settle()
    old = saved(world, name)
    held = certificate_of(world, victim)
    world.clock.move(hours=1)
    revoke_person(world, victim, name)
    world.settle()
    node = put_back(world, name, old)
    node.standing.mark_restored("backup")
    if parent is None:
        node.numbers.number_itself()
    else:
        renumber(world, name, parent)
    go_on(world)
    node = world.nodes[name]
    assert node.station.trust.revoked(node.station.trust.get(held)) is not None
    assert len(node.store.certificates.all("revocations")) == 1
    world.clock.move(hours=1)
    other = certificate_of(world, "leader")
    if parent is None:
        node.bureau.authority.revoke([other], "key_compromise", by="test")
        go_on(world)
        for one in (node, world.nodes["township"]):
            assert one.station.trust.revoked(one.station.trust.get(other)) is not None, one.station.station
        for one in world.nodes.values():
            assert max(listed.number for listed in one.station.trust.lists()) > 1


def test_an_old_copy_of_a_township_gives_nobody_a_number(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    world.nodes["township"].standing.mark_restored("backup")
    office = world.nodes["township"].reception.inviting
    with pytest.raises(NotAllowedError, match="standing_restored"):
        office.invite([Wanted("示例新村便民服务室", "village", "131025105203")], "admin")


def test_what_a_stranger_shows_and_does_not_prove_leaves_next_to_nothing_behind(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    village, township = world.nodes["village1"], world.nodes["township"].station
    profile = replace_profile(township.signer.certificate)
    junk = [forged_certificate(world, profile) for _ in range(5)]
    rows = write_records([Record("certificate", one) for one in junk] + [Record("revocations", b"x%d" % one) for one in range(20)])
    before = len(list(village.store.audit.page()))
    assert village.courier is not None and village.courier._caller._meet is not None
    village.courier._caller._meet(township.station, rows)
    assert len(list(village.store.audit.page())) <= before + 1
    for one in junk:
        with pytest.raises(UnknownSignerError):
            village.station.trust.get(village.station.suite.digest(one))


def test_a_station_whose_next_number_was_refused_by_mistake_may_ask_again(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    node, office = world.nodes["village1"], world.nodes["township"].bureau.registrar
    node.standing.mark_restored("backup")
    asked = office.take(node.numbers.renumbering.ask().data)
    with pytest.raises(EnrolmentError, match="request_refused"):
        node.numbers.renumbering.take(office.refuse(asked.digest, "admin", "示例"))
    world.clock.move(minutes=1)
    assert renumber(world, "village1", "township").station.station == "13102510520102"


def test_a_refill_gives_nothing_to_a_station_whose_key_was_stolen(make_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, tuple[str, ...]]] = []
    before = Dispatch.send

    def note(self: Dispatch, contents: Contents, parcel_class: str, readers: Sequence[str], **more: Any) -> str:
        sent.append((parcel_class, tuple(readers)))
        return before(self, contents, parcel_class, readers, **more)

    monkeypatch.setattr(Dispatch, "send", note)
    world = make_world()
    number = world.submitted()
    world.settle()
    village = world.nodes["village1"].station.station
    world.weather.down = {"village1"}
    world.act("reviewer", number, "accepted")
    world.settle()
    revoke_station(world, "village1", "township")
    world.settle()
    replaced(world, "township", "county")
    go_on(world)
    copies = [readers for parcel_class, readers in sent if parcel_class == "copies"]
    assert copies and all(village not in readers for readers in copies)


def test_nobody_can_fill_the_tables_with_refills_that_nobody_waits_for(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    township = world.nodes["township"]
    told = canonical_bytes({"for": township.station.station, "letters": 1, "parcels": ["x" * 1000] * 100})
    send(world, "village1", Contents(refills=[told]), township.station.station, parcel_class="copies")
    world.settle()
    assert township.store.meta.names("refill_from:") == []
