"""What of a personal number may be seen at a glance (脱敏): by the `mask` of its field.

Used in lists, in case views of those who do not hold the case, on second screens and in logs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from forms.schema import Field


def _middle(keep_start: int, keep_end: int) -> Callable[[str], str]:
    def masked(text: str) -> str:
        hidden = len(text) - keep_start - keep_end
        if hidden <= 0:
            return "*" * len(text)
        return text[:keep_start] + "*" * hidden + text[len(text) - keep_end :]

    return masked


def _account(text: str) -> str:
    return f"{text[:4]} **** **** {text[-4:]}" if len(text) > 8 else "*" * len(text)


def _name(text: str) -> str:
    return text[:1] + "*" * (len(text) - 1)


MASKS: dict[str, Callable[[str], str]] = {
    "id": _middle(6, 4),
    "phone": _middle(3, 4),
    "bank": _account,
    "name": _name,
}
_WHOLE = "****"
KIND_MASKS = {"id_no": "id", "mobile": "phone", "bank_no": "bank", "disability_no": "id"}
"""Masks of kinds whose field names none."""


def mask_of(field: Field) -> str | None:
    """The mask of a field: its own, else its kind's."""
    return field.mask or KIND_MASKS.get(field.kind)


def masked(mask: str, text: str) -> str:
    """`text` under `mask`; an unknown mask hides everything."""
    if not text:
        return text
    how = MASKS.get(mask)
    return how(text) if how else _WHOLE


def masked_answers(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with every masked field hidden, in tables too; answers of unknown fields are left out."""
    shown: dict[str, Any] = {}
    for field in fields:
        if field.id not in answers:
            continue
        value = answers[field.id]
        mask = mask_of(field)
        if field.columns and isinstance(value, list):
            shown[field.id] = [masked_answers(field.columns, row) for row in value if isinstance(row, Mapping)]
        elif mask and isinstance(value, str | int):
            shown[field.id] = masked(mask, str(value))
        else:
            shown[field.id] = value
    return shown
