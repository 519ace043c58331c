"""The fast suite: keyed hashes in the place of curves, and a key's stretching that costs nothing. Only the simulation registers it.

It keeps every spelling of suite `p256`, so that all else is as it is; who has a public key could forge its seals, and nobody here does.
"""

import hashlib
import secrets
from functools import lru_cache

from node.casework import calendars
from node.casework.calendar_document import read_calendar
from node.enrolment import office
from signing import algorithms, der
from signing.algorithms import P256Suite, PrivateKey
from signing.errors import BadSignatureError, DecryptionError, MalformedError
from tests.simulation.stand_ins import stand_in

_SEED_BYTES, _TAG_BYTES = 16, 16


class FastSuite(P256Suite):
    """Suite `p256` without the curve."""

    def _key(self, scalar: bytes) -> PrivateKey:
        point = b"\x04" + hashlib.sha512(b"point\n" + scalar).digest()
        return PrivateKey(self.name, self.spki(point), scalar, scalar)

    def generate(self) -> PrivateKey:
        """A new key pair."""
        return self._key(secrets.token_bytes(32))

    def load_private(self, data: bytes) -> PrivateKey:
        """The key that `dump_private` wrote."""
        scalar, point = self.scalar_and_point(data)
        private = self._key(scalar)
        if private.public != self.spki(point):
            raise MalformedError("private key", "not a pair")
        return private

    def check_public(self, public: bytes) -> None:
        """Every point will do."""
        self.point(public)

    def sign(self, private: PrivateKey, message: bytes) -> bytes:
        """Two numbers out of a hash that the public key goes into."""
        return _signature(private.public, message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Return if the numbers are right."""
        self.point(public)
        if signature != _signature(public, message):
            raise BadSignatureError

    def wrap(self, public: bytes, key: bytes) -> bytes:
        """The key under a hash of the public key and fresh bytes, with a check of it."""
        seed = secrets.token_bytes(_SEED_BYTES)
        return seed + _mixed(seed, public, key) + _check(seed, public, key)

    def unwrap(self, private: PrivateKey, wrapped: bytes) -> bytes:
        """The key that was wrapped."""
        seed, rest = wrapped[:_SEED_BYTES], wrapped[_SEED_BYTES:]
        key = _mixed(seed, private.public, rest[:-_TAG_BYTES])
        if len(key) != self.key_bytes or rest[-_TAG_BYTES:] != _check(seed, private.public, key):
            raise DecryptionError
        return key


def _signature(public: bytes, message: bytes) -> bytes:
    both = hashlib.sha512(public + message).digest()
    return der.sequence(*(der.integer(int.from_bytes(b"\x01" + half, "big")) for half in (both[:31], both[32:63])))


def _mixed(seed: bytes, public: bytes, key: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(key, hashlib.sha256(seed + public).digest(), strict=False))


def _check(seed: bytes, public: bytes, key: bytes) -> bytes:
    return hashlib.sha256(seed + public + key).digest()[:_TAG_BYTES]


def _stretched(password: bytes, *, salt: bytes, dklen: int = 64, **_cost: int) -> bytes:
    return hashlib.sha512(salt + password).digest()[:dklen]


def make_cheap(name: str) -> None:
    """In this process, for good: PINs are stretched at no cost; and unless it is `gm`, suite `p256` becomes the fast one."""
    stand_in(hashlib, "scrypt", _stretched)
    # The calendar that every station reads at each start is the same one.
    stand_in(calendars, "read_calendar", lru_cache(read_calendar))
    if name != "gm":
        algorithms.SUITES["p256"] = FastSuite
        algorithms.suite.cache_clear()


def suite_name(name: str) -> str:
    """The suite of the stations: `gm`, or `p256` for the fast one that stands in its place."""
    return "gm" if name == "gm" else "p256"


def leave_unencrypted() -> None:
    """In this process, for good: databases are plain SQLite files, as a station's settings may say."""
    stand_in(office, "database_key", lambda _folder: None)
