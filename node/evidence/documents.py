"""Verification of sealed documents: a PDF or OFD with the seals of one or more tiers, in their order.

1. the file is one of ours and nothing in it is without a seal: what was added or changed after a seal is a problem of the file
2. each seal: the twelve steps over the bytes that it covers
3. step 12 also by the other seals: of one act, and of the acts before it, from the village up
4. a PDF's signature for ordinary readers (P-256) holds, is of the same organ, and, where the county's document root is known, under that
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice

from node.documents.carried import MAX_BYTES, MOST_PARTS
from node.evidence.archive import NOT_A_ZIP
from node.evidence.findings import FileFinding
from node.evidence.grounds import Dated, Times
from node.evidence.judging import UNDATED, Judge, Judged, objected
from node.evidence.rules import objection_to, objection_to_order
from signing.algorithms import suite
from signing.errors import DocumentError, SigningError
from signing.ofd import OfdSign, read_ofd
from signing.pdf import PdfRevision, read_pdf
from signing.report import Step
from signing.stamps import CmsFinding, DocumentSeal
from signing.trust import TrustStore

CMS_SUITE = "p256"
_CASE_NUMBER = re.compile(rb"(?<![0-9])[0-9]{25}(?![0-9])")
_CONTENT = 9
ALSO_OF_EXPORTS = {"package": "package_bytes"}
"""Codes of documents that mean something else of an export."""
_ZIP, _ENTRY, _LONGEST_ENTRY = b"PK\x03\x04", "OFD.xml", 1 << 16


@dataclass(frozen=True)
class _Act:
    """The seals that one person's act put on a document."""

    name: str
    judged: tuple[Judged, ...]


def kind_of_file(data: bytes) -> str:
    """`pdf`, `ofd` or `zip` by how it begins and what a zip has at its root; empty for anything else."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if not data.startswith(_ZIP):
        return ""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "ofd" if _ENTRY in archive.namelist() else "zip"
    except NOT_A_ZIP:
        return "zip"


def parts_of(data: bytes, most_bytes: int = MAX_BYTES) -> tuple[bytes, ...]:
    """The parts of a letter's enclosure of documents; none where it is no zip, or unpacks to more."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > most_bytes:
                return ()
            return tuple(archive.read(info) for info in infos)
    except NOT_A_ZIP:
        return ()


def hints_in(data: bytes) -> tuple[str, ...]:
    """Case numbers that a document names in the clear, the first few; an OFD in its first file."""
    found = islice(_CASE_NUMBER.finditer(_entry_of(data)), 16)
    return tuple(dict.fromkeys(one[0].decode() for one in found))[:4]


def _entry_of(data: bytes) -> bytes:
    if not data.startswith(_ZIP):
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(_ENTRY) as entry:
            return entry.read(_LONGEST_ENTRY)
    except (KeyError, *NOT_A_ZIP):
        return b""


