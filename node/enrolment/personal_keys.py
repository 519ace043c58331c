"""Personal keys (个人密钥), made where the person works: the key stays here, a request goes up, certificate and seal come down."""

import secrets
from pathlib import Path

from node.clock import Clock
from node.enrolment.asking import NewKey, ask_for_person
from node.errors import NotAllowedError, NotFoundError
from node.folder import StationFolder
from node.staff.keyring import PinCounter, machine_secret_of
from node.staff.passwords import check_pin
from node.station import Station
from node.store import Store
from node.store.files import write_file
from node.store.records import AuditRecord, PersonRecord
from signing.certificates import key_id_of
from signing.errors import SigningError
from signing.keys import change_pin, create_key_file

PENDING = "pending_key:"
"""In `store.meta`, with a login name: the key file that has no certificate yet, and its key id."""


class PersonalKeys:
    """Makes keys of people, and changes their PINs."""

    def __init__(self, folder: StationFolder, station: Station, store: Store, clock: Clock) -> None:
        self._folder = folder
        self._station = station
        self._store = store
        self._clock = clock

    def new(self, name: str, pin: str) -> bytes:
        """Make a key for somebody who has none that may be used; the request for its certificates. The old key stays until they come.

        Raises:
            NotFoundError: `person`, nobody is called that.
            NotAllowedError: `key_there`, the person has a good one; `no_person`, the account is shut or only practises.
            RequestError: the PIN is poor.
        """
        record = self._person(name)
        if self._has_good_key(record):
            raise NotAllowedError("key_there")
        check_pin(pin)
        suite, key_name = self._station.suite, f"person-{secrets.token_hex(6)}"
        private = suite.generate()
        create_key_file(self._folder.personal_key(key_name), suite, private, pin, machine_secret_of(self._folder))
        divisions = (self._station.station[:12], *self._store.person_certificates.of(name))
        key = NewKey(name, record.display_name, tuple(sorted(record.roles)), tuple(dict.fromkeys(divisions)), private)
        request = ask_for_person(self._station, key, self._clock)
        write_file(self._request_file(key_name), request)
        with self._store.transaction():
            self._store.meta.set(PENDING + name, f"{key_name} {key_id_of(suite, private.public)}")
            self._store.audit.append(AuditRecord(self._clock.now(), name, "key_made", name, {"key": key_name}))
        return request

    def request_of(self, name: str) -> bytes:
        """The request for the key that was made last and has no certificate yet.

        Raises:
            NotFoundError: `request`, there is none.
        """
        key_name = (self._store.meta.get(PENDING + name) or "").partition(" ")[0]
        try:
            return self._request_file(key_name).read_bytes()
        except (OSError, ValueError) as error:
            raise NotFoundError("request", name) from error

    def change_pin(self, name: str, pin: str, new_pin: str) -> None:
        """Give a person's key another PIN. An open window stays open: the key in it is the same.

        Raises:
            NotAllowedError: `no_key`.
            RequestError: the new PIN is poor.
            PinError, PinLockedError, KeyFileError: the key does not open.
        """
        record = self._person(name)
        if record.key_name is None:
            raise NotAllowedError("no_key")
        check_pin(new_pin)
        path, secret = self._folder.personal_key(record.key_name), machine_secret_of(self._folder)
        change_pin(path, self._station.suite, pin, new_pin, secret, PinCounter(self._store), record.key_name)
        self._store.audit.append(AuditRecord(self._clock.now(), name, "pin_changed", name, {"key": record.key_name}))

    def _person(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        if record.disabled or record.practice:
            raise NotAllowedError("no_person")
        return record

    def _has_good_key(self, record: PersonRecord) -> bool:
        if record.key_name is None or record.certificate is None:
            return False
        try:
            certificate = self._station.trust.get(record.certificate)
            return self._station.trust.revoked_before(certificate, self._clock.now()) is None and certificate.not_after > self._clock.now()
        except SigningError:
            return False

    def _request_file(self, key_name: str) -> Path:
        return self._folder.personal_key(key_name).with_suffix(".request")
