"""A case (办件) and TRANSITIONS: all that may happen to it, who may do it, and whose desk it is then. Pure.

Everything that changes a case's state in law is a row of TRANSITIONS; nothing else is. A refused event leaves the case as it
was. How far a letter has come on the road is not here: neither of the two ever sets the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from node.errors import TransitionError
from node.roles import TIERS_OF_ROLE, Role, Tier


class CaseState(StrEnum):
    """Where a case stands in law."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    SUSPENDED = "suspended"
    APPROVED = "approved"
    DENIED = "denied"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    DELIVERED = "delivered"
    CLOSED = "closed"


class Event(StrEnum):
    """What may happen to a case: one kind of state letter each."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    DELIVERED = "delivered"
    CLOSED = "closed"


class SideEvent(StrEnum):
    """Letters that change no state; anyone on the case's path may write them and they commute."""

    MESSAGE = "message"
    SUPPLEMENT = "supplement"
    URGE = "urge"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    OPINION = "opinion"
    ERASED = "erased"
    BRANCH_NAMED = "branch_named"


CASE_READERS = frozenset({Role.AGENT, Role.VILLAGE_HEAD, Role.REVIEWER, Role.LEADER, Role.APPROVER, Role.SUPERVISOR})
"""Roles that may look at cases; who looks after keys and machines has no need to."""

SIDE_ROLES = {
    SideEvent.MESSAGE: frozenset({Role.AGENT, Role.VILLAGE_HEAD, Role.REVIEWER, Role.LEADER, Role.APPROVER}),
    SideEvent.SUPPLEMENT: frozenset({Role.AGENT}),
    SideEvent.URGE: frozenset({Role.AGENT}),
    SideEvent.WITHDRAWAL_ASKED: frozenset({Role.AGENT}),
    SideEvent.OPINION: frozenset({Role.REVIEWER, Role.LEADER, Role.APPROVER}),
    SideEvent.ERASED: frozenset({Role.AGENT, Role.REVIEWER, Role.LEADER, Role.APPROVER}),
    SideEvent.BRANCH_NAMED: frozenset({Role.APPROVER}),
}
"""Who may write which side letter; anybody on the case's path, at any time after it was submitted."""


class Desk(StrEnum):
    """The in-trays (办理席位) of a station: the agent's, the village head's, the township's window, the county's window."""

    AGENT = "agent"
    HEAD = "head"
    REVIEW = "review"
    DECISION = "decision"


class Whose(StrEnum):
    """Whose desk it is after an event."""

    ORIGIN = "origin"
    RECEIVING = "receiving"
    DECIDING = "deciding"
    SAME = "same"


class Until(StrEnum):
    """Marks a row whose new state is the one that the case was suspended from."""

    BEFORE = "before"


S, E, R = CaseState, Event, Role
_REVIEW = (R.REVIEWER, R.LEADER)
_WINDOW = (R.REVIEWER, R.LEADER, R.APPROVER)
_FIRST = (R.REVIEWER, R.VILLAGE_HEAD)
"""Whoever has a case first: the township's window, or, of an item that the village decides, the village head."""

