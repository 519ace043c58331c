"""A station with a fault, to see that the kill run finds it: its mailroom answers before it has kept what it answers for.

`python -m bench.hasty` is `run_node.py` otherwise. What it is given it judges, signs for and takes back; a moment later it keeps it,
unless it was killed in between.
"""

import sys
import threading
from collections.abc import Sequence

from node.cli import main
from node.mail.mailroom import Mailroom
from sync.boxes import TakenIn

HASTE_S = 0.4
"""From the answer to the commit: long enough that some kill of a run falls into it."""

_take_in = Mailroom.take_in


class _TakenBackError(Exception):
    """Undoes the transaction."""


def take_in_hastily(mailroom: Mailroom, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
    """Answer now, keep later."""
    store = mailroom._store
    answers: list[TakenIn] = []

    def keep() -> None:
        _take_in(mailroom, parcels, came_from, road)
        store.close_thread()

    try:
        with store.transaction():
            answers.append(_take_in(mailroom, parcels, came_from, road))
            raise _TakenBackError
    except _TakenBackError:
        threading.Timer(HASTE_S, keep).start()
    return answers[0]


if __name__ == "__main__":
    Mailroom.take_in = take_in_hastily  # type: ignore[method-assign]  # the fault
    sys.exit(main())
