"""An agent whose key is on a USB key: asked for, granted, and sealing; and what happens when it is pulled out in the middle."""

from dataclasses import replace

import pytest

from node.config import KeySettings, load_config, write_config
from node.errors import NotAllowedError, RequestError
from node.staff.people import Person
from node.staff.unlocking import Proof
from node.store.attempts import PIN_LIMIT
from signing.errors import PinError, PinLockedError, TokenError
from signing.seal_image import round_sample
from signing.tokens.skf import SkfToken
from signing.tokens.token import Place
from tests.journeys.world import World, plainly_cleaned
from tests.signing.tokens.stub import PIN, Drawer, library

PLACE, NAME = "YIZHAN/xinren", "skf:YIZHAN/xinren"
NEWCOMER = Person("xinren", "示例新人", ("agent",), "session of xinren")


@pytest.fixture
def village(world: World, drawer: Drawer) -> World:
    """The first village can speak with USB keys, and has a new agent."""
    folder = world.place / "village1"
    write_config(folder, replace(load_config(folder), keys=KeySettings(skf=library(32), skf_long=32)))
    node = world.start("village1")
    node.desk._drafts._clean = plainly_cleaned
    drawer.plug_in("ukey", PLACE)
    node.people.add(NEWCOMER.name, NEWCOMER.display_name, NEWCOMER.roles, "songlin-3381-he")
    return world


def certified(world: World) -> None:
    """The newcomer asks with the token, and the township grants it."""
    node, registrar = world.nodes["village1"], world.nodes["township"].bureau.registrar
    node.bureau.incoming.ask(node.bureau.personal_keys.new(NEWCOMER.name, PIN, NAME), world.clock.now())
    world.settle()
    registrar.confirm(registrar.waiting()[0].digest, "townadmin")
    world.settle()


def draft(world: World) -> str:
    desk = world.nodes["village1"].desk
    _, form = desk.item("gaoling")
    case = desk.open_case(NEWCOMER, "gaoling")
    assert case.version is not None
    desk.save_answers(NEWCOMER, case.line.case_number, case.version, dict(form.sample))
    for material in form.sample_materials:
        desk.attach(NEWCOMER, case.line.case_number, material, 1, material.encode() + case.line.case_number.encode())
    return case.line.case_number


def submit(world: World, number: str, pin: str | None) -> None:
    desk = world.nodes["village1"].desk
    view = desk.case(NEWCOMER, number)
    desk.act(NEWCOMER, number, "submitted", pin=pin, shown=view.shown, expected_head=view.head)


def test_a_key_on_a_token_is_certified_and_what_it_seals_is_admitted_everywhere(village: World, drawer: Drawer) -> None:
    certified(village)
    record = village.nodes["village1"].store.people.get(NEWCOMER.name)
    assert record is not None and record.key_name == NAME
    first, second = draft(village), draft(village)
    submit(village, first, PIN)
    submit(village, second, None)
    village.settle()
    for number in (first, second):
        assert village.states(number) == dict.fromkeys(("village1", "township", "county"), "submitted")
    assert not village.nodes["village1"].holders.missing(NAME)


def test_a_token_pulled_out_in_the_middle_leaves_the_case_as_it_was(village: World, drawer: Drawer) -> None:
    certified(village)
    first, second = draft(village), draft(village)
    submit(village, first, PIN)
    store = village.nodes["village1"].store
    before = store.letters.of_case(second)
    drawer.pull_out("ukey")
    with pytest.raises(TokenError) as gone:
        submit(village, second, None)
    assert gone.value.code == "gone"
    assert (village.states(second), before, store.letters.of_case(second)) == ({"village1": "draft"}, [], [])
    with pytest.raises(TokenError) as absent:
        submit(village, second, PIN)
    assert absent.value.code == "absent"
    drawer.put_back("ukey")
    with pytest.raises(NotAllowedError) as shut:
        submit(village, second, None)
    assert shut.value.code == "pin_needed"
    submit(village, second, PIN)
    village.settle()
    assert village.states(second)["county"] == "submitted"


