"""Notices (通告): what was certified or taken back here goes to those whom it concerns, in parcels of class `certificates`.

A certificate goes to the county, to the station named in it and to that station's parent; a revocation list to every neighbour, and
whoever takes in a newer one passes it on, once. All of it in the transaction of whoever calls.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from node.errors import RequestError
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.station import Station
from node.store import Store
from signing.certificates import Certificate
from signing.revocations import RevocationList, parse_revocations

CLASS = "certificates"
AT_ONCE = 64
"""Certificates in one parcel."""


class Notices:
    """Tells the others."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch

    def tell_issued(self, certificates: Sequence[Certificate], at: datetime, seals: Sequence[bytes] = ()) -> None:
        """Send certificates, and the seals that list them, to whom they concern; what a reader was sent before stays out."""
        by_reader: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            for reader in self.concerned(certificate):
                by_reader.setdefault(reader, []).append(certificate)
        for reader, theirs in by_reader.items():
            for start in range(0, len(theirs), AT_ONCE):
                self.send_to(reader, theirs[start : start + AT_ONCE], at, seals=seals if start == 0 else ())

    def send_to(
        self, reader: str, certificates: Iterable[Certificate], at: datetime, *, seals: Sequence[bytes] = (), requests: Sequence[bytes] = ()
    ) -> None:
        """Send these to one reader, with the issuers that prove them; what it was sent before stays out."""
        wanted: dict[str, Certificate] = {}
        for certificate in certificates:
            path = self._station.trust.path(certificate)
            wanted |= {one.digest: one for one in reversed(path) if one.usage != "root"}
        pictures = {self._station.suite.digest(der): der for der in seals}
        unsent = self._store.certificates.unsent(reader, [*wanted, *pictures])
        contents = Contents(
            certificates=[wanted[one].der for one in unsent if one in wanted],
            seals=[pictures[one] for one in unsent if one in pictures],
            requests=list(requests),
        )
        if (unsent or requests) and self._send(contents, reader, at, urgent=False):
            self._store.certificates.mark_sent(reader, unsent)

    def concerned(self, certificate: Certificate) -> tuple[str, ...]:
        """Who is told of a certificate: the county, the station named, its parent; for an authority all stations below it too."""
        directory, me = self._station.directory, self._station.station
        named = directory.current(certificate.station) if certificate.station else me
        readers = [*self._station.path_of(me)[-1:], named, directory.parent_of(named)]
        if certificate.usage in ("authority", "seal_maker") and named in directory:
            readers += directory.children(named)
        return tuple(dict.fromkeys(one for one in readers if one and one != me and one in directory))

    def publish(self, data: bytes, at: datetime) -> RevocationList:
        """Keep a list of this station's own, believe it, and send it to every neighbour."""
        listed = parse_revocations(self._station.suite, data)
        self.keep_list(listed)
        self._station.trust.add_revocations(data)
        self.pass_on([data], at)
        return listed

    def keep_list(self, listed: RevocationList) -> bool:
        """Keep a list in place of the older ones of the same authority; False when it, or a newer one, is here."""
        for row in self._store.certificates.all("revocations"):
            other = parse_revocations(self._station.suite, row.der)
            if other.issuer_key_id == listed.issuer_key_id:
                if other.number >= listed.number:
                    return False
                self._store.certificates.delete(row.digest)
        return self._store.certificates.put(listed.digest, listed.der, "revocations")

    def tell_lists(self, new: str, at: datetime) -> None:
        """Send every list that is believed here to a neighbour that stands in another's place: an old copy has forgotten the newer ones."""
        if lists := [one.der for one in self._station.trust.lists()]:
            self._send(self._with_issuers(lists, new), new, at, urgent=True)

    def pass_on(self, lists: Sequence[bytes], at: datetime, came_from: str | None = None) -> None:
        """Send lists to the neighbours, except to where they came from, with the certificates that prove them."""
        directory, me = self._station.directory, self._station.station
        digests = [self._station.suite.digest(der) for der in lists]
        for neighbour in (directory.parent_of(me), *directory.children(me)):
            if neighbour is None:
                continue
            if came_from is not None and neighbour == directory.current(came_from):
                self._store.certificates.mark_sent(neighbour, digests)
                continue
            unsent = set(self._store.certificates.unsent(neighbour, digests))
            theirs = [der for der, digest in zip(lists, digests, strict=True) if digest in unsent]
            if theirs and self._send(self._with_issuers(theirs, neighbour), neighbour, at, urgent=True):
                self._store.certificates.mark_sent(neighbour, unsent)

    def send_document(self, to: str, at: datetime, *, request: bytes | None = None, answer: bytes | None = None) -> bool:
        """Send a request up or an answer down; False while there is no way."""
        contents = Contents(requests=[request] if request else [], answers=[answer] if answer else [])
        return self._send(contents, to, at, urgent=False)

    def _with_issuers(self, lists: Sequence[bytes], reader: str) -> Contents:
        keys = {parse_revocations(self._station.suite, der).issuer_key_id for der in lists}
        issuers: dict[str, Certificate] = {}
        for row in self._store.certificates.all("certificate"):
            certificate = self._station.trust.get(row.digest)
            if certificate.usage == "authority" and certificate.key_id in keys and self._station.trust.proves(certificate):
                issuers |= {one.digest: one for one in reversed(self._station.trust.path(certificate)) if one.usage != "root"}
        unsent = self._store.certificates.unsent(reader, issuers)
        self._store.certificates.mark_sent(reader, unsent)
        return Contents(certificates=[issuers[one].der for one in unsent], revocations=list(lists))

    def _send(self, contents: Contents, reader: str, at: datetime, *, urgent: bool) -> bool:
        """Whether there is a way; who has no encryption certificate here yet is told everything when it joins."""
        try:
            self._dispatch.send(contents, CLASS, [reader], urgent=urgent, at=at)
        except RequestError:
            return False
        return True
