"""What a reader is: asked once, it gives the card that lies on it."""

from dataclasses import dataclass
from typing import Protocol

from node.paperwork.card import Card

PATIENCE_S = 10.0
"""So long a reader may take, from the question to the last byte."""
LARGEST_ANSWER = 1024 * 1024
"""Text and photograph of a card weigh a twentieth of it."""


@dataclass(frozen=True)
class ReadCard:
    """A card and its photograph as the reader gave it: None where it gave none, empty where it cannot be decoded."""

    card: Card
    photo: bytes | None = None


class CardReader(Protocol):
    """A reader at this counter."""

    def read(self) -> ReadCard:
        """The card that lies on it now.

        Raises:
            RequestError: `card_unreachable`, `card_silent`, `card_too_large`, `card_answer`, `card_none`, `card_partial`.
        """
        ...