def test_a_token_of_somebody_else_here_is_not_taken_and_who_leaves_leaves_no_file_behind(village: World, drawer: Drawer) -> None:
    certified(village)
    node = village.nodes["village1"]
    node.people.add("another", "示例另一人", ("agent",), "songlin-3381-he")
    with pytest.raises(NotAllowedError) as taken:
        node.bureau.personal_keys.new("another", PIN, NAME)
    assert taken.value.code == "key_taken"
    head = village.person("head1")
    done = node.leaving.confirm(head, NEWCOMER.name, "agent1", "affiliation_changed")
    assert done is None or done
    record = node.store.people.get(NEWCOMER.name)
    assert record is not None and record.disabled and record.key_name is None
    village.start("village1")


def test_a_unit_seal_whose_key_is_on_a_token_seals_while_it_is_plugged_in(village: World, drawer: Drawer) -> None:
    drawer.plug_in("seal", "YIZHAN/other")
    node, county = village.nodes["village1"], village.nodes["county"].seals.register
    head = node.keyring.open(village.person("head1"), village.pin("head1"), keep=False)
    officer = village.nodes["county"].keyring.open(village.person("keyofficer"), village.pin("keyofficer"), keep=False)
    with pytest.raises(PinError):
        node.seals.asking.ask(head, "unit", "示例一村村民委员会", token=("skf:YIZHAN/organ", "424242"))
    node.seals.asking.ask(head, "unit", "示例一村村民委员会", token=("skf:YIZHAN/organ", PIN))
    village.settle()
    (wanted,) = county.lines(state="wanted")
    county.draw(wanted.request, "示例一村村民委员会（样章）", round_sample("示例一村村民委员会"), "keyofficer")
    county.make(wanted.request, officer, "新设村委会", enable=True)
    village.settle()
    held = next(one for one in node.seals.cabinet.held() if one.holder == "skf")
    assert (held.state, held.custodians) == ("in_use", ("head1",))
    seal = node.seals.cabinet.open(held, head)
    node.station.suite.verify(held.certificate.public_key, b"letter", seal.signer.sign(b"letter"))
    assert seal.document is not None
    for device in ("ukey", "seal"):
        drawer.pull_out(device)
    with pytest.raises(TokenError) as gone:
        seal.signer.sign(b"letter")
    with pytest.raises(TokenError) as absent:
        node.seals.cabinet.open(held, head)
    assert (gone.value.code, absent.value.code) == ("gone", "absent")
    for device in ("ukey", "seal"):
        drawer.put_back(device)
    SkfToken(library(32), 32, node.station.suite).change_pin(Place("YIZHAN", "organ"), PIN, "911842")
    with pytest.raises(NotAllowedError) as other:
        node.seals.cabinet.open(held, head)
    assert other.value.code == "seal_token_pin"


def test_who_has_the_own_key_on_a_token_keeps_a_seal_with_a_pin_of_its_own_that_can_be_unlocked(village: World, drawer: Drawer) -> None:
    certified(village)
    node = village.nodes["village1"]
    agent = node.keyring.open(NEWCOMER, PIN, keep=False)
    with pytest.raises(NotAllowedError) as missing:
        node.seals.asking.ask(agent, "service", "示例一村便民服务站")
    with pytest.raises(RequestError) as poor:
        node.seals.asking.ask(agent, "service", "示例一村便民服务站", pin="1")
    assert (missing.value.code, poor.value.code) == ("seal_pin_needed", "pin_short")
    assert node.seals.asking.pending() == ()
    head = node.keyring.open(village.person("head1"), village.pin("head1"), keep=False)
    held = next(one for one in node.seals.cabinet.held() if one.kind == "service")
    node.seals.asking.add_custodian(held.key_name, head, agent, new_pin="911842")
    assert node.seals.cabinet.open(held, agent, "911842")
    for _ in range(PIN_LIMIT):
        with pytest.raises(PinError):
            node.seals.cabinet.open(held, agent, "000000")
    with pytest.raises(PinLockedError):
        node.seals.cabinet.open(held, agent, "911842")
    certificate = agent.signer.certificate.digest
    assert node.holders.has_locked_slot(certificate)
    node.people.add("admin9", "示例管理员", ("admin",), "songlin-3381-he")
    node.unlocking.unlock(Person("admin9", "示例管理员", ("admin",)), NEWCOMER.name, Proof("password", "songlin-3381-he"), "本人到场")
    assert not node.holders.has_locked_slot(certificate)
    assert node.seals.cabinet.open(held, agent, "911842")
