"""Making unit seals (制章), at the county alone: who may ask for one, and what a granted request brings.

A request is granted only with a picture that the key officer has looked at. The register keeps it with the request until then.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from node.clock import Clock
from node.enrolment.documents import DOCUMENT_USAGE, Document, Request, SealWish
from node.enrolment.issuing import IssuingKeys, unit_seal, validity
from node.enrolment.judging import Bench, Issued
from node.errors import EnrolmentError
from node.roles import Tier
from node.seals.keeping import KINDS_OF, may_keep
from node.seals.status import KIND as SEALS_LISTED
from node.seals.status import read_list
from node.store.records.seals import SealEventRecord, SealRecord
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, CertificateProfile
from signing.custody import DOCUMENT_SUITE
from signing.errors import CertificateError, MalformedError, SigningError, UnknownSignerError
from signing.seal import parse_seal
from signing.seal_image import Picture
from signing.trust import TrustStore

WANTED, MADE, REPLACED = "wanted", "made", "replaced"
SAMPLE = "（样章）"
"""At the end of the name of a seal whose picture was drawn here and is no licensed seal maker's."""

CertifyDocument = Callable[[CertificateProfile, bytes, datetime, datetime], Sequence[bytes]]
"""Certificates for the public key of a document signer, the holder's first: the profile, the key, from when to when."""


