"""What somebody on the way, another county or an old copy makes of the catalogue: refused, audited, and nothing changes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from node.assemble import Node, assemble
from node.catalogue.release import PUBLISH, Change, Release, read_release, sign_release
from node.cli import main
from node.mail.packing import Contents
from tests.journeys.publishing import numbers, package, parcel_of, publish, refusals, send
from tests.journeys.replacing import clone, go_on, put_back, replaced, restart, saved
from tests.journeys.world import World


def bring(maker: Node, to: Node, *releases: bytes, packages: tuple[bytes, ...] = ()) -> list[str]:
    """A neighbour brings these in a parcel of its own; why anything of it was refused."""
    before = len(refusals(to))
    parcel = parcel_of(maker, to, Contents(releases=list(releases), packages=list(packages)))
    to.mailroom.take_in([parcel], maker.station.station, "network")
    return refusals(to)[before:]


def following(county: Node, data: bytes, item: str = "gaoling", **members: Any) -> bytes:
    """A release that the county's key signs and that would follow the one in force; with other members where it is to be wrong."""
    book, station = county.cataloguing.book, county.station
    head, change = book.head(), Change(PUBLISH, item, station.suite.digest(data), "xb")
    release = Release(
        number=head.number + 1,
        before=head.digest,
        made_at=county.clock.now(),
        by="示例",
        reason="示例",
        changes=(change,),
        state=book.state().after([change]).digest(station.suite),
        station=station.station,
        signer=station.signer.certificate.digest,
    )
    return sign_release(replace(release, **members), station.signer.sign)


def test_what_is_forged_rolled_back_or_mixed_on_the_way_is_refused_and_changes_nothing(world: World) -> None:
    county, township, village = (world.nodes[name] for name in ("county", "township", "village1"))
    publish(county, package(charge="一"))
    publish(county, package(charge="二"))
    send(world)
    world.settle()
    head, form = village.cataloguing.book.head(), village.desk.item("gaoling")[1]
    first, second = (one.data for one in village.store.catalogue.applied())
    new, thief, now = package(charge="三"), township.station, world.clock.now()
    good = read_release(following(county, new)).content
    own = county.station.signer.certificate

    def by_thief(release: Release) -> bytes:
        return sign_release(release, thief.signer.sign)

    cases: list[tuple[bytes, list[str]]] = [
        (by_thief(replace(good, station=thief.station, signer=thief.signer.certificate.digest)), ["not_county"]),
        (by_thief(replace(good, signer=thief.signer.certificate.digest)), ["certificate"]),
        (by_thief(good), ["signature"]),
        (by_thief(replace(good, signer=county.station.suite.digest(b"nobody"))), ["signer_unknown"]),
        (following(county, new).replace("示例".encode(), "县长".encode()), ["signature"]),
        (b"yizhan catalogue 1\n{}\n[]\n", ["document_damaged"]),
        (first, []),
        (second, []),
        (following(county, new, number=2, before=good.before), ["rolled_back"]),
        (following(county, new, number=1, before=None), ["rolled_back"]),
        (following(county, new, before=county.station.suite.digest(first)), ["chain"]),
        (following(county, new, before=None), ["chain"]),
        (following(county, new, state=good.before), ["state"]),
        (following(county, new, item="dibao"), ["item"]),
        (following(county, new, made_at=own.not_before - timedelta(days=1)), ["not_yet_valid"]),
        (following(county, new, made_at=own.not_after + timedelta(days=100)), ["expired"]),
        (following(county, new, made_at=now + timedelta(days=900)), []),
    ]
    for number, (release, why) in enumerate(cases[:-1]):
        unnamed = [] if why in (["chain"], ["state"], ["item"]) else ["not_named"]
        assert bring(township, village, release, packages=(new,)) == why + unnamed, number
        assert village.store.catalogue.held([village.station.suite.digest(new)]) == set(), number
        assert (village.cataloguing.book.head(), village.desk.item("gaoling")[1].charge) == (head, form.charge), number
        assert village.store.catalogue.waiting() == [], number
        if why == ["chain"]:
            assert bring(township, village, release) == why, "it need not wait for what it names"
    # The genuine one is taken from anybody's hand; with another package in place of its own it waits for the right one.
    wrong = package(charge="一百元")
    assert bring(township, village, following(county, new), packages=(wrong,)) == ["not_named"]
    assert village.store.catalogue.held([village.station.suite.digest(wrong)]) == set()
    assert village.cataloguing.book.head() == head and len(village.store.catalogue.waiting()) == 1
    as_calendar = parcel_of(township, village, Contents(calendars=[new]))
    village.mailroom.take_in([as_calendar], township.station.station, "network")
    assert refusals(village)[-1] == "not_named" and len(village.store.catalogue.waiting()) == 1
    assert bring(township, village, packages=(new,)) == []
    assert village.desk.item("gaoling")[1].charge == "三"


