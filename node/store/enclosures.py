"""The shelf of enclosures: which are expected, what of them is here, their keys, and who else holds them."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from node.clock import Clock
from node.errors import DiskFullError, StoreError
from node.store.database import Connection
from node.store.enclosure_hops import EnclosureHops
from node.store.enclosure_queries import BULK, LATE
from node.store.files import EnclosureFiles
from node.store.records import EnclosureRecord
from node.store.runs import Run, merged, missing, total
from node.store.tables import Tables
from sync.boxes import Piece
from sync.errors import EnclosureDamagedError, NoRoomError

RANKS = ("preview", "full", LATE, BULK)
ROOM_TIMES = 2
"""What is bulk is asked for only where there is room for it so many times: it is opened beside itself."""


class ShelfFullError(DiskFullError, NoRoomError):
    """No room for what comes by the road; forms are still kept."""


class DamagedEnclosureError(StoreError, EnclosureDamagedError):
    """The bytes are not what the id says."""


class Enclosures(EnclosureHops):
    """Enclosures by id, as ciphertext; implements `sync.boxes.Shelf`."""

    def __init__(
        self,
        connection: Connection,
        tables: Tables,
        files: EnclosureFiles,
        digest: Callable[[bytes], str],
        clock: Clock,
        became_whole: Callable[[], None],
    ) -> None:
        super().__init__(connection, tables, became_whole)
        self._files = files
        self._digest = digest
        self._clock = clock
        self._finishing = threading.Lock()

    def expect(self, enclosure_id: str, size_bytes: int, rank: str = "full", maker: str | None = None) -> None:
        """An admitted parcel of the station `maker` names it; `rank` is one of `RANKS`. What its maker said of it before stays.

        `maker` is None when the parcel does not say whose it is; what is said without a maker gives way to what the maker says.
        """
        self.expect_many([(enclosure_id, size_bytes, rank)], maker)

    def expect_many(self, enclosures: Iterable[tuple[str, int, str]], maker: str | None = None) -> None:
        """The same for several (id, size in bytes, rank) in one go.

        Raises:
            ValueError: no enclosure id, or a size below 1.
        """
        rows = [self._fresh(*enclosure, maker) for enclosure in dict.fromkeys(enclosures)]
        if rows:
            with self._connection.transaction():
                self._give_to(maker, rows)
                self._put(rows).write()

    def made_by(self, enclosures: Iterable[tuple[str, int, str]], maker: str) -> None:
        """An admitted letter of `maker` names these (id, size in bytes, rank): those that are here and nobody's yet are its now."""
        with self._connection.transaction():
            self._give_to(maker, [self._fresh(*enclosure, maker) for enclosure in enclosures])

    def let_ride_late(self, enclosure_ids: Iterable[str]) -> None:
        """These go behind all scans from here on, whatever the parcel said that brought their names; bulk stays what it is."""
        table = self._tables.enclosures
        which = table.enclosure_id.in_(list(enclosure_ids)) & (table.rank == "full")
        self._connection.write(table.update(rank=LATE).where(which))

    def makers(self, enclosure_ids: Iterable[str]) -> dict[str, str]:
        """Whose each of these is, as far as that is known."""
        return {row["enclosure_id"]: row["maker"] for row in self._makers(list(enclosure_ids)).rows()}

    def get(self, enclosure_id: str) -> EnclosureRecord | None:
        """What is known of it, or None."""
        row = self._row(enclosure_id)
        if row is None:
            return None
        here = row["size_bytes"] if row["state"] == "whole" else total(runs_of(row))
        return EnclosureRecord(enclosure_id, row["size_bytes"], row["state"], row["rank"], here, row["damaged"])

    def size_bytes(self, enclosure_id: str) -> int | None:
        """The whole size; None when nothing admitted names it or it was erased."""
        row = self._row(enclosure_id)
        return None if row is None or row["state"] == "erased" else int(row["size_bytes"])

    def whole(self, enclosure_id: str) -> bool:
        """Is all of it here?"""
        row = self._row(enclosure_id)
        return row is not None and row["state"] == "whole"

    def whole_of(self, enclosure_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are whole here."""
        return {row["enclosure_id"] for row in self._in_state("whole", list(enclosure_ids)).rows()}

    def missing(self, enclosure_id: str) -> list[Piece]:
        """What is not here yet, in order; empty when whole, unknown or erased."""
        row = self._row(enclosure_id)
        if row is None or row["state"] in ("whole", "erased"):
            return []
        gaps = missing(runs_of(row), 0, row["size_bytes"])
        if not gaps and not self._finish(enclosure_id):
            gaps = [(0, row["size_bytes"])]
        return [Piece(offset, length) for offset, length in gaps]

    def wanted(self, parent: str, limit: int) -> list[str]:
        """Ids that are expected here, not whole, and not queued for `parent` (those come from below); previews first, bulk last.

        Only where there is room for it.
        """
        rows = self._wanted(parent, limit).rows()
        return [row["enclosure_id"] for row in rows if self._has_room(row)]

    def may_wait(self, enclosure_id: str) -> bool:
        """Whether it is bulk, and goes when nothing else can."""
        row = self._row(enclosure_id)
        return row is not None and row["rank"] == BULK

    def write_piece(self, enclosure_id: str, offset: int, data: bytes) -> None:
        """Keeps a piece, once; it is on the disk when this returns.

        The digest is checked when the last one is in; if it is wrong all of it is missing again, and `damaged` of its record has risen.

        Raises:
            ShelfFullError: no room; pieces that came before stay.
            ValueError: nothing admitted names it, or the piece reaches past its end.
        """
        row = self._row(enclosure_id)
        if row is None:
            raise ValueError("nothing names this enclosure")
        if row["state"] in ("whole", "erased"):
            return
        if offset < 0 or offset + len(data) > row["size_bytes"]:
            raise ValueError("a piece past the end")
        if missing(runs_of(row), offset, offset + len(data)):
            try:
                self._reserve(row)
                self._files.write_part(enclosure_id, offset, data)
            except DiskFullError as error:
                raise ShelfFullError(str(error)) from error
            self._note(enclosure_id, offset, len(data))
        if self._complete(enclosure_id):
            self._finish(enclosure_id)

    def put_whole(self, enclosure_id: str, data: bytes, rank: str = "full", maker: str | None = None) -> None:
        """Keeps a whole enclosure, once; `rank` and `maker` count when nothing named it before.

        Raises:
            DamagedEnclosureError: the bytes are not what the id says; nothing was kept.
            DiskFullError: no room; nothing was kept.
        """
        row = self._row(enclosure_id)
        if row is not None and row["state"] in ("whole", "erased"):
            return
        if self._digest(data) != enclosure_id:
            raise DamagedEnclosureError(enclosure_id)
        self._files.reserve(len(data))
        self._files.write_whole(enclosure_id, data)
        with self._connection.transaction():
            self.expect(enclosure_id, len(data), rank, maker)
            self._set(enclosure_id, state="whole", received=[], size_bytes=len(data))
            self._tell_if_due(enclosure_id)
        if row is not None and row["received"]:
            self._files.remove_part(enclosure_id)

    def write_unnamed(self, data: bytes) -> str:
        """Writes a new enclosure that nothing names yet, and gives its id; outside of transactions. `name` follows, or `drop_unnamed`.

        After a power cut between the two it is a stray file, and swept.

        Raises:
            DiskFullError: no room; nothing was kept.
            StoreError: the disk would not.
        """
        enclosure_id = self._digest(data)
        self._files.reserve(len(data))
        self._files.write_whole(enclosure_id, data)
        return enclosure_id

    def name(self, enclosure_id: str, size_bytes: int, rank: str, maker: str, key: bytes) -> None:
        """From here on it is known, whole and with its key, together with what else the caller's transaction keeps."""
        with self._connection.transaction():
            self._put([self._fresh(enclosure_id, size_bytes, rank, maker) | {"state": "whole"}]).write()
            self.put_key(enclosure_id, key)

    def drop_unnamed(self, enclosure_id: str) -> None:
        """Removes what was written and came to nothing; what is named stays."""
        if self._row(enclosure_id) is None:
            self._files.remove(enclosure_id)

    def read(self, enclosure_id: str, offset: int = 0, length: int | None = None) -> bytes:
        """Bytes of a whole enclosure; all of them when nothing else is said.

        Raises:
            StoreError: it is not whole here, or the disk would not.
            ValueError: a negative offset or length.
        """
        row = self._row(enclosure_id)
        if row is None or row["state"] != "whole":
            raise StoreError(f"{enclosure_id} is not here")
        if offset < 0 or (length is not None and length < 0):
            raise ValueError("a negative offset or length")
        try:
            return self._files.read(enclosure_id, offset, row["size_bytes"] if length is None else length)
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                # Somebody took the file away. It is missing from now on: else it would stop every trip, and the others with it.
                self._damaged(enclosure_id)
            raise

    def erase(self, enclosure_id: str) -> None:
        """Removes its bytes and its key for good; the row stays, so that it is neither wanted nor taken again."""
        with self._connection.transaction():
            self._set(enclosure_id, state="erased", received=[])
            self.drop_key(enclosure_id)
            # Not before it is kept: what is taken back must not have lost its bytes. A file that stays goes when the store is opened next.
            self._connection.after_commit(lambda: self._remove(enclosure_id))

    def _remove(self, enclosure_id: str) -> None:
        with suppress(StoreError):
            self._files.remove(enclosure_id)

    def put_key(self, enclosure_id: str, key: bytes) -> None:
        """Keeps the key of an enclosure; the first one stays."""
        self.put_keys({enclosure_id: key})

    def put_keys(self, keys: dict[str, bytes]) -> None:
        """Keeps keys by enclosure id in one go; the first one of each stays."""
        erased = {row["enclosure_id"] for row in self._in_state("erased", list(keys)).rows()}
        rows = [{"enclosure_id": enclosure_id, "key": key} for enclosure_id, key in keys.items() if enclosure_id not in erased]
        if rows:
            self._put_keys(rows).write()

    def key(self, enclosure_id: str) -> bytes | None:
        """Its key, or None."""
        return self.keys([enclosure_id]).get(enclosure_id)

    def keys(self, enclosure_ids: Iterable[str]) -> dict[str, bytes]:
        """The keys of those of the ids that have one here."""
        return {row["enclosure_id"]: bytes(row["key"]) for row in self._keys(list(enclosure_ids)).rows()}

    def drop_key(self, enclosure_id: str) -> None:
        """Forgets its key."""
        table = self._tables.enclosure_keys
        self._connection.write(table.delete().where(table.enclosure_id == enclosure_id))

    def bytes_here(self) -> int:
        """How many bytes are whole here."""
        table = self._tables.enclosures
        row = self._connection.first(table.select(fn.SUM(table.size_bytes).alias("bytes")).where(table.state == "whole"))
        return int(row["bytes"] or 0) if row else 0

    def sweep(self, older_than: timedelta) -> int:
        """Removes parts that nobody has touched for so long, and files that no row names; how many files went."""
        gone = self._sweep_parts(self._clock.now() - older_than)
        table = self._tables.enclosures
        rows = self._connection.rows(table.select(table.enclosure_id).where(table.state.in_(("whole", "partial"))))
        named = {row["enclosure_id"] for row in rows}
        return gone + self._files.remove_strays(named, self._clock.now() - older_than)

    def recover(self) -> None:
        """Finishes what a power cut left half done, between the last piece and the rename, or before an erased file was gone.

        Called when the store is opened.
        """
        for row in self._all_in_state("erased").rows():
            self._remove(row["enclosure_id"])
        for row in self._all_in_state("partial").rows():
            if self._complete(row["enclosure_id"]):
                self._finish(row["enclosure_id"])

    def _give_to(self, maker: str | None, rows: Sequence[dict[str, Any]]) -> None:
        """What is nobody's yet becomes its maker's, whose word on size and rank goes before what was said of it until then."""
        ids = [row["enclosure_id"] for row in rows] if maker is not None else []
        nobodys = {row["enclosure_id"]: row for row in self._nobodys(ids).rows()}
        for said in rows:
            if (row := nobodys.get(said["enclosure_id"])) is None:
                continue
            self._set(said["enclosure_id"], maker=maker)
            if row["state"] in ("expected", "partial") and row["size_bytes"] != said["size_bytes"]:
                # The part, if there is one, is of something else: its runs are forgotten, its bytes are written over.
                self._set(said["enclosure_id"], state="expected", received=[], size_bytes=said["size_bytes"], rank=said["rank"])

    def _fresh(self, enclosure_id: str, size_bytes: int, rank: str, maker: str | None) -> dict[str, Any]:
        self._files.path(enclosure_id)
        if size_bytes < 1 or rank not in RANKS:
            raise ValueError("no size or no rank")
        return {
            "enclosure_id": enclosure_id,
            "size_bytes": size_bytes,
            "state": "expected",
            "rank": rank,
            "received": [],
            "damaged": 0,
            "touched_at": self._clock.now(),
            "maker": maker,
        }

    def _has_room(self, row: dict[str, Any]) -> bool:
        times = ROOM_TIMES if row["rank"] == BULK else 1
        return self._files.has_room(times * row["size_bytes"] - total(runs_of(row)))

    def _reserve(self, row: dict[str, Any]) -> None:
        """Refuses one that is begun where what others still lack, that were begun before, would not fit any more."""
        rest = row["size_bytes"] - total(runs_of(row))
        begun = self._begun().rows() if row["state"] == "expected" else ()
        self._files.reserve(rest + sum(other["size_bytes"] - total(runs_of(other)) for other in begun))

    def _row(self, enclosure_id: str) -> dict[str, Any] | None:
        return self._one(enclosure_id).first()

    def _set(self, enclosure_id: str, **values: Any) -> None:
        self._change(enclosure_id, values | {"touched_at": self._clock.now()}).write()

    def _note(self, enclosure_id: str, offset: int, length: int) -> None:
        """Adds a piece to what is here; several threads and processes may do so at once."""
        with self._connection.transaction():
            row = self._row(enclosure_id)
            if row is not None and row["state"] in ("expected", "partial"):
                self._set(enclosure_id, state="partial", received=merged([*runs_of(row), (offset, length)]))

    def _complete(self, enclosure_id: str) -> bool:
        row = self._row(enclosure_id)
        return row is not None and row["state"] == "partial" and not missing(runs_of(row), 0, row["size_bytes"])

    def _finish(self, enclosure_id: str) -> bool:
        """Checks a complete part and makes it whole; False when it was damaged and all of it is missing again."""
        with self._finishing:
            if self.whole(enclosure_id):
                return True
            data = self._files.read_part(enclosure_id)
            if data is None or self._digest(data) != enclosure_id:
                self._files.remove_part(enclosure_id)
                self._damaged(enclosure_id)
                return False
            self._files.make_whole(enclosure_id)
            with self._connection.transaction():
                self._set(enclosure_id, state="whole", received=[])
                self._tell_if_due(enclosure_id)
            return True

    def _tell_if_due(self, enclosure_id: str) -> None:
        """Whoever carries is woken when a next hop waits for what has just become whole."""
        if self._waiting_hops(enclosure_id).first():
            self._became_due()

    def _damaged(self, enclosure_id: str) -> None:
        """All of it is missing again, once more."""
        table = self._tables.enclosures
        new = {"state": "expected", "received": [], "damaged": table.damaged + 1, "touched_at": self._clock.now()}
        self._connection.write(table.update(new).where(table.enclosure_id == enclosure_id))

    def _sweep_parts(self, before: datetime) -> int:
        table = self._tables.enclosures
        stale = (table.state == "partial") & (table.touched_at < before)
        gone = 0
        for row in self._connection.rows(table.select(table.enclosure_id).where(stale)):
            # Asked once more in one step with the change: its last piece may just have come, and what is whole was acknowledged.
            this = stale & (table.enclosure_id == row["enclosure_id"])
            new = {"state": "expected", "received": [], "touched_at": self._clock.now()}
            if self._connection.write(table.update(new).where(this)):
                self._files.remove_part(row["enclosure_id"])
                gone += 1
        return gone


def runs_of(row: dict[str, Any]) -> list[Run]:
    """The runs of bytes that are here."""
    return [(offset, length) for offset, length in row["received"]]
