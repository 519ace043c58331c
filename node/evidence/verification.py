"""Verification (核验) of an exported case on any machine: no station, no database, no network, only the county's root.

1. the file is an export: every part named in its index, with the digest that the index says
2. each letter is a letter of this case, in one chain, each naming the one before it
3. each seal: the twelve steps of `signing.verify`, its proven time from the receipts of other stations
4. each event was allowed to its signer by TRANSITIONS, and the holder is the one that follows
5. every enclosure that a letter names is there with the digest that was sealed, and so is the form package
"""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from forms.errors import FormError
from forms.schema import Form
from node.casework.case import Case, Desk, SideEvent, Signatory, new_case
from node.casework.deciding import decides_by, deciding_at_first
from node.casework.letter import LetterError, SealedLetter, read_frame
from node.clock import to_text
from node.errors import RequestError, TransitionError
from node.mail.receipts import Receipt, ReceiptError, read_receipt
from node.roles import Role, Tier
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.seal import rebuild_signature
from signing.trust import TrustStore
from signing.verify import SealReport, verify_compact
from sync.routes import Directory, StationEntry

MAX_FILE_BYTES = 512 << 20
MAX_PARTS = 5000
PART_NAME = re.compile(r"(?:[a-z]+/)?[0-9a-z-]+\.[a-z]{3,8}")
UNKNOWN_STATION = "0" * 14
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, ValueError, RuntimeError, OSError)


@dataclass(frozen=True)
class SealFinding:
    """One seal of the file: who, for which organ, at which tier, when, and the steps."""

    signer: str
    organ: str
    tier: str
    event: str
    time_claimed: datetime
    time_proven: tuple[datetime | None, datetime | None]
    report: SealReport

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` prints it."""
        earliest, latest = self.time_proven
        return {
            "signer": self.signer,
            "organ": self.organ,
            "tier": self.tier,
            "event": self.event,
            "time_claimed": to_text(self.time_claimed),
            "time_proven": [to_text(one) if one else None for one in (earliest, latest)],
            "verdict": self.report.verdict,
            "steps": [
                {
                    "number": step.number,
                    "name": step.name,
                    "verdict": step.verdict,
                    "evidence": ({"code": step.code} if step.code else {}) | dict(step.evidence),
                }
                for step in self.report.steps
            ],
        }


@dataclass(frozen=True)
class FileFinding:
    """What was found in a file: `problems` are (code, what) of the file as a whole, apart from its seals."""

    file: str
    seals: tuple[SealFinding, ...]
    problems: tuple[tuple[str, str], ...]
    root_pinned: bool

    @property
    def verdict(self) -> str:
        """`invalid` for any problem or bad seal; `undetermined` when the root was not given, or a seal is so."""
        verdicts = {finding.report.verdict for finding in self.seals}
        if self.problems or "invalid" in verdicts or not self.seals:
            return "invalid"
        return "undetermined" if "undetermined" in verdicts or not self.root_pinned else "valid"

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` prints it."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "root_pinned": self.root_pinned,
            "seals": [finding.to_json() for finding in self.seals],
            "problems": [{"code": code, "what": what} for code, what in self.problems],
        }


