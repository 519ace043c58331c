"""The three signed documents of enrolment (入网): invitation (邀请), request (申请) and answer (答复).

Each is three lines: what it is, canonical JSON, and the signatures over the two lines before. Reading checks the form and nothing else:
who may sign what is for `registrar.py` and `joining.py` to judge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from node.enrolment import fields
from node.enrolment.fields import base64_text, damaged, maybe, members_of, moment_text, octets, one_of, read, several
from node.errors import EnrolmentError
from signing.algorithms import Suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import KEY_USAGES, ROLES, TIERS
from signing.errors import BadSignatureError, MalformedError
from signing.seal import UNIT_KINDS

INVITATION_SUFFIX, REQUEST_SUFFIX, ANSWER_SUFFIX = ".invitation", ".request", ".answer"
MAX_INVITATION_BYTES, MAX_REQUEST_BYTES, MAX_ANSWER_BYTES = 32 * 1024, 64 * 1024, 8 * 1024 * 1024
MAX_CERTIFICATE_BYTES, MAX_SEAL_BYTES, MAX_REVOCATIONS_BYTES = 4096, 128 * 1024, 1024 * 1024
KINDS = ("join", "renew", "renumber", "person", "seal")
DOCUMENT_USAGE = "document"
"""The usage of a key beside a seal's, with which documents are signed for ordinary readers; only a request for a seal names it."""
GRANTED, REFUSED = "granted", "refused"
_MOST_SIGNATURES, _MAX_SIGNATURE_BYTES, _MAX_KEY_BYTES = 4, 128, 256
_ALL_ROLES = frozenset().union(*ROLES.values())


@dataclass(frozen=True)
class Signature:
    """One signature; `signer` is the digest of a certificate, None for the new key itself (it is held by who asks)."""

    signer: str | None
    value: bytes = field(repr=False)


class Content(Protocol):
    """What a document says."""

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        ...


C = TypeVar("C", bound=Content)
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Document(Generic[C]):
    """A document as it came: what it says, the bytes that are signed, the signatures, and the whole."""

    content: C
    signed: bytes = field(repr=False)
    signatures: tuple[Signature, ...] = field(repr=False)
    data: bytes = field(repr=False)

    def digest(self, suite: Suite) -> str:
        """Its name: the digest of what is signed, so that another signature over the same makes no other document."""
        return suite.digest(self.signed)

    def is_signed_by(self, suite: Suite, signer: str | None, public_key: bytes) -> bool:
        """Whether it carries a signature of this key under this name."""
        for signature in self.signatures:
            if signature.signer == signer:
                try:
                    suite.verify(public_key, self.signed, signature.value)
                except (BadSignatureError, MalformedError):
                    continue
                return True
        return False