class SealJudge:
    """Judges requests for unit seals."""

    unasked = False

    def __init__(self, bench: Bench, keys: IssuingKeys, clock: Clock, certify_document: CertifyDocument | None = None) -> None:
        self._bench = bench
        self._keys = keys
        self._clock = clock
        self._certify_document = certify_document

    def check(self, document: Document[Request], now: datetime) -> None:
        """Return when a station of this county asks for a seal of its own, one of its people who may keep such a seal having signed.

        Raises:
            EnrolmentError: `request_not_county`, only a county makes unit seals; `request_not_below`, `request_signature`,
                `request_keys`, `request_key`, `request_seal`; `request_custodian`, nobody signed who may keep it.
            UnknownSignerError: a certificate that it needs is not here.
        """
        if self._bench.station.tier is not Tier.COUNTY:
            raise EnrolmentError("request_not_county")
        own, wish = self._asking(document), self._wish(document)
        organ = document.content.keys[0]
        documents = document.content.keys[1:]
        plain = all(
            (key.name, key.division, key.roles, key.person) == (wish.name, organ.division, (), None) for key in document.content.keys
        )
        usages = [key.usage for key in document.content.keys]
        if not plain or usages not in (["organ"], ["organ", DOCUMENT_USAGE]) or self._profile(document, own).fault():
            raise EnrolmentError("request_keys")
        self._bench.check_keys([organ])
        self._bench.check_possession(document)
        for key in documents:
            _check_document_key(document, key.public)
        self._check_unused(organ.public)
        self._check_custodian(document, own, wish)
        self._check_replaced(wish, own, organ.division)

    def issue(self, document: Document[Request], now: datetime) -> Issued:
        """The organ's certificate, its seal with the picture that was chosen, and the certificates of its key for documents.

        Raises:
            EnrolmentError: `seal_not_drawn`, no picture has been chosen yet.
            NotAllowedError, SigningError: this station cannot certify, or makes no seals.
        """
        own, wish = self._asking(document), self._wish(document)
        line = self._line(document)
        if line is None or line.picture is None or line.media is None:
            raise EnrolmentError("seal_not_drawn")
        # The name that the key officer has looked at, in the certificates too: what was asked for may have been another organ's.
        profile = replace(self._profile(document, own), name=line.name.removesuffix(SAMPLE))
        maker = self._keys.seal_maker()
        (certificate,) = self._bench.issuer.certify([(profile, document.content.keys[0].public)], now)
        picture = Picture(line.media, line.picture, line.width_mm, line.height_mm)
        seal_id = f"{own.station}-{wish.kind}-{self._next(own.station, wish.kind)}"
        seal = unit_seal(self._bench.station.suite, maker, certificate, seal_id, line.name, picture, now)
        return Issued(own.station, (certificate,), (seal,), self._documents(document, profile, now))

    def settle(self, document: Document[Request], digest: str, issued: Issued) -> None:
        """The register has the seal now; the one that it replaces is over.

        Raises:
            EnrolmentError: `seal_not_drawn`, somebody else has changed the line meanwhile; `seal_number_taken`, has made another seal.
        """
        store, line = self._bench.store, self._line(document)
        if line is None or line.state != WANTED:
            raise EnrolmentError("seal_not_drawn")
        seal = parse_seal(self._bench.station.suite, issued.seals[0])
        drawn = Picture(line.media or "", line.picture or b"", line.width_mm, line.height_mm)
        if (seal.name, seal.picture) != (line.name, drawn) or not line.reason:
            # Without a reason it was drawn anew since somebody looked at it and had it made.
            raise EnrolmentError("seal_not_drawn")
        if store.seals.by_seal_id(seal.seal_id) is not None:
            raise EnrolmentError("seal_number_taken")
        now = seal.created_at
        store.seals.put(
            replace(
                line,
                state=MADE,
                since=now,
                seal_id=seal.seal_id,
                seal=seal.digest,
                certificate=issued.certificates[0].digest,
                valid_to=seal.valid_to,
            )
        )
        store.seals.note(SealEventRecord(request=digest, at=now, since=now, by=line.by, state=MADE, reason=line.reason))
        old = None if line.replaces is None else store.seals.by_seal_id(line.replaces)
        if old is not None and old.state != REPLACED:
            store.seals.put(replace(old, state=REPLACED, since=now))
            store.seals.note(SealEventRecord(request=old.request, at=now, since=now, by=line.by, state=REPLACED, reason=seal.seal_id))

    def _asking(self, document: Document[Request]) -> Certificate:
        """The present certificate of the station that asks, anywhere in this county, when it signed."""
        station, asking = self._bench.station, document.content.station
        entry = station.directory.entry(asking)
        if (
            entry is None
            or entry.successor is not None
            or not (station.is_me(asking) or station.path_of(asking)[-1:] == (station.station,))
        ):
            raise EnrolmentError("request_not_below")
        for signature in document.signatures:
            if signature.signer is None:
                continue
            try:
                station.check_station(signature.signer, asking, document.signed, signature.value)
            except SigningError:
                continue
            return station.trust.get(signature.signer)
        raise EnrolmentError("request_signature")

    def _wish(self, document: Document[Request]) -> SealWish:
        wish = document.content.seal
        tier = self._bench.station.tier_of(document.content.station)
        if wish is None or wish.kind not in KINDS_OF.get(tier, ()):
            raise EnrolmentError("request_seal")
        return wish

    def _profile(self, document: Document[Request], own: Certificate) -> CertificateProfile:
        organ = document.content.keys[0]
        return CertificateProfile(usage="organ", station=own.station, division=organ.division, tier=own.tier, name=organ.name)

    def _check_unused(self, public: bytes) -> None:
        """A key that was certified before is somebody's already: who holds it would hold two seals."""
        for row in self._bench.store.certificates.all("certificate"):
            if self._bench.station.trust.get(row.digest).public_key == public:
                raise EnrolmentError("request_keys")

    def _check_custodian(self, document: Document[Request], own: Certificate, wish: SealWish) -> None:
        """One of the asking station's own people signed, who may keep such a seal, of the village that it is for.

        A certificate may still name an earlier number of the station.
        """
        suite, division = self._bench.station.suite, document.content.keys[0].division
        for holder in self._proven_signers(document, wish):
            station = self._bench.station.current(holder.station)
            is_theirs = (holder.usage, station, holder.division) == ("person", own.station, division)
            if is_theirs and may_keep(own.tier, wish.kind, holder.roles) and document.is_signed_by(suite, holder.digest, holder.public_key):
                return
        raise EnrolmentError("request_custodian")

    def _proven_signers(self, document: Document[Request], wish: SealWish) -> Iterator[Certificate]:
        """Those named as signers whose certificate the request brings along, proven under the county's root and not taken back."""
        trust, suite = self._bench.station.trust, self._bench.station.suite
        proofs = TrustStore(suite, trust.root.der, lambda asked: self._bench.store.certificates.get(asked, "certificate"))
        signers, now = {one.signer for one in document.signatures}, self._clock.now()
        try:
            brought = [proofs.add(der) for der in reversed(wish.certificates)]
        except MalformedError as error:
            raise EnrolmentError("request_custodian") from error
        for holder in brought:
            if holder.digest in signers:
                with suppress(CertificateError, UnknownSignerError):
                    if not any(trust.revoked(one) for one in proofs.path(holder, (now, now))):
                        yield holder

    def _check_replaced(self, wish: SealWish, own: Certificate, division: str) -> None:
        if wish.replaces is None:
            return
        old = self._bench.store.seals.by_seal_id(wish.replaces)
        if old is None or (old.kind, old.division) != (wish.kind, division) or not self._bench.station.current(old.station) == own.station:
            raise EnrolmentError("request_seal")

    def _line(self, document: Document[Request]) -> SealRecord | None:
        return self._bench.store.seals.get(document.digest(self._bench.station.suite))

    def _next(self, station: str, kind: str) -> int:
        """A number that no seal bears: none of the register, and none that is only heard of, such as one made before a restore."""
        store, suite, before = self._bench.store, self._bench.station.suite, f"{station}-{kind}-"
        known = [one.seal_id or "" for one in store.seals.all()]
        known += [one.seal_id for row in store.certificates.all(SEALS_LISTED) for one in read_list(row.der).entries]
        for row in store.certificates.all("seal"):
            with suppress(SigningError):
                known.append(parse_seal(suite, row.der).seal_id)
        numbers = [one.removeprefix(before) for one in known if one.startswith(before)]
        return 1 + max((int(one) for one in numbers if one.isascii() and one.isdigit()), default=0)

    def _documents(self, document: Document[Request], profile: CertificateProfile, now: datetime) -> tuple[bytes, ...]:
        key = document.content.key(DOCUMENT_USAGE)
        if key is None or self._certify_document is None:
            return ()
        return tuple(self._certify_document(profile, key.public, *validity("organ", now)))


def _check_document_key(document: Document[Request], public: bytes) -> None:
    """Return when it is a key of the document suite, held by who asks.

    Raises:
        EnrolmentError: `request_key`, `request_signature`.
    """
    suite = suite_of(DOCUMENT_SUITE)
    try:
        suite.check_public(public)
    except MalformedError as error:
        raise EnrolmentError("request_key") from error
    if not document.is_signed_by(suite, None, public):
        raise EnrolmentError("request_signature")
