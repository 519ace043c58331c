"""Sending (发出) of releases: from the county to every station, in the order of the chain, with all that each of them names.

Each station is sent each release once. One that joins later, or takes another's place, gets the whole chain; one that lacks something asks.
To a county that came out of a backup its neighbours give the chain back.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from node.catalogue.release import Release, read_release
from node.clock import from_text, to_text
from node.errors import NotAllowedError
from node.mail.cargo import CATALOGUE
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.station import Station
from node.store import Store
from node.store.catalogue import CALENDAR, PACKAGE, ReleaseRecord
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.errors import SigningError
from sync.parcel import MAX_READERS

MOST_CARRIED_BYTES = 600 * 1024
"""Of contents in one parcel, deflated: with readers' keys and certificates it stays below what a parcel may weigh."""

MOST_UNPACKED_BYTES = 6 << 20
MOST_CONTENT_BYTES = 900 * 1024
"""A package or calendar that is larger, deflated, travels in no parcel."""

COPIES = "copies"
ANSWERED, ASKED = "catalogue_answered:", "catalogue_asked:"
"""In `store.meta`, with a station's number: when it was last given the chain again, or asked for it."""

ASK = "catalogue_ask"
"""In `store.meta` while this station is to ask for the chain: the program before this one did not know releases."""

LACKING = "catalogue_lacking"
"""In `store.meta`: since when a release waits for what has not come."""

SELDOM, PATIENCE = timedelta(hours=1), timedelta(days=1)


def carried_bytes(data: bytes) -> int:
    """How much a package or calendar weighs on the road, at most."""
    return len(zlib.compress(data, 1))


@dataclass
class _Batch:
    """What goes into one parcel."""

    contents: Contents = field(default_factory=Contents)
    signers: set[str] = field(default_factory=set)
    unpacked_bytes: int = 0
    carried_bytes: int = 0

    def has_room(self, unpacked: int, carried: int) -> bool:
        """Whether so much more may go in; into an empty one always."""
        fits = self.unpacked_bytes + unpacked <= MOST_UNPACKED_BYTES and self.carried_bytes + carried <= MOST_CARRIED_BYTES
        return fits or not (self.contents.packages or self.contents.calendars or len(self.contents.releases) > 1)

    def add_release(self, data: bytes, signer: str) -> None:
        """One more release."""
        self.contents.releases.append(data)
        self.signers.add(signer)
        self._weigh(data)

    def add_content(self, data: bytes, kind: str) -> None:
        """One more package or calendar."""
        (self.contents.packages if kind == PACKAGE else self.contents.calendars).append(data)
        self._weigh(data)

    def _weigh(self, data: bytes) -> None:
        self.unpacked_bytes += len(data)
        self.carried_bytes += carried_bytes(data)