def verify_file(path: Path, root: bytes | None) -> FileFinding:
    """Check an export against the county's root certificate (DER); without one the best verdict is `undetermined`.

    Raises:
        RequestError: `verify_unreadable` or `verify_unknown_kind`: not an export.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RequestError("verify_unknown_kind", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise RequestError("verify_unreadable", file=path.name) from error
    return _Export(path.name, _read_parts(data, path.name), root).check()


def _read_parts(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of the zip by name; nothing is unpacked to disk and each size is bounded."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            sizes = sum(info.file_size for info in infos)
            names = [info.filename for info in infos]
            good = all(map(PART_NAME.fullmatch, names)) and len(set(names)) == len(names)
            if len(infos) > MAX_PARTS or sizes > MAX_FILE_BYTES or not good or "export.json" not in names:
                raise RequestError("verify_unknown_kind", file=name)
            return {info.filename: archive.read(info) for info in infos}
    except NOT_A_ZIP as error:
        raise RequestError("verify_unknown_kind", file=name) from error


class _Export:
    """One export while it is checked."""

    def __init__(self, name: str, parts: Mapping[str, bytes], root: bytes | None) -> None:
        self._name = name
        self._parts = parts
        try:
            self._index = json.loads(parts["export.json"])
            self._suite = suite_of(self._index["suite"])
            listed = {str(part): digest for part, digest in dict(self._index["files"]).items()}
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RequestError("verify_unknown_kind", file=name) from error
        self._pinned = root is not None
        self._problems: list[tuple[str, str]] = []
        for part in sorted(set(listed) | (set(parts) - {"export.json"})):
            if part not in parts or listed.get(part) != self._suite.digest(parts[part]):
                self._problems.append(("part", part))
        self._trust = self._trust_of(root)
        self._stations = self._successions()

    def _trust_of(self, root: bytes | None) -> TrustStore:
        certificates = [data for name, data in self._parts.items() if name.startswith("certificates/")]
        try:
            trust = TrustStore(self._suite, root or self._root_inside(certificates))
        except SigningError as error:
            raise RequestError("verify_root", file=self._name) from error
        for data in certificates:
            self._try("certificate", lambda data=data: trust.add(data))
        for name, data in self._parts.items():
            if name.startswith("revocations/"):
                self._try("revocations", lambda data=data: trust.add_revocations(data))
        return trust

    def _successions(self) -> Directory:
        """Which station stands in whose place, as proven certificates say; the first successor of a station counts."""
        entries: dict[str, StationEntry] = {}
        proven: list[Certificate] = []
        for name, data in self._parts.items():
            if name.startswith("certificates/"):
                with suppress(SigningError):
                    certificate = self._trust.get(self._suite.digest(data))
                    self._trust.path(certificate)
                    proven.append(certificate)
        for one in sorted(proven, key=lambda each: (each.not_before, each.digest)):
            if one.replaces:
                entries.setdefault(one.replaces, StationEntry(one.replaces, one.name, one.tier, successor=one.station))
        return Directory(entries.values())

    def _root_inside(self, certificates: Iterable[bytes]) -> bytes:
        for data in certificates:
            try:
                TrustStore(self._suite, data)
            except SigningError:
                continue
            return data
        raise RequestError("verify_root", file=self._name)

    def _try(self, code: str, act: Any) -> None:
        try:
            act()
        except SigningError as error:
            self._problems.append((code, type(error).__name__))

    def check(self) -> FileFinding:
        """Steps 1 to 5."""
        letters = self._letters()
        receipts = self._receipts()
        received: dict[str, datetime] = {}
        findings: list[SealFinding] = []
        erased = {sealed.letter.body.get("enclosure") for sealed in letters if sealed.letter.kind == SideEvent.ERASED}
        for sealed in letters:
            origin = self._stations.current(sealed.letter.origin)
            others = (at for letter, station, at in receipts if letter == sealed.letter_id and self._stations.current(station) != origin)
            latest = min(others, default=None)
            before = received.get(sealed.letter.after or "")
            if latest:
                received[sealed.letter_id] = latest
            findings += [self._seal(sealed, number, (before, latest)) for number in range(len(sealed.seals))]
            self._check_enclosures(sealed, erased)
        self._check_chain(letters)
        return FileFinding(self._name, tuple(findings), tuple(self._problems), self._pinned)

    def _letters(self) -> list[SealedLetter]:
        letters: list[SealedLetter] = []
        for name in sorted(name for name in self._parts if name.startswith("letters/")):
            try:
                letters.append(read_frame(self._parts[name], self._suite.digest))
            except LetterError as error:
                self._problems.append(("letter", f"{name}: {error.code}"))
        return letters

    def _receipts(self) -> list[tuple[str, str, datetime]]:
        """(letter id, station, when that had it) of every receipt that stands."""
        found: list[tuple[str, str, datetime]] = []
        for name in sorted(name for name in self._parts if name.startswith("receipts/")):
            try:
                receipt = read_receipt(self._parts[name], self._suite.digest)
                self._check_receipt(receipt)
            except (ReceiptError, SigningError):
                self._problems.append(("receipt", name))
                continue
            found += [(one.letter_id, receipt.station, receipt.at) for one in receipt.letters]
        return found

    def _check_receipt(self, receipt: Receipt) -> None:
        signer = self._trust.get(receipt.signer)
        self._trust.path(signer)
        if signer.usage != "station_sign" or signer.station != receipt.station:
            raise ReceiptError("signer")
        self._suite.verify(signer.public_key, receipt.signed, receipt.signature)

    def _seal(self, sealed: SealedLetter, number: int, proven: tuple[datetime | None, datetime | None]) -> SealFinding:
        compact = sealed.seals[number]
        seals = {self._suite.digest(data): data for name, data in self._parts.items() if name.endswith(".esl")}
        try:
            signer = self._trust.get(compact.signer)
            report = verify_compact(self._suite, self._trust, seals, compact, sealed.sealed_content, proven)
            whole = rebuild_signature(self._suite, seals[compact.seal], signer.der, compact, sealed.sealed_content)
        except (SigningError, KeyError) as error:
            self._problems.append(("seal", f"{sealed.letter.kind}: {type(error).__name__}"))
            return SealFinding("", "", "", sealed.letter.kind, compact.at, proven, SealReport(()))
        if whole not in (data for name, data in self._parts.items() if name.endswith(".ses")):
            self._problems.append(("seal_signature", sealed.letter.kind))
        return SealFinding(signer.name, signer.station, signer.tier, sealed.letter.kind, compact.at, proven, report)

    def _check_enclosures(self, sealed: SealedLetter, erased: Collection[object]) -> None:
        here = {self._suite.digest(data) for name, data in self._parts.items() if name.startswith("enclosures/")}
        for entry in sealed.letter.enclosures:
            if entry.plain not in here and entry.enclosure_id not in erased:
                self._problems.append(("enclosure", f"{entry.material}/{entry.page}"))
        package = self._parts.get("package.json", b"")
        if sealed.letter.package != self._suite.digest(package):
            self._problems.append(("package", sealed.letter.kind))

    def _check_chain(self, letters: list[SealedLetter]) -> None:
        states = [sealed for sealed in letters if sealed.letter.event]
        if not states or len({sealed.letter.case_number for sealed in letters}) != 1:
            self._problems.append(("chain", "case"))
            return
        known = {sealed.letter_id for sealed in letters}
        for sealed in letters:
            if sealed.letter.event is None and sealed.letter.after not in known:
                self._problems.append(("chain", sealed.letter.kind))
        try:
            form = Form.from_bytes(self._parts.get("package.json", b""))
            case = new_case(states[0].letter.case_number, form.id, states[0].letter.package, self._path(states), deciding_at_first(form))
        except (FormError, KeyError, ValueError):
            self._problems.append(("package", "package.json"))
            return
        for sealed in states:
            case = self._follow(case, form, sealed)

    def _path(self, states: list[SealedLetter]) -> tuple[str, str, str]:
        """The stations on the case's path as they are today, as its holders show them."""
        desks = {holder.desk: self._stations.current(holder.station) for holder in (one.letter.holder for one in states) if holder}
        origin = self._stations.current(states[0].letter.case_number[:14])
        return origin, desks.get(Desk.REVIEW, UNKNOWN_STATION), desks.get(Desk.DECISION, UNKNOWN_STATION)

    def _follow(self, case: Case, form: Form, sealed: SealedLetter) -> Case:
        letter = sealed.letter
        try:
            certificate = self._trust.get(sealed.seals[0].signer)
            roles = frozenset(Role(one) for one in certificate.roles if one in set(Role))
            station = self._stations.current(certificate.station)
            by, decides = Signatory(station, Tier(certificate.tier), roles, certificate.name), decides_by(letter, form)
            after = case.after(letter.event, by, sealed.letter_id, decides)  # type: ignore[arg-type]
        except (TransitionError, SigningError) as error:
            self._problems.append(("chain", f"{letter.kind}: {error}"))
            return case
        holder = letter.holder and replace(letter.holder, station=self._stations.current(letter.holder.station))
        signer = station, certificate.division
        if letter.after != case.head or holder != after.holder or signer != (self._stations.current(letter.origin), letter.village):
            self._problems.append(("chain", letter.kind))
        return after
