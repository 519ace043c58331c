"""The sealed documents (文书) of a case, collected from its letters: what has come, read strictly before anybody opens it."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from node.casework.casebook import Casebook
from node.casework.letter import EnclosureEntry
from node.documents.carried import SealedDocument, carried, overlay
from node.errors import NotFoundError
from node.station import Station
from signing.errors import DocumentError, SigningError
from signing.ofd import read_ofd, write_ofd
from signing.pdf import read_pdf

_REMEMBERED = 256


@dataclass(frozen=True)
class Collected:
    """The documents by kind. `problem` is empty, `not_here` where a part has not come, `unreadable` where one is no document of ours."""

    documents: Mapping[str, SealedDocument]
    problem: str = ""


class Collection:
    """Collects documents; `content` gives an enclosure in the clear. Which files are of our form is remembered by their digests."""

    def __init__(self, station: Station, casebook: Casebook, content: Callable[[EnclosureEntry], bytes]) -> None:
        self._station = station
        self._casebook = casebook
        self._content = content
        self._sound: OrderedDict[bytes, bool] = OrderedDict()

    def of_case(self, case_number: str) -> Collected:
        """What the counted letters of a case brought, as far as it fits together and is of our form."""
        parts: list[tuple[str, Mapping[str, bytes]]] = []
        problem = ""
        for one in self._casebook.history(case_number).states:
            letter = one.sealed.letter
            tier = self._station.tier_of(self._station.current(letter.origin))
            if letter.documents is not None:
                try:
                    parts.append((tier, carried(self._content(letter.documents))))
                except NotFoundError:
                    problem = problem or "not_here"
                except DocumentError:
                    problem = "unreadable"
        documents = {}
        for kind, document in overlay(parts).items():
            sound = self._only_sound(document)
            problem = problem if sound == document else "unreadable"
            if sound.pdf or sound.ofd:
                documents[kind] = sound
        return Collected(documents, problem)

    def _only_sound(self, document: SealedDocument) -> SealedDocument:
        """Without what no reader here can take apart: it might be made for the faults of some other program."""
        suite = self._station.suite
        if document.pdf and not self._is_sound(document.pdf, lambda: read_pdf(suite, document.pdf).revisions):
            document = replace(document, pdf=b"")
        if document.ofd:
            try:
                packed = write_ofd(document.ofd)
            except DocumentError:
                return replace(document, ofd={})
            if not self._is_sound(packed, lambda: read_ofd(suite, packed).signs):
                document = replace(document, ofd={})
        return document

    def _is_sound(self, data: bytes, read: Callable[[], object]) -> bool:
        """Whether a file can be read and bears a seal."""
        digest = self._station.suite.hash(data)
        known = self._sound.get(digest)
        if known is None:
            try:
                known = bool(read())
            except SigningError:
                known = False
            self._sound[digest] = known
            while len(self._sound) > _REMEMBERED:
                self._sound.popitem(last=False)
        return known
