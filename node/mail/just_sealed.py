"""Letters that were sealed here a moment ago, as they were read then: most of them are packed at once, and need not be read again."""

import threading

from node.casework.letter import SealedLetter

MOST_LETTERS, MOST_FRAME_BYTES = 128, 16 * 1024


class JustSealed:
    """The last letters that were sealed in this process, each until it is packed. Safe for threads.

    Only a convenience: a letter is given for the very bytes that it was read from, which the caller has from the store.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._letters: dict[str, SealedLetter] = {}

    def keep(self, sealed: SealedLetter) -> None:
        """It will be packed soon."""
        if len(sealed.frame) > MOST_FRAME_BYTES:
            return
        with self._guard:
            self._letters[sealed.letter_id] = sealed
            while len(self._letters) > MOST_LETTERS:
                self._letters.pop(next(iter(self._letters)))

    def take(self, letter_id: str, frame: bytes) -> SealedLetter | None:
        """The letter of these bytes, once; None where it is not known or was read from other bytes."""
        with self._guard:
            sealed = self._letters.pop(letter_id, None)
        return sealed if sealed is not None and sealed.frame == frame else None
