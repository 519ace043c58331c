"""The applicant signs once: on the pad or on the printed form. Which answers a signature is under is kept; later changes are seen.

A signature is bound to the content of the page that bears it. So it stops counting when that page goes, and a page that was once
signed under other answers stays so, however often it is attached again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from forms.fields import PICTURE_KINDS
from forms.problems import Problem
from forms.schema import Field, Form
from node.clock import Clock
from node.errors import RequestError, StaleError
from node.paperwork.values import PAD, PAPER, SignedLine
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, MaterialRecord
from node.store.records.papers import PrintedFormRecord, SignedPageRecord

SIGNED_FORM = "mat_form"
"""The material id of the application form (申请表), printed here or elsewhere and signed."""

MOST_NAMED = 5
"""So many changed fields are named, no more."""


class Signatures:
    """Printed and signed forms of this station's cases."""

    def __init__(self, station: Station, store: Store, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock

    def digest(self, record: CaseRecord, form: Form, answers: Mapping[str, Any]) -> str:
        """The digest of the answers that are signed, of this case and at this item version; pictures are left out."""
        said = signed_answers(form, answers)
        return self._station.digest_of({"answers": said, "case": record.case_number, "package": record.package})

    def print_form(self, person: Person, record: CaseRecord, form: Form, answers: Mapping[str, Any]) -> None:
        """Keep that the form was shown for printing with these answers."""
        digest = self.digest(record, form, answers)
        with self._store.transaction():
            last = self._store.papers.printed(record.case_number)
            if last is None or last.digest != digest:
                now = self._clock.now().replace(microsecond=0)
                said = signed_answers(form, answers)
                self._store.papers.put_printed(PrintedFormRecord(record.case_number, digest, said, now, person.name))

    def page_kept(
        self, person: Person, record: CaseRecord, form: Form, answers: Mapping[str, Any], row: MaterialRecord, signing: str | None
    ) -> tuple[MaterialRecord, ...]:
        """A page was kept, in the caller's transaction: bind it when it bears a signature; the slots that it fills beside its own.

        `signing` is the digest of what the applicant saw when signing on the pad.

        Raises:
            StaleError: `signed` the answers are no longer those.
            RequestError: `sign_same` this very picture was signed under other answers.
        """
        if signing is not None:
            digest = self.digest(record, form, answers)
            if signing != digest:
                raise StaleError("signed", {"answers": digest, "given": signing})
            known = self._store.papers.signed(record.case_number)
            if any(one.plain_digest == row.plain_digest and one.digest != digest for one in known):
                raise RequestError("sign_same")
            self._bind(person, record, row, PAD, digest, signed_answers(form, answers))
            return self._filled(record, form, row, PAD)
        printed = self._store.papers.printed(record.case_number)
        if row.material != SIGNED_FORM or printed is None:
            return ()
        self._bind(person, record, row, PAPER, printed.digest, printed.answers)
        return self._filled(record, form, row, PAPER) if row.page == 1 and row.media_type != "application/pdf" else ()

    def put_back(self, record: CaseRecord, form: Form, signed: SignedLine, answers: Mapping[str, Any]) -> None:
        """Bind the pages that can bear the signature to what a letter says was signed."""
        slots, said = {SIGNED_FORM, *(one.id for one in signature_fields(form))}, signed_answers(form, answers)
        for row in self._store.materials.list(record.case_number):
            if row.material in slots:
                page = SignedPageRecord(record.case_number, row.plain_digest, signed.way, signed.answers, said, signed.at, "")
                self._store.papers.add_signed(page)

    def _bind(self, person: Person, record: CaseRecord, row: MaterialRecord, way: str, digest: str, answers: Mapping[str, Any]) -> None:
        now = self._clock.now().replace(microsecond=0)
        page = SignedPageRecord(record.case_number, row.plain_digest, way, digest, answers, now, person.name)
        self._store.papers.add_signed(page)

    def _filled(self, record: CaseRecord, form: Form, row: MaterialRecord, way: str) -> tuple[MaterialRecord, ...]:
        """The other slots that want the same signature: signature fields, and for the pad the form itself.

        A slot is filled when it is empty, or holds an earlier signature of the same way. The page is shared, not sent twice.
        """
        bound = {one.plain_digest for one in self._store.papers.signed(record.case_number) if one.way == way}
        here = {(one.material, one.page): one.plain_digest for one in self._store.materials.list(record.case_number)}
        wanted = [one.id for one in signature_fields(form)]
        if way == PAD and any(one.id == SIGNED_FORM for one in form.materials):
            wanted.append(SIGNED_FORM)
        free = [name for name in wanted if name != row.material and here.get((name, 1), row.plain_digest) in bound]
        return tuple(replace(row, material=name, page=1) for name in free)

    def line(self, record: CaseRecord, form: Form, answers: Callable[[], Mapping[str, Any]]) -> SignedLine | None:
        """The signature that the case bears, the last of several; None when there is none that was made here.

        `answers` are those that count; they are asked for only when there is one.
        """
        bound = self._bound(record)
        if not bound:
            return None
        last = bound[-1][1]
        return SignedLine(last.way, last.digest, last.signed_at, last.digest == self.digest(record, form, answers()))

    def problems(self, record: CaseRecord, form: Form, answers: Mapping[str, Any]) -> tuple[Problem, ...]:
        """A problem for each slot with a page that was signed under other answers: which fields changed since."""
        bound = self._bound(record)
        if not bound:
            return ()
        digest = self.digest(record, form, answers)
        old = {row.material: page for row, page in bound if page.digest != digest}
        fields = {one.id for one in form.fields()}
        found = []
        for name, page in old.items():
            changed = changed_labels(form, page.answers, signed_answers(form, answers))
            code, facts = ("signed_form_outdated", {"fields": changed}) if changed else ("signed_form_version", {})
            place = {"field": name} if name in fields else {"field": None, "material": name}
            found.append(Problem(code=code, facts=facts, **place))
        return tuple(found)

    def _bound(self, record: CaseRecord) -> list[tuple[MaterialRecord, SignedPageRecord]]:
        """The pages that the case has and that bear a signature, in the order in which they were signed."""
        signed = self._store.papers.signed(record.case_number)
        if not signed:
            return []
        rows = self._store.materials.list(record.case_number)
        return [(row, page) for page in signed for row in rows if row.plain_digest == page.plain_digest]


def signature_fields(form: Form) -> tuple[Field, ...]:
    """The fields that are answered by a signature."""
    return tuple(one for one in form.fields() if one.kind == "signature")


def signed_answers(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without pictures, in tables too."""
    pictures = {one.id for one in form.fields() if one.kind in PICTURE_KINDS}
    columns = {one.id: {column.id for column in one.columns if column.kind in PICTURE_KINDS} for one in form.fields() if one.columns}
    said: dict[str, Any] = {}
    for name, value in answers.items():
        if name in pictures:
            continue
        if columns.get(name) and isinstance(value, list):
            value = [{key: one for key, one in row.items() if key not in columns[name]} for row in value if isinstance(row, dict)]
        said[name] = value
    return said


def changed_labels(form: Form, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The labels of the fields whose answers differ, the first few of them."""
    labels = [one.label for one in form.fields() if before.get(one.id) != after.get(one.id)]
    more = "……" if len(labels) > MOST_NAMED else ""
    return "、".join(labels[:MOST_NAMED]) + more
