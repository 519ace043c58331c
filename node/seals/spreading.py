"""The county's list of seals on its way: to every station, by line or by bundle, like a revocation list.

Whoever takes a newer one passes it to its neighbours, once each. Who was never sent the newest one gets it at the next look: a station
that has joined since, one that was restored, and a county that was.
"""

from collections.abc import Callable
from datetime import datetime

from node.clock import Clock
from node.errors import NodeError, RequestError
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.seals.status import SealList, StatusBook, read_list
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from signing.certificates import Certificate
from signing.errors import SigningError

CLASS = "certificates"


class SealLists:
    """Takes lists that come, and passes them on."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, statuses: StatusBook, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._statuses = statuses
        self._clock = clock
        self._taken: Callable[[], None] = lambda: None
        self._judge: Callable[[SealList], None] = lambda listed: None

    def on_taken(self, told: Callable[[], None]) -> None:
        """`told` is called when a newer list has been taken from elsewhere, in its transaction."""
        self._taken = told

    def on_kept(self, judge: Callable[[SealList], None]) -> None:
        """`judge` is given each list that is kept here, this county's own too, in its transaction."""
        self._judge = judge

    def came(self, maker: str, data: bytes) -> None:
        """A parcel of `maker` brought a list (not trusted), in the transaction that keeps the parcel. What is refused is noted."""
        try:
            listed = self._statuses.check(data)
        except (NodeError, SigningError) as error:
            why = str(getattr(error, "code", type(error).__name__))
            self._audit("seals_refused", self._station.suite.digest(data), {"why": why, "from": maker})
            return
        if listed is not None:
            self._store.certificates.mark_sent(self._station.current(maker), [self._station.suite.digest(data)])
            self._keep(listed)

    def take(self, data: bytes) -> bool:
        """Take a list (not trusted) that came in a file, and pass it on; False when it is none newer.

        Raises:
            EnrolmentError, SigningError: as `StatusBook.check`.
        """
        listed = self._statuses.check(data)
        if listed is None:
            return False
        with self._store.transaction():
            self._keep(listed)
        return True

    def _keep(self, listed: SealList) -> None:
        digest = self._station.suite.digest(listed.data)
        self._statuses.keep(listed)
        self._audit("seals_taken", digest, {"number": listed.number, "entries": len(listed.entries)})
        self._taken()
        self._judge(listed)
        self.pass_on(listed)

    def publish(self, data: bytes) -> None:
        """Keep a list of this county's own, and send it to every neighbour, in the caller's transaction."""
        listed = read_list(data)
        self._statuses.keep(listed)
        self._judge(listed)
        self.pass_on(listed)

    def run(self, _now: datetime) -> None:
        """A chore: send the newest list, and any beside it, to the neighbours that have not been sent it."""
        for listed in self._statuses.kept():
            if self._unsent(listed):
                with self._store.transaction():
                    self.pass_on(listed)

    def pass_on(self, listed: SealList) -> None:
        """Send a list to the neighbours that have not been sent it, with the certificates that prove it."""
        for neighbour in self._unsent(listed):
            self._send(listed, neighbour)

    def _unsent(self, listed: SealList) -> list[str]:
        digest = self._station.suite.digest(listed.data)
        directory, me = self._station.directory, self._station.station
        neighbours = [one for one in (directory.parent_of(me), *directory.children(me)) if one is not None]
        return [one for one in neighbours if self._store.certificates.unsent(one, [digest])]

    def _send(self, listed: SealList, neighbour: str) -> None:
        trust, certificates = self._station.trust, self._store.certificates
        path: list[Certificate] = [one for one in reversed(trust.path(trust.get(listed.signer))) if one.usage != "root"]
        unsent = certificates.unsent(neighbour, [one.digest for one in path])
        contents = Contents(certificates=[one.der for one in path if one.digest in unsent], seal_lists=[listed.data])
        try:
            self._dispatch.send(contents, CLASS, [neighbour], urgent=True, at=self._clock.now())
        except RequestError:
            # There is no way to it yet: the next look finds it again.
            return
        certificates.mark_sent(neighbour, [*unsent, self._station.suite.digest(listed.data)])

    def _audit(self, what: str, about: str, detail: dict[str, object]) -> None:
        self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, what, about, detail))
