"""A sample county (示例) with everybody's keys and seals, made once per suite."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from signing.algorithms import PrivateKey, Suite, suite
from signing.certificates import Certificate, CertificateProfile
from signing.issuing import enrol, issue_revocations
from signing.keys import FileSigner
from signing.revocations import Revocation
from signing.seal import CompactSeal, make_seal, sign_compact
from signing.seal_image import name_sample, round_sample
from signing.trust import TrustStore

COUNTY, TOWNSHIP, VILLAGE = "131025000000", "131025105000", "131025105201"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
CONTENT = b'yizhan letter 1\n{"kind":"submitted"}'
SUITES = ("gm", "p256")

PROFILES = {
    # who: (issuer, profile)
    "root": (None, CertificateProfile(usage="root", division=COUNTY, tier="county", name="示例县根")),
    "township": ("root", CertificateProfile(usage="authority", division=TOWNSHIP, tier="township", name="示例镇")),
    "agent": (
        "township",
        CertificateProfile(usage="person", division=VILLAGE, station=VILLAGE + "01", tier="village", name="示例代办员", roles=("agent",)),
    ),
    "reviewer": (
        "township",
        CertificateProfile(
            usage="person", division=TOWNSHIP, station=TOWNSHIP + "01", tier="township", name="示例审核员", roles=("reviewer",)
        ),
    ),
    "approver": (
        "root",
        CertificateProfile(
            usage="person", division=COUNTY, station=COUNTY + "01", tier="county", name="示例审批员", roles=("approver", "key_officer")
        ),
    ),
    "station": (
        "township",
        CertificateProfile(usage="station_sign", division=VILLAGE, station=VILLAGE + "01", tier="village", name="示例一村"),
    ),
    "reader": (
        "township",
        CertificateProfile(usage="station_encrypt", division=VILLAGE, station=VILLAGE + "01", tier="village", name="示例一村"),
    ),
    "county_maker": ("root", CertificateProfile(usage="seal_maker", division=COUNTY, tier="county", name="示例制章")),
    "township_maker": ("township", CertificateProfile(usage="seal_maker", division=TOWNSHIP, tier="township", name="示例镇制章")),
    "township_organ": ("township", CertificateProfile(usage="organ", division=TOWNSHIP, tier="township", name="示例镇人民政府")),
}


@dataclass(frozen=True)
class County:
    """Keys and certificates by name; seals by name."""

    suite: Suite
    private: dict[str, PrivateKey]
    certificates: dict[str, Certificate]
    seals: dict[str, bytes]

    def signer(self, who: str) -> FileSigner:
        return FileSigner(self.suite, self.private[who], self.certificates[who])

    def trust(self, *without: str) -> TrustStore:
        """A fresh trust store that has been given everybody's certificate but some."""
        trust = TrustStore(self.suite, self.certificates["root"].der)
        for name, certificate in self.certificates.items():
            if name not in without:
                trust.add(certificate.der)
        return trust

    def by_digest(self) -> dict[str, bytes]:
        return {self.suite.digest(der): der for der in self.seals.values()}

    def revoke(self, trust: TrustStore, issuer: str, who: str, at: datetime, reason: str = "key_compromise", number: int = 1) -> None:
        revocation = Revocation(self.certificates[who].serial, at, reason)
        trust.add_revocations(issue_revocations(self.suite, self.signer(issuer), number, [revocation], at, at + timedelta(days=30)))

    def sealed(self, who: str = "agent", seal: str = "agent", at: datetime = NOW, content: bytes = CONTENT) -> CompactSeal:
        return sign_compact(self.suite, self.signer(who), self.seals[seal], content, at)


@cache
def county(name: str) -> County:
    algorithms = suite(name)
    private: dict[str, PrivateKey] = {}
    certificates: dict[str, Certificate] = {}
    made = County(algorithms, private, certificates, {})
    for who, (issuer, profile) in PROFILES.items():
        private[who], certificates[who] = enrol(algorithms, made.signer(issuer) if issuer else None, profile, START, END)
    made.seals["agent"] = a_seal(made, "township_maker", VILLAGE + "01A1", "示例代办员", ["agent"], kind="person")
    made.seals["reviewer"] = a_seal(made, "township_maker", TOWNSHIP + "01A1", "示例审核员", ["reviewer"], kind="person")
    made.seals["township"] = a_seal(made, "county_maker", TOWNSHIP + "G1", "示例镇人民政府", ["township_organ", "reviewer"])
    return made


def a_seal(
    of: County,
    maker: str,
    seal_id: str,
    name: str,
    holders: list[str],
    kind: str = "",
    valid_from: datetime = START,
    valid_to: datetime = END,
) -> bytes:
    """A seal; of no `kind` named it is a unit's by the county's maker, and a personal one by the township's."""
    kind = kind or ("organ" if maker == "county_maker" else "person")
    return make_seal(
        of.suite,
        of.signer(maker),
        seal_id=seal_id,
        name=name,
        kind=kind,
        holders=[of.certificates[who] for who in holders],
        picture=round_sample(name) if kind == "organ" else name_sample(name),
        created_at=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def with_profile(who: str, **changes: object) -> CertificateProfile:
    return replace(PROFILES[who][1], **changes)  # type: ignore[arg-type]  # tests change one member at a time, by name


def flipped(data: bytes) -> Iterator[bytes]:
    """`data` with one byte changed, for every byte, twice: its lowest bit and its highest."""
    for place in range(len(data)):
        for bit in (0x01, 0x80):
            yield data[:place] + bytes((data[place] ^ bit,)) + data[place + 1 :]
