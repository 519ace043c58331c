"""The order in which parcels and enclosures go: rules first, then what is urgent, and makers take turns."""

from datetime import timedelta
from pathlib import Path

import pytest

from node.store import Store, open_store
from node.store.turns import CATALOGUE, CERTIFICATES, COPIES, RECEIPTS, REST, SMALL_BYTES, URGENT, rank_of
from tests.node.store.conftest import START, digest
from tests.node.store.samples import COUNTY, TOWN, parcel

BIG, SMALL, LATE = "13102510520101", "13102510520201", "13102510520301"


def keep(store: Store, maker: str, *names: str, **given: object) -> None:
    for name in names:
        store.outbox.put(parcel(name, from_station=maker, **given))
    store.outbox.queue_many([f"sm3:{name}" for name in names], COUNTY, START)


def due(store: Store, count: int = 64, hop: str = COUNTY) -> list[str]:
    return [one.parcel_id.removeprefix("sm3:") for one in store.outbox.due(hop, 1 << 30, count)]


def stored(store: Store, *names: str) -> None:
    store.outbox.mark_stored([f"sm3:{name}" for name in names], COUNTY, None, START)


@pytest.mark.parametrize(
    ("parcel_class", "urgent", "size_bytes", "rank"),
    [
        ("certificates", True, 900, CERTIFICATES),
        ("catalogue", False, SMALL_BYTES, CATALOGUE),
        ("receipts", True, 900, RECEIPTS),
        ("letters", True, 900, URGENT),
        ("copies", False, 900, COPIES),
        ("catalogue", False, SMALL_BYTES + 1, COPIES),
        ("letters", False, 900, REST),
        ("what no program knows yet", False, 900, REST),
    ],
)
def test_every_class_has_its_rank(parcel_class: str, urgent: bool, size_bytes: int, rank: int) -> None:
    assert rank_of(parcel_class, urgent, size_bytes) == rank


def test_rules_go_before_receipts_and_these_before_what_is_urgent(store: Store) -> None:
    keep(store, BIG, "letter")
    keep(store, BIG, "urgent", urgent=True)
    keep(store, BIG, "copies", parcel_class="copies")
    keep(store, TOWN, "receipts", parcel_class="receipts", urgent=True)
    keep(store, TOWN, "large", parcel_class="catalogue", data=b"x" * (SMALL_BYTES + 1))
    keep(store, TOWN, "rules", parcel_class="catalogue")
    keep(store, TOWN, "keys", parcel_class="certificates", urgent=True)
    assert due(store) == ["keys", "rules", "receipts", "urgent", "copies", "large", "letter"]


def test_who_has_one_parcel_does_not_wait_for_anothers_sixty(store: Store) -> None:
    keep(store, BIG, *(f"b{number:02}" for number in range(60)))
    keep(store, SMALL, "s")
    assert due(store, 3) == ["b00", "s", "b01"]
    stored(store, *due(store, 31))
    keep(store, LATE, "l0", "l1")
    keep(store, SMALL, "t")
    # Who comes later gets its turn now; it has not saved up thirty of them.
    assert due(store, 5) == ["b30", "l0", "t", "b31", "l1"]


def test_a_maker_keeps_its_own_order(store: Store) -> None:
    keep(store, BIG, "a", "b", "c")
    stored(store, "a")
    keep(store, BIG, "d")
    assert due(store) == ["b", "c", "d"]
    store.outbox.mark_failed(COUNTY, ["sm3:b"], "timeout", START)
    assert due(store) == ["b", "c", "d"]


def test_what_a_person_puts_first_goes_before_its_rank_only(store: Store) -> None:
    keep(store, TOWN, "rules", parcel_class="catalogue")
    keep(store, BIG, "a", "b", "c")
    keep(store, SMALL, "d")
    store.outbox.put_first(COUNTY, ["sm3:c"], True)
    store.outbox.put_first(COUNTY, ["sm3:c"], True)
    assert due(store) == ["rules", "c", "a", "d", "b"]
    store.outbox.put_first(COUNTY, ["sm3:c"], False)
    assert due(store) == ["rules", "a", "d", "b", "c"]


