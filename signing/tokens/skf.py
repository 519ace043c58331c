"""USB keys by SKF (GM/T 0016): SM2 keys in containers of applications, through the vendor's library by `ctypes`.

The token signs a digest, so e = SM3(ZA || M) is made here. All numbers of the interface are of the vendor's type ULONG, which is 32 bits on
Windows and 32 or 64 elsewhere: `long_bits`. Names and PINs go over as UTF-8. One call at a time: nothing says that a library takes two.

Source: GM/T 0016-2012; GB/T 32918.2 and .5 (ZA, curve).
"""

import ctypes
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from signing import der
from signing.algorithms import Suite
from signing.curves import Curve
from signing.errors import BadSignatureError, MalformedError, PinError, PinLockedError, TokenError
from signing.sm2 import DEFAULT_ID
from signing.tokens.opened import OpenedKey
from signing.tokens.skf_calls import (
    GONE,
    OK,
    ONLY_PRESENT,
    PIN_FORM,
    PIN_INCORRECT,
    PIN_LOCKED,
    SM2_SIGN,
    UNABLE,
    USER_ALREADY_LOGGED_IN,
    USER_NOT_LOGGED_IN,
    USER_PIN,
    Calls,
    Number,
)
from signing.tokens.token import Place, typed

_CURVE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
    "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
"""a, b, and the base point, as ZA wants them."""


def digest_to_sign(suite: Suite, point: bytes, message: bytes) -> bytes:
    """The digest e = SM3(ZA || M) with the default identifier, of the key whose point (65 octets) this is."""
    za = suite.hash((len(DEFAULT_ID) * 8).to_bytes(2, "big") + DEFAULT_ID + _CURVE + point[1:])
    return suite.hash(za + message)


class _Found:
    """The handles of one container on one token; closed in the reverse order, by whoever opened them."""

    def __init__(self, calls: Calls, device: str) -> None:
        self._calls = calls
        self._undo = ExitStack()
        self.device = device
        self.application = 0
        self.container = 0
        self.point = b""

    def connect(self, place: Place) -> int:
        """Open everything; the code of the first call that fails."""
        code, device = self._calls.handle("SKF_ConnectDev", self.device.encode())
        if code == OK:
            self._undo.callback(self._calls, "SKF_DisConnectDev", device)
            code, self.application = self._calls.handle("SKF_OpenApplication", device, place.outer.encode())
        if code == OK:
            self._undo.callback(self._calls, "SKF_CloseApplication", self.application)
            code = self.open_container(place, "SKF_OpenContainer")
        return code

    def open_container(self, place: Place, call: str) -> int:
        """Open or create the container; the call's code."""
        code, self.container = self._calls.handle(call, self.application, place.inner.encode())
        if code == OK:
            self._undo.callback(self._calls, "SKF_CloseContainer", self.container)
            known, point = self._calls.public_point(self.container)
            self.point = point if known == OK else b""
        return code

    def close(self) -> None:
        """Give the handles back; what they answer does not matter any more."""
        self._undo.close()


@cache
def skf_token(path: str, long_bits: int, suite: Suite) -> "SkfToken":
    """The USB keys of a vendor: one object per process, since a login is the process's.

    Raises:
        TokenError: as `SkfToken`.
    """
    return SkfToken(path, long_bits, suite)


