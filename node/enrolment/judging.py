"""Who may ask for what: the judges of the kinds of request, and what each issues when a person has confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from node.enrolment.documents import Document, Invitation, Request, RequestKey, read_invitation
from node.enrolment.invitations import LAST_NUMBER, last_number
from node.enrolment.issuing import Issuer
from node.errors import EnrolmentError
from node.roles import Tier
from node.station import Station
from node.store import Store
from node.store.records.enrolment import InvitationRecord
from signing.algorithms import Suite
from signing.certificates import TIERS, Certificate, CertificateProfile
from signing.errors import MalformedError, SigningError
from signing.trust import TrustStore

STATION_KEYS = {Tier.VILLAGE: {"station_sign", "station_encrypt"}}
_TOWNSHIP_KEYS = {"station_sign", "station_encrypt", "authority", "seal_maker"}


def keys_of(tier: str) -> set[str]:
    """The usages of the keys that a station of a tier brings when it joins."""
    return set(_TOWNSHIP_KEYS if tier == Tier.TOWNSHIP else STATION_KEYS[Tier.VILLAGE])


@dataclass(frozen=True)
class Issued:
    """What a granted request brings: the number of the station, its new certificates, the new seals (DER), and those for documents."""

    station: str
    certificates: tuple[Certificate, ...]
    seals: tuple[bytes, ...] = ()
    documents: tuple[bytes, ...] = ()


class Judge(Protocol):
    """Of one kind of request."""

    unasked: bool
    """Whether it is granted without asking a person."""

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when such a request may be granted. Raises: EnrolmentError."""
        ...

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """Make what it asks for; nothing is kept here. Raises: NodeError, SigningError."""
        ...

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """Keep what follows from granting it, in the caller's transaction. Raises: EnrolmentError when it is too late."""
        ...


class Bench:
    """What all judges look up: this station, what it remembers, and whether a key's signature holds."""

    def __init__(self, station: Station, store: Store, issuer: Issuer) -> None:
        self.station = station
        self.store = store
        self.issuer = issuer

    def check_keys(self, keys: Sequence[RequestKey]) -> None:
        """Return when each is a key of this county's suite.

        Raises:
            EnrolmentError: one is not.
        """
        for key in keys:
            try:
                self.station.suite.check_public(key.public)
            except MalformedError as error:
                raise EnrolmentError("request_key") from error

    def check_possession(self, document: Document[Request]) -> None:
        """Return when who asks holds the first of the keys.

        Raises:
            EnrolmentError: the document has no signature of it.
        """
        if not document.is_signed_by(self.station.suite, None, document.content.keys[0].public):
            raise EnrolmentError("request_signature")

    def check_asking(self, document: Document[Request]) -> Certificate:
        """The present certificate of the station that asks, when it signed and stands right below this one, or is this one.

        Raises:
            EnrolmentError: it is not, or did not.
        """
        asking = document.content.station
        entry = self.station.directory.entry(asking)
        is_below = asking in self.station.directory.children(self.station.station)
        if entry is None or not (is_below or self.station.is_me(asking)):
            raise EnrolmentError("request_not_below")
        for signature in document.signatures:
            if signature.signer is None:
                continue
            try:
                self.station.check_station(signature.signer, asking, document.signed, signature.value)
            except SigningError:
                continue
            return self.station.trust.get(signature.signer)
        raise EnrolmentError("request_signature")


