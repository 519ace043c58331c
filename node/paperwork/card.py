"""An identity card (居民身份证) as a reader gives it, and which answers of a form it could give. Pure.

Which of them agree is worked out anew whenever it is asked: an answer that was changed afterwards is not the card's any more.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from forms.fields import form_fault, surroundings
from forms.persons import fields_of
from forms.schema import Field, Form
from forms.settle import is_empty

LASTING = "long"
"""Stands for the last day of a card that has none (长期)."""
NATION_TAIL = "族"
ADDRESS = "person.hukou_addr"
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Card:
    """What stands on a card; what the reader did not say is empty. Days are in ISO form, `ends` is `long` where there is no last day."""

    name: str
    number: str
    sex: str = ""
    nation: str = ""
    birth: str = ""
    address: str = ""
    office: str = ""
    begins: str = ""
    ends: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is kept with the draft."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Card":
        """What `to_json` gave."""
        return cls(**told)

    def has_expired(self, day: date) -> bool:
        """Whether its last day lies before that day."""
        return self.ends not in ("", LASTING) and date.fromisoformat(self.ends) < day


@dataclass(frozen=True)
class CardAnswer:
    """A field that the card answers: what stands on the card, in one or more ways of writing, and in the form now."""

    field: Field
    said: tuple[str, ...]
    typed: Any

    @property
    def value(self) -> str:
        """What stands on the card, as the form would have it."""
        return self.said[0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the form."""
        return is_empty(self.typed)

    @property
    def is_same(self) -> bool:
        """Whether both say the same; blanks do not count."""
        return isinstance(self.typed, str) and _plain(self.typed) in map(_plain, self.said)

    @property
    def is_other(self) -> bool:
        """Whether the form says something else. An address is written in more than one way, so it is never held against the card."""
        return not self.is_empty and not self.is_same and self.field.common_key != ADDRESS


_SAID: dict[str, Callable[[Card], tuple[str, ...]]] = {
    "person.name": lambda card: (card.name,),
    "person.id_no": lambda card: (card.number,),
    "person.gender": lambda card: (card.sex,),
    "person.birth": lambda card: (card.birth,),
    "person.nation": lambda card: (card.nation.removesuffix(NATION_TAIL) + NATION_TAIL, card.nation.removesuffix(NATION_TAIL)),
    ADDRESS: lambda card: (card.address,),
}
"""By the reuse key of a field, how the card may answer it: any that its form allows, the first best."""


def card_answers(form: Form, part: str, card: Card, answers: Mapping[str, Any]) -> Iterator[CardAnswer]:
    """The fields of one person of the form that the card answers; `part` is what the ids of that person's fields begin with."""
    around = surroundings(form, ())
    for one in fields_of(form, part):
        said = _SAID[one.common_key](card) if one.common_key in _SAID else ()
        fitting = tuple(value for value in said if value.strip(NATION_TAIL) and form_fault(value, one, around) is None)
        if fitting:
            yield CardAnswer(one, fitting, answers.get(one.id))


def _plain(text: str) -> str:
    return _BLANKS.sub("", text).upper()
