"""A letter that was sealed a moment ago is given for its own bytes, once, and not for any others."""

from dataclasses import replace
from datetime import UTC, date, datetime

from node.casework.letter import CONTEXT, Letter, SealedLetter
from node.mail.just_sealed import MOST_FRAME_BYTES, MOST_LETTERS, JustSealed
from tests.journeys.world import World

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def sealed(number: int, size: int = 10) -> SealedLetter:
    letter = Letter("message", f"case {number}", "13102510520101", None, AT, date(2026, 11, 22), "gaoling", "sm3:0", None, {"text": "甲"})
    payload = letter.payload()
    return SealedLetter(f"sm3:{number}", letter, payload, (), CONTEXT + payload + b"x" * size)


def test_a_letter_is_given_for_its_own_bytes_and_once() -> None:
    lately, one, other = JustSealed(), sealed(1), sealed(2)
    lately.keep(one)
    assert lately.take(other.letter_id, other.frame) is None
    assert lately.take(one.letter_id, bytes(bytearray(one.frame))) is one
    assert lately.take(one.letter_id, one.frame) is None
    lately.keep(one)
    assert lately.take(one.letter_id, replace(one, frame=one.frame + b"x").frame) is None, "other bytes are read anew"


def test_only_the_last_few_are_kept_and_no_large_ones() -> None:
    lately = JustSealed()
    letters = [sealed(number) for number in range(MOST_LETTERS + 2)]
    for one in letters:
        lately.keep(one)
    assert [lately.take(one.letter_id, one.frame) is None for one in letters] == [True] * 2 + [False] * MOST_LETTERS
    large = sealed(0, MOST_FRAME_BYTES)
    lately.keep(large)
    assert lately.take(large.letter_id, large.frame) is None


def test_what_goes_is_what_the_store_holds(county: World) -> None:
    """A transaction that is taken back leaves a letter behind that nobody sends."""
    numbers = [county.submitted() for _ in range(2)]
    county.settle()
    assert [county.states(number) for number in numbers] == [dict.fromkeys(("village1", "township", "county"), "submitted")] * 2
