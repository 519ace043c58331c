"""What every token (令牌) does: finds a key by its place, opens it with a PIN, signs, and lets the PIN be changed or unblocked.

A place is `<token>/<key>`: for PKCS#11 the labels of both, for SKF application and container. Neither may hold blanks, `/` or `:`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from signing.certificates import Certificate
from signing.errors import KeyFileError, TokenError

_NAME = re.compile(r"[^\s/:\x00-\x1f]{1,64}")


@dataclass(frozen=True)
class Place:
    """Where a key is: which token or application, and which key or container there."""

    outer: str
    inner: str

    def __str__(self) -> str:
        return f"{self.outer}/{self.inner}"


def read_place(text: str) -> Place:
    """The place that a text names.

    Raises:
        TokenError: `no_key`, it names none.
    """
    outer, slash, inner = text.partition("/")
    if not slash or not _NAME.fullmatch(outer) or not _NAME.fullmatch(inner):
        raise TokenError("no_key", text)
    return Place(outer, inner)


def typed(pin: str) -> bytes:
    """A PIN as it goes over to a token: full-width digits typed under a Chinese input method are the same PIN.

    Raises:
        TokenError: `pin_form`, no token could take it.
    """
    octets = unicodedata.normalize("NFKC", pin).encode()
    if not octets or b"\0" in octets:
        raise TokenError("pin_form")
    return octets


class TokenKey(Protocol):
    """A key on a token that was opened with its PIN, until it is closed or pulled out."""

    @property
    def public(self) -> bytes:
        """Its public half (SPKI)."""
        ...

    @property
    def is_there(self) -> bool:
        """Whether it was there the last time it was used."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The suite's signature over `message`, DER; checked before it is given out. Raises: TokenError."""
        ...

    def close(self) -> None:
        """Forget the login; never raises."""
        ...


class Token(Protocol):
    """Tokens of one kind, whichever are plugged in."""

    @property
    def tells_attempts(self) -> bool:
        """Whether a token says how many wrong PINs are left; where it does not, the caller counts."""
        ...

    def find(self, place: Place, public: bytes | None = None) -> None:
        """Return if the token is plugged in and has this key, as far as can be seen without a PIN. Raises: TokenError."""
        ...

    def open(self, place: Place, pin: str, public: bytes | None = None) -> TokenKey:
        """The key at a place. With `public` only the token that has this very key is given the PIN.

        Raises:
            PinError, PinLockedError: the PIN is wrong, or was too often.
            TokenError: as its codes say.
        """
        ...

    def make(self, place: Place, pin: str) -> TokenKey:
        """The key at a place, made there if there is none yet. Raises: as `open`."""
        ...

    def change_pin(self, place: Place, pin: str, new_pin: str) -> None:
        """Another PIN for the token. Raises: as `open`."""
        ...

    def unblock(self, place: Place, code: str, new_pin: str) -> None:
        """A new PIN for a token that is locked, by its unblock code (解锁码). Raises: as `open`; `PinError` is about the code."""
        ...

    def attempts_left(self, place: Place) -> int | None:
        """How many wrong PINs are left, 0 when it is locked; None where the token does not say or is not there."""
        ...

    def keys(self) -> tuple[Place, ...]:
        """The keys that can be seen without a PIN on what is plugged in. Raises: TokenError."""
        ...


class TokenSigner:
    """A `Signer` whose key is on a token.

    Raises:
        KeyFileError: the certificate is another key's (`code` `mismatch`).
    """

    def __init__(self, key: TokenKey, certificate: Certificate) -> None:
        if key.public != certificate.public_key:
            raise KeyFileError("mismatch", certificate.digest)
        self._key = key
        self._certificate = certificate

    @property
    def certificate(self) -> Certificate:
        """The certificate of the key."""
        return self._certificate

    def sign(self, message: bytes) -> bytes:
        """The key's signature over `message`, DER.

        Raises:
            TokenError: the token would not.
        """
        return self._key.sign(message)
