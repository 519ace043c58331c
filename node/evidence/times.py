"""Proven times: what receipts say of when letters, and the documents that they carry, can have been sealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from node.evidence.grounds import Dated
from node.mail.receipts import Receipt, ReceiptError, read_receipt
from signing.algorithms import Suite
from signing.errors import SigningError
from signing.trust import TrustStore
from sync.routes import Directory

RECEIPTS, STATION = "receipts", "station"
"""Where a proven time comes from."""

_SAME_ACT = timedelta(seconds=2)


def check_receipt(suite: Suite, trust: TrustStore, receipt: Receipt) -> None:
    """Return when the station that the receipt names signed it.

    Raises:
        ReceiptError: `signer`, it is another's certificate.
        SigningError: certificate or signature do not hold.
    """
    signer = trust.get(receipt.signer)
    trust.path(signer)
    if signer.usage != "station_sign" or signer.station != receipt.station:
        raise ReceiptError("signer")
    suite.verify(signer.public_key, receipt.signed, receipt.signature)


@dataclass(frozen=True)
class Receipts:
    """The receipts of a file that stand: (letter id, station, when that had it); and the names of those that do not."""

    arrivals: tuple[tuple[str, str, datetime], ...]
    broken: tuple[str, ...]

    def first(self, letter_id: str, origin: str, stations: Directory) -> datetime | None:
        """When the first station other than the letter's own had it."""
        others = (at for letter, station, at in self.arrivals if letter == letter_id and stations.current(station) != origin)
        return min(others, default=None)

    def had(self, letter_id: str, station: str, stations: Directory) -> datetime | None:
        """When this station had it."""
        return min((at for letter, by, at in self.arrivals if letter == letter_id and stations.current(by) == station), default=None)


def read_receipts(suite: Suite, trust: TrustStore, parts: Mapping[str, bytes]) -> Receipts:
    """The receipts of a file (not trusted)."""
    arrivals: list[tuple[str, str, datetime]] = []
    broken: list[str] = []
    for name, data in parts.items():
        try:
            receipt = read_receipt(data, suite.digest)
            check_receipt(suite, trust, receipt)
        except (ReceiptError, SigningError):
            broken.append(name)
            continue
        arrivals += [(one.letter_id, receipt.station, receipt.at) for one in receipt.letters]
    return Receipts(tuple(arrivals), tuple(broken))


@dataclass(frozen=True)
class Carried:
    """The parts of the documents that one letter carries, and when that letter can have been sealed."""

    at: datetime
    parts: Collection[bytes] = field(repr=False)
    dated: Dated


class CarriedTimes:
    """Times of documents by the letters that carry them: a part is dated by the letter whose enclosure holds these very bytes."""

    def __init__(self, carried: Sequence[Carried]) -> None:
        self._carried = carried

    def of(self, part: bytes, at: datetime, hints: Iterable[str]) -> Dated | None:
        """When the letter with this part was received; None when no letter carries it, or it was sealed at another time."""
        for one in self._carried:
            if part in one.parts and abs(one.at - at) <= _SAME_ACT:
                return one.dated
        return None
