"""The county's register of seals (印章登记册): every unit seal that was asked for, how it stands, and why.

States: `wanted` or `refused`, then `made` (制作), `in_use` (启用), `stopped` (停用), `lost` (挂失), `replaced` (更换). Each step is the key
officer's, with the PIN of the own key and a reason. What speaks against a seal goes into the signed list that all stations heed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from node.clock import Clock
from node.enrolment.documents import check_code, read_request
from node.enrolment.fields import LONGEST_REASON
from node.enrolment.issuing import IssuingKeys
from node.enrolment.registrar import SEAL, Registrar
from node.errors import EnrolmentError, NotAllowedError, NotFoundError, RequestError
from node.roles import Role, Tier
from node.seals.making import MADE, REPLACED, WANTED
from node.seals.spreading import SealLists
from node.seals.status import AGAINST, Entry, StatusBook, make_list
from node.staff.keyring import OpenKey
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.enrolment import RequestRecord
from node.store.records.seals import SealEventRecord, SealRecord
from signing.certificates import parse_certificate
from signing.seal_image import Picture
from signing.trust import GRACE_DAYS

IN_USE, STOPPED, LOST, REFUSED = "in_use", "stopped", "lost", "refused"
STEPS: dict[str, tuple[str, ...]] = {
    MADE: (IN_USE, LOST, REPLACED),
    IN_USE: (STOPPED, LOST, REPLACED),
    STOPPED: (IN_USE, LOST, REPLACED),
    LOST: (REPLACED,),
}
"""From which state a seal may go into which others."""

ENDS_SOON = timedelta(days=GRACE_DAYS)
_OVER = (REFUSED, REPLACED, LOST)
_AHEAD = timedelta(minutes=10)


class SealRegister:
    """The register of a county.

    `may_send` raises when this station may send nothing now; `on_own` is given the answers to the county's own requests.
    """

    def __init__(
        self,
        station: Station,
        store: Store,
        registrar: Registrar,
        keys: IssuingKeys,
        statuses: StatusBook,
        lists: SealLists,
        clock: Clock,
        may_send: Callable[[], None] = lambda: None,
        on_own: Callable[[bytes], object] = lambda answer: None,
    ) -> None:
        self._station = station
        self._store = store
        self._registrar = registrar
        self._keys = keys
        self._statuses = statuses
        self._lists = lists
        self._clock = clock
        self._may_send = may_send
        self._on_own = on_own

    def lines(self, query: str = "", state: str = "") -> tuple[SealRecord, ...]:
        """The lines that a search finds: by the name of seal or station, by a number, by state; those that wait for somebody first."""
        self._enter_new()
        words = query.split()
        found = [
            one for one in self._store.seals.all() if (not state or one.state == state) and all(self._has(one, word) for word in words)
        ]
        return tuple(sorted(found, key=lambda one: (one.state != WANTED, one.state in _OVER)))

    def get(self, named: str) -> SealRecord:
        """The line that is meant by the digest of its request, the seal's id, or the request's check code.

        Raises:
            NotFoundError: `seal`, there is none.
        """
        self._enter_new()
        digits = named.replace("-", "")
        for one in self._store.seals.all():
            if named in (one.request, one.seal_id) or (one.state == WANTED and check_code(one.request).replace("-", "") == digits):
                return one
        raise NotFoundError("seal", named)

    def history(self, request: str) -> tuple[SealEventRecord, ...]:
        """What happened to a seal, in order."""
        return tuple(self._store.seals.history(request))

    def take(self, data: bytes) -> str:
        """Take a request (not trusted) that came in a file; its digest.

        Raises:
            EnrolmentError, NotAllowedError, SigningError: as `Registrar.take`; `document_other`, it asks for no seal.
        """
        if read_request(data).content.kind != SEAL:
            raise EnrolmentError("document_other")
        digest = self._registrar.take(data).digest
        self._enter_new()
        return digest

    def answer_of(self, request: str) -> bytes:
        """The answer to a request, to be carried by hand.

        Raises:
            NotFoundError: `answer`, it has not been decided.
        """
        answer = self._registrar.record(request).answer
        if answer is None:
            raise NotFoundError("answer", request)
        return answer

    def has_answer(self, request: str) -> bool:
        """Whether there is an answer to be carried by hand."""
        record = self._store.requests.get(request)
        return record is not None and record.answer is not None

    def draw(self, request: str, name: str, picture: Picture, by: str) -> SealRecord:
        """Keep the picture and the name with which a seal is to be made, to be looked at first.

        Raises:
            NotFoundError: `seal`.
            NotAllowedError: `seal_made`, it has been decided.
        """
        line = self.get(request)
        if line.state != WANTED:
            raise NotAllowedError("seal_made")
        with self._store.transaction():
            # Somebody may have decided it meanwhile. Without a reason nobody has seen this picture and had it made.
            drawn = replace(
                self._wanted(line), name=name, media=picture.media, picture=picture.data, width_mm=picture.width_mm,
                height_mm=picture.height_mm, by=by, reason="",
            )  # fmt: skip
            self._store.seals.put(drawn)
        return drawn

    def make(self, request: str, officer: OpenKey, reason: str, *, enable: bool, seen: str | None = None) -> bytes:
        """Make the seal with the picture that was drawn (制作), and put it in use at once with `enable`; the answer for the station.

        `seen` is the digest of the picture that the officer looked at.

        Raises:
            NotFoundError: `seal`.
            NotAllowedError: `seal_officer`; `seal_made`, it has been decided; `seal_other_picture`, somebody has drawn another one.
            RequestError: `reason_needed`, `reason_long`.
            EnrolmentError: `seal_not_drawn`; and what the judge says.
            SigningError: this station cannot certify, or makes no seals.
        """
        line, reason = self._for(request, officer, reason)
        self._may_send()
        with self._store.transaction():
            wanted = self._wanted(line)
            if (self.picture_digest(line) if seen is None else seen) != self.picture_digest(wanted):
                raise NotAllowedError("seal_other_picture")
            if wanted.picture is None:
                raise EnrolmentError("seal_not_drawn")
            self._store.seals.put(replace(wanted, by=officer.person_name, reason=reason))
        answer = self._registrar.confirm(line.request, officer.person_name, for_seal=True)
        if enable:
            self._enable(line, officer.person_name, reason)
        self.publish_changes(self._clock.now())
        if self._station.is_me(line.station):
            self._on_own(answer)
        return answer

    def refuse(self, request: str, officer: OpenKey, reason: str) -> bytes:
        """Refuse a request; the answer for the station.

        Raises:
            NotFoundError, NotAllowedError, RequestError: as `make`.
        """
        line, reason = self._for(request, officer, reason)
        self._wanted(line)
        # After a power cut between the two it is only noted here.
        before = self._registrar.record(line.request)
        refused = before.answer if before.state == REFUSED else None
        answer = refused or self._registrar.refuse(line.request, officer.person_name, reason, for_seal=True)
        now = self._now()
        with self._store.transaction():
            self._note(self._wanted(line), REFUSED, officer.person_name, reason, now)
        if self._station.is_me(line.station):
            self._on_own(answer)
        return answer

    def change(self, named: str, state: str, officer: OpenKey, reason: str, since: datetime | None = None) -> SealRecord:
        """Take a seal from one state to the next, from `since` on (now when None), and tell all stations.

        Raises:
            NotFoundError: `seal`.
            NotAllowedError: `seal_officer`; `seal_step`, it cannot become that.
            RequestError: `reason_needed`, `reason_long`; `seal_since`, it lies ahead, or before the step before.
        """
        line, reason = self._for(named, officer, reason)
        self._may_send()
        self._step(line.request, state, officer.person_name, reason, since)
        self.publish_changes(self._clock.now())
        return self.get(line.request)

    def ending(self, now: datetime) -> tuple[SealRecord, ...]:
        """Seals in use or stopped that end within 60 days, or have ended (到期提醒); the next one first."""
        held = [one for one in self._store.seals.all() if one.seal is not None and one.state not in _OVER]
        return tuple(sorted((one for one in held if _end(one) - now <= ENDS_SOON), key=_end))

    def publish_changes(self, _now: datetime) -> None:
        """Sign and spread the list anew when the register says something else than the last one; also a chore, after a power cut."""
        if self._station.tier is not Tier.COUNTY or not self._keys.has("seal_maker"):
            return
        while not self._published():
            # Somebody else has changed the register, or published, in between: what was signed was never said.
            continue

    def heed(self) -> None:
        """A newer list of this county's own has come back, such as to one that was restored: what it says is entered here again."""
        for entry in self._statuses.entries():
            line = self._store.seals.by_seal_id(entry.seal_id)
            # A seal that was made in the time that is lost may have borne the number that another one has now.
            if line is None or line.seal != entry.seal:
                continue
            if entry.until is None and _gravity(entry.state) > _gravity(line.state):
                self._note(line, entry.state, "", entry.reason, entry.since)
            elif entry.until is not None and (entry.state, entry.since) == (line.state, line.since) and line.state == STOPPED:
                self._note(line, IN_USE, "", entry.reason, entry.until)

    def picture_digest(self, line: SealRecord) -> str:
        """A name for the picture and the name of a line as they are now; empty before it is drawn."""
        if line.picture is None:
            return ""
        return self._station.suite.digest(f"{line.name}\n{line.width_mm}\n{line.height_mm}\n".encode() + line.picture)

    def _for(self, named: str, officer: OpenKey, reason: str) -> tuple[SealRecord, str]:
        if Role.KEY_OFFICER not in officer.signer.certificate.roles:
            raise NotAllowedError("seal_officer")
        reason = " ".join(reason.split())
        if not reason:
            raise RequestError("reason_needed")
        if len(reason) > LONGEST_REASON or not reason.isprintable():
            raise EnrolmentError("reason_long", most=LONGEST_REASON)
        return self.get(named), reason

    def _wanted(self, line: SealRecord) -> SealRecord:
        """The line as it is now, which nobody has decided.

        Raises:
            NotAllowedError: `seal_made`.
        """
        now = self._store.seals.get(line.request)
        if now is None or now.state != WANTED:
            raise NotAllowedError("seal_made")
        return now

    def _enable(self, line: SealRecord, by: str, reason: str) -> None:
        with self._store.transaction():
            made = self._store.seals.get(line.request)
            if made is not None and made.state == MADE:
                self._note(made, IN_USE, by, reason, made.since)

    def _step(self, request: str, state: str, by: str, reason: str, since: datetime | None) -> None:
        now = self._now()
        with self._store.transaction():
            # As the line is now: somebody else may have taken a step meanwhile, and none is taken out of an older state.
            line = self._store.seals.get(request)
            if line is None or state not in STEPS.get(line.state, ()):
                raise NotAllowedError("seal_step")
            # A loss may have happened before the last step; nothing else may. What counts from now on is never refused for a clock
            # that was ahead when the last step was taken.
            earliest = line.asked_at if state == LOST else line.since
            moment = now if since is None else since.replace(microsecond=0)
            if since is not None and not earliest <= moment <= now + _AHEAD:
                raise RequestError("seal_since")
            self._note(line, state, by, reason, moment)

    def _note(self, line: SealRecord, state: str, by: str, reason: str, since: datetime) -> None:
        now = self._now()
        with self._store.transaction():
            self._store.seals.put(replace(line, state=state, since=since, by=by, reason=reason))
            event = SealEventRecord(request=line.request, at=now, since=since, by=by, state=state, reason=reason)
            self._store.seals.note(event)
            self._store.audit.append(AuditRecord(now, by, f"seal_{state}", line.seal_id or line.request, {"reason": reason}))

    def _published(self) -> bool:
        """Sign and spread the list if it says something new; False when it was overtaken, and nothing was done."""
        newest, entries = self._statuses.newest(), self._entries()
        if entries == (newest.entries if newest is not None else ()):
            return True
        self._may_send()
        maker, now = self._keys.seal_maker(), self._now()
        number = 1 if newest is None else newest.number + 1
        data = make_list(number, now, entries, maker)
        with self._store.transaction():
            if self._statuses.newest() != newest or self._entries() != entries:
                return False
            self._lists.publish(data)
            detail = {"number": number, "entries": len(entries)}
            self._store.audit.append(AuditRecord(now, "", "seals_published", self._station.suite.digest(data), detail))
        return True

    def _entries(self) -> tuple[Entry, ...]:
        """What speaks against seals, by what was done with them; what only lists know is kept as it is, and none is ever left out again."""
        lines = {one.request: one for one in self._store.seals.all() if one.seal is not None}
        found = {one.key: one for one in self._statuses.entries()}
        steps: dict[str, list[SealEventRecord]] = {}
        for event in self._store.seals.history():
            steps.setdefault(event.request, []).append(event)
        for request, line in lines.items():
            for entry in _against(line, steps.get(request, [])):
                if entry.ever_counted or entry.key in found:
                    found[entry.key] = entry
        return tuple(sorted(found.values(), key=lambda one: (one.seal_id, one.since, one.seal)))

    def _enter_new(self) -> None:
        """Requests that have come get their lines."""
        for record in self._store.requests.waiting():
            if record.kind == SEAL and self._store.seals.get(record.digest) is None:
                line = _new_line(record, self._who_asked(record))
                with self._store.transaction():
                    if self._store.seals.get(record.digest) is None:
                        self._store.seals.put(line)

    def _who_asked(self, record: RequestRecord) -> str:
        """The name of the custodian who signed, as the judge has found it proven."""
        document, suite = read_request(record.data), self._station.suite
        wish = document.content.seal
        for der in wish.certificates if wish is not None else ():
            certificate = parse_certificate(suite, der)
            # Anybody may name a signer, and bring along whose certificate is known: only who signed has asked.
            if certificate.usage == "person" and document.is_signed_by(suite, certificate.digest, certificate.public_key):
                return certificate.name
        return ""

    def _has(self, line: SealRecord, word: str) -> bool:
        station = self._station.name_of(line.station)
        return any(word in text for text in (line.name, station, line.station, line.seal_id or "", check_code(line.request)))

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)


