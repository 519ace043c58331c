"""What the store takes and gives of shots: pictures that wait to become pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ShotRecord:
    """One shot (原图) of a slot of a case.

    `file_id` is the digest of its ciphertext, which `key` opens; `plain_digest` that of the bytes as taken, `size_bytes` their number.
    `look` is what was seen on it and `plan` what was proposed, both as `node.scanning.shot` writes them.
    """

    shot: str
    case_number: str
    material: str
    source: str
    taken_at: datetime
    taken_by: str
    file_id: str
    key: bytes
    plain_digest: str
    size_bytes: int
    width: int
    height: int
    look: Mapping[str, Any]
    plan: Mapping[str, Any]
