"""The shelf as a page draws it: cards in groups by domain or by department, and what each is found by as one types."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from forms.catalogue import ItemEntry, folded
from node.web.wording.shelf import CARD, LIMITS, TIER_NAMES

MOST_DRAWN = 200
"""Up to so many items are all drawn, and found by the browser; of more, one group at a time, and found by the server."""
MOST_FOUND = 60
"""Results of a search that are drawn at once."""
SHORTEST_ORGAN = 3
_ASIDE = re.compile(r"[(（][^()（）]*[)）](?=$|[/;；、])")


@dataclass(frozen=True)
class Card:
    """One item of the list: `find` is what the browser looks through, `told` the line under its name, `tags` what stands out."""

    entry: ItemEntry
    find: str
    told: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Items under one title; `number` is its place, from which its anchor is made."""

    number: int
    title: str
    cards: tuple[Card, ...]


def groups_of(entries: Iterable[ItemEntry], by: str) -> tuple[Group, ...]:
    """The items in groups by `domain` or `department`, the largest first."""
    found: dict[str, list[ItemEntry]] = {}
    for entry in entries:
        found.setdefault(organ(entry.department) if by == "department" else entry.domain, []).append(entry)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(Group(number, title, cards_of(mine)) for number, (title, mine) in enumerate(ordered, start=1))


def cards_of(entries: Iterable[ItemEntry]) -> tuple[Card, ...]:
    """The items as cards."""
    return tuple(map(_card, entries))


def organ(department: str) -> str:
    """The organ in charge (主管部门) without what is said beside its name, so that its items stand together."""
    first = re.split(r"[/;；、]", _ASIDE.sub("", department))[0].strip()
    return first if len(first) >= SHORTEST_ORGAN else department


def promise(promised_workdays: int | None, from_village: bool = False) -> str:
    """How soon it is done, in words."""
    if not promised_workdays:
        return LIMITS["at_once"]
    return LIMITS["promised_days_village" if from_village else "promised_days"].format(count=promised_workdays)


def _card(entry: ItemEntry) -> Card:
    find = folded(" ".join((entry.name, entry.initials, entry.domain, entry.department, entry.matter_type, entry.id)))
    if entry.special_network:
        return Card(entry, find, CARD["special_told"], (CARD["special"],))
    tags = (entry.case_type, entry.charge, promise(entry.promised_workdays))
    decides = CARD["decides"].format(organ=organ(entry.department)) if entry.department else ""
    materials = CARD["materials" if entry.material_count else "no_materials"].format(count=entry.material_count)
    return Card(entry, find, decides + materials, tags)


def tiers_text(accepts: Iterable[str]) -> str:
    """The tiers that take an item in, in words."""
    return "、".join(TIER_NAMES.get(tier, tier) for tier in accepts)
