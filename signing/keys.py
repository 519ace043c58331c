"""Private keys: in memory behind a `Signer`, at rest in key files (format `yizhan key 1`).

A personal key file opens with a PIN and this machine's secret, a station's with the machine's secret alone. The length of a PIN is the
caller's policy, and so is counting attempts: `unlock` raises the caller's counter before it looks.

Source: RFC 7914 (scrypt).
"""

import base64
import hashlib
import hmac
import os
import secrets
import threading
import unicodedata
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.algorithms import PrivateKey, Suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.errors import DecryptionError, KeyFileError, MalformedError, PinError

_FORMAT = "yizhan key 1"
_BOX_CONTEXT = b"yizhan box 1\n"
_SECRET_BYTES = 32
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
_LARGEST_N = 2**17
_LARGEST_FILE = 16384
_DERIVING = threading.Lock()


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
            _write_new(path, secrets.token_bytes(_SECRET_BYTES))
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
        made = not path.exists() and _write_new(path, content)
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
    content = _locked_up(suite, private, new_pin, machine_secret)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        _write_draft(draft, content)
        os.replace(draft, path)
    except OSError as error:
        raise KeyFileError("unwritable", path.name) from error
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _locked_up(suite: Suite, private: PrivateKey, pin: str | None, machine_secret: bytes) -> bytes:
    """The content of a key file."""
    kdf: dict[str, Any] = {"name": "machine"}
    if pin is not None:
        salt = base64.b64encode(secrets.token_bytes(16)).decode()
        kdf = {"name": "scrypt", "n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": salt}
    header = {"format": _FORMAT, "suite": suite.name, "kdf": kdf}
    key = _file_key(suite, kdf, pin, machine_secret)
    locked = suite.encrypt(key, suite.dump_private(private), canonical_bytes(header))
    return canonical_bytes({**header, "box": base64.b64encode(locked).decode()})


def _read(path: Path, suite: Suite, pin: str | None) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = parse_canonical(file.read(_LARGEST_FILE))
    except OSError as error:
        raise KeyFileError("unreadable", path.name) from error
    except MalformedError as error:
        raise KeyFileError("damaged", path.name) from error
    if not isinstance(content, dict) or content.keys() != {"format", "suite", "kdf", "box"} or content["format"] != _FORMAT:
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
        locked = base64.b64decode(content["box"], validate=True)
        key = _file_key(suite, content["kdf"], pin, machine_secret)
    except (ValueError, TypeError, KeyError) as error:
        raise KeyFileError("damaged", path.name) from error
    try:
        return suite.load_private(suite.decrypt(key, locked, canonical_bytes(header)))
    except DecryptionError as error:
        raise (KeyFileError("damaged", path.name) if pin is None else PinError()) from error


def _file_key(suite: Suite, kdf: dict[str, Any], pin: str | None, machine_secret: bytes) -> bytes:
    """The key of a file's box. One derivation at a time: each takes 32 MiB."""
    stretched = b""
    if pin is not None:
        n, salt = kdf["n"], base64.b64decode(kdf["salt"], validate=True)
        if not isinstance(n, int) or not _SCRYPT_N <= n <= _LARGEST_N or (kdf["r"], kdf["p"]) != (_SCRYPT_R, _SCRYPT_P) or len(salt) < 16:
            raise ValueError("kdf")
        # Full-width digits typed under a Chinese input method are the same PIN.
        typed = unicodedata.normalize("NFKC", pin).encode()
        with _DERIVING:
            stretched = hashlib.scrypt(typed, salt=salt, n=n, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=n * 1280, dklen=32)
    return hmac.digest(machine_secret, _FORMAT.encode() + b"\n" + stretched, "sha256")[: suite.key_bytes]


def _write_new(path: Path, content: bytes) -> bool:
    """Make a file of mode 0600 that is whole once it has its name; `False` if another process was first: its file stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        _write_draft(draft, content)
        return _give_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _write_draft(draft: Path, content: bytes) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _give_name(draft: Path, path: Path) -> bool:
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:
        # No hard links on this file system (FAT on a USB disk).
        draft.rename(path)
    return True


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
