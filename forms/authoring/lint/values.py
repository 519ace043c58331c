"""Values worth trying for an answer that is compared with literals: the literals, and what lies beside and between them."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from forms.expressions import days, exact
from forms.expressions.values import number_text

OTHER = "\ue000"
"""Stands for every text that no rule names."""


def beside(literals: list[Any], kind: str) -> tuple[Any, ...]:
    """Nothing, and one value of the kind for each way in which it can lie among the literals."""
    texts = [number_text(one) if isinstance(one, float) else one for one in literals if isinstance(one, float | str) and one != ""]
    numbers = sorted({exactly for one in texts if (exactly := exact.decimal_of(one)) is not None})
    found: list[Any] = ["", OTHER, *texts]
    found += _whole(numbers) if kind == "int" else _between(numbers)
    for one in texts:
        if len(one) == 10 and (day := days.day_of(one)) is not None:
            found += [(day + timedelta(days=step)).isoformat() for step in (-1, 1)]
        elif len(one) == 7 and (day := days.day_of(one)) is not None:
            found += [_month(day.year * 12 + day.month - 1 + step) for step in (-1, 1)]
    return tuple(dict.fromkeys(found))


def _whole(numbers: list[Decimal]) -> list[Any]:
    return [int(one) + step for one in numbers for step in (-1, 0, 1)]


def _between(numbers: list[Decimal]) -> list[Any]:
    if not numbers:
        return []
    middles = [exact.text_of((low + high) / 2) for low, high in pairwise(numbers)]
    return [exact.text_of(one) for one in (numbers[0] - 1, *numbers, numbers[-1] + 1)] + middles


def _month(count: int) -> str:
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