class Documents:
    """Checks documents under one trust store; what they bring is given to that, but for a station's own, which outlives the file."""

    def __init__(self, judge: Judge, times: Times, document_roots: Sequence[bytes], root_pinned: bool, *, offers: bool = True) -> None:
        self._judge = judge
        self._times = times
        self._document_roots = document_roots
        self._root_pinned = root_pinned
        self._offers = offers

    def check(self, name: str, data: bytes) -> FileFinding:
        """What is found in a PDF or OFD (not trusted)."""
        kind, hints = kind_of_file(data), hints_in(data)
        problems: list[tuple[str, str]] = []
        facts: dict[str, str] = {}
        acts: list[_Act] = []
        try:
            if kind == "pdf":
                acts = self._pdf(data, hints, problems, facts)
            else:
                acts = self._ofd(data, hints)
        except DocumentError as error:
            problems.append((ALSO_OF_EXPORTS.get(error.code, error.code), error.part))
        except SigningError as error:
            problems.append(("document", type(error).__name__))
        found = [one.finding() for act in self._by_rules(acts) for one in act.judged]
        case = next(iter(hints), "")
        return FileFinding(
            file=name, kind=kind, case=case, seals=tuple(found), problems=tuple(problems), root_pinned=self._root_pinned, facts=facts
        )

    def _pdf(self, data: bytes, hints: Sequence[str], problems: list[tuple[str, str]], facts: dict[str, str]) -> list[_Act]:
        reading = read_pdf(self._judge.suite, data)
        self._offer(reading.certificates)
        acts = []
        for revision in reading.revisions:
            dated = self._dated((data[: revision.end], data[revision.start : revision.end]), revision, hints)
            acts.append(_Act(revision.field, tuple(self._seal(one, dated, revision.field) for one in revision.seals)))
            code = self._cms_fault(revision.cms, acts[-1])
            if code == "cms_unknown_root":
                facts["cms"] = code
            elif code:
                problems.append((code, revision.field))
        return acts

    def _ofd(self, data: bytes, hints: Sequence[str]) -> list[_Act]:
        """The signatures in order; those of one moment are one act's, which a unit's seal ends."""
        reading = read_ofd(self._judge.suite, data)
        self._offer(reading.certificates)
        acts: list[_Act] = []
        for place, sign in enumerate(reading.signs):
            judged = self._seal(sign.seal, self._dated((sign.seal.signature,), sign, hints), f"Sign_{sign.number}")
            is_same = place > 0 and sign.at == reading.signs[place - 1].at
            if is_same and not (_is_of(judged, "person") and _is_of(acts[-1].judged[-1], "organ")):
                acts[-1] = replace(acts[-1], judged=(*acts[-1].judged, judged))
            else:
                acts.append(_Act(f"Sign_{sign.number}", (judged,)))
        return acts

    def _offer(self, certificates: Iterable[bytes]) -> None:
        """Authorities that a document brings: found from now on, and believed as far as they prove themselves under the root."""
        for data in certificates if self._offers else ():
            with suppress(SigningError):
                self._judge.trust.add(data)

    def _dated(self, parts: Iterable[bytes], sealed: PdfRevision | OfdSign, hints: Sequence[str]) -> Dated:
        found = (self._times.of(part, sealed.at, hints) for part in parts)
        return next((one for one in found if one is not None), UNDATED)

    def _seal(self, seal: DocumentSeal, dated: Dated, event: str) -> Judged:
        judged = self._judge.judge(seal.signature, seal.content, dated, event, seal.property_info)
        return _changed(judged, seal.changed) if seal.changed else judged

    def _by_rules(self, acts: Sequence[_Act]) -> list[_Act]:
        """The acts with what the rules between seals say (3)."""
        out: list[_Act] = []
        applied = [[one.applied for one in act.judged if one.applied] for act in acts]
        order = objection_to_order(applied)
        for place, act in enumerate(acts):
            is_read = len(applied[place]) == len(act.judged)
            village = applied[place][0].signer.division if applied[place] else ""
            objection = order[1] if order and order[0] == place else (objection_to(village, applied[place]) if is_read else None)
            out.append(replace(act, judged=objected(act.judged, objection)))
        return out

    def _cms_fault(self, cms: CmsFinding, act: _Act) -> str:
        """Why a PDF's signature for ordinary readers is not to be believed (4); empty where it is."""
        if cms.code:
            return f"cms_{cms.code}"
        divisions = {one.applied.signer.division for one in act.judged if one.applied}
        if cms.signer.usage != "organ" or cms.signer.division not in divisions:
            return "cms_other_organ"
        if self._judge.suite.name == CMS_SUITE:
            stores = [self._judge.trust]
        else:
            stores = [TrustStore(suite(CMS_SUITE), root) for root in self._document_roots]
            for store in stores:
                for certificate in cms.chain:
                    store.add(certificate.der)
        if not stores:
            return "cms_unknown_root"
        return "" if any(_leads_to(store, cms) for store in stores) else "cms_root"


def _leads_to(store: TrustStore, cms: CmsFinding) -> bool:
    try:
        store.path(cms.signer, (cms.at, cms.at))
    except SigningError:
        return False
    return True


def _is_of(judged: Judged, usage: str) -> bool:
    return judged.applied is not None and judged.applied.signer.usage == usage


def _changed(judged: Judged, parts: Sequence[str]) -> Judged:
    """A seal whose protected parts were changed afterwards fails in step 9."""
    step = Step(_CONTENT, "content", "invalid", "other_content", {"changed": " ".join(parts[:10])})
    steps = tuple(step if one.number == _CONTENT and one.verdict != "not_applicable" else one for one in judged.report.steps)
    return replace(judged, report=replace(judged.report, steps=steps))