class SkfToken:
    """USB keys of one vendor.

    Raises:
        TokenError: `no_library`, the vendor's library does not load.
    """

    tells_attempts = True

    def __init__(self, path: str, long_bits: int, suite: Suite) -> None:
        if not isinstance(suite, Curve):
            raise TokenError("unable", "suite")
        self._calls = Calls(path, long_bits)
        self._suite: Any = suite
        self._guard = threading.RLock()
        self._logged_in: Counter[tuple[str, str]] = Counter()

    @property
    def logins(self) -> int:
        """How many open keys keep a token logged in."""
        return self._logged_in.total()

    def find(self, place: Place, public: bytes | None = None) -> None:
        """Return if a token with this key is plugged in.

        Raises:
            TokenError: `absent`, `no_key`, `other_key`.
        """
        with self._guard, self._searching(place, public):
            return

    def open(self, place: Place, pin: str, public: bytes | None = None) -> "OpenedKey[_Found]":
        """The key at a place; the token that has it is found without a PIN.

        Raises:
            PinError, PinLockedError: the PIN is wrong, or was too often.
            TokenError: `absent`, `no_key`, `other_key`, `pin_form`, `gone`, `failed`.
        """
        with self._guard, self._unless_it_fails(place, public) as found:
            if not found.point:
                raise TokenError("no_key", str(place))
            self._verify_pin(found, pin)
            return self._key(found, place)

    def make(self, place: Place, pin: str) -> "OpenedKey[_Found]":
        """The key at a place; container and key are made where they are missing.

        Raises:
            PinError, PinLockedError, TokenError: as `open`.
        """
        with self._guard, self._unless_it_fails(place, None, new=True) as found:
            self._verify_pin(found, pin)
            if not found.container:
                self._check(found.open_container(place, "SKF_CreateContainer"), "CreateContainer")
            if not found.point:
                self._generate(found)
            return self._key(found, place)

    def change_pin(self, place: Place, pin: str, new_pin: str) -> None:
        """Another PIN for the application that the place is in.

        Raises:
            PinError, PinLockedError, TokenError: as `open`.
        """
        with self._guard, self._searching(place, None) as found:
            left = Number()
            code = self._calls("SKF_ChangePIN", found.application, USER_PIN, typed(pin), typed(new_pin), left)
            self._check_pin(code, left, "ChangePIN")

    def unblock(self, place: Place, code: str, new_pin: str) -> None:
        """A new PIN by the unblock code, which is the application's administrator PIN.

        Raises:
            PinError, PinLockedError: the code is wrong, or was too often.
            TokenError: as `open`.
        """
        with self._guard, self._searching(place, None) as found:
            left = Number()
            answer = self._calls("SKF_UnblockPIN", found.application, typed(code), typed(new_pin), left)
            self._check_pin(answer, left, "UnblockPIN")

    def attempts_left(self, place: Place) -> int | None:
        """How many wrong PINs are left; None where the token is not there or does not say."""
        try:
            with self._guard, self._searching(place, None) as found:
                most, left, default = Number(), Number(), Number()
                code = self._calls("SKF_GetPINInfo", found.application, USER_PIN, most, left, default)
                return left.value & 0xFFFFFFFF if code == OK else None
        except TokenError:
            return None

    def keys(self) -> tuple[Place, ...]:
        """Every container of every application of what is plugged in, in the order of the tokens."""
        with self._guard:
            found = [place for device in self._devices() for place in self._places_of(device)]
        return tuple(dict.fromkeys(found))

    def sign(self, key: "OpenedKey[_Found]", message: bytes) -> bytes:
        """One signature of an open key, checked. For `OpenedKey`.

        Raises:
            TokenError: `gone`, `login`, `failed`.
        """
        digest, blob = digest_to_sign(self._suite, key.public[-65:], message), ctypes.create_string_buffer(128)
        with self._guard:
            self._check(self._calls("SKF_ECCSignData", key.held.container, _buffer(digest), len(digest), blob), "ECCSignData")
        signature = der.sequence(der.integer(int.from_bytes(blob.raw[:64], "big")), der.integer(int.from_bytes(blob.raw[64:], "big")))
        try:
            self._suite.verify(key.public, message, signature)
        except (BadSignatureError, MalformedError) as error:
            raise TokenError("failed", "signature") from error
        return signature

    def close(self, key: "OpenedKey[_Found]") -> None:
        """Give an open key back; the last one of an application takes the login with it. For `OpenedKey`."""
        with self._guard:
            login = (key.held.device, key.place.outer)
            self._logged_in[login] -= 1
            if self._logged_in[login] <= 0:
                del self._logged_in[login]
                self._calls("SKF_ClearSecureState", key.held.application)
            key.held.close()

    def _key(self, found: _Found, place: Place) -> "OpenedKey[_Found]":
        public = self._suite.spki(found.point)
        try:
            self._suite.check_public(public)
        except MalformedError as error:
            raise TokenError("failed", "public key") from error
        self._logged_in[found.device, place.outer] += 1
        return OpenedKey(self, place, public, found)

    def _generate(self, found: _Found) -> None:
        for number in SM2_SIGN:
            code = self._calls("SKF_GenECCKeyPair", found.container, number, ctypes.create_string_buffer(256))
            if code == OK or code in GONE:
                break
        self._check(code, "GenECCKeyPair")
        code, found.point = self._calls.public_point(found.container)
        self._check(code, "ExportPublicKey")

    def _verify_pin(self, found: _Found, pin: str) -> None:
        left = Number()
        code = self._calls("SKF_VerifyPIN", found.application, USER_PIN, typed(pin), left)
        if code == USER_ALREADY_LOGGED_IN:
            # A PIN that the token has not looked at opens nothing.
            self._calls("SKF_ClearSecureState", found.application)
            code = self._calls("SKF_VerifyPIN", found.application, USER_PIN, typed(pin), left)
        self._check_pin(code, left, "VerifyPIN")

    def _check_pin(self, code: int, left: Number, call: str) -> None:
        attempts = left.value & 0xFFFFFFFF
        if code == PIN_LOCKED or (code == PIN_INCORRECT and attempts == 0):
            raise PinLockedError
        if code == PIN_INCORRECT:
            raise PinError(attempts)
        self._check(code, call)

    @staticmethod
    def _check(code: int, call: str) -> None:
        if code == OK:
            return
        if code in GONE:
            raise TokenError("gone", call)
        reason = "login" if code == USER_NOT_LOGGED_IN else "pin_form" if code in PIN_FORM else "unable" if code in UNABLE else "failed"
        raise TokenError(reason, f"{call} {code:08X}")

    @contextmanager
    def _unless_it_fails(self, place: Place, public: bytes | None, *, new: bool = False) -> Iterator[_Found]:
        """The handles of a place, which are closed only if what follows fails."""
        found = self._find(place, public, new=new)
        try:
            yield found
        except BaseException:
            found.close()
            raise

    @contextmanager
    def _searching(self, place: Place, public: bytes | None) -> Iterator[_Found]:
        found = self._find(place, public)
        try:
            yield found
        finally:
            found.close()

    def _find(self, place: Place, public: bytes | None, *, new: bool = False) -> _Found:
        """The container of a place on whichever token has it; with `new` a token that has the application only will do.

        Raises:
            TokenError: `absent`, `no_key`, `other_key`.
        """
        devices, reason = self._devices(), "no_key"
        if not devices:
            raise TokenError("absent", str(place))
        for device in devices:
            found = _Found(self._calls, device)
            code = found.connect(place)
            is_right = public is None or (bool(found.point) and self._suite.spki(found.point) == public)
            if (code == OK and is_right) or (new and found.application):
                return found
            reason = "other_key" if code == OK else reason
            found.close()
        raise TokenError(reason, str(place))

    def _devices(self) -> list[str]:
        return self._calls.names("SKF_EnumDev", ONLY_PRESENT)

    def _places_of(self, device: str) -> list[Place]:
        code, connected = self._calls.handle("SKF_ConnectDev", device.encode())
        if code != OK:
            return []
        found = []
        for name in self._calls.names("SKF_EnumApplication", connected):
            code, application = self._calls.handle("SKF_OpenApplication", connected, name.encode())
            if code == OK:
                found += [Place(name, one) for one in self._calls.names("SKF_EnumContainer", application)]
                self._calls("SKF_CloseApplication", application)
        self._calls("SKF_DisConnectDev", connected)
        return found


def _buffer(data: bytes) -> Any:
    return ctypes.create_string_buffer(data, len(data))
