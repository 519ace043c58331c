"""Evidence (取证) at a running station: exports of its cases, and the verification of what people bring."""

from dataclasses import dataclass

from forms.catalogue import Catalogue
from node.assembly.counter import Counter
from node.assembly.opening import Opening
from node.assembly.post import Post
from node.evidence.codes import PrintedCodes
from node.evidence.desk import VerificationDesk
from node.evidence.exports import Exports


@dataclass(frozen=True)
class Proving:
    """What pages and commands call."""

    exports: Exports
    verification: VerificationDesk


def proving_of(opening: Opening, post: Post, counter: Counter, catalogue: Catalogue) -> Proving:
    """Exports and verification of a station."""
    station, grounds = opening.station, counter.grounds
    assemble = counter.sealed.assemble
    exports = Exports(station, opening.store, post.casebook, catalogue, counter.reading, grounds.statuses, opening.clock, assemble)
    return Proving(exports, VerificationDesk(station, grounds, exports, PrintedCodes(station, post.casebook)))
