"""Revocation lists (吊销列表): numbered lists of the serials that an authority has taken back, with date and reason.

Source: RFC 5280 (5.1, 5.2.3, 5.3.1).
"""

from dataclasses import dataclass, field
from datetime import datetime

from signing import der
from signing.algorithms import Suite
from signing.certificates import AUTHORITY_KEY_ID, read_authority_key_id, read_extensions

CRL_NUMBER, REASON_CODE = der.oid("2.5.29.20"), der.oid("2.5.29.21")
REASONS = {
    "unspecified": 0,
    "key_compromise": 1,
    "ca_compromise": 2,
    "affiliation_changed": 3,
    "superseded": 4,
    "cessation_of_operation": 5,
    "privilege_withdrawn": 9,
}
"""Why a certificate may be taken back; there is no suspension to be lifted again. Source: RFC 5280, 5.3.1."""

_REASON_NAMES = {number: name for name, number in REASONS.items()}
_WHAT = "revocation list"


@dataclass(frozen=True)
class Revocation:
    """One certificate taken back: its serial at its issuer, when, and why (a name of `REASONS`)."""

    serial: int
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class RevocationList:
    """A list as it came; not believed before `trust.TrustStore.add_revocations` has taken it."""

    der: bytes = field(repr=False)
    digest: str
    issuer: bytes = field(repr=False)
    issuer_key_id: str
    number: int
    issued_at: datetime
    next_update: datetime
    revoked: tuple[Revocation, ...]
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parse_revocations(suite: Suite, data: bytes) -> RevocationList:
    """The list in `data` (not trusted), its form checked, its signature not yet.

    Raises:
        MalformedError: not a list of this suite in our form.
    """
    outer = der.Reader(_WHAT, data)
    whole = outer.enter()
    outer.done()
    tbs, algorithm, signature = whole.slice(der.SEQUENCE), whole.slice(der.SEQUENCE), whole.bits()
    whole.done()
    reader = der.Reader(_WHAT, tbs).enter()
    if reader.integer() != 1 or reader.slice(der.SEQUENCE) != algorithm or algorithm != der.sequence(suite.signature_oid):
        raise reader.fault("version or algorithm")
    issuer, issued_at, next_update = reader.slice(der.SEQUENCE), reader.x509_time(), reader.x509_time()
    entries = reader.enter() if reader.next_tag() == der.SEQUENCE else None
    revoked = tuple(_read_entry(entry) for entry in entries.each(der.SEQUENCE)) if entries else ()
    extensions = read_extensions(reader.enter(0xA0), {AUTHORITY_KEY_ID: False, CRL_NUMBER: False})
    reader.done()
    counter = der.Reader(_WHAT, extensions[CRL_NUMBER])
    number = counter.integer()
    counter.done()
    if number < 0 or next_update < issued_at:
        raise reader.fault("number or dates")
    return RevocationList(
        der=data,
        digest=suite.digest(data),
        issuer=issuer,
        issuer_key_id=read_authority_key_id(extensions[AUTHORITY_KEY_ID]),
        number=number,
        issued_at=issued_at,
        next_update=next_update,
        revoked=revoked,
        tbs=tbs,
        signature=signature,
    )


def _read_entry(entry: der.Reader) -> Revocation:
    serial, at = entry.integer(), entry.x509_time()
    extensions = entry.enter()
    extension = extensions.enter()
    extensions.done()
    entry.done()
    if extension.oid() != REASON_CODE:
        raise entry.fault("entry extension")
    value = der.Reader(_WHAT, extension.octets())
    extension.done()
    reason = _REASON_NAMES.get(value.integer(der.ENUMERATED))
    value.done()
    if reason is None:
        raise entry.fault("reason")
    return Revocation(serial, at, reason)
