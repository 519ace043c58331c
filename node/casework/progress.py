"""How far a draft is filled in: of the fields that must be answered, how many are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.fields import surroundings
from forms.schema import Form
from forms.settle import is_empty, settle


@dataclass(frozen=True)
class Progress:
    """`filled` of `asked` required fields; calculated ones count with neither."""

    filled: int
    asked: int


def progress_of(form: Form, answers: Mapping[str, Any], day: date) -> Progress:
    """The progress of these answers on a day; pictures count as answered once they are there."""
    settled = settle(form, answers, day, surroundings(form, ()))
    asked = [one for one in settled.fields.values() if one.plan.field.required and one.relevant and not one.calculated]
    return Progress(sum(not is_empty(one.given) for one in asked), len(asked))
