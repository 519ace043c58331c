"""Slots as the scanning page draws them: what each wants, what it has, and what still waits on the tray."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.capture import CARD, Want
from node.capture.tray import want_of
from node.casework.views import CaseView
from node.paperwork.values import MANDATE
from node.web.materials import Slot, slots_of
from node.web.parts import Parts
from node.web.wording.scanning import BOTH_SIDES

LACKS, MARKED, HEED, HAS, MAY = "lacks", "marked", "heed", "has", "may"
"""States of a slot: something must be brought; the township asks for another; has pages, some with a warning; has pages; may stay empty."""


@dataclass(frozen=True)
class ScanSlot:
    """A slot with what it wants; `waiting` is how many shots of it no page was made of yet."""

    slot: Slot
    want: Want
    waiting: int = 0

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.slot.marks:
            return MARKED
        if self.slot.missing:
            return LACKS
        if any(page.taken and page.taken.quality for page in self.slot.pages):
            return HEED
        return HAS if self.slot.pages else MAY

    @property
    def is_wanted(self) -> bool:
        """Whether one goes on to it by oneself."""
        return self.state in (LACKS, MARKED) or (bool(self.slot.pages) and bool(self.parts_left) and not self.is_one)

    @property
    def is_one(self) -> bool:
        """Whether one page is all: a single picture, or both sides of a card on one page."""
        return self.slot.single or self.want.kind == CARD

    @property
    def parts_left(self) -> tuple[str, ...]:
        """The parts that no page is there for, in their order; both sides of a card lie on one page."""
        if self.want.kind == CARD:
            return () if self.slot.pages else self.want.parts
        return self.want.parts[len(self.slot.pages) :]

    @property
    def wants(self) -> str:
        """Its parts in words."""
        return BOTH_SIDES if self.want.kind == CARD else "、".join(self.want.parts)

    def part_of(self, page: int) -> str:
        """What a page is called by its part; empty where it has no name."""
        if self.want.kind == CARD or not 1 <= page <= len(self.want.parts):
            return ""
        return self.want.parts[page - 1]

    @property
    def ratio(self) -> float:
        """Width to height of the frame that a portrait is cut out by; 0 for no such frame."""
        spec = self.want.portrait
        return spec.width / spec.height if spec else 0.0


def scan_slots(view: CaseView, parts: Parts, waiting: Iterable[str]) -> tuple[ScanSlot, ...]:
    """All slots of an open case that can be scanned for; `waiting` names the slot of each shot that waits on the tray."""
    form = parts.desk.form_of(view.line.case_number)
    shots = list(waiting)
    return tuple(ScanSlot(slot, want_of(form, slot.id), shots.count(slot.id)) for slot in slots_of(view, form, parts) if slot.id != MANDATE)


def next_after(slots: tuple[ScanSlot, ...], at: int) -> ScanSlot | None:
    """The next slot that something is wanted for, round from `at`; None when there is no other."""
    turned = slots[at + 1 :] + slots[:at]
    return next((one for one in turned if one.is_wanted), None)


def first_of(slots: tuple[ScanSlot, ...]) -> ScanSlot | None:
    """Where one begins: the first slot that something is wanted for, else the first."""
    return next((one for one in slots if one.is_wanted), slots[0] if slots else None)


def ways_there(rules: Iterable[str], slot: ScanSlot, number: str) -> Mapping[str, str]:
    """By name, the pages of other ways to take a page, where the station has them."""
    known = set(rules)
    ways = {"phone": "/cases/<number>/phone/<material>", "scanner": "/cases/<number>/scanner/<material>"}
    return {name: rule.replace("<number>", number).replace("<material>", slot.slot.id) for name, rule in ways.items() if rule in known}
