"""Each row of the admission table, with real letters and parcels made by somebody who should not have."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.assemble import Node
from node.casework.case import Desk, Holder
from node.casework.letter import CONTEXT, Letter, SealedLetter, make_frame, read_frame
from node.clock import county_day
from node.errors import NotFoundError
from node.mail.packing import Addressee, Contents, pack
from node.mail.receipts import ReceiptBook, read_receipt
from node.station import Station
from node.store.records import ParcelRecord
from signing.seal import sign_compact
from tests.founding import founded_county
from tests.journeys.world import World


def letter_from(node: Node, number: str, kind: str, holder: Holder | None, body: Mapping[str, Any], **changes: Any) -> Letter:
    record = node.store.cases.get(number)
    assert record is not None
    now = node.clock.now().replace(microsecond=0)
    made = Letter(kind, number, node.station.station, record.head, now, county_day(now), record.item_id, record.package, holder, body)
    return replace(made, **changes)


def sealed_by(world: World, name: str, letter: Letter) -> SealedLetter:
    node = world.node_of(name)
    signer = node.keyring.open(world.person(name), world.pin(name))
    payload = letter.payload()
    seal = sign_compact(node.station.suite, signer.signer, signer.seal, CONTEXT + payload, letter.at)
    return read_frame(make_frame(payload, (seal,)), node.station.suite.digest)


def parcel_of(maker: Node, to: Node, contents: Contents, station: Station | None = None) -> bytes:
    certificate = maker.store.stations.get(to.station.station)
    assert certificate is not None and certificate.encrypt_certificate is not None
    reader = Addressee(maker.store.counters.next(f"to:{to.station.station}"), maker.station.trust.get(certificate.encrypt_certificate))
    now = maker.clock.now()
    return pack(station or maker.station, contents, parcel_class="letters", readers=[reader], urgent=False, made_at=now)


def bring(world: World, name: str, to: str, sealed: SealedLetter) -> tuple[str, str | None]:
    """Put a letter in a parcel of the station where `name` works and hand it to the mailroom of `to`; what became of it."""
    maker, reader = world.node_of(name), world.nodes[to]
    signer = maker.station.trust.get(sealed.seals[0].signer)
    contents = Contents(
        letters=[sealed.frame],
        certificates=[one.der for one in maker.station.trust.path(signer) if one.usage != "root"],
        seals=[der for seal in sealed.seals if (der := maker.store.certificates.get(seal.seal, "seal"))],
    )
    taken = reader.mailroom.take_in([parcel_of(maker, reader, contents)], maker.station.station, "network")
    assert taken.refused == ()
    row = reader.store.letters.get(sealed.letter_id)
    return (row.outcome, row.reason) if row else ("refused", None)


@pytest.fixture
def submitted(world: World) -> tuple[World, str]:
    number = world.submitted()
    world.settle()
    return world, number


def stations(world: World) -> tuple[str, str, str]:
    village, township, county = (world.nodes[name].station.station for name in ("village1", "township", "county"))
    return village, township, county


def test_an_altered_parcel_is_refused_and_not_kept(world: World) -> None:
    world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    data = village.outgoing.due(township.station.station, 1 << 30)[0].data
    for place in range(0, len(data), max(1, len(data) // 60)):
        bad = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        taken = township.mailroom.take_in([bad], village.station.station, "network")
        # A changed digest of the signer is a signer not heard of yet: such a parcel waits unopened, and nobody is told that it is stored.
        assert [why for _, why in taken.refused] and not taken.receipts
    assert len(township.store.outbox.parked()) <= 3
    assert township.store.letters.outcomes() == {}
    assert [row.what for row in township.store.audit.page()].count("parcel_refused") > 50


def test_a_parcel_signed_with_another_key_is_refused(world: World) -> None:
    village, other, township = world.nodes["village1"], world.nodes["village2"], world.nodes["township"]
    signer = other.station.signer
    lying = replace(village.station, signer=_As(signer, village.station.signer.certificate))
    data = parcel_of(village, township, Contents(letters=[b"x"]), lying)
    taken = township.mailroom.take_in([data], village.station.station, "network")
    assert [why for _, why in taken.refused] == ["signature"]


def test_a_parcel_in_the_name_of_another_station_is_refused(world: World) -> None:
    village, other, township = world.nodes["village1"], world.nodes["village2"], world.nodes["township"]
    lying = replace(other.station, station=village.station.station)
    data = parcel_of(other, township, Contents(letters=[b"x"]), lying)
    taken = township.mailroom.take_in([data], other.station.station, "network")
    assert [why for _, why in taken.refused] == ["certificate"]


def test_a_parcel_for_a_station_that_nobody_knows_is_refused_at_the_county(world: World) -> None:
    village, county = world.nodes["village1"], world.nodes["county"]
    record = village.store.stations.get(county.station.station)
    assert record is not None and record.encrypt_certificate is not None
    stranger = replace(village.station.trust.get(record.encrypt_certificate), station="99999999999901")
    data = pack(
        village.station,
        Contents(letters=[b"x"]),
        parcel_class="letters",
        readers=[Addressee(1, stranger)],
        urgent=False,
        made_at=world.clock.now(),
    )
    taken = county.mailroom.take_in([data], village.station.station, "network")
    assert [why for _, why in taken.refused] == ["no_route"]


def test_a_letter_in_the_name_of_another_station_is_refused(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _village, township, _county = stations(world)
    letter = letter_from(world.nodes["village1"], number, "accepted", Holder(township, Desk.REVIEW), {}, origin=township)
    assert bring(world, "agent1", "county", sealed_by(world, "agent1", letter)) == ("refused", None)


def test_a_letter_whose_payload_was_changed_after_sealing_is_refused(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    sealed = sealed_by(world, "reviewer", letter_from(world.nodes["township"], number, "accepted", Holder(township, Desk.REVIEW), {}))
    changed = replace(sealed.letter, body={"note": "changed"})
    forged = read_frame(make_frame(changed.payload(), sealed.seals), world.nodes["township"].station.suite.digest)
    assert bring(world, "reviewer", "county", forged) == ("refused", None)
    assert bring(world, "reviewer", "county", sealed) == ("admitted", None)


def test_an_event_of_another_role_is_set_aside(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    letter = letter_from(world.nodes["township"], number, "accepted", Holder(township, Desk.REVIEW), {})
    assert bring(world, "leader", "county", sealed_by(world, "leader", letter)) == ("set_aside", "transition_role")
    assert world.states(number)["county"] == "submitted"


def test_an_event_of_another_tier_is_set_aside(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _village, township, _ = stations(world)
    letter = letter_from(world.nodes["village1"], number, "accepted", Holder(township, Desk.REVIEW), {})
    assert bring(world, "agent1", "county", sealed_by(world, "agent1", letter)) == ("set_aside", "transition_desk")


def test_an_event_that_the_table_does_not_have_is_set_aside(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, _, county = stations(world)
    letter = letter_from(world.nodes["township"], number, "forwarded", Holder(county, Desk.DECISION), {})
    assert bring(world, "reviewer", "county", sealed_by(world, "reviewer", letter)) == ("set_aside", "transition_row")


def test_a_letter_that_names_the_wrong_holder_is_set_aside(submitted: tuple[World, str]) -> None:
    world, number = submitted
    village, _, _ = stations(world)
    letter = letter_from(world.nodes["township"], number, "accepted", Holder(village, Desk.AGENT), {})
    assert bring(world, "reviewer", "county", sealed_by(world, "reviewer", letter)) == ("set_aside", "holder")


def test_a_submission_that_breaks_the_forms_rules_is_admitted_and_flagged(world: World) -> None:
    case = world.filled()
    number = case.line.case_number
    _, township, _ = stations(world)
    answers = {**case.answers, "id_no": "131025194403122018"}
    body = {"answers": answers, "first_contact_at": "2026-11-22T01:00:00Z"}
    letter = letter_from(world.nodes["village1"], number, "submitted", Holder(township, Desk.REVIEW), body)
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter)) == ("flagged", "rules")
    view = world.nodes["township"].desk.case(world.person("reviewer"), number)
    assert view.line.flagged
    assert "id_no" in {one.field for one in view.problems}
    assert {one.material for one in view.material_problems} >= {"mat_form"}
    assert "returned" in view.events


def test_a_letter_waits_for_its_predecessor_and_for_its_signers_certificate(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, county_id = stations(world)
    county = world.nodes["county"]
    accepted = sealed_by(world, "reviewer", letter_from(world.nodes["township"], number, "accepted", Holder(township, Desk.REVIEW), {}))
    forwarded = sealed_by(
        world,
        "reviewer",
        letter_from(world.nodes["township"], number, "forwarded", Holder(county_id, Desk.DECISION), {}, after=accepted.letter_id),
    )
    county.store.certificates.delete(forwarded.seals[0].seal)
    bare = Contents(letters=[forwarded.frame])
    county.mailroom.take_in([parcel_of(world.nodes["township"], county, bare)], township, "network")
    row = county.store.letters.get(forwarded.letter_id)
    assert row is not None and row.outcome == "waiting"
    needs = county.store.letters.needs(forwarded.letter_id)
    assert f"letter:{accepted.letter_id}" in needs
    assert any(need.startswith("seal:") for need in needs)
    assert bring(world, "reviewer", "county", accepted) == ("admitted", None)
    assert world.letters(number)["county"] == [("submitted", "admitted"), ("accepted", "admitted"), ("forwarded", "admitted")]


def test_a_letter_of_a_kind_that_is_not_known_yet_waits_and_is_passed_on(submitted: tuple[World, str]) -> None:
    world, number = submitted
    letter = letter_from(world.nodes["village1"], number, "weighed", None, {"grams": 5})
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter)) == ("waiting", "kind")
    assert world.states(number)["township"] == "submitted"


def test_a_fork_is_set_aside_and_stops_the_case(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    node = world.nodes["township"]
    one = sealed_by(world, "reviewer", letter_from(node, number, "accepted", Holder(township, Desk.REVIEW), {"note": "one"}))
    two = sealed_by(world, "reviewer", letter_from(node, number, "accepted", Holder(township, Desk.REVIEW), {"note": "two"}))
    assert bring(world, "reviewer", "county", one) == ("admitted", None)
    assert bring(world, "reviewer", "county", two) == ("set_aside", "fork")
    record = world.nodes["county"].store.cases.get(number)
    assert record is not None and record.forked and record.state == "accepted"
    three = sealed_by(
        world,
        "reviewer",
        letter_from(node, number, "forwarded", Holder(stations(world)[2], Desk.DECISION), {}, after=one.letter_id),
    )
    assert bring(world, "reviewer", "county", three) == ("set_aside", "forked")


def forked_at_the_county(world: World, number: str) -> tuple[SealedLetter, SealedLetter]:
    """Two acceptances of one case; the first is also known at the township, the second came to the county alone."""
    world.act("reviewer", number, "accepted")
    world.settle()
    one = read_frame(world.nodes["county"].store.letters.of_case(number)[-1].frame, world.nodes["county"].station.suite.digest)
    other = replace(one.letter, body={"note": "two"})
    two = sealed_by(world, "reviewer", other)
    assert bring(world, "reviewer", "county", two) == ("set_aside", "fork")
    return one, two


@pytest.mark.parametrize("named", [0, 1])
def test_a_forked_case_goes_on_along_the_branch_that_the_county_names(submitted: tuple[World, str], named: int) -> None:
    world, number = submitted
    branches = forked_at_the_county(world, number)
    county, approver = world.nodes["county"], world.person("approver")
    assert county.desk.case(approver, number).events == ("branch_named",)
    with pytest.raises(NotFoundError):
        county.desk.act(approver, number, "branch_named", pin=world.pin("approver"), text="x", branch="sm3:" + "0" * 64)
    chosen, lost = branches[named], branches[1 - named]
    county.desk.act(approver, number, "branch_named", pin=world.pin("approver"), text="以此为准", branch=chosen.letter_id)
    world.settle()
    for name in ("township", "village1"):
        assert bring(world, "reviewer", name, branches[1])[0] in ("admitted", "set_aside")
    world.settle()
    for name in ("county", "township", "village1"):
        store = world.nodes[name].store
        record, row = store.cases.get(number), store.letters.get(lost.letter_id)
        assert record is not None and (record.forked, record.head, record.state) == (False, chosen.letter_id, "accepted"), name
        assert row is None or row.outcome == "set_aside"
    world.act("reviewer", number, "forwarded")
    world.settle()
    assert set(world.states(number).values()) == {"forwarded"}


def test_one_bad_letter_does_not_stop_the_others_in_its_parcel(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    node, county = world.nodes["township"], world.nodes["county"]
    good = sealed_by(world, "reviewer", letter_from(node, number, "accepted", Holder(township, Desk.REVIEW), {}))
    signer = node.station.trust.get(good.seals[0].signer)
    contents = Contents(
        letters=[b"rubbish", good.frame],
        certificates=[one.der for one in node.station.trust.path(signer) if one.usage != "root"],
        seals=[der for seal in good.seals if (der := node.store.certificates.get(seal.seal, "seal"))],
    )
    county.mailroom.take_in([parcel_of(node, county, contents)], township, "network")
    assert world.letters(number)["county"][-1] == ("accepted", "admitted")
    assert "letter_refused" in {row.what for row in county.store.audit.page()}


def test_a_known_parcel_gets_the_same_receipt_again(world: World) -> None:
    world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    data = village.outgoing.due(township.station.station, 1 << 30)[0].data
    first = township.mailroom.take_in([data], village.station.station, "network")
    second = township.mailroom.take_in([data], village.station.station, "bundle")
    assert first.receipts == second.receipts
    assert first.known == () and len(second.known) == 1


def test_receipts_are_numbered_and_each_names_the_one_before(world: World) -> None:
    for _ in range(3):
        world.submitted()
        world.settle()
    township = world.nodes["township"]
    digest = township.station.suite.digest
    last = township.store.receipts.last(township.station.station)
    numbers, before = [], last.receipt_id if last else None
    while before:
        row = township.store.receipts.get(before)
        assert row is not None
        receipt = read_receipt(row.data, digest)
        numbers.append(receipt.number)
        before = receipt.after
    assert numbers == list(range(numbers[0], 0, -1)) and numbers[0] >= 3


def test_a_receipt_that_another_station_made_up_changes_nothing(world: World) -> None:
    number = world.submitted()
    village, other, township = world.nodes["village1"], world.nodes["village2"], world.nodes["township"]
    parcel = village.outgoing.due(township.station.station, 1 << 30)[0]
    lying = replace(other.station, station=township.station.station)
    book = ReceiptBook(lying, other.store)
    with other.store.transaction():
        other.store.outbox.put(_parcel_row(world, parcel.parcel_id, parcel.data))
        receipt = book.stored([parcel.parcel_id], world.clock.now())
    village.mailroom.take_receipts([receipt.data], township.station.station)
    assert village.desk.case(world.person("agent1"), number).roads.state == "queued"
    assert "receipt_refused" in {row.what for row in village.store.audit.page()}


def test_a_station_that_was_founded_elsewhere_is_not_let_in(world: World, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = World(tmp_path / "other", founded_county(tmp_path_factory, "gm", "-elsewhere"))
    other.submitted()
    stranger, township = other.nodes["village1"], world.nodes["township"]
    data = stranger.outgoing.due(township.station.station, 1 << 30)[0].data
    taken = township.mailroom.take_in([data], stranger.station.station, "network")
    assert township.store.letters.outcomes() == {}
    assert len(township.store.outbox.parked()) == 1
    assert (taken.receipts, [why for _, why in taken.refused]) == ((), ["unknown_maker"])


class _As:
    """Signs with one station's key under another's certificate."""

    def __init__(self, signer: Any, certificate: Any) -> None:
        self._signer = signer
        self.certificate = certificate

    def sign(self, message: bytes) -> bytes:
        signed: bytes = self._signer.sign(message)
        return signed


def _parcel_row(world: World, parcel_id: str, data: bytes) -> ParcelRecord:
    now = world.clock.now()
    return ParcelRecord(parcel_id, data, world.nodes["village1"].station.station, "letters", False, now, now)
