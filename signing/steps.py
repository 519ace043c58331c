"""The judges of the twelve steps. Each looks at one seal signature and finds one thing; `signing.verify` says what each asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from signing import timestamp
from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.errors import BadSignatureError, CertificateError, MalformedError, UnknownSignerError
from signing.report import STATES, STEPS, Register, SealPolicy, SealReport, Step, Verdict
from signing.revocations import Revocation
from signing.seal import Seal, SealSignature, is_made_by_its_maker, may_make
from signing.trust import GRACE_DAYS, Interval, TrustStore, shifted

_CLOCK_TOLERANCE = timedelta(minutes=10)
_GRACE = timedelta(days=GRACE_DAYS)
_COMPROMISED = ("key_compromise", "ca_compromise")
_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Matter:
    """One seal signature being judged; `content_hash`, of what it should be over, is `None` where that is not at hand."""

    suite: Suite
    trust: TrustStore
    signed: SealSignature
    content_hash: bytes | None
    proven: Interval
    policy: SealPolicy
    first_receipt: datetime | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether anything but the signer's word says by when it was made."""
        return (self.first_receipt or self.proven[1]) is not None

    @property
    def moment(self) -> datetime:
        """When it was first received elsewhere; while it was not, when it claims to be made."""
        return self.first_receipt or self.proven[1] or self.signed.at


Finding = tuple[Verdict, str, dict[str, str]]
VALID: Finding = ("valid", "", {})


def invalid(code: str, **evidence: str) -> Finding:
    """A finding against."""
    return "invalid", code, evidence


def undetermined(code: str, **evidence: str) -> Finding:
    """A finding that neither way can be said."""
    return "undetermined", code, evidence


def judge(matter: Matter) -> SealReport:
    """All twelve steps."""
    judged = zip(STEPS, _JUDGES, strict=True)
    return SealReport(tuple(Step(number, name, *look(matter)) for number, (name, look) in enumerate(judged, start=1)))


def _form(matter: Matter) -> Finding:
    return VALID  # Parsing has judged it: what does not parse never gets here.


def _algorithm(matter: Matter) -> Finding:
    wanted = matter.suite.signature_oid
    return VALID if matter.signed.algorithm == matter.signed.seal.algorithm == wanted else invalid("not_of_suite")


def _signature(matter: Matter) -> Finding:
    signed = matter.signed
    try:
        matter.suite.verify(signed.signer.public_key, signed.tbs, signed.signature)
    except BadSignatureError:
        return invalid("bad_signature", signer=signed.signer.digest)
    return VALID


def _listed(matter: Matter) -> Finding:
    signed = matter.signed
    if signed.seal.lists(matter.suite, signed.signer):
        return VALID
    return invalid("not_listed", signer=signed.signer.digest, seal_id=signed.seal.seal_id)


def _seal(matter: Matter) -> Finding:
    return made_by_its_maker(matter.suite, matter.signed.seal)


def made_by_its_maker(suite: Suite, seal: Seal) -> Finding:
    """Whether the maker's signature in the seal holds (step 5)."""
    return VALID if is_made_by_its_maker(suite, seal.der) else invalid("bad_signature", maker=seal.maker.digest)


def _maker(matter: Matter) -> Finding:
    seal, signer = matter.signed.seal, matter.signed.signer
    if seal.maker.usage == "seal_maker" and not seal.maker.covers(signer):
        return invalid("outside_maker", maker=seal.maker.digest)
    try:
        return maker_stands(matter.trust, seal, matter.moment, is_bounded=matter.is_bounded)
    except UnknownSignerError as error:
        return _missing(matter, error)


def maker_stands(trust: TrustStore, seal: Seal, moment: datetime, *, is_bounded: bool) -> Finding:
    """Whether the seal's maker may make it and stands at `moment` (step 6), which nothing but the signer's word may bound.

    Raises:
        UnknownSignerError: an issuer is not here yet.
    """
    maker = seal.maker
    if maker.usage != "seal_maker":
        return invalid("not_a_seal_maker", maker=maker.digest)
    if not may_make(maker, seal.kind):
        return invalid("outside_maker", maker=maker.digest)
    try:
        trust.path(maker, (seal.created_at, seal.created_at), grace_days=0)
        revocation = trust.revoked_before(maker, moment if is_bounded else _FOREVER)
    except CertificateError as error:
        return invalid(error.code, certificate=error.digest)
    # A maker that retired leaves good seals behind; one whose key was stolen leaves none, since a forger can date a seal back.
    if revocation and (revocation.reason in _COMPROMISED or revocation.at <= seal.created_at):
        return _revoked(revocation, moment)
    return VALID


def _revoked(revocation: Revocation, moment: datetime) -> Finding:
    """Taken back before the moment; or after it, where only the signer's word says that it was made earlier."""
    facts = {"reason": revocation.reason, "at": revocation.at.isoformat()}
    return invalid("revoked", **facts) if revocation.at <= moment else undetermined("revoked_unproven", **facts)


