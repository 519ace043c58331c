"""What a page posts of the unit's seal: the head's PIN, the approval on paper, or neither."""

from werkzeug.datastructures import MultiDict

from node.casework.acts import HeadPin
from node.errors import RequestError

BY_HEAD, ON_PAPER = "head", "paper"


def posted_head(form: MultiDict[str, str]) -> HeadPin | None:
    """The village head who typed the PIN; None where the page has no such choice, or another was made.

    Raises:
        RequestError: `head_pin_needed` it was chosen, and nothing typed.
    """
    if form.get("seal_by") != BY_HEAD:
        return None
    if not form.get("head_pin"):
        raise RequestError("head_pin_needed")
    return HeadPin(form.get("head_name", ""), form["head_pin"], form.get("seal_pin") or None)


def posted_approval(form: MultiDict[str, str]) -> str | None:
    """Who approved on paper; None where that was not chosen."""
    return form.get("seal_approval", "") if form.get("seal_by") == ON_PAPER else None
