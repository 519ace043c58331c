"""The seal cabinet (印章柜): the unit seals whose keys lie at this station, who keeps them, and how each of them stands.

A seal is used only with the key of one of its custodians (保管人), and only while nothing speaks against it: not the county's list, not the
dates, not a certificate that was taken back.
"""

import base64
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from node.clock import Clock
from node.errors import NotAllowedError, NotFoundError
from node.folder import StationFolder
from node.seals.status import AGAINST, StatusBook
from node.staff.holders import PinCounter, machine_secret_of
from node.staff.keyring import OpenKey
from node.staff.tokens import Tokens, open_token_key
from node.station import FOREVER, Station
from node.store import Store
from node.store.records.seals import HeldSealRecord
from signing.algorithms import PrivateKey
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, parse_certificate
from signing.custody import DOCUMENT_SUITE, Custodian, OnToken, OpenedFiles, PinCustodian, SealKeys, custodians, open_seal_key
from signing.errors import KeyFileError, PinError, PinLockedError, SigningError
from signing.keys import FileSigner, Signer
from signing.report import SealStatus
from signing.seal import Seal, parse_seal
from signing.tokens.token import TokenSigner
from signing.trust import GRACE_DAYS

HELD = "held"
IN_USE, EXPIRED, REVOKED, UNKNOWN = "in_use", "expired", "revoked", "unknown"
LIVE = (IN_USE, "made", "stopped")
"""States of a seal that may be used now, or again."""


@dataclass(frozen=True)
class HeldSeal:
    """A unit seal of this station; `custodians` are login names.

    `state` is `in_use`, or why it may not be used: `made`, `stopped`, `lost`, `replaced`, `expired`, `revoked`, or `unknown` where its
    key file cannot be read.
    """

    seal_id: str
    kind: str
    name: str
    digest: str
    certificate: Certificate
    custodians: tuple[str, ...]
    state: str
    valid_to: datetime
    holder: str
    key_name: str
    division: str

    @property
    def is_in_use(self) -> bool:
        """Whether it may be put on something now."""
        return self.state == IN_USE

    def has_only(self, name: str) -> bool:
        """Whether nobody else keeps it."""
        return self.custodians == (name,)


@dataclass(frozen=True)
class OpenSeal:
    """A unit seal in the hand of one of its custodians: what signs, and the electronic seal as DER.

    `document` signs documents for ordinary readers, with its certificates, the holder's first; None where it has no such certificates.
    """

    signer: Signer
    seal: bytes = field(repr=False)
    document: Signer | None = None
    document_chain: tuple[Certificate, ...] = field(default=(), repr=False)


class Batch(threading.local):
    """What a thread keeps open while it acts on several cases in one go."""

    def __init__(self) -> None:
        self.opened: OpenedFiles | None = None


