"""Keys of this station: its own, which open unattended, and personal ones, which a PIN opens for a while in this process only."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from node.clock import Clock
from node.config import PolicySettings
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.staff.people import Person
from node.store import Store
from signing.algorithms import PrivateKey, Suite
from signing.certificates import Certificate, parse_certificate
from signing.errors import KeyFileError, PinLockedError, SigningError
from signing.keys import FileSigner, Signer, machine_secret, open_key_file, unbox, unlock
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
class PersonalSigner:
    """What a person seals a letter with: the key, and the electronic seal (电子印章) as DER that goes with it."""

    signer: Signer
    seal: bytes


@dataclass(frozen=True)
class _Unlocked:
    person_name: str
    private: PrivateKey
    since: datetime
    until: datetime
    uses_left: int


IsRevoked = Callable[[Certificate], bool]
"""Whether a certificate was taken back."""


def _never(_certificate: Certificate) -> bool:
    return False


class Keyring:
    """Personal keys. An unlocked key stays with the session that gave the PIN, for so many minutes and uses."""

    def __init__(
        self,
        folder: StationFolder,
        suite: Suite,
        store: Store,
        clock: Clock,
        policy: PolicySettings,
        is_revoked: IsRevoked = _never,
    ) -> None:
        self._folder = folder
        self._suite = suite
        self._is_revoked = is_revoked
        self._store = store
        self._clock = clock
        self._policy = policy
        self._counter = PinCounter(store)
        self._guard = threading.Lock()
        self._unlocked: dict[str, _Unlocked] = {}

    def signer_for(self, person: Person, pin: str | None, division: str = "") -> PersonalSigner:
        """The person's signer, for one letter. With a PIN the key is opened anew; without, the session's window must be open.

        `division` is the village that the letter is of, empty for the station's own: it picks the certificate and the seal. The key and
        its window are the same for all of them. To be called outside of transactions: the attempt is counted before the PIN is looked at.

        Raises:
            NotAllowedError: `no_key`, the person has none here; `no_seal`, none for that village; `pin_needed`, no window is open;
                `key_revoked`, `seal_revoked`, the certificate or the seal's maker was taken back, so that nobody would take what it seals.
            PinError: the PIN is wrong.
            PinLockedError: no tries are left.
            KeyFileError: the key file is missing, damaged or another machine's.
        """
        key_name, certificate = self._key_of(person, division)
        self._check_not_revoked(certificate)
        if pin is None:
            private = self._still_open(person, certificate)
            return PersonalSigner(FileSigner(self._suite, private, certificate), self._seal_of(certificate))
        path, secret = self._folder.personal_key(key_name), machine_secret_of(self._folder)
        private = unlock(path, self._suite, pin, secret, self._counter, key_name)
        signer = PersonalSigner(FileSigner(self._suite, private, certificate), self._seal_of(certificate))
        self._open_window(person, private)
        return signer

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
        with self._guard:
            self._unlocked.pop(session_id, None)

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

    def _still_open(self, person: Person, certificate: Certificate) -> PrivateKey:
        with self._guard:
            held = self._unlocked.get(person.session_id)
            if held is None or not self._usable(held, person) or held.private.public != certificate.public_key:
                self._unlocked.pop(person.session_id, None)
                raise NotAllowedError("pin_needed")
            self._unlocked[person.session_id] = replace(held, uses_left=held.uses_left - 1)
            return held.private

    def _usable(self, held: _Unlocked | None, person: Person) -> bool:
        if held is None or held.person_name != person.name or held.uses_left < 1:
            return False
        return held.since <= self._clock.now() < held.until

    def _open_window(self, person: Person, private: PrivateKey) -> None:
        now = self._clock.now()
        until, uses_left = now + timedelta(minutes=self._policy.key_minutes), self._policy.key_uses - 1
        with self._guard:
            self._unlocked = {name: held for name, held in self._unlocked.items() if now < held.until}
            self._unlocked[person.session_id] = _Unlocked(person.name, private, now, until, uses_left)


class PinCounter:
    """Counts PIN attempts in the store, as `signing.keys.unlock` asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, key_name: str) -> int:
        """Count one more attempt for good; how many are left after it.

        Raises:
            PinLockedError: none were left.
        """
        left = self._store.pins.begin(key_name)
        if left < 0:
            raise PinLockedError
        return left

    def succeeded(self, key_name: str) -> None:
        """The PIN was right: count anew."""
        self._store.pins.succeeded(key_name)


def machine_secret_of(folder: StationFolder) -> bytes:
    """The machine secret; never made here, where a new one could open nothing.

    Raises:
        KeyFileError: it is not there.
    """
    if not folder.machine_secret.is_file():
        raise KeyFileError("unreadable", folder.machine_secret.name)
    return machine_secret(folder.machine_secret)
