"""Seals of a file judged one by one and put into words that a finding has: used for letters and for documents alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from node.casework.seal_rules import Applied
from node.evidence.findings import SealFinding
from node.evidence.grounds import Dated
from node.evidence.rules import Objection
from signing.algorithms import Suite
from signing.errors import SigningError
from signing.report import Missing, Register
from signing.seal import LETTER_PROPERTY, SealSignature, kind_of, parse_signature
from signing.trust import TrustStore
from signing.verify import SealPolicy, SealReport, verify_signature

UNDATED = Dated((None, None), None, "")


@dataclass(frozen=True)
class Judged:
    """A seal signature with its report; `signed` is None where it cannot be read."""

    report: SealReport
    signed: SealSignature | None
    dated: Dated
    event: str

    @property
    def applied(self) -> Applied | None:
        """Signer and seal, for the rules between seals."""
        return Applied(self.signed.signer, self.signed.seal) if self.signed else None

    def finding(self) -> SealFinding:
        """It as pages and commands show it."""
        signed = self.signed
        if signed is None:
            return SealFinding(signer="", organ="", tier="", kind="", seal_name="", event=self.event, time_claimed=None, report=self.report)
        signer, seal = signed.signer, signed.seal
        return SealFinding(
            signer=signer.name,
            organ=signer.station or signer.division,
            tier=signer.tier,
            kind=kind_of(seal.seal_id) or ("person" if signer.usage == "person" else "unit"),
            seal_name=seal.name,
            event=self.event,
            time_claimed=signed.at,
            time_proven=self.dated.proven,
            proof=self.dated.proof,
            picture=seal.picture,
            report=self.report,
        )


@dataclass(frozen=True)
class Judge:
    """Judges whole seal signatures under one trust store and one register."""

    suite: Suite
    trust: TrustStore
    register: Register | None = None
    missing: Missing = "undetermined"

    def judge(self, data: bytes, content: bytes | None, dated: Dated, event: str, property_info: str = LETTER_PROPERTY) -> Judged:
        """The twelve steps of a SES_Signature (not trusted) on `content`."""
        policy = SealPolicy(property_info=property_info, register=self.register, missing=self.missing)
        report = verify_signature(self.suite, self.trust, data, content, dated.proven, policy, dated.first_receipt)
        return Judged(report, self._read(data), dated, event)

    def _read(self, data: bytes) -> SealSignature | None:
        try:
            return parse_signature(self.suite, data)
        except SigningError:
            return None


def objected(judged: Sequence[Judged], objection: Objection | None) -> tuple[Judged, ...]:
    """The seals of one act with what the rules between seals say, in step 12 of the one that is meant, or of all."""
    if objection is None:
        return tuple(judged)
    return tuple(
        replace(one, report=one.report.with_policy("invalid", objection.code, objection.facts)) if objection.place in (None, place) else one
        for place, one in enumerate(judged)
    )
