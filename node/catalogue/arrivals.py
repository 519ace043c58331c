"""Arrivals (到货) of the catalogue: releases that come by any road, from the record to the shelf.

A release is believed when the county's station signed it; its place is decided by number and chain, never by a clock here. What it names
must all be here before it comes into force; what no believed release names is not kept. What is refused is audited and changes nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from node.catalogue.book import ReleaseBook
from node.catalogue.release import CALENDAR, MAX_RELEASE_BYTES, PUBLISH, Release, read_release
from node.clock import Clock
from node.enrolment.documents import Document
from node.errors import EnrolmentError
from node.station import FOREVER, Station
from node.store import Store
from node.store.catalogue import WAITING, ReleaseRecord
from node.store.records import AuditRecord
from signing.envelope import verify_station
from signing.errors import CertificateError, SigningError, UnknownSignerError

MAX_WAITING = 1024
"""Releases that may wait for one before them: a chain comes in order, so more are not needed."""

Ask = Callable[[str, int, datetime], None]
"""Asks a station for the chain after a number."""

Awaited = Callable[[], Sequence[str]]


class ReleaseArrivals:
    """What the mailroom tells of the catalogue, in the transaction that keeps the parcel."""

    def __init__(self, station: Station, store: Store, book: ReleaseBook, clock: Clock, ask: Ask, awaited: Awaited) -> None:
        """`awaited` names the neighbours of a station in another's place that have not given back what they hold."""
        self._station = station
        self._store = store
        self._book = book
        self._clock = clock
        self._ask = ask
        self._awaited = awaited

    def note(self, maker: str, data: bytes) -> None:
        """A release came in a parcel of `maker`."""
        try:
            document = read_release(data)
        except EnrolmentError as error:
            self._refuse(self._station.suite.digest(data[:MAX_RELEASE_BYTES]), error.code, maker)
            return
        digest = document.digest(self._station.suite)
        if self._store.catalogue.release(digest) is not None:
            return
        if why := self._fault(document, maker):
            self._refuse(digest, why, maker)
            return
        self._store.catalogue.put_release(ReleaseRecord(digest, document.content.number, WAITING, data, self._clock.now(), maker))

    def note_package(self, maker: str, data: bytes) -> None:
        """A package came; it is kept when a release that is believed names it."""
        self._note_content(maker, data, PUBLISH, self._book.keep_package)

    def note_calendar(self, maker: str, data: bytes) -> None:
        """A calendar came; it is kept when a release that waits names it."""
        self._note_content(maker, data, CALENDAR, self._book.keep_calendar)

    def _note_content(self, maker: str, data: bytes, act: str, keep: Callable[[bytes], None]) -> None:
        """Kept as what a release names it for: a calendar brought as a package, or the other way round, would spoil the release."""
        digest = self._station.suite.digest(data)
        if digest in self._store.catalogue.held([digest]):
            return
        waiting = (read_release(row.data).content for row in self._store.catalogue.waiting())
        if any((act, digest) == (one.act, one.content) for release in waiting for one in release.changes) or self._store.catalogue.names(
            digest
        ):
            keep(data)
        else:
            self._refuse(digest, "not_named", maker)

    def go_on(self, maker: str, _data: bytes = b"") -> None:
        """Put into force what can follow now, in order; what can never follow goes. `maker` brought something of it."""
        with self._store.transaction():
            while self._step():
                pass
            head = self._book.head()
            for row in self._store.catalogue.waiting():
                if row.number <= head.number:
                    # Another release was in force under this number first: the chain was forked, and somebody must look.
                    self._drop(row, "forked")
            if self._station.is_county(self._station.station) and self._store.catalogue.waiting():
                # It came out of a backup, and this neighbour gives the chain back: now it asks for what the chain names.
                self._ask(maker, head.number, self._clock.now())

    def _step(self) -> bool:
        """Apply the next release, or drop one that cannot follow; False when nothing was to be done."""
        head = self._book.head()
        for row in self._store.catalogue.waiting():
            document = read_release(row.data)
            if row.number != head.number + 1:
                continue
            if document.content.before != head.digest:
                self._drop(row, "chain")
                return True
            if why := self._not_believed_any_more(document, row.brought_by):
                self._drop(row, why)
                return True
            if self._book.missing(document.content):
                continue
            if why := self._book.fault(document.content, row.digest):
                self._drop(row, why)
            else:
                self._book.apply(document, self._clock.now())
            return True
        return False

    def _not_believed_any_more(self, document: Document[Release], maker: str) -> str | None:
        """What speaks against a release that waited: its key may have been taken back meanwhile. A county knows its own keys."""
        return None if self._station.is_county(self._station.station) else self._signature_fault(document, maker)

    def _drop(self, row: ReleaseRecord, why: str) -> None:
        """Forget a release that can never be in force, and what nothing else names."""
        self._store.catalogue.drop_release(row.digest)
        named = {one for other in self._store.catalogue.waiting() for one in read_release(other.data).content.contents}
        for content in read_release(row.data).content.contents:
            if content not in named and not self._store.catalogue.names(content):
                self._store.catalogue.drop_content(content)
        self._refuse(row.digest, why, "")

    def _fault(self, document: Document[Release], maker: str) -> str | None:
        """Why a release that is new here is not believed, or has no place in the chain."""
        release, head = document.content, self._book.head()
        if not self._station.is_county(release.station):
            return "not_county"
        if why := self._signature_fault(document, maker):
            return why
        if release.number <= head.number:
            return "rolled_back"
        return "waiting_full" if len(self._store.catalogue.waiting()) >= MAX_WAITING else None

    def _signature_fault(self, document: Document[Release], maker: str) -> str | None:
        """What speaks against the signature, by the release's own date: the clock here may be the wrong one."""
        release = document.content
        value = next((one.value for one in document.signatures if one.signer == release.signer), b"")
        suite, trust = self._station.suite, self._station.trust
        try:
            certificate = verify_station(suite, trust, release.signer, release.station, document.signed, value, (None, None))
            trust.path(certificate, (release.made_at, release.made_at))
            taken_back = trust.revoked(certificate) or trust.revoked_before(certificate, FOREVER)
        except UnknownSignerError:
            return "signer_unknown"
        except CertificateError as error:
            return error.code if error.code in ("expired", "not_yet_valid") else "certificate"
        except SigningError:
            return "signature"
        if not taken_back and self._station.current(release.station) == release.station:
            return None
        return None if self._vouches(maker, taken_back is not None and taken_back.reason == "key_compromise") else "revoked"

    def _vouches(self, maker: str, is_stolen: bool) -> bool:
        """Whether a release of an earlier key or number of the county is brought by the county of today, or given back to it now."""
        if self._station.is_county(self._station.station):
            return not is_stolen and bool(self._awaited())
        return self._station.is_county(maker) and self._station.current(maker) == maker

    def _refuse(self, about: str, why: str, came_from: str) -> None:
        facts = {"why": why, "from": came_from}
        self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, "catalogue_refused", about, facts))
