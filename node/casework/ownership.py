"""Whose an enclosure is: the station's that named it first. Others may name it too, and change nothing of it.

An id is no secret: it stands in the header of each parcel. So a letter or parcel that names another station's enclosure neither
erases it, nor says how large it is, nor which key opens it, nor is its key given to those who read that letter. A station that
stands in another's place speaks for what that one made.
"""

from collections.abc import Iterable

from node.casework.letter import EnclosureEntry
from node.station import Station
from node.store import Store


def ids_of(entries: Iterable[EnclosureEntry]) -> set[str]:
    """The enclosures that these entries name, previews among them."""
    return {one.enclosure_id for entry in entries for one in (entry, entry.preview) if one is not None}


def owned(station: Station, store: Store, enclosure_ids: Iterable[str], origin: str) -> set[str]:
    """Those of the enclosures for which what `origin` says counts: its own, and those of which nobody knows yet whose they are."""
    ids = set(enclosure_ids)
    makers = store.enclosures.makers(ids)
    return {one for one in ids if station.current(makers.get(one, origin)) == station.current(origin)}
