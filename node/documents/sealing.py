"""Sealing of documents at the act: what is prepared before, and what the seals are put on.

`prepare` makes the pages (slow the first time, remembered by what was shown); `seal` puts on the seals, with keys already open;
`assemble` puts together what the letters of a case brought. What goes up is one enclosure, see `node.documents.carried`.

A later tier seals the form only where the pages that came are the ones that this station makes of the same letter: nobody seals what
was not shown here.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from node.casework.case import Event
from node.casework.casebook import Casebook, title_of
from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import EnclosureEntry, Letter
from node.documents.carried import MEDIA, SealedDocument, carry, packed_ofd
from node.documents.certificate import read_certificate
from node.documents.collecting import Collection
from node.documents.facts import Organ
from node.documents.layout import Layout, SealPlace
from node.documents.ofd_pages import ofd_files
from node.documents.pages import DECISIONS, CasePages
from node.drawing.process import DrawingProcess
from node.errors import DrawingError, GlyphError, NotFoundError, StoreError
from node.paperwork.members import read_members
from node.paperwork.values import DOCUMENTS
from node.roles import Tier
from node.seals.cabinet import OpenSeal
from node.staff.keyring import OpenKey
from node.station import Station
from node.store import Store
from node.store.enclosure_queries import LATE
from node.store.records import CaseRecord
from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.envelope import new_content_key
from signing.errors import DocumentError, SigningError
from signing.ofd import OpenOfd, open_files, seal_files, without_seals, write_ofd
from signing.packages import PackedFile
from signing.pdf import OpenPdf, can_show, open_pdf, same_pages, seal_pdf
from signing.seal import parse_seal
from signing.stamps import StampPlace, VisibleSeal
from signing.trust import TrustStore

SEALED_FORM = frozenset({Event.ACCEPTED.value, Event.NOT_ACCEPTED.value, Event.FORWARDED.value, Event.APPROVED.value, Event.DENIED.value})
"""Acts of later tiers that set their seals under the form, the first of each tier."""

MOST_REMEMBERED = 12
_GAP_MM = 2.0


@dataclass(frozen=True)
class Ready:
    """A document that was read already, so that sealing it need not: the PDF, the OFD, and those of their files that are packed."""

    pdf: OpenPdf | None = field(default=None, repr=False)
    ofd: OpenOfd | None = field(default=None, repr=False)
    packed: Mapping[str, PackedFile] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Made:
    """A document without seals as it was made here: its files, and where each tier's seals go."""

    pdf: bytes = field(repr=False)
    ofd: Mapping[str, bytes] = field(repr=False)
    places: tuple[SealPlace, ...]
    ready: Ready

    def place_of(self, tier: str) -> SealPlace | None:
        """Where a tier's seals go."""
        return next((place for place in self.places if place.tier == tier), None)


