"""Judging a seal signature in twelve steps, each reported; there is no single yes or no to ask for instead.

 1 form       DER strict, versions 4 and 4, "ES", nothing after it
 2 algorithm  both signature algorithms are the suite's
 3 signature  over the original TBS_Sign bytes, by the signer's certificate
 4 listed     the signer's certificate is among the seal's holders
 5 seal       the maker's signature over the original SES_SealInfo bytes
 6 maker      path, in force when the seal was made, not revoked, a seal maker's, above the signer
 7 signer     path, in force inside the proven interval, not revoked at the first receipt, a usage that may seal. In both, keyUsage: a
              certificate that says anything else than its usage asks for is none of ours, `certificate`
 8 time       seal and certificate in force at the time; a claimed time outside the proven interval is undetermined: `clock`,
              and so is one that no other station's receipt bounds from above: `unproven`
 9 content    the digest is the content's
10 timestamp  none here; one that is there must be over this signature value, and is not believed: a county has no such authority
11 status     the seal register has no entry against it at the first receipt
12 policy     the seal is of the organ expected, for the purpose expected

The proven interval (earliest, latest) comes from receipts of other stations. No clock is trusted to refuse: only that interval is. Where
nothing bounds it from above, a key or seal taken back at any time leaves the step undetermined: who holds it can date back.

Source: GB/T 38540-2020, clause on verification, made stricter.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from signing.algorithms import Suite
from signing.errors import MalformedError, SealError, UnknownSignerError
from signing.report import (
    CODES,
    NOT_REACHED,
    SEAL_ALONE,
    STATES,
    STEPS,
    Register,
    SealPolicy,
    SealReport,
    SealStatus,
    Step,
    Verdict,
)
from signing.seal import CompactSeal, expand, parse_seal, parse_signature
from signing.steps import (
    VALID,
    Finding,
    Matter,
    in_force,
    invalid,
    judge,
    made_by_its_maker,
    maker_stands,
    not_against,
    undetermined,
)
from signing.trust import Interval, TrustStore

__all__ = [
    "CODES",
    "NOT_REACHED",
    "SEAL_ALONE",
    "STATES",
    "STEPS",
    "Register",
    "SealPolicy",
    "SealReport",
    "SealStatus",
    "Step",
    "Verdict",
    "verify_compact",
    "verify_seal",
    "verify_signature",
]

Seals = Mapping[str, bytes] | Callable[[str], bytes | None]
"""Where seals are found by digest, as DER."""

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
    signed = expand(suite, seal, signer, compact, content)
    # What a compact seal is expanded with is the digest of this very content: over anything else the signature of step 3 does not hold.
    return judge(Matter(suite, trust, signed, signed.data_hash, proven, policy, first_receipt))


def verify_signature(
    suite: Suite,
    trust: TrustStore,
    data: bytes,
    content: bytes | None,
    proven: Interval,
    policy: SealPolicy = _ANY_SEAL,
    first_receipt: datetime | None = None,
) -> SealReport:
    """Judge a full SES_Signature (DER, not trusted) on `content`; without one, step 9 is undetermined.

    Raises:
        UnknownSignerError: an issuer of its certificates is not here yet, and the policy says to wait.
    """
    try:
        signed = parse_signature(suite, data)
    except (MalformedError, SealError) as error:
        return _not_read(error)
    content_hash = None if content is None else suite.hash(content)
    return judge(Matter(suite, trust, signed, content_hash, proven, policy, first_receipt))


def verify_seal(suite: Suite, trust: TrustStore, data: bytes, now: datetime, register: Register | None = None) -> SealReport:
    """Judge an electronic seal by itself (DER, not trusted), put on nothing: steps 1, 2, 5, 6, 8 and 11, as of `now`."""
    try:
        seal = parse_seal(suite, data)
    except (MalformedError, SealError) as error:
        return _not_read(error)
    try:
        maker = maker_stands(trust, seal, now, is_bounded=True)
    except UnknownSignerError as error:
        maker = undetermined("issuer_missing", missing=error.digest)
    found: dict[str, Finding] = {
        "form": VALID,
        "algorithm": VALID if seal.algorithm == suite.signature_oid else invalid("not_of_suite"),
        "seal": made_by_its_maker(suite, seal),
        "maker": maker,
        "time": in_force(seal, now),
        "status": not_against(register, seal, now, is_bounded=True),
    }
    alone: Finding = ("not_applicable", SEAL_ALONE, {})
    return SealReport(tuple(Step(number, name, *found.get(name, alone)) for number, name in enumerate(STEPS, start=1)))


def _not_read(error: MalformedError | SealError) -> SealReport:
    """What cannot be read fails in its step, and the others were never come to."""
    at, code = (error.step, error.code) if isinstance(error, SealError) else (1, "malformed")
    failed = Step(at, STEPS[at - 1], "invalid", code, {"why": str(error)})
    others = (Step(number, name, "not_applicable", NOT_REACHED) for number, name in enumerate(STEPS, start=1))
    return SealReport(tuple(failed if other.number == at else other for other in others))
