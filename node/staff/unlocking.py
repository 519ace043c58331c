"""Unlocking (解锁): a key whose PIN was wrong too often is opened again by a key officer or an administrator who has seen the person.

Who does it proves it by an own PIN or password, and says why; that is kept in the log. A token that has locked itself takes more:
its unblock code, which came with it, and a new PIN that the person chooses.
"""

from dataclasses import dataclass, field

from node.clock import Clock
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.roles import Role
from node.staff.holders import Holders
from node.staff.passwords import check_pin
from node.staff.people import People, Person
from node.store import Store
from node.store.records import AuditRecord, PersonRecord
from signing.errors import PinError, PinLockedError

UNLOCKING = frozenset({Role.KEY_OFFICER, Role.ADMIN})
"""Who may unlock; nobody the own key."""

PASSWORD, PIN = "password", "pin"
LONGEST_REASON = 200


@dataclass(frozen=True)
class Proof:
    """How somebody shows who they are: by the login's password or by the PIN of the own key."""

    kind: str
    secret: str = field(repr=False)


class Unlocking:
    """Locked keys of one station."""

    def __init__(self, store: Store, people: People, holders: Holders, clock: Clock) -> None:
        self._store = store
        self._people = people
        self.holders = holders
        self._clock = clock

    def unlock(self, by: Person, name: str, proof: Proof, reason: str) -> None:
        """Let the PIN be tried again, as often as at first; and those that open unit seals for somebody whose key is on a token.

        Raises:
            NotAllowedError: `role`; `unlock_self`; `no_key` there is nothing to unlock, or nothing to prove it with.
            RequestError: `unlock_reason`, why is not said.
            NotFoundError: nobody is called that.
            LoginError, PinError, PinLockedError, KeyFileError, TokenError: the proof does not hold.
        """
        key_name = self._checked(by, name, proof, reason)
        self.holders.forgive(key_name, self._record(name).certificate)
        self._note(by, "pin_unlocked", name, reason)

    def unblock(self, by: Person, name: str, proof: Proof, reason: str, code: str, new_pin: str, again: str) -> None:
        """Give a token a new PIN by its unblock code.

        Raises:
            RequestError: `pins_differ`, or the new PIN is poor; `unblock_wrong`, `unblock_refused` (the token tells no count),
                `unblock_locked`, the code is wrong, or was too often; as `unlock`.
            NotAllowedError: `no_unblock` the key is in a file; as `unlock`.
            NotFoundError, LoginError, PinError, PinLockedError, KeyFileError, TokenError: as `unlock`; the token is not there or would not.
        """
        if new_pin != again:
            raise RequestError("pins_differ")
        check_pin(new_pin)
        key_name = self._checked(by, name, proof, reason)
        try:
            self.holders.unblock(key_name, code, new_pin)
        except PinLockedError as error:
            raise RequestError("unblock_locked") from error
        except PinError as error:
            if error.attempts_left is None:
                raise RequestError("unblock_refused") from error
            raise RequestError("unblock_wrong", left=error.attempts_left) from error
        self._note(by, "pin_unblocked", name, reason)

    def _checked(self, by: Person, name: str, proof: Proof, reason: str) -> str:
        """The name of the key that is to be opened."""
        if UNLOCKING.isdisjoint(by.roles):
            raise NotAllowedError("role")
        if by.name == name:
            raise NotAllowedError("unlock_self")
        record = self._record(name)
        if record.key_name is None:
            raise NotAllowedError("no_key")
        if not 1 <= len(reason.strip()) <= LONGEST_REASON or not reason.strip().isprintable():
            raise RequestError("unlock_reason", most=LONGEST_REASON)
        self._prove(by, proof)
        return record.key_name

    def _prove(self, by: Person, proof: Proof) -> None:
        if proof.kind == PASSWORD:
            self._people.check_own(by.name, proof.secret)
            return
        own = self._record(by.name).key_name
        if proof.kind != PIN or own is None:
            raise NotAllowedError("no_key")
        self.holders.open(own, proof.secret).close()

    def _record(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        return record

    def _note(self, by: Person, what: str, name: str, reason: str) -> None:
        with self._store.transaction():
            self._store.audit.append(AuditRecord(self._clock.now(), by.name, what, name, {"reason": reason.strip()}))
