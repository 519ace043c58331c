"""Who is at the screen: accounts, passwords, logins. Roles are what the store says now; keys and PINs are `keyring.py`'s.

An account is made without a password: whoever made it gives the person a set-up code (启用码), good once and for some days, and the person
chooses the password with it. So nobody ever knows another one's password.
"""

import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from node.clock import Clock, from_text, to_text
from node.config import PolicySettings
from node.errors import LoginError, NotFoundError, RequestError
from node.roles import TIERS_OF_ROLE, Role, Tier
from node.staff.passwords import LONGEST, check_password
from node.store import Store
from node.store.records import PersonRecord, SessionRecord

# Source: OWASP Password Storage Cheat Sheet, the least for argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$5AN+cRoSZmPGX9xmE6OLIA$hxuOT6GA4Yy/4xzO3M14k0UTpDIdLHzoORxbKCo6Sk0"
"""The hash of a password that nobody knows: an unknown name takes as long as a known one."""

LOGINS_AT_ONCE, LOGIN_WAIT_S = 2, 10
TOUCH_EVERY = timedelta(minutes=1)
"""A session is written as seen at most this often: each write costs the disk a sync."""

SETUP_DAYS = timedelta(days=7)
SETUP_DIGITS = 12
SETUP, LAST_LOGIN = "setup:", "last_login:"
"""In `store.meta`, by login name: the hash of a set-up code and its end; when the person logged in last."""

NAME_RULE = re.compile(r"[\w.\-]{1,32}")
LONGEST_DISPLAY_NAME = 40


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in, or is asked about; `name` is the login name.

    `session_id` names the login by which the person is here, and is empty where there is none: an unlocked key belongs to it. A person
    who practises (练习人员) works on cases that never leave the station, and on no others.
    """

    name: str
    display_name: str
    roles: tuple[str, ...]
    session_id: str = field(default="", compare=False, repr=False)
    practice: bool = False

    def has(self, role: str) -> bool:
        """Whether the person holds the role here."""
        return role in self.roles


@dataclass(frozen=True)
class Session:
    """A login that stands. The token is in the cookie and nowhere else; the store knows a digest of it."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    person: Person


