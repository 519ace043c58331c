"""Who was at which browser: fast switching of people (切换用户) at one machine.

Whoever switches is locked at once: the login ends and the key is closed. What is kept, in memory and for the idle time only, is which page
was left. So coming back takes the password alone and a new login, and a stolen cookie opens nothing: it shows names.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.clock import Clock

MOST_DESKS = 200
"""Browsers that are remembered at once; the one unused for longest is forgotten first."""


@dataclass(frozen=True)
class Parked:
    """A person who left a page here; it is remembered until `until`."""

    page: str
    until: datetime


class Desks:
    """Browsers by their cookie, each with the people who are locked there."""

    def __init__(self, clock: Clock, idle: timedelta) -> None:
        self._clock = clock
        self._idle = idle
        self._guard = threading.Lock()
        self._desks: dict[str, dict[str, Parked]] = {}

    def park(self, token: str, person_name: str, page: str) -> str:
        """Remember which page a person left; the token for the browser's cookie, a new one where it had none that is known."""
        with self._guard:
            known = token if token and _key(token) in self._fresh() else secrets.token_urlsafe(32)
            people = self._desks.pop(_key(known), {})
            people[person_name] = Parked(page, self._clock.now() + self._idle)
            self._desks[_key(known)] = people
            while len(self._desks) > MOST_DESKS:
                del self._desks[next(iter(self._desks))]
        return known

    def knows(self, token: str) -> bool:
        """Whether somebody is locked at this browser."""
        with self._guard:
            return bool(token) and _key(token) in self._fresh()

    def locked(self, token: str) -> tuple[str, ...]:
        """The login names of those who are locked here."""
        with self._guard:
            return tuple(self._fresh().get(_key(token), {})) if token else ()

    def take(self, token: str, person_name: str) -> str:
        """The page that the person left here, once; `/` when none is remembered."""
        with self._guard:
            people = self._fresh().get(_key(token), {}) if token else {}
            parked = people.pop(person_name, None)
            return parked.page if parked else "/"

    def _fresh(self) -> dict[str, dict[str, Parked]]:
        """What is still remembered; the rest is dropped."""
        now = self._clock.now()
        for key, people in list(self._desks.items()):
            for name in [name for name, parked in people.items() if parked.until <= now]:
                del people[name]
            if not people:
                del self._desks[key]
        return self._desks


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
