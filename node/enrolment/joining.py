"""Joining (加入) from the new station's side: a folder with keys and a request first; with the parent's answer it becomes a station.

Each step is whole or not at all, and can be done again after a power cut. The root in the invitation is what everything is proven from.
"""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node.clock import Clock
from node.config import Config, ParentSettings, StationSettings, write_config
from node.enrolment.documents import (
    REFUSED,
    Answer,
    Document,
    Invitation,
    Request,
    RequestKey,
    check_code,
    read_answer,
    read_invitation,
    read_request,
    to_bytes,
)
from node.enrolment.issuing import OWN
from node.enrolment.judging import keys_of, proven_inviter
from node.enrolment.office import open_store_of
from node.errors import EnrolmentError, RequestError
from node.folder import StationFolder
from node.roles import Tier
from node.store.files import write_file
from node.store.records import AuditRecord
from node.succession.register import Register
from node.version import VERSION
from signing.algorithms import PrivateKey, Suite
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, parse_certificate
from signing.errors import MalformedError, SigningError
from signing.keys import box, create_key_file, machine_secret
from signing.trust import TrustStore

READY = b"ready\n"


@dataclass(frozen=True)
class Begun:
    """A folder that has asked: the request, its digest and check code, and the invitation it came with."""

    request: bytes
    digest: str
    code: str
    invitation: Invitation


def is_joining(place: Path) -> bool:
    """Whether a folder waits for its answer; nothing else can be done with it."""
    return StationFolder(place).joining.exists()


def check_not_joining(place: Path) -> None:
    """Return when a folder is no half-made station.

    Raises:
        EnrolmentError: it waits for its parent's answer.
    """
    if is_joining(place):
        raise EnrolmentError("joining", dir=place)


def read_trusted(data: bytes) -> tuple[Document[Invitation], TrustStore]:
    """An invitation (not trusted), proven from the root that it brings, and a trust store of that root.

    Raises:
        EnrolmentError: it does not hold together.
    """
    invited = read_invitation(data)
    suite = suite_of(invited.content.suite)
    roots: list[Certificate] = []
    try:
        roots = [one for der in invited.content.certificates if (one := parse_certificate(suite, der)).usage == "root"]
        trust = TrustStore(suite, roots[0].der) if len(roots) == 1 else None
    except SigningError as error:
        raise EnrolmentError("invitation_signature") from error
    if trust is None:
        raise EnrolmentError("invitation_signature")
    for der in invited.content.certificates:
        trust.add(der)
    signer = proven_inviter(suite, trust, invited)
    digits = {"county": 6, "township": 9}.get(signer.tier, 12)
    if not invited.content.division.startswith(signer.division[:digits]):
        raise EnrolmentError("invitation_outside")
    return invited, trust


def begin(place: Path, invitation: bytes, clock: Clock) -> Begun:
    """Make the folder's keys and its request, whole or not at all. Called again with the same invitation it gives the same request.

    Raises:
        EnrolmentError: the invitation is no good or over, or the folder joins with another one.
        RequestError: there is something else in the folder.
    """
    folder = StationFolder(place)
    if folder.joining.exists() and folder.joining.read_bytes() == READY:
        if folder.joining_invitation.read_bytes() != invitation:
            raise EnrolmentError("joining_other", dir=place)
        return begun(place)
    invited, _ = read_trusted(invitation)
    if clock.now() > invited.content.expires_at:
        raise EnrolmentError("invitation_expired")
    _clear(folder)
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.joining.touch()
    folder.make()
    secret = machine_secret(folder.machine_secret)
    write_file(folder.database_key, box(secret, secrets.token_bytes(32)))
    request = _request(folder, invited.content, invitation, secret, clock)
    write_file(folder.joining_invitation, invitation)
    write_file(folder.joining_request, request)
    write_file(folder.joining, READY)
    return begun(place)


def begun(place: Path) -> Begun:
    """The request that a folder has made.

    Raises:
        EnrolmentError: it has made none.
    """
    folder = StationFolder(place)
    if not folder.joining.exists() or folder.joining.read_bytes() != READY:
        raise EnrolmentError("joining_not_begun", dir=place)
    invitation = read_invitation(folder.joining_invitation.read_bytes()).content
    data = folder.joining_request.read_bytes()
    digest = read_request(data).digest(suite_of(invitation.suite))
    return Begun(data, digest, check_code(digest), invitation)


def finish(place: Path, answer: bytes, clock: Clock, parent_url: str | None = None) -> str:
    """Take the parent's answer (not trusted) and become a station; its id.

    Raises:
        EnrolmentError: the answer is to another request, says no (`joining_refused`, and then the next `begin` makes
            another request), or does not prove
            what it says.
        StoreError: the disk would not; nothing is lost and it can be done again.
    """
    folder, asked = StationFolder(place), begun(place)
    given = _judged(folder, asked, read_answer(answer))
    station, invitation = given.answer.station, asked.invitation
    settings = StationSettings(invitation.name, Tier(invitation.tier), invitation.division, station, invitation.suite)
    config = Config(settings, parent=ParentSettings(parent_url or invitation.parent.url))
    write_file(folder.root_certificate, given.trust.root.der)
    _fill(folder, config, given, clock)
    # What makes it a station comes last.
    write_config(place, config)
    folder.joining_invitation.unlink(missing_ok=True)
    folder.joining_request.unlink(missing_ok=True)
    folder.joining.unlink()
    return station


