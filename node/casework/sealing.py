"""Sealing (盖章): which seals an act bears at this station, whose keys open them, and the letter sealed with them.

The rules themselves are in `seal_rules`; here they meet the cabinet of this station. Keys are opened outside of transactions, and a key
that does not open leaves nothing behind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.schema import Form
from forms.sealing import UNIT, seal_wanted
from node.casework.bodies import Act, HeadPin
from node.casework.case import Event
from node.casework.letter import CONTEXT, Letter, SealedLetter, make_frame, read_frame
from node.casework.seal_rules import EVENTS_WITH_SEAL, Applied, fault, fits, is_named
from node.casework.views import NO_OFFER, HeadLine, SealOffer
from node.clock import county_day
from node.config import PolicySettings
from node.errors import NotAllowedError, RequestError
from node.paperwork.values import SEAL_APPROVAL
from node.roles import Role, Tier
from node.seals.cabinet import Cabinet, HeldSeal, OpenSeal
from node.staff.keyring import Keyring, OpenKey
from node.staff.kin import Kinship
from node.staff.people import Person
from node.staff.tokens import FILE, holder_of
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord, PersonRecord
from node.store.records.sealing import SealUseRecord
from signing.errors import PinError, PinLockedError
from signing.seal import CompactSeal, Seal, parse_seal, sign_compact

REQUIRED = "required"
"""Of a policy: nothing is sealed without it."""

OWN, HEAD, BATCH = "own", "head", "batch"
"""How a seal was opened: at its custodian's own session, by the head's PIN at another's, or as one of several in one go."""

SEAL_NEEDED = "unit_seal_needed"


class HeadPinError(PinError):
    """The village head's PIN is wrong; the agent's was right."""


class HeadPinLockedError(PinLockedError):
    """The village head's key stays shut; the agent's opened."""


class SealPinError(PinError):
    """The PIN of the unit's seal is wrong, which has one of its own where its custodian's key is on a token."""


class SealPinLockedError(PinLockedError):
    """The unit's seal stays shut for this custodian."""


@dataclass(frozen=True)
class Opened:
    """What an act is sealed with: the actor's key, the head's where it was given, the unit's seal where one goes under it."""

    own: OpenKey
    head: OpenKey | None = None
    unit: OpenSeal | None = None

    @property
    def persons(self) -> tuple[OpenKey, ...]:
        """The persons' keys, the actor's first."""
        return (self.own,) if self.head is None else (self.own, self.head)

    @property
    def keys(self) -> "tuple[OpenKey | OpenSeal, ...]":
        """All of them in the order of their seals: the actor's, the head's, the unit's."""
        return self.persons if self.unit is None else (*self.persons, self.unit)


@dataclass(frozen=True)
class Matter:
    """What an act is about: the case, its form and answers, and the village in whose name is written (empty for the station's own)."""

    record: CaseRecord
    form: Form
    answers: Mapping[str, Any]
    division: str = ""


