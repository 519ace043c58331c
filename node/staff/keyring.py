"""Keys of this station: its own, which open unattended, and personal ones, which a PIN opens for a while in this process only."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from node.clock import Clock
from node.config import PolicySettings
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.staff.holders import HeldKey, Holders, machine_secret_of
from node.staff.people import Person
from node.staff.tokens import holder_of
from node.store import Store
from signing.algorithms import PrivateKey, Suite
from signing.certificates import Certificate, parse_certificate
from signing.errors import KeyFileError, PinLockedError, SigningError
from signing.keys import FileSigner, Signer, open_key_file, unbox
from signing.seal import parse_seal

SEAL_OF = "seal_of:"
"""In `store.meta`: which electronic seal belongs to a certificate, digest to digest."""


def database_key(folder: StationFolder) -> bytes:
    """The raw 256-bit key of the database.

    Raises:
        KeyFileError: the box or the machine secret is missing.
        DecryptionError: the box is another machine's.
    """
    try:
        boxed = folder.database_key.read_bytes()
    except OSError as error:
        raise KeyFileError("unreadable", folder.database_key.name) from error
    return unbox(machine_secret_of(folder), boxed)


def unattended_key(folder: StationFolder, suite: Suite, path: Path) -> PrivateKey:
    """A key of this folder that opens without a PIN, such as `folder.station_encrypt_key`.

    Raises:
        KeyFileError: missing, damaged, or another machine's.
    """
    return open_key_file(path, suite, None, machine_secret_of(folder))


def unattended_signer(folder: StationFolder, suite: Suite, path: Path, certificate_der: bytes) -> Signer:
    """A signer with a key that opens without a PIN.

    Raises:
        KeyFileError: as `unattended_key`, or the certificate is another key's.
        MalformedError: the certificate is none.
    """
    return FileSigner(suite, unattended_key(folder, suite, path), parse_certificate(suite, certificate_der))


@dataclass(frozen=True)
class OpenKey:
    """A person's key while it may be used: what signs, and the electronic seal (电子印章) as DER that goes with it.

    `custodian` is the key itself, which opens the unit seals that the person keeps (`signing.custody`); None of a key on a token.
    """

    person_name: str
    signer: Signer
    seal: bytes
    custodian: PrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Unlocked:
    person_name: str
    key: HeldKey
    since: datetime
    until: datetime
    uses_left: int


IsRevoked = Callable[[Certificate], bool]
"""Whether a certificate was taken back."""


def _never(_certificate: Certificate) -> bool:
    return False


class Keyring:
    """Personal keys. An unlocked key stays with the session that gave the PIN, for so many minutes and uses.

    Of a key in a file the key itself is kept that long, of one on a token the token's login; the PIN never is.
    """

    def __init__(
        self,
        holders: Holders,
        suite: Suite,
        store: Store,
        clock: Clock,
        policy: PolicySettings,
        is_revoked: IsRevoked = _never,
    ) -> None:
        self._holders = holders
        self._suite = suite
        self._is_revoked = is_revoked
        self._store = store
        self._clock = clock
        self._policy = policy
        self._guard = threading.Lock()
        self._unlocked: dict[str, _Unlocked] = {}

    def open(self, person: Person, pin: str | None, division: str = "", *, keep: bool = True) -> OpenKey:
        """The person's key, for one letter. With a PIN it is opened anew; without, the session's window must be open.

        `division` is the village that the letter is of, empty for the station's own: it picks the certificate and the seal. The key and
        its window are the same for all of them. With `keep` off no window is left open: a head who types the PIN on somebody else's page.
        To be called outside of transactions: the attempt is counted before the PIN is looked at.

        Raises:
            NotAllowedError: `no_key`, the person has none here; `no_seal`, none for that village; `pin_needed`, no window is open;
                `key_revoked`, `seal_revoked`, the certificate or the seal's maker was taken back, so that nobody would take what it seals.
            PinError: the PIN is wrong.
            PinLockedError: no tries are left.
            KeyFileError: the key file is missing, damaged or another machine's.
            TokenError: the token is not plugged in, is another one, or would not.
        """
        key_name, certificate = self._key_of(person, division)
        self._check_not_revoked(certificate)
        if pin is None:
            self._check_not_locked(person, key_name)
            return self._opened(person, self._still_open(person, certificate), certificate)
        key = self._holders.open(key_name, pin, certificate.public_key)
        opened = self._opened(person, key, certificate)
        if keep and self._policy.key_minutes:
            self._open_window(person, key)
        return opened

    def _opened(self, person: Person, key: HeldKey, certificate: Certificate) -> OpenKey:
        return OpenKey(person.name, key.signer(certificate), self._seal_of(certificate), key.private)

    def holder(self, person: Person) -> str:
        """What holds the person's key: `file`, `pkcs11` or `skf`; empty when there is none."""
        record = self._store.people.get(person.name)
        return "" if record is None or record.key_name is None else holder_of(record.key_name)

    def seal_name(self, person: Person, division: str = "") -> str:
        """The name of the seal that a letter of this village would be sealed with; empty when the person has none."""
        try:
            _, certificate = self._key_of(person, division)
            return parse_seal(self._suite, self._seal_of(certificate)).name
        except (NotAllowedError, SigningError):
            return ""

    def name_of(self, person: Person) -> str:
        """The name in the person's certificate; empty when there is none."""
        try:
            return self._key_of(person, "")[1].name
        except NotAllowedError:
            return ""

    def is_open(self, person: Person) -> bool:
        """Whether this login's next letter needs no PIN."""
        with self._guard:
            return self._usable(self._unlocked.get(person.session_id), person)

    def lock(self, session_id: str) -> None:
        """Close a session's window, such as when it logs out."""
        self._end({session_id})

    def sweep(self, _now: datetime) -> None:
        """A chore: end the windows whose time is over, so that no token stays logged in because nobody came back."""
        self._end(self._ended())

    def _check_not_locked(self, person: Person, key_name: str) -> None:
        """Somebody guesses this key's PIN: then an open window is closed too, whoever sits there."""
        if self._holders.is_locked(key_name):
            self._end({person.session_id})
            raise PinLockedError

    def _check_not_revoked(self, certificate: Certificate) -> None:
        if self._is_revoked(certificate):
            raise NotAllowedError("key_revoked")
        if self._is_revoked(parse_seal(self._suite, self._seal_of(certificate)).maker):
            raise NotAllowedError("seal_revoked")

    def _key_of(self, person: Person, division: str) -> tuple[str, Certificate]:
        record = self._store.people.get(person.name)
        if record is None or record.disabled or record.practice or record.key_name is None or record.certificate is None:
            raise NotAllowedError("no_key")
        own = self._certificate(record.certificate)
        if own is None:
            raise NotAllowedError("no_key")
        wanted = division or own.station[:12]
        if wanted == own.division:
            return record.key_name, own
        further = self._certificate(self._store.person_certificates.get(person.name, wanted))
        if further is None:
            raise NotAllowedError("no_seal")
        return record.key_name, further

    def _certificate(self, digest: str | None) -> Certificate | None:
        der = None if digest is None else self._store.certificates.get(digest, "certificate")
        return None if der is None else parse_certificate(self._suite, der)

    def _seal_of(self, certificate: Certificate) -> bytes:
        digest = self._store.meta.get(SEAL_OF + certificate.digest)
        seal = None if digest is None else self._store.certificates.get(digest, "seal")
        if seal is None:
            raise NotAllowedError("no_key")
        return seal

    def _still_open(self, person: Person, certificate: Certificate) -> HeldKey:
        with self._guard:
            held = self._unlocked.get(person.session_id)
            if held is None or not self._usable(held, person) or held.key.public != certificate.public_key:
                held = None
            else:
                self._unlocked[person.session_id] = replace(held, uses_left=held.uses_left - 1)
        if held is None:
            self._end({person.session_id})
            raise NotAllowedError("pin_needed")
        return held.key

    def _usable(self, held: _Unlocked | None, person: Person) -> bool:
        if held is None or held.person_name != person.name or held.uses_left < 1 or not held.key.is_there:
            return False
        return held.since <= self._clock.now() < held.until

    def _open_window(self, person: Person, key: HeldKey) -> None:
        now = self._clock.now()
        until, uses_left = now + timedelta(minutes=self._policy.key_minutes), self._policy.key_uses - 1
        self._end({*self._ended(), person.session_id})
        with self._guard:
            self._unlocked[person.session_id] = _Unlocked(person.name, key, now, until, uses_left)

    def _ended(self) -> set[str]:
        now = self._clock.now()
        with self._guard:
            return {session_id for session_id, held in self._unlocked.items() if not held.since <= now < held.until}

    def _end(self, session_ids: set[str]) -> None:
        """Close windows. A token may take its time, so the others need not wait for that."""
        with self._guard:
            ended = [held for one in session_ids if (held := self._unlocked.pop(one, None)) is not None]
        for held in ended:
            held.key.close()
