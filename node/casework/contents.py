"""The content of enclosures: decrypted, and believed only when it is what the letter names."""

from node.casework.drafts import ENCLOSURE_CONTEXT
from node.casework.letter import EnclosureEntry
from node.errors import NotFoundError
from node.station import Station
from node.store import Store
from signing.errors import SigningError


class Contents:
    """Opens enclosures that are whole here."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

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
