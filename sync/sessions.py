"""Who is at the peers' door: challenges that cost nothing to give, and tokens that run out. In memory only."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.errors import DoorError

CHALLENGE_S = 120
SESSION_S = 3600
MAX_SESSIONS = 4096
MAX_SESSIONS_PER_STATION = 4
MAX_USED = 4096


@dataclass(frozen=True)
class Session:
    """A token, for how many seconds it is good, and what the door can beyond the first version: `packed`, `bell`.

    Where the first exchange came along: what the parent answered to it, or the code of its no.
    """

    token: str
    expires_s: int
    can: tuple[str, ...] = ()
    answer: bytes | None = None
    refused: str | None = None


def door_message(challenge: str, station: str, answering: str) -> bytes:
    """What the calling station signs to be let in."""
    return f"yizhan door 1\n{challenge}\n{station}\n{answering}\n".encode()


class Sessions:
    """Challenges and tokens of one door.

    A challenge carries its own proof (an HMAC over station and time), so that whoever asks for a million of them fills no memory;
    only those that led to a session are remembered, until they run out.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._used: dict[str, datetime] = {}
        self._open: dict[str, tuple[str, datetime]] = {}

    def challenge(self, station: str) -> str:
        """A random challenge for this station, good once, for two minutes."""
        return self._challenge(station, secrets.token_hex(16), int(self._now().timestamp()) + CHALLENGE_S)

    def _challenge(self, station: str, nonce: str, until: int) -> str:
        body = f"{nonce}.{until}"
        proof = hmac.new(self._secret, f"{station}.{body}".encode(), hashlib.sha256).hexdigest()
        return f"{body}.{proof[:32]}"

    def is_good(self, challenge: str, station: str) -> bool:
        """Whether this door gave the challenge to this station, not long ago, and it was not used."""
        nonce, _, rest = challenge.partition(".")
        until = rest.partition(".")[0]
        if not until.isascii() or not until.isdigit() or len(until) > 12:
            return False
        if not hmac.compare_digest(self._challenge(station, nonce, int(until)).encode(), challenge.encode()):
            return False
        left = int(until) - int(self._now().timestamp())
        with self._lock:
            return 0 <= left <= CHALLENGE_S and challenge not in self._used

    def open(self, challenge: str, station: str) -> Session:
        """A session for a station that has proved itself; uses the challenge up.

        Raises:
            DoorError: `not_admitted`, somebody was faster with this challenge; `busy`, too many.
        """
        now = self._now()
        with self._lock:
            self._sweep(now)
            if challenge in self._used:
                raise DoorError("not_admitted")
            if len(self._used) >= MAX_USED or len(self._open) >= MAX_SESSIONS:
                raise DoorError("busy")
            self._used[challenge] = now + timedelta(seconds=CHALLENGE_S)
            own = [token for token, (owner, _) in self._open.items() if owner == station]
            for token in own[: max(0, len(own) + 1 - MAX_SESSIONS_PER_STATION)]:
                del self._open[token]
            token = secrets.token_urlsafe(18)
            self._open[token] = (station, now + timedelta(seconds=SESSION_S))
            return Session(token, SESSION_S)

    def station(self, token: str) -> str:
        """Whose token it is.

        Raises:
            DoorError: `no_session`, no such token, or it has run out.
        """
        now = self._now()
        with self._lock:
            station, until = self._open.get(token, ("", now))
            if now >= until:
                self._open.pop(token, None)
                raise DoorError("no_session")
            return station

    def _sweep(self, now: datetime) -> None:
        self._used = {challenge: until for challenge, until in self._used.items() if until >= now}
        self._open = {token: (owner, until) for token, (owner, until) in self._open.items() if until > now}
