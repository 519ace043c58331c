"""What the store keeps of papers at the counter: frozen values. Times are aware UTC, days are ISO texts, pages digests of content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class MandateRecord:
    """A mandate as it was printed; `pages` are its scans. `signed` is `signature` or `fingerprint`; `reason` why it was revoked."""

    case_number: str
    number: int
    principal: str
    principal_id: str
    powers: tuple[str, ...]
    begins: str
    ends: str
    witness: str
    witness_phone: str
    signed: str
    made_at: datetime
    made_by: str
    pages: tuple[str, ...] = ()
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class OriginalRecord:
    """A tick: `pages` are the material's pages, in order, as they were when it was set."""

    case_number: str
    material: str
    pages: tuple[str, ...]
    ticked_by: str
    ticked_name: str
    ticked_at: datetime


@dataclass(frozen=True)
class PrintedFormRecord:
    """The form as printed last: the answers on it and their digest."""

    case_number: str
    digest: str
    answers: Mapping[str, Any]
    printed_at: datetime
    printed_by: str


@dataclass(frozen=True)
class SignedPageRecord:
    """A page with the applicant's signature; `way` is `pad` or `paper`, `answers` those it is under, `digest` theirs."""

    case_number: str
    plain_digest: str
    way: str
    digest: str
    answers: Mapping[str, Any]
    signed_at: datetime
    signed_by: str


@dataclass(frozen=True)
class StandbyRecord:
    """A standby receipt; `state` is `blank`, `used` or `void`. `written_at` is the time that stands on it, `reason` why it is void."""

    station: str
    number: int
    state: str
    printed_at: datetime
    printed_by: str
    case_number: str | None = None
    written_at: datetime | None = None
    reason: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
