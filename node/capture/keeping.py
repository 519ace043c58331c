"""Keeping (留页): a shot and a plan become a page of the case, once, with the marks that its reader is to see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from forms.capture import PORTRAIT, Want
from node.capture.tray import BROKEN, Tray, TrayShot, want_of
from node.casework.attaching import Attached, Attaching, Made
from node.casework.casebook import Casebook
from node.casework.taken import LONGEST_NOTE, Taken, read_taken
from node.config import ScanningSettings
from node.errors import MaterialError, NotFoundError, QualityError, RequestError
from node.scanning.intake import Cleaned, IntakeProcess
from node.scanning.shot import Finding, Plan
from node.staff.people import Person
from node.store import Store
from node.store.records import CaseRecord, MaterialRecord

NEVER = "never"
NO_PAGE = "no_page"
Judging = Callable[[bytes, Plan], tuple[Finding, ...]]
"""Says what is wrong with the page that a plan makes of a picture."""


@dataclass(frozen=True)
class Side:
    """A shot by its name, and the plan by which a page, or one side of a card, is made of it."""

    shot: str
    plan: Plan

    def to_json(self) -> dict[str, Any]:
        """As the page's row remembers it."""
        return {"shot": self.shot, "plan": self.plan.to_json()}


@dataclass(frozen=True)
class Wish:
    """What a person wants to be kept. Without `page` it becomes the next one. `back` is a card's other side.

    `instead_of` is the digest of the page as the person saw it whose place this one takes: another one stays.
    `anyway` says that the person has read what the gate found; the `note` says why the picture is kept all the same.
    """

    front: Side
    back: Side | None = None
    page: int | None = None
    note: str = ""
    anyway: bool = False
    instead_of: str = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """What the page is made of."""
        return (self.front,) if self.back is None else (self.front, self.back)


@dataclass(frozen=True)
class Kept:
    """A page that was kept, and what the gate had found."""

    attached: Attached
    quality: tuple[Finding, ...]


@dataclass(frozen=True)
class Reopened:
    """A kept page as it can be changed again: its shot with the plan by which it was kept, the other side, and the note."""

    shot: TrayShot
    front: Side
    back: Side | None
    note: str


