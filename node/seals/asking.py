"""Asking for a unit seal (申请印章) and keeping it: the side of the station where the seal is used.

The keys are made here, or on a token of this machine, and never leave it. A request goes up to the county; certificate and seal come
down, by whatever road, and are taken into use when they are of a key that lies here. Who keeps a seal lets others in, with both PINs.
"""

import base64
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from node.clock import Clock
from node.enrolment.documents import (
    DOCUMENT_USAGE,
    GRANTED,
    Answer,
    Document,
    Request,
    RequestKey,
    SealWish,
    Sign,
    read_answer,
    read_request,
    to_bytes,
)
from node.enrolment.fields import LONGEST_REASON
from node.enrolment.registrar import SEAL
from node.errors import EnrolmentError, NotAllowedError, NotFoundError, RequestError
from node.folder import StationFolder
from node.seals.cabinet import HELD, Cabinet
from node.seals.keeping import KINDS_OF, may_keep
from node.staff.holders import machine_secret_of
from node.staff.keyring import OpenKey
from node.staff.passwords import check_pin
from node.staff.tokens import FILE, holder_of
from node.station import FOREVER, Station
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.seals import HeldSealRecord
from node.version import VERSION
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, key_id_of, parse_certificate
from signing.custody import DOCUMENT_SUITE, Custodian, OnToken, SealKeys, add_custodian, create_seal_key, custodians, remove_custodian
from signing.errors import KeyFileError, SigningError
from signing.seal import KINDS, Seal, is_made_by_its_maker, kind_of, may_make, parse_seal

ASKED, REFUSED = "asked", "refused"
ASK_AGAIN = timedelta(days=7)
LONGEST_NAME = 40
Send = Callable[[bytes, datetime], None]


