"""What the twelve steps of `signing.verify` say: a verdict, a code and facts for each; and what a caller asks beside them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from signing.seal import LETTER_PROPERTY, Seal

Verdict = Literal["valid", "invalid", "undetermined", "not_applicable"]

STEPS = ("form", "algorithm", "signature", "listed", "seal", "maker", "signer", "time", "content", "timestamp", "status", "policy")
"""The names of steps 1 to 12."""

POLICY_STEP = 12
PATH_CODES = (
    "bad_signature", "foreign_root", "issuer_name", "issuer_usage", "authority_not_allowed", "outside_issuer", "not_yet_valid", "expired",
)  # fmt: skip
"""Why a certificate's path does not hold; `trust.TrustStore.path` raises them."""

STATES = ("made", "stopped", "lost", "replaced", "revoked")
"""States of the seal register that speak against a seal."""

CODES: Mapping[str, tuple[str, ...]] = {
    "form": ("malformed", "version", "critical_extension"),
    "algorithm": ("not_of_suite",),
    "signature": ("bad_signature",),
    "listed": ("not_listed",),
    "seal": ("bad_signature",),
    "maker": ("certificate", "not_a_seal_maker", "outside_maker", "revoked", "revoked_unproven", "issuer_missing", *PATH_CODES),
    "signer": ("certificate", "usage", "revoked", "revoked_unproven", "issuer_missing", *PATH_CODES),
    "time": ("seal_not_in_force", "outside_seal", "outside_certificate", "clock", "unproven", "seal_not_yet", "seal_expired"),
    "content": ("other_content", "no_content"),
    "timestamp": ("malformed", "other_signature", "timestamp_not_verified"),
    "status": (*STATES, "listed_unproven", "no_register"),
    "policy": ("other_purpose", "other_organ"),
}
"""The codes that each step may give, by the step's name."""

NOT_REACHED, SEAL_ALONE = "not_reached", "seal_alone"
"""Codes of any step that does not apply: an earlier one could not be read; there is a seal, and nothing that it was put on."""


@dataclass(frozen=True)
class Step:
    """What one step found: its number, its name, a verdict, a `code` where that is not `valid`, and facts."""

    number: int
    name: str
    verdict: Verdict
    code: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SealReport:
    """What all twelve steps found."""

    steps: tuple[Step, ...]

    @property
    def verdict(self) -> Literal["valid", "invalid", "undetermined"]:
        """The worst of the steps."""
        found = {step.verdict for step in self.steps}
        if "invalid" in found:
            return "invalid"
        return "undetermined" if "undetermined" in found else "valid"

    @property
    def first_problem(self) -> Step | None:
        """The first step that is invalid, else the first that is undetermined."""
        for verdict in ("invalid", "undetermined"):
            for step in self.steps:
                if step.verdict == verdict:
                    return step
        return None

    def with_policy(self, verdict: Verdict, code: str, evidence: Mapping[str, str]) -> "SealReport":
        """The same report with another finding in step 12, for rules that look at more than one seal; what was invalid there stays so."""
        before = self.steps[POLICY_STEP - 1]
        if before.verdict == "invalid" or before.code == NOT_REACHED:
            return self
        return SealReport((*self.steps[:-1], replace(before, verdict=verdict, code=code, evidence=evidence)))


@dataclass(frozen=True)
class SealStatus:
    """An entry of the seal register against a seal: a state of `STATES`, since when, and until when where it was lifted.

    `earlier` are entries before it, such as of a seal that was stopped twice.
    """

    state: str
    since: datetime
    until: datetime | None = None
    earlier: tuple["SealStatus", ...] = ()

    def stands(self, moment: datetime) -> bool:
        """Whether it, or an earlier one, speaks against the seal at `moment`."""
        if self.since <= moment and (self.until is None or moment < self.until):
            return True
        return any(one.stands(moment) for one in self.earlier)


Missing = Literal["wait", "undetermined", "invalid"]
Register = Callable[[Seal], SealStatus | None]
"""What the county's seal register says against a seal."""


@dataclass(frozen=True)
class SealPolicy:
    """What else is asked of a seal signature: who may sign, the organ whose seal it must be (a prefix of its id), purpose, register.

    `missing` says what becomes of a certificate whose issuer is not here: it is waited for (`UnknownSignerError`), step 6 or 7 is
    undetermined, or invalid, where whoever made the file had to bring all issuers.
    """

    usages: frozenset[str] = frozenset({"person", "organ"})
    organ: str | None = None
    property_info: str = LETTER_PROPERTY
    register: Register | None = None
    missing: Missing = "wait"
