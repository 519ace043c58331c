"""Pinyin initials (拼音首字母) of an item's name, made when it is published, so that a village searches by them without any library.

Authoring only: pypinyin is in the extra `authoring`. A character with several readings (多音字) gets that of the longest
phrase it stands in, first by the phrases here, then by the library's own. Where both are wrong, the clerk gives the initials himself.
"""

import re
from collections.abc import Iterator

from pypinyin import Style, lazy_pinyin

# Phrases of administrative names that the library reads wrongly, each with its initials.
_PHRASES = {
    "还建": "hj",
    "长输": "cs",
    "重办": "cb",
    "重报": "cb",
    "重录": "cl",
    "重名": "cm",
    "重审": "cs",
    "重填": "ct",
}
_PHRASE = re.compile("|".join(sorted(map(re.escape, _PHRASES), key=len, reverse=True)))
_KEPT = re.compile(r"[a-z0-9]")


def initials(text: str) -> str:
    """The first letter of each character's reading, small; letters and digits stay, everything else is left out."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for known in _PHRASE.finditer(text):
        yield _by_library(text[at : known.start()])
        yield _PHRASES[known.group()]
        at = known.end()
    yield _by_library(text[at:])


def _by_library(text: str) -> str:
    read = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")
    return "".join(one for one in "".join(read).lower() if _KEPT.match(one))