class Joining:
    """Judges a station that comes with an invitation (加入)."""

    unasked = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when the invitation is good, for me, unused, and the keys are those of such a station.

        Raises:
            EnrolmentError: one of it is not so.
        """
        request, invited = document.content, self._invitation(document)
        invitation = invited.content
        self._check_invitation(invited, now)
        self._check_unused(invitation, document)
        if request.station != invitation.station:
            raise EnrolmentError("request_other_station")
        right_keys = sorted(key.usage for key in request.keys) == sorted(keys_of(invitation.tier))
        plain = all(
            (key.name, key.division, key.roles, key.person) == (invitation.name, invitation.division, (), None) for key in request.keys
        )
        distinct = len({key.public for key in request.keys}) == len(request.keys)
        if not (right_keys and plain and distinct) or request.keys[0].usage != "station_sign":
            raise EnrolmentError("request_keys")
        self._bench.check_keys(request.keys)
        self._bench.check_possession(document)

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """The station's certificates.

        Raises:
            NotAllowedError, SigningError: this station cannot certify it.
        """
        invitation = self._invitation(document).content
        wanted = [(_station_profile(key, invitation), key.public) for key in document.content.keys]
        return Issued(invitation.station, self._bench.issuer.certify(wanted, now))

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """The invitation is used now, whoever made it.

        Raises:
            EnrolmentError: another request was first.
        """
        store, invitation = self._bench.store, self._invitation(document).content
        data = document.content.invitation or b""
        record = InvitationRecord(invitation.id, invitation.station, invitation.name, data, invitation.made_at, invitation.expires_at)
        store.invitations.put_many([record])
        if not store.invitations.use(invitation.id, digest) or store.stations.get(invitation.station) is not None:
            raise EnrolmentError("invitation_used")

    def _invitation(self, document: Document[Request]) -> Document[Invitation]:
        if document.content.invitation is None:
            raise EnrolmentError("request_no_invitation")
        return read_invitation(document.content.invitation)

    def _check_invitation(self, invited: Document[Invitation], now: datetime) -> None:
        station, invitation = self._bench.station, invited.content
        if invitation.suite != station.suite.name:
            raise EnrolmentError("suite_wrong", suite=station.suite.name)
        if not station.is_me(invitation.parent.station):
            raise EnrolmentError("invitation_other_parent", parent=invitation.parent.name)
        if now > invitation.expires_at:
            raise EnrolmentError("invitation_expired")
        signer = proven_inviter(station.suite, station.trust, invited)
        profile = _station_profile(None, invitation)
        if profile.fault() or not signer.covers(profile) or TIERS.index(profile.tier) >= TIERS.index(signer.tier):
            raise EnrolmentError("invitation_outside")
        if not _is_right_below(profile, station):
            raise EnrolmentError("invitation_outside")
        self._check_replaced(invitation)

    def _check_unused(self, invitation: Invitation, document: Document[Request]) -> None:
        known = self._bench.store.invitations.get(invitation.id)
        if known is not None and known.state == "withdrawn":
            raise EnrolmentError("invitation_withdrawn")
        used_for = known.request if known is not None and known.state == "used" else None
        if used_for not in (None, document.digest(self._bench.station.suite)):
            raise EnrolmentError("invitation_used")
        if used_for is None and self._bench.store.stations.get(invitation.station) is not None:
            raise EnrolmentError("station_taken")

    def _check_replaced(self, invitation: Invitation) -> None:
        if invitation.replaces is None:
            return
        directory = self._bench.station.directory
        entry = directory.entry(invitation.replaces)
        if entry is None or entry.successor is not None or entry.station not in directory.children(self._bench.station.station):
            raise EnrolmentError("replaces_wrong", station=invitation.replaces)


class Renumbering:
    """Judges a station that was restored or copied and needs its next number (换号)."""

    unasked = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when a station below asks with the key of the number that it had.

        Raises:
            EnrolmentError: it does not, or another stands in its place already.
        """
        request = document.content
        entry = self._bench.station.directory.entry(request.station)
        if entry is not None and entry.successor is not None:
            raise EnrolmentError("station_replaced", station=entry.successor)
        own = self._bench.check_asking(document)
        if self._bench.station.is_me(request.station):
            raise EnrolmentError("request_not_below")
        stations = [key for key in request.keys if key.usage != "person"]
        if {key.usage for key in stations} != keys_of(own.tier) or len(stations) != len(keys_of(own.tier)):
            raise EnrolmentError("request_keys")
        if request.keys[0].usage != "station_sign" or request.keys[0].public == own.public_key:
            raise EnrolmentError("request_keys")
        _check_people(request.keys, own)
        self._bench.check_keys(request.keys)
        self._bench.check_possession(document)

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """Certificates under the next number, the first of which says whose place it takes.

        Raises:
            EnrolmentError: no number is left.
            NotAllowedError, SigningError: this station cannot certify it.
        """
        own = self._bench.check_asking(document)
        number = last_number(own.division, self._bench.station.directory.entries(), self._bench.store.invitations.numbers(own.division)) + 1
        if number > LAST_NUMBER:
            raise EnrolmentError("no_number")
        station = f"{own.division}{number:02d}"
        wanted = [(_renumbered(key, own, station), key.public) for key in document.content.keys]
        certificates = self._bench.issuer.certify(wanted, now)
        people = [one for one in certificates if one.usage == "person"]
        return Issued(station, certificates, self._bench.issuer.personal_seals(people, now))

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """The number and the place are still free.

        Raises:
            EnrolmentError: they are not.
        """
        store = self._bench.store
        old = store.stations.get(document.content.station)
        if old is None or old.successor is not None or store.stations.get(issued.station) is not None:
            raise EnrolmentError("station_taken")


