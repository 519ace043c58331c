"""Which service items exist, in which versions; a case keeps the version it was opened with.

Entries of all items are held, forms are not: one is parsed when it is asked for, and the last few are kept.
"""

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol

from forms.entries import ItemEntry as ItemEntry
from forms.errors import SchemaError, UnknownItemError
from forms.schema import Form

FORMS_KEPT = 32
"""Forms that are held parsed; the largest of them is some hundred kilobytes."""


class Shelf(Protocol):
    """Where items come from: the program's own folder, or what a county's releases add up to."""

    def edition(self) -> str:
        """Another text whenever `current` may answer otherwise; cheap to ask."""
        ...

    def current(self) -> Iterable[ItemEntry]:
        """The version of each item that new cases are opened with, by item id."""
        ...

    def standing(self, item_id: str, package_digest: str) -> str:
        """`current`, `fillable`, `withdrawn` or `unknown`."""
        ...

    def withdrawn_at(self, item_id: str, package_digest: str) -> datetime | None:
        """When a version was withdrawn; None when it was not."""
        ...

    def package(self, package_digest: str) -> bytes | None:
        """The bytes of any version that is kept here, whether on the shelf or not."""
        ...


@dataclass(frozen=True)
class _Listed:
    """The shelf as it was at an edition; `texts` is what each entry is found by."""

    edition: str
    entries: tuple[ItemEntry, ...]
    texts: tuple[str, ...]
    by_id: dict[str, ItemEntry]


class Catalogue:
    """Items of a shelf and their forms. Safe for threads."""

    def __init__(self, shelf: Shelf, digest: Callable[[bytes], str]) -> None:
        """`digest` names a package by its bytes."""
        self._shelf = shelf
        self._digest = digest
        self._forms: OrderedDict[str, Form] = OrderedDict()
        self._lock = Lock()
        self._listed: _Listed | None = None

    def entries(self) -> tuple[ItemEntry, ...]:
        """The items on the shelf at the version that new cases are opened with, by item id."""
        return self._now().entries

    def entry(self, item_id: str) -> ItemEntry:
        """The item's entry on the shelf.

        Raises:
            UnknownItemError: not on the shelf.
        """
        found = self._now().by_id.get(item_id)
        if found is None:
            raise UnknownItemError(item_id)
        return found

    def search(self, words: str) -> tuple[ItemEntry, ...]:
        """Entries in which every word stands: in the name, its pinyin initials, the department or domain, or as the id.

        Those whose name begins with the first word or has it come first; without words, all.
        """
        asked, listed = folded(words).split(), self._now()
        if not asked:
            return listed.entries
        found = [(entry, text) for entry, text in zip(listed.entries, listed.texts, strict=True) if all(one in text for one in asked)]
        return tuple(entry for entry, _ in sorted(found, key=lambda one: _rank(asked[0], one[0])))

    def newest(self, item_id: str) -> tuple[str, Form]:
        """(digest, form) of the item's version on the shelf.

        Raises:
            UnknownItemError: not on the shelf.
        """
        digest = self.entry(item_id).digest
        return digest, self.form(item_id, digest)

    def form(self, item_id: str, package_digest: str) -> Form:
        """That version of that item, as long as it is kept here, whatever its standing.

        Raises:
            UnknownItemError: not here, or not these bytes.
        """
        form = self._kept(package_digest) or self._parsed(package_digest)
        if form is None or form.id != item_id:
            raise UnknownItemError(item_id, package_digest)
        return form

    def standing(self, item_id: str, package_digest: str) -> str:
        """How a version stands: `current`, `fillable` (older, and not withdrawn), `withdrawn` or `unknown`."""
        return self._shelf.standing(item_id, package_digest)

    def withdrawn_at(self, item_id: str, package_digest: str) -> datetime | None:
        """When a version was withdrawn, by who withdrew it; None when it was not."""
        return self._shelf.withdrawn_at(item_id, package_digest)

    def _now(self) -> _Listed:
        edition, listed = self._shelf.edition(), self._listed
        if listed is None or listed.edition != edition:
            entries = tuple(self._shelf.current())
            listed = _Listed(edition, entries, tuple(map(_text, entries)), {one.id: one for one in entries})
            self._listed = listed
        return listed

    def _kept(self, package_digest: str) -> Form | None:
        with self._lock:
            form = self._forms.get(package_digest)
            if form is not None:
                self._forms.move_to_end(package_digest)
        return form

    def _parsed(self, package_digest: str) -> Form | None:
        data = self._shelf.package(package_digest)
        if data is None or self._digest(data) != package_digest:
            return None
        try:
            form = Form.from_bytes(data)
        except SchemaError:
            return None  # made for a newer program: to this one it is not here
        with self._lock:
            self._forms[package_digest] = form
            while len(self._forms) > FORMS_KEPT:
                self._forms.popitem(last=False)
        return form


def folded(text: str) -> str:
    """Text as it is compared: wide letters and digits as narrow ones, without case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _text(entry: ItemEntry) -> str:
    """What an entry is found by; between its parts stands what nobody types."""
    return folded("\n".join((entry.name, entry.initials, entry.domain, entry.department, entry.matter_type, entry.id)))


def _rank(word: str, entry: ItemEntry) -> tuple[int, str]:
    name, initials = folded(entry.name), entry.initials
    tests = (name.startswith(word), initials.startswith(word), word in name, word in initials)
    return next((place for place, holds in enumerate(tests) if holds), len(tests)), entry.id
