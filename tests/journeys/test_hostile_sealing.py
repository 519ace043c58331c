"""What people and stations try with unit seals: seals that would not stand, papers that are not there, packages that burst."""

import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from node.casework.acts import HeadPin
from node.casework.case import Desk, Holder
from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import EnclosureEntry
from node.casework.sealing import HeadPinError
from node.errors import NotAllowedError
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_data
from node.folder import StationFolder
from node.roles import Role
from node.staff.holders import machine_secret_of
from node.staff.keyring import OpenKey
from signing.custody import add_custodian
from signing.envelope import new_content_key
from signing.packages import write_package
from tests.journeys.test_admission_table import letter_from
from tests.journeys.test_sealing import COMMITTEES, assert_untouched, brought, handed_in, last, own_of, sealed_with
from tests.journeys.world import World

DECIDED_BY_THE_TOWNSHIP = "food_stall"


def forged(world: World, agent: OpenKey, body: dict[str, Any], entries: Sequence[EnclosureEntry] = (), item: str = COMMITTEES) -> str:
    """The number of a case that village 1 hands in with a program of its own; the township has it."""
    node, township = world.nodes["village1"], world.nodes["township"].station
    _, form = node.desk.item(item)
    number = node.desk.open_case(world.person("agent1"), item).line.case_number
    holder = Holder(township.station, Desk.REVIEW)
    body = {"answers": dict(form.sample), **body}
    letter = letter_from(node, number, "submitted", holder, body, after=None, enclosures=tuple(entries))
    letter = replace(letter, item_id=item, package=node.desk.item(item)[0])
    assert brought(world, sealed_with(node, letter, [agent]), [agent])[0] in ("admitted", "flagged")
    return number


def kept_at_the_township(world: World, data: bytes, material: str, count: int = 1, media: str = "application/zip") -> list[EnclosureEntry]:
    """Entries of one enclosure that has come to the township, named `count` times."""
    store, station = world.nodes["township"].store, world.nodes["township"].station
    suite = station.suite
    key = new_content_key(suite)
    ciphertext = suite.encrypt(key, data, ENCLOSURE_CONTEXT)
    name = suite.digest(ciphertext)
    store.enclosures.put_whole(name, ciphertext, "late", world.nodes["village1"].station.station)
    store.enclosures.put_key(name, key)
    return [EnclosureEntry(material, page, suite.digest(data), name, len(ciphertext), media) for page in range(1, count + 1)]


def test_who_is_no_head_by_the_certificate_puts_no_committees_seal_on_whatever_the_account_says(world: World) -> None:
    node = world.nodes["village1"]
    held = next(one for one in node.seals.cabinet.held() if one.kind == "unit")
    folder, (agent, head) = StationFolder(world.place / "village1"), (own_of(world, name) for name in ("agent1", "head1"))
    assert agent.custodian is not None and head.custodian is not None
    # Who was head once keeps the slot in the key file when the certificate is made anew without that role.
    path = node.seals.cabinet.path(held.key_name)
    add_custodian(path, node.station.suite, head.custodian, agent.custodian, machine_secret_of(folder))
    node.people.set_roles("agent1", (Role.AGENT, Role.VILLAGE_HEAD))
    both = replace(world.person("agent1"), roles=("agent", "village_head"))
    number = world.filled(COMMITTEES).line.case_number
    seen = node.desk.case(both, number)
    assert seen.offer.digest and not seen.offer.heads, "by the account, the own key does"
    with pytest.raises(NotAllowedError) as refused:
        node.desk.act(both, number, "submitted", pin=world.pin("agent1"), shown=seen.shown)
    assert refused.value.code == "unit_seal_rule"
    assert_untouched(world, number)


def test_a_try_of_the_heads_pin_is_written_down_with_the_desk_where_it_was_used_up(world: World) -> None:
    node, draft = world.nodes["village1"], world.filled(COMMITTEES)
    for pin in ("000000", "000001"):
        with pytest.raises(HeadPinError):
            handed_in(world, draft, head=HeadPin("head1", pin))
    lines = [line for line in node.store.audit.page() if line.what == "head_pin_wrong"]
    assert [(line.who, line.about, dict(line.detail)) for line in lines] == [("agent1", draft.line.case_number, {"head": "head1"})] * 2
    assert_untouched(world, draft.line.case_number)


def test_an_approval_on_paper_without_its_scan_is_none(world: World) -> None:
    township, agent = world.nodes["township"], own_of(world, "agent1")
    claimed = {"seal_approval": {"by": "示例村主任甲", "paper": True}}
    assert last(township, world, forged(world, agent, claimed)).lacking == "unit_seal"
    scan = kept_at_the_township(world, b"a scanned page", "seal_approval", media="image/jpeg")
    assert last(township, world, forged(world, agent, claimed, scan)).lacking == "on_paper"
    assert last(township, world, forged(world, agent, claimed, scan, item="gaoling")).lacking == "unit_seal", "not of a service seal"


def test_of_many_packages_of_documents_in_a_letter_one_is_opened(world: World) -> None:
    township, agent = world.nodes["township"], own_of(world, "agent1")
    entries = kept_at_the_township(world, write_package({"form.pdf": bytes(1 << 20)}, packed=True), "documents", 60)
    number = forged(world, agent, {}, entries)
    tracemalloc.start()
    try:
        assert township.sealed.assemble(number) == {}
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()


def test_a_case_can_be_exported_though_its_documents_never_come_and_a_page_is_called_something_else(world: World) -> None:
    township, agent = world.nodes["township"], own_of(world, "agent1")
    digest = township.station.suite.digest
    never = EnclosureEntry("documents", 1, digest(b"never"), digest(b"sent"), 100, "application/zip")
    page = kept_at_the_township(world, b"a scanned page", "mat_id", media="text/html")
    number = forged(world, agent, {}, [never, *page])
    found = verify_data("x.zip", township.exports.to_bytes(number), Grounds(township.station.trust.root.der, world.clock.now()))
    assert (found.verdict, found.problems) == ("valid", ())


def test_a_page_of_a_material_that_is_called_documents_is_a_page(world: World) -> None:
    township, agent = world.nodes["township"], own_of(world, "agent1")
    entries = kept_at_the_township(world, b"a scanned page", "documents", media="image/jpeg")
    seen = township.desk.case(world.person("reviewer"), forged(world, agent, {}, entries))
    assert [(one.material, one.page) for one in seen.attachments] == [("documents", 1)]


def test_who_accepted_a_case_before_that_was_kept_beside_it_decides_it_no_more_than_others(world: World) -> None:
    number = world.submitted(DECIDED_BY_THE_TOWNSHIP)
    world.settle()
    world.act("reviewer", number, "accepted")
    store, both = world.nodes["township"].store, replace(world.person("reviewer"), roles=("reviewer", "leader"))
    record = store.cases.get(number)
    assert record is not None and record.extra["receiver"] == "示例审核员"
    kept = {name: value for name, value in record.extra.items() if name != "receiver"}
    store.cases.put(replace(record, extra=kept))  # as a program wrote it that knew of no such rule
    apart = world.nodes["township"].desk.case(both, number).apart
    assert apart == {"approved": "receiver", "denied": "receiver"}
    assert world.nodes["township"].desk.case(world.person("leader"), number).apart == {}
