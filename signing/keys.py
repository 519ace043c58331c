"""Private keys: in memory behind a `Signer`, at rest in key files (format `yizhan key 1`).

A personal key file opens with a PIN and this machine's secret, a station's with the machine's secret alone. The length of a PIN is the
caller's policy, and so is counting attempts: `unlock` raises the caller's counter before it looks.
"""

import base64
import hmac
import secrets
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.algorithms import PrivateKey, Suite
from signing.at_rest import machine_bound, octets, read_members, rewrite, scrypt_kdf, stretched, write_new
from signing.canonical import canonical_bytes
from signing.certificates import Certificate
from signing.errors import DecryptionError, KeyFileError, PinError

_FORMAT = "yizhan key 1"
_BOX_CONTEXT = b"yizhan box 1\n"
_SECRET_BYTES = 32
_MEMBERS = frozenset({"format", "suite", "kdf", "box"})


class Signer(Protocol):
    """Whoever holds a private key: a file, a token, a USB key (UKey)."""

    @property
    def certificate(self) -> Certificate:
        """The certificate of the key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The key's signature over `message`, DER."""
        ...


class FileSigner:
    """A signer whose key is in this process's memory.

    Raises:
        KeyFileError: the certificate is another key's (`code` `mismatch`).
    """

    def __init__(self, suite: Suite, private: PrivateKey, certificate: Certificate) -> None:
        if private.public != certificate.public_key:
            raise KeyFileError("mismatch", certificate.digest)
        self._suite = suite
        self._private = private
        self._certificate = certificate

    @property
    def certificate(self) -> Certificate:
        """The certificate of the key."""
        return self._certificate

    def sign(self, message: bytes) -> bytes:
        """The key's signature over `message`, DER."""
        return self._suite.sign(self._private, message)


class AttemptCounter(Protocol):
    """Counts wrong PINs where a restart does not forget them."""

    def begin(self, key_name: str) -> int:
        """Record one more attempt, durably, and answer how many are left after it. Raises: PinLockedError."""
        ...

    def succeeded(self, key_name: str) -> None:
        """The attempt was right: start counting anew."""
        ...


def machine_secret(path: Path) -> bytes:
    """The 32 random octets that bind key files to this machine, made at the first call, readable by this user only.

    Raises:
        KeyFileError: the file cannot be read or made (`code` `unreadable`, `damaged`).
    """
    try:
        if not path.exists():
            write_new(path, secrets.token_bytes(_SECRET_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise KeyFileError("unreadable", path.name) from error
    if len(secret) != _SECRET_BYTES:
        raise KeyFileError("damaged", path.name)
    return secret


def box(secret: bytes, data: bytes) -> bytes:
    """A data key locked up under the machine secret: nonce (12), ciphertext, tag (16), AES-256-GCM in both suites."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_box_key(secret)).encrypt(nonce, data, _BOX_CONTEXT)


def unbox(secret: bytes, boxed: bytes) -> bytes:
    """What `box` locked up.

    Raises:
        DecryptionError: it was another machine's, or was changed.
    """
    try:
        return AESGCM(_box_key(secret)).decrypt(boxed[:12], boxed[12:], _BOX_CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise DecryptionError from error


def _box_key(secret: bytes) -> bytes:
    return hmac.digest(secret, _BOX_CONTEXT, "sha256")


def create_key_file(path: Path, suite: Suite, private: PrivateKey, pin: str | None, machine_secret: bytes) -> None:
    """Write a new key file, whole or not at all; `pin` is `None` for a station's key.

    Raises:
        KeyFileError: it exists, or cannot be written (`code` `exists`, `unwritable`).
    """
    content = _locked_up(suite, private, pin, machine_secret)
    try:
        made = not path.exists() and write_new(path, content)
    except OSError as error:
        raise KeyFileError("unwritable", path.name) from error
    if not made:
        raise KeyFileError("exists", path.name)


def open_key_file(path: Path, suite: Suite, pin: str | None, machine_secret: bytes) -> PrivateKey:
    """The private key in a key file.

    Raises:
        KeyFileError: `code` is `unreadable`, `damaged` (or, without a PIN, another machine's), `suite`, `pin_wanted`, `pin_unwanted`.
        PinError: the PIN is wrong, or this is not the machine; the two look alike.
    """
    return _open(_read(path, suite, pin), path, suite, pin, machine_secret)


def unlock(path: Path, suite: Suite, pin: str, machine_secret: bytes, counter: AttemptCounter, key_name: str) -> PrivateKey:
    """The private key in a personal key file, each try counted before it is made; a damaged file costs no try.

    Raises:
        PinLockedError: no tries are left.
        PinError: the PIN is wrong; it says how many tries are left.
        KeyFileError: as `open_key_file`.
    """
    content = _read(path, suite, pin)
    attempts_left = counter.begin(key_name)
    try:
        private = _open(content, path, suite, pin, machine_secret)
    except PinError as error:
        raise PinError(attempts_left) from error
    counter.succeeded(key_name)
    return private


def change_pin(path: Path, suite: Suite, pin: str, new_pin: str, machine_secret: bytes, counter: AttemptCounter, key_name: str) -> None:
    """Lock the key of a personal key file up under another PIN; the file is the old one or the new one at every moment.

    Raises:
        PinLockedError, PinError, KeyFileError: as `unlock`; or the file cannot be written (`code` `unwritable`).
    """
    private = unlock(path, suite, pin, machine_secret, counter, key_name)
    rewrite(path, _locked_up(suite, private, new_pin, machine_secret))


def _locked_up(suite: Suite, private: PrivateKey, pin: str | None, machine_secret: bytes) -> bytes:
    """The content of a key file."""
    kdf: dict[str, Any] = {"name": "machine"} if pin is None else scrypt_kdf()
    header = {"format": _FORMAT, "suite": suite.name, "kdf": kdf}
    key = _file_key(suite, kdf, pin, machine_secret)
    locked = suite.encrypt(key, suite.dump_private(private), canonical_bytes(header))
    return canonical_bytes({**header, "box": base64.b64encode(locked).decode()})


def _read(path: Path, suite: Suite, pin: str | None) -> dict[str, Any]:
    content = read_members(path, _MEMBERS)
    if content["format"] != _FORMAT:
        raise KeyFileError("damaged", path.name)
    if content["suite"] != suite.name:
        raise KeyFileError("suite", path.name)
    name = content["kdf"].get("name") if isinstance(content["kdf"], dict) else None
    if name not in ("scrypt", "machine"):
        raise KeyFileError("damaged", path.name)
    if (name == "scrypt") != (pin is not None):
        raise KeyFileError("pin_wanted" if pin is None else "pin_unwanted", path.name)
    return content


def _open(content: dict[str, Any], path: Path, suite: Suite, pin: str | None, machine_secret: bytes) -> PrivateKey:
    header = {name: content[name] for name in ("format", "suite", "kdf")}
    try:
        locked = octets(content["box"])
        key = _file_key(suite, content["kdf"], pin, machine_secret)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyFileError("damaged", path.name) from error
    try:
        return suite.load_private(suite.decrypt(key, locked, canonical_bytes(header)))
    except DecryptionError as error:
        raise (KeyFileError("damaged", path.name) if pin is None else PinError()) from error


def _file_key(suite: Suite, kdf: dict[str, Any], pin: str | None, machine_secret: bytes) -> bytes:
    """The key of a file's box."""
    return machine_bound(suite, machine_secret, _FORMAT, b"" if pin is None else stretched(kdf, pin))