def _missing(matter: Matter, error: UnknownSignerError) -> Finding:
    if matter.policy.missing == "wait":
        raise error
    return matter.policy.missing, "issuer_missing", {"missing": error.digest}


def _signer(matter: Matter) -> Finding:
    signer = matter.signed.signer
    if signer.usage not in matter.policy.usages:
        return invalid("usage", usage=signer.usage)
    try:
        matter.trust.path(signer, _interval(matter))
        revocation = matter.trust.revoked_before(signer, matter.moment if matter.is_bounded else _FOREVER)
    except CertificateError as error:
        return invalid(error.code, certificate=error.digest)
    except UnknownSignerError as error:
        return _missing(matter, error)
    return _revoked(revocation, matter.moment) if revocation else VALID


def _interval(matter: Matter) -> Interval:
    """The proven interval; where nothing is proven yet, the claimed time."""
    return (matter.signed.at, matter.signed.at) if matter.proven == (None, None) else matter.proven


def _time(matter: Matter) -> Finding:
    seal, at = matter.signed.seal, matter.signed.at
    earliest, latest = _interval(matter)
    # Without a receipt before it, a seal may have been used up to the grace earlier, but not later than that.
    credible_from = earliest or (shifted(latest, -_GRACE) if latest else at)
    if (latest and latest < seal.valid_from) or credible_from > seal.valid_to:
        return invalid("seal_not_in_force", valid_from=seal.valid_from.isoformat(), valid_to=seal.valid_to.isoformat())
    too_early = earliest is not None and at < shifted(earliest, -_CLOCK_TOLERANCE)
    too_late = latest is not None and at > shifted(latest, _CLOCK_TOLERANCE)
    claimed = _claimed_time(seal, matter.signed.signer, at)
    # Nobody seals with what has not been made: such a claim shows a wrong clock, and no misuse.
    before_made = latest is not None and at < max(seal.valid_from, matter.signed.signer.not_before) <= latest
    if too_early or too_late or before_made or (claimed[0] == "invalid" and at < shifted(credible_from, -_CLOCK_TOLERANCE)):
        return undetermined("clock", claimed=at.isoformat())
    if matter.proven[1] is None and claimed == VALID:
        return undetermined("unproven", claimed=at.isoformat())
    return claimed


def _claimed_time(seal: Seal, signer: Certificate, at: datetime) -> Finding:
    if not seal.valid_from <= at <= seal.valid_to:
        return invalid("outside_seal", claimed=at.isoformat(), valid_from=seal.valid_from.isoformat(), valid_to=seal.valid_to.isoformat())
    if not signer.not_before <= at <= shifted(signer.not_after, _GRACE):
        return invalid("outside_certificate", claimed=at.isoformat(), not_after=signer.not_after.isoformat())
    return VALID


def in_force(seal: Seal, moment: datetime) -> Finding:
    """Whether a seal that was put on nothing yet may be used at `moment` (step 8)."""
    if moment < seal.valid_from:
        return invalid("seal_not_yet", valid_from=seal.valid_from.isoformat())
    if moment > seal.valid_to:
        return invalid("seal_expired", valid_to=seal.valid_to.isoformat())
    return "valid", "", {"valid_to": seal.valid_to.isoformat()}


def _content(matter: Matter) -> Finding:
    if matter.content_hash is None:
        return undetermined("no_content")
    return VALID if matter.signed.data_hash == matter.content_hash else invalid("other_content")


def _timestamp(matter: Matter) -> Finding:
    token = matter.signed.timestamp
    if token is None:
        return "not_applicable", "", {}
    try:
        is_over = timestamp.is_over(matter.suite, token, matter.signed.signature)
    except MalformedError:
        return invalid("malformed")
    return undetermined("timestamp_not_verified") if is_over else invalid("other_signature")


def _status(matter: Matter) -> Finding:
    return not_against(matter.policy.register, matter.signed.seal, matter.moment, is_bounded=matter.is_bounded)


def not_against(register: Register | None, seal: Seal, moment: datetime, *, is_bounded: bool) -> Finding:
    """Whether the seal register has nothing against the seal at `moment` (step 11)."""
    if register is None:
        return "not_applicable", "no_register", {}
    entry = register(seal)
    if entry is None:
        return VALID
    facts = {"state": entry.state, "since": entry.since.isoformat()}
    if entry.stands(moment):
        return invalid(entry.state if entry.state in STATES else "stopped", **facts)
    return VALID if is_bounded or entry.since <= moment else undetermined("listed_unproven", **facts)


def _policy(matter: Matter) -> Finding:
    signed, policy = matter.signed, matter.policy
    if signed.property_info != policy.property_info:
        return invalid("other_purpose", property_info=signed.property_info)
    if policy.organ is not None and not signed.seal.seal_id.startswith(policy.organ):
        return invalid("other_organ", seal_id=signed.seal.seal_id, organ=policy.organ)
    return VALID


_JUDGES: tuple[Callable[[Matter], Finding], ...] = (
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
