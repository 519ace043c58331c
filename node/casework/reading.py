"""Reading (查看): what people see of cases, letters and the road. Changes nothing but the log of who looked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from forms.schema import Form
from forms.validate import Problem
from node.casework.acts import Acts
from node.casework.calendars import Calendars
from node.casework.case import SIDE_ROLES, CaseState, Desk, Event, SideEvent
from node.casework.casebook import HEAD_ORIGIN, STATE_SINCE, TIMING, Casebook
from node.casework.contents import Contents
from node.casework.deadlines import CalendarHistory
from node.casework.drafts import OPEN_STATES, Drafts
from node.casework.history import History
from node.casework.letter import EnclosureEntry
from node.casework.letter_lines import LetterLines
from node.casework.pages import entry_of
from node.casework.practice import PRACTICE
from node.casework.progress import progress_of
from node.casework.roads import Roads, Sent
from node.casework.set_aside import SetAsides
from node.casework.timing import read_timing
from node.casework.views import Attachment, CaseLine, CaseView, Deadline, LetterLine, Road, SetAside
from node.clock import Clock, county_day, from_text
from node.errors import NotFoundError, RequestError
from node.mail.admission import Admission, rule_findings
from node.paperwork.values import MANDATE, NO_PAPERS, CasePapers
from node.roles import Tier
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseFilter, CaseRecord, DraftRecord

_DONE = (CaseState.CLOSED,)
_OUTGOING = (CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.FORWARDED, CaseState.SUSPENDED)
_TO_DELIVER = (CaseState.APPROVED, CaseState.DENIED, CaseState.NOT_ACCEPTED, CaseState.DELIVERED, CaseState.WITHDRAWN, CaseState.TERMINATED)
_DESKS = {Tier.VILLAGE: (Desk.AGENT, Desk.HEAD), Tier.TOWNSHIP: (Desk.REVIEW,), Tier.COUNTY: (Desk.DECISION,)}

BOXES = ("mine", "to_decide", "drafts", "returned", "sent", "to_deliver", "done", "all")
SET_ASIDE = "set_aside"
"""The box of cases with letters that a person must look at; it is short, and not turned over in pages."""
MAX_QUERY = 100
MOST_OPEN = 10_000
"""Cases that one person has in hand."""
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
"""What a page of a material may be; nothing else is given to a browser, whoever sealed it."""

UNKNOWN = "unknown"
"""The state of a case that is not here."""


class Reading:
    """Cases as pages and the API show them."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        drafts: Drafts,
        acts: Acts,
        admission: Admission,
        calendars: Calendars,
        clock: Clock,
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._drafts = drafts
        self._acts = acts
        self._calendars = calendars
        self._clock = clock
        self._roads = Roads(station, store)
        self._letters = LetterLines(station, casebook, admission, self._roads)
        self._set_asides = SetAsides(station, store)
        self._contents = Contents(station, store)

    def case(self, person: Person, number: str) -> CaseView:
        """Everything of one case.

        Raises:
            CaseNotFoundError: none here.
        """
        record = self._casebook.find(number)
        # First: what another tab saves while the rest is read makes it old, and never stands for what this page does not show.
        seen = self._acts.shown(person, record)
        history, waiting = seen.content.history or self._casebook.history(record.case_number), seen.content.waiting
        open_here = CaseState(record.state) in OPEN_STATES and self._station.is_me(record.holder_station)
        draft = self._drafts.draft(record) if open_here or record.practice else None
        answers = draft.answers if draft else history.answers()
        entries = tuple(map(entry_of, self._store.materials.list(record.case_number))) if draft else history.enclosures()
        problems, missing, warnings = self._problems(record, answers, draft is not None, history)
        last, submitted = history.last, history.latest(Event.SUBMITTED)
        return CaseView(
            line=self._lines([record], len(problems) + len(missing))[0],
            package=record.package,
            head=record.head,
            version=draft.version if draft and open_here else None,
            answers=answers,
            attachments=self.as_attachments(entries),
            problems=problems,
            material_problems=missing,
            warnings=warnings,
            marks=history.marks(),
            reason=history.reason(),
            events=self._events(person, record, supplementing=bool(waiting)),
            shown=seen.digest,
            origin=self._station.current(record.origin),
            origin_name=self._station.name_of(record.origin),
            opened_at=record.opened_at,
            acceptance_number=history.acceptance_number(),
            since=from_text(record.extra[STATE_SINCE]) if STATE_SINCE in record.extra else record.opened_at,
            news_as_of=self._news_as_of(record, history),
            roads=self._letters.road(last) if last else Road("queued"),
            result=dict(last.sealed.letter.body) if last and last.sealed.letter.event in (Event.APPROVED, Event.DENIED) else {},
            waiting=self.as_attachments(waiting) if waiting else (),
            seal=self._acts.seal_name(person, record),
            papers=self._drafts.papers(record, answers) if draft else self._papers(record, history),
            checked_on=submitted.sealed.letter.checked_on if submitted and draft is None else None,
            offer=seen.offer,
            recusal=seen.recusal,
            apart=self._apart(person, record),
        )

    def _apart(self, person: Person, record: CaseRecord) -> dict[str, str]:
        """Decisions that who took the case in leaves to another, with the code of each."""
        if record.forked or record.practice or not self._station.is_me(record.holder_station):
            return {}
        refused = self._casebook.case(record).refusals_for(self._acts.signatory(person))
        return {event.value: code for event, code in refused.items()}

    def _papers(self, record: CaseRecord, history: History) -> CasePapers:
        """The papers that the letters name: of the last submission and of supplements since."""
        bodies = history.submitted_bodies()
        scans = {one.plain for one in history.enclosures() if one.material == MANDATE}
        return self._drafts.paperwork.of_letters(record, self._casebook.form(record), bodies[0], bodies[1:], scans) if bodies else NO_PAPERS

    def _problems(
        self, record: CaseRecord, answers: Mapping[str, Any], is_open: bool, history: History
    ) -> tuple[tuple[Problem, ...], tuple[Problem, ...], tuple[Problem, ...]]:
        """Problems of answers, of materials, and warnings; of a sealed case by its own date."""
        if is_open:
            checked = self._drafts.checked(record, answers)
            return checked.problems, self._drafts.missing(record, checked.clean), checked.warnings
        submitted = history.latest(Event.SUBMITTED)
        if submitted is None:
            return (), (), ()
        found, warnings = rule_findings(self._casebook.form(record), submitted.sealed)
        return tuple(one for one in found if one.material is None), tuple(one for one in found if one.material is not None), warnings

    def _lines(self, records: Sequence[CaseRecord], problem_count: int = 0) -> tuple[CaseLine, ...]:
        heads = [Sent(record.head, str(record.extra[HEAD_ORIGIN]), record.case_number, "admitted") for record in records if record.head]
        roads = self._roads.of(heads)
        calendars = self._calendars.history()
        return tuple(self._line(record, roads.get(record.head or ""), problem_count, calendars) for record in records)

    def _line(self, record: CaseRecord, road: Road | None, problem_count: int, calendars: CalendarHistory) -> CaseLine:
        form, draft = self._casebook.form(record), self._draft_of(record)
        return CaseLine(
            case_number=record.case_number,
            short_number=record.short_number,
            item_id=record.item_id,
            item_name=form.name,
            title=record.title,
            state=record.state,
            holder_station=record.holder_station,
            holder_station_name=self._station.name_of(record.holder_station),
            desk=record.holder_desk,
            mine=self._station.is_me(record.holder_station),
            updated_at=record.updated_at,
            deadline=self._deadline(record, form, calendars),
            road=road.state if road else "draft",
            problem_count=problem_count,
            flagged=bool(record.flags) or record.forked,
            cursor=record.cursor,
            division=record.division,
            division_name=self._drafts.acting.name_of(record.division) if record.division else "",
            practice=record.practice,
            progress=progress_of(form, draft.answers, self._today()) if draft else None,
            saved_at=draft.updated_at if draft else None,
            flags=record.flags,
        )

    def _draft_of(self, record: CaseRecord) -> DraftRecord | None:
        """The answers that are being filled in here; None of a case that is not open at this desk."""
        is_open = CaseState(record.state) in OPEN_STATES and self._station.is_me(record.holder_station)
        return self._store.drafts.get(record.case_number) if is_open else None

    def _deadline(self, record: CaseRecord, form: Form, calendars: CalendarHistory) -> Deadline | None:
        timing = read_timing(record.extra.get(TIMING))
        if timing is None or record.holder_desk == Desk.HEAD:
            return None  # no window has it, so no window's days run
        return timing.deadline(form, calendars, self._today())

    def _today(self) -> date:
        return county_day(self._clock.now())

    def as_attachments(self, entries: Sequence[EnclosureEntry]) -> tuple[Attachment, ...]:
        """Pages as they stand here: whole yet or not."""
        previews = [entry.preview.enclosure_id for entry in entries if entry.preview]
        whole = self._store.enclosures.whole_of([*previews, *(entry.enclosure_id for entry in entries)])
        return tuple(
            Attachment(
                material=entry.material,
                page=entry.page,
                enclosure_id=entry.enclosure_id,
                plain_digest=entry.plain,
                size_bytes=entry.size_bytes,
                media_type=entry.media_type,
                preview=entry.preview is not None and entry.preview.enclosure_id in whole,
                whole=entry.enclosure_id in whole,
                taken=entry.taken,
            )
            for entry in entries
        )

    def _events(self, person: Person, record: CaseRecord, *, supplementing: bool) -> tuple[str, ...]:
        by = self._acts.signatory(person)
        if record.forked:
            names = by.may(SIDE_ROLES[SideEvent.BRANCH_NAMED])
            return (SideEvent.BRANCH_NAMED.value,) if names else ()
        events = [event.value for event in self._casebook.case(record).events_for(by)]
        if record.head is not None and record.state != CaseState.CLOSED:
            is_here = self._station.is_me(record.holder_station)
            asking = () if is_here else (SideEvent.URGE, SideEvent.WITHDRAWAL_ASKED)
            sides = (SideEvent.MESSAGE, *asking, SideEvent.OPINION, SideEvent.ERASED)
            events += [side.value for side in sides if by.may(SIDE_ROLES[side])]
            if supplementing:
                events.append(SideEvent.SUPPLEMENT.value)
        return tuple(events)

    def _news_as_of(self, record: CaseRecord, history: History) -> Any:
        """When the holder was last heard of in this case: a letter from above, or the line's last sign of life."""
        heard = self._store.link.state().last_heard
        received = [one.received_at for one in (*history.states, *history.sides)]
        return max([record.updated_at, *received, *([heard] if heard else [])])

    def cases(
        self,
        states: Sequence[str] = (),
        box: str | None = None,
        q: str | None = None,
        after: str | None = None,
        limit: int = 50,
        *,
        practice: bool = False,
    ) -> tuple[CaseLine, ...]:
        """A page of cases, last changed first: practice cases for who practises, real ones for all others.

        Raises:
            RequestError: an unknown box, or a cursor that is none.
        """
        if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
            raise RequestError("after", given=after)
        if box == SET_ASIDE:
            return self._set_aside_lines() if after is None and not practice else ()
        wanted = _with(self._filter("all" if box == PRACTICE and practice else box or "all"), practice=practice)
        if states:
            wanted = _with(wanted, states=tuple(states))
        rows = self._store.cases.page(_with(wanted, q=(q or "")[:MAX_QUERY] or None, after=after), max(1, min(limit, 200)))
        return self._lines(rows)

    def counts(self, *, practice: bool = False) -> dict[str, int]:
        """How many cases each box holds; who practises has a box of practice cases."""
        found = {box: self._store.cases.count(_with(self._filter(box), practice=practice)) for box in BOXES}
        return found | ({PRACTICE: found["all"]} if practice else {SET_ASIDE: len(self._set_asides.by_case())})

    def open_cases_of(self, name: str) -> tuple[CaseLine, ...]:
        """The cases that this person opened here and that are not closed, last changed first."""
        states = tuple(set(CaseState) - {CaseState.CLOSED})
        return self._lines(self._store.cases.page(CaseFilter(states=states, opened_by=name), MOST_OPEN))

    def _filter(self, box: str) -> CaseFilter:
        me = self._station.station
        filters = {
            "all": CaseFilter(),
            "mine": CaseFilter(holder_station=me, desks=_DESKS[self._station.tier], states=tuple(set(CaseState) - {CaseState.CLOSED})),
            "to_decide": CaseFilter(holder_station=me, desks=(Desk.HEAD,)),
            "drafts": CaseFilter(holder_station=me, states=(CaseState.DRAFT,)),
            "returned": CaseFilter(holder_station=me, states=(CaseState.RETURNED,)),
            "sent": CaseFilter(not_holder_station=me, states=_OUTGOING),
            "to_deliver": CaseFilter(holder_station=me, states=_TO_DELIVER),
            "done": CaseFilter(states=_DONE),
        }
        if box not in filters:
            raise RequestError("box", given=box)
        return filters[box]

    def _set_aside_lines(self) -> tuple[CaseLine, ...]:
        """Cases with letters that a person must look at; a letter of a case that is not here has a line all the same."""
        lines: list[CaseLine] = []
        for number, letters in self._set_asides.by_case().items():
            record = self._store.cases.get(number)
            line = self._lines([record])[0] if record else _unknown_line(number, letters[-1])
            lines.append(replace(line, set_aside=letters))
        return tuple(lines[::-1])

    def letters(self, number: str) -> tuple[LetterLine, ...]:
        """The chain of a case, with what each seal's check says."""
        record = self._casebook.find(number)
        if record.practice:
            return self._drafts.practice.letters(record)
        return self._letters.of(record)

    def attachment(self, person: Person, number: str, material: str, page: int, *, preview: bool = False) -> tuple[bytes, str]:
        """The content of a page in the clear, and its media type.

        Raises:
            NotFoundError: no such page, or it has not arrived yet.
        """
        record = self._casebook.find(number)
        entries = (*map(entry_of, self._store.materials.list(record.case_number)), *self._casebook.history(record.case_number).enclosures())
        for entry in entries:
            if (entry.material, entry.page) == (material, page):
                wanted = entry.preview if preview and entry.preview else entry
                if wanted.media_type not in MEDIA_TYPES:
                    break  # a page of ours would run what another station calls a script
                return self.content(wanted), wanted.media_type
        raise NotFoundError("page", f"{material}/{page}")

    def content(self, entry: EnclosureEntry) -> bytes:
        """An enclosure in the clear; see `Contents.open`."""
        return self._contents.open(entry)

    def reveal(self, person: Person, number: str) -> CaseView:
        """A case with nothing masked; that somebody looked is kept in the log."""
        view = self.case(person, number)
        now = self._clock.now()
        with self._store.transaction():
            self._store.audit.append(AuditRecord(now, person.name, "revealed", view.line.case_number))
        return view


def _with(wanted: CaseFilter, **changes: Any) -> CaseFilter:
    return CaseFilter(**{**vars(wanted), **changes})


def _unknown_line(case_number: str, letter: SetAside) -> CaseLine:
    """The line of a case that is not here, though a letter of it is."""
    return CaseLine(
        case_number=case_number,
        short_number=case_number,
        item_id="",
        item_name="",
        title="",
        state=UNKNOWN,
        holder_station="",
        holder_station_name="",
        desk="",
        mine=False,
        updated_at=letter.at,
        deadline=None,
        road="set_aside",
        problem_count=0,
        flagged=True,
    )
