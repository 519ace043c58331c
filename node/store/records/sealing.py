"""What the store keeps of uses of seals and of kin: frozen values. Times are aware UTC, days are ISO texts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SealUseRecord:
    """One use of a seal: whose key opened it (`person` by login, `person_name` as people know it), for which letter of which case.

    `how` is `own` (a custodian's own session), `head` (the village head's PIN at another's session) or `batch`. `seq` is the store's.
    """

    day: str
    at: datetime
    person: str
    person_name: str
    how: str
    seal_id: str
    seal_name: str
    letter_id: str
    event: str
    case_number: str
    item_id: str
    item_name: str
    title: str
    documents: bool = False
    seq: int = 0


@dataclass(frozen=True)
class KinRecord:
    """A citizen number (公民身份号码) that is the person's own (`relation` empty) or declared kin's."""

    person: str
    id_no: str
    name: str
    relation: str
    declared_at: datetime
    declared_by: str
