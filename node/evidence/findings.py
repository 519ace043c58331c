"""What verification found in a file: plain facts by seal and step, and what is wrong with the file as a whole. Never one yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.clock import to_text
from signing.seal_image import Picture
from signing.trust import Interval
from signing.verify import SealReport

UNPROVEN: Interval = (None, None)


@dataclass(frozen=True, kw_only=True)
class SealFinding:
    """One seal of the file: who, for which organ, at which tier, which kind, on what, when, and the twelve steps.

    `organ` is a station or division code. `event` is the letter's kind, or the field of a document. `proof` says what the proven time
    comes from: `receipts` of the file, the `station`'s own records, or nothing.
    """

    signer: str
    organ: str
    tier: str
    kind: str
    seal_name: str
    event: str
    time_claimed: datetime | None
    time_proven: Interval = UNPROVEN
    proof: str = ""
    picture: Picture | None = field(default=None, repr=False)
    report: SealReport

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` prints it."""
        earliest, latest = self.time_proven
        return {
            "signer": self.signer,
            "organ": self.organ,
            "tier": self.tier,
            "kind": self.kind,
            "seal_name": self.seal_name,
            "event": self.event,
            "time_claimed": to_text(self.time_claimed) if self.time_claimed else None,
            "time_proven": [to_text(one) if one else None for one in (earliest, latest)],
            "proof": self.proof,
            "verdict": self.report.verdict,
            "steps": [
                {
                    "number": step.number,
                    "name": step.name,
                    "verdict": step.verdict,
                    "evidence": ({"code": step.code} if step.code else {}) | dict(step.evidence),
                }
                for step in self.report.steps
            ],
        }


@dataclass(frozen=True, kw_only=True)
class FileFinding:
    """What was found in a file: `problems` are (code, what) of the file as a whole, apart from its seals.

    `kind` is `export`, `pdf`, `ofd`, `seal` or `signature`; `documents` are the sealed documents inside an export.
    """

    file: str
    kind: str = "export"
    case: str = ""
    seals: tuple[SealFinding, ...]
    problems: tuple[tuple[str, str], ...]
    root_pinned: bool
    documents: tuple["FileFinding", ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """`invalid` for any problem or bad seal; `undetermined` when the root was not given, or a seal is so."""
        verdicts = {one.report.verdict for one in self.seals} | {one.verdict for one in self.documents}
        if self.problems or "invalid" in verdicts or not self.seals:
            return "invalid"
        return "undetermined" if "undetermined" in verdicts or not self.root_pinned else "valid"

    @property
    def why(self) -> tuple[str, str]:
        """(what, code) that decided: `root`, `problem`, `empty`, or the name of a step; empty where all is well."""
        if self.problems:
            return "problem", self.problems[0][0]
        if not self.seals:
            return "empty", ""
        reports = [seal.report for one in (self, *self.documents) for seal in one.seals]
        for verdict in ("invalid", "undetermined"):
            for report in reports:
                step = report.first_problem
                if step and step.verdict == verdict:
                    return step.name, step.code
            inner = next((one.why for one in self.documents if one.verdict == verdict), None)
            if inner:
                return inner
        return ("root", "") if not self.root_pinned else ("", "")

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` prints it."""
        return {
            "file": self.file,
            "kind": self.kind,
            "case": self.case,
            "verdict": self.verdict,
            "root_pinned": self.root_pinned,
            "seals": [one.to_json() for one in self.seals],
            "problems": [{"code": code, "what": what} for code, what in self.problems],
            "documents": [one.to_json() for one in self.documents],
            "facts": dict(self.facts),
        }
