"""What a verification goes by: the county's root, whatever else is known of certificates and seals, the time now, and proofs of time."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from node.evidence.archive import MAX_FILE_BYTES
from signing.algorithms import Suite, suite
from signing.certificates import parse_certificate
from signing.errors import MalformedError, SigningError
from signing.trust import Interval, TrustStore
from signing.verify import Register

SUITES = ("gm", "p256")


@dataclass(frozen=True)
class Dated:
    """When something can have been sealed: the proven interval, and the first receipt by another station."""

    proven: Interval
    first_receipt: datetime | None
    proof: str


class Times(Protocol):
    """Proofs of time of sealed documents: the receipts of an export's letters, or a station's own records."""

    def of(self, part: bytes, at: datetime, hints: Iterable[str]) -> Dated | None:
        """When a letter that carries this very part, sealed at `at` as claimed, was received; None when nothing here knows it.

        `hints` are case numbers that the document itself names.
        """
        ...


class NoTimes:
    """Nothing is known of any time."""

    def of(self, part: bytes, at: datetime, hints: Iterable[str]) -> Dated | None:
        """Never known."""
        return None


@dataclass(frozen=True)
class Grounds:
    """What is believed before a file is looked at. `root` is the county's, DER; without it nothing is better than undetermined.

    `certificates`, `revocations` and `register` are what a station knows beside; a document root is the P-256 root of PDF signatures.
    `most_bytes` is what an export may unpack to.
    """

    root: bytes | None
    now: datetime
    certificates: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()
    register: Register | None = None
    document_roots: tuple[bytes, ...] = ()
    times: Times = field(default_factory=NoTimes)
    most_bytes: int = MAX_FILE_BYTES

    def suite(self) -> Suite | None:
        """The suite of the root, None without one.

        Raises:
            SigningError: the root is of no suite.
        """
        return suite_of_certificate(self.root) if self.root is not None else None


def suite_of_certificate(data: bytes) -> Suite:
    """The suite that a certificate (not trusted) is of.

    Raises:
        SigningError: of none that this machine has.
    """
    problem: SigningError = MalformedError("certificate", "suite")
    for name in SUITES:
        try:
            parse_certificate(suite(name), data)
        except SigningError as error:
            problem = error if not isinstance(error, MalformedError) else problem
        else:
            return suite(name)
    raise problem


def trust_of(algorithms: Suite, root: bytes, grounds: Grounds) -> TrustStore:
    """A trust store of its own for one file: the root, and what a station knows beside.

    Raises:
        SigningError: the root is none.
    """
    trust = TrustStore(algorithms, root)
    for data in grounds.certificates:
        with suppress(SigningError):
            trust.add(data)
    for data in grounds.revocations:
        with suppress(SigningError):
            trust.add_revocations(data)
    return trust
