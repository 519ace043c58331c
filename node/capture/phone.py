"""Pairings (配对): a telephone that may put shots of one slot on the tray, for minutes, after it has shown a token from the agent's screen.

The token is good once and then forgotten; what the telephone holds afterwards is a secret of its own. Pairings are in memory alone: a
restart ends them all, and the shots that had arrived stay.
"""

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from node.capture.tray import Tray
from node.clock import Clock
from node.errors import CaseNotFoundError, NotAllowedError, RequestError, StoreError
from node.scanning.shot import Finding
from node.staff.people import Person, Session
from node.store.records import AuditRecord

MOST = 8
"""Pairings of one station at a time."""
MOST_TOLD = 50
"""Ends that are remembered, so that the agent's page can say why."""
SECRET_BYTES = 32

DONE, OVER, LEFT, CLOSED, STOPPED = "done", "over", "left", "closed", "stopped"
"""Why a pairing ended: 完成 was pressed, its time is over, the agent logged out, the case is not filled in any more, the agent ended it."""

Place = tuple[str, str, str]
"""A login, a case, and a slot of it."""


@dataclass(frozen=True)
class Sent:
    """A shot that a telephone has sent: the name that it gave it itself, the tray's, and what the gate had found."""

    name: str
    shot: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SentNow:
    """The same as it stands now: `arrived`, `kept` as `page`, or `gone` from the tray."""

    sent: Sent
    state: str
    page: int | None = None


@dataclass(frozen=True)
class Pairing:
    """One telephone, or one that is still to come: then `token` is set, and once it is there `secret` is."""

    id: str
    session: Session = field(repr=False)
    case_number: str
    material: str
    slot: str
    address: str
    opened_at: datetime
    ends_at: datetime
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    sent: tuple[Sent, ...] = ()

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.session.person

    @property
    def is_waiting(self) -> bool:
        """Whether no telephone has come yet."""
        return not self.secret

    @property
    def place(self) -> Place:
        """The login, the case and the slot that it is for."""
        return self.person.session_id, self.case_number, self.material


