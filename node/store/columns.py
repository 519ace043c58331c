"""Kinds of column. STRICT tables know only TEXT, INTEGER and BLOB; these turn richer values into them and back."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from peewee import IntegerField, TextField

_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
"""Made once: `json.dumps` would make one for every value."""


def time_to_text(moment: datetime) -> str:
    """`2026-11-22T03:04:05Z` for any year, four digits, so that texts sort as times do."""
    if moment.tzinfo is None:
        raise ValueError("a stored time is aware")
    # The first 19 characters are date and time of day to the second, four digits of the year always.
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()[:19] + "Z"


class TimeColumn(TextField):
    """An aware UTC time of whole seconds."""

    def db_value(self, value: datetime | str | None) -> str | None:
        """The text of a time."""
        return time_to_text(value) if isinstance(value, datetime) else value

    def python_value(self, value: str | None) -> datetime | None:
        """The time of a text."""
        return None if value is None else datetime.fromisoformat(value)


class FlagColumn(IntegerField):
    """Yes or no, as 1 or 0."""

    def db_value(self, value: bool | None) -> int | None:
        """1 or 0."""
        return None if value is None else int(value)

    def python_value(self, value: int | None) -> bool | None:
        """True or False."""
        return None if value is None else bool(value)


class JsonColumn(TextField):
    """A value of JSON; lists come back as lists."""

    def db_value(self, value: Any) -> str | None:
        """The text of a value."""
        return None if value is None else _WRITTEN(value)

    def python_value(self, value: str | None) -> Any:
        """The value of a text."""
        return None if value is None else json.loads(value)


class TupleColumn(JsonColumn):
    """A sequence, as a JSON list; comes back as a tuple."""

    def db_value(self, value: Sequence[Any] | str | None) -> str | None:
        """The text of a sequence; a text stays as it is, to compare with."""
        return value if isinstance(value, str) else super().db_value(None if value is None else list(value))

    def python_value(self, value: str | None) -> Any:
        """The tuple of a text."""
        return None if value is None else tuple(json.loads(value))
