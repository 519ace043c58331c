"""The next number (换号) of a station that was restored or copied: asked for with the key of the old one, taken over in one transaction.

The new keys lie beside the old ones under the new number, and the old ones stay, to open what is still addressed to it. The transaction
that keeps the new certificates is the moment of change: before it everything is as it was, after it the settings follow by themselves.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from node.clock import Clock
from node.enrolment.documents import GRANTED, Answer, Document, Request, RequestKey, check_code, read_answer, read_request, to_bytes
from node.enrolment.issuing import OWN, Issuer
from node.enrolment.judging import keys_of
from node.errors import EnrolmentError, NotAllowedError
from node.folder import StationFolder
from node.mail.mailroom import DOUBLED
from node.staff.holders import machine_secret_of
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.succession.marks import MachineMarks
from node.succession.refilled import AWAITED, FROM
from node.succession.register import Register
from node.succession.standing import COUNTED_FOR, RESTORED, SUPERSEDED, Standing
from node.version import VERSION
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.errors import SigningError
from signing.keys import create_key_file, open_key_file

COUNTED_ANEW = ("to:", "receipt")
"""Numbers that a station gives in its own name: another name begins at 1."""


@dataclass(frozen=True)
class Asked:
    """A request for the next number, and the code that people compare."""

    data: bytes
    code: str


class Renumbering:
    """Asks for and takes over the next number of this station."""

    def __init__(
        self,
        folder: StationFolder,
        station: Station,
        store: Store,
        register: Register,
        standing: Standing,
        clock: Clock,
        ask_restart: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._station = station
        self._store = store
        self._register = register
        self._standing = standing
        self._clock = clock
        self._ask_restart = ask_restart

    def begin(self) -> None:
        """Called at each start: under another number than before, count anew what this station gives and what it has seen.

        Not sooner: until it starts anew it goes on under the earlier one.
        """
        if self._store.meta.get(COUNTED_FOR) in (None, self._station.station):
            return
        with self._store.transaction():
            for prefix in COUNTED_ANEW:
                self._store.counters.start_anew(prefix)
            self._store.outbox.forget_numbers()
            self._store.meta.delete(COUNTED_FOR)

    def ask(self) -> Asked:
        """The request for the parent: made once, and the same until it is answered.

        Raises:
            NotAllowedError: `number_not_needed`, this station has one of its own; `standing_revoked`.
            KeyFileError: the keys cannot be written.
        """
        if not self.may_ask():
            raise NotAllowedError("number_not_needed" if self._standing.state() == "active" else f"standing_{self._standing.state()}")
        if not self._has_asked():
            self._make_request()
        data = self._folder.renumber_request.read_bytes()
        return Asked(data, check_code(read_request(data).digest(self._station.suite)))

    def may_ask(self) -> bool:
        """Whether it has to have another number. One whose answer was lost may hear first from its parent what it is to become."""
        state = self._standing.state()
        return state == RESTORED or (state == SUPERSEDED and self._standing.was_restored() and self._has_asked())

    def take(self, data: bytes) -> str:
        """Take the parent's answer (not trusted); the new number, which counts from the next start on.

        Raises:
            EnrolmentError: it is not the answer to this request, or not this county's; `request_refused` with the reason.
        """
        document = read_answer(data)
        answer, sign, others = self._checked(document)
        self._lay_keys_under(sign, *others)
        with self._store.transaction():
            self._become(answer, sign, others)
        self._folder.renumber_request.unlink(missing_ok=True)
        self._ask_restart()
        return sign.station

    def number_itself(self, issuer: Issuer) -> str:
        """The next number of a county, which has nobody above it: it certifies itself.

        Raises:
            NotAllowedError: `number_not_needed`; or this is no county.
        """
        if self._station.directory.parent_of(self._station.station) is not None:
            raise NotAllowedError("number_from_parent")
        self.ask()
        request = read_request(self._folder.renumber_request.read_bytes()).content
        number = f"{self._station.station[:12]}{int(self._station.station[12:]) + 1:02d}"
        wanted = [(self._profile(key, number), key.public) for key in request.keys]
        sign, *others = issuer.certify(wanted, self._clock.now(), for_itself=True)
        self._lay_keys_under(sign, *others)
        with self._store.transaction():
            self._become(None, sign, tuple(others))
        self._folder.renumber_request.unlink(missing_ok=True)
        self._ask_restart()
        return number

    def _lay_keys_under(self, *certificates: Certificate) -> None:
        """Give the next keys the new number; those that have it already got it before a power cut."""
        for one in certificates:
            with suppress(FileNotFoundError):
                os.replace(self._folder.next_key(one.usage), self._folder.numbered_key(one.usage, one.station))

    def _has_asked(self) -> bool:
        """Whether there is a request of this very number; one of an earlier number was answered, and a power cut left it behind."""
        path = self._folder.renumber_request
        return path.exists() and read_request(path.read_bytes()).content.station == self._station.station

    def _make_request(self) -> None:
        suite, secret, certificate = self._station.suite, machine_secret_of(self._folder), self._station.signer.certificate
        keys = []
        for usage in sorted(keys_of(certificate.tier), key=lambda one: one != "station_sign"):
            path = self._folder.next_key(usage)
            if not path.exists():
                create_key_file(path, suite, suite.generate(), None, secret)
            public = open_key_file(path, suite, None, secret).public
            keys.append(RequestKey(usage=usage, public=public, name=certificate.name, division=certificate.division))
        request = Request(
            kind="renumber",
            station=self._station.station,
            keys=tuple(keys),
            reason=self._standing.why(),
            program=VERSION,
            made_at=self._clock.now().replace(microsecond=0),
        )
        fresh = open_key_file(self._folder.next_key("station_sign"), suite, None, secret)
        signers = [(None, lambda data: suite.sign(fresh, data)), (certificate.digest, self._station.signer.sign)]
        draft = self._folder.renumber_request.with_suffix(".tmp")
        with draft.open("wb") as file:
            file.write(to_bytes(request, signers))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._folder.renumber_request)

    def _checked(self, document: Document[Answer]) -> tuple[Answer, Certificate, tuple[Certificate, ...]]:
        """The answer, the new station certificate and the others of this station, all proven."""
        answer, suite, trust = document.content, self._station.suite, self._station.trust
        if not self._folder.renumber_request.exists():
            raise EnrolmentError("answer_other_request")
        asked = read_request(self._folder.renumber_request.read_bytes())
        if answer.request != asked.digest(suite):
            raise EnrolmentError("answer_other_request")
        try:
            certificates = [trust.add(der) for der in answer.certificates]
        except SigningError as error:
            raise EnrolmentError("document_damaged") from error
        self._check_signature(document)
        if answer.verdict != GRANTED:
            # The next try is another request: this one would get the same answer for ever.
            self._folder.renumber_request.unlink(missing_ok=True)
            raise EnrolmentError("request_refused", reason=answer.reason or "")
        wanted = {key.public: key.usage for key in asked.content.keys}
        mine = tuple(one for one in certificates if wanted.get(one.public_key) == one.usage and one.station == answer.station)
        sign = next((one for one in mine if one.usage == "station_sign" and one.replaces == self._station.station), None)
        if sign is None or {one.usage for one in mine} != set(wanted.values()):
            raise EnrolmentError("document_damaged")
        try:
            for one in mine:
                trust.path(one)
        except SigningError as error:
            raise EnrolmentError("document_damaged") from error
        return answer, sign, tuple(one for one in mine if one is not sign)

    def _check_signature(self, document: Document[Answer]) -> None:
        parent = self._station.directory.parent_of(self._station.station)
        for signature in document.signatures:
            with suppress(SigningError):
                self._station.check_station(signature.signer or "", parent or "", document.signed, signature.value)
                return
        raise EnrolmentError("answer_signature")

    def _become(self, answer: Answer | None, sign: Certificate, others: tuple[Certificate, ...]) -> None:
        """Be the new number from here on, in the caller's transaction."""
        store, suite = self._store, self._station.suite
        brought = [parse_certificate(suite, der) for der in answer.certificates] if answer else [sign, *others]
        for certificate in brought:
            self._station.trust.add(certificate.der)
            store.certificates.put(certificate.digest, certificate.der, "certificate")
        for listed in answer.revocations if answer else ():
            with suppress(SigningError):
                self._station.trust.add_revocations(listed)
                store.certificates.put(suite.digest(listed), listed, "revocations")
        for seal in answer.seals if answer else ():
            store.certificates.put(suite.digest(seal), seal, "seal")
        for one in (sign, *others):
            store.meta.set(OWN + one.usage, one.digest)
        store.meta.set(COUNTED_FOR, self._station.station)
        for prefix in (FROM, AWAITED, DOUBLED):
            store.meta.delete_all(prefix)
        self._standing.mark_active()
        MachineMarks(store, self._folder.machine_secret).remember()
        self._register.learn_all(brought)
        store.audit.append(AuditRecord(self._clock.now(), self._station.station, "renumbered", sign.station, {"certificate": sign.digest}))

    @staticmethod
    def _profile(key: RequestKey, number: str) -> CertificateProfile:
        return CertificateProfile(
            usage=key.usage,
            station=number,
            division=key.division,
            tier="county",
            name=key.name,
            replaces=f"{number[:12]}{int(number[12:]) - 1:02d}" if key.usage == "station_sign" else "",
        )
