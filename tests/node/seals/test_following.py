"""A custodian's new key: it opens the seals that the old one opened where the old PIN was given, and only then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.errors import NotAllowedError, RequestError
from node.seals.cabinet import HeldSeal
from signing.custody import custodians
from signing.errors import PinError, PinLockedError
from tests.founding import founded_county
from tests.journeys.world import World

NEW = "604817"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded_county(tmp_path_factory, "p256")


@pytest.fixture
def world(tmp_path: Path, founded: Path) -> Iterator[World]:
    """The township has taken the certificate of the head of village 1 back, who needs a new key."""
    one = World(tmp_path / "county", founded)
    record = one.nodes["village1"].store.people.get("head1")
    assert record is not None and record.certificate is not None
    one.nodes["township"].bureau.authority.revoke([record.certificate], "superseded", by="townadmin")
    one.settle()
    yield one
    one.close()


def certified(world: World) -> None:
    """What waits at the township is granted, and carried."""
    world.settle()
    registrar = world.nodes["township"].bureau.registrar
    (waiting,) = registrar.waiting()
    registrar.confirm(waiting.digest, "townadmin")
    world.settle()


def asked(world: World, **more: str) -> None:
    node = world.nodes["village1"]
    node.bureau.incoming.ask(node.bureau.personal_keys.new("head1", NEW, **more), world.clock.now())


def slots(world: World) -> dict[str, int]:
    """How many can open the file of each seal of village 1."""
    node = world.nodes["village1"]
    return {one.kind: len(custodians(node.seals.cabinet.path(one.key_name), node.station.suite)) for one in node.seals.cabinet.all()}


def followed(world: World) -> list[str]:
    return [line.about for line in world.nodes["village1"].store.audit.page() if line.what == "seal_followed"]


def opened(world: World, held: HeldSeal) -> bool:
    desk = world.nodes["village1"].seals
    try:
        return bool(desk.cabinet.open(held, desk.opened(world.person("head1"), NEW)).seal)
    except NotAllowedError as error:
        assert error.code == "not_custodian"
        return False


def test_with_the_old_pin_each_seal_follows_and_is_kept_under_the_new_key(world: World) -> None:
    desk = world.nodes["village1"].seals
    kept = desk.cabinet.kept_by("head1")
    assert {one.kind: one.has_only("head1") for one in kept} == {"service": False, "unit": True}
    asked(world, old_pin=world.pin("head1"))
    assert slots(world) == {"service": 3, "unit": 2}
    assert sorted(followed(world)) == sorted(one.seal_id for one in kept)
    certified(world)
    now = desk.cabinet.all()
    assert {one.kind: one.custodians for one in now} == {"service": ("agent1", "head1"), "unit": ("head1",)}
    assert all(opened(world, one) for one in now)
    unit = next(one for one in now if one.kind == "unit")
    old = next(key for key, name in desk.asking.keepers(unit.key_name) if not name)
    desk.asking.remove_custodian(unit.key_name, old, desk.opened(world.person("head1"), NEW))
    assert opened(world, unit)


def test_without_it_the_new_key_opens_none(world: World) -> None:
    before = slots(world)
    asked(world)
    certified(world)
    assert slots(world) == before and followed(world) == []
    assert not any(opened(world, one) for one in world.nodes["village1"].seals.cabinet.all())


def test_a_wrong_old_pin_is_counted_and_makes_nothing(world: World) -> None:
    node = world.nodes["village1"]
    before, keys = slots(world), sorted(path.name for path in (world.place / "village1" / "keys").iterdir())
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(PinError) as caught:
            asked(world, old_pin="000000")
        assert caught.value.attempts_left == left
    with pytest.raises(PinLockedError):
        asked(world, old_pin=world.pin("head1"))
    with pytest.raises(RequestError) as refused:
        asked(world, holder="skf:app/head1", old_pin=world.pin("head1"))
    assert refused.value.code == "old_pin_file"
    assert slots(world) == before and sorted(path.name for path in (world.place / "village1" / "keys").iterdir()) == keys
    assert followed(world) == [] and node.store.meta.get("pending_key:head1") is None


def test_a_seal_that_the_person_may_keep_no_longer_stays_behind(world: World) -> None:
    world.nodes["village1"].people.set_roles("head1", ("agent",))
    asked(world, old_pin=world.pin("head1"))
    assert slots(world) == {"service": 3, "unit": 1}
