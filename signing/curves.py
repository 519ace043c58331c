"""What both suites share: how keys on a curve of 256 bits are spelled, and authenticated encryption.

A public key is its SubjectPublicKeyInfo in DER; a private key at rest is PKCS#8 in DER; each has one spelling only.
Encrypted data is nonce (12), ciphertext, tag (16).

Source: RFC 5480, RFC 5915, RFC 5958 and GM/T 0015-2012 (key forms), RFC 5116 and RFC 8998 (AEAD).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from signing import der
from signing.errors import DecryptionError, MalformedError

_NONCE_BYTES, _TAG_BYTES = 12, 16
_EC_PUBLIC_KEY = der.oid("1.2.840.10045.2.1")


class Curve:
    """A named curve of 256 bits and a block cipher in GCM mode; a suite adds what is done with them."""

    name: str
    key_bytes: int

    def __init__(self, curve: str, signature: str, cipher: type[algorithms.SM4] | type[algorithms.AES]) -> None:
        self.curve_oid = der.oid(curve)
        self.signature_oid = der.oid(signature)
        self._cipher = cipher
        self._algorithm = der.sequence(_EC_PUBLIC_KEY, self.curve_oid)
        self._public_prefix = der.sequence(self._algorithm, der.bits(bytes(65)))[:-65]

    def spki(self, point: bytes) -> bytes:
        """The public key whose point (65 octets) this is."""
        return self._public_prefix + point

    def point(self, public: bytes) -> bytes:
        """The point (65 octets) of a public key (not trusted); whether it is on the curve is not checked.

        Raises:
            MalformedError: it is no key of this curve.
        """
        prefix = self._public_prefix
        if len(public) != len(prefix) + 65 or not public.startswith(prefix) or public[len(prefix)] != 4:
            raise MalformedError("public key", f"not of suite {self.name}")
        return public[len(prefix) :]

    def pkcs8(self, scalar: bytes, public: bytes) -> bytes:
        """A private key in the clear; to be kept encrypted."""
        key = der.sequence(der.integer(1), der.octets(scalar), der.explicit(1, der.bits(self.point(public))))
        return der.sequence(der.integer(0), self._algorithm, der.octets(key))

    def scalar_and_point(self, data: bytes) -> tuple[bytes, bytes]:
        """What is in a PKCS#8 key of this curve; whether they belong together is not checked.

        Raises:
            MalformedError: it is none.
        """
        outer = der.Reader("private key", data)
        info = outer.enter()
        outer.done()
        if info.integer() != 0 or info.slice(der.SEQUENCE) != self._algorithm:
            raise info.fault(f"not of suite {self.name}")
        inner = der.Reader("private key", info.octets()).enter()
        info.done()
        if inner.integer() != 1 or len(scalar := inner.octets()) != 32:
            raise inner.fault("scalar")
        tagged = inner.enter(0xA1)
        inner.done()
        return scalar, tagged.bits()

    def encrypt(self, key: bytes, plain: bytes, associated: bytes) -> bytes:
        """`plain` under `key`, bound to `associated`, with a fresh nonce."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        encryptor = Cipher(self._cipher(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return b"".join((nonce, encryptor.update(plain), encryptor.finalize(), encryptor.tag))

    def decrypt(self, key: bytes, data: bytes, associated: bytes) -> bytes:
        """What `encrypt` hid; nothing of it is trusted, the key's length neither.

        Raises:
            DecryptionError: another key, or a changed byte.
        """
        if len(key) != self.key_bytes or len(data) < _NONCE_BYTES + _TAG_BYTES:
            raise DecryptionError
        view = memoryview(data)
        decryptor = Cipher(self._cipher(key), modes.GCM(data[:_NONCE_BYTES])).decryptor()
        decryptor.authenticate_additional_data(associated)
        try:
            return decryptor.update(view[_NONCE_BYTES:-_TAG_BYTES]) + decryptor.finalize_with_tag(data[-_TAG_BYTES:])
        except InvalidTag as error:
            raise DecryptionError from error
