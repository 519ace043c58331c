"""The two suites by name: `gm` (SM2, SM3, SM4-GCM) and `p256` (ECDSA P-256, SHA-256, AES-256-GCM, HPKE), one interface.

Source: GB/T 32918, GB/T 32905 and GB/T 32907 (SM2, SM3, SM4), FIPS 186-5 (ECDSA), RFC 9180 (HPKE).
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import algorithms

from signing import der
from signing.curves import Curve
from signing.errors import BadSignatureError, DecryptionError, MalformedError
from signing.sm2 import Key, Sm2, system_sm2

_SM3 = hashes.SM3()
_WRAP_CONTEXT = b"yizhan parcel 1\n"
_ECDSA = ec.ECDSA(hashes.SHA256())
_HPKE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True)
class PrivateKey:
    """A private key in memory and its public key; it prints as the public one only."""

    suite: str
    public: bytes
    handle: Any = field(repr=False)
    scalar: bytes | None = field(repr=False)


class Hasher(Protocol):
    """A digest being made of data that comes in pieces."""

    def update(self, data: bytes) -> None:
        """Take the next piece."""
        ...

    def digest(self) -> str:
        """The digest in its written form; nothing may be added after."""
        ...


class Suite(Protocol):
    """One set of algorithms: everything a county signs, hashes and encrypts with."""

    name: str
    digest_name: str
    key_bytes: int
    curve_oid: bytes
    signature_oid: bytes

    def __hash__(self) -> int:
        """A suite is one object, so that what was parsed under it can be remembered."""
        ...

    def hash(self, data: bytes) -> bytes:
        """The 32 octets of the digest of `data`."""
        ...

    def digest(self, data: bytes) -> str:
        """The digest of `data` in its written form, `sm3:<hex>` or `sha256:<hex>`."""
        ...

    def hasher(self) -> Hasher:
        """A digest to be fed."""
        ...

    def generate(self) -> PrivateKey:
        """A new key pair."""
        ...

    def load_private(self, data: bytes) -> PrivateKey:
        """The key that `dump_private` wrote. Raises: MalformedError."""
        ...

    def dump_private(self, private: PrivateKey) -> bytes:
        """The key as PKCS#8; to be kept encrypted. Raises: ValueError when it lives in a device."""
        ...

    def check_public(self, public: bytes) -> None:
        """Return if `public` is a key of this suite. Raises: MalformedError."""
        ...

    def sign(self, private: PrivateKey, message: bytes) -> bytes:
        """The signature over `message`, DER SEQUENCE {r, s}."""
        ...

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Return if `signature` is the key's over `message`. Raises: BadSignatureError, MalformedError (the key)."""
        ...

    def encrypt(self, key: bytes, plain: bytes, associated: bytes) -> bytes:
        """`plain` under `key`, bound to `associated`, with a fresh nonce."""
        ...

    def decrypt(self, key: bytes, data: bytes, associated: bytes) -> bytes:
        """What `encrypt` hid. Raises: DecryptionError."""
        ...

    def wrap(self, public: bytes, key: bytes) -> bytes:
        """A content key for the holder of `public`. Raises: MalformedError (the key)."""
        ...

    def unwrap(self, private: PrivateKey, wrapped: bytes) -> bytes:
        """The content key that `wrap` hid. Raises: DecryptionError."""
        ...


class _Sm3Hasher:
    def __init__(self) -> None:
        self._state = hashes.Hash(_SM3)

    def update(self, data: bytes) -> None:
        self._state.update(data)

    def digest(self) -> str:
        return "sm3:" + self._state.finalize().hex()


class _Sha256Hasher:
    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def update(self, data: bytes) -> None:
        self._state.update(data)

    def digest(self) -> str:
        return "sha256:" + self._state.hexdigest()


def _scalar_of(private: PrivateKey) -> bytes:
    if private.scalar is None:
        raise ValueError("this key does not leave its device")
    return private.scalar


