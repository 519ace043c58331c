"""The tray (待收图盘): shots of a case that is being filled in wait here, encrypted, until pages are made of them or they are thrown away.

A shot is acknowledged only when its file is on the disk and its row is kept. The same picture sent twice for a slot is one shot.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from forms.capture import CARD, PAGES, PHOTO, PORTRAIT, Want, want_of_field, want_of_material
from forms.schema import Form
from node.casework.attaching import Attaching
from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.casework.pages import picture_field
from node.casework.practice import check_same_world
from node.clock import Clock
from node.errors import MaterialError, NotFoundError, RequestError, StoreError
from node.scanning.developing.target import Target
from node.scanning.intake import IntakeProcess
from node.scanning.magic import kind_of
from node.scanning.shot import Look, Plan
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, MaterialRecord
from node.store.records.shots import ShotRecord
from signing.envelope import new_content_key
from signing.errors import SigningError

SHOT_CONTEXT = b"yizhan shot 1\n"
MOST_SHOTS = 60
"""Of one case."""
TURN_DIGITS = 6
"""Of a shot's name."""
SCANNER, SCANNED = "scanner", "scanned"
SOURCES = ("camera", "phone", SCANNER, "file", "reader")
NOT_OF_SCANNERS = ("no_page", "cut_edge")
"""What the gate says of edges, which a sheet that fills a scanner's picture has none of."""
BEFORE_PX = 1600
"""The long side of a shot as it is shown."""
AFTER_PX = 1000
"""The long side of a page that is only looked at."""
LEAST_PX = 64
"""The long side of a picture of which only the size is asked for."""

BROKEN = ("too_slow", "damaged")
"""What is said when looking breaks, beside what is said of pictures that are broken."""

Looking = Callable[[bytes, str, bool], Look]
"""Looks at a picture for a `page` or a `card`, or takes it for `scanned`; quickly or with care."""


@dataclass(frozen=True)
class TrayShot:
    """A shot as it lies here; `page` is the page that was made of it, None while there is none."""

    record: ShotRecord
    page: int | None = None

    @property
    def look(self) -> Look:
        """What was seen on it."""
        return Look.from_json(self.record.look)

    @property
    def plan(self) -> Plan:
        """What was proposed to make of it."""
        return Plan.from_json(self.record.plan)


