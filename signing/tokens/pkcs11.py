"""P-256 keys on PKCS#11 tokens: smart cards and HSMs, through the vendor's library. Needs the extra `tokens`.

The token signs a SHA-256 digest that is made here (CKM_ECDSA): not every token knows the mechanism that hashes too. A library
knows one login per token and process, so a second PIN for the same token ends the login before it and starts another. While nobody
is logged in the library is finalized: then it sees tokens that were plugged in meanwhile, and no half-open session is left.

Source: PKCS#11 v2.40, OASIS; SEC 1, 2.3.3 (points).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as said

from signing import der
from signing.algorithms import P256Suite, Suite
from signing.errors import BadSignatureError, MalformedError, PinError, PinLockedError, TokenError
from signing.tokens.opened import OpenedKey
from signing.tokens.token import Place, typed

_GONE = (
    said.DeviceRemoved,
    said.DeviceError,
    said.TokenNotPresent,
    said.TokenNotRecognised,
    said.SlotIDInvalid,
    said.SessionHandleInvalid,
    said.SessionClosed,
    said.ObjectHandleInvalid,
    said.KeyHandleInvalid,
)
_CODES: tuple[tuple[str, tuple[type[Exception], ...]], ...] = (
    ("gone", _GONE),
    ("absent", (said.NoSuchToken,)),
    ("no_key", (said.NoSuchKey, said.MultipleObjectsReturned)),
    ("login", (said.UserNotLoggedIn,)),
    ("pin_form", (said.PinInvalid, said.PinLenRange, said.PinTooWeak)),
    ("unable", (said.FunctionNotSupported, said.MechanismInvalid)),
)


@cache
def pkcs11_token(path: str, suite: Suite) -> "Pkcs11Token":
    """The tokens behind a library: one object per process, since the library knows one login per token and process.

    Raises:
        TokenError: as `Pkcs11Token`.
    """
    return Pkcs11Token(path, suite)


class Pkcs11Token:
    """Tokens behind one PKCS#11 library.

    Raises:
        TokenError: `no_library`, it does not load; `unable`, the suite is another one.
    """

    tells_attempts = False

    def __init__(self, path: str, suite: Suite) -> None:
        if not isinstance(suite, P256Suite):
            raise TokenError("unable", "suite")
        self._suite = suite
        self._guard = threading.RLock()
        self._logins: dict[str, _Login] = {}
        self._numbers = count()
        self._depth = 0
        try:
            self._library: Any = pkcs11.lib(path)
        except (said.PKCS11Error, RuntimeError, OSError) as error:
            raise TokenError("no_library", type(error).__name__) from error
        self._rest()

    def find(self, place: Place, public: bytes | None = None) -> None:
        """Return if the token is plugged in and, as far as can be seen without a PIN, its key is this one.

        Raises:
            TokenError: `absent`, `other_key`, `failed`.
        """
        with self._speaking():
            seen = self._seen(place)
            if None not in (seen, public) and seen != public:
                raise TokenError("other_key", str(place))

    def open(self, place: Place, pin: str, public: bytes | None = None) -> OpenedKey[int]:
        """The key at a place; with `public` the token is asked for its public key first, and given the PIN if that is the one.

        Raises:
            PinError, PinLockedError: the PIN is wrong, or was too often.
            TokenError: `absent`, `no_key`, `other_key`, `pin_form`, `gone`, `failed`.
        """
        with self._speaking():
            self.find(place, public)
            login = self._login(place, pin)
            return self._key(login, place, public)

    def make(self, place: Place, pin: str) -> OpenedKey[int]:
        """The key at a place, made there if there is none; it can neither be read nor copied.

        Raises:
            PinError, PinLockedError, TokenError: as `open`.
        """
        with self._speaking():
            login = self._login(place, pin, rw=True)
            if not list(login.session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: place.inner})):
                curve = {Attribute.EC_PARAMS: self._suite.curve_oid}
                parameters = login.session.create_domain_parameters(KeyType.EC, curve, local=True)
                parameters.generate_keypair(store=True, label=place.inner)
            return self._key(login, place, None)

    def change_pin(self, place: Place, pin: str, new_pin: str) -> None:
        """Another PIN for the token.

        Raises:
            PinError, PinLockedError, TokenError: as `open`.
        """
        with self._speaking():
            login = self._login(place, pin, rw=True)
            try:
                login.session.set_pin(typed(pin).decode(), typed(new_pin).decode())
            finally:
                self._end(place.outer)

    def unblock(self, place: Place, code: str, new_pin: str) -> None:
        """A new PIN by the unblock code, which is the security officer's PIN.

        Raises:
            PinError, PinLockedError: the code is wrong, or was too often.
            TokenError: as `open`.
        """
        with self._speaking():
            self._end(place.outer)
            session = self._token(place).open(rw=True, so_pin=typed(code).decode())
            try:
                session.init_pin(typed(new_pin).decode())
            finally:
                session.close()

    def attempts_left(self, place: Place) -> int | None:
        """0 when the token says that it is locked, 1 when it says that one try is left; it tells no more."""
        try:
            with self._speaking():
                flags = self._token(place).flags
        except TokenError:
            return None
        return 0 if flags & TokenFlag.USER_PIN_LOCKED else 1 if flags & TokenFlag.USER_PIN_FINAL_TRY else None

    def keys(self) -> tuple[Place, ...]:
        """The public keys on what is plugged in.

        Raises:
            TokenError: the library fails.
        """
        with self._speaking():
            tokens = list(self._library.get_tokens(token_flags=TokenFlag.TOKEN_INITIALIZED))
            return tuple(place for token in tokens for place in self._places_of(token))

    def sign(self, key: OpenedKey[int], message: bytes) -> bytes:
        """One signature of an open key, checked. For `OpenedKey`.

        Raises:
            TokenError: `gone`, `login`, `failed`.
        """
        with self._speaking():
            login = self._logins.get(key.place.outer)
            if login is None or key.held not in login.keys:
                raise TokenError("login")
            try:
                private = login.session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=key.place.inner)
                raw = private.sign(self._suite.hash(message), mechanism=Mechanism.ECDSA)
            except said.NoSuchKey as error:
                raise TokenError("gone", "NoSuchKey") from error
        signature = der.sequence(*(der.integer(int.from_bytes(half, "big")) for half in (raw[:32], raw[32:])))
        try:
            self._suite.verify(key.public, message, signature)
        except (BadSignatureError, MalformedError) as error:
            raise TokenError("failed", "signature") from error
        return signature

    def close(self, key: OpenedKey[int]) -> None:
        """Give an open key back; the last one of a token ends the login. For `OpenedKey`."""
        with self._guard:
            login = self._logins.get(key.place.outer)
            if login is not None and key.held in login.keys:
                login.keys.remove(key.held)
                if not login.keys:
                    self._end(key.place.outer)
            self._rest()

    def _login(self, place: Place, pin: str, *, rw: bool = False) -> "_Login":
        """A login with this PIN. Keys that were open before stay so if it is right, and are shut if it is wrong."""
        before = self._logins.get(place.outer)
        keys = before.keys if before is not None else set[int]()
        self._end(place.outer)
        session = self._token(place).open(rw=rw, user_pin=typed(pin).decode())
        self._logins[place.outer] = login = _Login(session, keys)
        return login

    def _key(self, login: "_Login", place: Place, public: bytes | None) -> OpenedKey[int]:
        try:
            found = self._public(login.session, place)
            if public not in (None, found):
                raise TokenError("other_key", str(place))
        except BaseException:
            if not login.keys:
                self._end(place.outer)
            raise
        key = OpenedKey(self, place, found, next(self._numbers))
        login.keys.add(key.held)
        return key

    def _seen(self, place: Place) -> bytes | None:
        """The public key that can be seen without a PIN."""
        with self._token(place).open() as session:
            try:
                return self._public(session, place)
            except said.NoSuchKey:
                return None

    def _public(self, session: Any, place: Place) -> bytes:
        public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=place.inner)
        if public[Attribute.EC_PARAMS] != self._suite.curve_oid:
            raise TokenError("unable", "curve")
        try:
            reader = der.Reader("token", public[Attribute.EC_POINT])
            spki = self._suite.spki(reader.octets())
            reader.done()
            self._suite.point(spki)
            self._suite.check_public(spki)
        except MalformedError as error:
            raise TokenError("failed", "public key") from error
        return spki

    def _token(self, place: Place) -> Any:
        return self._library.get_token(token_label=place.outer)

    @staticmethod
    def _places_of(token: Any) -> list[Place]:
        with token.open() as session:
            objects = session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.KEY_TYPE: KeyType.EC})
            return [Place(token.label, one.label) for one in objects]

    def _end(self, label: str) -> None:
        login = self._logins.pop(label, None)
        if login is not None:
            with suppress(said.PKCS11Error):
                login.session.close()

    def _rest(self) -> None:
        if not self._logins and not self._depth and self._library.initialized:
            with suppress(said.PKCS11Error):
                self._library.finalize()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """One call to the library, with its errors in our words."""
        with self._guard:
            self._depth += 1
            try:
                if not self._library.initialized:
                    self._library.initialize()
                yield
            except said.PinIncorrect as error:
                raise PinError from error
            except said.PinLocked as error:
                raise PinLockedError from error
            except said.PKCS11Error as error:
                code = next((code for code, kinds in _CODES if isinstance(error, kinds)), "failed")
                raise TokenError(code, type(error).__name__) from error
            finally:
                self._depth -= 1
                self._rest()


class _Login:
    """A token that is logged in, and the numbers of the keys that were opened with it."""

    def __init__(self, session: Any, keys: set[int]) -> None:
        self.session = session
        self.keys = keys
