"""Asking (申请) for a person's certificates, and taking the answer: the side of the station where the person works."""

from dataclasses import dataclass, field

from node.clock import Clock
from node.enrolment.documents import GRANTED, Answer, Document, Request, RequestKey, Sign, read_answer, to_bytes
from node.enrolment.joining import proven
from node.errors import EnrolmentError
from node.staff.keyring import SEAL_OF
from node.station import Station
from node.store import Store
from node.succession.register import Register
from node.version import VERSION
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.seal import parse_seal


@dataclass(frozen=True)
class NewKey:
    """A person's new key: in whose name (login name and real name), for which roles, and for which villages or the one division.

    Wherever the key is held, this is its public half (SPKI) and what signs with it.
    """

    person: str
    name: str
    roles: tuple[str, ...]
    divisions: tuple[str, ...]
    public: bytes
    sign: Sign = field(repr=False)


def ask_for_person(station: Station, key: NewKey, clock: Clock) -> bytes:
    """The request for a person's certificates, signed by the person's new key and by the station."""
    keys = tuple(
        RequestKey(usage="person", public=key.public, name=key.name, division=one, roles=key.roles, person=key.person)
        for one in key.divisions
    )
    request = Request(kind="person", station=station.station, keys=keys, program=VERSION, made_at=clock.now().replace(microsecond=0))
    own = station.signer
    return to_bytes(request, [(None, key.sign), (own.certificate.digest, own.sign)])


def take_certificates(station: Station, store: Store, register: Register, answer: bytes, digest: str) -> tuple[Certificate, ...]:
    """Take the parent's answer (not trusted) to this station's request `digest`: the certificates that are this station's people's.

    They and their seals are kept; the answer's other certificates too.

    Raises:
        EnrolmentError: it answers another request, says no (`request_refused`), or does not hold.
    """
    answered = read_answer(answer)
    content = answered.content
    if content.request != digest:
        raise EnrolmentError("answer_other")
    certificates = proven(station.suite, station.trust, content)
    if not is_by_parent(station, answered):
        raise EnrolmentError("answer_signature")
    if content.verdict != GRANTED:
        raise EnrolmentError("request_refused", reason=content.reason or "")
    mine = tuple(one for one in certificates if one.usage == "person" and station.is_me(one.station))
    with store.transaction():
        for one in certificates:
            store.certificates.put(one.digest, one.der, "certificate")
        for der in content.seals:
            keep_seal(station, store, der, mine)
        register.learn(certificates)
    return mine


def keep_seal(station: Station, store: Store, der: bytes, holders: tuple[Certificate, ...]) -> None:
    """Keep a seal, and remember which of the holders it is for.

    Raises:
        MalformedError, SealError: it is no seal.
    """
    seal = parse_seal(station.suite, der)
    store.certificates.put(seal.digest, der, "seal")
    for holder in holders:
        if seal.lists(station.suite, holder):
            store.meta.set(SEAL_OF + holder.digest, seal.digest)


def is_by_parent(station: Station, answered: Document[Answer]) -> bool:
    """Whether an answer is signed by the station above; a county's own by itself."""
    parent = station.directory.parent_of(station.station) or station.station
    return any(_is_by(station, parent, one.signer, answered.signed, one.value) for one in answered.signatures)


def _is_by(station: Station, parent: str, signer: str | None, signed: bytes, signature: bytes) -> bool:
    if signer is None:
        return False
    try:
        station.check_station(signer, parent, signed, signature)
    except SigningError:
        return False
    return True