class Sealing:
    """Seals letters at one station."""

    def __init__(
        self, station: Station, store: Store, keyring: Keyring, cabinet: Cabinet, kinship: Kinship, policy: PolicySettings
    ) -> None:
        self._station = station
        self._store = store
        self._keyring = keyring
        self._cabinet = cabinet
        self._kinship = kinship
        self._policy = policy

    def offer(self, person: Person, matter: Matter, events: Iterable[Event]) -> SealOffer:
        """The unit's seal that would go under these events of a case, if the person made one of them now."""
        tier = Tier(self._station.tier)
        wanted = seal_wanted(matter.form.tiers, tier.value)
        bearing = tuple(one.value for one in events if one in EVENTS_WITH_SEAL[tier])
        if wanted is None or not bearing or matter.record.practice:
            return NO_OFFER
        offer = SealOffer(wanted, bearing, required=self._policy.unit_seal == REQUIRED)
        if tier is Tier.VILLAGE and wanted == UNIT and Event.SUBMITTED in bearing:
            offer = replace(offer, on_paper=True, scanned=self._scanned(matter.record))
        lacking = "no_seal"
        for held in self._candidates(matter.form, tier, matter.division):
            by_another = _is_committees(held, tier) and Role.VILLAGE_HEAD not in person.roles
            heads = self._heads(person, held, matter) if by_another else ()
            lacking = _lacking(person, held, heads, by_another=by_another)
            if not lacking:
                found = replace(offer, name=held.name, seal_id=held.seal_id, digest=held.digest, heads=heads)
                return replace(found, seal_pin=self._on_token(person, heads))
        return replace(offer, lacking=lacking)

    def _candidates(self, form: Form, tier: Tier, division: str) -> list[HeldSeal]:
        """The seals here that would do: those in use first, of them the one that the item names, then by kind, then what stands in."""
        wanted = seal_wanted(form.tiers, tier.value)
        fitting = [one for one in self._cabinet.held(division) if fits(form, tier, one.seal_id, one.name)]
        return sorted(fitting, key=lambda one: (not one.is_in_use, not is_named(form, tier, one.name), one.kind != wanted))

    def _heads(self, person: Person, held: HeldSeal, matter: Matter) -> tuple[HeadLine, ...]:
        """The village heads who keep this seal and whose own or kin's case this is not."""
        found = (self._store.people.get(name) for name in held.custodians if name != person.name)
        heads = [one for one in found if one is not None and Role.VILLAGE_HEAD in one.roles and not one.disabled]
        return tuple(HeadLine(one.name, one.display_name) for one in heads if not self.recusal(one.name, matter))

    def _on_token(self, person: Person, heads: tuple[HeadLine, ...]) -> bool:
        """Whether the key of who would open the seal is on a token, so that the seal has a PIN of its own."""
        records = (self._store.people.get(name) for name in ([one.name for one in heads] or [person.name]))
        return any(holder_of(one.key_name) != FILE for one in records if one is not None and one.key_name is not None)

    def _scanned(self, record: CaseRecord) -> int:
        return sum(one.material == SEAL_APPROVAL for one in self._store.materials.list(record.case_number))

    def recusal(self, name: str, matter: Matter) -> str:
        """`own_case` or `kin_case` where this person may seal nothing that counts; else empty."""
        return self._kinship.fault(name, matter.form, matter.answers) or ""

    def check(self, recusal: str, event: Event, matter: Matter, offer: SealOffer, act: Act) -> None:
        """Return when the act may be sealed as it was asked for; before any key is opened. `recusal` is the actor's.

        Raises:
            NotAllowedError: `own_case`, `kin_case`, `unit_seal_needed`, `not_head`, `head_kin`.
            RequestError: `seal_approval_twice`, `seal_approval_other`, the approval on paper does not go with this act; `head_other`.
        """
        if event in BEARING and recusal:
            raise NotAllowedError(recusal)
        if act.seal_approval is not None and act.head is not None:
            raise RequestError("seal_approval_twice")
        if act.seal_approval is not None and not (offer.on_paper and event.value in offer.events):
            raise RequestError("seal_approval_other")
        if act.head is not None:
            self._check_head(act.head.name, event, matter, offer)
        applied = bool(offer.digest) and (not offer.heads or act.head is not None)
        if event.value in offer.events and offer.required and not applied and act.seal_approval is None:
            raise NotAllowedError(SEAL_NEEDED)

    def _check_head(self, name: str, event: Event, matter: Matter, offer: SealOffer) -> None:
        if event.value not in offer.events or (offer.digest and not offer.heads):
            raise RequestError("head_other")
        if name not in {one.name for one in offer.heads}:
            raise NotAllowedError("head_kin" if self.recusal(name, matter) else "not_head")

    def open(self, person: Person, letter: Letter, offer: SealOffer, act: Act) -> Opened:
        """Open the keys that this letter is sealed with. To be called outside of transactions.

        Raises:
            PinError, PinLockedError: the person's key; `HeadPinError`, `HeadPinLockedError` the head's.
            NotAllowedError, KeyFileError: as `Keyring.open` and `Cabinet.open`; `unit_seal_rule`, these may not stand together.
        """
        opened = self._opened(person, letter, offer, act)
        if opened.unit is not None:
            self._check_together(letter, opened)
        return opened

    def _check_together(self, letter: Letter, opened: Opened) -> None:
        """Return when other stations would take these seals: they go by the certificates, not by the roles of accounts here."""
        suite = self._station.suite
        if fault(letter, [Applied(one.signer.certificate, parse_seal(suite, one.seal)) for one in opened.keys]) is not None:
            raise NotAllowedError("unit_seal_rule")

    def _opened(self, person: Person, letter: Letter, offer: SealOffer, act: Act) -> Opened:
        own = self._keyring.open(person, act.pin, letter.division)
        if letter.kind not in offer.events or not offer.digest or act.seal_approval is not None:
            return Opened(own)
        key_name = self._cabinet.name_of(offer.digest, letter.division)
        if key_name is None:
            raise NotAllowedError("unit_seal_unknown")
        if not offer.heads:
            return Opened(own, unit=self._open_unit(key_name, own, act.seal_pin))
        if act.head is None:
            return Opened(own)
        head = self._open_head(person, act.head, letter)
        return Opened(own, head, self._open_unit(key_name, head, act.head.seal_pin))

    def _open_unit(self, key_name: str, key: OpenKey, pin: str | None) -> OpenSeal:
        try:
            return self._cabinet.open_named(key_name, key, pin)
        except PinError as error:
            raise SealPinError(error.attempts_left) from error
        except PinLockedError as error:
            raise SealPinLockedError from error

    def _open_head(self, person: Person, head: HeadPin, letter: Letter) -> OpenKey:
        record = self._store.people.get(head.name)
        if record is None or not head.pin:
            raise RequestError("head_pin_needed")
        try:
            return self._keyring.open(_person(record), head.pin, letter.division, keep=False)
        except PinError as error:
            self._note_wrong(person, head, letter)
            raise HeadPinError(error.attempts_left) from error
        except PinLockedError as error:
            raise HeadPinLockedError from error

    def _note_wrong(self, person: Person, head: HeadPin, letter: Letter) -> None:
        """Write down at whose desk one of the head's few tries was used up: a key can be shut on purpose, but not by nobody."""
        with self._store.transaction():
            line = AuditRecord(letter.at, person.name, "head_pin_wrong", letter.case_number, {"head": head.name})
            self._store.audit.append(line)

    def seal(self, letter: Letter, opened: Opened) -> SealedLetter:
        """The letter with its seals: the actor's, the head's, the unit's.

        Raises:
            SigningError: a key would not sign.
        """
        payload = letter.payload()
        seals = [self._sign(one, payload, letter) for one in opened.keys]
        return read_frame(make_frame(payload, seals), self._station.suite.digest)

    def _sign(self, one: OpenKey | OpenSeal, payload: bytes, letter: Letter) -> CompactSeal:
        return sign_compact(self._station.suite, one.signer, one.seal, CONTEXT + payload, letter.at)

    def note(self, person: Person, matter: Matter, sealed: SealedLetter, opened: Opened, *, batch: bool) -> None:
        """Write down who used which seal beside the actor's own, in the caller's transaction."""
        letter, opener = sealed.letter, opened.head or opened.own
        how = HEAD if opened.head is not None else BATCH if batch else OWN
        for one in (opened.head, opened.unit):
            if one is None:
                continue
            seal = parse_seal(self._station.suite, one.seal)
            self._store.seal_uses.add(self._use(sealed, matter, opener.person_name, how, seal))
            facts = {"letter": sealed.letter_id, "seal": seal.seal_id, "how": how, "desk": person.name}
            self._store.audit.append(AuditRecord(letter.at, opener.person_name, "seal_used", letter.case_number, facts))

    def _use(self, sealed: SealedLetter, matter: Matter, opener: str, how: str, seal: Seal) -> SealUseRecord:
        letter, known = sealed.letter, self._store.people.get(opener)
        return SealUseRecord(
            day=county_day(letter.at).isoformat(),
            at=letter.at,
            person=opener,
            person_name=known.display_name if known else opener,
            how=how,
            seal_id=seal.seal_id,
            seal_name=seal.name,
            letter_id=sealed.letter_id,
            event=letter.kind,
            case_number=letter.case_number,
            item_id=letter.item_id,
            item_name=matter.form.name,
            title=matter.record.title,
            documents=letter.documents is not None,
        )


BEARING = frozenset().union(*EVENTS_WITH_SEAL.values())
"""Events that somebody's own or kin's case is refused: those that a unit's seal can go under, whether one is asked for or not."""


def _lacking(person: Person, held: HeldSeal, heads: tuple[HeadLine, ...], *, by_another: bool) -> str:
    """Why this seal cannot go under an act of the person; empty when it can."""
    if not held.is_in_use:
        return held.state
    if by_another:
        return "" if heads else "no_head"
    return "" if person.name in held.custodians else "no_custodian"


def _is_committees(held: HeldSeal, tier: Tier) -> bool:
    """Whether it is the village committee's own seal (村委会公章), which only the head puts on."""
    return tier is Tier.VILLAGE and held.kind == UNIT


def _person(record: PersonRecord) -> Person:
    """The person as somebody who has no session here."""
    return Person(record.name, record.display_name, record.roles)
