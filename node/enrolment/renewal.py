"""Renewal (续期): a station asks for new certificates of the same keys before the old ones end, and its parent grants them unasked.

The old certificates stay good for what they signed. One that ended may still be renewed as long as the grace lasts: the station was
perhaps without a line.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from node.clock import from_text, to_text
from node.enrolment.authority import ENDS_SOON, STATION_USAGES
from node.enrolment.documents import Document, Request, RequestKey, to_bytes
from node.enrolment.issuing import OWN
from node.enrolment.judging import Bench, Issued
from node.errors import EnrolmentError
from node.station import Station
from node.store import Store
from signing.certificates import Certificate, CertificateProfile
from signing.errors import SigningError
from signing.trust import GRACE_DAYS

KIND = "renew"
ASKED = "renewal_asked"
"""In `store.meta`: when the last request was made, and the digests of what it was for."""
ASK_AGAIN = timedelta(days=7)
CLOCKS_DIFFER = timedelta(days=30)


class Renewing:
    """Judges a station that wants the same certificates again."""

    unasked = True

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when the station itself asks, and for nothing but what it has: same keys, same names, same roles, none taken back.

        Raises:
            EnrolmentError: `renew_other`, one of the keys was never certified so by this station; `renew_revoked`; `renew_late`, one
                ended longer ago than the grace; `renew_early`, none ends soon; and as `Bench` says.
        """
        self._bench.check_asking(document)
        self._bench.check_keys(document.content.keys)
        self._bench.check_possession(document)
        held = [self._held(document.content.station, key, now) for key in document.content.keys]
        # Nobody is asked, so nobody may have it again and again. The clocks of two stations differ.
        if all(one.not_after - now > ENDS_SOON + CLOCKS_DIFFER for one in held):
            raise EnrolmentError("renew_early")

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """The certificates, and a new personal seal for each person, since a seal lists its holder's certificate.

        Raises:
            EnrolmentError: as `check`.
            NotAllowedError, SigningError: this station cannot certify it.
        """
        station, wanted = document.content.station, list[tuple[CertificateProfile, bytes]]()
        for key in document.content.keys:
            wanted.append((self._held(station, key, now).profile, key.public))
        certificates = self._bench.issuer.certify(wanted, now)
        people = [one for one in certificates if one.usage == "person"]
        return Issued(station, certificates, self._bench.issuer.personal_seals(people, now))

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """Nothing more follows."""

    def _held(self, station: str, key: RequestKey, now: datetime) -> Certificate:
        """The newest certificate of this key that says the same.

        Raises:
            EnrolmentError: as `check`.
        """
        held = [one for one in self._of(station) if one.public_key == key.public and _says(one, key)]
        if not held:
            raise EnrolmentError("renew_other", name=key.name)
        if any(self._bench.station.trust.revoked(one) for one in held):
            raise EnrolmentError("renew_revoked", name=key.name)
        newest = max(held, key=lambda one: one.not_after)
        if now > newest.not_after + timedelta(days=GRACE_DAYS):
            raise EnrolmentError("renew_late", name=key.name)
        return newest

    def _of(self, station: str) -> Iterator[Certificate]:
        trust = self._bench.station.trust
        for row in self._bench.store.certificates.all("certificate"):
            certificate = trust.get(row.digest)
            if certificate.station == station:
                try:
                    trust.path(certificate)
                except SigningError:
                    continue
                yield certificate


class Renewal:
    """This station's side: looks what ends, and asks. `ask` sends a request to where it is granted."""

    def __init__(self, station: Station, store: Store, program: str, ask: Callable[[bytes, datetime], None]) -> None:
        self._station = station
        self._store = store
        self._program = program
        self._ask = ask

    def run(self, now: datetime) -> None:
        """A chore: ask when something ends soon, and again every week as long as nothing comes."""
        ending = self.ending(now)
        if not ending or self._has_asked(ending, now):
            return
        data = self.request(now)
        self._store.meta.set(ASKED, " ".join((to_text(now), *sorted(one.digest for one, _ in ending))))
        self._ask(data, now)

    def ending(self, now: datetime) -> tuple[tuple[Certificate, str | None], ...]:
        """This station's certificates, and its people's with their login names, that end within 60 days and can be renewed."""
        limit = timedelta(days=GRACE_DAYS)
        return tuple((one, who) for one, who in self._own() if one.not_after - now <= ENDS_SOON and now <= one.not_after + limit)

    def request(self, now: datetime) -> bytes:
        """The request (申请) for what ends: always with the station's signing key, which shows who asks."""
        sign = self._station.signer.certificate
        wanted = {sign.digest: (sign, None)} | {one.digest: (one, who) for one, who in self.ending(now)}
        keys = tuple(
            RequestKey(usage=one.usage, public=one.public_key, name=one.name, division=one.division, roles=one.roles, person=who)
            for one, who in wanted.values()
        )
        content = Request(kind=KIND, station=self._station.station, keys=keys, program=self._program, made_at=now.replace(microsecond=0))
        return to_bytes(content, [(None, self._station.signer.sign), (sign.digest, self._station.signer.sign)])

    def _own(self) -> Iterator[tuple[Certificate, str | None]]:
        for usage in STATION_USAGES:
            digest = self._store.meta.get(OWN + usage)
            # A county's own authority is under the root, whose key is put away.
            if digest and not (usage == "authority" and self._station.tier == "county"):
                yield from self._standing(digest, None)
        for person in self._store.people.all():
            if person.disabled or person.certificate is None or person.key_name is None:
                continue
            for digest in (person.certificate, *self._store.person_certificates.of(person.name).values()):
                yield from self._standing(digest, person.name)

    def _standing(self, digest: str, who: str | None) -> Iterator[tuple[Certificate, str | None]]:
        try:
            certificate = self._station.trust.get(digest)
            self._station.trust.path(certificate)
        except SigningError:
            return
        if not self._station.trust.revoked(certificate) and certificate.station == self._station.station:
            yield certificate, who

    def _has_asked(self, ending: tuple[tuple[Certificate, str | None], ...], now: datetime) -> bool:
        moment, _, digests = (self._store.meta.get(ASKED) or "").partition(" ")
        if not moment:
            return False
        asked_for = set(digests.split())
        return asked_for.issuperset(one.digest for one, _ in ending) and timedelta() <= now - from_text(moment) < ASK_AGAIN


def _says(certificate: Certificate, key: RequestKey) -> bool:
    return (certificate.usage, certificate.name, certificate.division, certificate.roles) == (
        key.usage,
        key.name,
        key.division,
        tuple(sorted(set(key.roles))),
    )