@dataclass(frozen=True)
class ParentPlace:
    """The station that an invitation leads to, and where its door is, when it has one."""

    station: str
    name: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A place for one new station below `parent`, given by the station `by`."""

    id: str
    suite: str
    station: str
    name: str
    tier: str
    division: str
    replaces: str | None
    parent: ParentPlace
    made_at: datetime
    expires_at: datetime
    by: str
    certificates: tuple[bytes, ...] = field(repr=False)

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        return {
            "id": self.id,
            "suite": self.suite,
            "station": self.station,
            "name": self.name,
            "tier": self.tier,
            "division": self.division,
            "replaces": self.replaces,
            "parent": {"station": self.parent.station, "name": self.parent.name, "url": self.parent.url},
            "made_at": moment_text(self.made_at),
            "expires_at": moment_text(self.expires_at),
            "by": self.by,
            "certificates": [base64_text(one) for one in self.certificates],
        }


@dataclass(frozen=True, kw_only=True)
class RequestKey:
    """A key to be certified: what for, its public half (SPKI), in whose name, and of a person the roles, division and login name."""

    usage: str
    public: bytes = field(repr=False)
    name: str
    division: str
    roles: tuple[str, ...] = ()
    person: str | None = None

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        return {
            "usage": self.usage,
            "public": base64_text(self.public),
            "name": self.name,
            "roles": list(self.roles),
            "division": self.division,
            "person": self.person,
        }


@dataclass(frozen=True, kw_only=True)
class SealWish:
    """The unit seal that is asked for: its kind, the name on it, and the seal id of the one it is to replace, where it does.

    `certificates` prove who asks: the custodian's, and those of its issuers below the root.
    """

    kind: str
    name: str
    replaces: str | None = None
    certificates: tuple[bytes, ...] = field(default=(), repr=False)

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        proofs = [base64_text(one) for one in self.certificates]
        return {"kind": self.kind, "name": self.name, "replaces": self.replaces, "certificates": proofs}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a station asks for. The first of `keys` is the one whose own signature the document carries; `seal` is of kind `seal` alone."""

    kind: str
    station: str
    invitation: bytes | None = field(default=None, repr=False)
    keys: tuple[RequestKey, ...]
    reason: str | None = None
    program: str
    made_at: datetime
    seal: SealWish | None = None

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        wish = {} if self.seal is None else {"seal": self.seal.members()}
        return wish | {
            "kind": self.kind,
            "station": self.station,
            "invitation": None if self.invitation is None else base64_text(self.invitation),
            "keys": [key.members() for key in self.keys],
            "reason": self.reason,
            "program": self.program,
            "made_at": moment_text(self.made_at),
        }

    def key(self, usage: str) -> RequestKey | None:
        """The first key of a usage, or None."""
        return next((key for key in self.keys if key.usage == usage), None)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was decided on a request; `station` is the number given, or the asking one's.

    `documents` are the P-256 certificates of a seal's key for documents, the holder's first; of kind `seal` alone.
    """

    request: str
    verdict: str
    reason: str | None
    station: str
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    seals: tuple[bytes, ...] = field(default=(), repr=False)
    revocations: tuple[bytes, ...] = field(default=(), repr=False)
    documents: tuple[bytes, ...] = field(default=(), repr=False)
    made_at: datetime

    def members(self) -> dict[str, Any]:
        """It as JSON."""
        beside = {"documents": [base64_text(one) for one in self.documents]} if self.documents else {}
        return beside | {
            "request": self.request,
            "verdict": self.verdict,
            "reason": self.reason,
            "station": self.station,
            "certificates": [base64_text(one) for one in self.certificates],
            "seals": [base64_text(one) for one in self.seals],
            "revocations": [base64_text(one) for one in self.revocations],
            "made_at": moment_text(self.made_at),
        }


_CONTEXTS: dict[type[Any], bytes] = {
    Invitation: b"yizhan invitation 1\n",
    Request: b"yizhan request 1\n",
    Answer: b"yizhan answer 1\n",
}


def to_bytes(content: Invitation | Request | Answer, signers: Sequence[tuple[str | None, Sign]]) -> bytes:
    """The document, signed by each of `signers`: the digest of its certificate (None for the new key itself) and what signs."""
    return signed_document(_CONTEXTS[type(content)], content, signers)


def signed_document(context: bytes, content: Content, signers: Sequence[tuple[str | None, Sign]]) -> bytes:
    """A document of this form under any context line, signed as `to_bytes` says."""
    signed = context + canonical_bytes(content.members()) + b"\n"
    signatures = [{"signer": signer, "signature": base64_text(sign(signed))} for signer, sign in signers]
    return signed + canonical_bytes(signatures) + b"\n"


def read_invitation(data: bytes) -> Document[Invitation]:
    """The invitation in `data` (not trusted), its form checked.

    Raises:
        EnrolmentError: it is none (`document_other`, `document_damaged`, `document_too_large`).
    """
    return _read(data, Invitation, MAX_INVITATION_BYTES, _invitation)


def read_request(data: bytes) -> Document[Request]:
    """The request in `data` (not trusted), its form checked.

    Raises:
        EnrolmentError: as `read_invitation`.
    """
    return _read(data, Request, MAX_REQUEST_BYTES, _request)


def read_answer(data: bytes) -> Document[Answer]:
    """The answer in `data` (not trusted), its form checked.

    Raises:
        EnrolmentError: as `read_invitation`.
    """
    return _read(data, Answer, MAX_ANSWER_BYTES, _answer)


def check_code(digest: str) -> str:
    """The check code (核对码) of a request, such as `482-913`: the last six decimal digits of its digest. People compare it."""
    number = int(digest.partition(":")[2], 16) % 1_000_000
    return f"{number // 1000:03d}-{number % 1000:03d}"


def _read(data: bytes, kind: type[C], most: int, reader: Callable[[Any], C]) -> Document[C]:
    return read_document(data, _CONTEXTS[kind], most, reader)


def read_document(data: bytes, context: bytes, most: int, reader: Callable[[Any], C]) -> Document[C]:
    """The document under a context line in `data` (not trusted), its form checked; at most `most` bytes.

    Raises:
        EnrolmentError: as `read_invitation`.
    """
    if len(data) > most:
        raise EnrolmentError("document_too_large", limit_kib=most // 1024)
    if not data.startswith(context):
        raise EnrolmentError("document_other")
    lines = data[len(context) :].split(b"\n")
    if len(lines) != 3 or lines[2]:
        raise damaged("lines")
    try:
        value, signatures = parse_canonical(lines[0], max_depth=8), parse_canonical(lines[1], max_depth=8)
    except MalformedError as error:
        raise damaged("json") from error
    signed = context + lines[0] + b"\n"
    return Document(reader(value), signed, read({"signatures": signatures}, "signatures", several(_signature, 1, _MOST_SIGNATURES)), data)


def _signature(value: Any) -> Signature:
    given = members_of(value, {"signer", "signature"}, "signatures")
    return Signature(read(given, "signer", maybe(fields.digest)), read(given, "signature", octets(_MAX_SIGNATURE_BYTES)))


_certificate = octets(MAX_CERTIFICATE_BYTES)
_INVITATION = {"id", "suite", "station", "name", "tier", "division", "replaces", "parent", "made_at", "expires_at", "by", "certificates"}
_REQUEST = {"kind", "station", "invitation", "keys", "reason", "program", "made_at"}
_KEY = {"usage", "public", "name", "roles", "division", "person"}
_ANSWER = {"request", "verdict", "reason", "station", "certificates", "seals", "revocations", "made_at"}


def _invitation(value: Any) -> Invitation:
    given = members_of(value, _INVITATION, "invitation")
    return Invitation(
        id=read(given, "id", fields.hex_id),
        suite=read(given, "suite", one_of("gm", "p256")),
        station=read(given, "station", fields.station),
        name=read(given, "name", fields.name),
        tier=read(given, "tier", one_of(*TIERS)),
        division=read(given, "division", fields.division),
        replaces=read(given, "replaces", maybe(fields.station)),
        parent=read(given, "parent", _parent),
        made_at=read(given, "made_at", fields.moment),
        expires_at=read(given, "expires_at", fields.moment),
        by=read(given, "by", fields.station),
        certificates=read(given, "certificates", several(_certificate, 2, 16)),
    )


def _parent(value: Any) -> ParentPlace:
    given = members_of(value, {"station", "name", "url"}, "parent")
    return ParentPlace(read(given, "station", fields.station), read(given, "name", fields.name), read(given, "url", maybe(fields.url)))


def _request(value: Any) -> Request:
    is_seal = isinstance(value, dict) and value.get("kind") == "seal"
    given = members_of(value, _REQUEST | {"seal"} if is_seal else _REQUEST, "request")
    return Request(
        kind=read(given, "kind", one_of(*KINDS)),
        station=read(given, "station", fields.station),
        invitation=read(given, "invitation", maybe(octets(MAX_INVITATION_BYTES))),
        keys=read(given, "keys", several(_key, 1, 64)),
        reason=read(given, "reason", maybe(fields.reason)),
        program=read(given, "program", fields.word),
        made_at=read(given, "made_at", fields.moment),
        seal=read(given, "seal", _wish) if is_seal else None,
    )


def _wish(value: Any) -> SealWish:
    given = members_of(value, {"kind", "name", "replaces", "certificates"}, "seal")
    kind, replaces = read(given, "kind", one_of(*UNIT_KINDS)), read(given, "replaces", maybe(fields.word))
    proofs = read(given, "certificates", several(_certificate, 1, 4))
    return SealWish(kind=kind, name=read(given, "name", fields.name), replaces=replaces, certificates=proofs)


def _key(value: Any) -> RequestKey:
    given = members_of(value, _KEY, "keys")
    return RequestKey(
        usage=read(given, "usage", one_of(*KEY_USAGES, DOCUMENT_USAGE)),
        public=read(given, "public", octets(_MAX_KEY_BYTES)),
        name=read(given, "name", fields.name),
        division=read(given, "division", fields.division),
        roles=read(given, "roles", several(one_of(*_ALL_ROLES), 0, len(_ALL_ROLES))),
        person=read(given, "person", maybe(fields.name)),
    )


def _answer(value: Any) -> Answer:
    beside = {"documents"} if isinstance(value, dict) and "documents" in value else set[str]()
    given = members_of(value, _ANSWER | beside, "answer")
    return Answer(
        request=read(given, "request", fields.digest),
        verdict=read(given, "verdict", one_of(GRANTED, REFUSED)),
        reason=read(given, "reason", maybe(fields.reason)),
        station=read(given, "station", fields.station),
        certificates=read(given, "certificates", several(_certificate, 0, 4096)),
        seals=read(given, "seals", several(octets(MAX_SEAL_BYTES), 0, 512)),
        revocations=read(given, "revocations", several(octets(MAX_REVOCATIONS_BYTES), 0, 512)),
        documents=read(given, "documents", several(_certificate, 1, 4)) if beside else (),
        made_at=read(given, "made_at", fields.moment),
    )
