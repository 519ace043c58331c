"""What the store keeps of cards that were read: frozen values. Times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CardRecord:
    """The card that was read last for one person of a case; `part` is what the ids of that person's fields begin with.

    `photo` is a JPEG, None where the reader gave none or it went already.
    """

    case_number: str
    part: str
    card: Mapping[str, Any]
    photo: bytes | None
    read_at: datetime
    read_by: str
