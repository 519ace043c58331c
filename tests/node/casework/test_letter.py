"""The village in a letter: written only where it is not the origin's own, and read with care."""

from dataclasses import replace

import pytest

from node.casework.casebook import title_of
from node.casework.letter import EnclosureEntry, Letter, LetterError, make_frame, read_frame
from node.casework.taken import Taken
from signing.algorithms import suite
from signing.canonical import canonical_bytes, parse_canonical
from signing.seal import CompactSeal
from tests.fakes import START

DIGEST = suite("p256").digest
LETTER = Letter("message", "1310251052010126112200070", "13102510520101", "sha256:a", START, START.date(), "gaoling", "sha256:p", None,
                {"text": "您好"})  # fmt: skip
SEAL = CompactSeal(signer="sha256:s", seal="sha256:e", at=START, signature=b"12345678")


def read(payload: bytes) -> Letter:
    return read_frame(make_frame(payload, (SEAL,)), DIGEST).letter


def test_the_origins_own_village_is_not_written_and_another_is() -> None:
    other = replace(LETTER, division="131025105203")
    assert b"division" not in LETTER.payload() and read(LETTER.payload()).village == "131025105201"
    assert read(other.payload()) == other and other.village == "131025105203"
    assert read(LETTER.payload()) == LETTER


@pytest.mark.parametrize("division", ["13102510520", "1310251052034", "１31025105203", "13102510520x", 131025105203, None])
def test_what_is_no_division_is_no_letter(division: object) -> None:
    payload = canonical_bytes({**parse_canonical(LETTER.payload()), "division": division})
    with pytest.raises(LetterError) as caught:
        read(payload)
    assert caught.value.code == "payload"


def test_what_a_database_cannot_keep_is_no_name_and_no_title() -> None:
    for changed in (replace(LETTER, kind="message\0"), replace(LETTER, item_id="\0"), replace(LETTER, package="sha256:\0")):
        with pytest.raises(LetterError):
            read(changed.payload())
    assert title_of({"name": "示例\0甲\u202e"}) == "示例甲" and title_of({"name": 7}) == title_of(None) == ""


def test_a_body_whose_papers_are_not_as_the_format_says_is_no_letter() -> None:
    assert read(replace(LETTER, body={"text": "您好", "standby": "备-0007-3"}).payload()).body["standby"] == "备-0007-3"
    with pytest.raises(LetterError) as caught:
        read(replace(LETTER, body={"text": "您好", "standby": 7}).payload())
    assert caught.value.code == "body"


PAGE = EnclosureEntry("id_card", 1, "sha256:" + "a" * 64, "sha256:" + "b" * 64, 61, "image/jpeg")
TAKEN = Taken("camera", ("glare", "a_code_of_tomorrow"), "只有这一张")


def with_taken(taken: object) -> bytes:
    """The payload of a letter whose page says this of how it was taken."""
    return canonical_bytes(
        {**parse_canonical(replace(LETTER, enclosures=(PAGE,)).payload()), "enclosures": [{**PAGE.to_json(), "taken": taken}]}
    )


def test_how_a_page_was_taken_is_written_only_where_it_is_said() -> None:
    plain, said = (replace(LETTER, enclosures=(replace(PAGE, taken=taken),)) for taken in (None, TAKEN))
    assert b"taken" not in plain.payload() and read(plain.payload()) == plain and read(said.payload()) == said
    assert read(with_taken({"by": "phone", "from": "tomorrow"})).enclosures[0].taken == Taken("phone")
    assert read(with_taken({})).enclosures[0].taken is None
    preview = {"plain": PAGE.plain, "id": PAGE.enclosure_id, "size": 9, "media": "image/webp", "taken": 7}
    assert read(with_taken(None)).enclosures[0].taken is None
    entry = {**PAGE.to_json(), "preview": preview}
    assert read(canonical_bytes({**parse_canonical(LETTER.payload()), "enclosures": [entry]})).enclosures[0].preview is not None


@pytest.mark.parametrize(
    "taken",
    [
        7, "camera", [], {"by": 7}, {"by": "x" * 41}, {"quality": "glare"}, {"quality": {"glare": 1}}, {"quality": [7]},
        {"quality": ["x" * 41]}, {"quality": ["glare"] * 21}, {"note": 7}, {"note": "注" * 201}, {"note": None},
    ],
    ids=map(str, range(13)),
)  # fmt: skip
def test_what_no_page_could_say_of_itself_is_no_letter(taken: object) -> None:
    with pytest.raises(LetterError) as caught:
        read(with_taken(taken))
    assert caught.value.code == "payload"


def test_the_longest_that_a_page_may_say_of_itself_is_read() -> None:
    longest = Taken("x" * 40, ("y" * 40,) * 20, "注" * 200)
    assert read(with_taken(longest.to_json())).enclosures[0].taken == longest