def test_another_countys_catalogue_is_refused_and_a_chain_that_its_own_county_has_forked_is_noticed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, township, village = (world.nodes[name] for name in ("county", "township", "village1"))
    folder = tmp_path / "other"
    assert main(["init", str(folder), "--tier", "county", "--name", "邻县", "--division", "131025000000"]) == 0
    node = assemble(folder, world.clock)
    try:
        release = following(node, package(charge="新"))
        certificates = [one.der for one in node.station.trust.path(node.station.signer.certificate)[:-1]]
    finally:
        node.close()
    assert bring(township, village, release, packages=(package(charge="新"),)) == ["signer_unknown", "not_named"]
    parcel = parcel_of(township, village, Contents(certificates=certificates, releases=[release]))
    village.mailroom.take_in([parcel], township.station.station, "network")
    assert refusals(village)[-1] in ("signer_unknown", "certificate")
    assert numbers(world)["village1"] == 0
    one, other, more = package(charge="一"), package(charge="二"), package(charge="三")
    both = following(county, one), following(county, other)
    assert bring(township, village, *both, packages=(one, other)) == ["forked"]
    assert numbers(world)["village1"] == 1
    monkeypatch.setattr("node.catalogue.arrivals.MAX_WAITING", 1)
    far = [following(county, more, number=number) for number in (7, 8)]
    assert bring(township, village, *far) == ["waiting_full"]
    assert village.desk.item("gaoling")[1].charge in ("一", "二")


def test_an_old_copy_of_the_county_can_publish_nothing_once_the_county_has_another_number(world: World) -> None:
    publish(world.nodes["county"], package(charge="一"))
    send(world)
    world.settle()
    old = saved(world, "county")
    thief = clone(world, "county", "thief")
    forged, dear = following(thief, package(charge="一百元")), package(charge="一百元")
    assert bring(world.nodes["township"], world.nodes["village1"], forged) == [], "it is believed, and waits for what it names"
    put_back(world, "county", old).numbers.number_itself()
    restart(world)
    go_on(world)
    go_on(world)
    county, township, village = (world.nodes[name] for name in ("county", "township", "village1"))
    bring(township, village, packages=(dear,))
    assert "revoked" in refusals(village) and village.store.catalogue.waiting() == []
    assert bring(township, village, forged, packages=(dear,)) == ["revoked", "not_named"]
    assert bring(township, county, forged, packages=(dear,)) == ["revoked", "not_named"]
    assert village.desk.item("gaoling")[1].charge == county.desk.item("gaoling")[1].charge == "一"
    stolen = thief.station.signer.certificate.digest
    county.bureau.authority.revoke([stolen], "key_compromise", None, by="示例")
    world.settle()
    # Whoever joins later gets from the county of today what it signed under its old number.
    replaced(world, "village2", "township")
    go_on(world)
    assert world.nodes["village2"].desk.item("gaoling")[1].charge == "一"
    assert refusals(world.nodes["village2"]) == []
