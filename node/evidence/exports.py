"""Exports (导出): a case as one self-contained file that can be checked on another machine with only the county's root.

```
export.json             what is in the file: format, case, suite, digests of the rest
letters/0001.letter     frames, in the order of the chain
seals/0001-1.ses        the full SES_Signature of each seal, rebuilt
certificates/<hex>.der  seals/<hex>.esl  revocations/<hex>.crl  receipts/<hex>.receipt
seals/register.txt      the county's newest list of seals that may not be used
documents/form.pdf      the sealed documents, put together from the enclosures of the letters; and form.ofd, result.pdf, result.ofd
package.json            the form package
enclosures/<hex>.jpg    the enclosures in the clear, named by the digest of their content
```
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from forms.catalogue import Catalogue
from node.casework.case import SideEvent
from node.casework.casebook import Casebook
from node.casework.history import COUNTED, Admitted
from node.casework.reading import Reading
from node.clock import Clock, to_text
from node.errors import NotAllowedError
from node.evidence.register import PART as REGISTER
from node.mail.receipts import read_receipt
from node.seals.status import StatusBook
from node.station import Station
from node.store import Store
from node.store.files import write_file
from node.store.records import CaseRecord
from signing.canonical import canonical_bytes
from signing.seal import rebuild_signature

FORMAT = "yizhan export 1"
SUFFIX = {"image/jpeg": ".jpg", "application/pdf": ".pdf", "image/webp": ".webp", "image/png": ".png", "application/zip": ".zip"}
OTHER = ".bin"
"""Of a page that another station calls something else."""
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Exports:
    """Writes cases as files."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        catalogue: Catalogue,
        reading: Reading,
        statuses: StatusBook,
        clock: Clock,
        assemble: Callable[[str], Mapping[str, bytes]] = lambda _number: {},
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._catalogue = catalogue
        self._reading = reading
        self._statuses = statuses
        self._clock = clock
        self._assemble = assemble

    def write(self, number: str, path: Path) -> int:
        """Write the case whole or not at all; the bytes written.

        Raises:
            CaseNotFoundError: none here.
            NotFoundError: an enclosure has not arrived yet.
            StoreError: the disk would not.
        """
        data = self.to_bytes(number)
        write_file(path, data)
        return len(data)

    def to_bytes(self, number: str) -> bytes:
        """The case as the bytes of a zip file.

        Raises:
            NotAllowedError: `practice` it is a practice case, of which there is nothing to prove.
        """
        record = self._casebook.find(number)
        if record.practice:
            raise NotAllowedError("practice")
        parts = dict(self._parts(record))
        digest = self._station.suite.digest
        index = {
            "format": FORMAT,
            "case": record.case_number,
            "suite": self._station.suite.name,
            "made_at": to_text(self._clock.now()),
            "made_by": self._station.station,
            "files": {name: digest(data) for name, data in parts.items()},
        }
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in {"export.json": canonical_bytes(index), **parts}.items():
                info = zipfile.ZipInfo(name, ZIP_TIME)
                info.compress_type = zipfile.ZIP_STORED if name.startswith("enclosures/") else zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        return file.getvalue()

    def _parts(self, record: CaseRecord) -> Iterator[tuple[str, bytes]]:
        letters = tuple(one for one in self._casebook.letters(record.case_number) if one.outcome in COUNTED)
        erased = {one.sealed.letter.body.get("enclosure") for one in letters if one.sealed.letter.kind == SideEvent.ERASED}
        yield "package.json", self._catalogue.form(record.item_id, record.package).data
        for place, one in enumerate(letters, 1):
            yield f"letters/{place:04d}.letter", one.sealed.frame
            yield from self._seals(place, one)
        for entry in {entry.plain: entry for one in letters for entry in one.sealed.letter.enclosures}.values():
            if entry.enclosure_id in erased or (entry.is_documents and not self._store.enclosures.whole(entry.enclosure_id)):
                continue  # documents come when they come, and no act waits for them
            yield f"enclosures/{_hex(entry.plain)}{SUFFIX.get(entry.media_type, OTHER)}", self._reading.content(entry)
        yield from self._successors(record)
        for row in self._store.certificates.all("revocations"):
            yield f"revocations/{_hex(row.digest)}.crl", row.der
        newest = self._statuses.newest()
        if newest is not None:
            yield REGISTER, newest.data
            yield from self._certificates(newest.signer)
        for name, data in self._assemble(record.case_number).items():
            yield f"documents/{name}", data
        roads = self._store.letters.roads([one.sealed.letter_id for one in letters])
        for receipt_id in sorted({mark.receipt_id for marks in roads.values() for mark in marks if mark.receipt_id}):
            receipt = self._store.receipts.get(receipt_id)
            if receipt is not None:
                yield f"receipts/{_hex(receipt_id)}.receipt", receipt.data
                yield from self._certificates(read_receipt(receipt.data, self._station.suite.digest).signer)

    def _successors(self, record: CaseRecord) -> Iterator[tuple[str, bytes]]:
        """The certificates that say which station of the path stands in whose place."""
        path = self._station.path_of(record.origin)
        for entry in self._station.directory.entries():
            known = self._store.stations.get(entry.station) if self._station.current(entry.station) in path else None
            if known is not None and known.sign_certificate and self._station.trust.get(known.sign_certificate).replaces:
                yield from self._certificates(known.sign_certificate)

    def _seals(self, place: int, one: Admitted) -> Iterator[tuple[str, bytes]]:
        suite = self._station.suite
        for number, compact in enumerate(one.sealed.seals, 1):
            signer = self._station.trust.get(compact.signer)
            seal = self._store.certificates.get(compact.seal, "seal")
            yield from self._certificates(compact.signer)
            if seal is not None:
                yield f"seals/{_hex(compact.seal)}.esl", seal
                yield f"seals/{place:04d}-{number}.ses", rebuild_signature(suite, seal, signer.der, compact, one.sealed.sealed_content)

    def _certificates(self, signer: str) -> Iterator[tuple[str, bytes]]:
        trust = self._station.trust
        for certificate in trust.path(trust.get(signer)):
            yield f"certificates/{_hex(certificate.digest)}.der", certificate.der


def _hex(digest: str) -> str:
    return digest.partition(":")[2]