class People:
    """The accounts of one station."""

    def __init__(self, store: Store, clock: Clock, tier: Tier, policy: PolicySettings) -> None:
        self._store = store
        self._clock = clock
        self._tier = tier
        self._policy = policy
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._listeners: list[Callable[[str], None]] = []
        self._turns = threading.BoundedSemaphore(LOGINS_AT_ONCE)

    def check_new(self, name: str, display_name: str, roles: Sequence[str], password: str | None, *, practice: bool = False) -> None:
        """Let a new account pass that `add` would make.

        Raises:
            RequestError: the name is taken or not one, the password is poor, a role is not of this tier, or not one to practise.
        """
        if not NAME_RULE.fullmatch(name):
            raise RequestError("name_bad", name=name)
        if not display_name.strip() or len(display_name) > LONGEST_DISPLAY_NAME or not display_name.isprintable():
            raise RequestError("display_name_bad")
        if password is not None:
            check_password(password, name, mix=self._policy.password_mix)
        if not self._checked(roles):
            raise RequestError("role_needed")
        if practice and set(roles) != {str(Role.AGENT)}:
            raise RequestError("practice_role")
        if self._store.people.get(name) is not None:
            raise RequestError("person_known", name=name)

    def add(
        self,
        name: str,
        display_name: str,
        roles: Sequence[str],
        password: str | None,
        key: tuple[str, str] | None = None,
        *,
        practice: bool = False,
    ) -> Person:
        """Make an account. `key` is the name of the key file and the digest of the certificate, where the person has them.

        Without a password nobody can log in by it before `new_code` and `set_up`. Who practises is an agent, and has no key.

        Raises:
            RequestError: as `check_new`.
        """
        self.check_new(name, display_name, roles, password, practice=practice)
        held, password_hash = self._checked(roles), NOBODY if password is None else self._hasher.hash(password)
        key_name, certificate = (None, None) if practice else key or (None, None)
        now = self._clock.now()
        record = PersonRecord(name, display_name.strip(), held, password_hash, now, key_name, certificate, practice=practice)
        with self._store.transaction():
            if self._store.people.get(name) is not None:
                raise RequestError("person_known", name=name)
            self._store.people.put(record)
        return _person(record)

    def person(self, name: str) -> Person:
        """The person of a login name, disabled or not.

        Raises:
            NotFoundError: nobody here is called that.
        """
        return _person(self._record(name))

    def records(self) -> list[PersonRecord]:
        """All accounts, by name."""
        return self._store.people.all()

    def set_roles(self, name: str, roles: Sequence[str]) -> None:
        """Give a person other roles; what a certificate says does not change by this.

        Raises:
            NotFoundError: nobody is called that.
            RequestError: a role is not of this tier.
        """
        held = self._checked(roles)
        with self._store.transaction():
            self._store.people.put(replace(self._record(name), roles=held))

    def disable(self, name: str) -> None:
        """Shut an account and end its logins.

        Raises:
            NotFoundError: nobody is called that.
        """
        with self._store.transaction():
            self._store.people.put(replace(self._record(name), disabled=True))
            self._store.sessions.revoke_all(name)

    def set_password(self, name: str, password: str) -> None:
        """Change the password and end all logins of the person.

        Raises:
            NotFoundError: nobody is called that.
            RequestError: the password is poor.
        """
        check_password(password, name, mix=self._policy.password_mix)
        password_hash = self._hasher.hash(password)
        with self._store.transaction():
            self._store.people.put(replace(self._record(name), password_hash=password_hash))
            self._store.sessions.revoke_all(name)

    def enable(self, name: str) -> None:
        """Open an account that was shut; keys stay as they are.

        Raises:
            NotFoundError: nobody is called that.
        """
        with self._store.transaction():
            self._store.people.put(replace(self._record(name), disabled=False))

    def new_code(self, name: str) -> str:
        """A set-up code for a new account, or for one whose password is forgotten; the old password and all logins end.

        Raises:
            NotFoundError: nobody is called that.
        """
        code = "".join(secrets.choice("0123456789") for _ in range(SETUP_DIGITS))
        fact = {"hash": self._hasher.hash(code), "until": to_text(self._clock.now() + SETUP_DAYS)}
        with self._store.transaction():
            self._store.people.put(replace(self._record(name), password_hash=NOBODY))
            self._store.sessions.revoke_all(name)
            self._store.meta.set(SETUP + name, json.dumps(fact))
        return "-".join(code[at : at + 4] for at in range(0, SETUP_DIGITS, 4))

    def set_up(self, name: str, code: str, password: str) -> None:
        """Choose the password of an account with its set-up code, which is used up by it. Tries count as logins do.

        Raises:
            LoginError: `setup` the code is wrong, was used or has ended; `locked`, `busy` as at a login.
            RequestError: the password is poor; the code is not used up.
        """
        known_name = name if NAME_RULE.fullmatch(name) else ""
        wait_s = self._store.logins.begin(known_name, self._clock.now())
        if wait_s:
            raise LoginError("locked", wait_s)
        record, fact = self._store.people.get(known_name), self._store.meta.get(SETUP + known_name)
        told = json.loads(fact) if fact else {"hash": NOBODY, "until": to_text(self._clock.now())}
        is_right = self._matches(told["hash"], re.sub(r"[\s-]", "", code))
        if not is_right or record is None or record.disabled or self._clock.now() >= from_text(told["until"]):
            raise LoginError("setup")
        self._store.logins.succeeded(known_name)  # a poor password is no wrong code
        check_password(password, known_name, mix=self._policy.password_mix)
        password_hash = self._hasher.hash(password)
        with self._store.transaction():
            if self._store.meta.get(SETUP + known_name) != fact:
                raise LoginError("setup")
            self._store.meta.delete(SETUP + known_name)
            self._store.people.put(replace(self._record(known_name), password_hash=password_hash))

    @property
    def idle(self) -> timedelta:
        """How long a login may rest."""
        return timedelta(minutes=self._policy.idle_minutes)

    def recent(self, since: datetime) -> tuple[Person, ...]:
        """Those who have logged in here since then and may again, by login name."""
        seen = ((one, self.last_login(one.name)) for one in self._store.people.all() if not one.disabled)
        return tuple(_person(record) for record, at in seen if at is not None and at >= since)

    def last_login(self, name: str) -> datetime | None:
        """When the person logged in here last; None when never."""
        text = self._store.meta.get(LAST_LOGIN + name)
        return None if text is None else from_text(text)

    def login(self, name: str, password: str) -> tuple[str, Session]:
        """The token for the cookie, and the login it stands for. An unknown name costs the same time and gets the same answer.

        Raises:
            LoginError: `wrong`; `locked` after five failures in fifteen minutes; `busy` when too many log in at once.
        """
        known_name = name if NAME_RULE.fullmatch(name) else ""
        # Counted before the password is looked at, so that many tries at once all count.
        wait_s = self._store.logins.begin(known_name, self._clock.now())
        if wait_s:
            raise LoginError("locked", wait_s)
        record = self._store.people.get(known_name)
        wanted = NOBODY if record is None else record.password_hash
        if not self._matches(wanted, password) or record is None or record.disabled:
            raise LoginError("wrong")
        return self._let_in(record, password)

    def check_own(self, name: str, password: str) -> None:
        """Return when this is the person's password; tries count as logins do, and no login is made.

        Raises:
            LoginError: `password` it is another; `locked`, `busy` as at a login.
        """
        wait_s = self._store.logins.begin(name, self._clock.now())
        if wait_s:
            raise LoginError("locked", wait_s)
        if not self._matches(self._record(name).password_hash, password):
            raise LoginError("password")
        self._store.logins.succeeded(name)

    def session(self, token: str) -> Session | None:
        """The login that a cookie's token stands for; None when it ended, was idle too long, or never was."""
        now = self._clock.now()
        known = self._standing(token, now)
        if known is None:
            return None
        found, record = known
        if now - found.seen_at >= TOUCH_EVERY:
            self._store.sessions.touch(token, now)
        return Session(token, found.csrf, _person(record, token))

    def stands(self, session: Session) -> bool:
        """Whether a login still stands; asking does not keep it alive."""
        return self._standing(session.token, self._clock.now()) is not None

    def _standing(self, token: str, now: datetime) -> tuple[SessionRecord, PersonRecord] | None:
        found = self._store.sessions.get(token, now)
        if found is None or now - found.seen_at >= self.idle:
            return None
        record = self._store.people.get(found.person_name)
        return None if record is None or record.disabled else (found, record)

    def logout(self, session: Session) -> None:
        """End one login, and tell who asked to know."""
        self._store.sessions.revoke(session.token)
        for tell in self._listeners:
            tell(session.person.session_id)

    def on_logout(self, callback: Callable[[str], None]) -> None:
        """`callback` is called with the `session_id` of each login that its person ends."""
        self._listeners.append(callback)

    def _record(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        return record

    def _checked(self, roles: Sequence[str]) -> tuple[str, ...]:
        for role in roles:
            if role not in set(Role) or self._tier not in TIERS_OF_ROLE[Role(role)]:
                raise RequestError("role_unknown", role=role)
        return tuple(dict.fromkeys(str(role) for role in roles))

    def _matches(self, password_hash: str, password: str) -> bool:
        if not self._turns.acquire(timeout=LOGIN_WAIT_S):
            raise LoginError("busy", LOGIN_WAIT_S)
        try:
            return self._hasher.verify(password_hash, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
        finally:
            self._turns.release()

    def _let_in(self, record: PersonRecord, password: str) -> tuple[str, Session]:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._clock.now()
        fresh = self._hasher.hash(password) if self._hasher.check_needs_rehash(record.password_hash) else None
        expires_at = now + timedelta(hours=self._policy.session_hours)
        with self._store.transaction():
            record = self._record(record.name)
            if record.disabled:
                raise LoginError("wrong")
            self._store.logins.succeeded(record.name)
            self._store.sessions.sweep(now)
            self._store.sessions.create(token, SessionRecord(record.name, csrf, now, now, expires_at))
            self._store.meta.set(LAST_LOGIN + record.name, to_text(now))
            if fresh is not None:
                self._store.people.put(replace(record, password_hash=fresh))
        return token, Session(token, csrf, _person(record, token))


def _person(record: PersonRecord, token: str = "") -> Person:
    session_id = hashlib.sha256(token.encode()).hexdigest() if token else ""
    return Person(record.name, record.display_name, record.roles, session_id, record.practice)
