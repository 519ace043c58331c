"""How sealed documents of cases stand at this station: each file is judged once, and what was found is remembered for a while."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from node.clock import Clock
from node.evidence.documents import Documents
from node.evidence.findings import FileFinding
from node.evidence.grounds import Grounds, Times
from node.evidence.judging import Judge
from node.seals.status import StatusBook
from node.station import Station
from node.store import Store
from signing.report import Register

SEALED, UNVERIFIED, FAULTY = "sealed", "unverified", "faulty"
"""Every seal stands; of some it cannot be said here; one does not stand, or the file is not as it was sealed."""

KEPT = timedelta(minutes=10)
"""After so long a file is judged again: seals are reported lost, certificates taken back, and what was missing comes."""

MOST_BYTES = 128 << 20
_REMEMBERED = 512
_ONLY_TIME = "unproven"
"""A seal that nobody else has received yet stands; only when it was made rests on its own word."""


@dataclass(frozen=True)
class StationGrounds:
    """What this station goes by when it verifies: its root, certificates, revocation lists, seal register and receipts."""

    station: Station
    store: Store
    statuses: StatusBook
    times: Times
    clock: Clock
    document_roots: Callable[[], tuple[bytes, ...]] = field(default=tuple)

    def now(self) -> Grounds:
        """The grounds as they are now."""
        certificates = self.store.certificates
        return Grounds(
            root=self.station.trust.root.der,
            now=self.clock.now(),
            certificates=tuple(row.der for row in certificates.all("certificate")),
            revocations=tuple(row.der for row in certificates.all("revocations")),
            register=self._register(),
            document_roots=self.document_roots(),
            times=self.times,
            most_bytes=MOST_BYTES,
        )

    def documents(self) -> Documents:
        """A check of sealed documents by what this station believes already: quicker, for documents of its own cases."""
        station = self.station
        judge = Judge(station.suite, station.trust, self._register())
        return Documents(judge, self.times, self.document_roots(), root_pinned=True, offers=False)

    def _register(self) -> Register | None:
        return self.statuses.status if self.statuses.newest() else None


class Standing:
    """Judges documents on this station's grounds, and remembers by their digests how they stand."""

    def __init__(self, grounds: StationGrounds) -> None:
        self._grounds = grounds
        self._turn = threading.Lock()
        self._known: OrderedDict[bytes, tuple[datetime, str]] = OrderedDict()

    def of(self, name: str, data: bytes) -> str:
        """`sealed`, `unverified` or `faulty`: how a PDF or OFD (not trusted) stands."""
        digest, now = self._grounds.station.suite.hash(data), self._grounds.clock.now()
        with self._turn:
            known = self._known.get(digest)
        if known is not None and abs(now - known[0]) < KEPT:
            return known[1]
        found = standing_of(self._grounds.documents().check(name, data))
        with self._turn:
            self._known[digest] = (now, found)
            self._known.move_to_end(digest)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


def standing_of(finding: FileFinding) -> str:
    """What a finding means for whoever only wants to know whether a document is sealed."""
    steps = [step for seal in finding.seals for step in seal.report.steps]
    if finding.problems or not finding.seals or any(step.verdict == "invalid" for step in steps):
        return FAULTY
    open_steps = {step.code for step in steps if step.verdict == "undetermined"}
    return SEALED if open_steps <= {_ONLY_TIME} else UNVERIFIED
