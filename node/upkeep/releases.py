"""A release (发行): what a bundle folder or an update file says of itself, and the county's signature over that.

`bundle.json` is canonical JSON: version, a sequence number that only rises, and every file with size and SHA-256 (which a bare Python
can check). `bundle.sig` signs it. An update file may hold only some of the files that its release names, and no others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from node.enrolment.fields import base64_text, matching, members_of, moment, moment_text, octets, read, several
from node.errors import EnrolmentError, RequestError
from signing.algorithms import Suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.errors import MalformedError, SigningError
from signing.keys import Signer
from signing.trust import TrustStore

RELEASE, SIGNATURE, WHEELS = "bundle.json", "bundle.sig", "wheels/"
CONTEXT = b"yizhan release 1\n"
MAX_RELEASE_BYTES, MAX_SIGNATURE_BYTES = 1 << 20, 64 << 10
LARGEST_SEQUENCE = 10**14

_path = matching(re.compile(r"(?:[\w\-][\w.+\-]*/){0,3}[\w\-][\w.+\-]*"))
_sha256 = matching(re.compile(r"[0-9a-f]{64}"))
version_form = matching(re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}"))
_pin = matching(re.compile(r"[A-Za-z0-9._\-]{1,64}==[0-9A-Za-z.]{1,32}(?: ; sys_platform == '[a-z0-9]{1,16}')?"))


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release, by its path below the folder."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """What a release is. `least` is the oldest version that it can follow, `pins` the packages it runs on, its own last."""

    version: str
    sequence: int
    made_at: datetime
    least: str
    pins: tuple[str, ...]
    files: tuple[ReleaseFile, ...]

    def to_bytes(self) -> bytes:
        """`bundle.json`."""
        members = {
            "version": self.version,
            "sequence": self.sequence,
            "made_at": moment_text(self.made_at),
            "least": self.least,
            "pins": list(self.pins),
            "files": [{"name": one.name, "size": one.size_bytes, "sha256": one.sha256} for one in self.files],
        }
        return canonical_bytes(members)

    def wheels(self) -> tuple[ReleaseFile, ...]:
        """The packages among its files."""
        return tuple(one for one in self.files if one.name.startswith(WHEELS) and one.name.endswith(".whl"))


def read_release(data: bytes) -> Release:
    """The release in `bundle.json` (not trusted), its form checked.

    Raises:
        RequestError: it is none (`update_form`).
    """
    try:
        if len(data) > MAX_RELEASE_BYTES:
            raise RequestError("update_form", what="size")
        given = members_of(parse_canonical(data, 8), {"version", "sequence", "made_at", "least", "pins", "files"}, "release")
        return Release(
            version=read(given, "version", version_form),
            sequence=read(given, "sequence", sequence_form),
            made_at=read(given, "made_at", moment),
            least=read(given, "least", version_form),
            pins=read(given, "pins", several(_pin, 1, 200)),
            files=read(given, "files", several(_file, 1, 2000)),
        )
    except (MalformedError, EnrolmentError) as error:
        raise RequestError("update_form", what=str(error)) from error


def sign_release(data: bytes, signer: Signer, path: Sequence[Certificate]) -> bytes:
    """`bundle.sig` for the bytes of `bundle.json`, with the certificates from the signer's up to the root."""
    members = {
        "signer": signer.certificate.digest,
        "signature": base64_text(signer.sign(CONTEXT + data + b"\n")),
        "certificates": [base64_text(one.der) for one in path],
    }
    return canonical_bytes(members)


def check_signature(suite: Suite, trust: TrustStore, data: bytes, signature: bytes, made_at: datetime) -> Certificate:
    """The certificate of the county's station, when it signed `data` and nothing known here speaks against it.

    Dates are compared with the release's own: the clock of the station where it arrives may be wrong.

    Raises:
        RequestError: `update_signature`; `why` says what is wrong.
    """
    try:
        given = _signature(signature)
        for der in given["certificates"]:
            trust.add(der)
        signer = trust.get(given["signer"])
        if signer.usage != "station_sign" or signer.tier != "county":
            raise RequestError("update_signature", why="signer")
        if any(trust.revoked(each) for each in trust.path(signer, (made_at, made_at))):
            raise RequestError("update_signature", why="revoked")
        suite.verify(signer.public_key, CONTEXT + data + b"\n", given["signature"])
    except (SigningError, EnrolmentError) as error:
        raise RequestError("update_signature", why=type(error).__name__) from error
    return signer


def _signature(data: bytes) -> Mapping[str, Any]:
    if len(data) > MAX_SIGNATURE_BYTES:
        raise MalformedError("release signature", "size")
    given = members_of(parse_canonical(data, 4), {"signer", "signature", "certificates"}, "signature")
    return {
        "signer": read(given, "signer", matching(re.compile(r"(sm3|sha256):[0-9a-f]{64}"))),
        "signature": read(given, "signature", octets(128)),
        "certificates": read(given, "certificates", several(octets(4096), 1, 8)),
    }


def sequence_form(value: Any) -> int:
    """A release's sequence number.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < LARGEST_SEQUENCE:
        raise ValueError("number")
    return value


def _file(value: Any) -> ReleaseFile:
    given = members_of(value, {"name", "size", "sha256"}, "files")
    size = given["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 32:
        raise ValueError("size")
    return ReleaseFile(read(given, "name", _path), size, read(given, "sha256", _sha256))


def as_numbers(version: str) -> tuple[int, ...]:
    """A version to compare by: `0.10` comes after `0.9`."""
    return tuple(int(part) for part in version.split("."))
