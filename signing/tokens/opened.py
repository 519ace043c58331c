"""A key on a token (令牌) that was opened with its PIN. It is closed at the latest when nobody holds it any more."""

from typing import Generic, Protocol, TypeVar

from signing.errors import TokenError
from signing.tokens.token import Place

Held = TypeVar("Held")


class _Owner(Protocol[Held]):
    """The token that the key is on."""

    def sign(self, key: "OpenedKey[Held]", message: bytes) -> bytes:
        """One signature of an open key, checked."""
        ...

    def close(self, key: "OpenedKey[Held]") -> None:
        """Give an open key back."""
        ...


class OpenedKey(Generic[Held]):
    """An open key; `held` is what its token knows it by. The bytes of `public` are its public half (SPKI)."""

    def __init__(self, token: _Owner[Held], place: Place, public: bytes, held: Held) -> None:
        self._token = token
        self._is_open = True
        self.held = held
        self.place = place
        self.public = public

    @property
    def is_there(self) -> bool:
        """Whether it was there, and logged in, the last time it was used."""
        return self._is_open

    def sign(self, message: bytes) -> bytes:
        """The suite's signature over `message`, DER.

        Raises:
            TokenError: the token is gone or would not; then the key is closed.
        """
        if not self._is_open:
            raise TokenError("login")
        try:
            return self._token.sign(self, message)
        except TokenError:
            self.close()
            raise

    def close(self) -> None:
        """Forget the login."""
        if self._is_open:
            self._is_open = False
            self._token.close(self)

    def __del__(self) -> None:
        self.close()