@dataclass(frozen=True)
class _Given:
    """An answer that holds: what it says, whom it proves, and which of its certificates are this station's own."""

    answer: Answer
    trust: TrustStore
    certificates: tuple[Certificate, ...]
    own: tuple[Certificate, ...]


def _clear(folder: StationFolder) -> None:
    """Take away what a joining that was cut short left behind.

    Raises:
        RequestError: the folder holds something that no joining made.
    """
    if not folder.root.exists():
        return
    if folder.joining.exists():
        for path in (folder.machine_secret, folder.joining_invitation, folder.joining_request):
            path.unlink(missing_ok=True)
        for sub in (folder.keys, folder.enclosures):
            shutil.rmtree(sub, ignore_errors=True)
        for part in folder.root.glob("*.part"):
            part.unlink()
        folder.joining.unlink()
    if any(folder.root.iterdir()):
        raise RequestError("station_there", dir=folder.root)


def _request(folder: StationFolder, invitation: Invitation, data: bytes, secret: bytes, clock: Clock) -> bytes:
    suite = suite_of(invitation.suite)
    keys: dict[str, PrivateKey] = {}
    for usage in ("station_sign", *sorted(keys_of(invitation.tier) - {"station_sign"})):
        keys[usage] = suite.generate()
        create_key_file(folder.keys / f"{usage}.key", suite, keys[usage], None, secret)
    request = Request(
        kind="join",
        station=invitation.station,
        invitation=data,
        keys=tuple(
            RequestKey(usage=usage, public=key.public, name=invitation.name, division=invitation.division) for usage, key in keys.items()
        ),
        program=VERSION,
        made_at=clock.now().replace(microsecond=0),
    )
    return to_bytes(request, [(None, lambda message: suite.sign(keys["station_sign"], message))])


def _judged(folder: StationFolder, asked: Begun, answered: Document[Answer]) -> _Given:
    answer = answered.content
    if answer.request != asked.digest:
        raise EnrolmentError("answer_other")
    _, trust = read_trusted(folder.joining_invitation.read_bytes())
    suite = suite_of(asked.invitation.suite)
    certificates = proven(suite, trust, answer)
    _check_signed(suite, trust, answered, certificates, asked.invitation.parent.station)
    if answer.verdict == REFUSED:
        # The next try makes new keys and another request.
        write_file(folder.joining, b"")
        raise EnrolmentError("joining_refused", reason=answer.reason or "")
    own = tuple(_own(certificates, answer, key) for key in read_request(asked.request).content.keys)
    if answer.station != asked.invitation.station:
        raise EnrolmentError("answer_not_mine")
    return _Given(answer, trust, certificates, own)


def proven(suite: Suite, trust: TrustStore, answer: Answer) -> tuple[Certificate, ...]:
    """The certificates of an answer, each with a path to the root of `trust`, which then knows them and the revocations.

    Raises:
        EnrolmentError: one has none, or a revocation list does not hold.
    """
    try:
        certificates = tuple(trust.add(der) for der in answer.certificates)
        for one in certificates:
            trust.path(one)
        for der in answer.revocations:
            trust.add_revocations(der)
    except SigningError as error:
        raise EnrolmentError("answer_unproven") from error
    return certificates


def _check_signed(suite: Suite, trust: TrustStore, answered: Document[Answer], certificates: Sequence[Certificate], parent: str) -> None:
    """The parent named in the invitation signed, or the station that has taken its place since."""
    standing, before = {parent}, 0
    while len(standing) > before:
        before = len(standing)
        standing |= {one.station for one in certificates if one.replaces in standing}
    for signature in answered.signatures:
        try:
            signer = trust.get(signature.signer or "")
            taken_back = any(trust.revoked(each) for each in trust.path(signer))
        except SigningError:
            continue
        right = signer.usage == "station_sign" and signer.station in standing and not taken_back
        if right and answered.is_signed_by(suite, signer.digest, signer.public_key):
            return
    raise EnrolmentError("answer_signature")


def _own(certificates: Sequence[Certificate], answer: Answer, key: RequestKey) -> Certificate:
    for one in certificates:
        if (one.usage, one.station, one.public_key, one.division) == (key.usage, answer.station, key.public, key.division):
            return one
    raise EnrolmentError("answer_not_mine")


def _fill(folder: StationFolder, config: Config, given: _Given, clock: Clock) -> None:
    """Put into the database what the answer says; doing it again changes nothing."""
    suite = suite_of(config.station.suite)
    store = open_store_of(folder, config, clock)
    try:
        with store.transaction():
            for one in given.certificates:
                store.certificates.put(one.digest, one.der, "certificate")
            for kind, ders in (("seal", given.answer.seals), ("revocations", given.answer.revocations)):
                for der in ders:
                    store.certificates.put(suite.digest(der), der, kind)
            for one in given.own:
                store.meta.set(OWN + one.usage, one.digest)
            Register(store, given.trust).learn(given.certificates)
            detail = {"request": given.answer.request}
            store.audit.append(AuditRecord(clock.now(), "", "joined", config.station.id, detail))
    finally:
        store.close()


def root_digest(invitation: Invitation) -> str:
    """The digest of the root that an invitation brings: what a new station trusts.

    Raises:
        EnrolmentError: it brings none.
    """
    suite = suite_of(invitation.suite)
    try:
        return next(one.digest for der in invitation.certificates if (one := parse_certificate(suite, der)).usage == "root")
    except (StopIteration, MalformedError) as error:
        raise EnrolmentError("invitation_signature") from error