def _against(line: SealRecord, events: Iterable[SealEventRecord]) -> list[Entry]:
    """The entries of one seal: a state that speaks against it lasts until the next step. A loss dated back ends what was before it.

    What never counted, since the next step was dated as early, ends when it begins.
    """
    steps = [one for one in events if one.state in (IN_USE, *AGAINST)]
    found: list[Entry] = []
    for place, step in enumerate(steps):
        later = steps[place + 1 :]
        until = min((one.since for one in later), default=None)
        if step.state in AGAINST:
            until = None if until is None else max(until, step.since)
            reason = step.reason or step.state
            found.append(Entry(line.seal or "", line.seal_id or "", step.state, step.since, until, reason))
    return found


def _new_line(record: RequestRecord, asked_by: str) -> SealRecord:
    request = read_request(record.data).content
    wish, organ = request.seal, request.keys[0]
    return SealRecord(
        request=record.digest,
        station=record.station,
        division=organ.division,
        kind=wish.kind if wish else "",
        name=organ.name,
        asked_at=record.received_at,
        asked_by=asked_by,
        remark=request.reason or "",
        replaces=wish.replaces if wish else None,
        state=WANTED,
        since=record.received_at,
    )


def _gravity(state: str) -> int:
    return AGAINST.index(state) if state in AGAINST else 0


def _end(line: SealRecord) -> datetime:
    return line.valid_to or line.since
