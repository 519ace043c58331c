"""The content of enclosures: encrypted once, under a key of its own; decrypted, and believed only when it is what the letter names."""

from dataclasses import dataclass

from node.casework.letter import EnclosureEntry
from node.errors import NotFoundError
from node.station import Station
from node.store import Store
from signing.envelope import new_content_key
from signing.errors import SigningError

ENCLOSURE_CONTEXT = b"yizhan enclosure 1\n"


@dataclass(frozen=True)
class Written:
    """An enclosure that is on the disk and that nothing names yet: what a letter would say of it, and its key."""

    entry: EnclosureEntry
    rank: str
    key: bytes


class Contents:
    """Makes enclosures, and opens those that are whole here."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def write(self, content: bytes, media_type: str, rank: str) -> Written:
        """Encrypt a content and put it on the disk; outside of transactions. `name` or `let_go` follows.

        Raises:
            DiskFullError, StoreError: the disk would not; nothing was kept.
        """
        suite = self._station.suite
        key = new_content_key(suite)
        ciphertext = suite.encrypt(key, content, ENCLOSURE_CONTEXT)
        enclosure_id = self._store.enclosures.write_unnamed(ciphertext)
        return Written(EnclosureEntry("", 0, suite.digest(content), enclosure_id, len(ciphertext), media_type), rank, key)

    def name(self, written: Written) -> None:
        """From here on it is known, with what else the caller's transaction keeps."""
        entry = written.entry
        self._store.enclosures.name(entry.enclosure_id, entry.size_bytes, written.rank, self._station.station, written.key)

    def let_go(self, written: Written) -> None:
        """Remove what was written and came to nothing; what is named stays."""
        self._store.enclosures.drop_unnamed(written.entry.enclosure_id)

    def open(self, entry: EnclosureEntry) -> bytes:
        """An enclosure in the clear.

        Raises:
            NotFoundError: it is not whole here, or its key is not, or it is not what was sealed: nobody decides by it.
        """
        key = self._store.enclosures.key(entry.enclosure_id)
        if key is None or not self._store.enclosures.whole(entry.enclosure_id):
            raise NotFoundError("page", entry.enclosure_id)
        ciphertext = self._store.enclosures.read(entry.enclosure_id, 0, entry.size_bytes)
        try:
            plain = self._station.suite.decrypt(key, ciphertext, ENCLOSURE_CONTEXT)
        except (SigningError, ValueError) as error:
            raise NotFoundError("page", entry.enclosure_id) from error
        if self._station.suite.digest(plain) != entry.plain:
            raise NotFoundError("page", entry.enclosure_id)
        return plain
