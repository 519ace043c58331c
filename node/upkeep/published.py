"""A published update (发布的更新): what a parcel of the county says of an update file that comes down the road as an enclosure.

It proves nothing by itself: the file is checked like one from a drive. Of two the one with the higher sequence counts, and of the same
sequence the one published later: the county may send a file again under another key.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from node.enrolment.fields import matching, members_of, moment, moment_text, read
from node.errors import EnrolmentError, RequestError
from node.mail.cargo import MAX_BULK_BYTES
from node.upkeep.releases import sequence_form, version_form
from signing.algorithms import Suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import MalformedError

OVERHEAD_BYTES = 28
"""Nonce and tag of an enclosure."""

MAX_FILE_BYTES = MAX_BULK_BYTES - OVERHEAD_BYTES
MAX_RECORD_BYTES = 2048
_NAMES = {"version", "sequence", "published_at", "size", "digest", "enclosure"}
_digest = matching(re.compile(r"(sm3|sha256):[0-9a-f]{64}"))


@dataclass(frozen=True, kw_only=True)
class Published:
    """An update file as the county sends it: `digest` and `size_bytes` are the file's, `enclosure_id` names its ciphertext."""

    version: str
    sequence: int
    published_at: datetime
    size_bytes: int
    digest: str
    enclosure_id: str

    @property
    def order(self) -> tuple[int, datetime]:
        """What comes after another has a higher one."""
        return self.sequence, self.published_at

    @property
    def enclosure_bytes(self) -> int:
        """How large its ciphertext is."""
        return self.size_bytes + OVERHEAD_BYTES

    def is_of(self, suite: Suite, data: bytes) -> bool:
        """Whether these bytes are the file."""
        return len(data) == self.size_bytes and suite.digest(data) == self.digest

    def to_bytes(self) -> bytes:
        """The record `update`: canonical JSON."""
        members = {
            "version": self.version,
            "sequence": self.sequence,
            "published_at": moment_text(self.published_at),
            "size": self.size_bytes,
            "digest": self.digest,
            "enclosure": self.enclosure_id,
        }
        return canonical_bytes(members)


def read_published(data: bytes) -> Published:
    """The record in `data` (not trusted), its form checked.

    Raises:
        RequestError: it is none (`update_form`).
    """
    try:
        if len(data) > MAX_RECORD_BYTES:
            raise RequestError("update_form", what="size")
        given = members_of(parse_canonical(data, 2), _NAMES, "update")
        return Published(
            version=read(given, "version", version_form),
            sequence=read(given, "sequence", sequence_form),
            published_at=read(given, "published_at", moment),
            size_bytes=read(given, "size", _size),
            digest=read(given, "digest", _digest),
            enclosure_id=read(given, "enclosure", _digest),
        )
    except (MalformedError, EnrolmentError) as error:
        raise RequestError("update_form", what=str(error)) from error


def _size(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_FILE_BYTES:
        raise ValueError("size")
    return value
