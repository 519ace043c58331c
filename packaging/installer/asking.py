"""The one question: which village is this."""

from collections.abc import Callable
from typing import Protocol

from installer.stick import Place
from installer.words import say

SHOWN = 12


class Invitations(Protocol):
    """What invitations there are: those of a stick, or of a test."""

    def invitations(self, search: str = "") -> list[Place]:
        """Those whose name or number holds `search`."""
        ...


class NothingToChooseError(Exception):
    """There is no invitation, or the answers name none or several; the text says so."""


def given(stick: Invitations, search: str) -> Place:
    """The one place that `search` names.

    Raises:
        NothingToChooseError: none, or several.
    """
    found = stick.invitations(search)
    exact = [one for one in found if search in (one.name, one.station)]
    if len(found) != 1 and len(exact) != 1:
        raise NothingToChooseError(say("bad_answers", given=search))
    return (exact or found)[0]


def choose(stick: Invitations, ask: Callable[[str], str], tell: Callable[[str], None]) -> Place:
    """The place that somebody names: part of its name or number, then its line.

    Raises:
        NothingToChooseError: there is no invitation.
    """
    everything = stick.invitations()
    if not everything:
        raise NothingToChooseError(say("no_invitations"))
    shown = everything
    while True:
        for number, place in enumerate(shown[:SHOWN], 1):
            tell(say("line", number=number, label=place.label))
        if len(shown) > SHOWN:
            tell(say("more", count=len(shown) - SHOWN))
        typed = ask(say("which") if shown is everything else say("found_many", count=len(shown))).strip()
        if typed.isdigit() and 1 <= int(typed) <= min(len(shown), SHOWN):
            return shown[int(typed) - 1]
        found = stick.invitations(typed)
        if len(found) == 1:
            return found[0]
        if not found:
            tell(say("found_none"))
        shown = found or everything
