"""The whole store of one station, and how it is opened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from node.clock import Clock, SystemClock
from node.store.attempts import LoginAttempts, PinAttempts
from node.store.audit import Audit
from node.store.cards import Cards
from node.store.cases import Cases
from node.store.catalogue import CatalogueStore
from node.store.certificates import Certificates
from node.store.counters import Counters, Meta
from node.store.database import Connection, make_database
from node.store.drafts import Drafts, Materials
from node.store.dump import Dump
from node.store.enclosures import Enclosures
from node.store.files import EnclosureFiles, free_bytes, make_private
from node.store.invitations import Invitations
from node.store.leases import Leases
from node.store.letters import Letters
from node.store.link import Link
from node.store.needs import Needs
from node.store.outbox import Outbox
from node.store.papers import CasePapers, StandbyReceipts
from node.store.people import People, Sessions
from node.store.person_certificates import PersonCertificates
from node.store.receipts import Receipts
from node.store.reports import Reports
from node.store.requests import Requests
from node.store.reuse import Reuse
from node.store.sealing import Kin, SealUses
from node.store.seals import HeldSeals, Seals
from node.store.shots import Shots
from node.store.stations import Stations
from node.store.tables import tables
from node.store.unpacked import Unpacked
from node.store.unpacked_receipts import UnpackedReceipts
from node.store.upgrades import prepare
from node.store.waiting import WaitingMail

FLOOR_BYTES = 200 * 1024 * 1024
CHANGES = "changes"


class Store:
    """What one station remembers. Safe for threads; each opens a connection of its own when it first asks."""

    def __init__(
        self, connection: Connection, files: EnclosureFiles, shots: EnclosureFiles, digest: Callable[[bytes], str], clock: Clock
    ) -> None:
        self._connection = connection
        self._listeners: list[Callable[[], None]] = []
        bound = tables(connection.database)
        prepare(connection, bound)
        self.needs = Needs(connection, bound)
        self.counters = Counters(connection, bound)
        self.meta = Meta(connection, bound)
        self.stations = Stations(connection, bound)
        self.certificates = Certificates(connection, bound)
        self.letters = Letters(connection, bound, self.needs)
        self.cases = Cases(connection, bound)
        self.drafts = Drafts(connection, bound)
        self.materials = Materials(connection, bound)
        self.enclosures = Enclosures(connection, bound, files, digest, clock, self.note_queued)
        self.unpacked = Unpacked(connection, bound, self.note_queued)
        self.outbox = Outbox(connection, bound, self.needs, self.unpacked, self.note_queued)
        self.waiting = WaitingMail(connection, bound)
        self.receipts = Receipts(connection, bound)
        self.unpacked_receipts = UnpackedReceipts(connection, bound)
        self.link = Link(connection, bound)
        self.people = People(connection, bound)
        self.person_certificates = PersonCertificates(connection, bound)
        self.sessions = Sessions(connection, bound, digest)
        self.logins = LoginAttempts(connection, bound)
        self.pins = PinAttempts(connection, bound)
        self.leases = Leases(connection, bound)
        self.audit = Audit(connection, bound, digest)
        self.dump = Dump(connection, bound)
        self.invitations = Invitations(connection, bound)
        self.requests = Requests(connection, bound)
        self.reports = Reports(connection, bound)
        self.catalogue = CatalogueStore(connection, bound)
        self.reuse = Reuse(connection, bound)
        self.papers = CasePapers(connection, bound)
        self.standby = StandbyReceipts(connection, bound)
        self.seal_uses = SealUses(connection, bound)
        self.kin = Kin(connection, bound)
        self.seals = Seals(connection, bound)
        self.held_seals = HeldSeals(connection, bound)
        self.shots = Shots(connection, bound, shots, digest)
        self.cards = Cards(connection, bound)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, one writer at a time (BEGIN IMMEDIATE). Inside another it is part of it; what fails inside fails the whole.

        Keep it short: no network, no signing, no reading of files inside.

        Raises:
            StoreError: nothing was kept.
            RuntimeError: a part failed and the failure was swallowed; nothing was kept.
        """
        return self._connection.transaction()

    def remembering(self) -> AbstractContextManager[None]:
        """Inside, what this thread asks twice is asked once, outside of transactions, until it writes: for a task of a moment."""
        return self._connection.remembering()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Runs `call` once what the transaction does is kept; at once outside of one; never when it is taken back."""
        self._connection.after_commit(call)

    def changes(self) -> int:
        """A number that rises when something is queued, by any process on this database: cheap to poll."""
        return self.counters.peek(CHANGES)

    def on_queued(self, callback: Callable[[], None]) -> None:
        """`callback` is run in this process, in the thread that queued, after the commit; it must not raise or take long."""
        self._listeners.append(callback)

    def note_queued(self) -> None:
        """Something is to be carried: raises `changes` and, after the commit, runs the callbacks, once a transaction."""
        with self._connection.transaction():
            if self._connection.once(CHANGES):
                self.counters.next(CHANGES)
                self._connection.after_commit(self._tell)

    def check(self, *, quick: bool = False) -> list[str]:
        """What the database finds wrong with itself; empty when nothing. `quick` leaves the indexes out."""
        return self._connection.check(quick)

    def close_thread(self) -> None:
        """Closes this thread's connection; the next question opens another. For the end of a thread or of a rare task."""
        self._connection.close_thread()

    def close(self) -> None:
        """Closes the connection of the calling thread; other threads close theirs when they end."""
        self._connection.close_thread()

    def _tell(self) -> None:
        for callback in self._listeners:
            callback()


def open_store(
    place: str | Path,
    key: bytes | None = None,
    *,
    digest: Callable[[bytes], str],
    enclosures: Path | None = None,
    shots: Path | None = None,
    clock: Clock | None = None,
    floor_bytes: int = FLOOR_BYTES,
    free: Callable[[Path], int] = free_bytes,
) -> Store:
    """Opens or makes a store, upgrades it, and finishes what a power cut left half done.

    `place` is a SQLite file or a `postgresql://` address; `key` 32 raw bytes that encrypt the file; `digest` the suite's digest of bytes;
    `enclosures` the folder of enclosure files, by default `enclosures` beside the SQLite file, `shots` that of pictures that wait, by
    default beside it; below `floor_bytes` of free disk neither takes any more.

    Raises:
        CorruptError: damaged, made by a newer program, or another key.
        StoreError: the disk or the server would not.
        ValueError: a PostgreSQL store without a folder for enclosures, or a key of another length.
    """
    address = str(place)
    if not address.startswith("postgresql://"):
        make_private(Path(address))
    elif enclosures is None:
        raise ValueError("a PostgreSQL store needs a folder for enclosures")
    folder = enclosures or Path(address).parent / "enclosures"
    files = EnclosureFiles(folder, floor_bytes, free)
    waiting = EnclosureFiles(shots or folder.with_name("shots"), floor_bytes, free)
    store = Store(Connection(make_database(address, key)), files, waiting, digest, clock or SystemClock())
    store.enclosures.recover()
    return store
