"""Cards that were read (读卡核验): what is kept of them beside a draft, and which of its answers they bear out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from forms.schema import Form
from node.clock import county_day
from node.paperwork.card import Card, card_answers
from node.paperwork.values import CardLine
from node.store import Store
from node.store.records import CaseRecord
from node.store.records.cards import CardRecord


class Cards:
    """Cards of this station's cases."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lines(self, record: CaseRecord, form: Form, answers: Callable[[], Mapping[str, Any]]) -> tuple[CardLine, ...]:
        """What the cards of a case say of its answers; those that say nothing of any are left out.

        `answers` are those that count; they are asked for only when there is a card.
        """
        kept = self._store.cards.of_case(record.case_number)
        lines = (line_of(form, one, answers()) for one in kept)
        return tuple(one for one in lines if one.fields or one.differs)


def line_of(form: Form, kept: CardRecord, answers: Mapping[str, Any]) -> CardLine:
    """What a card says of these answers."""
    card = Card.from_json(kept.card)
    found = tuple(card_answers(form, kept.part, card, answers))
    other = {one.field.id: one.value for one in found if one.is_other}
    same = tuple(one.field.id for one in found if one.is_same)
    return CardLine(_second(kept.read_at), same, tuple(other), card.has_expired(county_day(kept.read_at)), other)


def _second(moment: datetime) -> datetime:
    """A letter's times have no fractions."""
    return moment.replace(microsecond=0)
