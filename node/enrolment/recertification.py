"""Recertification (重新签发): after a township's authority was stolen, its replacement certifies again whom the county knew before.

The county notes, when it takes the authority back, which certificates under it were known until then. It vouches for those in a signed
document; the replacement certifies the same public keys with the same names and numbers, and nothing else: what the thief may have
certified afterwards was never known. So nobody below has to come with a new key, and what is under way goes on.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from node.clock import to_text
from node.enrolment.issuing import AUTHORITY, Issuer, IssuingKeys
from node.enrolment.notices import AT_ONCE, Notices
from node.errors import EnrolmentError, NotAllowedError, NotFoundError
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.succession.register import Register
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.errors import SigningError

CONTEXT = b"yizhan vouch 1\n"
KNOWN = "known_before:"
"""In `store.meta`, with the key id of an authority that was taken back: digests of the certificates under it that were known until then."""
VOUCHED = "vouched:"
"""In `store.meta`, with such a key id: when the county has said whom to certify again."""
MOST = 20_000
LARGEST = 4 << 20
_PASSED_ON = ("station_sign", "station_encrypt", "person")


def note_known(store: Store, station: Station, authorities: Iterable[Certificate]) -> None:
    """Remember what is known under these authorities now; once each, in the caller's transaction."""
    keys = {one.key_id for one in authorities if one.usage == AUTHORITY and store.meta.get(KNOWN + one.key_id) is None}
    for key_id in keys:
        known = [row.digest for row in store.certificates.all("certificate") if station.trust.get(row.digest).issuer_key_id == key_id]
        store.meta.set(KNOWN + key_id, json.dumps(known))