class Certifying:
    """Judges a station that asks for the certificates of one of its people (人员)."""

    unasked = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when a station below, or this one, asks for one person's key with roles of its tier.

        Raises:
            EnrolmentError: it does not.
        """
        request, own = document.content, self._bench.check_asking(document)
        if any(key.usage != "person" for key in request.keys):
            raise EnrolmentError("request_keys")
        if len({(key.public, key.name, key.person) for key in request.keys}) != 1:
            raise EnrolmentError("request_keys")
        _check_people(request.keys, own)
        self._bench.check_keys(request.keys)
        self._bench.check_possession(document)

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """The person's certificates, one for each village, and a seal with each.

        Raises:
            NotAllowedError, SigningError: this station cannot certify it.
        """
        own = self._bench.check_asking(document)
        wanted = [(_renumbered(key, own, own.station), key.public) for key in document.content.keys]
        certificates = self._bench.issuer.certify(wanted, now)
        return Issued(own.station, certificates, self._bench.issuer.personal_seals(certificates, now))

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """Nothing more follows."""


def proven_inviter(suite: Suite, trust: TrustStore, invited: Document[Invitation]) -> Certificate:
    """Who made an invitation: the proven certificate of the station that signed it.

    What the invitation brings along may prove it, under the same root; it is not believed for anything else.

    Raises:
        EnrolmentError: `foreign_root`, another county's; `invitation_signature`, not proven; `inviter_revoked`.
    """
    invitation = invited.content
    proofs = TrustStore(suite, trust.root.der, lambda digest: _der_in(trust, digest))
    try:
        brought = [proofs.add(der) for der in invitation.certificates]
    except MalformedError as error:
        raise EnrolmentError("invitation_signature") from error
    if any(one.usage == "root" and one.digest != trust.root.digest for one in brought):
        raise EnrolmentError("foreign_root")
    for signature in invited.signatures:
        try:
            signer = proofs.get(signature.signer or "")
            path = proofs.path(signer, (invitation.made_at, invitation.made_at))
        except SigningError:
            continue
        names_it = signer.usage == "station_sign" and signer.station == invitation.by
        if not names_it or not invited.is_signed_by(suite, signer.digest, signer.public_key):
            continue
        if any(trust.revoked(each) for each in path):
            raise EnrolmentError("inviter_revoked")
        return signer
    raise EnrolmentError("invitation_signature")


def _der_in(trust: TrustStore, digest: str) -> bytes | None:
    try:
        return trust.get(digest).der
    except SigningError:
        return None


def _station_profile(key: RequestKey | None, invitation: Invitation) -> CertificateProfile:
    usage = "station_sign" if key is None else key.usage
    return CertificateProfile(
        usage=usage,
        station=invitation.station,
        division=invitation.division,
        tier=invitation.tier,
        name=invitation.name,
        replaces=(invitation.replaces or "") if usage == "station_sign" else "",
    )


def _renumbered(key: RequestKey, own: Certificate, station: str) -> CertificateProfile:
    """The profile of a key of the station that asks, under the number `station`."""
    is_person = key.usage == "person"
    return CertificateProfile(
        usage=key.usage,
        station=station,
        division=key.division if is_person else own.division,
        tier=own.tier,
        name=key.name if is_person else own.name,
        roles=key.roles if is_person else (),
        replaces=own.station if key.usage == "station_sign" and station != own.station else "",
    )


def _check_people(keys: Iterable[RequestKey], own: Certificate) -> None:
    for key in keys:
        if key.usage == "person" and (_renumbered(key, own, own.station).fault() or not key.person or not key.roles):
            raise EnrolmentError("request_person")


def _is_right_below(profile: CertificateProfile, station: Station) -> bool:
    """Whether such a station hangs from this one, and not from one in between or beside."""
    tier = Tier.TOWNSHIP if profile.tier == Tier.VILLAGE else Tier.COUNTY
    own = station.signer.certificate
    return station.tier is tier and own.covers(profile)