@dataclass(frozen=True)
class Prepared:
    """What an act is going to seal: documents as they are before it, by kind, and where its seals go. False where that is nothing.

    `carried` are those of them that came with earlier letters, `ready` what was worked out of them before. `problems` says of documents
    that will not be sealed why: `glyph` (with the `characters` that the fonts lack), `drawing_slow`, `drawing_failed`, `not_here` (an
    earlier part has not come), `other_pages` (they are not what is shown here), `unreadable`.
    """

    tier: str
    carried: Mapping[str, SealedDocument] = field(default_factory=dict, repr=False)
    before: Mapping[str, SealedDocument] = field(default_factory=dict, repr=False)
    places: Mapping[str, SealPlace] = field(default_factory=dict)
    ready: Mapping[str, Ready] = field(default_factory=dict, repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)
    characters: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to seal."""
        return bool(self.before)

    def with_document(self, kind: str, document: SealedDocument, place: SealPlace, ready: Ready) -> "Prepared":
        """With a document more; `document` is what came, or the pages that were made here."""
        came = {**self.carried, kind: document} if document.tiers else self.carried
        before, places = {**self.before, kind: document}, {**self.places, kind: place}
        return replace(self, carried=came, before=before, places=places, ready={**self.ready, kind: ready})

    def with_problem(self, kind: str, code: str, characters: str = "") -> "Prepared":
        """With a document that will not be sealed."""
        return replace(self, problems={**self.problems, kind: code}, characters=self.characters or characters)


@dataclass(frozen=True)
class Attached:
    """Sealed documents that are on the disk while nothing names them yet: what the letter says of them, and their key."""

    entry: EnclosureEntry
    key: bytes = field(repr=False)


class Documents:
    """Makes, seals and puts together the documents (文书) of cases. `content` gives an enclosure in the clear."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        pages: CasePages,
        drawing: DrawingProcess,
        content: Callable[[EnclosureEntry], bytes],
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._pages = pages
        self._drawing = drawing
        self._collection = Collection(station, casebook, content)
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._turn = threading.Lock()

    def prepare(self, record: CaseRecord, letter: Letter, shown: str = "", *, keep: bool = True) -> Prepared:
        """What this letter, not sealed yet, would seal. To be called outside of transactions; never stops an act.

        `shown` is the digest of what the page showed: pages that were made for it are not made again. With `keep` off they are not
        remembered: the act itself uses up what its check page made, and what it has to make pushes nobody else's out.
        """
        prepared = Prepared(str(self._station.tier))
        if letter.kind == Event.SUBMITTED:
            return self._with_new(prepared, record, letter, "form", shown, keep=keep)
        if letter.kind in SEALED_FORM:
            prepared = self._with_form(prepared, record, keep=keep)
        if letter.kind == Event.ACCEPTED and "acceptance_number" in letter.body:  # it is given when the key is open, so never ahead
            prepared = self._with_new(prepared, record, letter, "acceptance", shown, keep=keep)
        if letter.kind in DECISIONS:
            prepared = self._with_new(prepared, record, letter, "result", shown, keep=keep)
            if read_certificate(letter.body) is not None:
                prepared = self._with_new(prepared, record, letter, "certificate", shown, keep=keep)
        return prepared

    def _with_new(self, prepared: Prepared, record: CaseRecord, letter: Letter, kind: str, shown: str, *, keep: bool) -> Prepared:
        """With a document that this letter brings about."""
        try:
            made = self._make(record, letter, kind, shown, keep=keep)
        except GlyphError as error:
            return prepared.with_problem(kind, "glyph", error.characters)
        except DrawingError as error:
            return prepared.with_problem(kind, error.code)
        except (DocumentError, NotFoundError):
            return prepared.with_problem(kind, "drawing_failed")
        place = made.place_of(prepared.tier)
        return prepared if place is None else prepared.with_document(kind, SealedDocument(made.pdf, made.ofd), place, made.ready)

    def _with_form(self, prepared: Prepared, record: CaseRecord, *, keep: bool) -> Prepared:
        """With the form that came, where it is whole, shows what this station shows, and has no seal of this tier."""
        submitted = self._casebook.history(record.case_number).latest(Event.SUBMITTED)
        collected = self._collection.of_case(record.case_number)
        form = collected.documents.get("form")
        if form is not None and prepared.tier in form.tiers:
            return prepared
        if collected.problem:
            return prepared.with_problem("form", collected.problem)
        if submitted is None or form is None:
            return prepared
        letter, shown = submitted.sealed.letter, submitted.sealed.letter_id
        here = self._with_new(Prepared(prepared.tier), record, letter, "form", shown, keep=keep)
        if not here:
            return replace(prepared, problems={**prepared.problems, **here.problems}, characters=here.characters)
        came = open_pdf(self._station.suite, form.pdf) if form.pdf else None
        if not _shows(form, came, here.before["form"]):
            return prepared.with_problem("form", "other_pages")
        return prepared.with_document("form", form, here.places["form"], Ready(came))

    def _make(self, record: CaseRecord, letter: Letter, kind: str, shown: str, *, keep: bool) -> Made:
        """The pages of a document; the last ones made are remembered, as far as they are to be kept.

        Raises:
            DrawingError: they cannot be drawn; `GlyphError` where the fonts lack a character.
            DocumentError, NotFoundError: they are no document.
        """
        said = "" if kind == "form" and shown else self._station.digest_of({"body": dict(letter.body)})
        key = f"{kind} {letter.case_number} {letter.checked_on} {shown} {said}"
        with self._turn:
            known = self._made.pop(key, None)
            if known is not None and keep:
                self._made[key] = known  # now the last to go
        if known is not None:
            return known
        layout = self._layout(record, letter, kind)
        files, suite = ofd_files(layout), self._station.suite
        opened, pdf = open_files(suite, files), self._drawing.render_pdf(layout)
        made = Made(pdf, files, tuple(layout.seals), Ready(open_pdf(suite, pdf), opened, packed_ofd(kind, files)))
        with self._turn:
            if keep:
                self._made[key] = made
            while len(self._made) > MOST_REMEMBERED:
                self._made.popitem(last=False)
        return made

    def _layout(self, record: CaseRecord, letter: Letter, kind: str) -> Layout:
        if kind == "form":
            answers = letter.body.get("answers")
            answers = answers if isinstance(answers, dict) else {}
            # At every station the same: the title is kept apart from the letters, and might be of a later draft.
            record = replace(record, title=title_of(answers))
            entries = [one for one in letter.enclosures if not one.is_documents]
            signed = self._signed(record, letter, answers)
            cards = read_members(letter.body, "", letter.checked_on).cards
            return self._pages.form(record, answers, entries, signed=signed, checked_on=letter.checked_on, cards=cards)
        facts = self._pages.facts(record)
        is_village = self._station.tier == Tier.VILLAGE
        organ = Organ(Tier.VILLAGE.value, facts.village_name) if is_village else self._pages.organ_of(self._station.station)
        if kind == "acceptance":
            return self._pages.acceptance(record, letter.body, organ, letter.checked_on)
        make = self._pages.result if kind == "result" else self._pages.certificate
        return make(record, letter.kind, letter.body, organ, letter.checked_on)

    def _signed(self, record: CaseRecord, letter: Letter, answers: Mapping[str, Any]) -> str:
        """Where the applicant signed these very answers: on the pad, on paper, or nowhere."""
        signed = letter.body.get("signed")
        agrees = isinstance(signed, dict) and signed.get("answers") == self._pages.form_digest(record, answers)
        return str(signed.get("by")) if isinstance(signed, dict) and agrees else ""

    def seal(self, prepared: Prepared, persons: Sequence[OpenKey], unit: OpenSeal, at: datetime) -> bytes:
        """The enclosure `documents` of the letter: everything new, with the persons' seals (the actor's first) and the unit's.

        Raises:
            SigningError: a key or seal will not sign.
        """
        sealed: dict[str, SealedDocument] = {}
        packed: dict[str, PackedFile] = {}
        for kind, document in prepared.before.items():
            seals, ready = placed(self._station.suite, persons, unit, prepared.places[kind]), prepared.ready[kind]
            sealed[kind] = self._sealed(document, ready, seals, unit, at, prepared.tier)
            packed |= ready.packed
        return carry(prepared.carried, sealed, packed)

    def write(self, letter: Letter, prepared: Prepared, persons: Sequence[OpenKey], unit: OpenSeal) -> Attached | None:
        """The sealed documents of a letter, on the disk as one enclosure; it rides behind all scans. None where they cannot bear it.

        To be called outside of transactions. `keep` follows in the letter's own, or `let_go`.

        Raises:
            SigningError: a key or seal will not sign.
            StoreError: the disk would not.
        """
        try:
            data = self.seal(prepared, persons, unit, letter.at)
        except DocumentError:
            return None  # what a document cannot bear stops no act: the letter's own seals are what counts
        suite = self._station.suite
        key = new_content_key(suite)
        ciphertext = suite.encrypt(key, data, ENCLOSURE_CONTEXT)
        enclosure_id = self._store.enclosures.write_unnamed(ciphertext)
        return Attached(EnclosureEntry(DOCUMENTS, 1, suite.digest(data), enclosure_id, len(ciphertext), MEDIA), key)

    def keep(self, attached: Attached) -> None:
        """Keep what was written, in the transaction of the letter that names it."""
        entry = attached.entry
        self._store.enclosures.name(entry.enclosure_id, entry.size_bytes, LATE, self._station.station, attached.key)

    def let_go(self, attached: Attached) -> None:
        """Take away what was written for a letter that did not come about; the disk may be full."""
        with suppress(StoreError):
            self._store.enclosures.drop_unnamed(attached.entry.enclosure_id)

    def _sealed(
        self, document: SealedDocument, ready: Ready, seals: Sequence[VisibleSeal], unit: OpenSeal, at: datetime, tier: str
    ) -> SealedDocument:
        suite, pdf = self._station.suite, document.pdf
        authorities = authorities_over(suite, self._station.trust, seals)
        if pdf and unit.document is not None:
            source: bytes | OpenPdf = ready.pdf or pdf
            shown = [each if can_show(parse_seal(suite, each.seal).picture) else replace(each, place=None) for each in seals]
            chain = unit.document_chain
            pdf = seal_pdf(suite, source, seals=shown, at=at, document=unit.document, chain=chain, authorities=authorities)
        elif not document.tiers:
            pdf = b""  # without a key that ordinary readers know there is no sealed PDF
        files: Mapping[str, bytes] | OpenOfd = ready.ofd or document.ofd
        ofd = seal_files(suite, files, seals=seals, at=at, authorities=authorities) if document.ofd else document.ofd
        return SealedDocument(pdf, ofd, (*document.tiers, tier))

    def assemble(self, case_number: str) -> Mapping[str, bytes]:
        """The sealed documents of a case as far as they have come: `form.pdf`, `form.ofd`, `acceptance.pdf`, `result.pdf` ..."""
        found: dict[str, bytes] = {}
        for kind, document in self._collection.of_case(case_number).documents.items():
            found |= {f"{kind}.pdf": document.pdf} if document.pdf else {}
            with suppress(DocumentError):
                found |= {f"{kind}.ofd": write_ofd(document.ofd)} if document.ofd else {}
        return found


