"""Opens people's keys wherever they are held: in a file of this station, or on a token. The same counting and the same errors for both.

A wrong PIN is counted before it is tried: by the token where it says how many are left, else here, where a restart does not forget it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from node.errors import NotAllowedError
from node.folder import StationFolder
from node.staff.tokens import FILE, Tokens, holder_of
from node.store import Store
from node.store.attempts import PIN_LIMIT
from signing.algorithms import PrivateKey, Suite
from signing.certificates import Certificate, parse_certificate
from signing.errors import KeyFileError, PinError, PinLockedError, TokenError
from signing.keys import FileSigner, Signer, change_pin, create_key_file, machine_secret, unlock
from signing.tokens.token import Token, TokenKey, TokenSigner

T = TypeVar("T")


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


@dataclass(frozen=True)
class HeldKey:
    """A person's key that is open: in memory, or on a token that is logged in. Exactly one of the two is there."""

    suite: Suite = field(repr=False)
    private: PrivateKey | None = field(default=None, repr=False)
    token: TokenKey | None = field(default=None, repr=False)

    @property
    def public(self) -> bytes:
        """Its public half (SPKI)."""
        return self._held.public

    @property
    def is_there(self) -> bool:
        """Whether it can still be used: a token may have been pulled out."""
        return self.token is None or self.token.is_there

    def sign(self, message: bytes) -> bytes:
        """The key's signature over `message`, DER.

        Raises:
            TokenError: the token would not.
        """
        return self.token.sign(message) if self.token is not None else self.suite.sign(self._private, message)

    def signer(self, certificate: Certificate) -> Signer:
        """The key with one of its certificates.

        Raises:
            KeyFileError: the certificate is another key's (`code` `mismatch`).
        """
        return TokenSigner(self.token, certificate) if self.token is not None else FileSigner(self.suite, self._private, certificate)

    def close(self) -> None:
        """Forget a token's login."""
        if self.token is not None:
            self.token.close()

    @property
    def _held(self) -> PrivateKey | TokenKey:
        return self.token if self.token is not None else self._private

    @property
    def _private(self) -> PrivateKey:
        if self.private is None:
            raise ValueError("neither file nor token")
        return self.private


