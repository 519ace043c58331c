"""SM2 through the system's libcrypto 3: keys, signatures over SM3, encryption of short secrets.

`Sm2()` runs the published example of the standard before it is of use to anyone; it never falls back to something else.
Points are 65 octets (04, X, Y), private scalars 32 octets, signatures and ciphertexts DER. Objects may be shared by threads.

Source: GB/T 32918-2016 (GM/T 0003-2012) parts 2, 4 and 5; GB/T 35276-2017 for the DER forms.
"""

import ctypes
import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from cryptography.hazmat.primitives import hashes

from signing.errors import BadSignatureError, DecryptionError, MalformedError, NoSm2Error
from signing.libcrypto import Parameter, candidates, load

DEFAULT_ID = b"1234567812345678"
"""The distinguishing identifier (可辨别标识) where none is agreed. Source: GM/T 0009-2012, clause 10."""

_CURVE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
"""a, b and the base point (x, y) of the curve. Source: GB/T 32918.5-2017, clause 2."""

_PUBLIC_KEY, _KEY_PAIR = 0x86, 0x87
_UNSIGNED_INTEGER, _UTF8_STRING, _OCTET_STRING = 2, 4, 5
_LONGEST_SIGNATURE = 72
_REMEMBERED_KEYS = 1024
_SM3 = hashes.SM3()


def message_digest(point: bytes, message: bytes, identifier: bytes = DEFAULT_ID) -> bytes:
    """The 32 octets that an SM2 key (its point) signs for `message`: SM3 of who it is and of the message. Devices want just these.

    Source: GB/T 32918.2-2016, 5.5 and 6.1 (Z and e).
    """
    state = hashes.Hash(_SM3)
    state.update(_who(point, identifier))
    state.update(message)
    return state.finalize()


@lru_cache(maxsize=_REMEMBERED_KEYS)
def _who(point: bytes, identifier: bytes) -> bytes:
    """Z: the digest of an identifier, the curve and a key."""
    state = hashes.Hash(_SM3)
    state.update((len(identifier) * 8).to_bytes(2, "big") + identifier + _CURVE + point[1:])
    return state.finalize()


class Key:
    """A parsed key inside libcrypto, freed with this object, and its point. Never printed."""

    def __init__(self, handle: int, free: Callable[[int], None], point: bytes = b"") -> None:
        self.handle = handle
        self.point = point
        self._free = free

    def __del__(self) -> None:
        self._free(self.handle)