class Recertification:
    """The county vouches, the replacement certifies. `take` is safe to be called again."""

    def __init__(self, station: Station, store: Store, keys: IssuingKeys, register: Register, notices: Notices) -> None:
        self._station = station
        self._store = store
        self._keys = keys
        self._register = register
        self._notices = notices

    def vouch(self, old: str, at: datetime, by: str) -> bytes:
        """The document that vouches for whom a station's revoked authority had certified; kept sent to its replacement by the road too.

        Raises:
            NotFoundError: `authority`, no authority of that station was taken back here.
            NotAllowedError: `no_replacement`, no other station stands in its place yet.
        """
        authority = self._revoked_authority(old)
        new = self._station.current(old)
        if new == old:
            raise NotAllowedError("no_replacement")
        digests = [digest for digest in json.loads(self._store.meta.get(KNOWN + authority.key_id) or "[]") if self._is_good(digest)]
        own = self._station.signer.certificate
        payload = {
            "authority": authority.digest,
            "certificates": digests,
            "made_at": to_text(at.replace(microsecond=0)),
            "signer": own.digest,
            "station": self._station.station,
        }
        signed = CONTEXT + canonical_bytes(payload) + b"\n"
        data = signed + base64.b64encode(self._station.signer.sign(signed)) + b"\n"
        with self._store.transaction():
            known = [authority, *(self._station.trust.get(digest) for digest in digests)]
            for start in range(0, len(known), AT_ONCE):
                self._notices.send_to(new, known[start : start + AT_ONCE], at)
            self._notices.send_document(new, at, request=data)
            self._store.meta.set(VOUCHED + authority.key_id, to_text(at))
            detail = {"replacement": new, "certificates": len(digests)}
            self._store.audit.append(AuditRecord(at, by, "vouched", old, detail))
        return data

    def to_be_vouched(self) -> tuple[tuple[str, str], ...]:
        """Townships whose authority was taken back here, that have a replacement, and that nobody has vouched for yet: id, name."""
        found: dict[str, str] = {}
        for row in self._store.certificates.all("certificate"):
            certificate = self._station.trust.get(row.digest)
            station = certificate.station
            is_stolen = certificate.usage == AUTHORITY and self._store.meta.get(KNOWN + certificate.key_id) is not None
            if is_stolen and self._station.current(station) != station and self._store.meta.get(VOUCHED + certificate.key_id) is None:
                found[station] = self._station.name_of(station)
        return tuple(found.items())

    def take(self, data: bytes, at: datetime, by: str = "") -> int:
        """Certify again what the county vouches for; how many certificates were made. What is certified already is left as it is.

        Raises:
            EnrolmentError: `vouch_bad`, not such a document, not the county's, or about another place.
            NotAllowedError, SigningError: this station cannot certify.
        """
        old, digests = self._read(data)
        fresh = [one for digest in digests if (one := self._to_renew(digest, old)) is not None]
        issuer = Issuer(self._keys)
        certificates = issuer.certify([(one.profile, one.public_key) for one in fresh], at)
        seals = issuer.personal_seals([one for one in certificates if one.usage == "person"], at)
        with self._store.transaction():
            for certificate in certificates:
                self._station.trust.add(certificate.der)
                self._store.certificates.put(certificate.digest, certificate.der, "certificate")
            for seal in seals:
                self._store.certificates.put(self._station.suite.digest(seal), seal, "seal")
            self._register.learn(certificates)
            self._notices.tell_issued(certificates, at, seals)
            self._store.audit.append(AuditRecord(at, by, "recertified", old.digest, {"certificates": len(certificates)}))
        return len(certificates)

    def _read(self, data: bytes) -> tuple[Certificate, Sequence[str]]:
        lines = data.split(b"\n")
        if len(data) > LARGEST or len(lines) != 4 or lines[0] + b"\n" != CONTEXT or lines[3]:
            raise EnrolmentError("vouch_bad")
        try:
            given = parse_canonical(lines[1])
            signature = base64.b64decode(lines[2], validate=True)
            self._station.check_station(given["signer"], given["station"], data[: -len(lines[2]) - 1], signature)
            signer, old = self._station.trust.get(given["signer"]), self._station.trust.get(given["authority"])
            digests = [str(one) for one in given["certificates"]]
            self._station.trust.path(old)
        except (SigningError, KeyError, TypeError, ValueError) as error:
            raise EnrolmentError("vouch_bad") from error
        mine = self._keys.own_certificate(AUTHORITY)
        about_me = old.usage == AUTHORITY and old.division == mine.division and old.key_id != mine.key_id
        if signer.tier != "county" or not about_me or not self._station.trust.revoked(old) or len(digests) > MOST:
            raise EnrolmentError("vouch_bad")
        return old, digests

    def _to_renew(self, digest: str, old: Certificate) -> Certificate | None:
        """A certificate that is to be made again; None when it is not, or has been."""
        try:
            certificate = self._station.trust.get(digest)
            self._station.trust.path(certificate)
        except SigningError:
            return None
        theirs = certificate.issuer_key_id == old.key_id and certificate.usage in _PASSED_ON
        if not theirs or self._station.trust.revoked(certificate):
            return None
        mine = self._keys.own_certificate(AUTHORITY)
        for row in self._store.certificates.all("certificate"):
            other = self._station.trust.get(row.digest)
            is_mine = other.issuer_key_id == mine.key_id and other.public_key == certificate.public_key
            if is_mine and other.profile == certificate.profile:
                return None
        return certificate

    def _is_good(self, digest: str) -> bool:
        try:
            certificate = self._station.trust.get(digest)
        except SigningError:
            return False
        return certificate.usage in _PASSED_ON and self._station.trust.revoked(certificate) is None

    def _revoked_authority(self, station: str) -> Certificate:
        for row in self._store.certificates.all("certificate"):
            certificate = self._station.trust.get(row.digest)
            is_its = certificate.usage == AUTHORITY and certificate.station == station
            if is_its and self._station.trust.revoked(certificate) and self._store.meta.get(KNOWN + certificate.key_id):
                return certificate
        raise NotFoundError("authority", station)
