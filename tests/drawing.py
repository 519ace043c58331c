"""Draws `docs/case.md` from the table of transitions: `python -m tests.drawing` writes it."""

from pathlib import Path

from node.casework.case import ENCLOSURES_NEEDED, REASON_NEEDED, TRANSITIONS, CaseState, Event, Until, Whose
from node.roles import TIERS_OF_ROLE
from node.web.wording import DESKS, EVENTS, ROLES, STATES, TIERS

PAGE = Path(__file__).parent.parent / "docs" / "case.md"

HEAD = """# What may happen to a case

Drawn from `node.casework.case.TRANSITIONS` by `python -m tests.drawing`; a test says that this page is that drawing.
What is not in the table cannot happen to a case, and each event is one sealed letter. Where a letter stands on the road
is another thing (待发, 已交U盘或带件单 …); neither of the two ever sets the other.

"""

WHOSE = {
    Whose.ORIGIN: "the origin's " + f"`agent` ({DESKS['agent']})",
    Whose.RECEIVING: f"the township's `review` ({DESKS['review']}), without a township the county's; "
    f"of what the village decides, its `head` ({DESKS['head']})",
    Whose.DECIDING: f"the county's `decision` ({DESKS['decision']})",
    Whose.SAME: "the same",
}
BEFORE = "*the state it was suspended from*"


def draw() -> str:
    """The whole page."""
    return HEAD + _states() + "\n" + _rows() + "\n" + _rules() + "\n" + _mermaid()


def _states() -> str:
    ends = {state for state in CaseState if not any(state is one for one, _ in TRANSITIONS)}
    rows = [f"| `{state}` | {STATES[state]} | {_leads_on(state) or 'nothing: it ends here'} |" for state in CaseState]
    count = f"{len(CaseState)} states; {len(ends)} of them an end.\n\n"
    return "## States\n\n" + count + "| state | on pages | what may happen then |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _leads_on(state: CaseState) -> str:
    return ", ".join(f"`{event}`" for one, event in TRANSITIONS if one is state)


def _rows() -> str:
    lines = []
    for (state, event), (new_state, roles, whose) in TRANSITIONS.items():
        after = BEFORE if isinstance(new_state, Until) else f"`{new_state}`"
        lines.append(f"| `{state}` | `{event}` {EVENTS[event]} | {after} | {', '.join(map(str, roles))} | {WHOSE[whose]} |")
    head = "## Transitions\n\n| state | event | new state | who may | whose desk then |\n|---|---|---|---|---|\n"
    return head + "\n".join(lines) + "\n"


def _rules() -> str:
    roles = "\n".join(
        f"| `{role}` | {ROLES[role]} | {'、'.join(TIERS[tier] for tier in TIERS if tier in tiers)} |"
        for role, tiers in TIERS_OF_ROLE.items()
    )
    return f"""## Further rules

- Only the holder may: the signer's station is the one whose desk it is.
- `approved` and `denied` only at the tier that decides. Of some items that follows from the answers of the last submission.
- Parting of duties (受办分离): who submitted the case, in a village, or accepted it, at a township, neither approves nor denies it.
- A reason in words: {_named(REASON_NEEDED)}.
- Every enclosure of the case whole at the actor's station: {_named(ENCLOSURES_NEEDED)}.

| role | on pages | tiers |
|---|---|---|
{roles}
"""


def _named(events: frozenset[Event]) -> str:
    return ", ".join(f"`{event}`" for event in Event if event in events)


def _mermaid() -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {CaseState.DRAFT}"]
    for (state, event), (new_state, _, _) in TRANSITIONS.items():
        targets = _suspended_from() if isinstance(new_state, Until) else (new_state,)
        lines += [f"    {state} --> {target}: {EVENTS[event]}" for target in targets]
    lines += [f"    {state} --> [*]" for state in CaseState if not _leads_on(state)]
    return "## Drawing\n\n```mermaid\n" + "\n".join(lines) + "\n```\n"


def _suspended_from() -> tuple[CaseState, ...]:
    return tuple(state for (state, _), (new_state, _, _) in TRANSITIONS.items() if new_state is CaseState.SUSPENDED)


if __name__ == "__main__":
    PAGE.write_text(draw(), encoding="utf-8")
