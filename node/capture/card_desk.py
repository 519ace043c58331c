"""The card at the counter (读卡): asked of the reader, kept beside the draft, put into empty fields, and held against what is typed.

Nothing that is typed is written over unless the agent says so, field by field. A card that cannot be used as a whole is not used at all.
What a reader says is believed of the program on this computer, no more: it helps against slips of the pen and is no proof.
"""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from forms.checks import id_fault
from forms.fields import surroundings
from forms.persons import id_fields, part_of
from forms.schema import Form
from forms.settle import settle
from node.capture.reader.interface import CardReader, ReadCard
from node.capture.tray import Tray, TrayShot
from node.casework.case import CaseState
from node.casework.casebook import Casebook
from node.casework.drafts import OPEN_STATES, Drafts
from node.casework.practice import check_same_world
from node.chores import Chore
from node.clock import Clock, county_day
from node.errors import MaterialError, NotFoundError, RequestError
from node.paperwork.card import Card, CardAnswer, card_answers
from node.scanning.intake import IntakeProcess
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord, CaseRecord
from node.store.records.cards import CardRecord

PHOTO_PX = 1000
"""No photograph of a card comes near it: one is shown, and used, as large as it is."""
SOURCE = "reader"
EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Reading:
    """A card that was read for a person of the form, whose number the field `id_field` asks for.

    `answers` are the fields that it answers, those left out that are worked out by themselves or not asked and say something else;
    `filled` are those that were empty and hold it now. `photo` says whether a photograph is here,
    `spoilt` that the reader gave one that is none. `expired` is by the day on which it was read.
    """

    id_field: str
    kept: CardRecord
    card: Card
    answers: tuple[CardAnswer, ...]
    expired: bool
    filled: tuple[str, ...] = ()
    spoilt: bool = False
    version: int = 0

    @property
    def photo(self) -> bool:
        """Whether its photograph is here."""
        return self.kept.photo is not None

    @property
    def chosen(self) -> tuple[CardAnswer, ...]:
        """What the agent has to choose between: the card says one thing, the form another, or nothing any more."""
        return tuple(one for one in self.answers if not one.is_same)


