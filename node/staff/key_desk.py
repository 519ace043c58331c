"""What people do about their own keys at this station: ask for one, take the answer, other PINs, further villages. The pages call it."""

import base64
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock
from node.enrolment.bureau import Bureau
from node.enrolment.documents import check_code, read_answer, read_request
from node.enrolment.incoming import REFUSED_HERE
from node.errors import EnrolmentError, NotFoundError, RequestError
from node.roles import Tier
from node.seals.cabinet import Cabinet
from node.staff.acting import Acting, Village
from node.staff.holders import Holders
from node.staff.keyring import SEAL_OF
from node.staff.people import People, Person
from node.staff.tokens import FILE, holder_of
from node.staff.villages import DISMISSED, Filing, ask, dismiss
from node.store.records import PersonRecord
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.seal import parse_seal

STANDING = ("good", "ending")
VILLAGE_ASKED = "village_asked:"
"""In `store.meta`, with login name and division: the request for a further village that has no certificate yet."""


@dataclass(frozen=True)
class Asked:
    """A request that is on its way: the check code that the parent asks for, and why it was refused, if it was."""

    code: str
    refused: str | None = None


@dataclass(frozen=True)
class Held:
    """A certificate of a person: for which village or station, how it stands (as the bureau's words), until when, with which seal."""

    division: str
    place: str
    state: str
    until: datetime
    serial: str
    seal: str


@dataclass(frozen=True)
class Keys:
    """A person's keys as pages show them.

    `may_ask` says that the person may have a new key now: has none that is good or that opens, and the account is in use. `further` are
    the villages beside the own one, `asked_for` those that are waited for, `stopped` those of before whose certificates should be taken
    back. `holder` is what the key is in (`file`, `pkcs11`, `skf`), `attempts_left` how many wrong PINs are left, where that can be told.
    `has_locked_slot` says that a unit seal's own PIN was wrong too often. `seals` are the names of the unit seals that the person keeps,
    `sole_seals` those that nobody else keeps.
    """

    own: Held | None
    asked: Asked | None
    may_ask: bool
    may_appoint: bool
    further: tuple[Held, ...] = ()
    asked_for: tuple[tuple[Village, Asked], ...] = ()
    stopped: tuple[Held, ...] = ()
    holder: str = ""
    attempts_left: int | None = None
    has_locked_slot: bool = False
    seals: tuple[str, ...] = ()
    sole_seals: tuple[str, ...] = ()

    @property
    def seals_can_follow(self) -> bool:
        """Whether the old key's PIN lets a new key open them: it is in a file, and not locked."""
        return bool(self.seals) and self.holder == FILE and not self.locked

    @property
    def locked(self) -> bool:
        """Whether no more PINs are tried."""
        return self.attempts_left == 0


