"""What the pages are given when a station is put together: the desk, who is logged in, and a few facts about the station."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Blueprint

from forms.problems import Problem
from forms.schema import Form
from node.clock import Clock
from node.people import Person, Session
from node.views import Attachment, CaseLine, CaseView, LetterLine, LinkStatus, Mark


class Desk(Protocol):
    """The counter (柜台): all that a person may do. Each method may raise any `NodeError`, `FormError` or `SigningError`."""

    def items(self) -> tuple[Form, ...]:
        """The forms this station may accept."""
        ...

    def item(self, item_id: str) -> tuple[str, Form]:
        """The newest package of an item: its digest, and the form."""
        ...

    def form_of(self, number: str) -> Form:
        """The form a case was opened with."""
        ...

    def open_case(self, person: Person, item_id: str) -> CaseView:
        """A new draft."""
        ...

    def save_answers(
        self, person: Person, number: str, version: int, answers: Mapping[str, Any]
    ) -> tuple[int, tuple[Problem, ...]]:
        """Merge answers into a draft: its new version, and what is wrong."""
        ...

    def attach(self, person: Person, number: str, material: str, page: int, data: bytes) -> tuple[Attachment, tuple[str, ...]]:
        """Clean and keep one page of a material."""
        ...

    def detach(self, person: Person, number: str, material: str, page: int) -> None:
        """Take a page off a draft."""
        ...

    def attachment(self, person: Person, number: str, material: str, page: int, preview: bool = False) -> tuple[bytes, str]:
        """A page's bytes and media type."""
        ...

    def case(self, person: Person, number: str) -> CaseView:
        """A case, by its long or short number."""
        ...

    def cases(
        self, person: Person, states: Sequence[str] = (), box: str | None = None, q: str | None = None,
        after: str | None = None, limit: int = 50,
    ) -> tuple[CaseLine, ...]:  # fmt: skip
        """Cases in a box, newest first."""
        ...

    def counts(self, person: Person) -> Mapping[str, int]:
        """How many cases each box holds."""
        ...

    def letters(self, person: Person, number: str) -> tuple[LetterLine, ...]:
        """The chain of a case."""
        ...

    def act(
        self, person: Person, number: str, event: str, *, pin: str | None = None, shown: str | None = None,
        expected_head: str | None = None, reason: str | None = None, note: str | None = None, marks: Sequence[Mark] = (), receiver: str | None = None,
        text: str | None = None,
    ) -> CaseView:  # fmt: skip
        """Make an event, sealed by the person's key."""
        ...

    def reveal(self, person: Person, number: str) -> CaseView:
        """A case to be shown unmasked; who looked is logged."""
        ...

    def discard(self, person: Person, number: str) -> None:
        """Throw away a draft that was never submitted."""
        ...

    def status(self) -> LinkStatus:
        """The line upward, and what waits."""
        ...


class People(Protocol):
    """Logins: made, found, ended."""

    def login(self, name: str, password: str) -> tuple[str, Session]:
        """The token for the cookie, and the login; raises LoginError."""
        ...

    def session(self, token: str) -> Session | None:
        """The login of a cookie, None when it is unknown, ended or too old."""
        ...

    def logout(self, session: Session) -> None:
        """End a login."""
        ...


class Keyring(Protocol):
    """Personal keys."""

    def is_open(self, person: Person) -> bool:
        """Whether the person's key is unlocked for a while, so that no PIN is asked."""
        ...


class PageImages(Protocol):
    """Draws a page of a PDF."""

    def page_image(self, pdf: bytes, number: int) -> bytes:
        """Page `number`, from 1, as a JPEG."""
        ...


@dataclass(frozen=True)
class Station:
    """Which station these pages belong to; `divisions` are the (code, name) pairs offered for region fields."""

    id: str
    name: str
    tier: str
    divisions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Parts:
    """All collaborators of the pages. `door` is the peers' door, which checks its callers itself."""

    desk: Desk
    people: People
    keyring: Keyring
    images: PageImages
    clock: Clock
    station: Station
    host_names: tuple[str, ...] = ()
    door: Blueprint | None = None
    log: Callable[[str, Mapping[str, str]], None] = field(default=lambda _event, _facts: None)