class Tray:
    """Takes shots in and gives them out, for who may change their case."""

    def __init__(
        self,
        station: Station,
        store: Store,
        drafts: Drafts,
        attaching: Attaching,
        casebook: Casebook,
        clock: Clock,
        look: Looking,
        intake: IntakeProcess,
    ) -> None:
        self._station = station
        self._store = store
        self._drafts = drafts
        self._attaching = attaching
        self._casebook = casebook
        self._clock = clock
        self._look = look
        self._intake = intake

    def want(self, person: Person, number: str, material: str) -> Want:
        """What a slot of an open case wants to be given.

        Raises:
            NotAllowedError: the case is not open for this person.
            NotFoundError: the item has no such slot.
        """
        return want_of(self._casebook.form(self._slot(person, number, material)), material)

    def look(self, person: Person, number: str, material: str, frame: bytes) -> Look:
        """What is seen on a frame of a live picture; nothing of it is kept.

        Raises:
            MaterialError: it is no picture.
        """
        return self._look(frame, _wanted(self.want(person, number, material)), True)

    def take(self, person: Person, number: str, material: str, source: str, raw: bytes, colour: str = "colour") -> TrayShot:
        """Take a shot in; on the disk, and named, when this returns. `colour` is what its page is proposed to be.

        Raises:
            MaterialError: it is no picture that a page could be made of.
            RequestError: `source`; `shots_full` the case has as many as it may.
            DiskFullError: no room. Nothing changes.
        """
        if source not in SOURCES:
            raise RequestError("source", given=source)
        record = self._slot(person, number, material)
        plain = self._station.suite.digest(raw)
        if (known := self._known(record, material, plain)) is not None:
            return self._shown(record, [known])[0]
        self._check_room(record)
        if kind_of(raw) == "pdf":
            raise MaterialError("shot_pdf")
        want = want_of(self._casebook.form(record), material)
        is_all_sheet = source == SCANNER and want.kind == PAGES
        look = as_scanned(self._seen(raw, SCANNED)) if is_all_sheet else self._seen(raw, _wanted(want))
        return self._keep(person, record, material, source, raw, look, proposal(look, want, colour))

    def shots(self, person: Person, number: str, material: str | None = None) -> tuple[TrayShot, ...]:
        """The shots of an open case, or of one slot of it, first to last."""
        record = self.opened(person, number)
        return self._shown(record, (one for one in self._store.shots.of_case(record.case_number) if material in (None, one.material)))

    def shot(self, person: Person, number: str, shot: str) -> TrayShot:
        """One shot.

        Raises:
            NotFoundError: the case has none of this name.
        """
        record = self.opened(person, number)
        found = self._store.shots.get(shot)
        if found is None or found.case_number != record.case_number:
            raise NotFoundError("shot", shot)
        return self._shown(record, [found])[0]

    def raw(self, shot: TrayShot) -> bytes:
        """The bytes of a shot, as they were taken.

        Raises:
            MaterialError: `original_gone` its file is not there any more, or is not what was kept.
        """
        try:
            return self._station.suite.decrypt(shot.record.key, self._store.shots.read(shot.record), SHOT_CONTEXT)
        except (StoreError, SigningError, ValueError) as error:
            raise MaterialError("original_gone") from error

    def picture(self, person: Person, number: str, shot: str) -> bytes:
        """A shot upright, as a JPEG to look at."""
        return self._intake.upright(self.raw(self.shot(person, number, shot)), BEFORE_PX)[0]

    def preview(self, person: Person, number: str, shot: str, plan: Plan) -> bytes:
        """The page that this plan would make of a shot, as a JPEG to look at; nothing of it is kept."""
        return self._intake.develop(self.raw(self.shot(person, number, shot)), plan, Target(long_side=AFTER_PX)).data

    def discard(self, person: Person, number: str, shot: str) -> None:
        """Throw a shot away; a page that was made of it stays. Does nothing when it is not there."""
        record = self.opened(person, number)
        found = self._store.shots.get(shot)
        if found is not None and found.case_number == record.case_number:
            self._store.shots.remove([found])

    def opened(self, person: Person, number: str) -> CaseRecord:
        """The record of a case whose shots this person may see and change.

        Raises:
            CaseNotFoundError: there is none for this person.
            NotAllowedError: `role`; `not_open`.
        """
        check_same_world(person, self._casebook.find(number))
        return self._drafts.open_for_change(person, number)

    def _seen(self, raw: bytes, wanted: str) -> Look:
        """What is seen on a shot; where looking for the sheet breaks or takes too long, its size, for corners by hand."""
        try:
            return self._look(raw, wanted, False)
        except MaterialError as error:
            if error.code not in BROKEN:
                raise
        _, width, height = self._intake.upright(raw, LEAST_PX)
        return Look(width, height, (), 0.0, (), None)

    def _slot(self, person: Person, number: str, material: str) -> CaseRecord:
        self.opened(person, number)
        return self._attaching.check(person, number, material, 1)

    def _known(self, record: CaseRecord, material: str, plain: str) -> ShotRecord | None:
        here = self._store.shots.of_case(record.case_number)
        return next((one for one in here if (one.material, one.plain_digest) == (material, plain)), None)

    def _check_room(self, record: CaseRecord) -> None:
        if len(self._store.shots.of_case(record.case_number)) >= MOST_SHOTS:
            raise RequestError("shots_full", most=MOST_SHOTS)

    def _keep(self, person: Person, record: CaseRecord, material: str, source: str, raw: bytes, look: Look, plan: Plan) -> TrayShot:
        suite, key = self._station.suite, new_content_key(self._station.suite)
        file_id = self._store.shots.write(suite.encrypt(key, raw, SHOT_CONTEXT))
        shot = ShotRecord(
            shot="",
            case_number=record.case_number,
            material=material,
            source=source,
            taken_at=self._clock.now(),
            taken_by=person.name,
            file_id=file_id,
            key=key,
            plain_digest=suite.digest(raw),
            size_bytes=len(raw),
            width=look.width,
            height=look.height,
            look=look.to_json(),
            plan=plan.to_json(),
        )
        kept = None
        try:
            with self._store.transaction():
                self._slot(person, record.case_number, material)  # it may have gone up while the picture was looked at
                kept = self._known(record, material, shot.plain_digest)
                if kept is None:
                    self._check_room(record)
                    shot = replace(shot, shot=self._next_name(record))
                    self._store.shots.add(shot)
        except BaseException:
            self._store.shots.drop(file_id)
            raise
        if kept is not None:
            self._store.shots.drop(file_id)  # another tab was first with the same
        return self._shown(record, [kept or shot])[0]

    def _next_name(self, record: CaseRecord) -> str:
        """A name that nobody guesses, and that sorts behind those before it: a feeder brings several sheets in one second."""
        turns = [int(one.shot[:TURN_DIGITS], 16) for one in self._store.shots.of_case(record.case_number)]
        return f"{max(turns, default=0) + 1:0{TURN_DIGITS}x}{secrets.token_hex(13)}"

    def _shown(self, record: CaseRecord, shots: Iterable[ShotRecord]) -> tuple[TrayShot, ...]:
        pages = pages_of(self._store.materials.list(record.case_number))
        return tuple(TrayShot(one, pages.get(one.shot)) for one in shots)


def pages_of(rows: Iterable[MaterialRecord]) -> Mapping[str, int]:
    """By shot, the page that was made of it."""
    return {str(one["shot"]): row.page for row in rows for one in row.made_of}


def want_of(form: Form, material: str) -> Want:
    """What a slot wants; what every case may have, such as a mandate, wants sheets."""
    field = picture_field(form, material)
    if field is not None:
        return want_of_field(field)
    found = next((one for one in form.materials if one.id == material), None)
    return want_of_material(found) if found is not None else Want("pages", "a4")


def proposal(look: Look, want: Want, colour: str = "colour") -> Plan:
    """What to begin with: the best sheet that was found, on the paper that the slot wants."""
    return Plan(corners=look.sheets[0] if look.sheets else None, colour=colour, paper=want.paper)


def as_scanned(look: Look) -> Look:
    """What is seen on a page that a scanner made: the sheet fills the picture, and what is not about its edges counts."""
    return replace(look, sheets=(), score=0.0, quality=tuple(one for one in look.quality if one.code not in NOT_OF_SCANNERS))


def _wanted(want: Want) -> str:
    return {CARD: "card", PORTRAIT: "photo", PHOTO: "photo"}.get(want.kind, "page")
