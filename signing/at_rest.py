"""How secrets lie on the disk: files that are whole or not there, for this user only, and PINs made into keys.

`keys` and `custody` write their files with it. Nothing here knows what is in a file.

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
from typing import Any

from signing.algorithms import Suite
from signing.canonical import parse_canonical
from signing.errors import KeyFileError, MalformedError

LARGEST_FILE = 65536
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
_LARGEST_N = 2**17
_DERIVING = threading.Lock()


def read_members(path: Path, names: frozenset[str]) -> dict[str, Any]:
    """The members of a file of canonical JSON that has these and no others.

    Raises:
        KeyFileError: `unreadable` or `damaged`.
    """
    return members_of(read_data(path), path.name, names)


def read_data(path: Path) -> bytes:
    """What such a file holds, so much as it may hold.

    Raises:
        KeyFileError: `unreadable`.
    """
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE)
    except OSError as error:
        raise KeyFileError("unreadable", path.name) from error


def members_of(data: bytes, name: str, names: frozenset[str]) -> dict[str, Any]:
    """The members of what a file of this name holds.

    Raises:
        KeyFileError: `damaged`.
    """
    try:
        content = parse_canonical(data)
    except MalformedError as error:
        raise KeyFileError("damaged", name) from error
    if not isinstance(content, dict) or content.keys() != names:
        raise KeyFileError("damaged", name)
    return content


def octets(text: Any) -> bytes:
    """What base64 (not trusted) stands for, in its one spelling.

    Raises:
        ValueError, TypeError: it is none, or spelled another way.
    """
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data) != text.encode():
        raise ValueError("base64")
    return data


def scrypt_kdf() -> dict[str, Any]:
    """How a new PIN is made into a key, with a salt of its own."""
    salt = base64.b64encode(secrets.token_bytes(16)).decode()
    return {"name": "scrypt", "n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": salt}


def stretched(kdf: dict[str, Any], pin: str) -> bytes:
    """The 32 octets that a PIN makes. One derivation at a time: each takes 32 MiB.

    Raises:
        ValueError, TypeError, KeyError: `kdf` (not trusted) is not one of ours.
    """
    n, salt = kdf["n"], octets(kdf["salt"])
    if not isinstance(n, int) or not _SCRYPT_N <= n <= _LARGEST_N or (kdf["r"], kdf["p"]) != (_SCRYPT_R, _SCRYPT_P) or len(salt) < 16:
        raise ValueError("kdf")
    # Full-width digits typed under a Chinese input method are the same PIN.
    typed = unicodedata.normalize("NFKC", pin).encode()
    with _DERIVING:
        return hashlib.scrypt(typed, salt=salt, n=n, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=n * 1280, dklen=32)


def machine_bound(suite: Suite, machine_secret: bytes, context: str, material: bytes) -> bytes:
    """The key of a box: from a secret of a person and the one of this machine."""
    return hmac.digest(machine_secret, context.encode() + b"\n" + material, "sha256")[: suite.key_bytes]


def write_new(path: Path, content: bytes) -> bool:
    """Make a file of mode 0600 that is whole once it has its name; `False` if another process was first: its file stays."""
    draft = _draft_of(path)
    try:
        _write_draft(draft, content)
        return _give_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
        _sync_folder(path.parent)


def rewrite(path: Path, content: bytes) -> None:
    """Put other content into a file: it is the old one or the new one at every moment.

    Raises:
        KeyFileError: `unwritable`; then it is the old one.
    """
    draft = _draft_of(path)
    try:
        _write_draft(draft, content)
        os.replace(draft, path)
    except OSError as error:
        raise KeyFileError("unwritable", path.name) from error
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}")


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
