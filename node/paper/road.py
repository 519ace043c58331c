"""The road on paper, for people at this station: sheets are made and printed, codes are read, and what they carry is taken in once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from node.clock import Clock
from node.documents.facts import CaseFacts
from node.documents.layout import Layout, QrCode
from node.drawing.process import DrawingProcess
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.mail.mailroom import Mailroom
from node.mail.receipts import Receipt, ReceiptError, read_receipt
from node.paper import wording
from node.paper.codes import PARCEL, RECEIPT, Part, join, prefix_of, read_text, texts_of
from node.paper.packing import PaperPacking, PaperParcel
from node.paper.sheet import sheet_layout
from node.paper.tray import Tray
from node.scanning.intake import IntakeProcess
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from signing.errors import SigningError
from sync.errors import SyncError
from sync.parcel import read_parcel

MORE, TAKEN, KNOWN, OWN, REFUSED, ACKNOWLEDGED = "more", "taken", "known", "own", "refused", "acknowledged"
"""What reading a code may come to."""


@dataclass(frozen=True)
class CodeRead:
    """What came of a code: `state`, and the parcel it belongs to once that is whole.

    `more`: codes `missing` of `of` are still to be read. `refused`: `why` is a code. `acknowledged`: `station` has what `parcels` say.
    """

    state: str
    of: int = 1
    missing: tuple[int, ...] = ()
    parcel_id: str = ""
    why: str = ""
    station: str = ""
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterHere:
    """A letter of a parcel as it stands here; `case_number` is empty where it could not be opened here."""

    case_number: str
    kind: str
    outcome: str


@dataclass(frozen=True)
class ParcelHere:
    """A parcel that came on paper, as it stands here: its letters, and how many of the scans that it names have come.

    `for_me` is False where it is not for this station, but for `readers`; `passed_on` where it goes on from here. `receipt` are the texts
    of the codes back.
    """

    parcel_id: str
    from_station: str
    readers: tuple[str, ...]
    for_me: bool
    passed_on: bool
    letters: tuple[LetterHere, ...]
    scans: int
    scans_here: int
    receipt: tuple[str, ...]


class PaperRoad:
    """Everything about paper. `facts` says of a case number what stands on a sheet, where the person may see the case."""

    def __init__(
        self,
        station: Station,
        store: Store,
        mailroom: Mailroom,
        packing: PaperPacking,
        drawing: DrawingProcess,
        images: IntakeProcess,
        facts: Callable[[Person, str], CaseFacts],
        clock: Clock,
    ) -> None:
        self._station = station
        self._store = store
        self._mailroom = mailroom
        self._packing = packing
        self._drawing = drawing
        self._images = images
        self._facts = facts
        self._clock = clock
        self._tray = Tray()

    def station_name(self, station: str) -> str:
        """The name of a station."""
        return self._station.name_of(station)

    def waits(self, person: Person, number: str) -> bool:
        """Whether a sheet can be made of this case now.

        Raises:
            CaseNotFoundError: as of any page of a case.
        """
        return self._packing.waits(self._facts(person, number).case_number)

    def make(self, person: Person, number: str) -> PaperParcel:
        """Make the sheet of a case, or the same one again.

        Raises:
            RequestError: `paper_nothing`, `paper_held` or `paper_too_large`.
        """
        return self._packing.make(self._facts(person, number).case_number, person.name)

    def made(self, person: Person, number: str) -> PaperParcel:
        """The sheet that was made of a case and has not been acknowledged.

        Raises:
            NotFoundError: there is none.
        """
        found = self._packing.made(self._facts(person, number).case_number)
        if found is None:
            raise NotFoundError("document", "paper")
        return found

    def sheet(self, person: Person, number: str) -> Layout:
        """The pages of the sheet that was made.

        Raises:
            NotFoundError: there is none.
            DrawingError: it could not be drawn.
        """
        made, facts = self.made(person, number), self._facts(person, number)
        hop = self._station.name_of(made.next_hop)
        said = {"case_number": facts.case_number, "item": facts.item_name, "applicant": facts.applicant, "short_number": facts.short_number}
        rows = [(wording.ROWS[name], value) for name, value in {**said, "from": self._station.name, "to": hop}.items()]
        title, notice = wording.SHEET_TITLE, wording.SHEET_NOTICE.format(hop=hop)
        return sheet_layout(title, notice, rows, self.codes(made.texts), facts.case_number, wording.CARE)

    def answer_sheet(self, parcel_id: str) -> Layout:
        """The pages of the acknowledgement of a parcel.

        Raises:
            NotFoundError: the parcel was not taken in here.
            DrawingError: it could not be drawn.
        """
        here = self.parcel(parcel_id)
        if not here.receipt:
            raise NotFoundError("parcel", parcel_id)
        hop = self._station.name_of(here.from_station)
        cases = "、".join(dict.fromkeys(one.case_number for one in here.letters if one.case_number)) or "—"
        rows = [(wording.ROWS["case_number"], cases), (wording.ROWS["from"], self._station.name), (wording.ROWS["to"], hop)]
        notice = wording.ANSWER_NOTICE.format(hop=hop)
        return sheet_layout(wording.ANSWER_TITLE, notice, rows, self.codes(here.receipt), here.parcel_id.partition(":")[2][:16])

    def written(self, layout: Layout) -> bytes:
        """A layout as a PDF file.

        Raises:
            DrawingError: it could not be drawn.
        """
        return self._drawing.render_pdf(layout)

    def with_form(self, form: Layout, sheet: Layout) -> Layout:
        """The form's pages with the sheet's behind them, to be printed in one go."""
        return replace(form, pages=(*form.pages, *sheet.pages))

    def codes(self, texts: Sequence[str]) -> list[QrCode]:
        """The QR codes of texts.

        Raises:
            DrawingError: they could not be drawn.
        """
        return [self._drawing.qr(text) for text in texts]

    def read_picture(self, person: Person, data: bytes) -> list[CodeRead]:
        """Everything that the codes on a picture, a scan or a frame of a camera bring; one answer a sheet.

        Beside codes of ours others are passed over: the form that is printed with a sheet has one of its own.

        Raises:
            MaterialError: no picture that can be opened.
            NotAllowedError: `practice`, a person who only learns moves no real mail.
            RequestError: `paper_none` no code can be read on it; as of `read_code` when none of its codes is one of ours.
        """
        _check_moves_mail(person)
        texts = self._images.codes(data)
        if not texts:
            raise RequestError("paper_none")
        found: dict[tuple[str, bytes, int], CodeRead] = {}
        trouble: RequestError | None = None
        for text in texts:
            try:
                part = read_text(text)
                found[part.sheet] = self._read(person, part)
            except RequestError as error:
                trouble = trouble if trouble is not None and error.code == "paper_foreign" else error
        if trouble is not None and not found:
            raise trouble
        return list(found.values())

    def read_code(self, person: Person, text: str) -> CodeRead:
        """What one code brings; with the last code of a sheet all of it is taken in, once.

        Raises:
            RequestError: `paper_foreign`, `paper_version`, `paper_damaged`; of a receipt `paper_receipt`.
            NotAllowedError: as `read_picture`.
        """
        _check_moves_mail(person)
        return self._read(person, read_text(text.strip("\r\n\t")))

    def _read(self, person: Person, part: Part) -> CodeRead:
        parts = self._tray.put(part, self._clock.now())
        if len(parts) < part.of:
            have = {one.number for one in parts}
            return CodeRead(MORE, part.of, tuple(number for number in range(1, part.of + 1) if number not in have))
        try:
            data = join(parts)
            name = self._station.suite.digest(data)
            if prefix_of(name) != part.prefix:
                raise RequestError("paper_damaged")
        except RequestError:
            self._tray.drop(part)
            raise
        return self._take_parcel(person, part, name, data) if part.kind == PARCEL else self._take_receipt(person, part, data)

    def _take_parcel(self, person: Person, part: Part, parcel_id: str, data: bytes) -> CodeRead:
        known = self._store.outbox.get(parcel_id)
        if known is not None and self._station.is_me(known.from_station):
            return CodeRead(OWN, part.of, parcel_id=parcel_id)
        try:
            came_from = read_parcel(data, self._station.suite.digest).header.from_station
        except SyncError as error:
            raise RequestError("paper_damaged") from error
        taken = self._mailroom.take_in([data], came_from, "paper")
        if taken.refused:
            return CodeRead(REFUSED, part.of, parcel_id=parcel_id, why=taken.refused[0][1])
        self._audit(person, "paper_taken", parcel_id, part.of)
        return CodeRead(KNOWN if taken.known else TAKEN, part.of, parcel_id=parcel_id)

    def _take_receipt(self, person: Person, part: Part, data: bytes) -> CodeRead:
        """A neighbour's receipt: what it says of our parcels is kept as if it had come by the network."""
        receipt = self._checked(data)
        if self._station.is_me(receipt.station):
            return CodeRead(OWN, part.of)
        self._mailroom.take_receipts([data], receipt.station)
        self._audit(person, "paper_acknowledged", receipt.receipt_id, part.of)
        mine = [one for one in receipt.parcels if (row := self._store.outbox.get(one)) and self._station.is_me(row.from_station)]
        return CodeRead(ACKNOWLEDGED, part.of, station=receipt.station, parcels=tuple(mine))

    def _checked(self, data: bytes) -> Receipt:
        try:
            receipt = read_receipt(data, self._station.suite.digest)
            self._station.check_station(receipt.signer, receipt.station, receipt.signed, receipt.signature)
        except (ReceiptError, SigningError) as error:
            raise RequestError("paper_receipt") from error
        return receipt

    def parcel(self, parcel_id: str) -> ParcelHere:
        """How a parcel that came stands here now.

        Raises:
            NotFoundError: it is not here.
        """
        row = self._store.outbox.get(parcel_id)
        if row is None:
            raise NotFoundError("parcel", parcel_id)
        header = read_parcel(row.data, self._station.suite.digest).header if row.data else None
        named = [one.enclosure_id for one in header.enclosures if one.rank == "full"] if header else []
        readers = header.readers if header else ()
        for_me = not readers or self._station.directory.is_for(readers, self._station.station)
        passed_on = bool(self._store.outbox.hops_of(parcel_id))
        return ParcelHere(
            parcel_id,
            row.from_station,
            readers,
            for_me,
            passed_on,
            tuple(self._letter(one) for one in self._store.outbox.letters_of([parcel_id])[parcel_id]),
            len(named),
            len(self._store.enclosures.whole_of(named)),
            self._receipt_texts(parcel_id) if for_me or passed_on else (),
        )

    def cases_of(self, parcels: Sequence[str]) -> tuple[str, ...]:
        """The cases of the letters in these parcels."""
        letters = [one for ids in self._store.outbox.letters_of(parcels).values() for one in ids]
        return tuple(dict.fromkeys(one.case_number for one in map(self._letter, letters) if one.case_number))

    def _letter(self, letter_id: str) -> LetterHere:
        row = self._store.letters.get(letter_id)
        return LetterHere("", "", "") if row is None else LetterHere(row.case_number, row.kind, row.outcome)

    def _receipt_texts(self, parcel_id: str) -> tuple[str, ...]:
        """The codes of this station's receipt; none where it names so many parcels, from another road, that it does not fit."""
        receipt = self._store.receipts.get_for_parcel(parcel_id)
        try:
            return texts_of(RECEIPT, receipt.receipt_id, receipt.data) if receipt else ()
        except RequestError:
            return ()

    def _audit(self, person: Person, what: str, about: str, codes: int) -> None:
        self._store.audit.append(AuditRecord(self._clock.now(), person.name, what, about, {"codes": codes}))


def _check_moves_mail(person: Person) -> None:
    if person.practice:
        raise NotAllowedError("practice")
