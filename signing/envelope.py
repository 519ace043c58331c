"""A body encrypted once for several readers, and the signature of a station around it.

The content key is wrapped for each reader's encryption certificate; the clear bytes before the body are bound in as associated data.
"""

import secrets

from signing.algorithms import PrivateKey, Suite
from signing.certificates import Certificate
from signing.errors import CertificateError
from signing.trust import Interval, TrustStore


def new_content_key(suite: Suite) -> bytes:
    """A fresh random key for one body or one enclosure."""
    return secrets.token_bytes(suite.key_bytes)


def wrap_for(suite: Suite, key: bytes, reader: Certificate) -> bytes:
    """The content key, readable only with the private key of `reader`, a station's encryption certificate.

    Raises:
        CertificateError: the certificate is not for that (`code` `usage`).
    """
    if reader.usage != "station_encrypt":
        raise CertificateError("usage", reader.digest)
    return suite.wrap(reader.public_key, key)


def unwrap(suite: Suite, wrapped: bytes, private: PrivateKey) -> bytes:
    """The content key out of `wrapped` (not trusted).

    Raises:
        DecryptionError: it was wrapped for another key, or changed.
    """
    return suite.unwrap(private, wrapped)


def encrypt_body(suite: Suite, key: bytes, plain: bytes, associated: bytes) -> bytes:
    """Nonce (12), ciphertext, tag (16)."""
    return suite.encrypt(key, plain, associated)


def decrypt_body(suite: Suite, key: bytes, body: bytes, associated: bytes) -> bytes:
    """What `encrypt_body` hid; `body` and `associated` are not trusted.

    Raises:
        DecryptionError: another key, or a changed byte in either.
    """
    return suite.decrypt(key, body, associated)


def verify_station(
    suite: Suite, trust: TrustStore, signer_digest: str, station: str, message: bytes, signature: bytes, at: Interval
) -> Certificate:
    """The certificate of `station`, if its signing key signed `message` and held at `at` (see `trust.Interval`).

    Raises:
        UnknownSignerError: its certificate or an issuer is not here yet.
        CertificateError: it is another station's (`code` `station`), not for signing (`usage`), does not hold, or was `revoked`
            at the latest moment.
        BadSignatureError: it did not sign this.
    """
    signer = trust.get(signer_digest)
    if signer.usage != "station_sign" or signer.station != station:
        raise CertificateError("usage" if signer.usage != "station_sign" else "station", signer.digest)
    trust.path(signer, at)
    moment = at[1] or at[0]
    if moment and trust.revoked_before(signer, moment):
        raise CertificateError("revoked", signer.digest)
    suite.verify(signer.public_key, message, signature)
    return signer
