"""Invitations (邀请): a station above gives a place, with a number of its own, to a station that does not exist yet."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from node.clock import Clock
from node.config import DIVISION_DIGITS
from node.enrolment import fields
from node.enrolment.documents import Invitation, ParentPlace, to_bytes
from node.errors import EnrolmentError, Fault, NotAllowedError, NotFoundError, StationsError
from node.roles import Tier
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.enrolment import InvitationRecord
from node.succession import standing
from signing.certificates import TIERS, CertificateProfile
from sync.routes import StationEntry

DAYS, MOST_DAYS = 30, 366
LAST_NUMBER = 99


@dataclass(frozen=True)
class Wanted:
    """A station to be invited. `parent` is the division of the station above, found by itself where it is None; `row` is its line."""

    name: str
    tier: str
    division: str
    replaces: str | None = None
    parent: str | None = None
    parent_url: str | None = None
    row: int = 0


@dataclass(frozen=True)
class _Place:
    """A station that may be above another: one that stands, or one that is invited."""

    station: str
    name: str
    tier: str


def profile_of(wanted: Wanted, station: str = "") -> CertificateProfile:
    """What the signing certificate of such a station says."""
    return CertificateProfile(
        usage="station_sign",
        station=station or wanted.division + "99",
        division=wanted.division,
        tier=wanted.tier,
        name=wanted.name,
        replaces=wanted.replaces or "",
    )


class Inviting:
    """Makes invitations in this station's name and takes them back."""

    def __init__(self, station: Station, store: Store, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock

    def invite(self, wanted: Sequence[Wanted], person: str, days: int = DAYS, faults: Sequence[Fault] = ()) -> tuple[InvitationRecord, ...]:
        """Invitations for all of these, in their order, or none. `faults` were found before, when the list was read.

        Raises:
            StationsError: one of them cannot be; it names every fault of every one.
            EnrolmentError: `days` is out of bounds, or somebody gave one of the numbers away in between (`station_taken`).
            NotAllowedError: `standing_restored`, an old copy may have given the next numbers away already.
        """
        if self._store.meta.get(standing.META) == standing.RESTORED:
            raise NotAllowedError(f"standing_{standing.RESTORED}")
        if not 1 <= days <= MOST_DAYS:
            raise EnrolmentError("invitation_days", most=MOST_DAYS)
        now = self._clock.now()
        invited = [record for record in self._store.invitations.all("open") if record.expires_at > now]
        places = _Places(self._station, invited, wanted)
        if found := [*faults, *self._faults(wanted, places)]:
            raise StationsError(sorted(found, key=lambda fault: fault.row))
        numbers = self._numbers(wanted)
        for one, station in zip(wanted, numbers, strict=True):
            places.enter(_Place(station, one.name, one.tier))
        certificates = self._certificates()
        made = [self._make(one, station, places, certificates, days) for one, station in zip(wanted, numbers, strict=True)]
        self._keep(made, person)
        return tuple(made)

    def all_open(self) -> list[InvitationRecord]:
        """The invitations that nobody has used, those past their end too."""
        return self._store.invitations.all("open")

    def withdraw(self, invitation_id: str, person: str) -> None:
        """Take an invitation back.

        Raises:
            NotFoundError: there is none of this id.
            EnrolmentError: it was used or taken back before.
        """
        record = self._store.invitations.get(invitation_id)
        if record is None:
            raise NotFoundError("invitation", invitation_id)
        with self._store.transaction():
            if not self._store.invitations.withdraw(invitation_id):
                raise EnrolmentError("invitation_not_open")
            self._audit(record, person, "invitation_withdrawn")

    def _faults(self, wanted: Sequence[Wanted], places: "_Places") -> Iterable[Fault]:
        seen: set[tuple[str, ...]] = set()
        for one in wanted:
            faults = [*self._form_faults(one)]
            yield from faults
            if faults:
                continue
            yield from self._place_faults(one, places)
            # A township has one station, so that its villages know where they belong; a village may have several rooms.
            named = (one.division,) if one.tier != Tier.VILLAGE else (one.division, one.name)
            if named in seen:
                yield Fault(one.row, "division", "twice")
            seen.add(named)

    def _form_faults(self, one: Wanted) -> Iterable[Fault]:
        if not 1 <= len(one.name.strip()) <= fields.LONGEST_NAME or not one.name.isprintable():
            yield Fault(one.row, "name", "name")
        if one.tier not in TIERS or one.tier == Tier.COUNTY:
            yield Fault(one.row, "tier", "tier")
        elif profile_of(one).fault() == "division":
            yield Fault(one.row, "division", "division", {"digits": DIVISION_DIGITS[Tier(one.tier)]})
        if one.parent_url is not None and not _is_url(one.parent_url):
            yield Fault(one.row, "parent_url", "url")

    def _place_faults(self, one: Wanted, places: "_Places") -> Iterable[Fault]:
        own = self._station.signer.certificate
        if not own.covers(profile_of(one)) or TIERS.index(one.tier) >= TIERS.index(own.tier):
            yield Fault(one.row, "division", "outside")
            return
        if places.above(one) is None:
            yield Fault(one.row, "division" if one.parent is None else "parent_division", "no_parent")
        if one.replaces is not None:
            if not self._may_replace(one):
                yield Fault(one.row, "replaces", "replaces", {"station": one.replaces})
        elif places.holds(one):
            yield Fault(one.row, "division", "known")

    def _may_replace(self, one: Wanted) -> bool:
        entry = self._station.directory.entry(one.replaces or "")
        return entry is not None and entry.successor is None and entry.tier == one.tier and entry.station[:12] == one.division

    def _numbers(self, wanted: Sequence[Wanted]) -> list[str]:
        """A station number for each that was never given before, also not to a station that never came."""
        last: dict[str, int] = {}
        given: list[str] = []
        for one in wanted:
            number = last.get(one.division) or self._last_number(one.division)
            if number >= LAST_NUMBER:
                raise StationsError([Fault(one.row, "division", "no_number")])
            last[one.division] = number + 1
            given.append(f"{one.division}{number + 1:02d}")
        return given

    def _last_number(self, division: str) -> int:
        return last_number(division, self._station.directory.entries(), self._store.invitations.numbers(division))

    def _certificates(self) -> tuple[bytes, ...]:
        """This station's path with the root: what proves the invitation."""
        path = self._station.trust.path(self._station.signer.certificate)
        return tuple(one.der for one in path)

    def _make(self, one: Wanted, station: str, places: "_Places", certificates: tuple[bytes, ...], days: int) -> InvitationRecord:
        parent = places.above(one)
        if parent is None:
            raise RuntimeError("its place was looked for before")
        now = self._clock.now().replace(microsecond=0)
        invitation = Invitation(
            id=secrets.token_hex(16),
            suite=self._station.suite.name,
            station=station,
            name=one.name,
            tier=one.tier,
            division=one.division,
            replaces=one.replaces,
            parent=ParentPlace(parent.station, parent.name, one.parent_url),
            made_at=now,
            expires_at=now + timedelta(days=days),
            by=self._station.station,
            certificates=certificates,
        )
        signer = self._station.signer
        data = to_bytes(invitation, [(signer.certificate.digest, signer.sign)])
        return InvitationRecord(invitation.id, station, one.name, data, now, invitation.expires_at)

    def _keep(self, made: Sequence[InvitationRecord], person: str) -> None:
        with self._store.transaction():
            for division in dict.fromkeys(record.station[:12] for record in made):
                if not {record.station for record in made}.isdisjoint(self._store.invitations.numbers(division)):
                    raise EnrolmentError("station_taken")
            self._store.invitations.put_many(made)
            for record in made:
                self._audit(record, person, "invited")

    def _audit(self, record: InvitationRecord, person: str, what: str) -> None:
        line = AuditRecord(self._clock.now(), person, what, record.station, {"invitation": record.invitation_id})
        self._store.audit.append(line)


class _Places:
    """Which station of a division a new one would be below: those that stand, those invited, and those of the same list."""

    def __init__(self, station: Station, invited: Iterable[InvitationRecord], wanted: Iterable[Wanted]) -> None:
        self._here = station
        self._standing = [entry for entry in station.directory.entries() if entry.successor is None]
        self._invited = [*invited]
        self._named = {(record.station[:12], record.name) for record in self._invited} | {_named(entry) for entry in self._standing}
        self._by_division: dict[tuple[str, str], _Place] = {}
        for one in wanted:
            if one.tier == Tier.TOWNSHIP:
                self.enter(_Place(one.division + "00", one.name, one.tier))
        for record in self._invited:
            if record.station[9:12] == "000":
                self.enter(_Place(record.station, record.name, Tier.TOWNSHIP))
        for entry in self._standing:
            self.enter(_Place(entry.station, entry.name, entry.tier))

    def enter(self, place: _Place) -> None:
        """A later one of the same division takes the place of the one before."""
        self._by_division[place.tier, place.station[:12]] = place

    def above(self, one: Wanted) -> _Place | None:
        """The station that a new one would hang from."""
        tier = Tier.TOWNSHIP if one.tier == Tier.VILLAGE else Tier.COUNTY
        digits = DIVISION_DIGITS[tier]
        wanted = one.division[:digits].ljust(12, "0")
        found = self._by_division.get((tier, wanted))
        fits = one.parent in (None, wanted) and found is not None
        is_mine = found is not None and (self._here.tier is Tier.COUNTY or found.station == self._here.station)
        return found if fits and is_mine else None

    def holds(self, one: Wanted) -> bool:
        """Whether such a station stands already or is invited."""
        if one.tier == Tier.VILLAGE:
            return (one.division, one.name) in self._named
        return any(division == one.division for division, _ in self._named)


def _named(entry: StationEntry) -> tuple[str, str]:
    return entry.station[:12], entry.name


def _is_url(value: str) -> bool:
    try:
        fields.url(value)
    except ValueError:
        return False
    return True


def last_number(division: str, entries: Iterable[StationEntry], invited: Iterable[str]) -> int:
    """The highest station number of a division that was ever given."""
    known = [*(entry.station for entry in entries), *invited]
    return max((int(station[12:]) for station in known if station[:12] == division), default=0)
