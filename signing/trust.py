"""What a node believes: certificates, proven up to the county's pinned root, and revocations.

Rules, for one certificate:
1. its issuer is found by key identifier and subject name, at most four certificates up to the pinned root;
2. each usage, tier and division lies under its issuer's; each signature holds over the original bytes;
3. all of them were in force somewhere inside the proven interval, with a grace after the end for a station that was offline;
4. revocation is a question apart (`revoked_before`), asked for the moment of the first receipt by another station.

A path once proven stays proven (1, 2): only its dates are compared again. Nothing here asks a clock.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from signing.algorithms import Suite
from signing.certificates import AUTHORITIES, Certificate, parse_certificate
from signing.errors import BadSignatureError, CertificateError, UnknownSignerError
from signing.revocations import Revocation, RevocationList, parse_revocations

GRACE_DAYS = 60
"""How long after its end a certificate is still taken from a station that could not renew it."""

_MOST_UNPROVEN = 8

Interval = tuple[datetime | None, datetime | None]
"""Earliest and latest moment at which something can have been signed; `None` where nothing is known."""


def shifted(moment: datetime, by: timedelta) -> datetime:
    """`moment` moved, and stopped at the ends of the calendar, which hostile dates come close to."""
    try:
        return moment + by
    except OverflowError:
        return (datetime.max if by > timedelta() else datetime.min).replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Proven:
    path: tuple[Certificate, ...]
    not_before: datetime
    not_after: datetime


class TrustStore:
    """The certificates and revocations of one county, under its root. May be shared by threads.

    `find` is asked for the DER of a certificate that was not added, by digest.

    Raises:
        CertificateError, MalformedError, BadSignatureError: `root_der` is not a root signed by itself.
    """

    def __init__(self, suite: Suite, root_der: bytes, find: Callable[[str], bytes | None] | None = None) -> None:
        self.root = parse_certificate(suite, root_der)
        if self.root.usage != "root" or self.root.issuer_key_id != self.root.key_id:
            raise CertificateError("not_a_root", self.root.digest)
        suite.verify(self.root.public_key, self.root.tbs, self.root.signature)
        self._suite = suite
        self._find = find
        self._lock = threading.Lock()
        self._by_digest: dict[str, Certificate] = {}
        self._by_key_id: dict[str, tuple[Certificate, ...]] = {}
        self._of_holders: dict[str, tuple[Certificate, ...]] = {}
        self._proven: dict[str, _Proven] = {}
        self._believed: set[str] = set()
        self._lists: dict[str, RevocationList] = {}
        self._revoked: dict[tuple[str, int], Revocation] = {}
        self._remember(self.root)
        self._prove(self.root)

    def add(self, data: bytes) -> Certificate:
        """Keep a certificate (not trusted, and not yet believed) to be found later.

        Raises:
            MalformedError: it is not one of this suite in our profile.
        """
        certificate = parse_certificate(self._suite, data)
        self._remember(certificate)
        if certificate.usage in AUTHORITIES:
            # An authority that can be proven is, so that no heap of forgeries with its key comes before it.
            with suppress(UnknownSignerError, CertificateError):
                self._prove(certificate)
        return certificate

    def _remember(self, certificate: Certificate) -> None:
        with self._lock:
            if certificate.digest not in self._by_digest:
                self._by_digest[certificate.digest] = certificate
                index = self._by_key_id if certificate.usage in AUTHORITIES else self._of_holders
                index[certificate.key_id] = (*index.get(certificate.key_id, ()), certificate)

    def get(self, digest: str) -> Certificate:
        """The certificate with this digest, believed or not.

        Raises:
            UnknownSignerError: it is not here yet.
        """
        known = self._by_digest.get(digest)
        if known:
            return known
        data = self._find(digest) if self._find else None
        if data is None or self._suite.digest(data) != digest:
            raise UnknownSignerError(digest)
        return self.add(data)

    def path(self, certificate: Certificate, at: Interval = (None, None), grace_days: int = GRACE_DAYS) -> tuple[Certificate, ...]:
        """The certificate, its issuers and the root, proven and in force at `at`; without any moment only proven.

        Where nothing bounds it from below, the latest moment is judged, so that an old key cannot be used by claiming an old date.

        Raises:
            UnknownSignerError: an issuer is not here yet.
            CertificateError: the path is complete and does not hold; `code` is `bad_signature`, `foreign_root`, `issuer_name`,
                `issuer_usage`, `authority_not_allowed`, `outside_issuer`, `not_yet_valid` or `expired`.
        """
        proven = self._prove(certificate)
        earliest, latest = at
        earliest = earliest or latest
        if earliest and earliest > shifted(proven.not_after, timedelta(days=grace_days)):
            raise CertificateError("expired", certificate.digest)
        if latest and latest < proven.not_before:
            raise CertificateError("not_yet_valid", certificate.digest)
        return proven.path

    def proves(self, certificate: Certificate) -> bool:
        """Whether there is a proven path to the root, whatever the dates."""
        with suppress(UnknownSignerError, CertificateError):
            self.path(certificate)
            return True
        return False

    def _prove(self, certificate: Certificate) -> _Proven:
        known = self._proven.get(certificate.digest)
        if known:
            return known
        if certificate.digest == self.root.digest:
            proven = _Proven((certificate,), certificate.not_before, certificate.not_after)
        elif certificate.usage == "root":
            raise CertificateError("foreign_root", certificate.digest)
        else:
            proven = self._prove_by_issuers(certificate)
        if certificate.usage in AUTHORITIES and certificate.digest not in self._believed:
            # A renewed authority may lengthen what hangs from its key: look again.
            self._believed.add(certificate.digest)
            self._proven.clear()
        self._proven[certificate.digest] = proven
        return proven

    def _prove_by_issuers(self, certificate: Certificate) -> _Proven:
        """The longest lasting of its proofs; waiting for an issuer comes before being wrong."""
        proofs: list[_Proven] = []
        problem: UnknownSignerError | CertificateError | None = None
        for issuer in self._issuers(certificate.issuer_key_id):
            try:
                proofs.append(self._prove_under(certificate, issuer))
            except UnknownSignerError as error:
                problem = error
            except CertificateError as error:
                problem = problem or error
        if proofs:
            return max(proofs, key=lambda proven: proven.not_after)
        raise problem or UnknownSignerError(f"key:{certificate.issuer_key_id}")

    def _issuers(self, key_id: str) -> list[Certificate]:
        """Authorities with this key, believed ones first; few of the others, so that a heap of forgeries costs little."""
        candidates = self._by_key_id.get(key_id, ())
        believed = [issuer for issuer in candidates if issuer.digest in self._believed]
        others = [issuer for issuer in candidates if issuer.digest not in self._believed]
        return believed + others[:_MOST_UNPROVEN]

    def _prove_under(self, certificate: Certificate, issuer: Certificate) -> _Proven:
        fault = issuer.nesting_fault(certificate) or ("issuer_name" if issuer.subject != certificate.issuer else None)
        if fault:
            raise CertificateError(fault, certificate.digest)
        try:
            self._suite.verify(issuer.public_key, certificate.tbs, certificate.signature)
        except BadSignatureError as error:
            raise CertificateError("bad_signature", certificate.digest) from error
        above = self._prove(issuer)
        begins, ends = max(above.not_before, certificate.not_before), min(above.not_after, certificate.not_after)
        return _Proven((certificate, *above.path), begins, ends)

    def add_revocations(self, data: bytes, *, is_kept: bool = False) -> bool:
        """Take in a revocation list (not trusted); whether it is newer than what was here. A revocation once seen is never forgotten.

        Raises:
            MalformedError: it is not one of this suite in our form.
            UnknownSignerError: its issuer is not here yet.
            CertificateError: its issuer may not, or it does not hold, or its number was used for another list.
        """
        listed = parse_revocations(self._suite, data)
        self._check_list(listed)
        with self._lock:
            before = self._lists.get(listed.issuer_key_id)
            if not is_kept and before and before.number == listed.number and before.digest != listed.digest:
                raise CertificateError("number_used_twice", listed.digest)
            for revocation in listed.revoked:
                key = (listed.issuer_key_id, revocation.serial)
                self._revoked[key] = min(self._revoked.get(key, revocation), revocation, key=lambda each: each.at)
            if before and before.number >= listed.number:
                return False
            self._lists[listed.issuer_key_id] = listed
            return True

    def _check_list(self, listed: RevocationList) -> None:
        problem: UnknownSignerError | CertificateError | None = None
        for issuer in self._issuers(listed.issuer_key_id):
            try:
                self._check_list_under(listed, issuer)
                return
            except (UnknownSignerError, CertificateError) as error:
                problem = error
        raise problem or UnknownSignerError(f"key:{listed.issuer_key_id}")

    def _check_list_under(self, listed: RevocationList, issuer: Certificate) -> None:
        if issuer.subject != listed.issuer:
            raise CertificateError("issuer_name", listed.digest)
        try:
            self._suite.verify(issuer.public_key, listed.tbs, listed.signature)
        except BadSignatureError as error:
            raise CertificateError("bad_signature", listed.digest) from error
        self.path(issuer)

    def lists(self) -> tuple[RevocationList, ...]:
        """The newest list of each authority; one past its `next_update` is stale, which warns and refuses nothing."""
        return tuple(self._lists.values())

    def revoked(self, certificate: Certificate) -> Revocation | None:
        """That this very certificate was taken back, whenever that was."""
        return self._revoked.get((certificate.issuer_key_id, certificate.serial))

    def revoked_before(self, certificate: Certificate, moment: datetime) -> Revocation | None:
        """That this certificate, or an authority it hangs from, had been taken back at `moment`.

        The moment to ask for is when the first other station received what was signed. Where only an authority was taken back and another
        one has certified the same key for the same holder again, the key stands, and with it what it signed under the old certificate.

        Raises:
            UnknownSignerError, CertificateError: there is no proven path.
        """
        for place, each in enumerate(self.path(certificate)):
            revocation = self.revoked(each)
            if revocation and revocation.at <= moment:
                return None if place and self._stands_again(certificate) else revocation
        return None

    def _stands_again(self, certificate: Certificate) -> bool:
        """Whether an authority that stands has certified this very key for this very holder."""
        others = (one for one in self._of_holders.get(certificate.key_id, ()) if one.issuer_key_id != certificate.issuer_key_id)
        same = [one for one in others if one.public_key == certificate.public_key and _is_same_holder(one, certificate)]
        # The newest come first, and few of them: a heap of forgeries must cost little.
        for one in sorted(same, key=lambda one: one.not_before, reverse=True)[:_MOST_UNPROVEN]:
            with suppress(UnknownSignerError, CertificateError):
                if not any(self.revoked(each) for each in self.path(one)):
                    return True
        return False


def _is_same_holder(one: Certificate, other: Certificate) -> bool:
    members = ("usage", "station", "division", "tier", "roles", "name")
    return all(getattr(one, member) == getattr(other, member) for member in members)