class SealAsking:
    """Asks for unit seals, takes them, and looks after their custodians.

    `send` brings a request to the county; `may_send` raises when this station may send nothing now.
    """

    def __init__(
        self,
        folder: StationFolder,
        station: Station,
        store: Store,
        cabinet: Cabinet,
        send: Send,
        clock: Clock,
        may_send: Callable[[], None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._station = station
        self._store = store
        self._cabinet = cabinet
        self._send = send
        self._clock = clock
        self._may_send = may_send

    def ask(
        self,
        key: OpenKey,
        kind: str,
        name: str,
        replaces: str | None = None,
        remark: str = "",
        pin: str | None = None,
        token: tuple[str, str] | None = None,
    ) -> bytes:
        """Make the keys of a new seal, with the asking person as its first custodian, and ask the county for it; the request.

        The seal is of the village that the person's certificate is of. `replaces` is the id of the seal in whose place it is to come.
        `token` is the name of a key on a token, and the token's PIN: the organ's key is made or found there.

        Raises:
            NotAllowedError: `standing_…`; `seal_role`, the person may not keep it; `seal_asked`, one was this week; `seal_pin_needed`.
            RequestError: `seal_name_bad`, `seal_kind_bad`, `seal_replaces`; `pin_short`, `pin_long`, `pin_plain`.
            KeyFileError: the key file cannot be written.
            PinError, PinLockedError, TokenError: the token did not open.
        """
        self._may_send()
        holder, name = key.signer.certificate, name.strip()
        self._check(holder, kind, name, replaces)
        custodian = self._new_custodian(key, pin)
        keys, sign = self._new_keys(token)
        key_name, now = f"seal-{secrets.token_hex(6)}", self._clock.now().replace(microsecond=0)
        create_seal_key(self._cabinet.path(key_name), self._station.suite, keys, custodian, machine_secret_of(self._folder))
        wish = SealWish(kind=kind, name=name, replaces=replaces, certificates=self._proofs(holder))
        data = self._request(key, keys, sign, wish, remark, now)
        row = HeldSealRecord(
            key_name=key_name,
            request=read_request(data).digest(self._station.suite),
            division=holder.division,
            kind=kind,
            name=name,
            holder=holder_of(token[0]) if token else FILE,
            key_id=key_id_of(self._station.suite, keys.organ.public),
            asked_at=now,
            asked_by=key.person_name,
            sent_at=now,
            replaces=replaces,
            state=ASKED,
            data=data,
        )
        try:
            with self._store.transaction():
                # Once more, where nobody comes in between: a second page may have asked meanwhile.
                self._check(holder, kind, name, replaces)
                self._store.held_seals.put(row)
                self._audit(key.person_name, "seal_asked", row.request, {"kind": kind, "name": name})
                self._send(data, now)
        except BaseException:
            # What is refused leaves nothing behind.
            if self._store.held_seals.get(key_name) is None:
                self._cabinet.path(key_name).unlink(missing_ok=True)
            raise
        return data

    def pending(self) -> tuple[HeldSealRecord, ...]:
        """What was asked for and has not come, and what was refused, newest first."""
        return tuple(row for row in reversed(self._store.held_seals.all()) if row.state != HELD)

    def request_of(self, key_name: str) -> bytes:
        """The request for a seal that has not come.

        Raises:
            NotFoundError: `request`, there is none.
        """
        row = self._store.held_seals.get(key_name)
        if row is None or row.state != ASKED:
            raise NotFoundError("request", key_name)
        return row.data

    def run(self, now: datetime) -> None:
        """A chore: take what has come, and ask again every week for what has not.

        Raises:
            NotAllowedError: this station may send nothing now.
        """
        self.adopt(now)
        self._may_send()
        for row in self._store.held_seals.all(ASKED):
            if not timedelta() <= now - row.sent_at < ASK_AGAIN:
                self._store.held_seals.sent(row.key_name, now)
                self._send(row.data, now)

    def take(self, data: bytes) -> bool:
        """Take the county's answer (not trusted) to a request of this station; whether it was granted.

        Raises:
            EnrolmentError: `answer_other`, to none of this station's; `answer_signature`, not the county's; or it is no answer.
        """
        document = read_answer(data)
        if not any(row.request == document.content.request for row in self._store.held_seals.all()):
            raise EnrolmentError("answer_other")
        if not self._is_by_county(document):
            raise EnrolmentError("answer_signature")
        self._take(document)
        return document.content.verdict == GRANTED

    def answer_came(self, document: Document[Answer]) -> None:
        """The road brought an answer: heeded when it is the county's, to a request for a seal."""
        if any(row.request == document.content.request for row in self._store.held_seals.all()) and self._is_by_county(document):
            self._take(document)

    def adopt(self, now: datetime) -> None:
        """Take into use the seals whose certificates have come, for keys that lie here."""
        asked = self._store.held_seals.all(ASKED)
        if not asked:
            return
        organs = [one for one in self._certificates() if one.usage == "organ"]
        for row in asked:
            certificate = next((one for one in organs if one.key_id == row.key_id), None)
            seal = None if certificate is None else self._seal_for(certificate, row)
            if certificate is None or seal is None:
                continue
            with self._store.transaction():
                # The row as it is now: its certificates for documents may just have come.
                waiting = self._store.held_seals.get(row.key_name)
                if waiting is None or waiting.state != ASKED:
                    continue
                held = replace(waiting, state=HELD, reason="", seal_id=seal.seal_id, seal=seal.digest, certificate=certificate.digest)
                self._store.held_seals.put(held)
                self._audit("", "seal_taken", seal.seal_id, {"seal": seal.digest, "kind": row.kind})

    def keepers(self, key_name: str) -> tuple[tuple[str, str], ...]:
        """The key ids of those who can open a seal's file, each with the login name; empty for a key that nobody here has any more."""
        names = self._names()
        return tuple((one, names.get(one, "")) for one in custodians(self._cabinet.path(key_name), self._station.suite))

    def add_custodian(self, key_name: str, known: OpenKey, new: OpenKey, known_pin: str | None = None, new_pin: str | None = None) -> None:
        """Let one more person keep a seal: both keys are open.

        Raises:
            NotFoundError: `seal`, it is not here.
            NotAllowedError: `not_custodian`; `seal_role`, the new one may keep no such seal, or not of that village; `seal_pin_needed`.
            RequestError: `pin_short`, `pin_long`, `pin_plain`, the new one's PIN for the seal.
            PinError, PinLockedError, KeyFileError: the file does not open, or cannot be written.
        """
        row, holder = self._row(key_name), new.signer.certificate
        if holder.division != row.division or not may_keep(holder.tier, row.kind, holder.roles):
            raise NotAllowedError("seal_role")
        opener, further = self._cabinet.custodian(known, known_pin), self._new_custodian(new, new_pin)
        self._cabinet.keys_of(key_name, opener)
        add_custodian(self._cabinet.path(key_name), self._station.suite, opener, further, machine_secret_of(self._folder))
        self._audit(known.person_name, "seal_custodian_added", row.seal_id or row.request, {"person": new.person_name})

    def remove_custodian(self, key_name: str, key_id: str, by: OpenKey) -> None:
        """Shut somebody out from a seal; one of its custodians says so, and one stays.

        Raises:
            NotFoundError: `seal`, it is not here.
            NotAllowedError: `not_custodian`, who says so is none.
            KeyFileError: `last_slot`, nobody who works here could open it any more; `no_slot`, or it cannot be written.
        """
        row, keepers = self._row(key_name), custodians(self._cabinet.path(key_name), self._station.suite)
        if by.signer.certificate.key_id not in keepers:
            raise NotAllowedError("not_custodian")
        if key_id in keepers and not self._cabinet.logins().keys() & (set(keepers) - {key_id}):
            raise KeyFileError("last_slot", key_name)
        remove_custodian(self._cabinet.path(key_name), self._station.suite, key_id)
        detail = {"person": self._names().get(key_id, ""), "key": key_id}
        self._audit(by.person_name, "seal_custodian_removed", row.seal_id or row.request, detail)

    def _row(self, key_name: str) -> HeldSealRecord:
        row = self._store.held_seals.get(key_name)
        if row is None or row.state == REFUSED:
            raise NotFoundError("seal", key_name)
        return row

    def _check(self, holder: Certificate, kind: str, name: str, replaces: str | None) -> None:
        if kind not in KINDS_OF[self._station.tier]:
            raise RequestError("seal_kind_bad")
        if not may_keep(self._station.tier, kind, holder.roles):
            raise NotAllowedError("seal_role")
        if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise RequestError("seal_name_bad", most=LONGEST_NAME)
        same = [row for row in self._store.held_seals.all() if (row.kind, row.division) == (kind, holder.division)]
        # A request that the county cannot take, such as of somebody whose certificate was taken back, is never answered.
        if any(row.state == ASKED and timedelta() <= self._clock.now() - row.asked_at < ASK_AGAIN for row in same):
            raise NotAllowedError("seal_asked")
        if replaces is not None and not any(row.seal_id == replaces for row in same):
            raise RequestError("seal_replaces")

    def _new_custodian(self, key: OpenKey, pin: str | None) -> Custodian:
        """Who is given a slot; a PIN of its own has to be good enough."""
        if key.custodian is None and pin:
            check_pin(pin)
        return self._cabinet.custodian(key, pin)

    def _new_keys(self, token: tuple[str, str] | None) -> tuple[SealKeys, Sign]:
        """The keys, and what signs with the organ's."""
        suite = self._station.suite
        document = None if suite.name == DOCUMENT_SUITE else suite_of(DOCUMENT_SUITE).generate()
        if token is None:
            private = suite.generate()
            return SealKeys(private, document), lambda message: suite.sign(private, message)
        kind, place = self._cabinet.tokens.find(token[0])
        made = kind.make(place, token[1])
        return SealKeys(OnToken(token[0], made.public, token[1]), document), made.sign

    def _request(self, key: OpenKey, keys: SealKeys, sign: Sign, wish: SealWish, remark: str, now: datetime) -> bytes:
        own, holder = self._station.signer, key.signer.certificate
        wanted = [RequestKey(usage="organ", public=keys.organ.public, name=wish.name, division=holder.division)]
        signers = [(None, sign), (own.certificate.digest, own.sign)]
        if (document := keys.document) is not None:
            wanted.append(RequestKey(usage=DOCUMENT_USAGE, public=document.public, name=wish.name, division=holder.division))
            signers.append((None, lambda message: suite_of(DOCUMENT_SUITE).sign(document, message)))
        signers.append((holder.digest, key.signer.sign))
        reason = " ".join(remark.split())[:LONGEST_REASON] or None
        content = Request(
            kind=SEAL, station=self._station.station, keys=tuple(wanted), reason=reason, program=VERSION, made_at=now, seal=wish
        )
        return to_bytes(content, signers)

    def _proofs(self, holder: Certificate) -> tuple[bytes, ...]:
        return tuple(one.der for one in self._station.trust.path(holder) if one.usage != "root")

    def _is_by_county(self, document: Document[Answer]) -> bool:
        county = self._station.path_of(self._station.station)[-1]
        for signature in document.signatures:
            with suppress(SigningError):
                self._station.check_station(signature.signer or "", county, document.signed, signature.value)
                return True
        return False

    def _take(self, document: Document[Answer]) -> None:
        answer = document.content
        with self._store.transaction():
            row = next(row for row in self._store.held_seals.all() if row.request == answer.request)
            if answer.verdict != GRANTED:
                if row.state == ASKED:
                    self._store.held_seals.put(replace(row, state=REFUSED, reason=answer.reason or ""))
                    self._audit("", "seal_refused", row.request, {"reason": answer.reason or ""})
                return
            for der in answer.certificates:
                certificate = self._station.trust.add(der)
                self._store.certificates.put(certificate.digest, der, "certificate")
            for der in answer.seals:
                self._store.certificates.put(self._station.suite.digest(der), der, "seal")
            if answer.documents and not row.documents and self._are_documents(row, answer.documents):
                self._store.held_seals.put(replace(row, documents=tuple(base64.b64encode(one).decode() for one in answer.documents)))
        self.adopt(self._clock.now())

    def _are_documents(self, row: HeldSealRecord, given: tuple[bytes, ...]) -> bool:
        """Whether the first of these certificates is of the key that this request named."""
        key = read_request(row.data).content.key(DOCUMENT_USAGE)
        with suppress(SigningError):
            certificates = [parse_certificate(suite_of(DOCUMENT_SUITE), der) for der in given]
            return key is not None and certificates[0].public_key == key.public
        return False

    def _seal_for(self, certificate: Certificate, row: HeldSealRecord) -> Seal | None:
        trust, suite = self._station.trust, self._station.suite
        try:
            trust.path(certificate)
        except SigningError:
            return None
        if not self._station.is_me(certificate.station) or trust.revoked_before(certificate, FOREVER):
            return None
        for found in self._store.certificates.all("seal"):
            with suppress(SigningError):
                seal = parse_seal(suite, found.der)
                if seal.lists(suite, certificate) and seal.kind == KINDS["organ"] and kind_of(seal.seal_id) == row.kind:
                    trust.path(seal.maker)
                    if may_make(seal.maker, seal.kind) and is_made_by_its_maker(suite, found.der):
                        return seal
        return None

    def _certificates(self) -> list[Certificate]:
        return [self._station.trust.get(row.digest) for row in self._store.certificates.all("certificate")]

    def _names(self) -> dict[str, str]:
        """Login names by the id of the person's key."""
        found: dict[str, str] = {}
        for person in self._store.people.all():
            with suppress(SigningError):
                found[self._station.trust.get(person.certificate or "").key_id] = person.name
        return found

    def _audit(self, who: str, what: str, about: str, detail: dict[str, str]) -> None:
        self._store.audit.append(AuditRecord(self._clock.now(), who, what, about, detail))