class ReleaseSender:
    """Of any station. `may_send` raises when this station may make no parcels now."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, may_send: Callable[[], None]) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._may_send = may_send

    def waiting(self) -> dict[str, int]:
        """At a county: the stations that have not been sent the release in force and can be, and the last number each was sent."""
        if not self._station.is_county(self._station.station):
            return {}
        digests = self._store.catalogue.applied_digests()
        found: dict[str, int] = {}
        for reader in self._readers() if digests else ():
            if not self._store.certificates.sent_to(reader, digests[-1]):
                unsent = set(self._store.certificates.unsent(reader, digests))
                found[reader] = next(place for place, digest in enumerate(digests) if digest in unsent)
        return found

    def send(self, now: datetime) -> None:
        """Send each station what it has not been sent; a chore."""
        with suppress(NotAllowedError):
            waiting = self.waiting()
            if waiting:
                self._may_send()
            for number in sorted(set(waiting.values())):
                readers = [reader for reader, sent in waiting.items() if sent == number]
                for start in range(0, len(readers), MAX_READERS):
                    self._send_after(number, readers[start : start + MAX_READERS], now)

    def _send_after(self, number: int, readers: Sequence[str], now: datetime) -> None:
        rows = self._store.catalogue.applied(number)
        with self._store.transaction():
            self._send_rows(rows, CATALOGUE, readers, now)
            for reader in readers:
                self._store.certificates.mark_sent(reader, [row.digest for row in rows])

    def give_back(self, new: str, at: datetime) -> list[str]:
        """To a county that stands in its own or another's place: every release that this station has, without what they name; the parcels.

        In the caller's transaction. What it lacks it asks for.
        """
        if not self._station.is_county(new) or self._station.is_me(new):
            return []
        return self._send_rows(self._store.catalogue.applied(), COPIES, [new], at, whole=False)

    def note_wanted(self, maker: str, data: bytes, now: datetime) -> None:
        """A station lacks something of the chain after a number: it is sent again, but not often. In the caller's transaction."""
        have = _wanted_number(data)
        if have is None or not self._is_time(ANSWERED + maker, now):
            return
        me, current = self._station.station, self._station.current(maker) == maker
        if self._station.is_county(me) and not self._station.is_me(maker) and current and me in self._station.path_of(maker):
            self._store.certificates.forget_sent(maker, self._store.catalogue.applied_digests()[have:])
        elif self._station.is_county(maker) and current and self._dispatch.can_read(maker):
            self._send_rows(self._store.catalogue.applied(have), COPIES, [maker], now)

    def ask(self, giver: str, have: int, now: datetime) -> None:
        """Ask a station for the chain after a number, but not often; in the caller's transaction."""
        if self._dispatch.can_read(giver) and self._is_time(ASKED + giver, now):
            wanted = canonical_bytes({"have": have})
            self._dispatch.send(Contents(catalogue_wanted=[wanted]), CATALOGUE, [giver], urgent=False, at=now)

    def ask_if_lacking(self, now: datetime) -> None:
        """Ask for what has not come for a day, or was never understood here; a chore. A county asks all its neighbours."""
        with suppress(NotAllowedError), self._store.transaction():
            if self._store.meta.get(ASK) is None and not self._has_lacked(now):
                return
            self._may_send()
            self._store.meta.delete(ASK)
            me, have = self._station.station, self._store.catalogue.number()
            givers = self._station.directory.children(me) if self._station.is_county(me) else self._station.path_of(me)[-1:]
            for giver in givers:
                self.ask(giver, have, now)

    def _has_lacked(self, now: datetime) -> bool:
        """Whether a release has waited for longer than it should, by this clock."""
        if not self._store.catalogue.waiting():
            self._store.meta.delete(LACKING)
            return False
        since = self._store.meta.get(LACKING)
        if since is not None and abs(now - from_text(since)) < PATIENCE:
            return False
        self._store.meta.set(LACKING, to_text(now))
        return since is not None

    def _is_time(self, name: str, now: datetime) -> bool:
        """Whether this was not done within the hour; it is remembered as done."""
        before = self._store.meta.get(name)
        if before is not None and abs(now - from_text(before)) < SELDOM:
            return False
        self._store.meta.set(name, to_text(now))
        return True

    def _readers(self) -> Iterable[str]:
        for entry in self._station.directory.entries():
            if entry.successor is None and not self._station.is_me(entry.station) and self._stands(entry.station):
                yield entry.station

    def _stands(self, station: str) -> bool:
        """Whether a station can be sent anything, and was not taken back: what lies ready for one that is gone would lie for good."""
        record = self._store.stations.get(station)
        if record is None or record.encrypt_certificate is None or not self._dispatch.can_read(station):
            return False
        return self._station.trust.revoked(self._station.trust.get(record.encrypt_certificate)) is None

    def _send_rows(
        self, rows: Sequence[ReleaseRecord], parcel_class: str, readers: Sequence[str], at: datetime, *, whole: bool = True
    ) -> list[str]:
        """Queue releases in as few parcels as they fit into, with what they name when `whole`; the parcels."""
        sent = []
        for batch in self._batches(rows, whole):
            self._add_certificates(batch, readers)
            sent.append(self._dispatch.send(batch.contents, parcel_class, readers, urgent=False, at=at))
        return sent

    def _batches(self, rows: Sequence[ReleaseRecord], whole: bool) -> Iterator[_Batch]:
        """Every parcel that brings a package or calendar brings the release that names it too, so that parcels may come in any order."""
        batch, begun = _Batch(), False
        for row in rows:
            release = read_release(row.data).content
            if not batch.has_room(len(row.data), carried_bytes(row.data)):
                yield batch
                batch = _Batch()
            batch.add_release(row.data, release.signer)
            begun = True
            for data, kind in self._contents(release) if whole else ():
                if not batch.has_room(len(data), carried_bytes(data)):
                    yield batch
                    batch = _Batch()
                    batch.add_release(row.data, release.signer)
                batch.add_content(data, kind)
        if begun:
            yield batch

    def _contents(self, release: Release) -> Iterator[tuple[bytes, str]]:
        for digest in release.contents:
            for kind in (PACKAGE, CALENDAR):
                data = self._store.catalogue.content(digest, kind)
                if data is not None:
                    yield data, kind

    def _add_certificates(self, batch: _Batch, readers: Sequence[str]) -> None:
        """The certificates behind the signatures, which whoever joined later may not have."""
        wanted: dict[str, Certificate] = {}
        for signer in sorted(batch.signers):
            with suppress(SigningError):
                path = self._station.trust.path(self._station.trust.get(signer))
                wanted |= {one.digest: one for one in reversed(path) if one.usage != "root"}
        fresh: dict[str, None] = {}
        for reader in readers:
            unsent = self._store.certificates.unsent(reader, wanted)
            fresh |= dict.fromkeys(unsent)
            self._store.certificates.mark_sent(reader, unsent)
        batch.contents.certificates += [wanted[one].der for one in wanted if one in fresh]


def _wanted_number(data: bytes) -> int | None:
    """The number after which the chain is wanted; None when the record is none."""
    try:
        have = parse_canonical(data)["have"]
    except (SigningError, KeyError, TypeError):
        return None
    return have if isinstance(have, int) and not isinstance(have, bool) and have >= 0 else None
