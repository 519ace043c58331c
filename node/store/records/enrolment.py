"""What the store takes and gives of invitations and requests: frozen values. Times are aware UTC of whole seconds."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class InvitationRecord:
    """An invitation (邀请) made here, or another's that was used here. `state` is `open`, `used` or `withdrawn`.

    `data` is the signed document; `request` the digest of the request that it was used for.
    """

    invitation_id: str
    station: str
    name: str
    data: bytes = field(repr=False)
    made_at: datetime
    expires_at: datetime
    state: str = "open"
    request: str | None = None


@dataclass(frozen=True)
class RequestRecord:
    """A request (申请) by its digest. `state` is `waiting`, `granted` or `refused`; `answer` is the signed document, once decided."""

    digest: str
    kind: str
    station: str
    name: str
    data: bytes = field(repr=False)
    received_at: datetime
    state: str = "waiting"
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    answer: bytes | None = field(default=None, repr=False)
