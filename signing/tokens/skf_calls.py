"""The calls of SKF that are used here, their numbers, and a vendor's library described for `ctypes`.

Source: GM/T 0016-2012, 6.4 (types), 7 (functions), annex A (codes).
"""

import ctypes
import sys
from typing import Any

from signing.errors import TokenError

OK = 0
DEVICE_REMOVED, PIN_INCORRECT, PIN_LOCKED = 0x0A000023, 0x0A000024, 0x0A000025
USER_ALREADY_LOGGED_IN, USER_NOT_LOGGED_IN = 0x0A000028, 0x0A00002D
PIN_FORM = frozenset({0x0A000026, 0x0A000027})
"""PIN_INVALID, PIN_LEN_RANGE."""

GONE = frozenset({DEVICE_REMOVED, 0x0A000005})
"""DEVICE_REMOVED; INVALIDHANDLEERR, which is what a handle to a token becomes that was pulled out and put in again."""

UNABLE = frozenset({0x0A000003})
"""NOTSUPPORTYETERR."""

USER_PIN, ONLY_PRESENT, SIGNING_KEY = 1, 1, 1
SM2_SIGN = (0x00020100, 0x00020200)
"""The number of SM2 signing keys, in the order they are tried: headers of vendors, and GM/T 0006-2012, do not agree on it."""

_CALLS = {
    # name: what it takes. n number, p pointer, s text, b BOOL. All answer a number.
    "SKF_EnumDev": "bpp",
    "SKF_ConnectDev": "sp",
    "SKF_DisConnectDev": "p",
    "SKF_EnumApplication": "ppp",
    "SKF_OpenApplication": "psp",
    "SKF_CloseApplication": "p",
    "SKF_EnumContainer": "ppp",
    "SKF_OpenContainer": "psp",
    "SKF_CreateContainer": "psp",
    "SKF_CloseContainer": "p",
    "SKF_VerifyPIN": "pnsp",
    "SKF_ChangePIN": "pnssp",
    "SKF_UnblockPIN": "pssp",
    "SKF_GetPINInfo": "pnppp",
    "SKF_ClearSecureState": "p",
    "SKF_GenECCKeyPair": "pnp",
    "SKF_ExportPublicKey": "pbpp",
    "SKF_ECCSignData": "ppnp",
}
_LONGEST_LIST, _BLOB, _COORDINATES = 16384, 256, 128


class Number(ctypes.c_uint64):
    """Room for a number that a library writes: eight octets of zero, whatever width it writes."""


class Calls:
    """A vendor's library. Each call answers its code; numbers and lists come back as Python's.

    Raises:
        TokenError: `no_library`, it does not load or lacks a call.
    """

    def __init__(self, path: str, long_bits: int) -> None:
        long = {32: ctypes.c_uint32, 64: ctypes.c_uint64}[long_bits]
        kinds = {"n": long, "p": ctypes.c_void_p, "s": ctypes.c_char_p, "b": ctypes.c_int32}
        try:
            # On Windows the interface is __stdcall, which differs from the rest in 32-bit programs only.
            self._library: Any = getattr(ctypes, "WinDLL" if sys.platform == "win32" else "CDLL")(path)
            for name, arguments in _CALLS.items():
                function = getattr(self._library, name)
                function.restype, function.argtypes = long, [kinds[one] for one in arguments]
        except (OSError, AttributeError) as error:
            raise TokenError("no_library", type(error).__name__) from error

    def __call__(self, name: str, *arguments: Any) -> int:
        """The code that a call answers; an out parameter is a `Number`, a buffer or a handle."""
        return int(getattr(self._library, name)(*[self._passed(one) for one in arguments])) & 0xFFFFFFFF

    @staticmethod
    def _passed(value: Any) -> Any:
        return ctypes.addressof(value) if isinstance(value, ctypes.c_uint64 | ctypes.Array) else value

    def handle(self, name: str, *arguments: Any) -> tuple[int, int]:
        """The code of a call whose last parameter is a handle, and the handle."""
        out = Number()
        return self(name, *arguments, out), out.value

    def names(self, name: str, *arguments: Any) -> list[str]:
        """The names of a list, empty where the call fails."""
        text, size = ctypes.create_string_buffer(_LONGEST_LIST), Number(_LONGEST_LIST)
        if self(name, *arguments, text, size) != OK:
            return []
        return [one.decode(errors="replace") for one in text.raw.split(b"\0\0")[0].split(b"\0") if one]

    def public_point(self, container: int) -> tuple[int, bytes]:
        """The code, and the point (65 octets) of a container's signing key. The blob ends with X and Y, each right-aligned in 64 octets."""
        blob, size = ctypes.create_string_buffer(_BLOB), Number(_BLOB)
        code = self("SKF_ExportPublicKey", container, SIGNING_KEY, blob, size)
        length = size.value & 0xFFFFFFFF
        if code == OK and not _COORDINATES < length <= _BLOB:
            raise TokenError("failed", "ExportPublicKey")
        ends = blob.raw[length - _COORDINATES : length]
        return code, b"\x04" + ends[32:64] + ends[96:128]
