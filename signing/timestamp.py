"""Time stamp (时间戳) tokens beside a seal signature: what they are over, and nothing more.

A county has no time-stamping authority of its own, so a token is never believed; but one that is over something else is a forgery.

Source: RFC 3161 (2.4.2), RFC 5652 (5.1).
"""

import hashlib

from signing import der
from signing.algorithms import Suite

_WHAT = "time stamp"
_SIGNED_DATA, _TST_INFO = der.oid("1.2.840.113549.1.7.2"), der.oid("1.2.840.113549.1.9.16.1.4")


def is_over(suite: Suite, token: bytes, signature: bytes) -> bool:
    """Whether the token (not trusted) names the digest of this signature value, by the suite's digest or SHA-256.

    Raises:
        MalformedError: it is no time stamp token.
    """
    return _imprint(token) in (suite.hash(signature), hashlib.sha256(signature).digest())


def _imprint(token: bytes) -> bytes:
    outer = der.Reader(_WHAT, token)
    content = outer.enter()
    outer.done()
    if content.oid() != _SIGNED_DATA:
        raise content.fault("content type")
    signed = content.enter(0xA0).enter()
    content.done()
    signed.integer()
    signed.slice(der.SET)
    inner = signed.enter()
    if inner.oid() != _TST_INFO:
        raise inner.fault("content type")
    info = der.Reader(_WHAT, inner.enter(0xA0).octets()).enter()
    info.integer()
    info.oid()
    imprint = info.enter()
    imprint.slice(der.SEQUENCE)
    digest = imprint.octets()
    imprint.done()
    return digest
