"""The roster (人员名册) of one station: what an administrator and a key officer do with accounts; each act is kept in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.roles import Role
from node.staff.acting import Acting
from node.staff.leaving import CONFIRMING, DONE
from node.staff.people import SETUP, People, Person
from node.store import Store
from node.store.attempts import PIN_LIMIT
from node.store.records import AuditRecord, PersonRecord

LOOKING = CONFIRMING | {Role.KEY_OFFICER}
"""Who may look at the roster."""


@dataclass(frozen=True)
class Entry:
    """One person of the roster, with the names of the villages.

    `waits` says that the set-up code was not used yet, `left` that a handover is kept.
    """

    name: str
    display_name: str
    roles: tuple[str, ...]
    practice: bool
    disabled: bool
    has_key: bool
    pin_locked: bool
    villages: tuple[str, ...]
    last_login: datetime | None
    waits: bool
    left: bool


class Roster:
    """The accounts of one station, as those see them who look after them."""

    def __init__(self, store: Store, people: People, acting: Acting, clock: Clock) -> None:
        self._store = store
        self._people = people
        self._acting = acting
        self._clock = clock

    def entries(self, by: Person) -> tuple[Entry, ...]:
        """Everybody, by login name.

        Raises:
            NotAllowedError: `role` this person has no need to look.
        """
        _check(by, LOOKING)
        return tuple(self._entry(record) for record in self._people.records())

    def entry(self, by: Person, name: str) -> Entry:
        """One person.

        Raises:
            NotAllowedError: as `entries`.
            NotFoundError: nobody is called that.
        """
        _check(by, LOOKING)
        return self._entry(self._record(name))

    def add(self, by: Person, name: str, display_name: str, roles: Sequence[str], *, practice: bool = False) -> str:
        """Make an account without a password; the set-up code, which is shown once.

        Raises:
            NotAllowedError: `role`.
            RequestError: as `People.check_new`.
        """
        _check(by, {Role.ADMIN})
        held = [str(Role.AGENT)] if practice else roles
        self._people.add(name, display_name, held, None, practice=practice)
        self._note(by, "person_added", name, roles=list(held), practice=practice)
        return self._people.new_code(name)

    def new_code(self, by: Person, name: str) -> str:
        """A new set-up code; the password of before and all logins end.

        Raises:
            NotAllowedError: `role`.
            NotFoundError: nobody is called that.
        """
        _check(by, {Role.ADMIN})
        code = self._people.new_code(name)
        self._note(by, "setup_code_given", name)
        return code

    def set_roles(self, by: Person, name: str, roles: Sequence[str]) -> None:
        """Give a person other roles; what may be sealed follows the certificate.

        Raises:
            NotAllowedError: `role`.
            RequestError: `role_needed`, `role_unknown`, `practice_role`; `last_admin` nobody would look after the station.
            NotFoundError: nobody is called that.
        """
        _check(by, {Role.ADMIN})
        record = self._record(name)
        if not roles:
            raise RequestError("role_needed")
        if record.practice and set(roles) != {str(Role.AGENT)}:
            raise RequestError("practice_role")
        if Role.ADMIN not in roles:
            self._check_not_last(record)
        self._people.set_roles(name, roles)
        self._note(by, "roles_set", name, roles=list(roles))

    def disable(self, by: Person, name: str) -> None:
        """Shut an account and end its logins; what the person has in hand stays theirs, see `Leaving`.

        Raises:
            NotAllowedError: `role`.
            RequestError: `last_admin`.
            NotFoundError: nobody is called that.
        """
        _check(by, {Role.ADMIN})
        self._check_not_last(self._record(name))
        self._people.disable(name)
        self._note(by, "person_disabled", name)

    def enable(self, by: Person, name: str) -> None:
        """Open an account that was shut; one that was handed over stays shut.

        Raises:
            NotAllowedError: `role`.
            RequestError: `left` the person has handed over.
            NotFoundError: nobody is called that.
        """
        _check(by, {Role.ADMIN})
        if self._store.meta.get(DONE + self._record(name).name) is not None:
            raise RequestError("left", name=name)
        self._people.enable(name)
        self._note(by, "person_enabled", name)

    def _entry(self, record: PersonRecord) -> Entry:
        person = self._people.person(record.name)
        is_locked = record.key_name is not None and self._store.pins.tried(record.key_name) >= PIN_LIMIT
        return Entry(
            name=record.name,
            display_name=record.display_name,
            roles=record.roles,
            practice=record.practice,
            disabled=record.disabled,
            has_key=record.key_name is not None,
            pin_locked=is_locked,
            villages=tuple(one.name for one in self._acting.villages(person)),
            last_login=self._people.last_login(record.name),
            waits=self._store.meta.get(SETUP + record.name) is not None,
            left=self._store.meta.get(DONE + record.name) is not None,
        )

    def _record(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        return record

    def _check_not_last(self, record: PersonRecord) -> None:
        admins = {one.name for one in self._people.records() if Role.ADMIN in one.roles and not one.disabled}
        if admins == {record.name}:
            raise RequestError("last_admin")

    def _note(self, by: Person, what: str, name: str, **facts: object) -> None:
        with self._store.transaction():
            self._store.audit.append(AuditRecord(self._clock.now(), by.name, what, name, facts))


def _check(by: Person, roles: frozenset[Role] | set[Role]) -> None:
    if roles.isdisjoint(by.roles):
        raise NotAllowedError("role")
