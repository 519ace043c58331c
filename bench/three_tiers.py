"""A case's three acts and their six seals, as letters carry them: agent and service, reviewer and unit, approver and unit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from signing.algorithms import Suite, suite
from signing.certificates import CertificateProfile, parse_certificate
from signing.issuing import enrol, issue_revocations
from signing.keys import FileSigner
from signing.revocations import Revocation
from signing.seal import CompactSeal, is_made_by_its_maker, make_seal, parse_seal, sign_compact
from signing.seal_image import name_sample, round_sample
from signing.trust import TrustStore
from signing.verify import verify_compact

COUNTY, TOWNSHIP, VILLAGE = "131025000000", "131025105000", "131025105201"
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ACTS = (
    # division, tier, role, kind of the unit's seal
    (VILLAGE, "village", "agent", "service"),
    (TOWNSHIP, "township", "reviewer", "unit"),
    (COUNTY, "county", "approver", "unit"),
)


@dataclass(frozen=True)
class Act:
    """What one letter's seals cover, and the seals."""

    content: bytes
    seals: tuple[CompactSeal, ...]


@dataclass(frozen=True)
class ThreeTiers:
    """Everything that a verifier is given."""

    suite: Suite
    root: bytes
    certificates: tuple[bytes, ...]
    revocations: tuple[bytes, ...]
    seals: dict[str, bytes]
    acts: tuple[Act, ...]

    def trust(self) -> TrustStore:
        """All certificates and lists read and proven anew."""
        trust = TrustStore(self.suite, self.root)
        for certificate in self.certificates:
            trust.add(certificate)
        for listed in self.revocations:
            trust.add_revocations(listed)
        return trust

    def verify(self, trust: TrustStore) -> None:
        """Twelve steps for each of the six seals.

        Raises:
            RuntimeError: one is not valid.
        """
        for act in self.acts:
            for one in act.seals:
                report = verify_compact(self.suite, trust, self.seals, one, act.content, (None, AT + timedelta(hours=1)))
                if report.verdict != "valid":
                    raise RuntimeError(str(report.first_problem))

    def forget(self) -> None:
        """Take away what the program remembers between two cases."""
        parse_certificate.cache_clear()
        parse_seal.cache_clear()
        is_made_by_its_maker.cache_clear()


def make(name: str) -> ThreeTiers:
    """The case, with new keys, in a suite."""
    made = _Making(suite(name))
    acts = tuple(made.act(*act) for act in ACTS)
    certificates = tuple(one.certificate.der for one in made.signers.values())
    return ThreeTiers(made.suite, made.root.certificate.der, certificates, made.lists(), made.seals, acts)


class _Making:
    def __init__(self, algorithms: Suite) -> None:
        self.suite = algorithms
        self.seals: dict[str, bytes] = {}
        self.signers: dict[str, FileSigner] = {}
        self.root = self._enrolled(None, "root", COUNTY, "county")
        self.township = self._enrolled(self.root, "authority", TOWNSHIP, "township")
        self._maker = self._enrolled(self.root, "seal_maker", COUNTY, "county")

    def _enrolled(self, issuer: FileSigner | None, usage: str, division: str, tier: str, role: str = "") -> FileSigner:
        station = f"{division}01" if usage == "person" else ""
        profile = CertificateProfile(
            usage=usage, division=division, tier=tier, station=station, name=f"示例{usage}", roles=(role,) if role else ()
        )
        signer = FileSigner(self.suite, *enrol(self.suite, issuer, profile, SINCE, UNTIL))
        self.signers[signer.certificate.digest] = signer
        return signer

    def act(self, division: str, tier: str, role: str, kind: str) -> Act:
        """A letter's content, sealed by a person and with the unit's seal."""
        above = self.root if tier == "county" else self.township
        person = self._enrolled(above, "person", division, tier, role)
        organ = self._enrolled(above, "organ", division, tier)
        content = f"yizhan letter 1\n{tier}".encode() * 100
        seals = [self._sealed(person, f"{division}01-person-1", "person", content)]
        return Act(content, (*seals, self._sealed(organ, f"{division}01-{kind}-1", "organ", content)))

    def _sealed(self, holder: FileSigner, seal_id: str, kind: str, content: bytes) -> CompactSeal:
        seal = make_seal(
            self.suite,
            self._maker,
            seal_id=seal_id,
            name="示例（样章）",
            kind=kind,
            holders=[holder.certificate],
            picture=name_sample("示例") if kind == "person" else round_sample("示例（样章）"),
            created_at=SINCE,
            valid_from=SINCE,
            valid_to=UNTIL,
        )
        self.seals[self.suite.digest(seal)] = seal
        return sign_compact(self.suite, holder, seal, content, AT)

    def lists(self) -> tuple[bytes, ...]:
        """A list of each authority, with fifty serials that nobody here has."""
        revoked = [Revocation(serial, SINCE, "superseded") for serial in range(1, 51)]
        return tuple(issue_revocations(self.suite, by, 1, revoked, SINCE, UNTIL) for by in (self.root, self.township))