class CardDesk:
    """Reads cards for who may change a case. `reader` is None where the counter has none."""

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        casebook: Casebook,
        clock: Clock,
        reader: CardReader | None,
        intake: IntakeProcess,
        tray: Tray,
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._casebook = casebook
        self._clock = clock
        self._reader = reader
        self._intake = intake
        self._tray = tray
        self._reading = threading.Lock()

    @property
    def has_reader(self) -> bool:
        """Whether there is a reader at this counter."""
        return self._reader is not None

    def read(self, person: Person, number: str, version: int, id_field: str | None = None) -> Reading:
        """Read the card that lies on the reader, keep it beside the draft, and fill what is empty; `id_field` says whose card it is.

        Raises:
            NotAllowedError: the case is not open for this person.
            RequestError: `card_off`, `card_busy`; what `CardReader.read` raises; `card_number` its number is not valid; `card_whose`.
            StaleError: see `Drafts.save_answers`. Nothing was kept.
        """
        record = self._opened(person, number)
        form = self._casebook.form(record)
        of = _whose(form, id_field)
        with self._at_reader() as reader:
            found = reader.read()
        if id_fault(found.card.number, self._drafts.today()) is not None:
            raise RequestError("card_number")
        photo, spoilt = self._photo(found)
        now = self._clock.now()
        kept = CardRecord(record.case_number, _part(form, of), found.card.to_json(), photo, now, person.name)
        with self._store.transaction():
            self._store.cards.put(kept)
            empty = self._fillable(form, kept, self._drafts.draft(record).answers)
            version, _problems = self._drafts.save_answers(person, number, version, empty)
            self._store.audit.append(AuditRecord(now, person.name, "card_read", record.case_number, {"fields": sorted(empty)}))
        return replace(self._as_reading(record, form, of, kept), filled=tuple(empty), spoilt=spoilt, version=version)

    def readings(self, person: Person, number: str) -> tuple[Reading, ...]:
        """The cards that were read for an open case, in the order of its form."""
        record = self._opened(person, number)
        form = self._casebook.form(record)
        kept = {one.part: one for one in self._store.cards.of_case(record.case_number)}
        found = ((one.id, kept.get(part_of(one))) for one in id_fields(form))
        return tuple(self._as_reading(record, form, name, one) for name, one in found if one is not None)

    def reading(self, person: Person, number: str, id_field: str) -> Reading:
        """The card that was read for one person.

        Raises:
            NotFoundError: `card` none was.
        """
        found = next((one for one in self.readings(person, number) if one.id_field == id_field), None)
        if found is None:
            raise NotFoundError("card", id_field)
        return found

    def take(self, person: Person, number: str, version: int, id_field: str, wanted: Collection[str]) -> int:
        """Put what stands on the card into these fields, in place of what is typed there; the draft's new version.

        Raises:
            NotFoundError: `card` none was read, or it does not answer one of them; nothing was changed.
            StaleError: see `Drafts.save_answers`.
        """
        said = {one.field.id: one.value for one in self.reading(person, number, id_field).answers}
        for name in wanted:
            if name not in said:
                raise NotFoundError("card", name)
        with self._store.transaction():
            new, _problems = self._drafts.save_answers(person, number, version, {name: said[name] for name in wanted})
            facts = {"fields": sorted(wanted)}
            case_number = self._casebook.find(number).case_number
            self._store.audit.append(AuditRecord(self._clock.now(), person.name, "card_taken", case_number, facts))
        return new

    def photo(self, person: Person, number: str, id_field: str) -> bytes:
        """The photograph of a card, a JPEG.

        Raises:
            NotFoundError: `card_photo` there is none.
        """
        found = self.reading(person, number, id_field).kept.photo
        if found is None:
            raise NotFoundError("card_photo", id_field)
        return found

    def use_photo(self, person: Person, number: str, id_field: str, material: str) -> TrayShot:
        """Put the photograph on the tray for a slot, where it waits like any other shot until somebody has looked at it.

        Raises:
            NotFoundError: `card_photo`; the item has no such slot.
        """
        return self._tray.take(person, number, material, SOURCE, self.photo(person, number, id_field))

    def forget(self, person: Person, number: str, id_field: str) -> None:
        """Forget a card, say because it was somebody else's. What was filled in stays; nothing of it counts as read any more."""
        found = self.reading(person, number, id_field).kept
        with self._store.transaction():
            self._store.cards.delete(found.case_number, found.part)
            self._store.audit.append(AuditRecord(self._clock.now(), person.name, "card_forgotten", found.case_number))

    def chore(self) -> Chore:
        """Every few minutes: what is not needed any more goes."""
        return Chore("cards", EVERY, lambda _at: self.sweep())

    def sweep(self) -> None:
        """Photographs go once their case is not filled in here, the rest when it is closed: it may come back before that."""
        for case_number in self._store.cards.cases():
            with self._store.transaction():
                record = self._store.cases.get(case_number)
                if record is None or record.state == CaseState.CLOSED:
                    self._store.cards.forget(case_number)
                elif CaseState(record.state) not in OPEN_STATES:
                    self._store.cards.drop_photos(case_number)

    def _opened(self, person: Person, number: str) -> CaseRecord:
        check_same_world(person, self._casebook.find(number))
        return self._drafts.open_for_change(person, number)

    @contextmanager
    def _at_reader(self) -> Iterator[CardReader]:
        """The reader, for one question at a time."""
        if self._reader is None:
            raise RequestError("card_off")
        if not self._reading.acquire(blocking=False):
            raise RequestError("card_busy")
        try:
            yield self._reader
        finally:
            self._reading.release()

    def _photo(self, found: ReadCard) -> tuple[bytes | None, bool]:
        """The photograph as a clean JPEG, and whether the reader gave one that cannot be used: the card counts all the same."""
        if found.photo is None:
            return None, False
        try:
            return self._intake.upright(found.photo, PHOTO_PX)[0], False
        except MaterialError:
            return None, True

    def _fillable(self, form: Form, kept: CardRecord, answers: Mapping[str, object]) -> dict[str, object]:
        """What the card says of fields that are empty, asked, and not worked out by themselves."""
        found = card_answers(form, kept.part, Card.from_json(kept.card), answers)
        empty: dict[str, object] = {one.field.id: one.value for one in found if one.is_empty}
        asked = self._asked(form, {**answers, **empty})
        return {name: value for name, value in empty.items() if name in asked}

    def _asked(self, form: Form, answers: Mapping[str, object]) -> set[str]:
        settled = settle(form, answers, self._drafts.today(), surroundings(form, ()))
        return {name for name, one in settled.fields.items() if one.relevant and not one.calculated and one.fault is None}

    def _as_reading(self, record: CaseRecord, form: Form, id_field: str, kept: CardRecord) -> Reading:
        card, answers = Card.from_json(kept.card), self._drafts.draft(record).answers
        asked = self._asked(form, answers)
        found = (one for one in card_answers(form, kept.part, card, answers) if one.is_same or one.field.id in asked)
        return Reading(id_field, kept, card, tuple(found), card.has_expired(county_day(kept.read_at)))


def _whose(form: Form, id_field: str | None) -> str:
    """The field that asks for the number of whose card it is; without a name the form's only one.

    Raises:
        RequestError: `card_whose`.
    """
    known = [one.id for one in id_fields(form)]
    if id_field in known:
        return str(id_field)
    if id_field is not None or len(known) != 1:
        raise RequestError("card_whose")
    return known[0]


def _part(form: Form, id_field: str) -> str:
    return part_of(form.field(id_field))
