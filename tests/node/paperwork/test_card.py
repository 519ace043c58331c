"""Which answers of a form a card gives, and when both say the same."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from forms.schema import Form
from node.paperwork.card import LASTING, Card, CardAnswer, card_answers
from tests.items import newest

CARD = Card("示例甲", "131025194403122017", "男", "汉", "1944-03-12", "示例县示例镇示例一村 1 号", "示例县公安局", "2016-01-01", LASTING)
PACKAGE = json.loads(newest("gaoling").read_bytes())


def form(**kinds: str) -> Form:
    """The item, with some fields of another kind."""
    package = json.loads(json.dumps(PACKAGE))
    for section in package["sections"]:
        for one in section["fields"]:
            if one["id"] in kinds:
                one["kind"] = kinds[one["id"]]
                one.pop("choices", None)
                one.pop("default", None)
    return Form.from_bytes(json.dumps(package).encode())


GAOLING = form()


def told(answers: dict[str, Any], card: Card = CARD, of: Form = GAOLING) -> dict[str, CardAnswer]:
    return {one.field.id: one for one in card_answers(of, "", card, answers)}


def test_a_card_answers_the_fields_of_its_person_by_their_keys() -> None:
    assert {name: one.value for name, one in told({}).items()} == {
        "name": "示例甲", "id_no": CARD.number, "gender": "男", "birth": "1944-03-12", "nation": "汉族", "hukou_addr": CARD.address,
    }  # fmt: skip
    assert all(one.is_empty and not one.is_other and not one.is_same for one in told({}).values())


def test_what_the_reader_did_not_say_or_the_form_does_not_allow_answers_nothing() -> None:
    assert set(told({}, Card("示例甲", CARD.number))) == {"name", "id_no"}
    assert "nation" not in told({}, replace(CARD, nation="示例")) and "nation" not in told({}, replace(CARD, nation="族"))
    assert "hukou_addr" not in told({}, replace(CARD, address="x" * 121))


@pytest.mark.parametrize("nation", ["汉", "汉族"])
@pytest.mark.parametrize("typed", ["汉", "汉族"])
def test_a_nation_is_the_same_with_its_last_word_and_without(nation: str, typed: str) -> None:
    one = told({"nation": typed}, replace(CARD, nation=nation), form(nation="text"))["nation"]
    assert one.is_same and one.value == "汉族"


@pytest.mark.parametrize("typed", [" 示例 甲", "示例甲\u3000"])
def test_blanks_make_no_difference(typed: str) -> None:
    assert told({"name": typed})["name"].is_same


def test_what_differs_is_other_but_for_an_address_which_is_written_in_more_than_one_way() -> None:
    found = told({"name": "示例乙", "id_no": CARD.number.lower(), "hukou_addr": "一村 1 号", "gender": 7})
    assert (found["name"].is_other, found["name"].is_same) == (True, False)
    assert found["id_no"].is_same
    assert (found["hukou_addr"].is_other, found["hukou_addr"].is_same) == (False, False)
    assert (found["gender"].is_other, found["gender"].is_same) == (True, False)


@pytest.mark.parametrize(
    ("ends", "day", "wanted"),
    [("2026-11-22", date(2026, 11, 22), False), ("2026-11-22", date(2026, 11, 23), True), (LASTING, date(2099, 1, 1), False)],
)
def test_a_card_runs_out_after_its_last_day(ends: str, day: date, wanted: bool) -> None:
    assert replace(CARD, ends=ends).has_expired(day) is wanted
    assert not replace(CARD, ends="").has_expired(day)


def test_a_card_is_kept_and_found_again_as_it_was() -> None:
    assert Card.from_json(json.loads(json.dumps(CARD.to_json()))) == CARD
