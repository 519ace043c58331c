"""Who is told of the records in parcels that are no letters: one listener for each kind."""

from collections.abc import Callable

from node.mail.cargo import CATALOGUE
from node.mail.packing import Contents

Listener = Callable[[str, bytes], None]
"""Told of a record that came: who made the parcel, and the record's content; in the transaction that keeps the parcel."""


class Listeners:
    """Tells, in the caller's transaction; a kind that nobody listens for is passed over."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def on(self, kind: str, listener: Listener) -> None:
        """`listener` is told of records of this kind from now on."""
        self._listeners[kind] = listener

    def tell(self, kind: str, maker: str, data: bytes) -> None:
        """One record of a parcel of `maker`."""
        if kind in self._listeners:
            self._listeners[kind](maker, data)

    def tell_catalogue(self, contents: Contents, maker: str) -> None:
        """Releases before what they name, which is kept only when one that is believed names it; then that all of it has come."""
        for data in contents.releases:
            self.tell("catalogue", maker, data)
        for data in contents.packages:
            self.tell("package", maker, data)
        for data in contents.calendars:
            self.tell("calendar", maker, data)
        if contents.releases or contents.packages or contents.calendars:
            self.tell("catalogue_came", maker, b"")
        for data in contents.catalogue_wanted:
            self.tell("catalogue_wanted", maker, data)

    def tell_documents(self, contents: Contents, parcel_class: str, maker: str) -> None:
        """What belongs to no case: ends of refills, lists of seals, requests and answers, updates."""
        for data in contents.seal_lists:
            self.tell("seal_register", maker, data)
        for data in contents.refills if parcel_class == "copies" else ():
            self.tell("refill", maker, data)
        for data in contents.requests:
            self.tell("request", maker, data)
        for data in contents.answers:
            self.tell("answer", maker, data)
        for data in contents.updates if parcel_class == CATALOGUE else ():
            self.tell("update", maker, data)