class GmSuite(Curve):
    """SM2, SM3, SM4-GCM.

    Raises:
        NoSm2Error: this machine has no SM2.
    """

    name, digest_name, key_bytes = "gm", "sm3", 16

    def __init__(self, sm2: Sm2 | None = None) -> None:
        super().__init__("1.2.156.10197.1.301", "1.2.156.10197.1.501", algorithms.SM4)
        self._sm2 = sm2 or system_sm2()

    def hash(self, data: bytes) -> bytes:
        """SM3. Source: GB/T 32905-2016."""
        state = hashes.Hash(_SM3)
        state.update(data)
        return state.finalize()

    def digest(self, data: bytes) -> str:
        """`sm3:` and 64 hex."""
        return "sm3:" + self.hash(data).hex()

    def hasher(self) -> Hasher:
        """SM3 in pieces."""
        return _Sm3Hasher()

    def generate(self) -> PrivateKey:
        """A new SM2 key pair."""
        scalar, point = self._sm2.generate()
        return PrivateKey(self.name, self.spki(point), self._sm2.private_key(scalar, point), scalar)

    def load_private(self, data: bytes) -> PrivateKey:
        """An SM2 key from PKCS#8.

        Raises:
            MalformedError: it is not one, or its halves do not belong together.
        """
        scalar, point = self.scalar_and_point(data)
        public = self.spki(point)
        self.check_public(public)
        return PrivateKey(self.name, public, self._sm2.private_key(scalar, point), scalar)

    def dump_private(self, private: PrivateKey) -> bytes:
        """The key as PKCS#8; to be kept encrypted.

        Raises:
            ValueError: it lives in a device and does not leave it.
        """
        return self.pkcs8(_scalar_of(private), private.public)

    def _public(self, public: bytes) -> Key:
        return self._sm2.public_key(self.point(public))

    def check_public(self, public: bytes) -> None:
        """Return if this is a point on the SM2 curve.

        Raises:
            MalformedError: it is not.
        """
        self._public(public)

    def sign(self, private: PrivateKey, message: bytes) -> bytes:
        """SM2-with-SM3 with the default identifier."""
        return self._sm2.sign(private.handle, message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """SM2-with-SM3 with the default identifier.

        Raises:
            BadSignatureError: the signature is not this key's.
            MalformedError: the key is none.
        """
        self._sm2.verify(self._public(public), message, signature)

    def wrap(self, public: bytes, key: bytes) -> bytes:
        """SM2 encryption in the DER of GB/T 35276."""
        return self._sm2.encrypt(self._public(public), key)

    def unwrap(self, private: PrivateKey, wrapped: bytes) -> bytes:
        """The key that was wrapped.

        Raises:
            DecryptionError: not for this key, or changed.
        """
        try:
            outer = der.Reader("wrapped key", wrapped)
            fields = outer.enter()
            outer.done()
            if min(fields.integer(), fields.integer()) < 0 or len(fields.octets()) != 32 or len(fields.octets()) != self.key_bytes:
                raise DecryptionError
            fields.done()
        except MalformedError as error:
            raise DecryptionError from error
        return self._sm2.decrypt(private.handle, wrapped)


class P256Suite(Curve):
    """ECDSA on P-256 with SHA-256, AES-256-GCM, HPKE."""

    name, digest_name, key_bytes = "p256", "sha256", 32

    def __init__(self) -> None:
        super().__init__("1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2", algorithms.AES)
        self._public = lru_cache(maxsize=1024)(self._parse_public)

    def hash(self, data: bytes) -> bytes:
        """SHA-256."""
        return hashlib.sha256(data).digest()

    def digest(self, data: bytes) -> str:
        """`sha256:` and 64 hex."""
        return "sha256:" + hashlib.sha256(data).hexdigest()

    def hasher(self) -> Hasher:
        """SHA-256 in pieces."""
        return _Sha256Hasher()

    def generate(self) -> PrivateKey:
        """A new P-256 key pair."""
        return self._private(ec.generate_private_key(ec.SECP256R1()))

    def _private(self, key: ec.EllipticCurvePrivateKey) -> PrivateKey:
        numbers = key.private_numbers()
        point = b"\x04" + numbers.public_numbers.x.to_bytes(32, "big") + numbers.public_numbers.y.to_bytes(32, "big")
        return PrivateKey(self.name, self.spki(point), key, numbers.private_value.to_bytes(32, "big"))

    def load_private(self, data: bytes) -> PrivateKey:
        """A P-256 key from PKCS#8.

        Raises:
            MalformedError: it is not one, or its halves do not belong together.
        """
        scalar, point = self.scalar_and_point(data)
        try:
            private = self._private(ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()))
        except ValueError as error:
            raise MalformedError("private key", "scalar") from error
        if private.public != self.spki(point):
            raise MalformedError("private key", "not a pair")
        return private

    def dump_private(self, private: PrivateKey) -> bytes:
        """The key as PKCS#8; to be kept encrypted.

        Raises:
            ValueError: it lives in a device and does not leave it.
        """
        return self.pkcs8(_scalar_of(private), private.public)

    def _parse_public(self, public: bytes) -> ec.EllipticCurvePublicKey:
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.point(public))
        except ValueError as error:
            raise MalformedError("public key", "not on the curve") from error

    def check_public(self, public: bytes) -> None:
        """Return if this is a point on P-256.

        Raises:
            MalformedError: it is not.
        """
        self._public(public)

    def sign(self, private: PrivateKey, message: bytes) -> bytes:
        """ECDSA with SHA-256."""
        key: ec.EllipticCurvePrivateKey = private.handle
        return key.sign(message, _ECDSA)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """ECDSA with SHA-256.

        Raises:
            BadSignatureError: the signature is not this key's.
            MalformedError: the key is none.
        """
        try:
            self._public(public).verify(signature, message, _ECDSA)
        except InvalidSignature as error:
            raise BadSignatureError from error

    def wrap(self, public: bytes, key: bytes) -> bytes:
        """HPKE base mode, with our context as `info`."""
        return _HPKE.encrypt(key, self._public(public), info=_WRAP_CONTEXT)

    def unwrap(self, private: PrivateKey, wrapped: bytes) -> bytes:
        """The key that was wrapped.

        Raises:
            DecryptionError: not for this key, or changed.
        """
        try:
            key = _HPKE.decrypt(wrapped, private.handle, info=_WRAP_CONTEXT)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError from error
        if len(key) != self.key_bytes:
            raise DecryptionError
        return key


SUITES: dict[str, type[GmSuite] | type[P256Suite]] = {GmSuite.name: GmSuite, P256Suite.name: P256Suite}


@cache
def suite(name: str) -> Suite:
    """The suite of this name, made once.

    Raises:
        ValueError: no such suite.
        NoSm2Error: `gm` on a machine without SM2.
    """
    if name not in SUITES:
        raise ValueError(name)
    return SUITES[name]()
