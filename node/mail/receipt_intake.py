"""What becomes of receipts that come in: parcels count as stored at the next hop, letters get their marks."""

from collections.abc import Callable, Sequence

from node.clock import Clock
from node.mail.lacking import REASONS
from node.mail.receipts import Receipt, ReceiptError, read_receipt
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, ReceiptRecord, RoadMark
from signing.errors import CertificateError, SigningError, UnknownSignerError

OnOwn = Callable[[str, str, bytes], None]
"""Told `own_receipt`, this station and the number of a receipt that it signed and does not remember."""


class ReceiptIntake:
    """Checks receipts and applies them, in the caller's transaction. `on_lacking` is told the letters that wait for credentials."""

    def __init__(self, station: Station, store: Store, clock: Clock, on_own: OnOwn, on_lacking: Callable[[Sequence[str]], None]) -> None:
        self._station = station
        self._store = store
        self._clock = clock
        self._on_own = on_own
        self._on_lacking = on_lacking

    def take(self, receipts: Sequence[bytes], came_from: str) -> None:
        """Take receipts; those that do not verify change nothing.

        Where one was damaged on the way, the `stored` ones beside it are passed over too: their parcels stay due, and whoever is given
        them again answers with all of it. Else what the damaged one said would never be said again.
        """
        checked: list[tuple[bytes, Receipt]] = []
        is_damaged = False
        for data in receipts:
            receipt: Receipt | None = None
            try:
                receipt = read_receipt(data, self._station.suite.digest)
                self._station.check_station(receipt.signer, receipt.station, receipt.signed, receipt.signature)
                checked.append((data, receipt))
            except (ReceiptError, SigningError) as error:
                self._refuse(data, str(error), came_from)
                is_damaged = is_damaged or _is_damage(error, receipt, came_from)
        for data, receipt in checked:
            if receipt.kind != "stored" or not is_damaged:
                self._apply(data, receipt)
        # Only once all are applied: one beside it may say that they have come.
        if lacking := [one.letter_id for _, receipt in checked for one in receipt.letters if one.reason in REASONS]:
            self._on_lacking(lacking)

    def _apply(self, data: bytes, receipt: Receipt) -> None:
        if receipt.station == self._station.station:
            if self._store.receipts.get(receipt.receipt_id) is None:
                self._on_own("own_receipt", receipt.station, str(receipt.number).encode())
            return
        self._store.receipts.add(ReceiptRecord(receipt.receipt_id, receipt.station, receipt.number, receipt.kind, receipt.at, data))
        hop = receipt.station
        if receipt.kind == "stored":
            self._store.outbox.mark_stored(receipt.parcels, hop, receipt.receipt_id, self._clock.now())
            letters = [one for ids in self._store.outbox.letters_of(receipt.parcels).values() for one in ids]
            self._store.letters.mark_many([RoadMark(one, hop, "stored", receipt.at, None, receipt.receipt_id) for one in letters])
        elif receipt.kind == "arrived":
            self._store.letters.mark_many(
                [RoadMark(one.letter_id, hop, "arrived", receipt.at, one.outcome, receipt.receipt_id) for one in receipt.letters]
            )

    def _refuse(self, data: bytes, why: str, came_from: str) -> None:
        detail = {"why": why, "from": came_from}
        record = AuditRecord(self._clock.now(), self._station.station, "receipt_refused", self._station.suite.digest(data), detail)
        self._store.audit.append(record)


def _is_damage(error: ReceiptError | SigningError, receipt: Receipt | None, came_from: str) -> bool:
    """Whether a receipt can have been spoilt on the way: not one of a key that was taken back, nor one of a third station unknown here."""
    if isinstance(error, CertificateError):
        return error.code in ("usage", "station")
    return not isinstance(error, UnknownSignerError) or receipt is None or receipt.station == came_from
