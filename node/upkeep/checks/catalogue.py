"""A check of the county's catalogue: which release is in force here, and whether one has not come whole."""

from node.upkeep.findings import Finding, Subject, good, note


def catalogue(subject: Subject) -> tuple[Finding, ...]:
    """The number of the release in force; nothing before the first. What a release lacks is asked for by itself."""
    number, waiting = subject.store.catalogue.number(), subject.store.catalogue.waiting()
    if waiting:
        return (note("catalogue_waits", number=number, next=waiting[0].number),)
    return (good("catalogue", number=number) if number else good("catalogue_shipped"),)
