"""Check of the audit log: its newest lines follow one another, and none was changed."""

from node.upkeep.findings import Finding, Subject, bad, good

NEWEST = 1000
"""Lines that are looked at each time; those before them were when they were new."""


def audit(subject: Subject) -> tuple[Finding, ...]:
    """How many lines there are, or the first of the newest that does not hold."""
    last, _ = subject.store.audit.head()
    broken = subject.store.audit.first_broken(max(0, last - NEWEST))
    return (good("audit", count=last) if broken is None else bad("audit_broken", line=broken),)
