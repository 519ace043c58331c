"""Recovery codes (恢复码): 32 characters on paper that open a station's backups when the station is gone.

A station has one key pair for its backups. The public half stays at the station, so that it writes backups with nobody there; the private
half is kept locked under the code, at the station and in each backup. The code itself is kept nowhere.

Source: RFC 7914 (scrypt); Crockford's base 32 for an alphabet without letters that look alike.
"""

import base64
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from signing.algorithms import PrivateKey, Suite
from signing.canonical import canonical_bytes
from signing.errors import DecryptionError, MalformedError, RecoveryCodeError

CONTEXT = "yizhan recovery 1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 8, 4
"""The last group checks the others: 140 bits are chance."""

_LOOKALIKES = str.maketrans("OIL", "011")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
_LARGEST_N = 2**17


def new_code() -> str:
    """A fresh code, `XXXX-XXXX-…`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range((GROUPS - 1) * GROUP))
    return _in_groups(drawn + _check_group(drawn))


def read_code(typed: str) -> str:
    """The code that somebody typed, in its one written form: small letters, spaces, full-width letters, O for 0 and I for 1 are forgiven.

    Raises:
        RecoveryCodeError: `form`, or `check` when a character is wrong.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum()).translate(_LOOKALIKES)
    if len(plain) != GROUPS * GROUP or not set(plain) <= set(ALPHABET):
        raise RecoveryCodeError("form")
    if _check_group(plain[:-GROUP]) != plain[-GROUP:]:
        raise RecoveryCodeError("check")
    return _in_groups(plain)


def _check_group(drawn: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"{CONTEXT}\n{drawn}".encode()).digest()[:4], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(GROUP))


def _in_groups(plain: str) -> str:
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


@dataclass(frozen=True)
class RecoveryKey:
    """A key pair whose private half is locked under a code.

    `owner` says whose backups it opens and is bound into the lock: with another root or division beside it, the code does not open it.
    """

    public: bytes
    owner: dict[str, str]
    salt: bytes
    box: bytes
    n: int = _SCRYPT_N

    def to_json(self) -> dict[str, Any]:
        """Members for canonical JSON."""
        kdf = {"name": "scrypt", "n": self.n, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": _text(self.salt)}
        return {"public": _text(self.public), "owner": dict(self.owner), "kdf": kdf, "box": _text(self.box)}

    @classmethod
    def from_json(cls, value: Any) -> "RecoveryKey":
        """The key that `to_json` wrote; nothing of it is trusted.

        Raises:
            MalformedError: it is none.
        """
        try:
            kdf, owner, n = value["kdf"], value["owner"], value["kdf"]["n"]
            key = cls(_octets(value["public"]), dict(owner), _octets(kdf["salt"]), _octets(value["box"]), n)
            is_one = type(n) is int and _SCRYPT_N <= n <= _LARGEST_N and len(key.salt) >= 16
            if not is_one or key.to_json() != value or not all(isinstance(one, str) for one in key.owner.values()):
                raise ValueError("kdf")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedError("recovery key", "members") from error
        return key


def make_recovery_key(suite: Suite, owner: dict[str, str], code: str) -> RecoveryKey:
    """A new key pair for the backups of `owner`, locked under `code`."""
    private, salt = suite.generate(), secrets.token_bytes(16)
    box = suite.encrypt(_stretched(suite, code, salt, _SCRYPT_N), suite.dump_private(private), _bound(suite, private.public, owner))
    return RecoveryKey(private.public, dict(owner), salt, box)


def open_recovery_key(suite: Suite, key: RecoveryKey, code: str) -> PrivateKey:
    """The private half.

    Raises:
        RecoveryCodeError: `form` or `check`; `wrong`, the code is another one's, or the key was changed: the two look alike.
    """
    stretched = _stretched(suite, read_code(code), key.salt, key.n)
    try:
        return suite.load_private(suite.decrypt(stretched, key.box, _bound(suite, key.public, key.owner)))
    except (DecryptionError, MalformedError) as error:
        raise RecoveryCodeError("wrong") from error


def _stretched(suite: Suite, code: str, salt: bytes, n: int) -> bytes:
    return hashlib.scrypt(code.encode("ascii"), salt=salt, n=n, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=n * 1280, dklen=suite.key_bytes)


def _bound(suite: Suite, public: bytes, owner: dict[str, str]) -> bytes:
    return CONTEXT.encode() + b"\n" + canonical_bytes({"suite": suite.name, "public": _text(public), "owner": owner})


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
