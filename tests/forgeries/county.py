"""A sample county (示例) for forgers: everybody's keys and seals, and those of some who should have none. Made once per suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from signing import der
from signing.algorithms import PrivateKey, Suite, suite
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.issuing import enrol, issue
from signing.keys import FileSigner
from signing.revocations import Revocation
from signing.seal import make_seal, parse_seal
from signing.seal_image import name_sample, round_sample

COUNTY, TOWNSHIP, VILLAGE = "131025000000", "131025105000", "131025105201"
OTHER_TOWNSHIP, OTHER_VILLAGE = "131025106000", "131025105202"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SUITES = ("gm", "p256")


def _person(division: str, tier: str, name: str, *roles: str) -> CertificateProfile:
    return CertificateProfile(usage="person", division=division, station=division + "01", tier=tier, name=name, roles=roles)


def _of(usage: str, division: str, tier: str, name: str, *, at_station: bool = False) -> CertificateProfile:
    return CertificateProfile(usage=usage, division=division, tier=tier, name=name, station=division + "01" if at_station else "")


PROFILES: Mapping[str, tuple[str | None, CertificateProfile]] = {
    # who: (issuer, profile)
    "root": (None, _of("root", COUNTY, "county", "示例县根")),
    "township": ("root", _of("authority", TOWNSHIP, "township", "示例镇")),
    "other_township": ("root", _of("authority", OTHER_TOWNSHIP, "township", "示例二镇")),
    "county_maker": ("root", _of("seal_maker", COUNTY, "county", "示例制章")),
    "township_maker": ("township", _of("seal_maker", TOWNSHIP, "township", "示例镇制章")),
    "agent": ("township", _person(VILLAGE, "village", "示例代办员", "agent")),
    "head": ("township", _person(VILLAGE, "village", "示例负责人", "village_head")),
    "other_agent": ("township", _person(OTHER_VILLAGE, "village", "示例二村代办员", "agent")),
    "reviewer": ("township", _person(TOWNSHIP, "township", "示例审核员", "reviewer")),
    "other_reviewer": ("other_township", _person(OTHER_TOWNSHIP, "township", "示例二镇审核员", "reviewer")),
    "leader": ("township", _person(TOWNSHIP, "township", "示例分管", "leader")),
    "approver": ("root", _person(COUNTY, "county", "示例审批员", "approver")),
    "village_organ": ("root", _of("organ", VILLAGE, "village", "示例一村村民委员会")),
    "other_organ": ("root", _of("organ", OTHER_VILLAGE, "village", "示例二村村民委员会")),
    "township_organ": ("root", _of("organ", TOWNSHIP, "township", "示例镇人民政府")),
    "other_township_organ": ("root", _of("organ", OTHER_TOWNSHIP, "township", "示例二镇人民政府")),
    "county_organ": ("root", _of("organ", COUNTY, "county", "示例县行政审批局")),
    "village_station": ("township", _of("station_sign", VILLAGE, "village", "示例一村", at_station=True)),
    "township_station": ("root", _of("station_sign", TOWNSHIP, "township", "示例镇", at_station=True)),
    "county_station": ("root", _of("station_sign", COUNTY, "county", "示例县", at_station=True)),
}
UNIT_SEALS = {
    # seal: (its organ's certificate, kind in its number, name)
    "village_service": ("village_organ", "service", "示例一村便民服务专用章（样章）"),
    "village_unit": ("village_organ", "unit", "示例一村村民委员会（样章）"),
    "other_unit": ("other_organ", "service", "示例二村便民服务专用章（样章）"),
    "township_unit": ("township_organ", "unit", "示例镇人民政府（样章）"),
    "other_township_unit": ("other_township_organ", "unit", "示例二镇人民政府（样章）"),
    "county_approval": ("county_organ", "approval", "示例县行政审批专用章（样章）"),
}
PEOPLE = ("agent", "head", "other_agent", "reviewer", "other_reviewer", "leader", "approver")


@dataclass(frozen=True)
class County:
    """Keys and certificates by name; seals (DER) by name."""

    suite: Suite
    private: dict[str, PrivateKey] = field(repr=False)
    certificates: dict[str, Certificate] = field(repr=False)
    seals: dict[str, bytes] = field(repr=False)

    def signer(self, who: str) -> FileSigner:
        return FileSigner(self.suite, self.private[who], self.certificates[who])

    def copy(self) -> "County":
        """One that a forger may add to."""
        return County(self.suite, dict(self.private), dict(self.certificates), dict(self.seals))

    def certify(self, who: str, issuer: str | None, profile: CertificateProfile, start: datetime = START, end: datetime = END) -> None:
        self.private[who], self.certificates[who] = enrol(self.suite, self.signer(issuer) if issuer else None, profile, start, end)

    def forge_certificate(self, who: str, issuer: str, profile: CertificateProfile) -> None:
        """A certificate that the issuer had no right to: made as the county's root would, with the issuer's name and key."""
        key = self.suite.generate()
        named, root = self.certificates[issuer], self.certificates["root"]
        posing = replace(root, subject=named.subject, key_id=named.key_id, public_key=named.public_key, digest=named.digest, der=named.der)
        by = FileSigner(self.suite, self.private[issuer], posing)
        self.private[who] = key
        self.certificates[who] = parse_certificate(self.suite, issue(self.suite, by, key.public, profile, START, END))

    def seal(self, name: str, who: str, *, seal_id: str, maker: str = "", kind: str = "organ", title: str = "", **dates: datetime) -> None:
        """Let a maker make a seal for one holder."""
        title = title or self.certificates[who].name
        start, end = dates.get("valid_from", START), dates.get("valid_to", END)
        self.seals[name] = make_seal(
            self.suite,
            self.signer(maker or ("county_maker" if kind == "organ" else "township_maker")),
            seal_id=seal_id,
            name=title,
            kind=kind,
            holders=[self.certificates[who]],
            picture=round_sample(title) if kind == "organ" else name_sample(title),
            created_at=dates.get("created_at", start),
            valid_from=start,
            valid_to=end,
        )

    def remade(self, name: str, maker: str, info: bytes | None = None, maker_der: bytes | None = None, algorithm: bytes = b"") -> bytes:
        """That seal's content (or another) with another maker's signature and certificate."""
        info = info or parse_seal(self.suite, self.seals[name]).info
        certificate = maker_der or self.certificates[maker].der
        signature = self.signer(maker).sign(info)
        return der.sequence(info, der.octets(certificate), algorithm or self.suite.signature_oid, der.bits(signature))

    def revocation(self, who: str, at: datetime, reason: str = "key_compromise") -> Revocation:
        return Revocation(self.certificates[who].serial, at, reason)


@cache
def honest_county(name: str) -> County:
    """Nobody has forged anything yet; copy it before you do."""
    made = County(suite(name), {}, {}, {})
    for who, (issuer, profile) in PROFILES.items():
        made.certify(who, issuer, profile)
    for who in PEOPLE:
        maker = "county_maker" if who in ("approver", "other_reviewer") else "township_maker"
        made.seal(who, who, seal_id=f"{made.certificates[who].station}-person-{who}", maker=maker, kind="person")
    for name_of_seal, (who, kind, title) in UNIT_SEALS.items():
        made.seal(name_of_seal, who, seal_id=f"{made.certificates[who].division}01-{kind}-1", title=title)
    return made


@cache
def foreign_county(name: str) -> County:
    """Another county with the same names: its root is somebody else's."""
    made = County(suite(name), {}, {}, {})
    for who in ("root", "township", "county_maker", "township_maker", "agent", "approver", "county_organ"):
        made.certify(who, PROFILES[who][0], PROFILES[who][1])
    return made