TRANSITIONS: dict[tuple[CaseState, Event], tuple[CaseState | Until, tuple[Role, ...], Whose]] = {
    # (state, what happened): (new state, who may, whose desk it is then)
    (S.DRAFT, E.SUBMITTED): (S.SUBMITTED, (R.AGENT,), Whose.RECEIVING),
    (S.RETURNED, E.SUBMITTED): (S.SUBMITTED, (R.AGENT,), Whose.RECEIVING),
    (S.RETURNED, E.WITHDRAWN): (S.WITHDRAWN, (R.AGENT,), Whose.ORIGIN),
    (S.SUBMITTED, E.ACCEPTED): (S.ACCEPTED, (R.REVIEWER,), Whose.SAME),
    (S.SUBMITTED, E.NOT_ACCEPTED): (S.NOT_ACCEPTED, (R.REVIEWER,), Whose.ORIGIN),
    (S.SUBMITTED, E.RETURNED): (S.RETURNED, _FIRST, Whose.ORIGIN),
    (S.SUBMITTED, E.WITHDRAWN): (S.WITHDRAWN, _FIRST, Whose.ORIGIN),
    (S.SUBMITTED, E.APPROVED): (S.APPROVED, (R.VILLAGE_HEAD,), Whose.ORIGIN),
    (S.SUBMITTED, E.DENIED): (S.DENIED, (R.VILLAGE_HEAD,), Whose.ORIGIN),
    (S.ACCEPTED, E.FORWARDED): (S.FORWARDED, _REVIEW, Whose.DECIDING),
    (S.ACCEPTED, E.RETURNED): (S.RETURNED, _REVIEW, Whose.ORIGIN),
    (S.ACCEPTED, E.SUSPENDED): (S.SUSPENDED, _REVIEW, Whose.SAME),
    (S.ACCEPTED, E.APPROVED): (S.APPROVED, (R.LEADER,), Whose.ORIGIN),
    (S.ACCEPTED, E.DENIED): (S.DENIED, (R.LEADER,), Whose.ORIGIN),
    (S.ACCEPTED, E.WITHDRAWN): (S.WITHDRAWN, _REVIEW, Whose.ORIGIN),
    (S.ACCEPTED, E.TERMINATED): (S.TERMINATED, _REVIEW, Whose.ORIGIN),
    (S.FORWARDED, E.APPROVED): (S.APPROVED, (R.APPROVER,), Whose.ORIGIN),
    (S.FORWARDED, E.DENIED): (S.DENIED, (R.APPROVER,), Whose.ORIGIN),
    (S.FORWARDED, E.RETURNED): (S.RETURNED, (R.APPROVER,), Whose.ORIGIN),
    (S.FORWARDED, E.SUSPENDED): (S.SUSPENDED, (R.APPROVER,), Whose.SAME),
    (S.FORWARDED, E.WITHDRAWN): (S.WITHDRAWN, (R.APPROVER,), Whose.ORIGIN),
    (S.FORWARDED, E.TERMINATED): (S.TERMINATED, (R.APPROVER,), Whose.ORIGIN),
    (S.SUSPENDED, E.RESUMED): (Until.BEFORE, _WINDOW, Whose.SAME),
    (S.SUSPENDED, E.WITHDRAWN): (S.WITHDRAWN, _WINDOW, Whose.ORIGIN),
    (S.SUSPENDED, E.TERMINATED): (S.TERMINATED, _WINDOW, Whose.ORIGIN),
    (S.APPROVED, E.DELIVERED): (S.DELIVERED, (R.AGENT,), Whose.ORIGIN),
    (S.DENIED, E.DELIVERED): (S.DELIVERED, (R.AGENT,), Whose.ORIGIN),
    (S.NOT_ACCEPTED, E.DELIVERED): (S.DELIVERED, (R.AGENT,), Whose.ORIGIN),
    (S.DELIVERED, E.CLOSED): (S.CLOSED, (R.AGENT,), Whose.ORIGIN),
    (S.NOT_ACCEPTED, E.CLOSED): (S.CLOSED, (R.AGENT,), Whose.ORIGIN),
    (S.WITHDRAWN, E.CLOSED): (S.CLOSED, (R.AGENT,), Whose.ORIGIN),
    (S.TERMINATED, E.CLOSED): (S.CLOSED, (R.AGENT,), Whose.ORIGIN),
}

REASON_NEEDED = frozenset({E.NOT_ACCEPTED, E.RETURNED, E.SUSPENDED, E.RESUMED, E.DENIED, E.WITHDRAWN, E.TERMINATED})
"""Events that are refused without a reason in words."""

ENCLOSURES_NEEDED = frozenset({E.ACCEPTED, E.APPROVED})
"""Events that need every enclosure of the case whole at the actor's station; returning does not."""

_DECISIONS = frozenset({E.APPROVED, E.DENIED})

APART = frozenset({"own", "receiver"})
"""Reasons by which who took a case in is kept from deciding it (受办分离)."""


@dataclass(frozen=True)
class Holder:
    """Who has the case: a station and one of its desks."""

    station: str
    desk: Desk


@dataclass(frozen=True)
class Signatory:
    """Who seals an event, as the certificate says; `name` is empty for who has none."""

    station: str
    tier: Tier
    roles: frozenset[Role]
    name: str = ""

    def may(self, roles: Iterable[Role]) -> bool:
        """Whether one of these roles is held, at a tier where it can be."""
        return any(role in self.roles and self.tier in TIERS_OF_ROLE[role] for role in roles)


