"""The registrar (登记): takes requests, lets a person decide, and writes the answers. A request is answered once, the same ever after."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from node.clock import Clock
from node.enrolment.documents import (
    GRANTED,
    REFUSED,
    Answer,
    Document,
    Request,
    check_code,
    read_request,
    to_bytes,
)
from node.enrolment.fields import LONGEST_REASON
from node.enrolment.issuing import Issuer
from node.enrolment.judging import Bench, Certifying, Issued, Joining, Judge, Renumbering
from node.errors import EnrolmentError, NotFoundError, RequestError
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.enrolment import RequestRecord
from node.succession.register import Register
from signing.certificates import Certificate
from signing.errors import SigningError

MOST_WAITING, MOST_WAITING_OF_STATION = 2000, 5
SEAL = "seal"
"""The kind of request that asks for a unit seal; where it is decided, see `node.seals.making`."""
NOBODY = ""
"""Who decided what is granted without asking."""

OnIssued = Callable[[Sequence[Certificate], Sequence[bytes]], None]
OnDecided = Callable[[RequestRecord, bytes], None]
_CARRIED = ("root", "authority", "seal_maker", "station_sign", "station_encrypt")


@dataclass(frozen=True)
class Taken:
    """What became of a request: its digest, the code to compare, and the answer once there is one."""

    digest: str
    code: str
    answer: bytes | None = None


@dataclass(frozen=True)
class Waiting:
    """A request that a person has to decide. `rivals` is how many others want the same: then somebody is not who they say.

    `roles` and `divisions` are what is asked for the people in it.
    """

    digest: str
    code: str
    kind: str
    station: str
    name: str
    people: tuple[str, ...]
    received_at: datetime
    rivals: int = 0
    roles: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()


def tell_nobody(_certificates: Sequence[Certificate], _seals: Sequence[bytes]) -> None:
    """For a registrar whose certificates are carried by hand."""


def bring_nothing(_request: RequestRecord, _answer: bytes) -> None:
    """For a registrar whose answers are fetched."""


class Registrar:
    """Decides on requests in this station's name.

    `on_issued` is told of new certificates and seals, `on_decided` of the answer that a person has given, both in the transaction that
    keeps them.
    """

    def __init__(
        self,
        station: Station,
        store: Store,
        register: Register,
        issuer: Issuer,
        clock: Clock,
        on_issued: OnIssued = tell_nobody,
        more_judges: Mapping[str, Judge] | None = None,
        on_decided: OnDecided = bring_nothing,
    ) -> None:
        self._station = station
        self._store = store
        self._register = register
        self._issuer = issuer
        self._clock = clock
        self._on_issued = on_issued
        self._on_decided = on_decided
        bench = Bench(station, store, issuer)
        self._judges: Mapping[str, Judge] = {
            "join": Joining(bench),
            "renumber": Renumbering(bench),
            "person": Certifying(bench),
            **(more_judges or {}),
        }

    def take(self, data: bytes) -> Taken:
        """Take a request (not trusted) in, once; a known one gets its answer.

        Raises:
            EnrolmentError: it is none, or nothing that may be asked of this station.
            NotAllowedError, SigningError: it would be granted, and this station cannot certify.
        """
        document = read_request(data)
        digest = document.digest(self._station.suite)
        known = self._store.requests.get(digest)
        if known is not None:
            return Taken(digest, check_code(digest), known.answer)
        self._issuer.check()
        judge, request, now = self._judge(document), document.content, self._clock.now().replace(microsecond=0)
        judge.check(document, now)
        record = RequestRecord(digest, request.kind, request.station, request.keys[0].name, data, now)
        with self._store.transaction():
            if not judge.unasked and self._is_crowded(request.station):
                raise EnrolmentError("requests_crowded")
            if self._store.requests.add(record):
                self._audit(NOBODY, "requested", record)
        if judge.unasked:
            return Taken(digest, check_code(digest), self._grant(record, NOBODY))
        return Taken(digest, check_code(digest))

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits for a person, oldest first; seals wait at the register of seals."""
        found = [_waiting(record) for record in self._store.requests.waiting() if record.kind != SEAL]
        wanted = [_wanted(one) for one in found]
        return tuple(replace(one, rivals=wanted.count(_wanted(one)) - 1) for one in found)

    def decided(self, limit: int = 50) -> list[RequestRecord]:
        """What was decided last, newest first."""
        return self._store.requests.decided(limit)

    def find(self, named: str) -> str:
        """The digest of the request that a person means by its digest or its check code.

        Raises:
            NotFoundError: none of the waiting ones.
            EnrolmentError: several have this code.
        """
        if self._store.requests.get(named) is not None:
            return named
        digits = named.replace("-", "")
        found = [record.digest for record in self._store.requests.waiting() if check_code(record.digest).replace("-", "") == digits]
        if not found:
            raise NotFoundError("request", named)
        if len(found) > 1:
            raise EnrolmentError("request_code_twice")
        return found[0]

    def confirm(self, digest: str, person: str, *, for_seal: bool = False) -> bytes:
        """Grant a request; the answer. Granting again gives the same answer.

        `for_seal` is for the register of seals alone, where the key officer's PIN was asked for.

        Raises:
            NotFoundError: there is none of this digest.
            EnrolmentError: it was refused, or may not be granted any more; `request_at_register`, it asks for a seal.
            NotAllowedError, SigningError: this station cannot certify.
        """
        record = self.record(digest)
        if record.state == GRANTED and record.answer is not None:
            return record.answer
        if record.state != "waiting":
            raise EnrolmentError("request_decided")
        _check_place(record, for_seal)
        return self._grant(record, person)

    def refuse(self, digest: str, person: str, reason: str, *, for_seal: bool = False) -> bytes:
        """Refuse a request, with a reason that the asking station is told; the answer. `for_seal` as in `confirm`.

        Raises:
            NotFoundError: there is none of this digest.
            EnrolmentError: it was decided before; `request_at_register`, it asks for a seal.
            RequestError: no reason is given, or a longer one than fits.
        """
        record, reason = self.record(digest), " ".join(reason.split())
        if not reason:
            raise RequestError("reason_needed")
        if len(reason) > LONGEST_REASON or not reason.isprintable():
            raise EnrolmentError("reason_long", most=LONGEST_REASON)
        _check_place(record, for_seal)
        now = self._clock.now().replace(microsecond=0)
        content = Answer(request=digest, verdict=REFUSED, reason=reason, station=record.station, made_at=now)
        answer = self._signed(content)
        with self._store.transaction():
            if not self._store.requests.decide(digest, REFUSED, now, person, answer, reason):
                raise EnrolmentError("request_decided")
            self._on_decided(record, answer)
            self._audit(person, "request_refused", record)
        return answer

    def _grant(self, record: RequestRecord, person: str) -> bytes:
        document = read_request(record.data)
        judge, now = self._judge(document), self._clock.now().replace(microsecond=0)
        # An invitation that was good when the request came is good however long the person took.
        judge.check(document, record.received_at)
        issued = judge.issue(document, now)
        answer = self._signed(self._granted(record, issued, now))
        try:
            self._write(judge, document, record, issued, answer, person, now)
        except BaseException:
            # What was learnt for a moment was taken back with the transaction.
            self._register.look_again()
            raise
        return answer

    def _write(
        self, judge: Judge, document: Document[Request], record: RequestRecord, issued: Issued, answer: bytes, person: str, now: datetime
    ) -> None:
        with self._store.transaction():
            judge.settle(document, record.digest, issued)
            if not self._store.requests.decide(record.digest, GRANTED, now, person, answer):
                raise EnrolmentError("request_decided")
            self._keep(issued)
            if person != NOBODY:
                self._on_decided(record, answer)
            self._audit(person, "request_granted", record, issued)

    def _keep(self, issued: Issued) -> None:
        for certificate in issued.certificates:
            self._store.certificates.put(certificate.digest, certificate.der, "certificate")
            self._station.trust.add(certificate.der)
        for seal in issued.seals:
            self._store.certificates.put(self._station.suite.digest(seal), seal, "seal")
        self._register.learn(issued.certificates)
        self._on_issued(issued.certificates, issued.seals)

    def _granted(self, record: RequestRecord, issued: Issued, now: datetime) -> Answer:
        lists = tuple(one.der for one in self._station.trust.lists())
        certificates = tuple(dict.fromkeys(one.der for one in (*self._carried(record.station, issued), *issued.certificates)))
        return Answer(
            request=record.digest,
            verdict=GRANTED,
            reason=None,
            station=issued.station,
            certificates=certificates,
            seals=issued.seals,
            revocations=lists,
            documents=issued.documents,
            made_at=now,
        )

    def _carried(self, asking: str, issued: Issued) -> list[Certificate]:
        """What the station must know of those above it and, where it takes a place, of those below: never of anybody beside."""
        directory = self._station.directory
        known = set(directory.path_of(self._station.station))
        taken = {one.replaces for one in issued.certificates if one.replaces} | {asking}
        for entry in directory.entries():
            if taken.intersection((entry.station, *directory.path_of(entry.station))):
                known.add(entry.station)
        carried: dict[str, Certificate] = {}
        for row in self._store.certificates.all("certificate"):
            one = self._station.trust.get(row.digest)
            if one.usage in _CARRIED and (one.station in known or one.usage == "root"):
                # With those above it, which may have been replaced since. What proves nothing would spoil the whole answer.
                with suppress(SigningError):
                    carried |= {each.digest: each for each in self._station.trust.path(one)}
        return sorted(carried.values(), key=lambda one: (_CARRIED.index(one.usage), one.not_before, one.digest))

    def _judge(self, document: Document[Request]) -> Judge:
        judge = self._judges.get(document.content.kind)
        if judge is None:
            raise EnrolmentError("request_kind")
        return judge

    def _is_crowded(self, station: str) -> bool:
        requests = self._store.requests
        return requests.waiting_count(station) >= MOST_WAITING_OF_STATION or requests.waiting_count() >= MOST_WAITING

    def record(self, digest: str) -> RequestRecord:
        """A request and what became of it.

        Raises:
            NotFoundError: there is none of this digest.
        """
        record = self._store.requests.get(digest)
        if record is None:
            raise NotFoundError("request", digest)
        return record

    def _signed(self, answer: Answer) -> bytes:
        signer = self._station.signer
        return to_bytes(answer, [(signer.certificate.digest, signer.sign)])

    def _audit(self, person: str, what: str, record: RequestRecord, issued: Issued | None = None) -> None:
        detail = {"request": record.digest, "kind": record.kind}
        if issued is not None:
            detail["certificates"] = " ".join(one.digest for one in issued.certificates)
        self._store.audit.append(AuditRecord(self._clock.now(), person, what, record.station, detail))


def _check_place(record: RequestRecord, for_seal: bool) -> None:
    if (record.kind == SEAL) != for_seal:
        raise EnrolmentError("request_at_register")


def _wanted(one: Waiting) -> tuple[object, ...]:
    """What only one request can have: the place of a station, or a person's certificate for these villages."""
    return (one.kind, one.station, one.people, one.divisions) if one.kind == "person" else (one.kind, one.station)


def _waiting(record: RequestRecord) -> Waiting:
    keys = () if record.kind == "join" else read_request(record.data).content.keys
    personal = [key for key in keys if key.usage == "person"]
    return Waiting(
        record.digest,
        check_code(record.digest),
        record.kind,
        record.station,
        record.name,
        tuple(dict.fromkeys(key.name for key in personal)),
        record.received_at,
        roles=tuple(dict.fromkeys(role for key in personal for role in key.roles)),
        divisions=tuple(dict.fromkeys(key.division for key in personal if key.division[9:] != "000")),
    )
