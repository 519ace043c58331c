"""Versions of an item under an open draft: what a newer one changes, and how the draft moves to it.

A draft stays on the version it was opened with and is fillable on it; it cannot be submitted on one that the county has withdrawn.
The agent may move it to the version on the shelf, having seen what changes and what of the answers has no place there. A case that was
submitted once keeps its version for good, even a withdrawn one: its letters name the package, and those who admit them look for the same
one in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.catalogue import Catalogue
from forms.changes import Change, changes_between, places_kept
from forms.errors import UnknownItemError
from forms.fields import IMAGE_KINDS
from forms.schema import Field, Form
from forms.settle import is_empty
from forms.validate import derive
from node.casework.casebook import Casebook, title_of
from node.casework.drafts import Drafts
from node.clock import Clock
from node.errors import NotAllowedError, RequestError, StaleError
from node.paperwork.values import RESERVED
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord, CaseRecord


@dataclass(frozen=True)
class Left:
    """Something of a draft that has no place in the newer version: an answer, or the pages of a material (`value` is their number)."""

    label: str
    value: Any
    material: str | None = None


@dataclass(frozen=True)
class Upgrade:
    """The way of a draft to the version on the shelf: `package` names it, `withdrawn` says that the draft's own is."""

    package: str
    form: Form
    withdrawn: bool
    changes: tuple[Change, ...]
    left: tuple[Left, ...]


class Versions:
    """Compares open drafts with the shelf and moves them."""

    def __init__(self, store: Store, catalogue: Catalogue, casebook: Casebook, drafts: Drafts, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._casebook = casebook
        self._drafts = drafts
        self._clock = clock

    def package(self, item_id: str, digest: str) -> bytes:
        """The bytes of a version, on the shelf or not.

        Raises:
            UnknownItemError: it is not here.
        """
        return self._catalogue.form(item_id, digest).data

    def upgrade(self, record: CaseRecord) -> Upgrade | None:
        """The newer version of a draft's item, None where there is none or the case was submitted once."""
        if record.head is not None:
            return None
        try:
            package, new = self._catalogue.newest(record.item_id)
        except UnknownItemError:
            return None
        if package == record.package:
            return None
        old = self._casebook.form(record)
        return Upgrade(package, new, self._drafts.is_withdrawn(record), changes_between(old, new), self._left(record, old, new))

    def move(self, person: Person, number: str, version: int, package: str) -> int:
        """Move a draft to the version `package`, which is the one on the shelf; the draft's new version.

        What has no place there goes, with the pages of materials that it does not ask for; everything else stays.

        Raises:
            NotAllowedError: the case is not open for this person; `submitted` it was submitted once.
            RequestError: `upgrade` that version is not the one on the shelf, or the draft is on it already.
            StaleError: `answers` another tab or person changed the draft first.
        """
        now = self._clock.now()
        with self._store.transaction():
            record = self._drafts.open_for_change(person, number)
            if record.head is not None:
                raise NotAllowedError("submitted")
            way = self.upgrade(record)
            if way is None or way.package != package:
                raise RequestError("upgrade")
            draft = self._drafts.draft(record)
            if draft.version != version:
                raise StaleError("answers", {"version": draft.version, "given": version, "answers": dict(draft.answers)})
            kept = derive(way.form, places_kept(self._casebook.form(record), way.form, draft.answers), self._drafts.today())
            for left in way.left:
                if left.material is not None:
                    for row in self._store.materials.list(record.case_number):
                        if row.material == left.material:
                            self._store.materials.delete(record.case_number, row.material, row.page)
            self._store.drafts.put(replace(draft, version=version + 1, answers=kept, updated_at=now, updated_by=person.name))
            self._store.cases.put(replace(record, package=package, title=title_of(kept), updated_at=now))
            facts = {"from": record.package, "to": package}
            self._store.audit.append(AuditRecord(now, person.name, "draft_upgraded", record.case_number, facts))
        return version + 1

    def _left(self, record: CaseRecord, old: Form, new: Form) -> tuple[Left, ...]:
        answers = self._drafts.draft(record).answers
        kept = places_kept(old, new, answers)
        gone = [
            Left(one.label, lost) for one in old.fields() if not is_empty(lost := _lost(old, one, answers.get(one.id), kept.get(one.id)))
        ]
        names = {one.id: one.name for one in old.materials} | {one.id: one.label for one in old.fields()}
        slots = RESERVED | {one.id for one in new.materials} | {one.id for one in new.fields() if one.kind in IMAGE_KINDS}
        pages: dict[str, int] = {}
        for row in self._store.materials.list(record.case_number):
            if row.material not in slots:
                pages[row.material] = pages.get(row.material, 0) + 1
        return (*gone, *(Left(names.get(one, one), count, one) for one, count in pages.items()))


def _lost(form: Form, field: Field, before: Any, after: Any) -> Any:
    """What of an answer is not carried over: all of it, or the cells of a table's rows that have no column any more."""
    if field.kind in IMAGE_KINDS or is_empty(before) or before == after:
        return ""
    if not field.columns or not isinstance(before, list):
        return _named(form, field, before)
    kept = after if isinstance(after, list) else []
    columns = {one.id: one for one in field.columns}
    rows = [
        {
            columns[name].label: _named(form, columns[name], value)
            for name, value in row.items()
            if name in columns and not (at < len(kept) and name in kept[at])
        }
        for at, row in enumerate(before)
        if isinstance(row, Mapping)
    ]
    return [row for row in rows if row]


def _named(form: Form, field: Field, value: Any) -> Any:
    """An answer as people read it: a code of a choice list by its name."""
    if field.list is None:
        return value
    known = form.lists[field.list]
    return [known.label(str(one)) for one in value] if isinstance(value, list) else known.label(str(value))
