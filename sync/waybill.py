"""The waybill (运单) behind a bundle's entries: for whom the bundle is, and which enclosures its writer already holds.

A reader that does not know it never looks so far; a bundle without it, or with a damaged one, is as good as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.errors import RecordError
from sync.parcel import DIGEST, STATION
from sync.records import json_bytes, read_json

CONTEXT = b"yizhan waybill 1\n"
MAX_HELD = 5_000
MAX_WAYBILL_BYTES = 1 << 20


@dataclass(frozen=True)
class Waybill:
    """`bundle` is the digest of the manifest's bytes; `to` the neighbour for whom it was written.

    `held` are enclosures that the writer has whole: `to` need not give them.
    """

    bundle: str
    to: str
    held: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return json_bytes({"bundle": self.bundle, "to": self.to, "held": list(self.held)})


def read_waybill(data: bytes) -> Waybill:
    """What `to_bytes` wrote.

    Raises:
        RecordError: anything else.
    """
    value = read_json(data)
    if not isinstance(value, dict) or set(value) != {"bundle", "to", "held"}:
        raise RecordError("json")
    held = value["held"]
    if not isinstance(held, list) or len(held) > MAX_HELD:
        raise RecordError("json")
    if not (isinstance(value["to"], str) and STATION.fullmatch(value["to"]) and _are_digests([value["bundle"], *held])):
        raise RecordError("json")
    return Waybill(value["bundle"], value["to"], tuple(held))


def _are_digests(values: Sequence[Any]) -> bool:
    return all(isinstance(one, str) and DIGEST.fullmatch(one) for one in values)