def _shows(came: SealedDocument, pdf: OpenPdf | None, here: SealedDocument) -> bool:
    """Whether the pages that came, the PDF of them as it was read, are those that this station makes."""
    if pdf is not None and not same_pages(pdf.base, here.pdf):
        return False
    return not came.ofd or without_seals(came.ofd) == here.ofd


def authorities_over(suite: Suite, trust: TrustStore, seals: Iterable[VisibleSeal]) -> list[Certificate]:
    """The certificates between the root and the signers and makers of seals, for whoever has the root alone; as far as they are known."""
    found: dict[str, Certificate] = {}
    for each in seals:
        for holder in (each.signer.certificate, parse_seal(suite, each.seal).maker):
            with suppress(SigningError):
                found |= {one.digest: one for one in trust.path(holder)[1:-1]}
    return list(found.values())


def placed(suite: Suite, persons: Sequence[OpenKey], unit: OpenSeal, place: SealPlace) -> list[VisibleSeal]:
    """The seals of an act where they are seen: the unit's at its place, the persons' side by side at theirs."""
    pictures = [parse_seal(suite, one.seal).picture for one in persons]
    wide = sum(picture.width_mm for picture in pictures) + _GAP_MM * (len(pictures) - 1)
    left, found = place.persons_x - wide / 2, []
    for one, picture in zip(persons, pictures, strict=True):
        found.append(VisibleSeal(one.signer, one.seal, StampPlace(place.page, left + picture.width_mm / 2, place.persons_y)))
        left += picture.width_mm + _GAP_MM
    return [*found, VisibleSeal(unit.signer, unit.seal, StampPlace(place.page, place.x, place.y))]
