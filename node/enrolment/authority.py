"""The authority (签发机构) of a county or township: what it has certified, what it takes back, and its numbered revocation lists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.clock import Clock, to_text
from node.enrolment.issuing import AUTHORITY, OWN, IssuingKeys
from node.enrolment.notices import Notices
from node.enrolment.recertification import note_known
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from signing.certificates import Certificate
from signing.errors import UnknownSignerError
from signing.issuing import issue_revocations
from signing.revocations import REASONS, Revocation, RevocationList
from signing.trust import GRACE_DAYS

LIST_LASTS = timedelta(days=90)
REISSUE_BEFORE_END = timedelta(days=30)
LISTS_OF_ONE_NUMBER = 1 << 20
"""More than a station makes under one of its numbers."""

ENDS_SOON = timedelta(days=60)
CLOCK_TOLERANCE = timedelta(minutes=10)
STATION_USAGES = ("station_sign", "station_encrypt", "authority", "seal_maker")
COMPROMISED = ("key_compromise", "ca_compromise")


@dataclass(frozen=True)
class Held:
    """A certificate that is known here; `state` is `good`, `ending`, `ended` or `revoked`. `is_mine`: this authority issued it."""

    certificate: Certificate
    state: str
    revocation: Revocation | None
    is_mine: bool
    is_own: bool


class Authority:
    """What this station has certified and may take back; a village has nothing. `judge_again` looks at the letters under a new list."""

    def __init__(
        self,
        station: Station,
        store: Store,
        keys: IssuingKeys,
        notices: Notices,
        clock: Clock,
        judge_again: Callable[[Sequence[bytes]], None],
    ) -> None:
        self._station = station
        self._store = store
        self._keys = keys
        self._notices = notices
        self._clock = clock
        self._judge_again = judge_again

    @property
    def certificate(self) -> Certificate | None:
        """The authority's certificate, None where there is none."""
        return self._keys.own_certificate(AUTHORITY) if self._keys.has(AUTHORITY) else None

    def known(self) -> tuple[Held, ...]:
        """Every certificate that is known here and proven, those that end soonest first, those that are over last."""
        mine = self.certificate
        own = {self._store.meta.get(OWN + usage) for usage in (*STATION_USAGES, "organ")}
        held: list[Held] = []
        for certificate in self.certificates():
            if certificate.usage == "root" or not self._station.trust.proves(certificate):
                continue
            revocation = self._station.trust.revoked(certificate)
            is_mine = mine is not None and certificate.issuer_key_id == mine.key_id
            held.append(Held(certificate, self._state(certificate, revocation), revocation, is_mine, certificate.digest in own))
        return tuple(sorted(held, key=lambda one: (one.state in ("ended", "revoked"), one.certificate.not_after, one.certificate.digest)))

    def state_of(self, digest: str) -> str:
        """The state of one certificate, as `Held` names it; empty when it is not known here or not proven."""
        try:
            certificate = self._station.trust.get(digest)
        except UnknownSignerError:
            return ""
        return self._state(certificate, self._station.trust.revoked(certificate)) if self._station.trust.proves(certificate) else ""

    def certificates(self) -> list[Certificate]:
        """All certificates that are kept here."""
        return [self._station.trust.get(row.digest) for row in self._store.certificates.all("certificate")]

    def revoke(self, digests: Sequence[str], reason: str, at: datetime | None = None, *, by: str) -> RevocationList:
        """Take certificates back from `at` on (now when None): the next list, kept, believed and sent to the neighbours.

        Raises:
            NotFoundError: `certificate`, it is not here.
            RequestError: `revoke_reason`, `revoke_time` it lies ahead or before the certificate.
            NotAllowedError: `not_issuer`, another authority issued it; `revoke_own`, it is this station's; `no_authority`.
        """
        now = self._clock.now().replace(microsecond=0)
        moment = now if at is None else at.replace(microsecond=0)
        if reason not in REASONS:
            raise RequestError("revoke_reason", given=reason)
        certificates = [self._revocable(digest, moment, now) for digest in dict.fromkeys(digests)]
        with self._store.transaction():
            note_known(self._store, self._station, certificates)
            listed = self._next_list([Revocation(one.serial, moment, reason) for one in certificates], now)
            for one in certificates:
                detail = {"reason": reason, "at": to_text(moment), "station": one.station, "usage": one.usage, "list": listed.number}
                self._store.audit.append(AuditRecord(now, by, "certificate_revoked", one.digest, detail))
            self._judge_again([listed.der])
        return listed

    def of_station(self, station: str, *, with_people: bool = False) -> tuple[str, ...]:
        """The digests of what this authority issued to a station and has not taken back: its keys, and on request its people's.

        A township's authority and seal maker bear no station number; they go with the township's first station that stands.
        """
        found: list[str] = []
        for held in self.known():
            certificate = held.certificate
            named = certificate.station == station and certificate.usage in (*STATION_USAGES, "organ")
            person = with_people and certificate.usage == "person" and certificate.station == station
            nameless = certificate.station == "" and certificate.division == station[:12] and certificate.usage in STATION_USAGES
            if held.is_mine and held.revocation is None and (named or person or nameless):
                found.append(certificate.digest)
        return tuple(found)

    def keep_fresh(self, now: datetime) -> None:
        """A chore: the list is made anew before it goes stale."""
        listed = self.newest_list()
        if listed is not None and listed.next_update - now <= REISSUE_BEFORE_END and self.certificate is not None:
            with self._store.transaction():
                self._next_list([], now.replace(microsecond=0))

    def newest_list(self) -> RevocationList | None:
        """The last list of this authority, None when it has taken nothing back."""
        certificate = self.certificate
        lists = self._station.trust.lists()
        return next((one for one in lists if certificate is not None and one.issuer_key_id == certificate.key_id), None)

    def _next_list(self, fresh: Iterable[Revocation], now: datetime) -> RevocationList:
        signer, before = self._keys.authority(), self.newest_list()
        entries: dict[int, Revocation] = {one.serial: one for one in before.revoked} if before else {}
        for revocation in fresh:
            known = entries.get(revocation.serial)
            # What was said once stands; only an earlier time or a worse reason says more.
            if known is None or revocation.at < known.at or (known.reason not in COMPROMISED and revocation.reason in COMPROMISED):
                entries[revocation.serial] = revocation
        # A station out of an older backup may not know its newest list: under its next number it begins far above.
        number = max((int(self._station.station[12:]) - 1) * LISTS_OF_ONE_NUMBER, before.number if before else 0) + 1
        data = issue_revocations(self._station.suite, signer, number, entries.values(), now, now + LIST_LASTS)
        return self._notices.publish(data, now)

    def _revocable(self, digest: str, moment: datetime, now: datetime) -> Certificate:
        try:
            certificate = self._station.trust.get(digest)
        except UnknownSignerError as error:
            raise NotFoundError("certificate", digest) from error
        if certificate.issuer_key_id != self._needed().key_id or not self._station.trust.proves(certificate):
            raise NotAllowedError("not_issuer")
        if certificate.station == self._station.station and certificate.usage != "person":
            raise NotAllowedError("revoke_own")
        if not certificate.not_before <= moment <= now + CLOCK_TOLERANCE:
            raise RequestError("revoke_time", since=to_text(certificate.not_before))
        return certificate

    def _needed(self) -> Certificate:
        certificate = self.certificate
        if certificate is None:
            raise NotAllowedError("no_authority")
        return certificate

    def _state(self, certificate: Certificate, revocation: Revocation | None) -> str:
        now = self._clock.now()
        if revocation is not None or self._station.trust.revoked_before(certificate, now + timedelta(days=GRACE_DAYS)):
            return "revoked"
        if certificate.not_after < now:
            return "ended"
        return "ending" if certificate.not_after - now <= ENDS_SOON else "good"
