"""Verification of an exported case: its letters, their chain, their seals, and everything that they name.

1. every part is named in the index, with the digest that the index says
2. each letter is a letter of this case, in one chain, each naming the one before it
3. each seal: the twelve steps, its proven time from the receipts of other stations, step 12 also by the other seals of its letter
4. each act was allowed to its signer by the transition table, and the holder is the one that follows
5. every enclosure that a letter names is there with the digest that was sealed, and so is the form package
6. the seal register and the revocation lists inside are the county's
7. the sealed documents are those that the letters carry, and each of their seals stands
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from node.casework.case import SideEvent
from node.casework.letter import LetterError, SealedLetter, read_frame
from node.clock import to_text
from node.documents.carried import MAX_BYTES
from node.errors import RequestError
from node.evidence.archive import Archive, open_archive
from node.evidence.chain import Chain
from node.evidence.documents import Documents, parts_of
from node.evidence.findings import FileFinding
from node.evidence.grounds import Dated, Grounds, trust_of
from node.evidence.judging import UNDATED, Judge, Judged, objected
from node.evidence.register import PART, read_register, register_of
from node.evidence.rules import Objection, objection_to
from node.evidence.times import RECEIPTS, Carried, CarriedTimes, Receipts, read_receipts
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.report import Register
from signing.seal import rebuild_signature
from signing.trust import TrustStore
from sync.routes import Directory, StationEntry

MOST_LETTERS, MOST_CERTIFICATES = 400, 1500
"""More than any case has; what is over is not looked at, since each costs a signature check."""

NAMED = re.compile(
    r"(?:export|package)\.json|letters/[0-9]{4}\.letter|seals/(?:[0-9]{4}-[0-9]{1,2}\.ses|[0-9a-f]{64}\.esl|register\.txt)"
    r"|(?:certificates/[0-9a-f]{64}\.der|revocations/[0-9a-f]{64}\.crl|receipts/[0-9a-f]{64}\.receipt|enclosures/[0-9a-f]{64}\.[a-z]{3,4})"
    r"|documents/(?:form|acceptance|result|certificate)\.(?:pdf|ofd)"
)
"""The parts that an export has."""

MOST_UNPACKED = 4 * MAX_BYTES
"""What the documents of all letters may unpack to."""


def verify_export(name: str, data: bytes, grounds: Grounds) -> FileFinding:
    """Check an export (not trusted).

    Raises:
        RequestError: `verify_unknown_kind`, it is none; `verify_too_much`; `verify_root`, no root is given and none is inside.
    """
    archive = open_archive(data, name, grounds.most_bytes)
    if len(archive.of("letters")) > MOST_LETTERS or len(archive.of("certificates")) + len(archive.of("receipts")) > MOST_CERTIFICATES:
        raise RequestError("verify_too_much", file=name)
    return _Export(name, archive, grounds).check()


class _Export:
    """One export while it is checked."""

    def __init__(self, name: str, archive: Archive, grounds: Grounds) -> None:
        self._name, self._archive, self._grounds = name, archive, grounds
        self._suite = archive.suite
        self._problems: list[tuple[str, str]] = [("part", part) for part in archive.changed]
        self._facts: dict[str, str] = {}
        self._trust = self._trust_inside()
        self._stations = self._successions()
        self._seals = {self._suite.digest(seal): seal for seal in archive.of("seals", ".esl").values()}
        self._wholes = frozenset(archive.of("seals", ".ses").values())
        self._enclosures = {self._suite.digest(data): data for data in archive.of("enclosures").values()}
        self._package = self._suite.digest(archive.parts.get("package.json", b""))
        self._judge = Judge(self._suite, self._trust, self._register(), missing="invalid")

    def _trust_inside(self) -> TrustStore:
        certificates = self._archive.of("certificates")
        try:
            trust = trust_of(self._suite, self._grounds.root or self._root_inside(certificates.values()), self._grounds)
        except SigningError as error:
            raise RequestError("verify_root", file=self._name) from error
        for data in certificates.values():
            self._try("certificate", lambda data=data: trust.add(data))  # type: ignore[misc]  # binds the loop's value
        for data in self._archive.of("revocations").values():
            self._try("revocations", lambda data=data: trust.add_revocations(data))  # type: ignore[misc]
        newest = max((listed.issued_at for listed in trust.lists()), default=None)
        if newest:
            self._facts["revocations_at"] = to_text(newest)
        return trust

    def _root_inside(self, certificates: Iterable[bytes]) -> bytes:
        for data in certificates:
            with suppress(SigningError):
                TrustStore(self._suite, data)
                return data
        raise RequestError("verify_root", file=self._name)

    def _try(self, code: str, act: Callable[[], object]) -> None:
        try:
            act()
        except SigningError as error:
            self._problems.append((code, type(error).__name__))

    def _register(self) -> Register | None:
        data = self._archive.parts.get(PART)
        listed = read_register(self._suite, self._trust, data) if data is not None else None
        if data is not None and listed is None:
            self._problems.append(("register", PART))
        if listed is not None:
            self._facts |= {"register": str(listed.number), "register_at": to_text(listed.at)}
        return register_of(self._grounds.register, listed)

    def _successions(self) -> Directory:
        """Which station stands in whose place, as proven certificates say; the first successor of a station counts."""
        entries: dict[str, StationEntry] = {}
        proven: list[Certificate] = []
        for data in self._archive.of("certificates").values():
            with suppress(SigningError):
                certificate = self._trust.get(self._suite.digest(data))
                self._trust.path(certificate)
                proven.append(certificate)
        for one in sorted(proven, key=lambda each: (each.not_before, each.digest)):
            if one.replaces:
                entries.setdefault(one.replaces, StationEntry(one.replaces, one.name, one.tier, successor=one.station))
        return Directory(entries.values())

    def check(self) -> FileFinding:
        """Everything, in order."""
        letters = self._letters()
        receipts = read_receipts(self._suite, self._trust, self._archive.of("receipts"))
        self._problems += [("receipt", name) for name in receipts.broken]
        chain = Chain(self._trust, self._stations, self._archive.parts.get("package.json", b"")).follow(letters)
        dated = self._dated(letters, receipts)
        erased = {sealed.letter.body.get("enclosure") for sealed in letters if sealed.letter.kind == SideEvent.ERASED}
        findings = []
        for sealed in letters:
            objection = chain.objections.get(sealed.letter_id) or self._of_other_case(sealed, letters)
            findings += [one.finding() for one in self._act(sealed, dated[sealed.letter_id], objection)]
            self._check_enclosures(sealed, erased)
        self._problems += [*chain.problems, *(("part", name) for name in self._strange(letters))]
        return FileFinding(
            file=self._name,
            case=letters[0].letter.case_number if letters else "",
            seals=tuple(findings),
            documents=self._documents(letters, dated),
            problems=tuple(self._problems),
            root_pinned=self._grounds.root is not None,
            facts=self._facts,
        )

    def _strange(self, letters: list[SealedLetter]) -> Iterator[str]:
        """Parts that nothing sealed speaks for: they would look as if they had been verified with the rest (1)."""
        sealed = {entry.plain for one in letters for entry in one.letter.enclosures}
        for name, data in self._archive.parts.items():
            if not NAMED.fullmatch(name) or (name.startswith("enclosures/") and self._suite.digest(data) not in sealed):
                yield name

    def _letters(self) -> list[SealedLetter]:
        letters: list[SealedLetter] = []
        for name, data in self._archive.of("letters").items():
            try:
                letters.append(read_frame(data, self._suite.digest))
            except LetterError as error:
                self._problems.append(("letter", f"{name}: {error.code}"))
        return letters

    def _of_other_case(self, sealed: SealedLetter, letters: list[SealedLetter]) -> Objection | None:
        if sealed.letter.case_number == letters[0].letter.case_number:
            return None
        return Objection("other_case", None, {"case": sealed.letter.case_number})

    def _dated(self, letters: list[SealedLetter], receipts: Receipts) -> Mapping[str, Dated]:
        """The proven time of each letter: after its own station had what it follows, before another station had it."""
        by_id = {sealed.letter_id: sealed for sealed in letters}
        found: dict[str, Dated] = {}
        for sealed in letters:
            latest = receipts.first(sealed.letter_id, self._stations.current(sealed.letter.origin), self._stations)
            earliest = self._not_before(sealed, by_id, receipts)
            found[sealed.letter_id] = Dated((earliest, latest), latest, RECEIPTS if earliest or latest else "")
        return found

    def _not_before(self, sealed: SealedLetter, by_id: Mapping[str, SealedLetter], receipts: Receipts) -> datetime | None:
        """The same walk as `node.mail.proven_times` makes at a station, by the receipts in the file alone."""
        at = sealed
        while (before := by_id.get(at.letter.after or "")) is not None:
            station, writer = self._stations.current(at.letter.origin), self._stations.current(before.letter.origin)
            had_at = receipts.had(before.letter_id, station, self._stations) if writer != station else None
            if had_at is not None:
                return had_at
            at = before
        return None

    def _act(self, sealed: SealedLetter, dated: Dated, objection: Objection | None) -> tuple[Judged, ...]:
        judged = tuple(self._seal(sealed, number, dated) for number in range(len(sealed.seals)))
        applied = [one.applied for one in judged if one.applied]
        between = objection_to(sealed.letter.village, applied) if len(applied) == len(judged) else None
        return objected(judged, between or objection)

    def _seal(self, sealed: SealedLetter, number: int, dated: Dated) -> Judged:
        compact, kind = sealed.seals[number], sealed.letter.kind
        try:
            signer = self._trust.get(compact.signer)
            whole = rebuild_signature(self._suite, self._seals[compact.seal], signer.der, compact, sealed.sealed_content)
        except (SigningError, KeyError) as error:
            self._problems.append(("seal", f"{kind}: {type(error).__name__}"))
            return Judged(self._judge.judge(b"", None, UNDATED, kind).report, None, dated, kind)
        if whole not in self._wholes:
            self._problems.append(("seal_signature", kind))
        return self._judge.judge(whole, sealed.sealed_content, dated, kind)

    def _check_enclosures(self, sealed: SealedLetter, erased: Collection[object]) -> None:
        for entry in sealed.letter.enclosures:
            # Documents come when they come, and nobody waits for them: what was sealed is the letter.
            if entry.plain not in self._enclosures and entry.enclosure_id not in erased and not entry.is_documents:
                self._problems.append(("enclosure", f"{entry.material}/{entry.page}"))
        if sealed.letter.package != self._package:
            self._problems.append(("package", sealed.letter.kind))

    def _carried(self, letters: list[SealedLetter]) -> Iterator[tuple[SealedLetter, tuple[bytes, ...]]]:
        """The documents that the letters carry, unpacked until that is more than a case can have; what is over dates nothing."""
        left = MOST_UNPACKED
        for sealed in letters:
            if sealed.letter.documents is not None:
                parts = parts_of(self._enclosures.get(sealed.letter.documents.plain, b""), min(left, MAX_BYTES))
                left -= sum(map(len, parts))
                yield sealed, parts

    def _documents(self, letters: list[SealedLetter], dated: Mapping[str, Dated]) -> tuple[FileFinding, ...]:
        """The sealed documents inside, each dated by the letter that carries it (7)."""
        carried = [Carried(sealed.letter.at, parts, dated[sealed.letter_id]) for sealed, parts in self._carried(letters)]
        documents = Documents(self._judge, CarriedTimes(carried), self._grounds.document_roots, self._grounds.root is not None)
        inside = {name: data for name, data in self._archive.of("documents").items() if NAMED.fullmatch(name)}
        return tuple(documents.check(name.partition("/")[2], data) for name, data in inside.items())
