"""The seal register inside a file: believed when a seal maker of this county signed it."""

from node.errors import EnrolmentError
from node.seals.status import SealList, check_list, read_list
from signing.algorithms import Suite
from signing.errors import SigningError
from signing.report import Register, SealStatus
from signing.seal import Seal
from signing.trust import TrustStore

PART = "seals/register.txt"
"""Its name in an export."""


def read_register(suite: Suite, trust: TrustStore, data: bytes) -> SealList | None:
    """The register in `data` (not trusted), None where it does not hold."""
    try:
        listed = read_list(data)
        check_list(suite, trust, listed)
    except (EnrolmentError, SigningError):
        return None
    return listed


def register_of(known: Register | None, listed: SealList | None) -> Register | None:
    """What the station's own register and that of the file say together: either may speak against a seal."""
    if listed is None:
        return known
    entries = listed.by_seal()

    def status(seal: Seal) -> SealStatus | None:
        found = known(seal) if known else None
        inside = [SealStatus(one.state, one.since, one.until) for one in entries.get(seal.digest, ()) if one.ever_counted]
        if not inside:
            return found
        earlier = (*inside[:-1], *((found,) if found else ()))
        last = inside[-1]
        return SealStatus(last.state, last.since, last.until, earlier)

    return status
