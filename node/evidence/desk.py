"""Verification at a station: a file that a person brings, held against what the station knows. One at a time; nothing of it is kept."""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from node.errors import RequestError
from node.evidence.codes import PrintedCodes
from node.evidence.exports import Exports
from node.evidence.findings import FileFinding
from node.evidence.standing import StationGrounds
from node.evidence.verification import verify_data
from node.station import Station
from signing.seal_image import Picture

MAX_BYTES = 64 << 20
"""The largest file that a page takes; the command takes larger ones."""
_PICTURES, _LARGEST_PICTURE = 24, 128 << 10


class VerificationDesk:
    """Verifies files with this station's root, certificates, revocation lists, seal register and receipts."""

    def __init__(self, station: Station, grounds: StationGrounds, exports: Exports, codes: PrintedCodes) -> None:
        self._station = station
        self._grounds = grounds
        self._exports = exports
        self.codes = codes
        self._turn, self._shelf = threading.Lock(), threading.Lock()
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    def verify(self, name: str, data: bytes) -> FileFinding:
        """What is found in a file (not trusted).

        Raises:
            RequestError: it is empty, too large, or nothing that can be verified; `verify_busy`, another one is being verified.
        """
        if not data:
            raise RequestError("file_needed")
        if len(data) > MAX_BYTES:
            raise RequestError("verify_too_large", limit_mib=MAX_BYTES >> 20)
        if not self._turn.acquire(blocking=False):
            raise RequestError("verify_busy")
        try:
            return verify_data(name, data, self._grounds.now())
        finally:
            self._turn.release()

    def verify_case(self, number: str) -> FileFinding:
        """The same of a case of this station, by its own export.

        Raises:
            CaseNotFoundError: none here.
            NotFoundError: an enclosure has not arrived yet.
            NotAllowedError: `practice`, there is nothing to prove.
            RequestError: as above.
        """
        return self.verify(f"{number}.zip", self._exports.to_bytes(number))

    def keep_pictures(self, finding: FileFinding) -> Mapping[int, str]:
        """Remember the pictures of its seals for a short while; their keys by the number of the seal, counted through the file."""
        kept: dict[int, str] = {}
        seals = [seal for one in (finding, *finding.documents) for seal in one.seals]
        with self._shelf:
            for number, seal in enumerate(seals[:_PICTURES]):
                if seal.picture is not None and len(seal.picture.data) <= _LARGEST_PICTURE:
                    key = self._station.suite.hash(seal.picture.data).hex()[:32]
                    self._pictures[key] = seal.picture
                    self._pictures.move_to_end(key)
                    kept[number] = key
            while len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return kept

    def picture(self, key: str) -> Picture | None:
        """A picture that was kept, None when it has gone."""
        return self._pictures.get(key)
