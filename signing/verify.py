"""Judging a seal signature in twelve steps, each reported; there is no single yes or no to ask for instead.

 1 form       DER strict, versions 4 and 4, "ES", nothing after it
 2 algorithm  both signature algorithms are the suite's
 3 signature  over the original TBS_Sign bytes, by the signer's certificate
 4 listed     the signer's certificate is among the seal's holders
 5 seal       the maker's signature over the original SES_SealInfo bytes
 6 maker      path, in force when the seal was made, not revoked, a seal maker's, above the signer
 7 signer     path, in force inside the proven interval, not revoked at the first receipt, a usage that may seal
 8 time       seal and certificate in force at the time; a claimed time outside the proven interval is undetermined: `clock`,
              and so is one that no other station's receipt bounds from above: `unproven`
 9 content    the digest is the content's
10 timestamp  none here; one that is there is not verified
11 status     the seal register has no entry against it
12 policy     the seal is of the organ expected, for the purpose expected

The proven interval (earliest, latest) comes from receipts of other stations. No clock is trusted to refuse: only that interval is.

Source: GB/T 38540-2020, clause on verification, made stricter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.errors import BadSignatureError, CertificateError, MalformedError, SealError, UnknownSignerError
from signing.seal import (
    LETTER_PROPERTY,
    CompactSeal,
    Seal,
    SealSignature,
    expand,
    is_made_by_its_maker,
    may_make,
    parse_seal,
    parse_signature,
)
from signing.trust import GRACE_DAYS, Interval, TrustStore, shifted

Verdict = Literal["valid", "invalid", "undetermined", "not_applicable"]
Seals = Mapping[str, bytes] | Callable[[str], bytes | None]
"""Where seals are found by digest, as DER."""

STEPS = ("form", "algorithm", "signature", "listed", "seal", "maker", "signer", "time", "content", "timestamp", "status", "policy")
"""The names of steps 1 to 12."""

_CLOCK_TOLERANCE = timedelta(minutes=10)
_GRACE = timedelta(days=GRACE_DAYS)
_COMPROMISED = ("key_compromise", "ca_compromise")


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

    def require(self) -> None:
        """Return unless a step is invalid.

        Raises:
            SealError: the first invalid step and its code.
        """
        problem = self.first_problem
        if problem and problem.verdict == "invalid":
            raise SealError(problem.number, problem.code)


@dataclass(frozen=True)
class SealStatus:
    """An entry of the seal register against a seal: `revoked`, `replaced` or `lost`, and since when."""

    state: str
    since: datetime


@dataclass(frozen=True)
class SealPolicy:
    """What else is asked of a seal signature: who may sign, the organ whose seal it must be (a prefix of its id), purpose, register."""

    usages: frozenset[str] = frozenset({"person", "organ"})
    organ: str | None = None
    property_info: str = LETTER_PROPERTY
    register: Callable[[Seal], SealStatus | None] | None = None


_ANY_SEAL = SealPolicy()


def verify_compact(
    suite: Suite,
    trust: TrustStore,
    seals: Seals,
    compact: CompactSeal,
    content: bytes,
    proven: Interval,
    policy: SealPolicy = _ANY_SEAL,
    first_receipt: datetime | None = None,
) -> SealReport:
    """Judge a compact seal (not trusted) on `content`.

    `first_receipt` is when the first other station received it, where that is known to be before `proven` ends: revocation is judged then.

    Raises:
        UnknownSignerError: the seal, the certificate or an issuer of one is not here yet.
    """
    signer = trust.get(compact.signer)
    found = seals(compact.seal) if callable(seals) else seals.get(compact.seal)
    if found is None:
        raise UnknownSignerError(compact.seal)
    try:
        seal = parse_seal(suite, found)
    except (MalformedError, SealError) as error:
        return _not_read(error)
    if seal.digest != compact.seal:
        raise UnknownSignerError(compact.seal)
    return _judge(suite, trust, expand(suite, seal, signer, compact, content), content, proven, policy, first_receipt)


def verify_signature(
    suite: Suite, trust: TrustStore, data: bytes, content: bytes, proven: Interval, policy: SealPolicy = _ANY_SEAL
) -> SealReport:
    """Judge a full SES_Signature (DER, not trusted) on `content`.

    Raises:
        UnknownSignerError: an issuer of its certificates is not here yet.
    """
    try:
        signed = parse_signature(suite, data)
    except (MalformedError, SealError) as error:
        return _not_read(error)
    return _judge(suite, trust, signed, content, proven, policy)


def _not_read(error: MalformedError | SealError) -> SealReport:
    code = error.code if isinstance(error, SealError) else "malformed"
    first = Step(1, STEPS[0], "invalid", code, {"why": str(error)})
    return SealReport((first, *(Step(number, STEPS[number - 1], "not_applicable") for number in range(2, 13))))


@dataclass(frozen=True)
class _Matter:
    """One seal signature being judged."""

    suite: Suite
    trust: TrustStore
    signed: SealSignature
    content: bytes
    proven: Interval
    policy: SealPolicy
    first_receipt: datetime | None = None

    @property
    def moment(self) -> datetime:
        """When it was first received elsewhere; while it was not, when it claims to be made."""
        return self.first_receipt or self.proven[1] or self.signed.at


_Finding = tuple[Verdict, str, dict[str, str]]
_VALID: _Finding = ("valid", "", {})


def _invalid(code: str, **evidence: str) -> _Finding:
    return "invalid", code, evidence


def _judge(
    suite: Suite,
    trust: TrustStore,
    signed: SealSignature,
    content: bytes,
    proven: Interval,
    policy: SealPolicy,
    first_receipt: datetime | None = None,
) -> SealReport:
    matter = _Matter(suite, trust, signed, content, proven, policy, first_receipt)
    steps = []
    for number, (name, judge) in enumerate(zip(STEPS, _JUDGES, strict=True), start=1):
        steps.append(Step(number, name, *judge(matter)))
    return SealReport(tuple(steps))


def _form(matter: _Matter) -> _Finding:
    return _VALID  # Parsing has judged it: what does not parse never gets here.


def _algorithm(matter: _Matter) -> _Finding:
    wanted = matter.suite.signature_oid
    return _VALID if matter.signed.algorithm == matter.signed.seal.algorithm == wanted else _invalid("not_of_suite")


def _signature(matter: _Matter) -> _Finding:
    signed = matter.signed
    try:
        matter.suite.verify(signed.signer.public_key, signed.tbs, signed.signature)
    except BadSignatureError:
        return _invalid("bad_signature", signer=signed.signer.digest)
    return _VALID


def _listed(matter: _Matter) -> _Finding:
    signed = matter.signed
    if signed.seal.lists(matter.suite, signed.signer):
        return _VALID
    return _invalid("not_listed", signer=signed.signer.digest, seal_id=signed.seal.seal_id)


def _seal(matter: _Matter) -> _Finding:
    seal = matter.signed.seal
    return _VALID if is_made_by_its_maker(matter.suite, seal.der) else _invalid("bad_signature", maker=seal.maker.digest)


def _maker(matter: _Matter) -> _Finding:
    seal, signer = matter.signed.seal, matter.signed.signer
    maker = seal.maker
    if maker.usage != "seal_maker":
        return _invalid("not_a_seal_maker", maker=maker.digest)
    if not may_make(maker, seal.kind) or not maker.covers(signer):
        return _invalid("outside_maker", maker=maker.digest)
    try:
        matter.trust.path(maker, (seal.created_at, seal.created_at), grace_days=0)
        revocation = matter.trust.revoked_before(maker, matter.moment)
    except CertificateError as error:
        return _invalid(error.code, certificate=error.digest)
    # A maker that retired leaves good seals behind; one whose key was stolen leaves none, since a forger can date a seal back.
    if revocation and (revocation.reason in _COMPROMISED or revocation.at <= seal.created_at):
        return _invalid("revoked", reason=revocation.reason, at=revocation.at.isoformat())
    return _VALID


def _signer(matter: _Matter) -> _Finding:
    signer = matter.signed.signer
    if signer.usage not in matter.policy.usages:
        return _invalid("usage", usage=signer.usage)
    try:
        matter.trust.path(signer, _interval(matter))
        revocation = matter.trust.revoked_before(signer, matter.moment)
    except CertificateError as error:
        return _invalid(error.code, certificate=error.digest)
    if revocation:
        return _invalid("revoked", reason=revocation.reason, at=revocation.at.isoformat())
    return _VALID


def _interval(matter: _Matter) -> Interval:
    """The proven interval; where nothing is proven yet, the claimed time."""
    return (matter.signed.at, matter.signed.at) if matter.proven == (None, None) else matter.proven


def _time(matter: _Matter) -> _Finding:
    seal, at = matter.signed.seal, matter.signed.at
    earliest, latest = _interval(matter)
    # Without a receipt before it, a seal may have been used up to the grace earlier, but not later than that.
    credible_from = earliest or (shifted(latest, -_GRACE) if latest else at)
    if (latest and latest < seal.valid_from) or credible_from > seal.valid_to:
        return _invalid("seal_not_in_force", valid_from=seal.valid_from.isoformat(), valid_to=seal.valid_to.isoformat())
    too_early = earliest is not None and at < shifted(earliest, -_CLOCK_TOLERANCE)
    too_late = latest is not None and at > shifted(latest, _CLOCK_TOLERANCE)
    claimed = _claimed_time(seal, matter.signed.signer, at)
    if too_early or too_late or (claimed[0] == "invalid" and at < shifted(credible_from, -_CLOCK_TOLERANCE)):
        return "undetermined", "clock", {"claimed": at.isoformat()}
    if matter.proven[1] is None and claimed == _VALID:
        return "undetermined", "unproven", {"claimed": at.isoformat()}
    return claimed


def _claimed_time(seal: Seal, signer: Certificate, at: datetime) -> _Finding:
    if not seal.valid_from <= at <= seal.valid_to:
        return _invalid("outside_seal", claimed=at.isoformat(), valid_from=seal.valid_from.isoformat(), valid_to=seal.valid_to.isoformat())
    if not signer.not_before <= at <= shifted(signer.not_after, _GRACE):
        return _invalid("outside_certificate", claimed=at.isoformat(), not_after=signer.not_after.isoformat())
    return _VALID


def _content(matter: _Matter) -> _Finding:
    return _VALID if matter.signed.data_hash == matter.suite.hash(matter.content) else _invalid("other_content")


def _timestamp(matter: _Matter) -> _Finding:
    if matter.signed.timestamp is None:
        return "not_applicable", "", {}
    return "undetermined", "timestamp_not_verified", {}


def _status(matter: _Matter) -> _Finding:
    if matter.policy.register is None:
        return "not_applicable", "", {}
    entry = matter.policy.register(matter.signed.seal)
    if entry and entry.since <= matter.moment:
        return _invalid(entry.state, since=entry.since.isoformat())
    return _VALID


def _policy(matter: _Matter) -> _Finding:
    signed, policy = matter.signed, matter.policy
    if signed.property_info != policy.property_info:
        return _invalid("other_purpose", property_info=signed.property_info)
    if policy.organ is not None and not signed.seal.seal_id.startswith(policy.organ):
        return _invalid("other_organ", seal_id=signed.seal.seal_id, organ=policy.organ)
    return _VALID


_JUDGES: tuple[Callable[[_Matter], _Finding], ...] = (
    _form,
    _algorithm,
    _signature,
    _listed,
    _seal,
    _maker,
    _signer,
    _time,
    _content,
    _timestamp,
    _status,
    _policy,
)