class Sm2:
    """SM2 of one libcrypto.

    Raises:
        NoSm2Error: no such library, or it fails the known answers.
    """

    def __init__(self, names: list[str] | None = None) -> None:
        self._crypto = load(candidates() if names is None else names)
        self._pairs: set[bytes] = set()
        self.public_key = lru_cache(maxsize=_REMEMBERED_KEYS)(self._parse_public_key)
        _check_known_answers(self)

    @property
    def version(self) -> str:
        """The version of libcrypto, such as `3.0.13`. Source: OpenSSL manual, OPENSSL_VERSION_NUMBER (MNN00PP0L)."""
        number = self._crypto.OpenSSL_version_num()
        return f"{number >> 28}.{number >> 20 & 0xFF}.{number >> 4 & 0xFF}"

    def generate(self) -> tuple[bytes, bytes]:
        """A new private scalar and its point."""
        key = ctypes.c_void_p()
        with self._context_of_name() as context:
            made = self._crypto.EVP_PKEY_keygen_init(context) > 0 and self._crypto.EVP_PKEY_generate(context, ctypes.byref(key)) > 0
        if not made or key.value is None:
            raise NoSm2Error("key generation failed")
        pair = Key(key.value, self._crypto.EVP_PKEY_free)
        return self._scalar(pair), self._point(pair)

    def _parse_public_key(self, point: bytes) -> Key:
        """The key of a point on the curve (65 octets, not trusted); the last ones asked for are remembered.

        Raises:
            MalformedError: no such point.
        """
        if len(point) != 65 or point[0] != 4:  # libcrypto would take the point at infinity (00) and compressed points
            raise MalformedError("sm2 key", "point")
        return self._from_data(_PUBLIC_KEY, point, [(b"pub", _OCTET_STRING, point)])

    def private_key(self, scalar: bytes, point: bytes) -> Key:
        """The key pair of a scalar and its point.

        Raises:
            MalformedError: they do not belong together.
        """
        native = int.from_bytes(scalar, "big").to_bytes(len(scalar), sys.byteorder)
        pair = self._from_data(_KEY_PAIR, point, [(b"pub", _OCTET_STRING, point), (b"priv", _UNSIGNED_INTEGER, native)])
        # A unit's key is opened for each letter: that its halves belong together is found out once, and only that is remembered.
        mark = hashlib.sha256(b"yizhan pair" + scalar + point).digest()
        if mark in self._pairs:
            return pair
        try:
            self.verify(self.public_key(point), b"pair", self.sign(pair, b"pair"))
        except (BadSignatureError, NoSm2Error) as error:
            raise MalformedError("sm2 key", "not a pair") from error
        if len(self._pairs) < _REMEMBERED_KEYS:
            self._pairs.add(mark)
        return pair

    def sign(self, key: Key, message: bytes, identifier: bytes = DEFAULT_ID) -> bytes:
        """SM2-with-SM3 signature over `message`, in DER."""
        crypto, digest = self._crypto, message_digest(key.point, message, identifier)
        signature, size = ctypes.create_string_buffer(_LONGEST_SIGNATURE), ctypes.c_size_t(_LONGEST_SIGNATURE)
        with self._context_of_key(key) as context:
            done = crypto.EVP_PKEY_sign_init(context) > 0
            done = done and crypto.EVP_PKEY_sign(context, signature, ctypes.byref(size), digest, len(digest)) > 0
        if not done:
            raise NoSm2Error("signing failed")
        return signature.raw[: size.value]

    def verify(self, key: Key, message: bytes, signature: bytes, identifier: bytes = DEFAULT_ID) -> None:
        """Return if `signature` is the key's over `message`.

        Raises:
            BadSignatureError: it is not.
        """
        crypto, digest = self._crypto, message_digest(key.point, message, identifier)
        context = self._new_context(key)
        try:
            done = crypto.EVP_PKEY_verify_init(context) > 0
            done = done and crypto.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)) == 1
        finally:
            crypto.EVP_PKEY_CTX_free(context)
        if not done:
            crypto.ERR_clear_error()
            raise BadSignatureError

    def encrypt(self, key: Key, secret: bytes) -> bytes:
        """`secret` for the holder of the key: SEQUENCE {x, y, SM3 check, ciphertext}."""
        crypto, size = self._crypto, ctypes.c_size_t(len(secret) + 160)
        out = ctypes.create_string_buffer(size.value)
        with self._context_of_key(key) as context:
            done = crypto.EVP_PKEY_encrypt_init(context) > 0
            done = done and crypto.EVP_PKEY_encrypt(context, out, ctypes.byref(size), secret, len(secret)) > 0
        if not done:
            raise NoSm2Error("encryption failed")
        return out.raw[: size.value]

    def decrypt(self, key: Key, ciphertext: bytes) -> bytes:
        """The secret that `encrypt` hid in `ciphertext` (not trusted).

        Raises:
            DecryptionError: it was not made for this key, or was changed.
        """
        crypto, size = self._crypto, ctypes.c_size_t(len(ciphertext))
        out = ctypes.create_string_buffer(max(size.value, 1))
        with self._context_of_key(key) as context:
            done = crypto.EVP_PKEY_decrypt_init(context) > 0
            done = done and crypto.EVP_PKEY_decrypt(context, out, ctypes.byref(size), ciphertext, len(ciphertext)) > 0
        if not done:
            crypto.ERR_clear_error()
            raise DecryptionError
        return out.raw[: size.value]

    @contextmanager
    def _context_of_name(self) -> Iterator[int]:
        context = self._crypto.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        if not context:
            raise NoSm2Error("libcrypto was built without SM2")
        try:
            yield context
        finally:
            self._crypto.EVP_PKEY_CTX_free(context)

    def _new_context(self, key: Key) -> int:
        """A context for one use of a key, which the caller frees."""
        context: int | None = self._crypto.EVP_PKEY_CTX_new_from_pkey(None, key.handle, None)
        if not context:
            raise NoSm2Error("no context")
        return context

    @contextmanager
    def _context_of_key(self, key: Key) -> Iterator[int]:
        context = self._new_context(key)
        try:
            yield context
        finally:
            self._crypto.EVP_PKEY_CTX_free(context)

    def _from_data(self, selection: int, point: bytes, values: list[tuple[bytes, int, bytes]]) -> Key:
        buffers = [(name, kind, ctypes.create_string_buffer(data, len(data)), len(data)) for name, kind, data in values]
        group = ctypes.create_string_buffer(b"SM2")
        parameters = [Parameter(b"group", _UTF8_STRING, ctypes.addressof(group), 3, 0)]
        parameters += [Parameter(name, kind, ctypes.addressof(buffer), size, 0) for name, kind, buffer, size in buffers]
        table = (Parameter * (len(parameters) + 1))(*parameters)
        key = ctypes.c_void_p()
        with self._context_of_name() as context:
            made = self._crypto.EVP_PKEY_fromdata_init(context) > 0
            made = made and self._crypto.EVP_PKEY_fromdata(context, ctypes.byref(key), selection, table) > 0
        if not made or key.value is None:
            self._crypto.ERR_clear_error()
            raise MalformedError("sm2 key", "not on the curve")
        return Key(key.value, self._crypto.EVP_PKEY_free, point)

    def _point(self, key: Key) -> bytes:
        out, size = ctypes.create_string_buffer(65), ctypes.c_size_t()
        if self._crypto.EVP_PKEY_get_octet_string_param(key.handle, b"pub", out, 65, ctypes.byref(size)) <= 0 or size.value != 65:
            raise NoSm2Error("no public key")
        return out.raw

    def _scalar(self, key: Key) -> bytes:
        number, out = ctypes.c_void_p(), ctypes.create_string_buffer(32)
        if self._crypto.EVP_PKEY_get_bn_param(key.handle, b"priv", ctypes.byref(number)) <= 0:
            raise NoSm2Error("no private key")
        try:
            if self._crypto.BN_bn2binpad(number, out, 32) != 32:
                raise NoSm2Error("no private key")
            return out.raw
        finally:
            self._crypto.BN_clear_free(number)


