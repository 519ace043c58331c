"""Verification (核验) of a file on any machine: no station, no database, no network, only the county's root.

An exported case, a sealed PDF or OFD, an electronic seal by itself, or a seal signature without what it was put on. Each gets the same
finding: its seals in order, each with the twelve steps of `signing.verify`, and the problems of the file as a whole.
"""

from pathlib import Path

from node.errors import RequestError
from node.evidence.archive import MAX_FILE_BYTES
from node.evidence.documents import Documents, kind_of_file
from node.evidence.exported import verify_export
from node.evidence.findings import FileFinding, SealFinding
from node.evidence.grounds import Grounds, trust_of
from node.evidence.judging import UNDATED, Judge
from signing.algorithms import Suite
from signing.errors import SigningError
from signing.seal import Seal, kind_of, parse_seal, parse_signature
from signing.trust import TrustStore
from signing.verify import verify_seal

_SEQUENCE = b"\x30"
LARGEST_SEAL = 1 << 20


def verify_file(path: Path, grounds: Grounds) -> FileFinding:
    """Check a file of any kind that is known here.

    Raises:
        RequestError: `verify_unreadable`, or as `verify_data`.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RequestError("verify_unknown_kind", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise RequestError("verify_unreadable", file=path.name) from error
    return verify_data(path.name, data, grounds)


def verify_data(name: str, data: bytes, grounds: Grounds) -> FileFinding:
    """Check the bytes of a file (not trusted); its kind is told by its content, never by its name.

    Raises:
        RequestError: `verify_unknown_kind`, `verify_too_much`, or `verify_root`: no root is given, and the file brings none.
    """
    kind = kind_of_file(data)
    if kind == "zip":
        return verify_export(name, data, grounds)
    if not kind and not (data.startswith(_SEQUENCE) and len(data) <= LARGEST_SEAL):
        raise RequestError("verify_unknown_kind", file=name)
    suite, trust = _trust(name, grounds)
    if kind:
        judge = Judge(suite, trust, grounds.register)
        return Documents(judge, grounds.times, grounds.document_roots, root_pinned=True).check(name, data)
    if _is_signature(suite, data):
        return _signature(name, data, Judge(suite, trust, grounds.register))
    return _seal(name, data, suite, trust, grounds)


def _trust(name: str, grounds: Grounds) -> tuple[Suite, TrustStore]:
    try:
        suite = grounds.suite()
        if suite is None or grounds.root is None:
            raise RequestError("verify_root_needed", file=name)
        return suite, trust_of(suite, grounds.root, grounds)
    except SigningError as error:
        raise RequestError("verify_root", file=name) from error


def _is_signature(suite: Suite, data: bytes) -> bool:
    """Whether it is a seal signature rather than a seal, or has gone so bad that it is neither."""
    try:
        parse_signature(suite, data)
    except SigningError:
        return False
    return True


def _signature(name: str, data: bytes, judge: Judge) -> FileFinding:
    """A bare SES_Signature: what it was put on is not at hand."""
    info = parse_signature(judge.suite, data).property_info
    found = judge.judge(data, None, UNDATED, info, info)
    return FileFinding(file=name, kind="signature", seals=(found.finding(),), problems=(), root_pinned=True)


def _seal(name: str, data: bytes, suite: Suite, trust: TrustStore, grounds: Grounds) -> FileFinding:
    report = verify_seal(suite, trust, data, grounds.now, grounds.register)
    seal = _read_seal(suite, data)
    found = SealFinding(
        signer=seal.maker.name if seal else "",
        organ=seal.seal_id.partition("-")[0] if seal else "",
        tier="",
        kind=kind_of(seal.seal_id) if seal else "",
        seal_name=seal.name if seal else "",
        event="",
        time_claimed=seal.created_at if seal else None,
        picture=seal.picture if seal else None,
        report=report,
    )
    return FileFinding(file=name, kind="seal", seals=(found,), problems=(), root_pinned=True)


def _read_seal(suite: Suite, data: bytes) -> Seal | None:
    try:
        return parse_seal(suite, data)
    except SigningError:
        return None