class Pairings:
    """The pairings of a station. `stands` says whether a login still does; `note` writes a line of the audit log."""

    def __init__(
        self, tray: Tray, clock: Clock, minutes: int, stands: Callable[[Session], bool], note: Callable[[AuditRecord], object]
    ) -> None:
        self._tray = tray
        self._clock = clock
        self._lasts = timedelta(minutes=minutes)
        self._stands = stands
        self._note = note
        self._lock = threading.RLock()
        self._all: dict[str, Pairing] = {}
        self._ended: dict[Place, str] = {}

    def open(self, session: Session, number: str, material: str, slot: str, address: str) -> Pairing:
        """A new pairing for a slot, called `slot` on the telephone; another one of it that waits for its telephone ends.

        Raises:
            NotAllowedError, NotFoundError: as `Tray.want`.
            RequestError: `phone_many`.
        """
        self.sweep()
        case_number = self._tray.opened(session.person, number).case_number
        self._tray.want(session.person, case_number, material)
        now = self._clock.now()
        made = Pairing(
            secrets.token_hex(8), session, case_number, material, slot, address, now, now + self._lasts, secrets.token_urlsafe(SECRET_BYTES)
        )
        with self._lock:
            for one in [one for one in self._all.values() if one.place == made.place and one.is_waiting]:
                del self._all[one.id]
            if len(self._all) >= MOST:
                raise RequestError("phone_many", most=MOST)
            self._note(_line(now, made, "phone_shown"))
            self._all[made.id] = made
            self._ended.pop(made.place, None)
        return made

    def of_slot(self, session: Session, number: str, material: str) -> tuple[Pairing, ...]:
        """The pairings of a slot that were opened in this login."""
        place = self._place(session, number, material)
        with self._lock:
            return tuple(one for one in self._all.values() if one.place == place and self._clock.now() < one.ends_at)

    def end_of(self, session: Session, number: str, material: str) -> str:
        """Why the last pairing of a slot ended; empty while one is there, or where there was none."""
        self.sweep()
        with self._lock:
            return self._ended.get(self._place(session, number, material), "")

    def renew(self, session: Session, number: str, material: str) -> None:
        """Give the pairings of a slot their full time again."""
        for one in self.of_slot(session, number, material):
            self._change(one.id, ends_at=self._clock.now() + self._lasts)

    def stop(self, session: Session, number: str, material: str) -> None:
        """End the pairings of a slot."""
        for one in self.of_slot(session, number, material):
            self._end(one.id, STOPPED)

    def drop(self, pairing: Pairing) -> None:
        """Forget a pairing that could not be shown to anybody."""
        with self._lock:
            self._all.pop(pairing.id, None)

    def redeem(self, token: str) -> Pairing:
        """The pairing whose token this is; the token is used up.

        Raises:
            NotAllowedError: `phone_token`.
        """
        with self._lock:
            self._drop_past()
            # All are looked at, so that the time that it takes says nothing.
            found = [one for one in self._all.values() if one.is_waiting and _same(one.token, token)]
            if not found:
                raise NotAllowedError("phone_token")
            self._note(_line(self._clock.now(), found[0], "phone_came"))
            return self._change(found[0].id, token="", secret=secrets.token_urlsafe(SECRET_BYTES))

    def of(self, pairing_id: str, secret: str) -> Pairing:
        """The pairing of a telephone that shows its secret.

        Raises:
            NotAllowedError: `phone_over` there is none, or it has ended.
        """
        found = self.held(pairing_id, secret)
        if found is None:
            raise NotAllowedError("phone_over")
        if (why := self._why_over(found)) is not None:
            self._end(found.id, why)
            raise NotAllowedError("phone_over")
        return found

    def held(self, pairing_id: str, secret: str) -> Pairing | None:
        """The same by memory alone: neither the login nor the case is asked about."""
        with self._lock:
            found = self._all.get(pairing_id)
        is_right = _same(found.secret if found and found.secret else secrets.token_urlsafe(SECRET_BYTES), secret)
        return found if is_right and found and self._clock.now() < found.ends_at else None

    def take(self, pairing: Pairing, name: str, raw: bytes) -> SentNow:
        """Put a shot on the tray; on the disk when this returns. Sent again under its name it is the one that is there.

        Raises:
            MaterialError, RequestError, StoreError: as `Tray.take`.
            NotAllowedError: `phone_over` the case is not open any more.
        """
        if known := next((one for one in self._sent(pairing.id) if one.name == name), None):
            return self._now(pairing, (known,))[0]
        try:
            shot = self._tray.take(pairing.person, pairing.case_number, pairing.material, "phone", raw)
        except (NotAllowedError, CaseNotFoundError) as error:
            self._end(pairing.id, CLOSED)
            raise NotAllowedError("phone_over") from error
        sent = Sent(name, shot.record.shot, shot.look.quality)
        with self._lock:
            earlier = self._sent(pairing.id)
            if pairing.id in self._all and all(one.name != name for one in earlier):
                self._change(pairing.id, sent=(*earlier, sent))
        return SentNow(sent, "arrived" if shot.page is None else "kept", shot.page)

    def shots(self, pairing: Pairing) -> tuple[SentNow, ...]:
        """What this telephone has sent, first to last, as it stands now."""
        return self._now(pairing, self._sent(pairing.id))

    def seconds_left(self, pairing: Pairing) -> int:
        """How long it lasts yet."""
        return max(0, int((pairing.ends_at - self._clock.now()).total_seconds()))

    def seconds_open(self, pairing: Pairing) -> int:
        """How long it has been there."""
        return max(0, int((self._clock.now() - pairing.opened_at).total_seconds()))

    def done(self, pairing: Pairing) -> None:
        """The person at the telephone has finished."""
        self._end(pairing.id, DONE)

    def logged_out(self, session_id: str) -> None:
        """End what was opened in a login."""
        with self._lock:
            for one in [one for one in self._all.values() if one.person.session_id == session_id]:
                self._end(one.id, LEFT)

    def sweep(self) -> frozenset[str]:
        """End what is over, and name the addresses at which somebody may still come."""
        with self._lock:
            self._drop_past()
            here = list(self._all.values())
        for one in here:
            with suppress(StoreError):  # whoever cannot be asked about now is asked about again
                if (why := self._why_over(one)) is not None:
                    self._end(one.id, why)
        with self._lock:
            return frozenset(one.address for one in self._all.values())

    def clear(self) -> None:
        """End them all: the station stops."""
        with self._lock:
            self._all.clear()

    def _why_over(self, pairing: Pairing) -> str | None:
        if self._is_past(pairing):
            return OVER
        if not self._stands(pairing.session):
            return LEFT
        try:
            self._tray.opened(pairing.person, pairing.case_number)
        except (NotAllowedError, CaseNotFoundError):
            return CLOSED
        return None

    def _is_past(self, pairing: Pairing) -> bool:
        # A clock that was set back must not leave the door open for longer.
        return not pairing.ends_at - self._lasts <= self._clock.now() < pairing.ends_at

    def _drop_past(self) -> None:
        for one in [one for one in self._all.values() if self._is_past(one)]:
            self._end(one.id, OVER)

    def _end(self, pairing_id: str, why: str) -> None:
        with self._lock:
            ended = self._all.pop(pairing_id, None)
            if ended is None:
                return
            if all(one.place != ended.place for one in self._all.values()):
                self._ended.pop(ended.place, None)
                self._ended[ended.place] = why
            while len(self._ended) > MOST_TOLD:
                del self._ended[next(iter(self._ended))]

    def _change(self, pairing_id: str, **changes: object) -> Pairing:
        with self._lock:
            changed: Pairing = replace(self._all[pairing_id], **changes)  # type: ignore[arg-type]
            self._all[pairing_id] = changed
            return changed

    def _place(self, session: Session, number: str, material: str) -> Place:
        return session.person.session_id, self._tray.opened(session.person, number).case_number, material

    def _sent(self, pairing_id: str) -> tuple[Sent, ...]:
        with self._lock:
            found = self._all.get(pairing_id)
            return () if found is None else found.sent

    def _now(self, pairing: Pairing, sent: tuple[Sent, ...]) -> tuple[SentNow, ...]:
        here: Mapping[str, int | None] = {
            one.record.shot: one.page for one in self._tray.shots(pairing.person, pairing.case_number, pairing.material)
        }
        return tuple(_state(one, here) for one in sent)


def _line(now: datetime, pairing: Pairing, event: str) -> AuditRecord:
    facts = {"pairing": pairing.id, "material": pairing.material, "address": pairing.address}
    return AuditRecord(now, pairing.person.name, event, pairing.case_number, facts)


def _state(sent: Sent, here: Mapping[str, int | None]) -> SentNow:
    if sent.shot not in here:
        return SentNow(sent, "gone")
    page = here[sent.shot]
    return SentNow(sent, "arrived" if page is None else "kept", page)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))
