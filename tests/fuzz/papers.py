"""Sealed documents as targets: read as `verify` reads them, every seal judged, and every tier's seals still there."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from signing.ofd import read_ofd
from signing.packages import read_package
from signing.pdf import read_pdf
from signing.stamps import DocumentSeal
from signing.trust import TrustStore
from signing.verify import SealPolicy, verify_signature
from tests.fuzz.target import Subject
from tests.signing.county import NOW, County, county
from tests.signing.papers import TIERS, offices, sealed_ofd, sealed_pdf

LATER = NOW + timedelta(days=9)


def trust_of(name: str) -> TrustStore:
    trust = county(name).trust()
    for office in offices(name).values():
        trust.add(office.organ.certificate.der)
    return trust


def all_hold(made: County, trust: TrustStore, seals: Iterable[DocumentSeal]) -> bool:
    """Whether no seal is invalid, and none covers a part that was changed."""
    for one in seals:
        policy = SealPolicy(property_info=one.property_info)
        report = verify_signature(made.suite, trust, one.signature, one.content, (None, LATER), policy)
        if one.changed or report.verdict == "invalid":
            return False
    return True


def pdf(name: str, folder: Path) -> Subject:
    made, trust = county(name), trust_of(name)

    def read(data: bytes) -> bool:
        revisions = read_pdf(made.suite, data).revisions
        whole = len(revisions) == len(TIERS) and not any(one.cms.code for one in revisions)
        return whole and all_hold(made, trust, [seal for one in revisions for seal in one.seals])

    return Subject(sealed_pdf(name), read)


def ofd(name: str, folder: Path) -> Subject:
    made, trust = county(name), trust_of(name)

    def read(data: bytes) -> bool:
        signs = read_ofd(made.suite, data).signs
        return len(signs) == 2 * len(TIERS) and all_hold(made, trust, [one.seal for one in signs])

    whole = sealed_ofd(name)
    files = read_package(whole, len(whole) * 9)
    return Subject(whole, read, lambda data: read_package(data, len(whole) * 9) == files)
