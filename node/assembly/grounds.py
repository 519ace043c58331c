"""The grounds of verification at a running station, joined."""

import base64

from node.assembly.opening import Opening
from node.assembly.post import Post
from node.casework.reading import Reading
from node.enrolment.document_root import DocumentRoot
from node.evidence.known import KnownTimes
from node.evidence.standing import StationGrounds
from node.seals.status import StatusBook


def grounds_of(opening: Opening, post: Post, reading: Reading) -> StationGrounds:
    """What a station goes by when it verifies."""
    store = opening.store

    def document_roots() -> tuple[bytes, ...]:
        """The county's own, or those over the document keys of the seals that are kept here."""
        held = (row.documents[-1] for row in store.held_seals.all() if row.documents)
        own = DocumentRoot(opening.folder, opening.config.station).certificates()
        return tuple(dict.fromkeys((*own, *map(base64.b64decode, held))))

    statuses = StatusBook(store, opening.suite, opening.trust)
    times = KnownTimes(post.casebook, post.admission, reading)
    return StationGrounds(opening.station, store, statuses, times, opening.clock, document_roots)
