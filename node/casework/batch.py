"""Several cases in one go (批量办理): each looked at before and not changed since; one after the other, until a key does not open.

What a person has looked at is remembered for as long as the login stands, in this process only: after a restart cases are looked at again.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from forms.errors import FormError
from node.casework.acts import Sealed
from node.casework.case import Event
from node.casework.desk import Desk
from node.casework.views import CaseView
from node.errors import NodeError, NotAllowedError, RequestError, StoreError
from node.staff.keyring import Keyring
from node.staff.people import Person
from signing.errors import SigningError

EVENTS = (Event.SUBMITTED, Event.ACCEPTED, Event.FORWARDED, Event.APPROVED)
"""What may be done to several cases at once: acts that need no reason in words."""

BOXES = {Event.SUBMITTED: ("drafts", "returned")}
"""Where the cases for an act lie, if not among those in hand."""

MOST = 50
"""Cases in one go."""

TOGETHER = 25
"""Letters of a batch that are kept in one transaction."""

MOST_REMEMBERED = 500
READY, UNSEEN, CHANGED = "ready", "unseen", "changed"
DONE, REFUSED, STOPPED, LEFT = "done", "refused", "stopped", "left"
_KEY_TROUBLE = frozenset({"pin_needed", "no_key", "no_seal", "key_revoked", "seal_revoked", "seal_pin_needed", "not_custodian"})
"""Codes of `NotAllowedError` that the next case would meet too. A unit's seal that was stopped shows in the next case's page."""


@dataclass(frozen=True)
class Asked:
    """A case of a batch, as it was looked at: its number and the digest that its page showed."""

    number: str
    shown: str


@dataclass(frozen=True)
class Standing:
    """A case that may be in a batch: `state` is `ready`, or why not (a word of the pages' table); `shown` what was looked at."""

    view: CaseView
    state: str
    shown: str


@dataclass(frozen=True)
class Result:
    """What became of a case: `done`, `refused` or `stopped` (by a key) with the error, or `left` since one before it stopped."""

    number: str
    outcome: str
    error: Exception | None = None


class SeenCases:
    """Which page of which case each login has seen last."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._seen: dict[str, dict[str, str]] = {}

    def saw(self, person: Person, view: CaseView) -> None:
        """The person has the case's check page before the eyes."""
        if not person.session_id:
            return
        with self._guard:
            mine = self._seen.setdefault(person.session_id, {})
            mine.pop(view.line.case_number, None)
            mine[view.line.case_number] = view.shown
            while len(mine) > MOST_REMEMBERED:
                mine.pop(next(iter(mine)))

    def of(self, person: Person) -> dict[str, str]:
        """What was shown, by case number."""
        with self._guard:
            return dict(self._seen.get(person.session_id, {}))

    def forget(self, session_id: str) -> None:
        """The login has ended."""
        with self._guard:
            self._seen.pop(session_id, None)


class Batches:
    """Seals several cases in one go. Inside `keeping_open` the unit's seals that were opened stay open."""

    def __init__(self, desk: Desk, keyring: Keyring, keeping_open: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._desk = desk
        self._keyring = keyring
        self._keeping_open = keeping_open
        self.seen = SeenCases()

    def events(self, person: Person) -> tuple[Event, ...]:
        """The acts that this person has cases for, in the order of a case's life."""
        return tuple(event for event in EVENTS if self.standing(person, event))

    def standing(self, person: Person, event: Event) -> tuple[Standing, ...]:
        """The cases that the person could do this to, those that are ready first.

        Raises:
            RequestError: `batch_event` no act for several at once.
        """
        _check_event(event)
        if person.practice:
            return ()
        seen = self.seen.of(person)
        lines = [line for box in BOXES.get(event, ("mine",)) for line in self._desk.cases(person, box=box, limit=MOST)]
        views = (self._desk.case(person, line.case_number) for line in lines)
        found = [self._stand(person, view, event, seen) for view in views if event in view.events]
        return tuple(sorted(found, key=lambda one: one.state != READY))

    def _stand(self, person: Person, view: CaseView, event: Event, seen: dict[str, str]) -> Standing:
        shown = seen.get(view.line.case_number, "")
        code = _hindrance(view, event)
        if not code and event is Event.SUBMITTED and self._desk.filling.is_withdrawn(person, view.line.case_number):
            code = "withdrawn"
        state = code or (UNSEEN if not shown else READY if shown == view.shown else CHANGED)
        return Standing(view, state, shown)

    def act(self, person: Person, event: Event, cases: Sequence[Asked], pin: str | None, note: str | None = None) -> tuple[Result, ...]:
        """Do it to each in turn; the first trouble with a key or the disk stops it. What was done stays done.

        Raises:
            RequestError: `batch_event`, `batch_none`, `batch_most`.
        """
        _check_event(event)
        if not cases:
            raise RequestError("batch_none")
        if len(cases) > MOST:
            raise RequestError("batch_most", most=MOST)
        going = _Going(self._desk)
        with self._keeping_open(), self._desk.several():
            for asked in cases:
                # The PIN opens the key once; each further case is under the same window, unless the policy keeps none open.
                going.on(person, event, asked, None if self._keyring.is_open(person) else pin, note)
        return going.ended()


class _Going:
    """One batch while it goes on. A few letters at a time are kept in one transaction, and only then are their cases done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._results: list[Result] = []
        self._sealed: dict[int, Sealed] = {}
        self._is_stopped = False

    def on(self, person: Person, event: Event, asked: Asked, pin: str | None, note: str | None) -> None:
        """The next case; `left` once one before it was stopped."""
        place, sealed = len(self._results), list[Sealed]()
        self._results.append(Result(asked.number, LEFT))
        if self._is_stopped:
            return
        try:
            self._desk.act_in_batch(person, asked.number, event.value, sealed, pin=pin, shown=asked.shown, note=note)
            self._results[place] = Result(asked.number, DONE)
        except (NodeError, FormError, SigningError) as error:
            self._refuse(place, error)
        if sealed:
            self._sealed[place] = sealed[0]
        if len(self._sealed) >= TOGETHER or self._is_stopped:
            self._keep()

    def ended(self) -> tuple[Result, ...]:
        """What became of each case."""
        self._keep()
        return tuple(self._results)

    def _keep(self) -> None:
        """Keep what was sealed: together, and where that does not go, one by one until the first trouble with the disk."""
        sealed, self._sealed = self._sealed, {}
        if not sealed:
            return
        try:
            self._desk.keep(list(sealed.values()))
        except (NodeError, FormError, SigningError):
            self._keep_each(sealed)

    def _keep_each(self, sealed: dict[int, Sealed]) -> None:
        for place, one in sealed.items():
            try:
                self._desk.keep([one])
            except (NodeError, FormError, SigningError) as error:
                self._refuse(place, error)
                if _is_key_trouble(error):
                    for later in range(place + 1, len(self._results)):
                        self._results[later] = Result(self._results[later].number, LEFT)
                    return

    def _refuse(self, place: int, error: Exception) -> None:
        self._is_stopped = self._is_stopped or _is_key_trouble(error)
        self._results[place] = Result(self._results[place].number, STOPPED if _is_key_trouble(error) else REFUSED, error)


def _hindrance(view: CaseView, event: Event) -> str:
    """Why a case cannot be in a batch, whoever has seen it; empty for nothing."""
    if view.recusal:
        return "recusal"
    if event is Event.SUBMITTED and (view.problems or view.material_problems):
        return "problems"
    if view.offer.asks_head(event.value):
        return "head"
    if event.value in view.offer.events and view.offer.seal_pin:
        return "seal_pin"
    is_needed = event.value in view.offer.events and view.offer.required
    return "seal" if is_needed and not view.offer.digest else ""


def _is_key_trouble(error: Exception) -> bool:
    """Whether the next case would fail of the same."""
    if isinstance(error, NotAllowedError):
        return error.code in _KEY_TROUBLE
    return isinstance(error, SigningError | StoreError)


def _check_event(event: Event) -> None:
    if event not in EVENTS:
        raise RequestError("batch_event", event=event.value)
