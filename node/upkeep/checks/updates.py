"""A check of the update that came down the road, as long as it is not in use."""

from node.upkeep.arrivals import READY, REFUSED, announced
from node.upkeep.findings import Finding, Subject, note


def from_the_road(subject: Subject) -> tuple[Finding, ...]:
    """Whether a newer version has come and waits, or was sent and could not be used."""
    found = announced(subject.store)
    if found is None or found.state not in (READY, REFUSED):
        return ()
    code = "update_ready" if found.state == READY else "update_refused"
    return (note(code, version=found.update.version, sequence=found.update.sequence),)
