"""The persons of a form: whose fields are whose.

A form may ask several people; the ids of one person's fields begin alike (`h_name`, `h_id_no`). Answers of earlier cases, and of a card
that was read, go by this to the right person's fields.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from forms.checks import id_fault
from forms.schema import Field, Form

PERSON_ID = "person.id_no"
"""The reuse key of a citizen number."""


def id_fields(form: Form) -> tuple[Field, ...]:
    """The fields that ask for a person's number, one for each person."""
    return tuple(one for one in form.fields() if one.common_key == PERSON_ID)


def part_of(id_field: Field) -> str:
    """What the ids of the fields of this number's person begin with."""
    return id_field.id.removesuffix("id_no")


def persons_of(form: Form, answers: Mapping[str, Any], today: date) -> dict[str, str]:
    """The citizen numbers that are typed and valid, by what the ids of that person's fields begin with."""
    found = {}
    for one in id_fields(form):
        number = answers.get(one.id)
        if isinstance(number, str) and id_fault(number.upper(), today) is None:
            found[part_of(one)] = number.upper()
    return found


def fields_of(form: Form, part: str) -> Iterator[Field]:
    """The reusable fields of one person of the form: those whose ids begin so, and with no longer beginning of another person.

    A key that two of them have says nothing: one may be of somebody whose number the form does not ask for.
    """
    parts = [part_of(one) for one in id_fields(form)]
    found = []
    for one in form.fields():
        fitting = [begin for begin in parts if one.id.startswith(begin)]
        if one.common_key and fitting and max(fitting, key=len) == part:
            found.append(one)
    counts = Counter(one.common_key for one in found)
    yield from (one for one in found if counts[one.common_key] == 1)
