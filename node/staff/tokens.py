"""Tokens (令牌) of this machine, as `node.toml` names their libraries: which kind a key's name asks for, and the key on it.

A key on a token is called `pkcs11:<token>/<key>` or `skf:<application>/<container>`; any other name is a key file's.
"""

import importlib
import importlib.util

from node.config import KeySettings
from signing.algorithms import Suite
from signing.errors import TokenError
from signing.tokens.skf import skf_token
from signing.tokens.token import Place, Token, TokenKey, read_place

FILE, PKCS11, SKF = "file", "pkcs11", "skf"
_PACKAGE, _MODULE = "pkcs11", "signing.tokens.pkcs11"


def holder_of(key_name: str) -> str:
    """What holds a key of this name: `file`, `pkcs11` or `skf`."""
    kind, colon, _ = key_name.partition(":")
    return kind if colon and kind in (PKCS11, SKF) else FILE


class Tokens:
    """The tokens that this machine can speak with. A library is loaded when it is first asked for."""

    def __init__(self, settings: KeySettings, suite: Suite) -> None:
        self._settings = settings
        self._suite = suite

    def kinds(self) -> tuple[str, ...]:
        """The kinds that are set up here."""
        return tuple(kind for kind, path in ((PKCS11, self._settings.pkcs11), (SKF, self._settings.skf)) if path)

    def of(self, kind: str) -> Token:
        """The tokens of a kind.

        Raises:
            TokenError: `no_library`, it is not set up here or does not load; `unable`, not for this county's suite.
        """
        if kind == SKF and self._settings.skf:
            return skf_token(self._settings.skf, self._settings.skf_long, self._suite)
        if kind == PKCS11 and self._settings.pkcs11:
            if importlib.util.find_spec(_PACKAGE) is None:
                raise TokenError("no_library", "python-pkcs11")
            token: Token = importlib.import_module(_MODULE).pkcs11_token(self._settings.pkcs11, self._suite)
            return token
        raise TokenError("no_library", kind)

    def find(self, key_name: str) -> tuple[Token, Place]:
        """The kind of token and the place that a key's name says.

        Raises:
            TokenError: `no_library`, `no_key`.
        """
        return self.of(holder_of(key_name)), read_place(key_name.partition(":")[2])

    def seen(self) -> tuple[str, ...]:
        """The names of all keys that can be seen on what is plugged in, without a PIN.

        Raises:
            TokenError: a library does not load.
        """
        return tuple(f"{kind}:{place}" for kind in self.kinds() for place in self.of(kind).keys())


def open_token_key(tokens: Tokens, key_name: str, pin: str, public: bytes | None = None) -> TokenKey:
    """A key on a token, opened with the token's PIN; of a unit seal's key the caller counts nothing, the token does.

    Raises:
        PinError, PinLockedError, TokenError: as `signing.tokens.token.Token.open`.
    """
    token, place = tokens.find(key_name)
    return token.open(place, pin, public)
