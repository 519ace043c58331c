"""The desk of unit seals (印章): what pages, API and commands call about them, put together. Decides nothing itself."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.chores import Chore
from node.drawing.specs import SealSpec, unit_spec
from node.errors import EnrolmentError, NotAllowedError, RequestError
from node.seals.asking import SealAsking
from node.seals.cabinet import Cabinet
from node.seals.making import SAMPLE
from node.seals.register import SealRegister
from node.seals.spreading import SealLists
from node.seals.status import CONTEXT as LIST
from node.seals.status import StatusBook
from node.staff.keyring import Keyring, OpenKey
from node.staff.people import Person
from node.store import Store
from node.store.records.seals import SealRecord
from signing.algorithms import Suite
from signing.errors import SigningError
from signing.seal import KINDS, Seal, parse_seal
from signing.seal_image import Picture

LONGEST_NAME = 40
REQUEST, ANSWER = b"yizhan request 1\n", b"yizhan answer 1\n"
LARGEST_FILE = 8 << 20
"""The largest of the files that come by USB disk: the county's answer, or its list."""


@dataclass(frozen=True)
class Pictures:
    """Makes pictures of seals: drawn from a name, or cleaned from a file; raise `DrawingError`."""

    draw: Callable[[SealSpec], Picture]
    clean: Callable[[bytes, int, int], Picture]


@dataclass(frozen=True)
class SealDesk:
    """Everything about unit seals at one station; `register` does something only at a county."""

    cabinet: Cabinet
    asking: SealAsking
    register: SealRegister
    lists: SealLists
    statuses: StatusBook
    pictures: Pictures
    keyring: Keyring
    store: Store
    suite: Suite

    def chore(self) -> Chore:
        """What comes round: seals that came, requests that must be sent again, and the list to who has not got it."""
        return Chore("seals", timedelta(seconds=30), self.run)

    def run(self, now: datetime) -> None:
        """Do it once."""
        with suppress(NotAllowedError):
            # A restored station waits for its next number first.
            self.asking.run(now)
            self.register.publish_changes(now)
            self.lists.run(now)

    def opened(self, person: Person, pin: str) -> OpenKey:
        """A person's own key, opened with the PIN for this once.

        Raises:
            NotAllowedError: `pin_needed`; `no_key` and the like.
            PinError, PinLockedError, KeyFileError: it does not open.
        """
        if not pin:
            raise NotAllowedError("pin_needed")
        return self.keyring.open(person, pin, keep=False)

    def draw(self, request: str, name: str, centre: str, diameter_mm: int, by: str) -> SealRecord:
        """Draw the picture of a seal that was asked for: a sample (样章), in its name too.

        Raises:
            RequestError: `seal_name_bad`.
            DrawingError, GlyphError: it cannot be drawn.
            NotFoundError, NotAllowedError: as `SealRegister.draw`.
        """
        picture = self.pictures.draw(unit_spec(_checked(name), diameter_mm, centre))
        return self.register.draw(request, f"{_checked(name)}{SAMPLE}", picture, by)

    def bring(self, request: str, name: str, png: bytes, width_mm: int, height_mm: int, by: str) -> SealRecord:
        """Take the picture of a licensed seal maker for a seal that was asked for.

        Raises:
            RequestError, DrawingError, NotFoundError, NotAllowedError: as `draw`.
        """
        return self.register.draw(request, _checked(name), self.pictures.clean(png, width_mm, height_mm), by)

    def take_file(self, data: bytes) -> str:
        """Take a file (not trusted) that came by USB disk: `request` at a county, `granted`, `refused` or `list`.

        Raises:
            EnrolmentError: it is none of these (`document_other`), or may not be taken.
            NotAllowedError, SigningError: it cannot be used here.
        """
        if data.startswith(REQUEST):
            self.register.take(data)
            return "request"
        if data.startswith(ANSWER):
            return "granted" if self.asking.take(data) else "refused"
        if data.startswith(LIST):
            self.lists.take(data)
            return "list"
        raise EnrolmentError("document_other")

    def personal(self) -> tuple[Seal, ...]:
        """The personal seals (个人章) that are known here, by name: they are made with their certificates, and not kept in the register."""
        found: list[Seal] = []
        for row in self.store.certificates.all("seal"):
            with suppress(SigningError):
                seal = parse_seal(self.suite, row.der)
                found += [seal] if seal.kind == KINDS["person"] else []
        return tuple(sorted(found, key=lambda one: (one.name, one.seal_id)))


def _checked(name: str) -> str:
    name = name.strip().removesuffix(SAMPLE)
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise RequestError("seal_name_bad", most=LONGEST_NAME)
    return name
