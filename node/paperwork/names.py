"""Names as they are compared: whether two ways of writing may be one person's name. Pure."""

import unicodedata

_BLANK_LETTERS = "\u115f\u1160"
"""Letters by their class that print as nothing. Source: The Unicode Standard, Default_Ignorable_Code_Point."""


def same_name(name: str) -> str:
    """What is left of a name without blanks, points and marks that nobody sees: equal for one name, however it is written."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(one for one in folded if one.isalnum() and one not in _BLANK_LETTERS)
