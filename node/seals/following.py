"""Seals follow their custodian: what a person's old key opened, the new one is let open as well, while the old one can still be opened.

Only between two keys in files: the slot of a key on a token has a PIN of its own, and goes with that key alone.
"""

from node.folder import StationFolder
from node.seals.keeping import may_keep
from node.staff.holders import machine_secret_of
from node.station import Station
from node.store import Store
from node.store.records import PersonRecord
from node.store.records.seals import HeldSealRecord
from signing.algorithms import PrivateKey
from signing.certificates import key_id_of
from signing.custody import add_custodian, custodians
from signing.errors import KeyFileError

NO_SEAL = "refused"
"""The state of a seal that the county did not make: there is nothing to open."""


def let_follow(
    folder: StationFolder, station: Station, store: Store, person: PersonRecord, old: PrivateKey, new: PrivateKey
) -> tuple[HeldSealRecord, ...]:
    """Give the new key a slot in each seal's file that the old one opens, where the person may still keep such a seal; those seals.

    The old slot stays until it is taken off by hand: the new key has no certificate yet. Outside of transactions: files are written.

    Raises:
        KeyFileError: a file cannot be written, or has no room (`unwritable`, `full`), or is another machine's.
    """
    suite, secret = station.suite, machine_secret_of(folder)
    key_id = key_id_of(suite, old.public)
    kept = [row for row in store.held_seals.all() if row.state != NO_SEAL and may_keep(station.tier, row.kind, person.roles)]
    theirs = tuple(row for row in kept if key_id in _keepers(folder, station, row))
    for row in theirs:
        add_custodian(folder.personal_key(row.key_name), suite, old, new, secret)
    return theirs


def _keepers(folder: StationFolder, station: Station, row: HeldSealRecord) -> tuple[str, ...]:
    """Nobody's where the file cannot be read: one lost seal must not stand in the way of a key."""
    try:
        return custodians(folder.personal_key(row.key_name), station.suite)
    except KeyFileError:
        return ()
