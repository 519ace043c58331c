import subprocess
import sys

import pytest

from sync.unguessed import GUESSERS, no_guessers

IMPORTS = """
import sys, sync.http
print([name for name in ("chardet", "charset_normalizer") if name in sys.modules], "requests" in sys.modules)
import charset_normalizer
from requests import Response
answer = Response()
answer._content = "驿站".encode()
print(charset_normalizer.detect(answer.content)["encoding"], answer.apparent_encoding)
"""


def test_requests_comes_without_its_guessers_and_without_a_word_and_they_can_be_imported_later() -> None:
    told = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("[] True\nutf-8 utf-8\n", "")


def test_a_guesser_that_is_loaded_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = {name: sys for name in GUESSERS}
    for name, module in loaded.items():
        monkeypatch.setitem(sys.modules, name, module)
    with no_guessers():
        assert {name: sys.modules[name] for name in GUESSERS} == loaded
    assert {name: sys.modules[name] for name in GUESSERS} == loaded


def test_after_a_failed_import_nothing_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GUESSERS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ImportError), no_guessers():
        raise ImportError
    assert [name for name in GUESSERS if name in sys.modules] == []
