"""The chain of an exported case, walked again: one case, each letter after the one before it, each act allowed to its signer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms.errors import FormError
from forms.schema import Form
from node.casework.case import Case, Desk, Signatory, new_case
from node.casework.deciding import decides_by, deciding_at_first
from node.casework.letter import SealedLetter
from node.errors import RequestError, TransitionError
from node.evidence.rules import Objection
from node.roles import Role, Tier
from signing.errors import SigningError
from signing.trust import TrustStore
from sync.routes import Directory

UNKNOWN_STATION = "0" * 14


@dataclass
class Walked:
    """What the walk found: problems of the file as (code, what), and objections to the seals of single letters, by letter id."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    objections: dict[str, Objection] = field(default_factory=dict)


class Chain:
    """Walks the letters of one case by the transition table."""

    def __init__(self, trust: TrustStore, stations: Directory, package: bytes) -> None:
        self._trust = trust
        self._stations = stations
        self._package = package
        self._walked = Walked()

    def follow(self, letters: Sequence[SealedLetter]) -> Walked:
        """Walk the letters in the order of the file."""
        states = [sealed for sealed in letters if sealed.letter.event]
        walked = self._walked
        if not states or len({sealed.letter.case_number for sealed in letters}) != 1:
            walked.problems.append(("chain", "case"))
            return walked
        known = {sealed.letter_id for sealed in letters}
        for sealed in letters:
            if sealed.letter.event is None and sealed.letter.after not in known:
                walked.problems.append(("chain", sealed.letter.kind))
        try:
            form = Form.from_bytes(self._package)
            case = new_case(states[0].letter.case_number, form.id, states[0].letter.package, self._path(states), deciding_at_first(form))
        except (FormError, RequestError, KeyError, ValueError):
            walked.problems.append(("package", "package.json"))
            return walked
        for sealed in states:
            case = self._step(case, form, sealed)
        return walked

    def _path(self, states: Sequence[SealedLetter]) -> tuple[str, str, str]:
        """The stations on the case's path as they are today, as its holders show them."""
        desks = {holder.desk: self._stations.current(holder.station) for holder in (one.letter.holder for one in states) if holder}
        origin = self._stations.current(states[0].letter.case_number[:14])
        return origin, desks.get(Desk.REVIEW, UNKNOWN_STATION), desks.get(Desk.DECISION, UNKNOWN_STATION)

    def _step(self, case: Case, form: Form, sealed: SealedLetter) -> Case:
        letter = sealed.letter
        try:
            certificate = self._trust.get(sealed.seals[0].signer)
            roles = frozenset(Role(one) for one in certificate.roles if one in set(Role))
            station = self._stations.current(certificate.station)
            by, decides = Signatory(station, Tier(certificate.tier), roles, certificate.name), decides_by(letter, form)
            after = case.after(letter.event, by, sealed.letter_id, decides)  # type: ignore[arg-type]
        except (TransitionError, SigningError) as error:
            self._walked.problems.append(("chain", f"{letter.kind}: {error}"))
            # Only the first: what comes after it may be all right but for that.
            if isinstance(error, TransitionError) and not self._walked.objections:
                self._walked.objections[sealed.letter_id] = Objection("not_allowed", None, {"transition": error.code, "state": error.state})
            return case
        holder = letter.holder and replace(letter.holder, station=self._stations.current(letter.holder.station))
        if station != self._stations.current(letter.origin) or certificate.division != letter.village:
            facts = {"station": certificate.station, "origin": letter.origin}
            self._walked.objections[sealed.letter_id] = Objection("off_the_route", None, facts)
            self._walked.problems.append(("chain", letter.kind))
        elif letter.after != case.head or holder != after.holder:
            self._walked.problems.append(("chain", letter.kind))
        return after
