"""The system's libcrypto 3, found and described for `ctypes`: only the calls that SM2 needs.

`ctypes.CDLL` lets other threads run during a call. Objects made here are freed by whoever made them.
"""

import ctypes
import ctypes.util
import sys
from pathlib import Path
from typing import Any

from signing.errors import NoSm2Error

_POINTER = ctypes.c_void_p
_INT, _SIZE, _BYTES = ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
_SIZE_OUT, _POINTER_OUT = ctypes.POINTER(_SIZE), ctypes.POINTER(_POINTER)


class Parameter(ctypes.Structure):
    """OSSL_PARAM: one named value of a key. An array of these ends with an empty one."""

    _fields_ = [
        ("key", _BYTES),
        ("data_type", ctypes.c_uint),
        ("data", _POINTER),
        ("data_size", _SIZE),
        ("return_size", _SIZE),
    ]


_CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    # name: (result, arguments). Source: OpenSSL 3.0 manual, section 3.
    "OpenSSL_version_num": (ctypes.c_ulong, ()),
    "ERR_clear_error": (None, ()),
    "BN_bn2binpad": (_INT, (_POINTER, _BYTES, _INT)),
    "BN_clear_free": (None, (_POINTER,)),
    "EVP_PKEY_free": (None, (_POINTER,)),
    "EVP_PKEY_CTX_new_from_name": (_POINTER, (_POINTER, _BYTES, _POINTER)),
    "EVP_PKEY_CTX_new_from_pkey": (_POINTER, (_POINTER, _POINTER, _POINTER)),
    "EVP_PKEY_CTX_free": (None, (_POINTER,)),
    "EVP_PKEY_fromdata_init": (_INT, (_POINTER,)),
    "EVP_PKEY_fromdata": (_INT, (_POINTER, _POINTER_OUT, _INT, ctypes.POINTER(Parameter))),
    "EVP_PKEY_keygen_init": (_INT, (_POINTER,)),
    "EVP_PKEY_generate": (_INT, (_POINTER, _POINTER_OUT)),
    "EVP_PKEY_get_octet_string_param": (_INT, (_POINTER, _BYTES, _BYTES, _SIZE, _SIZE_OUT)),
    "EVP_PKEY_get_bn_param": (_INT, (_POINTER, _BYTES, _POINTER_OUT)),
    "EVP_PKEY_sign_init": (_INT, (_POINTER,)),
    "EVP_PKEY_sign": (_INT, (_POINTER, _BYTES, _SIZE_OUT, _BYTES, _SIZE)),
    "EVP_PKEY_verify_init": (_INT, (_POINTER,)),
    "EVP_PKEY_verify": (_INT, (_POINTER, _BYTES, _SIZE, _BYTES, _SIZE)),
    "EVP_PKEY_encrypt_init": (_INT, (_POINTER,)),
    "EVP_PKEY_encrypt": (_INT, (_POINTER, _BYTES, _SIZE_OUT, _BYTES, _SIZE)),
    "EVP_PKEY_decrypt_init": (_INT, (_POINTER,)),
    "EVP_PKEY_decrypt": (_INT, (_POINTER, _BYTES, _SIZE_OUT, _BYTES, _SIZE)),
}


def candidates() -> list[str]:
    """Names to try, in order: the system's own, then what comes with Python on Windows and Homebrew."""
    if sys.platform == "win32":
        folders = [Path(sys.base_prefix) / "DLLs", Path(sys.base_prefix)]
        bundled = [str(folder / name) for folder in folders for name in ("libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll")]
        return [*bundled, "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll"]
    if sys.platform == "darwin":
        return ["/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib", "libcrypto.3.dylib"]
    return ["libcrypto.so.3", *filter(None, [ctypes.util.find_library("crypto")])]


def load(names: list[str]) -> Any:
    """The first of `names` that loads, is version 3 or later and has every call.

    Raises:
        NoSm2Error: none is.
    """
    tried = []
    for name in names:
        try:
            library = ctypes.CDLL(name)
            for call, (result, arguments) in _CALLS.items():
                function = getattr(library, call)
                function.restype, function.argtypes = result, arguments
            if library.OpenSSL_version_num() >> 28 >= 3:
                return library
            tried.append(f"{name}: older than 3")
        except (OSError, AttributeError) as error:
            tried.append(f"{name}: {error}")
    raise NoSm2Error("; ".join(tried))
