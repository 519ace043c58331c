"""Likeness: earlier letters that all readers of a parcel hold, after which its letters are compressed.

Two submissions of one village share form, places, people, signer and seal. Only letters of the maker's own count, and only those of which
every reader has said under its present number, in a signed receipt, that it has kept them and can do this. So no session, no road and no
older program comes into it, and a station that was restored, which has another number, is never asked for what it may have lost.
"""

from collections.abc import Callable, Sequence

from node.casework.letter import SealedLetter
from node.mail.packing import Earlier
from node.mail.receipts import CAN_LIKE, read_receipt
from node.store import Store
from node.store.records import LetterRecord

MOST_EARLIER = 2
"""More than two make a parcel hardly smaller: 539, 496 and 473 bytes for one, two and four where there were 1,146."""

MOST_FRAME_BYTES = 8 * 1024
"""What lies more than 32 KiB back is not found by deflate, and the shipped dictionary lies there too."""


def earlier_of(store: Store, digest: Callable[[bytes], str], first: SealedLetter, readers: Sequence[str]) -> list[Earlier]:
    """Those that letters like the first one of a parcel for these readers are compressed after, the most like it last."""
    if not readers:
        return []
    rows = store.letters.arrived_lately(first.letter.origin, readers)
    rows = [row for row in rows if row.letter_id != first.letter_id and len(row.frame) <= MOST_FRAME_BYTES and _was_for_them(row, first)]
    # Of a stable order: among those as like, the newest come first.
    rows.sort(key=lambda row: _unlike(row, first))
    held: list[Earlier] = []
    for row in rows:
        if len(held) < MOST_EARLIER and _is_held(store, digest, row.letter_id, readers):
            held.append(Earlier(row.letter_id, row.frame))
    return held[::-1]


def _was_for_them(row: LetterRecord, first: SealedLetter) -> bool:
    """Whether it was given to the same readers, whatever they say: what is compressed after it tells who has it not what is in it."""
    return row.case_number[:14] == first.letter.case_number[:14]


def _unlike(row: LetterRecord, first: SealedLetter) -> int:
    """The same form makes letters most alike, then the same kind of act."""
    return 2 * (f'"package":"{first.letter.package}"'.encode() not in row.frame) + (row.kind != first.letter.kind)


def _is_held(store: Store, digest: Callable[[bytes], str], letter_id: str, readers: Sequence[str]) -> bool:
    """Whether every reader's newest word on a letter says that it keeps it, and can unpack what was compressed after it."""
    said = {one.station: one.receipt_id for one in store.letters.roads([letter_id])[letter_id] if one.mark == "arrived"}
    for reader in readers:
        record = store.receipts.get(said.get(reader) or "")
        if record is None:
            return False
        receipt = read_receipt(record.data, digest)
        outcomes = [one.outcome for one in receipt.letters if one.letter_id == letter_id]
        if CAN_LIKE not in receipt.can or "refused" in outcomes:
            return False
    return True
