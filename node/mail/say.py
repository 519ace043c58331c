"""What the maker of a parcel has a say in: when a letter in it was received, and whose enclosures its keys may open."""

from contextlib import suppress
from datetime import datetime

from node.casework.letter import LetterError, read_frame
from node.casework.ownership import ids_of, owned
from node.mail.packing import Contents
from node.station import Station
from node.store import Store
from sync.parcel import Parcel


def got_at(station: Station, frame: bytes, parcel: Parcel, contents: Contents, at: datetime) -> datetime:
    """When a letter was received: of a copy, when the station that made the copy had received it, if that can be.

    Nobody receives what is his own: else who has a stolen key would say that what it seals now was received before it was stolen.
    """
    if parcel.header.parcel_class != "copies":
        return at
    digest = station.suite.digest
    said = contents.received.get(digest(frame), at)
    with suppress(LetterError):
        origin = station.current(read_frame(frame, digest).letter.origin)
        if origin != station.current(parcel.header.from_station):
            return min(said, at)
    return at


def openable(station: Station, store: Store, parcel: Parcel, contents: Contents) -> set[str]:
    """The enclosures whose keys this parcel may bring: what its maker made; in copies, what the origins of the letters kept made.

    The first key stays, so one for another's enclosure that came first would lock that one out.
    """
    header, digest = parcel.header, station.suite.digest
    if header.parcel_class != "copies":
        return owned(station, store, (one.enclosure_id for one in header.enclosures), header.from_station)
    rows = (store.letters.get(digest(frame)) for frame in contents.letters)
    kept = [read_frame(row.frame, digest).letter for row in rows if row is not None and row.parcel_id == parcel.parcel_id]
    return {one for letter in kept for one in owned(station, store, ids_of(letter.enclosures), letter.origin)}
