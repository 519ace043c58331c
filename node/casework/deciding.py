"""Who decides a case: the item's own tier, or, of an item whose rule looks at the answers, the tier that it names. Pure."""

from forms.procedure import DYNAMIC, deciding_tier
from forms.schema import Form
from node.casework.case import Event
from node.casework.letter import Letter
from node.roles import Tier


def decides_by(letter: Letter, form: Form) -> Tier | None:
    """The tier that decides by a submission's own answers and day; None of any other letter: it changes nothing about that."""
    if letter.event is not Event.SUBMITTED:
        return None
    answers = letter.body.get("answers")
    clean = answers if isinstance(answers, dict) else {}
    return Tier(deciding_tier(form.tiers, clean, form.parameters, letter.checked_on))


def deciding_at_first(form: Form) -> Tier:
    """The tier of a draft, which nobody decides on; of a submission kept by an older program, the item's own."""
    return Tier.COUNTY if form.tiers["decides"] == DYNAMIC else Tier(form.tiers["decides"])
