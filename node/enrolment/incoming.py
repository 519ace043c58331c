"""Documents that come in parcels of class `certificates`: requests to be granted here, answers to what this station asked, lists to heed.

Each is dealt with after the transaction that keeps its parcel, so that one that cannot be granted takes nothing else with it.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from node.clock import Clock
from node.enrolment.adoption import Adoption
from node.enrolment.asking import is_by_parent
from node.enrolment.documents import GRANTED, Answer, Document, read_answer
from node.enrolment.notices import Notices
from node.enrolment.recertification import CONTEXT as VOUCH
from node.enrolment.recertification import Recertification
from node.enrolment.registrar import Registrar
from node.errors import EnrolmentError
from node.mail.mailroom import Mailroom
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord

log = logging.getLogger(__name__)

REFUSED_HERE = "refused_request:"
"""In `store.meta`, with a request's digest: why the parent refused it."""


class Incoming:
    """Takes documents in this station's name."""

    def __init__(
        self,
        station: Station,
        store: Store,
        mailroom: Mailroom,
        registrar: Registrar,
        recertification: Recertification,
        notices: Notices,
        adoption: Adoption,
        clock: Clock,
    ) -> None:
        self._station = station
        self._store = store
        self._mailroom = mailroom
        self._registrar = registrar
        self._recertification = recertification
        self._notices = notices
        self._adoption = adoption
        self._clock = clock
        self._on_answer: Callable[[Document[Answer]], None] = lambda document: None

    def on_answer(self, told: Callable[[Document[Answer]], None]) -> None:
        """`told` is given each answer that came, once what it brings is kept."""
        self._on_answer = told

    def request_came(self, maker: str, data: bytes) -> None:
        """A parcel of `maker` brought a request."""
        self._later(lambda: self.take_request(data, maker), "request", data)

    def answer_came(self, _maker: str, data: bytes) -> None:
        """A parcel brought an answer."""
        self._later(lambda: self.take_answer(data), "answer", data)

    def ask(self, data: bytes, at: datetime) -> None:
        """Send a request of this station's own up; a county grants its own itself."""
        parent = self._station.directory.parent_of(self._station.station)
        if parent is None:
            self.take_request(data, None)
            self._adoption.run(at)
        else:
            with self._store.transaction():
                self._notices.send_document(parent, at, request=data)

    def take_request(self, data: bytes, maker: str | None) -> bytes | None:
        """Take a request, or the county's word for whom to certify again; the answer, when there is one, which is sent to `maker` too.

        Raises:
            EnrolmentError: it is none, or nothing that may be asked of this station.
            NotAllowedError, SigningError: this station cannot certify.
        """
        if data.startswith(VOUCH):
            self._recertification.take(data, self._clock.now())
            return None
        answer = self._registrar.take(data).answer
        if answer is not None and maker is not None and not self._station.is_me(maker):
            with self._store.transaction():
                self._notices.send_document(maker, self._clock.now(), answer=answer)
        return answer

    def take_answer(self, data: bytes) -> bool:
        """Take what an answer brings into use, as far as it proves itself; whether it was granted.

        Raises:
            EnrolmentError: it is no answer.
        """
        document = read_answer(data)
        answer, digest = document.content, self._station.suite.digest
        with self._store.transaction():
            self._note_refusal(document)
            self._mailroom.learn(answer.certificates, answer.revocations, issuers_first=True)
            for der in answer.seals:
                self._store.certificates.put(digest(der), der, "seal")
        self._adoption.run(self._clock.now())
        self._on_answer(document)
        return answer.verdict == GRANTED

    def take_granted(self, data: bytes) -> None:
        """As `take_answer`, for a person who wants to know.

        Raises:
            EnrolmentError: it is no answer; `request_refused`, the parent said no; `answer_signature`, somebody else did.
        """
        if not self.take_answer(data):
            document = read_answer(data)
            if not is_by_parent(self._station, document):
                raise EnrolmentError("answer_signature")
            raise EnrolmentError("request_refused", reason=document.content.reason or "")

    def _note_refusal(self, document: Document[Answer]) -> None:
        """Why the parent said no, for whoever waits here; only the parent's word counts."""
        answer = document.content
        if answer.verdict != GRANTED and is_by_parent(self._station, document):
            self._store.meta.set(REFUSED_HERE + answer.request, answer.reason or "")

    def _later(self, act: Callable[[], object], what: str, data: bytes) -> None:
        def run() -> None:
            try:
                act()
            except Exception as error:
                # The parcel is kept: nothing that its contents cause may look as if it were not.
                code = str(getattr(error, "code", type(error).__name__))
                log.info("%s not taken: %s", what, code)
                about = self._station.suite.digest(data)
                self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, f"{what}_not_taken", about, {"why": code}))

        self._store.after_commit(run)
