"""`requests` is imported without its library that guesses encodings: 3 MB, for a guess that nobody here asks for."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GUESSERS = ("chardet", "charset_normalizer")
_LOADED: dict[str, Any] = sys.modules


@contextmanager
def no_guessers() -> Iterator[None]:
    """Whoever is imported within finds no guesser of encodings that is not loaded yet; afterwards they can be imported as before.

    Source: requests 2.32.0, release notes: detection of characters is optional for those who bring requests along.
    """
    hidden = [name for name in GUESSERS if name not in _LOADED]
    _LOADED.update(dict.fromkeys(hidden))
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
            yield
    finally:
        for name in hidden:
            del _LOADED[name]
