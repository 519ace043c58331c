"""What the store keeps of unit seals (单位印章): frozen values. Times are aware UTC of whole seconds."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SealRecord:
    """A line of the county's register (印章登记册), by the digest of the request that asked for the seal.

    `state` is `wanted`, `refused`, `made`, `in_use`, `stopped`, `lost` or `replaced`, `since` when it became so. The picture is the
    draft until the seal is made. `remark` is what the station wrote, `by` and `reason` are of the last step here; `replaces` is the seal
    id that the request names; from `seal_id` on all is empty until the seal is made.
    """

    request: str
    station: str
    division: str
    kind: str
    name: str
    asked_at: datetime
    asked_by: str
    remark: str
    replaces: str | None
    state: str
    since: datetime
    media: str | None = None
    picture: bytes | None = field(default=None, repr=False)
    width_mm: int = 0
    height_mm: int = 0
    by: str = ""
    reason: str = ""
    seal_id: str | None = None
    seal: str | None = None
    certificate: str | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SealEventRecord:
    """One step in a seal's history: recorded `at`, counts from `since` on."""

    request: str
    at: datetime
    since: datetime
    by: str
    state: str
    reason: str
    seq: int = 0


@dataclass(frozen=True, kw_only=True)
class HeldSealRecord:
    """A unit seal whose key lies at this station. `state` is `asked`, `held` or `refused`; `data` the request.

    `documents` are the certificates of the key for documents, the holder's first, as base64.
    """

    key_name: str
    request: str
    division: str
    kind: str
    name: str
    holder: str
    key_id: str
    asked_at: datetime
    asked_by: str
    sent_at: datetime
    replaces: str | None
    state: str
    data: bytes = field(repr=False)
    reason: str = ""
    seal_id: str | None = None
    seal: str | None = None
    certificate: str | None = None
    documents: tuple[str, ...] = field(default=(), repr=False)