@dataclass(frozen=True)
class Case:
    """One application for one service item at one item version: the fold of its state letters.

    `path` is the stations from the origin up to the county; `decides` the tier that decides the item; `head` the id of the
    last state letter, None for a draft; `suspended_from` the state that a suspended case goes back to; `submitter` the name of
    who sealed the last submission, `receiver` of who accepted it.
    """

    case_number: str
    item_id: str
    package: str
    path: tuple[str, ...]
    decides: Tier
    state: CaseState
    holder: Holder
    head: str | None = None
    suspended_from: CaseState | None = None
    submitter: str = ""
    receiver: str = ""

    def after(self, event: Event, by: Signatory, letter_id: str, decides: Tier | None = None) -> "Case":
        """This case once `event` has happened, sealed by `by` in the letter `letter_id`.

        `decides` is the tier that decides by the answers of a submission; it stays until the next one.

        Raises:
            TransitionError: `row` the table has no such row; `role` it is another role's or tier's; `desk` another desk holds the
                case; `decides` another tier decides this item; `own` who submitted it in the village may not decide it there (受办分离);
                `receiver` nor may who accepted it at this window.
        """
        row = TRANSITIONS.get((self.state, event))
        if row is None:
            raise TransitionError(self.state, event, "row")
        new_state, roles, whose = row
        if by.station != self.holder.station:
            raise TransitionError(self.state, event, "desk")
        if not by.may(roles):
            raise TransitionError(self.state, event, "role")
        if event in _DECISIONS and self.decides != by.tier:
            raise TransitionError(self.state, event, "decides")
        if event in _DECISIONS and self.holder.desk is Desk.HEAD and by.name and by.name == self.submitter:
            raise TransitionError(self.state, event, "own")
        if event in _DECISIONS and self.holder.desk is Desk.REVIEW and by.name and by.name == self.receiver:
            raise TransitionError(self.state, event, "receiver")
        if isinstance(new_state, Until):
            new_state = self.suspended_from or S.ACCEPTED
        return replace(
            self,
            state=new_state,
            decides=decides or self.decides,
            holder=self._next_holder(whose, decides or self.decides),
            head=letter_id,
            suspended_from=self.state if new_state is S.SUSPENDED else None,
            submitter=by.name if event is E.SUBMITTED else self.submitter,
            receiver=by.name if event is E.ACCEPTED else self.receiver,
        )

    def _next_holder(self, whose: Whose, decides: Tier) -> Holder:
        if whose is Whose.SAME:
            return self.holder
        if whose is Whose.ORIGIN:
            return Holder(self.path[0], Desk.AGENT)
        if whose is Whose.RECEIVING and decides is Tier.VILLAGE:
            return Holder(self.path[0], Desk.HEAD)
        if whose is Whose.DECIDING or len(self.path) < 3:
            return Holder(self.path[-1], Desk.DECISION)
        return Holder(self.path[1], Desk.REVIEW)

    def refusals_for(self, by: Signatory) -> dict[Event, str]:
        """The decisions that only the parting of duties (`own`, `receiver`) keeps from `by`, with the code of each."""
        found: dict[Event, str] = {}
        for state, event in TRANSITIONS:
            if state == self.state and event in _DECISIONS and (code := self._refusal(event, by)) in APART:
                found[event] = code
        return found

    def _refusal(self, event: Event, by: Signatory) -> str:
        try:
            self.after(event, by, "")
        except TransitionError as error:
            return error.code
        return ""

    def events_for(self, by: Signatory) -> tuple[Event, ...]:
        """The events that `by` may make now, in the table's order."""
        return tuple(event for (state, event) in TRANSITIONS if state == self.state and self._allows(event, by))

    def _allows(self, event: Event, by: Signatory) -> bool:
        return not self._refusal(event, by)


def new_case(case_number: str, item_id: str, package: str, path: Sequence[str], decides: Tier) -> Case:
    """A draft on its origin's desk."""
    return Case(case_number, item_id, package, tuple(path), decides, S.DRAFT, Holder(path[0], Desk.AGENT))
