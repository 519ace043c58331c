"""A county's station that signs releases, out of the sample county."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from signing.algorithms import Suite
from signing.certificates import CertificateProfile
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.trust import TrustStore
from tests.signing.county import COUNTY, END, START, County, county

PROFILES: Mapping[str, CertificateProfile] = {
    "county": CertificateProfile(usage="station_sign", division=COUNTY, station=COUNTY + "01", tier="county", name="示例县"),
}


@dataclass(frozen=True)
class Signing:
    """Who signs, and whom a station trusts that knows nothing but the root."""

    made: County
    signer: FileSigner

    @property
    def suite(self) -> Suite:
        return self.made.suite

    def trust(self) -> TrustStore:
        return TrustStore(self.suite, self.made.certificates["root"].der)


@cache
def signing(suite: str = "p256", until: datetime = END) -> Signing:
    """The county's station of a suite."""
    made = county(suite)
    private, certificate = enrol(made.suite, made.signer("root"), PROFILES["county"], START, until)
    return Signing(made, FileSigner(made.suite, private, certificate))