class Cabinet:
    """The unit seals of one station."""

    def __init__(self, folder: StationFolder, station: Station, store: Store, statuses: StatusBook, clock: Clock, tokens: Tokens) -> None:
        self._folder = folder
        self._station = station
        self._store = store
        self._statuses = statuses
        self._clock = clock
        self.tokens = tokens
        self._batch = Batch()

    @contextmanager
    def keeping_open(self) -> Iterator[None]:
        """Inside, this thread decrypts a seal file once while it does not change. How the seal stands is looked at each time."""
        self._batch.opened = OpenedFiles(self._station.suite)
        try:
            yield
        finally:
            self._batch.opened = None

    def held(self, division: str = "") -> tuple[HeldSeal, ...]:
        """The seals of one village or of the station's own division, newest first, in whatever state."""
        wanted = division or self._station.station[:12]
        return self._newest_first([row for row in self._store.held_seals.all(HELD) if row.division == wanted])

    def name_of(self, digest: str, division: str = "") -> str | None:
        """The key file of the seal of a digest, of one village or of the station's own division, in whatever state; None for none."""
        wanted = (division or self._station.station[:12], digest)
        return next((row.key_name for row in self._store.held_seals.all(HELD) if (row.division, row.seal) == wanted), None)

    def all(self) -> tuple[HeldSeal, ...]:
        """Every seal whose key lies here, newest first."""
        return self._newest_first(self._store.held_seals.all(HELD))

    def _newest_first(self, rows: Sequence[HeldSealRecord]) -> tuple[HeldSeal, ...]:
        logins = self.logins() if rows else {}
        found = [self._held(row, logins) for row in rows]
        ready = [one for one in found if one is not None]
        return tuple(sorted(ready, key=lambda one: (one.certificate.not_before, one.seal_id), reverse=True))

    def kept_by(self, name: str) -> tuple[HeldSeal, ...]:
        """The seals that somebody keeps and that may be used now or again, newest first."""
        return tuple(one for one in self.all() if name in one.custodians and one.state in LIVE)

    def get(self, key_name: str) -> HeldSeal:
        """The seal of a key file.

        Raises:
            NotFoundError: `seal`, there is none.
        """
        return self._row_and_seal(key_name)[1]

    def _row_and_seal(self, key_name: str) -> tuple[HeldSealRecord, HeldSeal]:
        row = self._store.held_seals.get(key_name)
        held = None if row is None or row.state != HELD else self._held(row, self.logins())
        if row is None or held is None:
            raise NotFoundError("seal", key_name)
        return row, held

    def open(self, held: HeldSeal, key: OpenKey, pin: str | None = None) -> OpenSeal:
        """The seal, as it stands now, opened by a custodian; see `open_named`."""
        return self.open_named(held.key_name, key, pin)

    def open_named(self, key_name: str, key: OpenKey, pin: str | None = None) -> OpenSeal:
        """The seal of a key file, opened by a custodian's own key; `pin` is for this seal where that key is on a token.

        Outside of transactions: tries of a PIN are counted.

        Raises:
            NotFoundError: `seal`, it is not here any more.
            NotAllowedError: `not_custodian`; `unit_seal_made`, `unit_seal_stopped`, `unit_seal_lost`, `unit_seal_replaced`,
                `unit_seal_expired`, `unit_seal_revoked`: it may not be used now; `seal_pin_needed`.
            PinError, PinLockedError: the PIN for this seal.
            KeyFileError: the key file is missing, damaged or another machine's.
            TokenError: the seal's own token is not plugged in or would not; with another PIN than once it is `seal_token_pin`.
        """
        row, now = self._row_and_seal(key_name)
        if not now.is_in_use:
            raise NotAllowedError(f"unit_seal_{now.state}")
        if key.person_name not in now.custodians:
            raise NotAllowedError("not_custodian")
        keys = self.keys_of(key_name, self.custodian(key, pin))
        der = None if row.seal is None else self._store.certificates.get(row.seal, "seal")
        if der is None:
            raise NotFoundError("seal", key_name)
        signer = self._signer(keys.organ, now.certificate)
        return OpenSeal(signer, der, *self._document(row, keys, signer))

    def _signer(self, organ: PrivateKey | OnToken, certificate: Certificate) -> Signer:
        if not isinstance(organ, OnToken):
            return FileSigner(self._station.suite, organ, certificate)
        try:
            return TokenSigner(open_token_key(self.tokens, organ.name, organ.pin, certificate.public_key), certificate)
        except (PinError, PinLockedError) as error:
            raise NotAllowedError("seal_token_pin") from error

    def keys_of(self, key_name: str, custodian: Custodian) -> SealKeys:
        """The keys in a seal's file, for one of its custodians.

        Raises:
            NotAllowedError: `not_custodian`.
            PinError, PinLockedError, KeyFileError: as `open`.
        """
        path, secret, opened = self.path(key_name), machine_secret_of(self._folder), self._batch.opened
        try:
            if opened is not None:
                return opened.keys_of(path, custodian, secret)
            return open_seal_key(path, self._station.suite, custodian, secret)
        except KeyFileError as error:
            if error.code == "no_slot":
                raise NotAllowedError("not_custodian") from error
            raise

    def custodian(self, key: OpenKey, pin: str | None = None) -> Custodian:
        """What opens a seal's file for the person of an open key.

        Raises:
            NotAllowedError: `seal_pin_needed`, the person's key is on a token, and the seal opens with a PIN of its own.
        """
        if key.custodian is not None:
            return key.custodian
        if not pin:
            raise NotAllowedError("seal_pin_needed")
        return PinCustodian(key.signer.certificate.key_id, pin, PinCounter(self._store))

    def path(self, key_name: str) -> Path:
        """The key file of a seal."""
        return self._folder.personal_key(key_name)

    def documents_of(self, row: HeldSealRecord) -> tuple[Certificate, ...]:
        """The certificates of a seal's key for documents, the holder's first."""
        suite = suite_of(DOCUMENT_SUITE)
        return tuple(parse_certificate(suite, base64.b64decode(one)) for one in row.documents)

    def _document(self, row: HeldSealRecord, keys: SealKeys, signer: Signer) -> tuple[Signer | None, tuple[Certificate, ...]]:
        if self._station.suite.name == DOCUMENT_SUITE:
            return signer, self._station.trust.path(signer.certificate)
        chain = self.documents_of(row)
        if keys.document is None or not chain:
            return None, ()
        return FileSigner(suite_of(DOCUMENT_SUITE), keys.document, chain[0]), chain

    def _held(self, row: HeldSealRecord, logins: Mapping[str, str]) -> HeldSeal | None:
        try:
            certificate = self._station.trust.get(row.certificate or "")
            seal = parse_seal(self._station.suite, self._store.certificates.get(row.seal or "", "seal") or b"")
        except SigningError:
            return None
        keys = self._custodians(row)
        return HeldSeal(
            seal_id=seal.seal_id,
            kind=row.kind,
            name=seal.name,
            digest=seal.digest,
            certificate=certificate,
            custodians=tuple(logins[one] for one in keys if one in logins),
            state=self._state(seal, certificate) if keys else UNKNOWN,
            valid_to=min(seal.valid_to, certificate.not_after),
            holder=row.holder,
            key_name=row.key_name,
            division=row.division,
        )

    def _custodians(self, row: HeldSealRecord) -> tuple[str, ...]:
        try:
            return custodians(self.path(row.key_name), self._station.suite)
        except KeyFileError:
            return ()

    def _state(self, seal: Seal, certificate: Certificate) -> str:
        now, trust = self._clock.now(), self._station.trust
        status = self._statuses.status(seal)
        if status is not None and (speaking := _speaking(status, now)):
            return speaking
        try:
            trust.path(certificate)
            if trust.revoked_before(certificate, FOREVER) or trust.revoked_before(seal.maker, FOREVER):
                return REVOKED
        except SigningError:
            return REVOKED
        if now > seal.valid_to or now > certificate.not_after:
            return EXPIRED
        return IN_USE

    def logins(self) -> Mapping[str, str]:
        """Login names by the id of the person's key; of those who may work here."""
        found: dict[str, str] = {}
        for person in self._store.people.all():
            if person.certificate is not None and not person.disabled and not person.practice:
                try:
                    found[self._station.trust.get(person.certificate).key_id] = person.name
                except SigningError:
                    continue
        return found


def _speaking(status: SealStatus, now: datetime) -> str:
    """The gravest state that speaks against a seal now; empty for none.

    What the county dates later than this clock is believed at once: the clock may be behind.
    """
    entries = (*status.earlier, replace(status, earlier=()))
    against = [one.state for one in entries if one.stands(now) or (one.until is None and one.since > now)]
    return max(against, key=AGAINST.index, default="")


ENDS_SOON_DAYS = GRACE_DAYS
"""So many days before its end a seal is told of (到期提醒)."""