class Holders:
    """The keys of the people of one station."""

    def __init__(self, folder: StationFolder, suite: Suite, store: Store, tokens: Tokens) -> None:
        self._folder = folder
        self._suite = suite
        self._store = store
        self._counter = PinCounter(store)
        self.tokens = tokens

    def open(self, key_name: str, pin: str, public: bytes | None = None) -> HeldKey:
        """The key of this name. To be called outside of transactions: the attempt is counted before the PIN is looked at.

        Raises:
            PinError, PinLockedError: the PIN is wrong, or was too often.
            KeyFileError: the key file is missing, damaged or another machine's.
            TokenError: the token is not there or would not.
        """
        if holder_of(key_name) == FILE:
            path, secret = self._folder.personal_key(key_name), machine_secret_of(self._folder)
            return HeldKey(self._suite, private=unlock(path, self._suite, pin, secret, self._counter, key_name))
        token, place = self.tokens.find(key_name)
        token.find(place, public)
        return HeldKey(self._suite, token=self._counted(key_name, token, lambda: token.open(place, pin, public)))

    def make(self, pin: str, holder: str | None = None) -> tuple[str, HeldKey]:
        """A new key and its name: in a file under this PIN, or, with the name of a place, on a token; one that is there already is taken.

        Raises:
            PinError, PinLockedError, TokenError: as `open`.
            KeyFileError: the file cannot be written.
        """
        if holder is None:
            key_name, private = f"person-{secrets.token_hex(6)}", self._suite.generate()
            create_key_file(self._folder.personal_key(key_name), self._suite, private, pin, machine_secret_of(self._folder))
            return key_name, HeldKey(self._suite, private=private)
        token, place = self.tokens.find(holder)
        return holder, HeldKey(self._suite, token=self._counted(holder, token, lambda: token.make(place, pin)))

    def change_pin(self, key_name: str, pin: str, new_pin: str) -> None:
        """Another PIN for a key, or for the whole token that it is on.

        Raises:
            PinError, PinLockedError, KeyFileError, TokenError: as `open`.
        """
        if holder_of(key_name) == FILE:
            path, secret = self._folder.personal_key(key_name), machine_secret_of(self._folder)
            change_pin(path, self._suite, pin, new_pin, secret, self._counter, key_name)
            return
        token, place = self.tokens.find(key_name)
        token.find(place)
        self._counted(key_name, token, lambda: token.change_pin(place, pin, new_pin))

    def unblock(self, key_name: str, code: str, new_pin: str) -> None:
        """A new PIN for a token, by its unblock code; what was counted here is forgotten. Wrong codes are the token's to count.

        Raises:
            NotAllowedError: `no_unblock`, the key is in a file, which has no such code.
            PinError, PinLockedError: the code is wrong, or was too often.
            TokenError: as `open`.
        """
        if holder_of(key_name) == FILE:
            raise NotAllowedError("no_unblock")
        token, place = self.tokens.find(key_name)
        token.find(place)
        token.unblock(place, code, new_pin)
        self._counter.succeeded(key_name)

    def forgive(self, key_name: str, certificate: str | None) -> None:
        """Count anew: the PIN of a key, and the PINs by which whoever has it opens unit seals. `certificate` is the digest of the key's."""
        self._counter.succeeded(key_name)
        if (key_id := self._key_id(certificate)) is not None:
            self._store.pins.forgive_slots(key_id)

    def has_locked_slot(self, certificate: str | None) -> bool:
        """Whether a PIN by which whoever has this certificate opens a unit seal was wrong too often."""
        key_id = self._key_id(certificate)
        return key_id is not None and self._store.pins.has_locked_slot(key_id)

    def is_locked(self, key_name: str) -> bool:
        """Whether too many wrong PINs were counted here; what a token counts itself, it says when it is asked to sign."""
        return self._store.pins.tried(key_name) >= PIN_LIMIT

    def attempts_left(self, key_name: str) -> int | None:
        """How many wrong PINs are left, 0 when locked; None where a token that counts itself is not there to be asked."""
        left = max(0, PIN_LIMIT - self._store.pins.tried(key_name))
        if holder_of(key_name) == FILE:
            return left
        try:
            token, place = self.tokens.find(key_name)
        except TokenError:
            return None
        told = token.attempts_left(place)
        return told if token.tells_attempts else left if told is None else min(told, left)

    def missing(self, key_name: str) -> bool:
        """Whether a key cannot be where its name says: a file that is gone, a token whose library is not set up."""
        if holder_of(key_name) == FILE:
            return not self._folder.personal_key(key_name).exists()
        try:
            self.tokens.find(key_name)
        except TokenError:
            return True
        return False

    def _key_id(self, certificate: str | None) -> str | None:
        der = None if certificate is None else self._store.certificates.get(certificate, "certificate")
        return None if der is None else parse_certificate(self._suite, der).key_id

    def _counted(self, counted: str, token: Token, act: Callable[[], T]) -> T:
        """Do it, and count the try here where the token does not tell how many are left."""
        if token.tells_attempts:
            return act()
        left = self._counter.begin(counted)
        try:
            done = act()
        except PinError as error:
            raise PinError(left if error.attempts_left is None else min(left, error.attempts_left)) from error
        self._counter.succeeded(counted)
        return done


def machine_secret_of(folder: StationFolder) -> bytes:
    """The machine secret; never made here, where a new one could open nothing.

    Raises:
        KeyFileError: it is not there.
    """
    if not folder.machine_secret.is_file():
        raise KeyFileError("unreadable", folder.machine_secret.name)
    return machine_secret(folder.machine_secret)
