"""Personal keys (个人密钥), made where the person works: the key stays here, a request goes up, certificate and seal come down."""

from pathlib import Path

from node.clock import Clock
from node.enrolment.asking import NewKey, ask_for_person
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.folder import StationFolder
from node.seals.following import let_follow
from node.staff.holders import HeldKey, Holders
from node.staff.passwords import check_pin
from node.staff.tokens import FILE, holder_of
from node.station import Station
from node.store import Store
from node.store.files import write_file
from node.store.records import AuditRecord, PersonRecord
from signing.algorithms import PrivateKey
from signing.certificates import key_id_of
from signing.errors import SigningError

PENDING = "pending_key:"
"""In `store.meta`, with a login name: the key that has no certificate yet, by its name, and its key id."""


class PersonalKeys:
    """Makes keys of people, and changes their PINs."""

    def __init__(self, folder: StationFolder, station: Station, store: Store, clock: Clock, holders: Holders) -> None:
        self._folder = folder
        self._station = station
        self._store = store
        self._clock = clock
        self._holders = holders

    def new(self, name: str, pin: str, holder: str | None = None, old_pin: str | None = None) -> bytes:
        """Make a key for somebody who has none that may be used; the request for its certificates. The old key stays until they come.

        Without `holder` the key is in a file under this new PIN. With the name of a place on a token (`skf:<application>/<container>`) it
        is made there, or the one that is there already is taken, and the PIN is the token's own.

        With the PIN of the old key the new one opens the unit seals that the old one opens, as soon as it has its certificates; both keys
        have to be in files. Without it, another custodian has to let the person in again.

        Raises:
            NotFoundError: `person`, nobody is called that.
            NotAllowedError: `key_there`, the person has a good one; `no_person`, the account is shut or only practises; `key_taken`,
                the key on the token is somebody else's.
            RequestError: the PIN is poor; `old_pin_file`, one of the two keys is on a token, or there is no old one.
            PinError, PinLockedError: the token, or the old key, did not open.
            KeyFileError, TokenError: as `Holders.open`; the file of a seal cannot be written.
        """
        record = self._person(name)
        if self._has_good_key(record):
            raise NotAllowedError("key_there")
        if holder is None:
            check_pin(pin)
        old = self._old_key(record, holder, old_pin) if old_pin else None
        key_name, key = self._holders.make(pin, holder)
        try:
            self._check_nobodys(key, name)
            divisions = (self._station.station[:12], *self._store.person_certificates.of(name))
            roles = tuple(sorted(record.roles))
            asked = NewKey(name, record.display_name, roles, tuple(dict.fromkeys(divisions)), key.public, key.sign)
            request = ask_for_person(self._station, asked, self._clock)
            new = key.private
            seals = () if old is None or new is None else let_follow(self._folder, self._station, self._store, record, old, new)
        finally:
            key.close()
        pending = f"{key_name} {key_id_of(self._station.suite, key.public)}"
        write_file(self._request_file(pending), request)
        with self._store.transaction():
            self._store.meta.set(PENDING + name, pending)
            self._store.audit.append(AuditRecord(self._clock.now(), name, "key_made", name, {"key": key_name}))
            for row in seals:
                followed = {"person": name, "key": key_name}
                self._store.audit.append(AuditRecord(self._clock.now(), name, "seal_followed", row.seal_id or row.request, followed))
        return request

    def request_of(self, name: str) -> bytes:
        """The request for the key that was made last and has no certificate yet.

        Raises:
            NotFoundError: `request`, there is none.
        """
        try:
            return self._request_file(self._store.meta.get(PENDING + name) or "").read_bytes()
        except (OSError, ValueError) as error:
            raise NotFoundError("request", name) from error

    def change_pin(self, name: str, pin: str, new_pin: str) -> None:
        """Give a person's key another PIN. An open window stays open: the key in it is the same.

        Raises:
            NotAllowedError: `no_key`.
            RequestError: the new PIN is poor.
            PinError, PinLockedError, KeyFileError, TokenError: the key does not open.
        """
        record = self._person(name)
        if record.key_name is None:
            raise NotAllowedError("no_key")
        check_pin(new_pin)
        self._holders.change_pin(record.key_name, pin, new_pin)
        self._store.audit.append(AuditRecord(self._clock.now(), name, "pin_changed", name, {"key": record.key_name}))

    def _old_key(self, record: PersonRecord, holder: str | None, old_pin: str) -> PrivateKey | None:
        if holder is not None or record.key_name is None or holder_of(record.key_name) != FILE:
            raise RequestError("old_pin_file")
        return self._holders.open(record.key_name, old_pin).private

    def _person(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        if record.disabled or record.practice:
            raise NotAllowedError("no_person")
        return record

    def _has_good_key(self, record: PersonRecord) -> bool:
        """Whether the person can seal with what is here; a key that is locked, and that nobody can unlock, is none."""
        if record.key_name is None or record.certificate is None or self._holders.attempts_left(record.key_name) == 0:
            return False
        try:
            certificate = self._station.trust.get(record.certificate)
            return self._station.trust.revoked_before(certificate, self._clock.now()) is None and certificate.not_after > self._clock.now()
        except SigningError:
            return False

    def _check_nobodys(self, key: HeldKey, name: str) -> None:
        """One key is one person's: a token that goes from hand to hand must be given a key of its own."""
        key_id = key_id_of(self._station.suite, key.public)
        for other in self._store.people.all():
            if other.name == name:
                continue
            pending = (self._store.meta.get(PENDING + other.name) or "").partition(" ")[2]
            if key_id in (pending, self._key_id(other)):
                raise NotAllowedError("key_taken")

    def _key_id(self, record: PersonRecord) -> str:
        try:
            return self._station.trust.get(record.certificate or "").key_id
        except SigningError:
            return ""

    def _request_file(self, pending: str) -> Path:
        """Where the request lies: beside the key's file, or under the key id of a key on a token."""
        key_name, _, key_id = pending.partition(" ")
        name = key_name if holder_of(key_name) == FILE else f"token-{key_id}"
        return self._folder.personal_key(name).with_suffix(".request")
