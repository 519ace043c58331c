"""The text of a document's QR code."""

import pytest

from node.documents.marks import Mark, mark_text, read_mark
from tests.node.documents.samples import DIGEST, NUMBER


def test_what_is_written_is_read_back_and_is_short() -> None:
    text = mark_text(NUMBER, "certificate", DIGEST, DIGEST)
    assert read_mark(f" {text}\n") == Mark(NUMBER, "certificate", "0123456789ab", "sm3:" + "0123456789abcdef" * 2)
    assert len(text) <= 120


def test_the_code_of_a_slip_carries_the_whole_digest() -> None:
    assert read_mark(f"{NUMBER} form 0123456789ab {DIGEST}") == Mark(NUMBER, "form", "0123456789ab", DIGEST)


@pytest.mark.parametrize("text", ["", NUMBER, f"{NUMBER} form", f"{NUMBER} form 0123456789ab md5:{'0' * 32}", "http://example.org/"])
def test_any_other_text_is_no_mark(text: str) -> None:
    assert read_mark(text) is None
