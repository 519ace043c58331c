"""Who this station (站点) is: its id, its keys, whom it trusts, and where the others are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from node.roles import Tier
from signing.algorithms import PrivateKey, Suite
from signing.canonical import canonical_bytes
from signing.envelope import verify_station
from signing.errors import CertificateError
from signing.keys import Signer
from signing.trust import GRACE_DAYS, TrustStore
from sync.routes import Directory

FOREVER = datetime.max.replace(tzinfo=UTC)


class Stations(Protocol):
    """Who there is: a register that learns, or the fixed list of a test."""

    @property
    def directory(self) -> Directory:
        """The stations as they are known now."""
        ...


@dataclass(frozen=True)
class Station:
    """One station with its own keys; made once, when the node is put together.

    `signer` signs parcels and receipts, `encryption_key` opens what is addressed here; both open unattended. `earlier_keys` open what
    is still addressed to the numbers that this station had before. `uscc` is its unit's credit code, empty where the settings name none.
    """

    station: str
    name: str
    tier: Tier
    suite: Suite
    trust: TrustStore
    stations: Stations
    signer: Signer
    encryption_key: PrivateKey
    earlier_keys: Mapping[str, PrivateKey] = field(default_factory=dict)
    uscc: str = ""

    @property
    def directory(self) -> Directory:
        """The stations of the county as they are known now."""
        return self.stations.directory

    def current(self, station: str) -> str:
        """The station that stands in this one's place today."""
        return self.directory.current(station)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of this station: its present one, and those that it had before."""
        return (self.station, *(one.station for one in self.directory.entries() if one.successor and self.is_me(one.station)))

    def is_neighbour(self, station: str) -> bool:
        """Whether this is the station right above, or one right below."""
        return station != self.station and station in (self.directory.parent_of(self.station), *self.directory.children(self.station))

    def is_me(self, station: str) -> bool:
        """Whether this is this station, by its present number or one that it had before."""
        return self.current(station) == self.station

    def is_county(self, station: str) -> bool:
        """Whether this is the county's station, by its present number or an earlier one."""
        path = self.path_of(self.station)
        return bool(path) and path[-1] == self.current(station) and self.tier_of(path[-1]) == Tier.COUNTY

    def path_of(self, origin: str) -> tuple[str, ...]:
        """The stations on the path of a case from `origin` up to the county."""
        return tuple(self.directory.path_of(origin))

    def name_of(self, station: str) -> str:
        """The name of a station, or its id when it is not known here."""
        entry = self.directory.entry(station)
        return entry.name if entry else station

    def tier_of(self, station: str) -> str:
        """The tier of a station, or an empty text when it is not known here."""
        entry = self.directory.entry(station)
        return entry.tier if entry else ""

    def check_station(self, signer: str, station: str, message: bytes, signature: bytes) -> None:
        """Return when `station` signed `message` and nothing known here speaks against its certificate.

        Dates are not looked at: this station's clock may be the wrong one, and what a parcel carries is sealed and dated itself.

        Raises:
            UnknownSignerError: its certificate or an issuer is not here yet.
            CertificateError: it is not that station's; `revoked`, it was taken back; `issuer_revoked`, an authority above it was, and no
                other one has certified its key again yet.
            BadSignatureError: it did not sign this.
        """
        certificate = verify_station(self.suite, self.trust, signer, station, message, signature, (None, None))
        if self.trust.revoked(certificate):
            raise CertificateError("revoked", certificate.digest)
        if self.trust.revoked_before(certificate, FOREVER):
            raise CertificateError("issuer_revoked", certificate.digest)

    def is_plausible(self, moment: datetime) -> bool:
        """Whether this station's clock can be right when it says `moment`: it is not before its own certificate, nor long after."""
        own = self.signer.certificate
        return own.not_before <= moment <= own.not_after + timedelta(days=GRACE_DAYS)

    def digest_of(self, value: Any) -> str:
        """The digest of a value's canonical JSON."""
        return self.suite.digest(canonical_bytes(value))
