"""What a case holds now: answers, pages and papers, read once for all that an act does with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.casework.history import History
from node.casework.letter import EnclosureEntry
from node.paperwork.values import CasePapers


@dataclass(frozen=True)
class Content:
    """What a case holds now: answers and pages; `history` is None while it is filled in here, `waiting` are pages of a later supplement.

    While it is filled in here `stored` is the text of the answers that lies in the store, and `papers` are those so far.
    """

    answers: Mapping[str, Any]
    entries: tuple[EnclosureEntry, ...]
    history: History | None = None
    waiting: tuple[EnclosureEntry, ...] = ()
    stored: str = ""
    papers: CasePapers | None = None