class KeyDesk:
    """Keys and villages of the people of one station."""

    def __init__(self, holders: Holders, bureau: Bureau, acting: Acting, people: People, clock: Clock, cabinet: Cabinet) -> None:
        self._holders = holders
        self._bureau = bureau
        self._station = bureau.station
        self._store = bureau.store
        self._acting = acting
        self._people = people
        self._clock = clock
        self._cabinet = cabinet

    def keys_of(self, name: str) -> Keys:
        """How somebody's keys stand.

        Raises:
            NotFoundError: nobody here is called that.
        """
        record = self._record(name)
        own = self._held(record.certificate) if record.key_name else None
        left = self._holders.attempts_left(record.key_name) if record.key_name else None
        is_good = own is not None and own.state in STANDING
        in_use = not record.disabled and not record.practice
        further = (self._held(digest) for digest in self._store.person_certificates.of(name).values())
        dismissed = (fact for fact in self._store.meta.names(DISMISSED) if self._store.meta.get(fact) == name)
        stopped = (self._held(fact.removeprefix(DISMISSED)) for fact in dismissed)
        kept = self._cabinet.kept_by(name)
        return Keys(
            own=own,
            asked=self._asked(name),
            may_ask=in_use and (not is_good or left == 0),
            may_appoint=in_use and is_good and self._station.tier is Tier.VILLAGE and "agent" in record.roles,
            further=tuple(one for one in further if one is not None),
            asked_for=tuple(self._asked_for(name)),
            stopped=tuple(one for one in stopped if one is not None and one.state in STANDING),
            holder=holder_of(record.key_name) if record.key_name else "",
            attempts_left=left,
            has_locked_slot=self._holders.has_locked_slot(record.certificate),
            seals=tuple(one.name for one in kept),
            sole_seals=tuple(one.name for one in kept if one.has_only(name)),
        )

    def token_keys(self) -> tuple[str, ...]:
        """The keys that can be seen on the tokens that are plugged in, for whom to take one; none where no token is set up."""
        try:
            return self._holders.tokens.seen()
        except SigningError:
            return ()

    @property
    def has_tokens(self) -> bool:
        """Whether keys can be on tokens here."""
        return bool(self._holders.tokens.kinds())

    def ask(self, name: str, pin: str, again: str, holder: str = "", old_pin: str = "") -> None:
        """Make a key and send its request up by the road; as a file there is `request_file`. `holder` is a place on a token, if any.

        With `old_pin`, the old key's, the unit seals that the person keeps follow.

        Raises:
            RequestError: `pins_differ`, or the PIN is poor; `old_pin_file`.
            NotFoundError, NotAllowedError, PinError, PinLockedError, KeyFileError, TokenError: as `PersonalKeys.new`.
            EnrolmentError, SigningError: the county cannot take its own request.
        """
        _check_same(pin, again)
        request = self._bureau.personal_keys.new(name, pin, holder.strip() or None, old_pin or None)
        self._bureau.incoming.ask(request, self._clock.now())

    def request_file(self, name: str, division: str = "") -> bytes:
        """The request that is waited for, to be carried by hand: of the key, or of a further village.

        Raises:
            NotFoundError: `request`, there is none.
        """
        if not division:
            return self._bureau.personal_keys.request_of(name)
        text = self._store.meta.get(_asked_name(name, division))
        if text is None:
            raise NotFoundError("request", name)
        return base64.b64decode(text)

    def take(self, answer: bytes) -> None:
        """Take the parent's answer, which came as a file.

        Raises:
            EnrolmentError: it is no answer, or a refusal; `answer_other`, nobody here waits for it; `answer_unproven`, it does not hold.
        """
        request = read_answer(answer).content.request
        if request not in self._waited_for():
            raise EnrolmentError("answer_other")
        self._bureau.incoming.take_granted(answer)
        Filing(self._station, self._store).run(self._clock.now())
        if request in self._waited_for():
            raise EnrolmentError("answer_unproven")

    def change_pin(self, name: str, pin: str, new_pin: str, again: str) -> None:
        """Another PIN, for who knows the old one.

        Raises:
            RequestError: `pins_differ`, or the PIN is poor.
            NotAllowedError, PinError, PinLockedError, KeyFileError, TokenError: as `PersonalKeys.change_pin`.
        """
        _check_same(new_pin, again)
        self._bureau.personal_keys.change_pin(name, pin, new_pin)

    def appoint(self, name: str, village: Village, pin: str) -> None:
        """Ask for a further village for somebody, who gives the PIN.

        Raises:
            RequestError, NotAllowedError, PinError, PinLockedError: as `node.staff.villages.ask`.
        """
        request = ask(self._holders, self._station, self._store, name, village, pin, self._clock)
        self._bureau.incoming.ask(request, self._clock.now())
        self._store.meta.set(_asked_name(name, village.division), base64.b64encode(request).decode())

    def dismiss(self, by: Person, name: str, division: str) -> None:
        """Somebody acts for a further village no longer, or is not to any more: a request that waits is forgotten.

        Raises:
            NotFoundError: `village`, the person neither acts for it nor was it asked.
        """
        digest, asked = dismiss(self._store, name, division, self._clock.now(), by.name), _asked_name(name, division)
        if digest is None and self._store.meta.get(asked) is None:
            raise NotFoundError("village", division)
        self._store.meta.delete(asked)

    def _record(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        return record

    def _held(self, digest: str | None) -> Held | None:
        if digest is None or self._store.certificates.get(digest, "certificate") is None:
            return None
        one = self._station.trust.get(digest)
        return Held(
            division=one.division,
            place=self._acting.name_of(one.division) if self._station.tier is Tier.VILLAGE else self._station.name,
            state=self._bureau.authority.state_of(digest),
            until=one.not_after,
            serial=f"{one.serial:X}"[-8:],
            seal=self._seal_of(one),
        )

    def _seal_of(self, certificate: Certificate) -> str:
        der = self._store.certificates.get(self._store.meta.get(SEAL_OF + certificate.digest) or "", "seal")
        try:
            return "" if der is None else parse_seal(self._station.suite, der).name
        except SigningError:
            return ""

    def _asked(self, name: str) -> Asked | None:
        try:
            return self._told(self._bureau.personal_keys.request_of(name))
        except NotFoundError:
            return None

    def _asked_for(self, name: str) -> list[tuple[Village, Asked]]:
        """Further villages that were asked for; one whose certificate has come since is none any more."""
        prefix, held, found = _asked_name(name, ""), self._store.person_certificates.of(name), []
        for fact in self._store.meta.names(prefix):
            division = fact.removeprefix(prefix)
            if division not in held:
                village = Village(division, self._acting.name_of(division))
                found.append((village, self._told(self.request_file(name, division))))
        return found

    def _waited_for(self) -> set[str]:
        """The digests of all requests of people here that have no certificate yet."""
        names = [record.name for record in self._store.people.all()]
        requests = [self.request_file(name, village.division) for name in names for village, _ in self._asked_for(name)]
        for name in names:
            with suppress(NotFoundError):
                requests.append(self._bureau.personal_keys.request_of(name))
        return {self._digest(request) for request in requests}

    def _digest(self, request: bytes) -> str:
        return read_request(request).digest(self._station.suite)

    def _told(self, request: bytes) -> Asked:
        digest = self._digest(request)
        mine = self._store.requests.get(digest)
        refused = mine.reason if mine is not None and mine.state == "refused" else self._store.meta.get(REFUSED_HERE + digest)
        return Asked(check_code(digest), refused)


def _asked_name(name: str, division: str) -> str:
    return f"{VILLAGE_ASKED}{name}:{division}"


def _check_same(secret: str, again: str) -> None:
    if secret != again:
        raise RequestError("pins_differ")