def test_what_is_set_aside_is_not_due_until_it_is_taken_up_where_it_stood(store: Store) -> None:
    keep(store, BIG, "a", "b", "c")
    store.outbox.set_aside(COUNTY, ["sm3:a"])
    assert due(store) == ["b", "c"] and store.outbox.hops_of("sm3:a") == {COUNTY: "held"}
    store.outbox.retry_refused(COUNTY)
    store.outbox.retry(COUNTY, ["sm3:a"])
    store.outbox.mark_handed_over(COUNTY, ["sm3:a"], START)
    assert due(store) == ["b", "c"], "only a person takes it up again"
    assert store.outbox.waiting().held == 1
    store.outbox.take_up(COUNTY, ["sm3:a"])
    assert due(store) == ["a", "b", "c"]
    store.outbox.set_aside(COUNTY, ["sm3:b"])
    store.outbox.move_hop(COUNTY, TOWN)
    assert due(store, hop=TOWN) == ["a", "c"] and store.outbox.hops_of("sm3:b") == {TOWN: "held"}
    store.outbox.mark_stored(["sm3:b"], TOWN, None, START)
    assert store.outbox.hops_of("sm3:b") == {TOWN: "stored"}, "a bundle may have brought it after all"


def test_what_was_refused_stands_where_it_stood_once_somebody_wants_it_tried(store: Store) -> None:
    keep(store, BIG, "a", "b")
    store.outbox.mark_refused(COUNTY, [("sm3:a", "no_route")], START + timedelta(hours=1))
    assert due(store) == ["b"] and store.outbox.has_due(COUNTY)
    store.outbox.retry(COUNTY, ["sm3:a"])
    assert due(store) == ["a", "b"]
    (row, _) = store.outbox.waiting_parcels()
    assert (row.state, row.tries, row.why, row.tried_at) == ("queued", 0, None, None)


def test_enclosures_go_by_rank_then_in_turn_and_not_when_set_aside(store: Store) -> None:
    ids: dict[str, str] = {}
    for maker, names in ((BIG, ("b1", "b2", "b3")), (SMALL, ("s1",))):
        for name in names:
            for rank in ("preview", "full"):
                data = f"{name} {rank}".encode()
                ids[f"{name}{rank[0]}"] = digest(data)
                store.enclosures.put_whole(digest(data), data, rank, maker)
                store.enclosures.queue(COUNTY, [digest(data)])
    by_id = {enclosure_id: name for name, enclosure_id in ids.items()}

    def going() -> list[str]:
        return [by_id[one] for one in store.enclosures.to_send(COUNTY, 64)]

    assert going() == ["b1p", "s1p", "b2p", "b3p", "b1f", "s1f", "b2f", "b3f"]
    store.enclosures.put_first(COUNTY, [ids["b3f"], ids["b3p"]], True)
    assert going() == ["b3p", "b1p", "s1p", "b2p", "b3f", "b1f", "s1f", "b2f"]
    store.enclosures.set_aside(COUNTY, [ids["b1p"], ids["b1f"]], True)
    assert going() == ["b3p", "s1p", "b2p", "b3f", "s1f", "b2f"]
    store.enclosures.move_hop(COUNTY, TOWN)
    assert [by_id[one] for one in store.enclosures.to_send(TOWN, 64)] == ["b3p", "s1p", "b2p", "b3f", "s1f", "b2f"]
    store.enclosures.set_aside(TOWN, [ids["b1p"], ids["b1f"]], False)
    assert len(store.enclosures.to_send(TOWN, 64)) == 8


def test_what_lies_here_of_a_maker_is_counted(store: Store) -> None:
    keep(store, BIG, "a", "b", data=b"x" * 500)
    keep(store, SMALL, "c")
    assert store.outbox.lying(BIG) == (2, 1000)
    stored(store, "a")
    assert store.outbox.lying(BIG) == (1, 500)
    whole, coming = b"w" * 70, digest(b"coming")
    store.enclosures.put_whole(digest(whole), whole, "full", BIG)
    store.enclosures.expect(coming, 900, "full", BIG)
    store.enclosures.queue(COUNTY, [digest(whole), coming])
    assert store.enclosures.lying(BIG, COUNTY) == 970 and store.enclosures.lying(BIG, None) == 900
    store.enclosures.held_by(COUNTY, digest(whole))
    assert store.enclosures.lying(BIG, COUNTY) == 900 and store.enclosures.lying(SMALL, COUNTY) == 0


def test_looking_for_what_is_due_goes_along_an_index_and_stops(tmp_path: Path) -> None:
    """The plan of the question, not the time: ten thousand that wait cost no more than ten."""
    store = open_store(tmp_path / "node.db", digest=digest)
    asked = store.outbox._due_rows(COUNTY, 64)
    plan = " ".join(str(row[-1]) for row in store._connection.run(f"EXPLAIN QUERY PLAN {asked.question.sql}", asked._values()))
    assert "next_hop_place" in plan and "SCAN" not in plan
    assert "TEMP B-TREE" not in plan.replace("TEMP B-TREE FOR LAST TERM", "")
    store.close()