_KNOWN_SCALAR = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
_KNOWN_POINT = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
_KNOWN_SIGNATURE = bytes.fromhex(
    "3046022100F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "022100B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
_KNOWN_CIPHERTEXT = bytes.fromhex(
    "307C022004EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
    "022100E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    "042059983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
    "041321886CA989CA9C7D58087307CA93092D651EFA"
)


def _check_known_answers(sm2: Sm2) -> None:
    """Source: GB/T 32918.5-2017 (GM/T 0003.5-2012), appendices A and C."""
    try:
        pair = sm2.private_key(_KNOWN_SCALAR, _KNOWN_POINT)
        public = sm2.public_key(_KNOWN_POINT)
        sm2.verify(public, b"message digest", _KNOWN_SIGNATURE)
        if sm2.decrypt(pair, _KNOWN_CIPHERTEXT) != b"encryption standard":
            raise DecryptionError
    except (MalformedError, BadSignatureError, DecryptionError) as error:
        raise NoSm2Error(f"known answer: {type(error).__name__}") from error
    try:
        sm2.verify(public, b"message digesT", _KNOWN_SIGNATURE)
    except BadSignatureError:
        return
    raise NoSm2Error("known answer: a wrong message was accepted")


_LOADING = threading.Lock()
_LOADED: list[Sm2] = []


def system_sm2() -> Sm2:
    """The system's SM2, loaded and tested once.

    Raises:
        NoSm2Error: there is none; tried again at the next call.
    """
    with _LOADING:
        if not _LOADED:
            _LOADED.append(Sm2())
        return _LOADED[0]