class Keeping:
    """Makes pages of shots."""

    def __init__(
        self,
        tray: Tray,
        attaching: Attaching,
        casebook: Casebook,
        judge: Judging,
        intake: IntakeProcess,
        store: Store,
        settings: ScanningSettings,
    ) -> None:
        self._tray = tray
        self._attaching = attaching
        self._casebook = casebook
        self._judge = judge
        self._intake = intake
        self._store = store
        self._settings = settings

    def keep(self, person: Person, number: str, wish: Wish) -> Kept:
        """Develop a shot and keep the page; asked the same twice it is kept once. What was in the slot stays until the new page is there.

        Raises:
            QualityError: the gate has found something, and `anyway` and a note are not both given.
            NotFoundError: `shot`, the case has none of this name, or it lies in another slot than the card's other side.
            MaterialError: the page cannot be made, or the slot has none of this number. Nothing changes.
            NotAllowedError: the case is not open for this person any more.
            StaleError: `page` another page has the place of the one that was to be replaced. Nothing changes.
        """
        record, note = self._tray.opened(person, number), _clean(wish.note)
        of = tuple(side.to_json() for side in wish.sides)
        if (again := self._kept_before(record, wish, of, note)) is not None:
            return again
        shots = [self._tray.shot(person, number, side.shot) for side in wish.sides]
        material = shots[0].record.material
        if any(one.record.material != material for one in shots):
            raise NotFoundError("shot", shots[-1].record.shot)
        record = self._attaching.check(person, number, material, 1 if wish.page is None else wish.page)
        raws = [self._tray.raw(one) for one in shots]
        quality = self._found(shots, raws, wish)
        if quality and not (wish.anyway and note):
            raise QualityError(quality)
        cleaned = self._developed(want_of(self._casebook.form(record), material), raws, wish)
        taken = Taken(shots[0].record.source, tuple(one.code for one in quality), note)
        attached = self._attaching.keep(person, record, material, wish.page, cleaned, Made(taken, of, wish.instead_of))
        if self._settings.originals == NEVER:
            self._store.shots.remove(one.record for one in shots)
        return Kept(attached, quality)

    def reopen(self, person: Person, number: str, material: str, page: int) -> Reopened:
        """The shot that a page was made of, to change the page again.

        Raises:
            NotFoundError: `page` there is none.
            MaterialError: `original_gone` it was not made of a shot, or the shot is there no more.
        """
        record = self._tray.opened(person, number)
        row = self._store.materials.get(record.case_number, material, page)
        if row is None:
            raise NotFoundError("page", f"{material}/{page}")
        sides = [Side(str(one["shot"]), Plan.from_json(one["plan"])) for one in row.made_of]
        try:
            shots = [self._tray.shot(person, number, side.shot) for side in sides]
        except NotFoundError as error:
            raise MaterialError("original_gone") from error
        if not shots:
            raise MaterialError("original_gone")
        return Reopened(shots[0], sides[0], sides[1] if len(sides) > 1 else None, _note_of(row))

    def order(self, person: Person, number: str, material: str, pages: Sequence[int], seen: Sequence[str] = ()) -> list[MaterialRecord]:
        """Put the pages of a material in this order; see `Attaching.order`."""
        self._tray.opened(person, number)
        return self._attaching.order(person, number, material, pages, seen)

    def _kept_before(self, record: CaseRecord, wish: Wish, of: Sequence[object], note: str) -> Kept | None:
        """What was kept of this very wish before its answer was lost; the shots may be gone by now."""
        for row in self._store.materials.list(record.case_number):
            if list(row.made_of) == list(of) and wish.page in (None, row.page) and _note_of(row) == note:
                taken = read_taken(row.taken)
                return Kept(Attached(row, ()), tuple(Finding(code, {}) for code in (taken.quality if taken else ())))
        return None

    def _found(self, shots: Sequence[TrayShot], raws: Sequence[bytes], wish: Wish) -> tuple[Finding, ...]:
        """What is wrong with the page as it would be kept, each code once."""
        found: dict[str, Finding] = {}
        for shot, raw, side in zip(shots, raws, wish.sides, strict=True):
            for one in self._judged(shot, raw, side.plan):
                found.setdefault(one.code, one)
        return tuple(found.values())

    def _judged(self, shot: TrayShot, raw: bytes, plan: Plan) -> tuple[Finding, ...]:
        """What was found when the shot was taken, as long as the same sheet is kept the same way up; else it is judged anew."""
        before, look = shot.plan, shot.look
        if (plan.corners, plan.turn, plan.paper) == (before.corners, before.turn, before.paper):
            return look.quality
        try:
            anew = self._judge(raw, plan)
        except MaterialError as error:
            if error.code not in BROKEN:
                raise
            return look.quality
        no_page = tuple(one for one in look.quality if one.code == NO_PAGE and plan.corners is None)
        return (*no_page, *(one for one in anew if one.code != NO_PAGE))

    def _developed(self, want: Want, raws: Sequence[bytes], wish: Wish) -> Cleaned:
        if wish.back is not None:
            return self._intake.card(raws[0], wish.front.plan, raws[1], wish.back.plan)
        if want.kind == PORTRAIT and want.portrait is not None:
            return self._intake.portrait(raws[0], wish.front.plan, want.portrait)
        return self._intake.develop(raws[0], wish.front.plan)


def _clean(note: str) -> str:
    text = "".join(one if one.isprintable() else " " for one in note)
    clean = " ".join(text.split())
    if len(clean) > LONGEST_NOTE:
        raise RequestError("note_long", most=LONGEST_NOTE)
    return clean


def _note_of(row: MaterialRecord) -> str:
    taken = read_taken(row.taken)
    return taken.note if taken else ""
