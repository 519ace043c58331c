"""Parts that nobody writes to go after a month, and parcels of nobody after three; what is fresh, and what is whole, stays."""

from datetime import timedelta
from pathlib import Path

from node.mail.sweeping import STALE, UNKNOWN, Sweeping
from node.store import open_store
from node.store.records import ReceiptRecord
from sync.boxes import Piece
from tests.node.store.conftest import START, HandClock, digest
from tests.node.store.samples import TOWN, VILLAGE, parcel


def test_stale_parts_are_swept_and_expected_again(tmp_path: Path) -> None:
    clock = HandClock()
    store = open_store(tmp_path / "node.db", digest=digest, clock=clock)
    stale, fresh, whole = b"stale" * 9, b"fresh" * 9, b"whole" * 9
    for data in (stale, fresh):
        store.enclosures.expect(digest(data), len(data))
    store.enclosures.put_whole(digest(whole), whole)
    store.enclosures.write_piece(digest(stale), 0, stale[:9])
    clock.go(days=STALE.days - 1)
    store.enclosures.write_piece(digest(fresh), 0, fresh[:9])
    chore = Sweeping(store, VILLAGE).chore()
    chore.run(clock.now())
    assert store.enclosures.missing(digest(stale)) == [Piece(9, len(stale) - 9)]
    chore.run(clock.go(days=2))
    assert store.enclosures.missing(digest(stale)) == [Piece(0, len(stale))]
    assert store.enclosures.missing(digest(fresh)) == [Piece(9, len(fresh) - 9)]
    assert store.enclosures.read(digest(whole), 0) == whole
    assert chore.every >= timedelta(hours=1)
    store.close()


def test_parcels_of_makers_that_nobody_knows_go_after_a_while_unless_they_were_acknowledged(tmp_path: Path) -> None:
    clock = HandClock()
    store = open_store(tmp_path / "node.db", digest=digest, clock=clock)
    for name in ("spoilt", "promised", "late", "opened"):
        store.outbox.put(parcel(name, received_at=clock.now() if name != "late" else clock.now() + timedelta(days=1)))
        store.outbox.park(f"sm3:{name}", ["certificate:sm3:nobody"])
    store.receipts.add(ReceiptRecord("sm3:receipt", TOWN, 1, "stored", START, b"receipt"))
    store.receipts.link_many("sm3:receipt", ["sm3:promised"])
    store.outbox.unpark("sm3:opened")
    sweeping = Sweeping(store, TOWN)
    sweeping.run(START + UNKNOWN)
    assert len(store.outbox.parked()) == 3
    sweeping.run(START + UNKNOWN + timedelta(hours=12))
    assert {row.parcel_id for row in store.outbox.parked()} == {"sm3:promised", "sm3:late"}
    assert store.outbox.known("sm3:opened") and not store.outbox.known("sm3:spoilt")
    assert [(row.what, row.about) for row in store.audit.page()] == [("parcel_swept", "sm3:spoilt")]
    store.close()
